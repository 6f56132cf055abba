// SPDX-License-Identifier: GPL-2.0-or-later
/* render_json - one object a packet; the schema is in render.h. */
#include "proto/linktype.h"
#include "proto/render_priv.h"

static void add_key(struct str *s, const char *key)
{
	str_addc(s, '"');
	str_add(s, key);
	str_add_n(s, "\":", 2);
}

static void add_pair_u64(struct str *s, const char *key, uint64_t v)
{
	str_addc(s, ',');
	add_key(s, key);
	str_add_u64(s, v);
}

static void add_pair_text(struct str *s, const char *key, const char *text)
{
	str_addc(s, ',');
	add_key(s, key);
	str_addc(s, '"');
	str_add(s, text);
	str_addc(s, '"');
}

/* Bytes of the valid UTF-8 sequence at 'p', 0 if it is not one (RFC 3629 4). */
static size_t utf8_bytes(const uint8_t *p, size_t left)
{
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 :
		   p[0] < 0xf5 ? 4 : 0;

	if (n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

void render_json_string(struct str *s, const char *text, size_t n)
{
	const uint8_t *p = (const uint8_t *)text, *end = p + n;

	str_addc(s, '"');
	while (p < end) {
		size_t k = utf8_bytes(p, end - p);

		if (k == 1 && (*p < ' ' || *p == 0x7f)) {
			k = 0;
		} else if (k == 1 && (*p == '"' || *p == '\\')) {
			str_addc(s, '\\');
		} else if (k == 2 && p[0] == 0xc2 && p[1] < 0xa0) {
			k = 0; /* C1 control characters steer terminals too */
			str_add(s, "\\u00");
			str_add_hex(s, p[1], 2);
			p += 2;
			continue;
		}
		if (!k) {
			str_add(s, "\\u00");
			str_add_hex(s, *p++, 2);
			continue;
		}
		str_add_n(s, (const char *)p, k);
		p += k;
	}
	str_addc(s, '"');
}

static void add_bare(struct str *s, const struct value *v)
{
	const struct field *f = v->field;

	if (f->kind == FIELD_BOOL) {
		str_add(s, v->num ? "true" : "false");
	} else if (f->kind == FIELD_INT && f->at.n <= 53) {
		render_number(s, v);
	} else if (field_is_number(f) && f->at.n <= 53) {
		str_add_u64(s, v->num);
	} else if (field_is_number(f)) {
		str_addc(s, '"');
		if (f->kind == FIELD_INT)
			render_number(s, v);
		else
			str_add_u64(s, v->num);
		str_addc(s, '"');
	} else if (f->kind == FIELD_TEXT) {
		render_json_string(s, (const char *)v->p, v->n_bytes);
	} else {
		str_addc(s, '"');
		if (!render_address(s, v))
			render_hex_bytes(s, v->p, v->n_bytes);
		str_addc(s, '"');
	}
}

/* A field's key: "proto" already names the layer. */
static const char *key_of(const struct field *f)
{
	return f->name[0] == 'p' && streq(f->name, "proto") ? "protocol" : f->name;
}

/* What is known beside a value: the name of a number, as FIELD_text, and notes on addresses. */
static void add_name(struct str *s, const struct value *v, const struct render_style *st)
{
	const struct field *f = v->field;
	const char *name;

	if (f->flags & FIELD_ARRAY)
		return;
	if (st->notes && (f->kind == FIELD_IPV4 || f->kind == FIELD_IPV6))
		st->notes->json(st->notes, s, key_of(f), v);
	if (!field_is_number(f))
		return;
	name = f->kind == FIELD_FLAGS ? "" : render_name_of(v, st);
	if (!name)
		return;
	str_add_n(s, ",\"", 2);
	str_add(s, key_of(f));
	str_add(s, "_text\":\"");
	if (f->kind == FIELD_FLAGS)
		render_flags(s, v, '\0');
	else
		str_add(s, name);
	str_addc(s, '"');
}

static void add_values(struct str *s, struct value_iter it, const struct render_style *st)
{
	const struct field *array = NULL;
	struct value v;

	while (value_next(&it, &v)) {
		if (array && v.field != array) {
			str_addc(s, ']');
			array = NULL;
		}
		if (v.field == array) {
			str_addc(s, ',');
			add_bare(s, &v);
			continue;
		}
		str_addc(s, ',');
		add_key(s, key_of(v.field));
		if (v.field->flags & FIELD_ARRAY) {
			array = v.field;
			str_addc(s, '[');
		}
		add_bare(s, &v);
		add_name(s, &v, st);
	}
	if (array)
		str_addc(s, ']');
}

static void add_csum(struct str *s, const struct walk *w, const struct layer *l,
		     const struct render_meta *m, const struct render_style *st)
{
	static const char *const states[] = {
		[CSUM_STATE_NONE] = "none", [CSUM_STATE_UNKNOWN] = "unknown",
		[CSUM_STATE_OK] = "ok", [CSUM_STATE_WRONG] = "wrong",
	};
	enum csum_state state;
	uint32_t should;

	if (l->proto->csum.kind == CSUM_NONE)
		return;
	state = render_csum(w, l, m, st, &should);
	add_pair_text(s, "csum_state", states[state]);
	if (state == CSUM_STATE_WRONG)
		add_pair_u64(s, "csum_should", should);
}

/* Receives what a find hook gives. At each depth an array of values or of groups may be open. */
struct json_finder {
	struct finder fi;
	struct str *s;
	const struct render_style *st;
	struct {
		const struct field *array;
		const struct opt_def *groups;
		bool any; /* the object has a key */
	} at[FOUND_DEPTH + 1];
	unsigned int depth;
	const char *bad;
	uint64_t bad_value;
};

/* Ends the array that is open at this depth. */
static void json_settle(struct json_finder *j)
{
	if (j->at[j->depth].array || j->at[j->depth].groups)
		str_addc(j->s, ']');
	j->at[j->depth].array = NULL;
	j->at[j->depth].groups = NULL;
}

static void json_key(struct json_finder *j, const char *key)
{
	if (j->at[j->depth].any)
		str_addc(j->s, ',');
	j->at[j->depth].any = true;
	add_key(j->s, key);
}

static void json_value(struct finder *fi, const struct value *v)
{
	struct json_finder *j = (struct json_finder *)fi;

	if (v->field == j->at[j->depth].array) {
		str_addc(j->s, ',');
		add_bare(j->s, v);
		return;
	}
	json_settle(j);
	json_key(j, key_of(v->field));
	if (v->field->flags & FIELD_ARRAY) {
		j->at[j->depth].array = v->field;
		str_addc(j->s, '[');
	}
	add_bare(j->s, v);
	add_name(j->s, v, j->st);
}

static void json_open(struct finder *fi, const struct opt_def *group)
{
	struct json_finder *j = (struct json_finder *)fi;

	if (j->at[j->depth].groups == group) {
		str_addc(j->s, ',');
	} else {
		json_settle(j);
		json_key(j, group->name);
		str_addc(j->s, '[');
		j->at[j->depth].groups = group;
	}
	str_addc(j->s, '{');
	j->depth++;
	j->at[j->depth].any = false;
	j->at[j->depth].array = NULL;
	j->at[j->depth].groups = NULL;
}

static void json_close(struct finder *fi, const struct opt_def *group)
{
	struct json_finder *j = (struct json_finder *)fi;

	(void)group;
	json_settle(j);
	str_addc(j->s, '}');
	j->depth--;
}

static void json_bad(struct finder *fi, const char *what, uint64_t value)
{
	struct json_finder *j = (struct json_finder *)fi;

	j->bad = what;
	j->bad_value = value;
}

static struct json_finder json_finder(struct str *s, const struct render_style *st)
{
	return (struct json_finder){
		.fi = { .value = json_value, .open = json_open, .close = json_close,
			.bad = json_bad },
		.s = s, .st = st, .at[0].any = true,
	};
}

/* What the hook of an option gives, in the option's object. */
static void add_option_found(struct str *s, const struct option *o, bool cut,
			     const struct render_style *st)
{
	struct json_finder j = json_finder(s, st);

	option_find(o, cut, &j.fi);
	json_settle(&j);
	if (!j.bad)
		return;
	add_pair_text(s, "bad", j.bad);
	add_pair_u64(s, "value_is", j.bad_value);
}

static void add_option(struct str *s, const struct option *o, bool cut,
		       const struct render_style *st)
{
	struct value_iter it = option_values(o);

	str_add(s, "{\"kind\":");
	str_add_u64(s, o->kind);
	if (o->def)
		add_pair_text(s, "name", o->def->name);
	add_pair_u64(s, "bytes", o->n_bytes);
	if (it.field < it.end) {
		add_values(s, it, st);
	} else if (o->n_bytes > o->skip && !(o->def && o->def->find)) {
		str_add(s, ",\"data\":\"");
		render_hex_bytes(s, o->p + o->skip, o->n_bytes - o->skip);
		str_addc(s, '"');
	}
	if (o->def && o->def->find)
		add_option_found(s, o, cut, st);
	if (o->bad)
		str_add(s, ",\"bad\":\"length\"");
	str_addc(s, '}');
}

static void add_options(struct str *s, const struct walk *w, const struct layer *l,
			const struct render_style *st)
{
	struct option_iter it = walk_options(w, l);
	struct option o;
	bool first = true;

	while (option_next(&it, &o)) {
		str_add(s, first ? ",\"options\":[" : ",");
		first = false;
		add_option(s, &o, it.cut, st);
	}
	if (!first)
		str_addc(s, ']');
}

static void add_found(struct str *s, const struct walk *w, const struct layer *l,
		      const struct render_style *st)
{
	struct json_finder j = json_finder(s, st);

	if (!l->proto->find)
		return;
	walk_find(w, l, &j.fi);
	json_settle(&j);
	if (!j.bad || l->why)
		return;
	add_pair_text(s, "bad", j.bad);
	add_pair_u64(s, "value_is", j.bad_value);
}

static void add_layer(struct str *s, const struct walk *w, const struct layer *l,
		      const struct render_meta *m, const struct render_style *st)
{
	const char *relation;

	str_add(s, "{\"proto\":\"");
	str_add(s, l->proto->name);
	str_addc(s, '"');
	add_values(s, walk_values(w, l), st);
	add_csum(s, w, l, m, st);
	add_options(s, w, l, st);
	add_found(s, w, l, st);
	if (l->why == WALK_CUT) {
		str_add(s, ",\"cut\":true");
	} else if (l->why) {
		add_pair_text(s, "bad", walk_why_text(l->why, &relation));
		add_pair_u64(s, "value_is", l->value);
		add_pair_u64(s, "limit", l->limit);
	}
	str_addc(s, '}');
}

static void add_rest(struct str *s, const char *what, uint32_t off, uint32_t n, uint32_t have)
{
	if (!n)
		return;
	str_addc(s, ',');
	add_key(s, what);
	str_add(s, "{\"off\":");
	str_add_u64(s, off);
	add_pair_u64(s, "len", n);
	add_pair_u64(s, "caplen", have);
	str_addc(s, '}');
}

static void add_meta(struct str *s, const struct walk *w, const struct render_meta *m)
{
	const char *name = linktype_name(w->linktype), *dir = render_dir(m->dir);

	str_addc(s, '{');
	if (m->has_time) {
		str_add(s, "\"time\":\"");
		render_epoch(s, m->ts_ns);
		str_add(s, "\",");
	}
	str_add(s, "\"len\":");
	str_add_u64(s, w->len);
	add_pair_u64(s, "caplen", w->cap_len);
	if (m->number)
		add_pair_u64(s, "number", m->number);
	if (m->iface) {
		str_add(s, ",\"iface\":");
		render_json_string(s, m->iface, strlen(m->iface));
	}
	if (dir)
		add_pair_text(s, "dir", dir);
	if (name)
		add_pair_text(s, "linktype", name);
	else
		add_pair_u64(s, "linktype", w->linktype);
	if (w->cut)
		str_add(s, ",\"cut\":true");
	if (m->vlan_tpid) {
		str_add(s, ",\"vlan\":{\"tpid\":");
		str_add_u64(s, m->vlan_tpid);
		add_pair_u64(s, "tci", m->vlan_tci);
		str_addc(s, '}');
	}
}

void render_json(struct str *s, const struct walk *w, const struct render_meta *m,
		 const struct render_style *st)
{
	add_meta(s, w, m);
	str_add(s, ",\"layers\":[");
	for (unsigned int i = 0; i < w->n_layers; i++) {
		if (i)
			str_addc(s, ',');
		add_layer(s, w, &w->layers[i], m, st);
	}
	str_addc(s, ']');
	add_rest(s, "payload", w->payload_off, w->payload_bytes, w->payload_have);
	add_rest(s, "trailer", w->trailer_off, w->trailer_bytes, w->trailer_have);
	str_add_n(s, "}\n", 2);
}
