// SPDX-License-Identifier: GPL-2.0-or-later
/* value - lazy iteration over the fields and options of a layer that walk found. */
#include "base/bytes.h"
#include "proto/walk.h"

struct value_iter walk_values(const struct walk *w, const struct layer *l)
{
	return (struct value_iter){
		.field = l->proto->fields,
		.end = proto_fields_end(l->proto),
		.hdr = walk_hdr(w, l),
		.n_bytes = l->hdr_have,
	};
}

/* Fills 'ret' from 'f' whose first byte is 'off' bytes into the header. */
static bool take_value(const struct value_iter *it, const struct field *f, uint32_t off,
		       struct value *ret)
{
	uint32_t n = f->at.n / 8;

	if (f->flags & FIELD_REST)
		n = it->n_bytes - off;
	ret->field = f;
	ret->p = it->hdr + off;
	ret->n_bytes = n;
	ret->num = 0;
	if (!field_is_number(f))
		return true;
	if (f->flags & FIELD_ARRAY) {
		struct field moved = *f;

		moved.at.off = f->at.off % 8;
		ret->num = field_get(&moved, ret->p);
	} else {
		ret->num = field_get(f, it->hdr);
	}
	return true;
}

/* The next element of array 'f', or false at its end. */
static bool next_element(struct value_iter *it, const struct field *f, struct value *ret)
{
	uint32_t n = (f->at.n + 7) / 8, off = it->array ? it->array : f->at.off / 8;

	if (!n || off > it->n_bytes || it->n_bytes - off < n)
		return false;
	it->array = off + n;
	return take_value(it, f, off, ret);
}

bool value_next(struct value_iter *it, struct value *ret)
{
	for (; it->field < it->end; it->field++, it->array = 0) {
		const struct field *f = it->field;

		if ((f->flags & FIELD_VIEW) && !it->views)
			continue;
		if (field_end_bytes(f) > it->n_bytes)
			continue;
		if (f->when && !field_when_holds(f->when, it->hdr, it->n_bytes))
			continue;
		if (f->flags & FIELD_ARRAY) {
			if (next_element(it, f, ret))
				return true;
			continue;
		}
		it->field++;
		return take_value(it, f, f->at.off / 8, ret);
	}
	return false;
}

bool walk_value(const struct walk *w, const struct layer *l, const struct field *f,
		struct value *ret)
{
	struct value_iter it = walk_values(w, l);

	it.field = f;
	it.end = f + 1;
	it.views = true;
	return value_next(&it, ret);
}

struct option_iter walk_options(const struct walk *w, const struct layer *l)
{
	const struct proto *p = l->proto;
	const uint8_t *hdr = walk_hdr(w, l);
	struct option_iter it = { .proto = p, .cut = l->hdr_have < l->hdr_bytes };
	uint32_t off = p->opt_off ? p->opt_off : p->min_bytes;

	it.p = it.end = hdr;
	if (!p->opt_style || l->why == WALK_SHORT || l->why == WALK_HDR_SMALL ||
	    l->why == WALK_VERSION)
		return it;
	if (!field_when_holds(p->opt_when, hdr, l->hdr_have))
		return it;
	if (p->hdr.cases && p->hdr.at.n && (p->hdr.at.off + p->hdr.at.n + 7u) / 8 <= l->hdr_have) {
		uint32_t v = bits_get(hdr, p->hdr.at);

		for (const struct len_case *c = p->hdr.cases; c->bytes; c++)
			if (c->value == v)
				off = c->bytes;
	}
	if (off < l->hdr_have) {
		it.p = hdr + off;
		it.end = hdr + l->hdr_have;
	}
	return it;
}

/* Length of the option at 'p' with 'left' bytes, 0 if it lies or its length is not there. */
static uint32_t option_bytes(uint8_t style, const uint8_t *p, uint32_t left)
{
	uint32_t n;

	if (style == OPT_IP && p[0] <= 1)
		return 1;
	if (style == OPT_IP6 && p[0] == 0)
		return 1;
	if (left < 2)
		return 0;
	n = style == OPT_IP6 ? p[1] + 2u : style == OPT_ND ? p[1] * 8u : p[1];
	return n < 2 || n > left ? 0 : n;
}

bool option_next(struct option_iter *it, struct option *ret)
{
	uint32_t left = it->end - it->p, n;

	if (!left)
		return false;
	n = option_bytes(it->proto->opt_style, it->p, left);
	ret->kind = it->p[0];
	ret->def = proto_opt(it->proto, ret->kind);
	ret->p = it->p;
	ret->bad = false;
	if (!n) {
		/* an option that the capture cut short is not bad, it ends the list */
		ret->bad = !it->cut;
		ret->n_bytes = left;
		it->p = it->end;
		return ret->bad;
	}
	if (ret->def)
		ret->bad = n < ret->def->min_bytes ||
			   (ret->def->max_bytes && n > ret->def->max_bytes);
	ret->n_bytes = n;
	it->p += n;
	if (it->proto->opt_style == OPT_IP && ret->kind == 0)
		it->p = it->end;
	return true;
}

struct value_iter option_values(const struct option *o)
{
	const struct field *f = o->def && !o->bad ? o->def->fields : NULL;

	return (struct value_iter){
		.field = f,
		.end = f ? f + o->def->n_fields : NULL,
		.hdr = o->p,
		.n_bytes = o->n_bytes,
	};
}
