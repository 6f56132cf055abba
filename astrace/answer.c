// SPDX-License-Identifier: GPL-2.0-or-later
/* answer - see answer.h. Sources: RFC 792, 4443, 4884, 4950, 5837. */
#include "answer.h"

#include "base/bytes.h"
#include "proto/csum.h"

enum { QUOTE_COMPAT = 128 }; /* RFC 4884 section 5: where older routers put extensions */

static const uint8_t *skip_ip6_headers(struct cur *c, uint8_t *proto, bool *ret_any)
{
	while (*proto == IPPROTO_HOPOPTS || *proto == IPPROTO_ROUTING ||
	       *proto == IPPROTO_DSTOPTS) {
		uint8_t next = cur_u8(c), len = cur_u8(c);

		cur_skip(c, 6 + len * 8u);
		if (c->failed)
			return NULL;
		*proto = next;
		*ret_any = true;
	}
	return c->p;
}

static bool quote4(struct cur *c, struct quote *q)
{
	const uint8_t *start = cur_peek(c, 20);
	uint32_t hdr;

	if (!start || start[0] >> 4 != 4 || (start[0] & 15) < 5)
		return false;
	hdr = (start[0] & 15) * 4u;
	if (!cur_take(c, hdr))
		return false;
	q->tos = start[1];
	q->len = get_be16(start + 2);
	q->id = get_be16(start + 4);
	q->frag = get_be16(start + 6);
	q->ttl = start[8];
	q->proto = start[9];
	q->src = addr_of(AF_INET, start + 12);
	q->dst = addr_of(AF_INET, start + 16);
	q->has_opts = hdr > 20;
	q->csum_ok = csum_fold(csum_add(0, start, hdr)) == 0;
	return (q->frag & 0x1fff) == 0;
}

static bool quote6(struct cur *c, struct quote *q)
{
	const uint8_t *start = cur_take(c, 40);

	if (!start || start[0] >> 4 != 6)
		return false;
	q->tos = get_be16(start) >> 4 & 0xff;
	q->flow = get_be32(start) & 0xfffff;
	q->len = MIN(get_be16(start + 4) + 40u, 0xffffu);
	q->proto = start[6];
	q->ttl = start[7];
	q->src = addr_of(AF_INET6, start + 8);
	q->dst = addr_of(AF_INET6, start + 24);
	return skip_ip6_headers(c, &q->proto, &q->has_opts) != NULL;
}

bool answer_quote(int family, const uint8_t *p, uint32_t n, struct quote *ret)
{
	struct cur c = cur_of(p, n);
	struct quote q = { 0 };

	if (!(family == AF_INET ? quote4(&c, &q) : quote6(&c, &q)) || cur_left(&c) < 8)
		return false;
	q.present = true;
	q.l4 = c.p;
	q.l4_bytes = cur_left(&c);
	*ret = q;
	return true;
}

static void mpls_object(struct cur *c, struct answer *a)
{
	while (cur_left(c) >= 4) {
		uint32_t v = cur_be32(c);

		if (a->n_labels == ANSWER_LABELS)
			return;
		a->labels[a->n_labels++] =
			(struct mpls_label){ v >> 12, v >> 9 & 7, v >> 8 & 1, v };
	}
}

static void iface_name(struct cur *c, struct iface_info *i)
{
	uint8_t len = cur_u8(c);
	struct cur name;

	/* the length counts itself and comes to a multiple of four, 64 at most */
	if (!len || len > ANSWER_IFNAME) {
		c->failed = true;
		return;
	}
	name = cur_sub(c, len - 1u);
	if (!name.failed)
		memcpy(i->name, name.p, cur_left(&name));
}

static void iface_object(struct cur *c, uint8_t ctype, struct answer *a)
{
	struct iface_info i = { .role = ctype >> 6 };

	if (ctype & 8) {
		i.has_index = true;
		i.index = cur_be32(c);
	}
	if (ctype & 4) {
		uint16_t afi = cur_be16(c);
		const uint8_t *p;

		cur_skip(c, 2);
		p = cur_take(c, afi == 2 ? 16 : 4);
		if (p && (afi == 1 || afi == 2))
			i.addr = addr_of(afi == 2 ? AF_INET6 : AF_INET, p);
	}
	if (ctype & 2)
		iface_name(c, &i);
	if (ctype & 1) {
		i.has_mtu = true;
		i.mtu = cur_be32(c);
	}
	if (c->failed)
		a->ext_bad = true;
	else if (a->n_ifaces < ANSWER_IFACES)
		a->ifaces[a->n_ifaces++] = i;
}

void answer_extensions(const uint8_t *p, uint32_t n, struct answer *a)
{
	struct cur c = cur_of(p, n);
	uint16_t head = cur_be16(&c), csum = cur_be16(&c);

	if (c.failed || head >> 12 != 2)
		return;
	a->has_ext = true;
	if (csum && csum_fold(csum_add(0, p, n)) != 0) {
		a->ext_bad = true;
		return;
	}
	while (cur_left(&c)) {
		uint16_t len = cur_be16(&c);
		uint8_t class = cur_u8(&c), ctype = cur_u8(&c);
		struct cur body = cur_sub(&c, len >= 4 ? len - 4u : UINT32_MAX);

		if (body.failed) {
			a->ext_bad = true;
			return;
		}
		if (class == 1 && ctype == 1)
			mpls_object(&body, a);
		else if (class == 2)
			iface_object(&body, ctype, a);
		else
			a->n_unknown += a->n_unknown < 255;
	}
}

/* The quote of an error whose header was read: 'words' bytes of it precede extensions, as the
 * error says; 0 if it says nothing. */
static bool error_body(struct cur *c, int family, uint32_t words, struct answer *a)
{
	const uint8_t *p = c->p;
	uint32_t n = cur_left(c), quoted = n;

	if (words && words <= n) {
		quoted = words;
		if (n > words)
			answer_extensions(p + words, n - words, a);
	} else if (!words && n >= QUOTE_COMPAT + 8 && p[QUOTE_COMPAT] >> 4 == 2 &&
		   csum_fold(csum_add(0, p + QUOTE_COMPAT, n - QUOTE_COMPAT)) == 0) {
		/* without a length: only where the checksum proves that it is a structure */
		quoted = QUOTE_COMPAT;
		answer_extensions(p + QUOTE_COMPAT, n - QUOTE_COMPAT, a);
	}
	return answer_quote(family, p, quoted, &a->quote);
}

static bool echo_reply(struct cur *c, struct answer *a)
{
	a->kind = ANSWER_ECHO;
	a->id = cur_be16(c);
	a->seq = cur_be16(c);
	a->data = c->p;
	a->data_bytes = cur_left(c);
	return !c->failed;
}

static bool icmp4(struct cur *c, struct answer *a)
{
	const uint8_t *h = cur_peek(c, 8);

	if (!h || csum_fold(csum_add(0, h, cur_left(c))) != 0)
		return false;
	a->type = h[0];
	a->code = h[1];
	cur_skip(c, 4);
	if (a->type == 0)
		return echo_reply(c, a);
	cur_skip(c, 4);
	if (a->type == 11)
		a->kind = ANSWER_TIME;
	else if (a->type == 12)
		a->kind = ANSWER_PARAMETER;
	else if (a->type == 3)
		a->kind = a->code == 4 ? ANSWER_BIG : ANSWER_UNREACHABLE;
	else
		return false;
	if (a->kind == ANSWER_BIG)
		a->mtu = get_be16(h + 6);
	return error_body(c, AF_INET, h[5] * 4u, a);
}

static bool icmp6(struct cur *c, struct answer *a)
{
	const uint8_t *h = cur_peek(c, 8);
	uint64_t sum;

	if (!h)
		return false;
	sum = csum_pseudo6(a->from.b, a->to.b, IPPROTO_ICMPV6, cur_left(c));
	if (csum_fold(csum_add(sum, h, cur_left(c))) != 0)
		return false;
	a->type = h[0];
	a->code = h[1];
	cur_skip(c, 4);
	if (a->type == 129)
		return echo_reply(c, a);
	cur_skip(c, 4);
	if (a->type < 1 || a->type > 4)
		return false;
	a->kind = (uint8_t[]){ ANSWER_UNREACHABLE, ANSWER_BIG, ANSWER_TIME,
			       ANSWER_PARAMETER }[a->type - 1];
	if (a->kind == ANSWER_BIG)
		a->mtu = MIN(get_be32(h + 4), 0xffffu);
	/* only these two have a length of the quote (RFC 4884 section 4) */
	return error_body(c, AF_INET6, a->type == 1 || a->type == 3 ? h[4] * 8u : 0, a);
}

static bool tcp(struct cur *c, struct answer *a)
{
	const uint8_t *h = cur_peek(c, 20);
	uint32_t off;

	if (!h)
		return false;
	off = (h[12] >> 4) * 4u;
	if (off < 20 || !cur_take(c, off))
		return false;
	a->kind = ANSWER_TCP;
	a->sport = get_be16(h);
	a->dport = get_be16(h + 2);
	a->tcp_seq = get_be32(h + 4);
	a->tcp_ack = get_be32(h + 8);
	a->tcp_flags = get_be16(h + 12) & 0x1ff;
	a->data = c->p;
	a->data_bytes = cur_left(c);
	return true;
}

static bool udp(struct cur *c, struct answer *a)
{
	const uint8_t *h = cur_take(c, 8);

	if (!h)
		return false;
	a->kind = ANSWER_UDP;
	a->sport = get_be16(h);
	a->dport = get_be16(h + 2);
	a->data = c->p;
	a->data_bytes = cur_left(c);
	return true;
}

/* The IP header of the answer itself, and 'c' narrowed to what it says is behind it. */
static bool outer(struct cur *c, struct answer *a, uint8_t *ret_proto)
{
	const uint8_t *h = cur_peek(c, 20);
	bool any = false;
	uint32_t hdr;

	if (!h)
		return false;
	if (h[0] >> 4 == 4) {
		hdr = (h[0] & 15) * 4u;
		if (hdr < 20 || get_be16(h + 2) < hdr || (get_be16(h + 6) & 0x3fff))
			return false;
		a->from = addr_of(AF_INET, h + 12);
		a->to = addr_of(AF_INET, h + 16);
		a->ttl = h[8];
		a->tos = h[1];
		*ret_proto = h[9];
		*c = cur_sub(c, MIN(get_be16(h + 2), cur_left(c)));
		cur_skip(c, hdr);
		return !c->failed;
	}
	h = cur_take(c, 40);
	if (!h || h[0] >> 4 != 6)
		return false;
	a->from = addr_of(AF_INET6, h + 8);
	a->to = addr_of(AF_INET6, h + 24);
	a->ttl = h[7];
	a->tos = get_be16(h) >> 4;
	*ret_proto = h[6];
	*c = cur_sub(c, MIN(get_be16(h + 4), cur_left(c)));
	return skip_ip6_headers(c, ret_proto, &any) != NULL;
}

bool answer_parse(const uint8_t *p, uint32_t n, struct answer *ret)
{
	struct cur c = cur_of(p, n);
	uint8_t proto;
	bool ok;

	*ret = (struct answer){ 0 };
	if (!outer(&c, ret, &proto))
		return false;
	if (proto == IPPROTO_ICMP && ret->from.family == AF_INET)
		ok = icmp4(&c, ret);
	else if (proto == IPPROTO_ICMPV6 && ret->from.family == AF_INET6)
		ok = icmp6(&c, ret);
	else
		ok = proto == IPPROTO_TCP ? tcp(&c, ret) : proto == IPPROTO_UDP && udp(&c, ret);
	if (!ok)
		ret->kind = ANSWER_NONE;
	return ok;
}
