// SPDX-License-Identifier: GPL-2.0-or-later
/* compare - see compare.h. */
#include "compare.h"

#include "base/bytes.h"

enum { TCP_MSS_KIND = 2 };

static const char *const names[COMPARE_FIELDS] = {
	"source", "destination", "source_port", "port",	      "dscp",	       "ecn",
	"length", "id",		 "df",		"flow_label", "extra_headers", "checksum",
	"seq",	  "flags",	 "window",	"mss",	      "options",
};

/* Fields that a probe of some kind has. */
#define BIT(f) (1u << (f))
static const uint32_t only4 = BIT(COMPARE_ID) | BIT(COMPARE_DF);
static const uint32_t only_tcp =
	BIT(COMPARE_FLAGS) | BIT(COMPARE_WINDOW) | BIT(COMPARE_MSS) | BIT(COMPARE_OPTIONS);

const char *compare_name(enum compare_field f)
{
	return names[f];
}

static uint32_t fields_of(const struct probe_kind *k)
{
	uint32_t f = BIT(COMPARE_FIELDS) - 1;

	f &= ~(k->src.family == AF_INET ? BIT(COMPARE_FLOW) : only4);
	if (k->method != METHOD_TCP)
		f &= ~only_tcp;
	else if (k->plain)
		f &= ~BIT(COMPARE_MSS);
	if (k->method == METHOD_ICMP)
		f &= ~(BIT(COMPARE_SPORT) | BIT(COMPARE_DPORT));
	if (k->method == METHOD_UDP)
		f &= ~BIT(COMPARE_SEQ);
	return f;
}

static void put(struct compare *c, enum compare_field f, uint32_t sent, uint32_t got)
{
	c->sent[f] = sent;
	c->got[f] = got;
	c->unseen &= ~BIT(f);
	if (sent != got)
		c->changed |= BIT(f);
}

static void put_addr(struct compare *c, enum compare_field f, const struct addr *sent,
		     const struct addr *got)
{
	put(c, f, get_be32(sent->b), get_be32(got->b));
	if (!addr_eq(sent, got))
		c->changed |= BIT(f);
}

/* The MSS in TCP options of 'n' bytes at 'p', which is set to 0 there; 0 without. */
static uint16_t take_mss(uint8_t *p, uint32_t n)
{
	for (uint32_t i = 0; i < n;) {
		if (p[i] == 0)
			break;
		if (p[i] == 1) {
			i++;
			continue;
		}
		if (i + 1 >= n || p[i + 1] < 2 || i + p[i + 1] > n)
			break;
		if (p[i] == TCP_MSS_KIND && p[i + 1] == 4) {
			uint16_t mss = get_be16(p + i + 2);

			put_be16(p + i + 2, 0);
			return mss;
		}
		i += p[i + 1];
	}
	return 0;
}

static void tcp_options(const uint8_t *sent, const struct quote *q, struct compare *c)
{
	uint32_t a = (sent[12] >> 4) * 4u, b = (q->l4[12] >> 4) * 4u;
	uint8_t x[60] = { 0 }, y[60] = { 0 };
	uint16_t mx, my;

	if (b < 20 || q->l4_bytes < b)
		return;
	memcpy(x, sent + 20, a - 20);
	memcpy(y, q->l4 + 20, b - 20);
	mx = take_mss(x, a - 20);
	my = take_mss(y, b - 20);
	if (mx || my)
		put(c, COMPARE_MSS, mx, my);
	put(c, COMPARE_OPTIONS, a - 20, b - 20);
	if (a != b || memcmp(x, y, a - 20) != 0)
		c->changed |= BIT(COMPARE_OPTIONS);
}

static void tcp(const uint8_t *sent, const struct quote *q, struct compare *c)
{
	put(c, COMPARE_SEQ, get_be32(sent + 4), get_be32(q->l4 + 4));
	if (q->l4_bytes < 20)
		return;
	put(c, COMPARE_FLAGS, get_be16(sent + 12) & 0x1ff, get_be16(q->l4 + 12) & 0x1ff);
	put(c, COMPARE_WINDOW, get_be16(sent + 14), get_be16(q->l4 + 14));
	put(c, COMPARE_CSUM, get_be16(sent + 16), get_be16(q->l4 + 16));
	tcp_options(sent, q, c);
}

static void l4(const struct probe_kind *k, const uint8_t *sent, const struct quote *q,
	       struct compare *c)
{
	if (k->method == METHOD_ICMP) {
		put(c, COMPARE_CSUM, get_be16(sent + 2), get_be16(q->l4 + 2));
		put(c, COMPARE_SEQ, get_be16(sent + 6), get_be16(q->l4 + 6));
		return;
	}
	put(c, COMPARE_SPORT, get_be16(sent), get_be16(q->l4));
	put(c, COMPARE_DPORT, get_be16(sent + 2), get_be16(q->l4 + 2));
	if (k->method == METHOD_TCP)
		tcp(sent, q, c);
	else
		put(c, COMPARE_CSUM, get_be16(sent + 6), get_be16(q->l4 + 6));
}

void compare_quote(const struct probe_kind *k, struct probe_id id, const struct quote *q,
		   struct compare *ret)
{
	uint8_t buf[PROBE_MAX];
	uint32_t size = probe_build(k, id, buf);
	struct compare c = { .unseen = fields_of(k),
			     .ttl = q->ttl,
			     .src = q->src,
			     .dst = q->dst,
			     .l4_bytes = MIN(q->l4_bytes, 0xffffu) };

	put_addr(&c, COMPARE_SRC, &k->src, &q->src);
	put_addr(&c, COMPARE_DST, &k->dst, &q->dst);
	put(&c, COMPARE_DSCP, k->tos >> 2, q->tos >> 2);
	put(&c, COMPARE_ECN, k->tos & 3, q->tos & 3);
	put(&c, COMPARE_LENGTH, size, q->len);
	put(&c, COMPARE_EXTRA, 0, q->has_opts);
	if (k->src.family == AF_INET) {
		put(&c, COMPARE_ID, get_be16(buf + 4), q->id);
		put(&c, COMPARE_DF, k->df, q->frag >> 14 & 1);
	} else {
		put(&c, COMPARE_FLOW, get_be32(buf) & 0xfffff, q->flow);
	}
	l4(k, buf + probe_l4(k), q, &c);
	*ret = c;
}

void compare_blind(const struct probe_kind *k, struct compare *ret)
{
	*ret = (struct compare){ .unseen = fields_of(k) };
}
