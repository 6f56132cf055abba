// SPDX-License-Identifier: GPL-2.0-or-later
/* columns - one line a packet with the values asked for; columns_parse.c reads what is asked. */
#include "proto/columns.h"

#include "proto/columns_priv.h"
#include "proto/linktype.h"
#include "proto/render_priv.h"

/* Puts the values of one cell behind each other. */
struct cell {
	struct finder fi;
	struct str *s;
	const struct render_style *st;
	const struct column *c;
	size_t begin;
	const char *container; /* the option whose hook runs; NULL: the header's */
};

static void add_name(struct str *s, const struct value *v, const struct render_style *st)
{
	const char *name;

	if (v->field->kind == FIELD_FLAGS) {
		render_flags(s, v, '\0');
		return;
	}
	if (render_ntp_time(s, v))
		return;
	name = render_name_of(v, st);
	if (name)
		str_add(s, name);
	else
		render_number(s, v);
}

static void put(struct cell *k, const struct value *v)
{
	if (k->s->len > k->begin)
		str_addc(k->s, ';');
	if (render_address(k->s, v))
		return;
	if (!field_is_number(v->field)) {
		render_value(k->s, v, k->st);
	} else if (k->c->text) {
		add_name(k->s, v, k->st);
	} else if (v->field->kind == FIELD_FLAGS) {
		str_add_n(k->s, "0x", 2);
		str_add_hex(k->s, v->num, (v->field->at.n + 3) / 4);
	} else {
		render_number(k->s, v);
	}
}

static void cell_value(struct finder *fi, const struct value *v)
{
	struct cell *k = (struct cell *)fi;
	const char *in = fi->depth ? fi->stack[fi->depth - 1]->name : k->container;

	if (!in != !k->c->group || (in && !streq(in, k->c->group)))
		return;
	if (streq(v->field->name, k->c->field))
		put(k, v);
}

static void cell_group(struct finder *fi, const struct opt_def *group)
{
	(void)fi;
	(void)group;
}

static void cell_bad(struct finder *fi, const char *what, uint64_t value)
{
	(void)fi;
	(void)what;
	(void)value;
}

/* Values with a fixed place that are called like the column. */
static void fixed_values(struct cell *k, struct value_iter it)
{
	const struct field *f = it.field, *end = it.end;
	struct value v;

	it.views = true;
	for (; f < end; f++) {
		if (!streq(f->name, k->c->field))
			continue;
		it.field = f;
		it.end = f + 1;
		it.array = 0;
		while (value_next(&it, &v))
			put(k, &v);
	}
}

static void option_cells(struct cell *k, const struct walk *w, const struct layer *l)
{
	struct option_iter it = walk_options(w, l);
	struct option o;

	while (option_next(&it, &o)) {
		if (!o.def)
			continue;
		if (streq(o.def->name, k->c->group))
			fixed_values(k, option_values(&o));
		k->container = o.def->name;
		option_find(&o, it.cut, &k->fi);
		k->container = NULL;
	}
}

static void field_cell(struct cell *k, const struct walk *w)
{
	for (unsigned int i = 0; i < w->n_layers; i++) {
		const struct layer *l = &w->layers[i];

		if (l->proto != k->c->proto)
			continue;
		if (k->c->group)
			option_cells(k, w, l);
		else
			fixed_values(k, walk_values(w, l));
		if (l->proto->find)
			walk_find(w, l, &k->fi);
	}
}

static void csum_cell(struct cell *k, const struct walk *w, const struct render_meta *m)
{
	static const char *const states[] = {
		[CSUM_STATE_NONE] = "none", [CSUM_STATE_UNKNOWN] = "unknown",
		[CSUM_STATE_OK] = "ok", [CSUM_STATE_WRONG] = "wrong",
	};
	uint32_t should;

	for (unsigned int i = 0; i < w->n_layers; i++) {
		if (w->layers[i].proto != k->c->proto)
			continue;
		if (k->s->len > k->begin)
			str_addc(k->s, ';');
		str_add(k->s, states[render_csum(w, &w->layers[i], m, k->st, &should)]);
	}
}

static void layers_cell(struct str *s, const struct walk *w)
{
	for (unsigned int i = 0; i < w->n_layers; i++) {
		if (i)
			str_addc(s, ':');
		str_add(s, w->layers[i].proto->name);
	}
}

static void linktype_cell(struct str *s, unsigned int linktype)
{
	const char *name = linktype_name(linktype);

	if (name)
		str_add(s, name);
	else
		str_add_u64(s, linktype);
}

static void packet_cell(struct str *s, uint8_t of, const struct walk *w,
			const struct render_meta *m, const struct render_style *st)
{
	const char *dir = render_dir(m->dir);

	if (of == COLUMN_NUMBER && m->number)
		str_add_u64(s, m->number);
	else if (of == COLUMN_TIME && m->has_time)
		render_epoch(s, m->ts_ns);
	else if (of == COLUMN_DATE && m->has_time)
		render_time(s, m->ts_ns, st->utc_offset_s, true);
	else if (of == COLUMN_IFACE && m->iface)
		render_outside_name(s, m->iface);
	else if (of == COLUMN_DIR && dir)
		str_add(s, dir);
	else if (of == COLUMN_VLAN && m->vlan_tpid)
		str_add_u64(s, m->vlan_tci & 0xfff);
	else if (of == COLUMN_LEN)
		str_add_u64(s, w->len);
	else if (of == COLUMN_CAPLEN)
		str_add_u64(s, w->cap_len);
	else if (of == COLUMN_LINKTYPE)
		linktype_cell(s, w->linktype);
	else if (of == COLUMN_LAYERS)
		layers_cell(s, w);
	else if (of == COLUMN_PAYLOAD)
		str_add_u64(s, w->payload_bytes);
}

/* Brings the cell that begins at 'begin' to its column's width. */
static void align(struct str *s, size_t begin, const struct column *c, bool last)
{
	size_t n, pad;

	if (s->len == begin)
		str_addc(s, '-');
	n = s->len - begin;
	pad = n < c->width ? c->width - n : 0;
	if (c->right && pad && str_room(s, pad)) {
		memmove(s->p + begin + pad, s->p + begin, n + 1);
		memset(s->p + begin, ' ', pad);
		s->len += pad;
	} else if (!last) {
		str_pad(s, ' ', pad);
	}
}

static void end_cell(struct str *s, const struct columns *c, unsigned int i, size_t begin)
{
	bool last = i + 1 == c->n;

	if (c->csv)
		str_quote_csv(s, begin);
	else
		align(s, begin, &c->col[i], last);
	if (last)
		str_addc(s, '\n');
	else
		str_add(s, c->csv ? "," : "  ");
}

void columns_head(struct str *s, const struct columns *c)
{
	for (unsigned int i = 0; i < c->n; i++) {
		size_t begin = s->len;

		str_add(s, c->col[i].name);
		end_cell(s, c, i, begin);
	}
}

void columns_line(struct str *s, const struct columns *c, const struct walk *w,
		  const struct render_meta *m, const struct render_style *st)
{
	struct cell k = { .fi = { .value = cell_value, .open = cell_group, .close = cell_group,
				  .bad = cell_bad },
			  .s = s, .st = st };

	for (unsigned int i = 0; i < c->n; i++) {
		k.c = &c->col[i];
		k.begin = s->len;
		if (k.c->of == COLUMN_FIELD)
			field_cell(&k, w);
		else if (k.c->of == COLUMN_CSUM)
			csum_cell(&k, w, m);
		else
			packet_cell(s, k.c->of, w, m, st);
		end_cell(s, c, i, k.begin);
	}
}
