// SPDX-License-Identifier: GPL-2.0-or-later
/* field - bits of a header as numbers and back, and what the numbers are called. */
#include "base/bytes.h"
#include "proto/names.h"
#include "proto/proto.h"

uint64_t bits_get(const uint8_t *hdr, struct bits b)
{
	unsigned int first = b.off / 8, end = b.off + b.n, last = (end + 7) / 8;
	uint64_t v = 0;

	if (b.off % 8 == 0) {
		switch (b.n) {
		case 8:
			return hdr[first];
		case 16:
			return get_be16(hdr + first);
		case 32:
			return get_be32(hdr + first);
		}
	}
	/* 64 bits that start inside a byte span nine: take the first one's part by itself */
	v = hdr[first] & (0xff >> b.off % 8);
	if (last == first + 1)
		return v >> (last * 8 - end);
	for (unsigned int i = first + 1; i + 1 < last; i++)
		v = v << 8 | hdr[i];
	end = last * 8 - end;
	return v << (8 - end) | hdr[last - 1] >> end;
}

void bits_put(uint8_t *hdr, struct bits b, uint64_t v)
{
	for (unsigned int i = b.n, at = b.off + b.n; i > 0; i--, v >>= 1) {
		uint8_t mask = 0x80 >> (--at % 8);

		if (v & 1)
			hdr[at / 8] |= mask;
		else
			hdr[at / 8] &= ~mask;
	}
}

static uint64_t swap_bytes(uint64_t v, unsigned int bits)
{
	return __builtin_bswap64(v) >> (64 - bits);
}

uint64_t field_get(const struct field *f, const uint8_t *hdr)
{
	uint64_t v = bits_get(hdr, f->at);

	return f->flags & FIELD_LE ? swap_bytes(v, f->at.n) : v;
}

void field_put(const struct field *f, uint8_t *hdr, uint64_t v)
{
	bits_put(hdr, f->at, f->flags & FIELD_LE ? swap_bytes(v, f->at.n) : v);
}

uint64_t next_get(const struct next_rule *r, const uint8_t *hdr, uint32_t hdr_bytes)
{
	uint64_t v = bits_get(hdr, next_at(r, hdr_bytes));

	return r->le ? swap_bytes(v, r->at.n) : v;
}

void next_put(const struct next_rule *r, uint8_t *hdr, uint32_t hdr_bytes, uint64_t number)
{
	bits_put(hdr, next_at(r, hdr_bytes), r->le ? swap_bytes(number, r->at.n) : number);
}

bool field_when_holds(const struct field_when *w, const uint8_t *hdr, uint32_t n)
{
	uint64_t v;

	if (!w)
		return true;
	if ((w->at.off + w->at.n + 7u) / 8 > n)
		return false;
	v = bits_get(hdr, w->at);
	for (unsigned int i = 0; i < w->n; i++)
		if (w->v[i] == v)
			return true;
	return false;
}

const char *field_value_name(const struct field *f, uint64_t v)
{
	for (const struct value_name *n = f->names; n && n->name; n++)
		if (n->value == v)
			return n->name;
	return f->reg && v <= UINT32_MAX ? names_of(f->reg, v) : NULL;
}
