// SPDX-License-Identifier: GPL-2.0-or-later
/* value - lazy iteration over the fields of a layer that walk found. Options: tlv.c. */
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

/* Fills 'ret' from 'f' whose first byte is 'off' bytes into the header. False if it is empty. */
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
	if (f->flags & FIELD_NUL) {
		ret->n_bytes = strnlen((const char *)ret->p, n);
		return ret->n_bytes;
	}
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

		if ((f->flags & FIELD_FOUND) || ((f->flags & FIELD_VIEW) && !it->views))
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
		if (!take_value(it, f, f->at.off / 8, ret))
			continue;
		it->field++;
		return true;
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
