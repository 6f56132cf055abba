// SPDX-License-Identifier: GPL-2.0-or-later
/* probe - see probe.h. */
#include "probe.h"

#include <errno.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "proto/csum.h"

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };

struct addr probe_dst(const struct probe_kind *k, struct probe_id id)
{
	struct addr a = k->dst;

	if (k->by_dst && a.family == AF_INET6)
		put_be16(a.b + 14, get_be16(a.b + 14) + id.flow);
	else if (k->by_dst)
		a.b[3] += id.flow;
	return a;
}

/* By which the flow is told in the port. */
static uint16_t port_of(const struct probe_kind *k, uint16_t flow)
{
	return k->sport + (k->by_dst ? 0 : flow);
}

static uint32_t mac(const struct probe_kind *k, struct probe_id id)
{
	uint64_t x = (uint64_t)id.flow << 32 | id.ttl << 16 | id.seq << 8 | k->method;

	return hash_u64(k->key ^ hash_u64(x ^ k->key >> 32 ^ k->key << 32));
}

/* Never 0, which UDP takes for "no checksum" and the kernel for "choose an identification". */
static uint16_t tag(const struct probe_kind *k, struct probe_id id)
{
	uint16_t t = mac(k, id);

	return t ? t : 1;
}

static uint16_t mask(const struct probe_kind *k)
{
	return hash_u64(k->key + k->method);
}

/* No header field may hold 0: the value of the number that no probe has, hop limit 0, stands for
 * it. */
static uint16_t pid_pack(const struct probe_kind *k, struct probe_id id)
{
	uint16_t v = (id.ttl << 8 | id.seq) ^ mask(k);

	return v ? v : mask(k);
}

static struct probe_id pid_unpack(const struct probe_kind *k, uint16_t v, uint16_t flow)
{
	if (v == mask(k))
		v = 0;
	v ^= mask(k);
	return (struct probe_id){ .flow = flow, .ttl = v >> 8, .seq = v };
}

/* ICMP's checksum is constant within a flow. */
static uint16_t flow_csum(const struct probe_kind *k, uint16_t flow)
{
	uint16_t c = hash_u64(k->key ^ hash_u64(flow + 77));

	return c ? c : 1;
}

static uint32_t l4_header(const struct probe_kind *k)
{
	return k->method == METHOD_TCP ? 20 + (k->plain ? 0 : PROBE_TCP_OPTS) : 8;
}

/* TCP's state is in its numbers: nothing is added unless a length is asked for. */
static uint32_t cookie_bytes(const struct probe_kind *k)
{
	return k->method == METHOD_TCP ? 0 : PROBE_COOKIE;
}

/* The checksum that a cookie makes fit is of 16-bit words: it begins at an even place. */
static uint32_t least_size(const struct probe_kind *k)
{
	uint32_t n = probe_l4(k) + l4_header(k) + k->payload_bytes;

	return cookie_bytes(k) ? ALIGN_UP(n, 2u) + PROBE_COOKIE : n;
}

int probe_size(const struct probe_kind *k, struct err *e)
{
	uint32_t least = least_size(k);

	if (k->total_bytes && k->total_bytes < least)
		return err_set(e, EMSGSIZE,
			       "a probe of %u bytes has no room for what is in it: %u at least",
			       k->total_bytes, least);
	if (least > PROBE_MAX || k->total_bytes > PROBE_MAX)
		return err_set(e, EMSGSIZE, "a probe of more than %d bytes", PROBE_MAX);
	return k->total_bytes ? k->total_bytes : (int)least;
}

/* Behind the text: routers quote the beginning of a probe, IPv6 ones 1232 bytes of it. */
static uint32_t cookie_at(const struct probe_kind *k)
{
	return least_size(k) - PROBE_COOKIE;
}

static void ip_header(const struct probe_kind *k, struct probe_id id, uint16_t ip_id, uint32_t size,
		      uint8_t *p)
{
	static const uint8_t protos[] = { 0, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_TCP };
	struct addr dst = probe_dst(k, id);
	uint8_t proto = protos[k->method];

	if (k->src.family == AF_INET6) {
		put_be32(p, 6u << 28 | k->tos << 20 | (hash_u64(k->key + id.flow) & 0xfffff));
		put_be16(p + 4, size - 40);
		p[6] = proto == IPPROTO_ICMP ? IPPROTO_ICMPV6 : proto;
		p[7] = id.ttl;
		memcpy(p + 8, k->src.b, 16);
		memcpy(p + 24, dst.b, 16);
		return;
	}
	p[0] = 0x45;
	p[1] = k->tos;
	put_be16(p + 2, size);
	put_be16(p + 4, ip_id);
	put_be16(p + 6, k->df ? 0x4000 : 0);
	p[8] = id.ttl;
	p[9] = proto;
	memcpy(p + 12, k->src.b, 4);
	memcpy(p + 16, dst.b, 4);
	put_be16(p + 10, csum_fold(csum_add(0, p, 20)));
}

static uint64_t pseudo(const struct probe_kind *k, struct probe_id id, uint8_t proto, uint32_t n)
{
	struct addr dst = probe_dst(k, id);

	if (k->src.family == AF_INET6)
		return csum_pseudo6(k->src.b, dst.b, proto, n);
	return proto == IPPROTO_ICMP ? 0 : csum_pseudo4(k->src.b, dst.b, proto, n);
}

/* Gives the 16-bit word at 'at' the value by which the checksum over 'l4' becomes 'want'. */
static void fit(uint64_t sum, uint8_t *l4, uint32_t n, uint8_t *at, uint16_t want)
{
	uint16_t have;
	uint32_t x;

	put_be16(at, 0);
	have = csum_fold(csum_add(sum, l4, n));
	/* ~(S + x) = want, so x = ~want - S = have + ~want in ones' complement (RFC 1624) */
	x = (uint32_t)have + (uint16_t)~want;
	put_be16(at, (x & 0xffff) + (x >> 16));
}

static void udp(const struct probe_kind *k, struct probe_id id, uint8_t *l4, uint32_t n,
		uint8_t *fix)
{
	put_be16(l4, port_of(k, id.flow));
	put_be16(l4 + 2, k->dport);
	put_be16(l4 + 4, n);
	put_be16(l4 + 6, 0);
	fit(pseudo(k, id, IPPROTO_UDP, n), l4, n, fix, tag(k, id));
	put_be16(l4 + 6, tag(k, id));
}

static void icmp(const struct probe_kind *k, struct probe_id id, uint8_t *l4, uint32_t n,
		 uint8_t *fix)
{
	bool six = k->src.family == AF_INET6;

	l4[0] = six ? 128 : 8;
	put_be16(l4 + 4, port_of(k, id.flow));
	put_be16(l4 + 6, pid_pack(k, id));
	fit(pseudo(k, id, six ? IPPROTO_ICMPV6 : IPPROTO_ICMP, n), l4, n, fix,
	    flow_csum(k, id.flow));
	put_be16(l4 + 2, flow_csum(k, id.flow));
}

/* Options as Linux sends them with a SYN, so that boxes on the way treat it as one. */
static void tcp_options(const struct probe_kind *k, struct probe_id id, uint8_t *p)
{
	static const uint8_t opts[PROBE_TCP_OPTS] = { 2, 4, 5, 180, 4, 2, 8, 10, 0, 0,
						      0, 1, 0, 0,   0, 0, 1, 3,	 3, 7 };

	memcpy(p, opts, sizeof(opts));
	if (k->src.family == AF_INET6)
		put_be16(p + 2, 1440);
	put_be32(p + 8, mac(k, (struct probe_id){ .flow = id.flow }));
}

static void tcp(const struct probe_kind *k, struct probe_id id, uint8_t *l4, uint32_t n)
{
	uint32_t state = (uint32_t)pid_pack(k, id) << 16 | tag(k, id);

	put_be16(l4, port_of(k, id.flow));
	put_be16(l4 + 2, k->dport);
	put_be32(l4 + 4, state);
	/* a RST to an ACK comes with its number as sequence number (RFC 9293 section 3.10.7.1) */
	put_be32(l4 + 8, k->tcp_flags & TCP_ACK ? state : 0);
	put_be16(l4 + 12, (l4_header(k) / 4) << 12 | k->tcp_flags);
	put_be16(l4 + 14, 64240);
	if (!k->plain)
		tcp_options(k, id, l4 + 20);
	put_be16(l4 + 16, csum_fold(csum_add(pseudo(k, id, IPPROTO_TCP, n), l4, n)));
}

uint32_t probe_build(const struct probe_kind *k, struct probe_id id, uint8_t buf[PROBE_MAX])
{
	uint32_t size = k->total_bytes ? k->total_bytes : least_size(k), at = probe_l4(k);
	uint8_t *l4 = buf + at, *payload = l4 + l4_header(k), *fix;
	uint32_t n = size - at;

	memset(buf, 0, size);
	if (k->payload_bytes)
		memcpy(payload, k->payload, k->payload_bytes);
	/* what is only there for its length looks random, as compression must not shorten it */
	for (uint32_t i = k->payload_bytes; payload + i < buf + size; i++)
		payload[i] = hash_u64(k->key + i);
	ip_header(k, id, k->method == METHOD_UDP ? pid_pack(k, id) : tag(k, id), size, buf);
	if (k->method == METHOD_TCP) {
		tcp(k, id, l4, n);
		return size;
	}
	fix = buf + cookie_at(k);
	put_be16(fix + 2, pid_pack(k, id));
	put_be32(fix + 4, mac(k, id));
	if (k->method == METHOD_UDP)
		udp(k, id, l4, n, fix);
	else
		icmp(k, id, l4, n, fix);
	return size;
}

/* The tag in the payload: 'l4' are 'n' bytes from the header on. */
static bool cookie_match(const struct probe_kind *k, const uint8_t *l4, uint32_t n, uint16_t flow,
			 struct probe_id *ret_id)
{
	struct cur c = cur_of(l4, n);
	struct probe_id id;
	uint16_t pid;
	uint32_t m;

	cur_skip(&c, cookie_at(k) - probe_l4(k) + 2);
	pid = cur_be16(&c);
	m = cur_be32(&c);
	if (c.failed)
		return false;
	id = pid_unpack(k, pid, flow);
	if (m != mac(k, id))
		return false;
	*ret_id = id;
	return true;
}

static enum match verdict(const struct probe_kind *k, struct probe_id id, uint16_t found,
			  struct probe_id *ret_id)
{
	if (!id.ttl || found != tag(k, id))
		return MATCH_FALSE;
	*ret_id = id;
	return MATCH_OK;
}

static enum match quote_tcp(const struct probe_kind *k, const struct quote *q, uint16_t flow,
			    struct probe_id *ret_id)
{
	uint32_t seq = get_be32(q->l4 + 4);

	return verdict(k, pid_unpack(k, seq >> 16, flow), seq, ret_id);
}

static enum match quote_udp(const struct probe_kind *k, const struct quote *q, uint16_t flow,
			    struct probe_id *ret_id)
{
	enum match m = MATCH_FALSE;

	if (q->src.family == AF_INET)
		m = verdict(k, pid_unpack(k, q->id, flow), get_be16(q->l4 + 6), ret_id);
	if (m == MATCH_OK || !cookie_match(k, q->l4, q->l4_bytes, flow, ret_id))
		return m;
	return q->blind || get_be16(q->l4 + 6) == tag(k, *ret_id) ? MATCH_OK : MATCH_NAT;
}

static enum match quote_icmp(const struct probe_kind *k, const struct quote *q, uint16_t flow,
			     struct probe_id *ret_id)
{
	bool same = get_be16(q->l4 + 2) == flow_csum(k, flow);
	enum match m = MATCH_FALSE;

	/* the kernel has found the socket by the identifier */
	if (q->blind) {
		*ret_id = pid_unpack(k, get_be16(q->l4 + 6), flow);
		return ret_id->ttl ? MATCH_OK : MATCH_FALSE;
	}

	if (q->src.family == AF_INET && same)
		m = verdict(k, pid_unpack(k, get_be16(q->l4 + 6), flow), q->id, ret_id);
	if (m == MATCH_OK || !cookie_match(k, q->l4, q->l4_bytes, flow, ret_id))
		return m;
	return same ? MATCH_OK : MATCH_NAT;
}

/* The flow by port 'port' and destination 'dst'. */
static enum match flow_of(const struct probe_kind *k, uint16_t port, const struct addr *dst,
			  uint16_t *ret_flow)
{
	if (!k->by_dst) {
		*ret_flow = port - k->sport;
	} else {
		*ret_flow = dst->family == AF_INET6
				    ? get_be16(dst->b + 14) - get_be16(k->dst.b + 14)
				    : (uint8_t)(dst->b[3] - k->dst.b[3]);
		if (port != k->sport)
			return MATCH_OTHER;
	}
	return *ret_flow < PROBE_FLOWS ? MATCH_OK : MATCH_OTHER;
}

enum match probe_match_quote(const struct probe_kind *k, const struct quote *q,
			     struct probe_id *ret_id)
{
	bool six = k->src.family == AF_INET6;
	uint16_t flow;

	if (q->src.family != k->src.family)
		return MATCH_OTHER;
	if (k->method == METHOD_ICMP) {
		if (q->proto != (six ? IPPROTO_ICMPV6 : IPPROTO_ICMP) ||
		    q->l4[0] != (six ? 128 : 8) ||
		    flow_of(k, get_be16(q->l4 + 4), &q->dst, &flow) != MATCH_OK)
			return MATCH_OTHER;
		return quote_icmp(k, q, flow, ret_id);
	}
	if (q->proto != (k->method == METHOD_TCP ? IPPROTO_TCP : IPPROTO_UDP) ||
	    flow_of(k, get_be16(q->l4), &q->dst, &flow) != MATCH_OK ||
	    get_be16(q->l4 + 2) != k->dport)
		return MATCH_OTHER;
	return k->method == METHOD_TCP ? quote_tcp(k, q, flow, ret_id)
				       : quote_udp(k, q, flow, ret_id);
}

static enum match match_echo(const struct probe_kind *k, const struct answer *a,
			     struct probe_id *ret_id)
{
	uint16_t flow;

	if (flow_of(k, a->id, &a->from, &flow) != MATCH_OK)
		return MATCH_OTHER;
	/* 'data' is lent from a packet in which the header's 8 bytes stand before it */
	return cookie_match(k, a->data - 8, a->data_bytes + 8, flow, ret_id) ? MATCH_OK
									     : MATCH_FALSE;
}

/* What a target acknowledges of a probe: SYN and FIN count one, payload its length or nothing. */
static enum match match_tcp(const struct probe_kind *k, const struct answer *a,
			    struct probe_id *ret_id)
{
	uint32_t size = k->total_bytes ? k->total_bytes : least_size(k);
	uint32_t len = size - probe_l4(k) - l4_header(k), phantom, tries[4];
	enum match m = MATCH_FALSE;
	uint16_t flow;

	if (a->sport != k->dport || flow_of(k, a->dport, &a->from, &flow) != MATCH_OK)
		return MATCH_OTHER;
	phantom = !!(k->tcp_flags & TCP_SYN) + !!(k->tcp_flags & TCP_FIN);
	tries[0] = a->tcp_ack - phantom - len;
	tries[1] = a->tcp_ack - phantom;
	tries[2] = a->tcp_ack - 1;
	tries[3] = a->tcp_seq;
	for (unsigned int i = 0; i < 4 && m != MATCH_OK; i++) {
		if (i == 3 ? !(k->tcp_flags & TCP_ACK) : !(a->tcp_flags & TCP_ACK))
			continue;
		m = verdict(k, pid_unpack(k, tries[i] >> 16, flow), tries[i], ret_id);
	}
	return m;
}

/* UDP answers hold nothing of ours but the ports. */
static enum match match_udp(const struct probe_kind *k, const struct answer *a,
			    struct probe_id *ret_id)
{
	uint16_t flow;

	if (a->sport != k->dport || flow_of(k, a->dport, &a->from, &flow) != MATCH_OK)
		return MATCH_OTHER;
	*ret_id = (struct probe_id){ .flow = flow };
	return MATCH_OK;
}

enum match probe_match(const struct probe_kind *k, const struct answer *a, struct probe_id *ret_id)
{
	if (a->told.ttl && k->method == METHOD_UDP) {
		*ret_id = a->told;
		return MATCH_OK;
	}
	if (a->quote.present)
		return probe_match_quote(k, &a->quote, ret_id);
	if (!addr_eq(&a->from, &k->dst))
		return MATCH_OTHER;
	if (a->kind == ANSWER_ECHO)
		return k->method == METHOD_ICMP ? match_echo(k, a, ret_id) : MATCH_OTHER;
	if (a->kind == ANSWER_TCP)
		return k->method == METHOD_TCP ? match_tcp(k, a, ret_id) : MATCH_OTHER;
	if (a->kind == ANSWER_UDP)
		return k->method == METHOD_UDP ? match_udp(k, a, ret_id) : MATCH_OTHER;
	return MATCH_OTHER;
}
