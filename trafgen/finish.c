// SPDX-License-Identifier: GPL-2.0-or-later
/* finish - a packet whose elements are all there: lengths and checksums of its headers, then its
 * operations in the order in which they must run. A checksum is an operation only where something
 * that it covers changes, and its sum over what never changes is made here. */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/str.h"
#include "comp.h"
#include "proto/csum.h"

/* Indices of the first packet of all: what it holds is the template. */
static const uint64_t first[N_INDEX];

static void mark(struct changes *ch, const struct op *op, uint32_t len)
{
	uint32_t bits = op->kind == OP_BYTES  ? op->n * 8 :
			op->kind == OP_ORBIT  ? 8 :
			op->kind == OP_CSUM   ? 16 :
			op->kind == OP_CRC32C ? 32 : op->n_bits;

	for (uint32_t i = op->off_bits / 8; i < (op->off_bits + bits + 7) / 8 && i < len; i++)
		ch->map[i] = 1;
}

/* A length that the script gave may be less than there is, for padding, but not more. */
static void check_length(const struct comp *c, const struct layer *l, uint32_t total)
{
	const struct len_rule *r = &l->proto->total;
	uint64_t says = r->add + r->unit * bits_get(layer_bytes(c, l), r->at);

	if (says > total && !r->le && field_when_holds(r->when, layer_bytes(c, l), l->bytes))
		comp_warn(c, l->line, "%s says that it is %llu bytes with what follows, there are %u",
			  l->proto->name, (unsigned long long)says, total);
}

/* Lengths that the headers state, the outermost first. */
static void put_lengths(struct comp *c)
{
	for (unsigned int i = 0; i < c->n_layers; i++) {
		const struct layer *l = &c->layers[i];
		const struct proto *p = l->proto;
		uint8_t *hdr = c->buf + l->off;
		uint32_t total = c->len - l->off;

		if (layer_has(l, p->total.at))
			check_length(c, l, total);
		else if (p->total.at.n && p->total.unit && total >= p->total.add)
			bits_put(hdr, p->total.at, (total - p->total.add) / p->total.unit);
		if (p->hdr.at.n && p->hdr.unit && !p->hdr.cases && l->bytes >= p->hdr.add &&
		    !layer_has(l, p->hdr.at))
			bits_put(hdr, p->hdr.at, (l->bytes - p->hdr.add) / p->hdr.unit);
		/* IEEE 802.3: where LLC follows, the type is a length */
		if (p->next.reg == REG_ETHERTYPE && i + 1 < c->n_layers &&
		    streq(c->layers[i + 1].proto->name, "llc") && !layer_has(l, p->next.at))
			bits_put(hdr, p->next.at, total - l->bytes);
	}
}

static bool any_change(const struct changes *ch, uint32_t off, uint32_t n)
{
	return memchr(ch->map + off, 1, n) != NULL;
}

/* How many of the 'n' bytes from 'off' on are alike to checksum 'op': its own or not, and changing
 * or not. */
static uint32_t run_of(const struct changes *ch, const struct op *op, uint32_t off, uint32_t n)
{
	uint32_t own = op->off_bits / 8, i = 0;

	while (i < n && (off + i - own < 2) == (off - own < 2) &&
	       ch->map[off + i] == ch->map[off])
		i++;
	return i;
}

/* Adds bytes 'off' to 'off' + 'n' of the packet to checksum 'op': what never changes to its base,
 * what does as spans. 'parity' is the place of the first byte in its 16-bit word. */
static int cover(struct comp *c, const struct changes *ch, struct op *op, uint32_t off, uint32_t n,
		 bool parity, struct span *spans, uint16_t max)
{
	uint32_t run;

	for (uint32_t end = off + n; off < end; off += run, parity ^= run & 1) {
		uint8_t word[2] = { 0, c->buf[off] };

		run = run_of(ch, op, off, end - off);
		if (off - op->off_bits / 8 < 2)
			continue; /* the checksum itself counts as zero */
		if (ch->map[off]) {
			if (op->n_spans == max)
				return err_set(c->e, E2BIG, "%s:%u: a checksum covers too many "
					       "changing parts", c->lex.file, c->lex.at_line);
			spans[op->n_spans++] = (struct span){ off, run, parity };
			continue;
		}
		if (parity)
			op->base = csum_add(op->base, word, 2);
		op->base = csum_add(op->base, c->buf + off + parity, run - parity);
	}
	return 0;
}

int finish_checksum(struct comp *c, struct changes *ch, struct op *op, const struct span *spans,
		    struct op *ops, uint32_t *n_ops)
{
	struct packet once = { .ops = op, .n_ops = 1 };
	struct span *own = NULL;

	if (op->n_spans) {
		own = arena_alloc(&c->g->arena, op->n_spans * sizeof(*own));
		if (!own)
			return err_sys(c->e, ENOMEM, "%s", c->o->file);
		memcpy(own, spans, op->n_spans * sizeof(*own));
	}
	op->spans = own;
	prog_apply(&once, first, c->buf);
	if (op->n_spans) {
		ops[(*n_ops)++] = *op;
		mark(ch, op, c->len);
	}
	return 0;
}

/* csumip(from, to) */
static int range_checksum(struct comp *c, struct changes *ch, const struct pending *p,
			  struct op *ops, uint32_t *n_ops)
{
	struct span spans[FINISH_SPANS];
	struct op op = p->op;
	uint32_t end = MIN(p->b + 1, c->len), from = MIN(p->a, end);
	int rc;

	if (p->b >= c->len)
		comp_warn(c, p->line, "the checksum goes to byte %u, the packet has %u bytes", p->b,
			  c->len);
	rc = cover(c, ch, &op, from, end - from, false, spans, FINISH_SPANS);
	return rc ? rc : finish_checksum(c, ch, &op, spans, ops, n_ops);
}

/* The pseudo header of what begins at 'upper' under the IP header at 'ip', and all of that. */
static int pseudo_checksum(struct comp *c, struct changes *ch, struct op *op, uint32_t ip, bool v6,
			   uint8_t proto, uint32_t upper, uint32_t covered, struct op *ops,
			   uint32_t *n_ops)
{
	struct span spans[FINISH_SPANS];
	uint32_t len = c->len - upper, off = ip + (v6 ? 8 : 12), n = v6 ? 32 : 8;
	uint8_t tail[8] = { len >> 24, len >> 16, len >> 8, len, 0, 0, 0, proto };
	int rc = 0;

	op->base = csum_add(op->base, tail, 8);
	if (off < c->len)
		rc = cover(c, ch, op, off, MIN(n, c->len - off), false, spans, FINISH_SPANS);
	if (!rc)
		rc = cover(c, ch, op, upper, covered, false, spans, FINISH_SPANS);
	return rc ? rc : finish_checksum(c, ch, op, spans, ops, n_ops);
}

static int raw_pseudo(struct comp *c, struct changes *ch, const struct pending *p, struct op *ops,
		      uint32_t *n_ops)
{
	bool v6 = p->kind == PEND_PSEUDO6;
	struct op op = p->op;

	if (p->b >= c->len || p->a + (v6 ? 40 : 20) > c->len)
		comp_warn(c, p->line, "the checksum asks for headers at %u and %u, the packet has %u "
			  "bytes", p->a, p->b, c->len);
	if (p->b >= c->len)
		return 0;
	return pseudo_checksum(c, ch, &op, p->a, v6, p->proto, p->b, c->len - p->b, ops, n_ops);
}

/* The IP header below layer 'i', or NULL. */
static const struct layer *ip_below(const struct comp *c, unsigned int i, bool *ret_v6)
{
	while (i-- > 0) {
		const struct proto *p = c->layers[i].proto;

		*ret_v6 = streq(p->name, "ip6");
		if (*ret_v6 || streq(p->name, "ip"))
			return &c->layers[i];
	}
	return NULL;
}

int finish_crc(struct comp *c, struct changes *ch, const struct layer *l, uint32_t covered,
	       struct op *ops, uint32_t *n_ops)
{
	struct op op = { .kind = OP_CRC32C, .off_bits = l->off * 8 + l->proto->csum.at.off,
			 .n_spans = 1 };
	struct span *s = arena_alloc(&c->g->arena, sizeof(*s));
	struct packet once = { .ops = &op, .n_ops = 1 };

	if (!s)
		return err_sys(c->e, ENOMEM, "%s", c->o->file);
	*s = (struct span){ l->off, covered, false };
	op.spans = s;
	prog_apply(&once, first, c->buf);
	if (any_change(ch, s->off, s->n)) {
		ops[(*n_ops)++] = op;
		mark(ch, &op, c->len);
	}
	return 0;
}

/* The checksum of header 'i', unless the script gave it. */
static int header_checksum(struct comp *c, struct changes *ch, unsigned int i, struct op *ops,
			   uint32_t *n_ops)
{
	const struct layer *l = &c->layers[i], *ip;
	const struct csum_rule *r = &l->proto->csum;
	uint8_t *hdr = c->buf + l->off;
	uint32_t n = c->len - l->off, proto = 0;
	struct op op = { .kind = OP_CSUM, .off_bits = l->off * 8 + r->at.off };
	struct span spans[FINISH_SPANS];
	enum csum_kind kind = r->kind;
	bool v6 = false;
	int rc;

	if (!kind || layer_has(l, r->at) || (r->at.off + r->at.n) / 8u > l->bytes ||
	    !field_when_holds(r->when, hdr, l->bytes))
		return 0;
	if (r->kind_of)
		kind = r->kind_of(hdr);
	if (kind == CSUM_NONE)
		return 0;
	if (kind == CSUM_CRC32C)
		return finish_crc(c, ch, l, n, ops, n_ops);
	op.no_zero = r->zero_is_absent;
	if (kind == CSUM_HEADER)
		n = l->bytes;
	else if (r->cover)
		n = MIN(n, r->cover(hdr, l->bytes, n));
	put_be16(hdr + r->at.off / 8, 0);
	ip = ip_below(c, i, &v6);
	if (kind == CSUM_PSEUDO && ip) {
		(void)proto_link_value(l->proto, REG_IP_PROTO, &proto);
		return pseudo_checksum(c, ch, &op, ip->off, v6, proto, l->off, n, ops, n_ops);
	}
	if (r->hole.n && r->hole.off / 8 + r->hole.n / 8u <= n) {
		uint32_t hole = r->hole.off / 8, end = hole + r->hole.n / 8;

		rc = cover(c, ch, &op, l->off, hole, false, spans, FINISH_SPANS);
		if (!rc)
			rc = cover(c, ch, &op, l->off + end, n - end, false, spans, FINISH_SPANS);
	} else {
		rc = cover(c, ch, &op, l->off, n, false, spans, FINISH_SPANS);
	}
	return rc ? rc : finish_checksum(c, ch, &op, spans, ops, n_ops);
}

/* Counters and random numbers first: everything else looks at what they wrote. */
static void put_values(struct comp *c, struct changes *ch, struct op *ops, uint32_t *n_ops)
{
	for (size_t i = 0; i < c->n_pending; i++) {
		struct pending *p = &c->pending[i];
		struct packet once = { .ops = &p->op, .n_ops = 1 };

		if (p->kind != PEND_OP)
			continue;
		prog_apply(&once, first, c->buf);
		ops[(*n_ops)++] = p->op;
		mark(ch, &p->op, c->len);
	}
}

static int put_checksums(struct comp *c, void *arg, struct changes *ch, struct op *ops,
			 uint32_t *n_ops)
{
	int rc = 0;

	(void)arg;
	/* the inside first: an outer sum covers an inner one */
	for (unsigned int i = c->n_layers; !rc && i-- > 0;)
		rc = header_checksum(c, ch, i, ops, n_ops);
	for (size_t i = 0; !rc && i < c->n_pending; i++) {
		const struct pending *p = &c->pending[i];

		if (p->kind == PEND_RANGE)
			rc = range_checksum(c, ch, p, ops, n_ops);
		else if (p->kind == PEND_PSEUDO4 || p->kind == PEND_PSEUDO6)
			rc = raw_pseudo(c, ch, p, ops, n_ops);
	}
	return rc;
}

int finish_packet(struct comp *c, struct packet *p)
{
	put_lengths(c);
	return finish_by(c, p, put_checksums, NULL);
}

int finish_by(struct comp *c, struct packet *p, finish_checksums_fn checksums, void *arg)
{
	struct changes ch = { .map = calloc(1, c->len + 1) };
	size_t max = c->n_pending + c->n_layers;
	struct op *ops = max ? arena_alloc(&c->g->arena, max * sizeof(*ops)) : NULL;
	uint32_t n_ops = 0;
	int rc = 0;

	p->bytes = arena_alloc(&c->g->arena, c->len);
	if (!ch.map || (max && !ops) || !p->bytes) {
		free(ch.map);
		return err_sys(c->e, ENOMEM, "%s", c->o->file);
	}
	put_values(c, &ch, ops, &n_ops);
	rc = checksums(c, arg, &ch, ops, &n_ops);
	memcpy(p->bytes, c->buf, c->len);
	p->len = c->len;
	p->ops = ops;
	p->n_ops = n_ops;
	free(ch.map);
	return rc;
}
