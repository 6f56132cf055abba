// SPDX-License-Identifier: GPL-2.0-or-later
/* render_text - the block form: a line a layer with all its fields, then its options, what is
 * wrong with it, and the payload dumped. */
#include "proto/render_priv.h"

#define NAME_WIDTH 8

/* 'lead' goes before the first field, 'gap' before the others. */
static void add_values(struct str *s, struct value_iter it, const struct render_style *st,
		       const char *lead, const char *gap)
{
	const struct field *before = NULL;
	struct value v;

	while (value_next(&it, &v)) {
		if (v.field == before) {
			str_addc(s, ' ');
		} else {
			str_add(s, before ? gap : lead);
			str_add(s, v.field->name);
			str_addc(s, ' ');
		}
		before = v.field;
		render_value(s, &v, st);
	}
}

static void add_csum(struct str *s, const struct walk *w, const struct layer *l,
		     const struct render_meta *m, const struct render_style *st)
{
	uint32_t should;

	if (l->proto->csum.kind == CSUM_NONE)
		return;
	switch (render_csum(w, l, m, st, &should)) {
	case CSUM_STATE_OK:
		str_add(s, ", checksum ok");
		break;
	case CSUM_STATE_WRONG:
		str_add(s, ", ");
		render_color(s, st, COLOR_BAD);
		str_add(s, "checksum wrong (should be 0x");
		str_add_hex(s, should, l->proto->csum.at.n / 4);
		str_addc(s, ')');
		render_color(s, st, COLOR_OFF);
		break;
	case CSUM_STATE_UNKNOWN:
		str_add(s, ", checksum not verified");
		break;
	case CSUM_STATE_NONE:
		str_add(s, ", no checksum");
		break;
	}
}

/* Receives what a find hook gives: values go on in the layer's line, a group begins a line. */
struct text_finder {
	struct finder fi;
	struct str *s;
	const struct render_style *st;
	const struct field *before;
	bool line; /* something stands in this line that a separator has to follow */
	bool left; /* a group ended: what comes next begins a line */
	unsigned int inset; /* 1 inside an option */
};

static void text_line(struct text_finder *t, unsigned int depth)
{
	str_addc(t->s, '\n');
	str_pad(t->s, ' ', NAME_WIDTH + 2 + (depth + t->inset) * 2);
	t->line = false;
	t->left = false;
	t->before = NULL;
}

static void text_value(struct finder *fi, const struct value *v)
{
	struct text_finder *t = (struct text_finder *)fi;

	if (t->left)
		text_line(t, fi->depth);
	if (v->field == t->before) {
		str_addc(t->s, ' ');
	} else {
		if (t->line)
			str_add(t->s, fi->depth + t->inset ? " " : ", ");
		str_add(t->s, v->field->name);
		str_addc(t->s, ' ');
	}
	t->before = v->field;
	t->line = true;
	render_value(t->s, v, t->st);
}

static void text_open(struct finder *fi, const struct opt_def *group)
{
	struct text_finder *t = (struct text_finder *)fi;

	text_line(t, fi->depth - 1);
	str_add(t->s, group->name);
	t->line = true;
}

static void text_close(struct finder *fi, const struct opt_def *group)
{
	struct text_finder *t = (struct text_finder *)fi;

	(void)group;
	t->left = true;
}

static void text_bad(struct finder *fi, const char *what, uint64_t value)
{
	struct text_finder *t = (struct text_finder *)fi;

	text_line(t, fi->depth);
	render_bad(t->s, t->st, what, value);
	t->left = true;
}

static struct text_finder text_finder(struct str *s, const struct render_style *st, bool line)
{
	return (struct text_finder){
		.fi = { .value = text_value, .open = text_open, .close = text_close,
			.bad = text_bad },
		.s = s, .st = st, .line = line,
	};
}

static void add_option(struct str *s, const struct option *o, bool cut,
		       const struct render_style *st)
{
	struct value_iter it = option_values(o);
	struct text_finder t = text_finder(s, st, true);

	if (o->def) {
		str_add(s, o->def->name);
	} else {
		str_add(s, "kind ");
		str_add_u64(s, o->kind);
	}
	if (it.field < it.end) {
		add_values(s, it, st, " ", " ");
	} else if (o->n_bytes > o->skip && !(o->def && o->def->find)) {
		str_addc(s, ' ');
		render_hex_bytes(s, o->p + o->skip, o->n_bytes - o->skip);
	}
	t.inset = 1;
	option_find(o, cut, &t.fi);
	if (o->bad) {
		str_addc(s, ' ');
		render_color(s, st, COLOR_BAD);
		str_add(s, "bad: length");
		render_color(s, st, COLOR_OFF);
	}
}

static void add_options(struct str *s, const struct walk *w, const struct layer *l,
			const struct render_style *st)
{
	struct option_iter it = walk_options(w, l);
	bool first = true, lines = l->proto->tlv && (l->proto->tlv->flags & TLV_LINES);
	struct option o;

	while (option_next(&it, &o)) {
		if (first) {
			str_pad(s, ' ', NAME_WIDTH + 1);
			str_add(s, lines ? " " : " options: ");
		} else if (lines) {
			str_addc(s, '\n');
			str_pad(s, ' ', NAME_WIDTH + 2);
		} else {
			str_add_n(s, ", ", 2);
		}
		first = false;
		add_option(s, &o, it.cut, st);
	}
	if (!first)
		str_addc(s, '\n');
}

static void add_found(struct str *s, const struct walk *w, const struct layer *l,
		      const struct render_style *st, bool line)
{
	struct text_finder t = text_finder(s, st, line);

	if (l->proto->find)
		walk_find(w, l, &t.fi);
}

static void add_layer(struct str *s, const struct walk *w, const struct layer *l,
		      const struct render_meta *m, const struct render_style *st)
{
	size_t n = strlen(l->proto->name), before;

	str_addc(s, ' ');
	render_color(s, st, COLOR_PROTO);
	str_add_n(s, l->proto->name, n);
	render_color(s, st, COLOR_OFF);
	str_pad(s, ' ', n < NAME_WIDTH ? NAME_WIDTH - n + 1 : 1);
	before = s->len;
	add_values(s, walk_values(w, l), st, "", ", ");
	add_csum(s, w, l, m, st);
	add_found(s, w, l, st, s->len > before);
	str_addc(s, '\n');
	add_options(s, w, l, st);
	if (l->why == WALK_FINE)
		return;
	str_pad(s, ' ', NAME_WIDTH + 2);
	render_color(s, st, COLOR_BAD);
	render_why(s, l);
	render_color(s, st, COLOR_OFF);
	str_addc(s, '\n');
}

static void add_rest(struct str *s, const struct walk *w, const struct render_style *st,
		     const char *what, uint32_t off, uint32_t n, uint32_t have)
{
	size_t len = strlen(what);

	if (!n)
		return;
	str_addc(s, ' ');
	str_add_n(s, what, len);
	str_pad(s, ' ', len < NAME_WIDTH ? NAME_WIDTH - len + 1 : 1);
	str_add_u64(s, n);
	str_add(s, " bytes");
	if (have < n) {
		str_add(s, ", cut to ");
		str_add_u64(s, have);
	}
	str_addc(s, '\n');
	if (!st->no_payload && have)
		render_dump(s, w->data + off, have, 0, "  ");
}

void render_text(struct str *s, const struct walk *w, const struct render_meta *m,
		 const struct render_style *st)
{
	render_head(s, w, m, st);
	for (unsigned int i = 0; i < w->n_layers; i++)
		add_layer(s, w, &w->layers[i], m, st);
	add_rest(s, w, st, "payload", w->payload_off, w->payload_bytes, w->payload_have);
	add_rest(s, w, st, "trailer", w->trailer_off, w->trailer_bytes, w->trailer_have);
	str_addc(s, '\n');
}
