// SPDX-License-Identifier: GPL-2.0-or-later
/* tlv - stepping over the options of a layer by their layout (proto.h), and the layouts that
 * several protocols share. */
#include "base/bytes.h"
#include "proto/tables.h"
#include "proto/walk.h"

/* RFC 9293 3.1, RFC 791 3.1: kind, length of the whole option. */
const struct tlv_layout tlv_ip = {
	.kind = { 0, 8 }, .len = { 8, 8 }, .unit = 1, .pad = 1, .end = 0,
	.flags = TLV_PAD | TLV_END | TLV_END_BYTE,
};

/* RFC 8200 4.2: kind, length of the data; Pad1 is a single byte. */
const struct tlv_layout tlv_ip6 = {
	.kind = { 0, 8 }, .len = { 8, 8 }, .unit = 1, .add = 2, .pad = 0, .flags = TLV_PAD,
};

/* RFC 4861 4.6: kind, length of the whole option in 8 bytes. */
const struct tlv_layout tlv_nd = {
	.kind = { 0, 8 }, .len = { 8, 8 }, .unit = 8, .flags = TLV_TO_END,
};

struct option_iter walk_options(const struct walk *w, const struct layer *l)
{
	const struct proto *p = l->proto;
	const uint8_t *hdr = walk_hdr(w, l);
	struct option_iter it = { .proto = p, .cut = l->hdr_have < l->hdr_bytes };
	uint32_t off = p->opt_off ? p->opt_off : p->min_bytes;

	if (p->hdr_hook && p->hdr.at.n && l->hdr_have >= p->min_bytes)
		off = p->hdr_hook(hdr);
	it.first = it.p = it.end = hdr;
	if (!p->tlv || l->why == WALK_SHORT || l->why == WALK_HDR_SMALL || l->why == WALK_VERSION)
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
		it.first = it.p = hdr + off;
		it.end = hdr + l->hdr_have;
	}
	return it;
}

/* Bytes of kind and length together. */
static uint32_t head_bytes(const struct tlv_layout *t)
{
	return (MAX(t->kind.off + t->kind.n, t->len.off + t->len.n) + 7u) / 8;
}

static uint32_t bits_of(const struct tlv_layout *t, const uint8_t *p, struct bits at)
{
	uint32_t v = bits_get(p, at);

	return t->flags & TLV_LE ? __builtin_bswap32(v) >> (32 - at.n) : v;
}

/* Length of the option at 'p' with 'left' bytes and its kind; 0 if it lies or has no length. */
static uint32_t option_bytes(const struct tlv_layout *t, const uint8_t *p, uint32_t left,
			     uint32_t *ret_kind)
{
	uint32_t head = head_bytes(t), n;

	*ret_kind = p[0];
	if (((t->flags & TLV_PAD) && p[0] == t->pad) || p[0] < t->single)
		return 1;
	if ((t->flags & TLV_END_BYTE) && p[0] == t->end)
		return 1;
	if (left < head)
		return 0;
	*ret_kind = bits_of(t, p, t->kind);
	n = bits_of(t, p, t->len) * t->unit + t->add;
	return n < head || n > left ? 0 : n;
}

bool option_next(struct option_iter *it, struct option *ret)
{
	const struct tlv_layout *t = it->proto->tlv;
	uint32_t left = it->end - it->p, n;

	if (!left)
		return false;
	n = option_bytes(t, it->p, left, &ret->kind);
	ret->def = proto_opt(it->proto, ret->kind);
	ret->p = it->p;
	ret->skip = MIN(head_bytes(t), left);
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
	ret->skip = MIN(ret->skip, n);
	if (t->align)
		n += -(uint32_t)(it->p + n - it->first) % t->align;
	it->p += MIN(n, left);
	if ((t->flags & TLV_END) && ret->kind == t->end)
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
