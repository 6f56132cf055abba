// SPDX-License-Identifier: GPL-2.0-or-later
/* protodoc_json - a protocol's table as one JSON object. */
#include "ui/protodoc.h"

static void add_names(struct jsonw *j, const struct value_name *v)
{
	if (!v)
		return;
	jsonw_array(j, "values");
	for (; v->name; v++) {
		jsonw_object(j, NULL);
		jsonw_u64(j, "value", v->value);
		jsonw_str(j, "name", v->name);
		jsonw_end(j);
	}
	jsonw_end(j);
}

static void add_when(struct jsonw *j, const struct field_when *w)
{
	jsonw_object(j, "when");
	jsonw_u64(j, "bit", w->at.off);
	jsonw_u64(j, "bits", w->at.n);
	jsonw_array(j, "is");
	for (unsigned int i = 0; i < w->n; i++)
		jsonw_u64(j, NULL, w->v[i]);
	jsonw_end(j);
	jsonw_end(j);
}

static void add_field(struct jsonw *j, const struct field *f)
{
	static const char *const kinds[] = {
		[FIELD_DEC] = "dec",   [FIELD_INT] = "int",   [FIELD_HEX] = "hex",
		[FIELD_BOOL] = "bool", [FIELD_FLAGS] = "flags", [FIELD_MAC] = "mac",
		[FIELD_IPV4] = "ipv4", [FIELD_IPV6] = "ipv6", [FIELD_BYTES] = "bytes",
		[FIELD_TEXT] = "text",
	};

	jsonw_object(j, NULL);
	jsonw_str(j, "name", f->name);
	if (f->alias)
		jsonw_str(j, "alias", f->alias);
	if (!(f->flags & FIELD_FOUND))
		jsonw_u64(j, "bit", f->at.off);
	if (f->at.n)
		jsonw_u64(j, "bits", f->at.n);
	jsonw_str(j, "kind", kinds[f->kind]);
	if (f->flags & FIELD_ARRAY)
		jsonw_bool(j, "repeated", true);
	if (f->flags & FIELD_VIEW)
		jsonw_bool(j, "view", true);
	if (f->flags & FIELD_LE)
		jsonw_bool(j, "little_endian", true);
	if (f->reg)
		jsonw_str(j, "registry", protodoc_registry(f->reg));
	if (f->when)
		add_when(j, f->when);
	jsonw_str(j, "label", f->label);
	jsonw_str(j, "ref", f->ref);
	add_names(j, f->names);
	jsonw_end(j);
}

static void add_fields(struct jsonw *j, const struct field *f, unsigned int n)
{
	jsonw_array(j, "fields");
	for (unsigned int i = 0; i < n; i++)
		add_field(j, &f[i]);
	jsonw_end(j);
}

static void add_options(struct jsonw *j, const struct proto *p)
{
	jsonw_array(j, "options");
	for (unsigned int i = 0; i < p->n_opts; i++) {
		const struct opt_def *o = &p->opts[i];

		jsonw_object(j, NULL);
		jsonw_str(j, "name", o->name);
		if (p->tlv && o->kind != KIND_GROUP)
			jsonw_u64(j, "kind", o->kind);
		jsonw_str(j, "ref", o->ref);
		add_fields(j, o->fields, o->n_fields);
		jsonw_end(j);
	}
	jsonw_end(j);
}

void protodoc_json(const struct proto *p, struct jsonw *j)
{
	jsonw_object(j, NULL);
	jsonw_str(j, "proto", p->name);
	if (p->alias)
		jsonw_str(j, "alias", p->alias);
	jsonw_str(j, "label", p->label);
	jsonw_str(j, "ref", p->ref);
	jsonw_u64(j, "min_bytes", p->min_bytes);
	jsonw_array(j, "in");
	for (size_t i = 0; i < ARRAY_SIZE(p->in) && p->in[i].reg; i++) {
		jsonw_object(j, NULL);
		jsonw_str(j, "registry", protodoc_registry(p->in[i].reg));
		jsonw_u64(j, "value", p->in[i].value);
		jsonw_end(j);
	}
	jsonw_end(j);
	add_fields(j, p->fields, p->n_fields);
	add_options(j, p);
	jsonw_line(j);
}
