// SPDX-License-Identifier: GPL-2.0-or-later
/* sympkt - see sympkt.h. A byte is eight unknown bits for each address it is asked for by. That two
 * addresses may be one is said only when an answer depends on it: if in what was found two bytes at
 * one place differ, "equal addresses hold equal bytes" is demanded of the two, and the question put
 * again. That ends, as there are so many pairs. */
#include "cbpf/sympkt.h"

#include <errno.h>
#include <linux/filter.h>
#include <stdlib.h>

#include "cbpf/insn.h"

struct byte {
	uint32_t addr, base, plus; /* words; 'addr' is 'base' plus 'plus' */
	uint32_t bits[8];	   /* the lowest first */
	uint32_t next;		   /* while checking: another one at its place, plus 1 */
};

/* Whether the packet reaches to 'plus' behind 'base', which no sum of the two overflows. */
struct reach {
	uint32_t base, plus; /* word, number */
	uint32_t bit;
};

/* A search for netlink attributes: the same arguments, the same result. */
struct search {
	uint32_t ad, a, x, result;
};

struct sympkt_priv {
	uint32_t ad[SKF_AD_MAX / 4]; /* words */
	struct byte *bytes;
	uint32_t n_bytes, cap_bytes;
	struct reach *reaches;
	uint32_t n_reaches;
	struct search *searches;
	uint32_t n_searches;
	uint32_t *at; /* by offset: the first byte that is there, plus 1 */
	bool failed;
};

static const struct {
	uint8_t ad, n_bits;
} ad_bits[] = {
	{ SKF_AD_PROTOCOL, 16 },  { SKF_AD_PKTTYPE, 3 },     { SKF_AD_IFINDEX, 31 },
	{ SKF_AD_MARK, 32 },	  { SKF_AD_QUEUE, 16 },	     { SKF_AD_HATYPE, 16 },
	{ SKF_AD_RXHASH, 32 },	  { SKF_AD_CPU, 32 },	     { SKF_AD_VLAN_TAG, 16 },
	{ SKF_AD_VLAN_TPID, 16 }, { SKF_AD_PAY_OFFSET, 32 },
};

/* Work for one bit of a shorter length. */
#define SHORTEN_STEPS 1000000

static void demand(struct sympkt *s, uint32_t bit)
{
	circuit_demand(s->c, bit, bit);
}

/* The unknowns, and what is known of them. */
static void describe(struct sympkt *s)
{
	struct words *ws = s->ws;
	uint32_t other = bit_new(s->c), *ad = s->p->ad;

	s->cap_len = word_new(ws, 19);
	s->len = word_new(ws, 32);
	s->net_off = word_new(ws, 18);
	s->net_known = other;
	demand(s, word_ge(ws, word_const(ws, SYMPKT_MAX_BYTES), s->cap_len));
	demand(s, word_ge(ws, s->len, s->cap_len));
	for (unsigned int i = 0; i < ARRAY_SIZE(ad_bits); i++) {
		ad[ad_bits[i].ad / 4] = word_new(ws, ad_bits[i].n_bits);
		other = bit_or(s->c, other, word_any(ws, ad[ad_bits[i].ad / 4]));
	}
	/* without a tag there is none of its fields */
	circuit_demand(s->c, word_any(ws, ad[SKF_AD_VLAN_TPID / 4]),
		       bit_not(word_any(ws, ad[SKF_AD_VLAN_TAG / 4])));
	s->whole = word_eq(ws, s->cap_len, s->len);
	s->bare = bit_not(other);
	s->plain = bit_and(s->c, s->bare, s->whole);
}

struct sympkt *sympkt_new(void)
{
	struct sympkt *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->p = calloc(1, sizeof(*s->p));
	s->c = circuit_new();
	s->ws = s->c ? words_new(s->c) : NULL;
	if (s->p)
		s->p->at = calloc(SYMPKT_MAX_BYTES, sizeof(s->p->at[0]));
	if (!s->ws || !s->p || !s->p->at) {
		sympkt_free(s);
		return NULL;
	}
	describe(s);
	return s;
}

void sympkt_free(struct sympkt *s)
{
	if (!s)
		return;
	words_free(s->ws);
	circuit_free(s->c);
	if (s->p) {
		free(s->p->bytes);
		free(s->p->reaches);
		free(s->p->searches);
		free(s->p->at);
	}
	free(s->p);
	free(s);
}

void sympkt_free_p(struct sympkt **s)
{
	sympkt_free(*s);
}

/* The eight bits at 'addr'. */
static const uint32_t *byte_at(struct sympkt *s, uint32_t addr)
{
	static const uint32_t none[8];
	struct sympkt_priv *p = s->p;
	uint32_t base, plus, cap = MAX(64u, 2 * p->cap_bytes);
	struct byte *b;

	word_linear(s->ws, addr, &base, &plus);
	for (uint32_t i = 0; i < p->n_bytes; i++)
		if (p->bytes[i].base == base && p->bytes[i].plus == plus)
			return p->bytes[i].bits;
	if (p->n_bytes == p->cap_bytes) {
		b = realloc(p->bytes, cap * sizeof(*b));
		if (!b) {
			p->failed = true;
			return none;
		}
		p->bytes = b;
		p->cap_bytes = cap;
	}
	b = &p->bytes[p->n_bytes++];
	*b = (struct byte){ .addr = addr, .base = base, .plus = plus };
	for (unsigned int i = 0; i < 8; i++)
		b->bits[i] = bit_new(s->c);
	return b->bits;
}

/* What reaches further reaches 'r' as well, and the other way round: told to the solver, which
 * would have to find out bit by bit. Of those behind the same 'base' the next ones do. */
static void relate(struct sympkt *s, const struct reach *r)
{
	const struct reach *less = NULL, *more = NULL;
	struct sympkt_priv *p = s->p;

	for (uint32_t i = 0; i < p->n_reaches; i++) {
		const struct reach *o = &p->reaches[i];

		if (o->base != r->base)
			continue;
		if (o->plus < r->plus && (!less || o->plus > less->plus))
			less = o;
		if (o->plus > r->plus && (!more || o->plus < more->plus))
			more = o;
	}
	if (less)
		circuit_demand(s->c, bit_not(r->bit), less->bit);
	if (more)
		circuit_demand(s->c, bit_not(more->bit), r->bit);
}

/* The bit that the packet has the byte before 'end'. */
static uint32_t reaches(struct sympkt *s, uint32_t end)
{
	struct sympkt_priv *p = s->p;
	struct reach r = { 0 }, *v;

	r.bit = word_ge(s->ws, s->cap_len, end);
	word_linear(s->ws, end, &r.base, &r.plus);
	if (bit_fixed(r.bit) || word_bits(s->ws, end)[31] != BIT_FALSE || r.plus > INT32_MAX)
		return r.bit;
	for (uint32_t i = 0; i < p->n_reaches; i++)
		if (p->reaches[i].base == r.base && p->reaches[i].plus == r.plus)
			return r.bit;
	v = realloc(p->reaches, (p->n_reaches + 1) * sizeof(*v));
	if (!v) {
		p->failed = true;
		return r.bit;
	}
	p->reaches = v;
	relate(s, &r);
	v[p->n_reaches++] = r;
	return r.bit;
}

/* A load from 'addr' on, which is not negative. */
static uint32_t load_plain(struct sympkt *s, uint32_t addr, unsigned int size, uint32_t *ret_fail)
{
	uint32_t bits[32] = { 0 }, end = word_add(s->ws, addr, word_const(s->ws, size));

	*ret_fail = bit_not(reaches(s, end));
	for (unsigned int i = 0; i < size; i++) {
		const uint32_t *b = byte_at(s, word_add(s->ws, addr, word_const(s->ws, i)));

		for (unsigned int k = 0; k < 8; k++)
			bits[8 * (size - 1 - i) + k] = b[k];
	}
	return word_of(s->ws, bits);
}

/* A load from 'addr', which is no choice. */
static uint32_t load_one(struct sympkt *s, uint32_t addr, unsigned int size, uint32_t *ret_fail)
{
	struct words *ws = s->ws;
	uint32_t neg = word_bits(ws, addr)[31];
	uint32_t net = word_ge(ws, addr, word_const(ws, INSN_NET_OFF));
	uint32_t link = word_ge(ws, addr, word_const(ws, INSN_LL_OFF));
	uint32_t v, w, to, fail = BIT_FALSE, fail_here = bit_and(s->c, neg, bit_not(link));

	v = load_plain(s, addr, size, &fail);
	if (neg == BIT_FALSE) {
		*ret_fail = fail;
		return v;
	}
	fail = bit_mux(s->c, neg, fail_here, fail);
	link = bit_and(s->c, link, bit_not(net));
	if (link != BIT_FALSE) {
		to = word_add(ws, addr, word_const(ws, -INSN_LL_OFF));
		w = load_plain(s, to, size, &fail_here);
		v = word_mux(ws, link, w, v);
		fail = bit_mux(s->c, link, fail_here, fail);
	}
	if (net != BIT_FALSE) {
		to = word_add(ws, addr, word_const(ws, -INSN_NET_OFF));
		w = load_plain(s, word_add(ws, to, s->net_off), size, &fail_here);
		v = word_mux(ws, net, w, v);
		fail_here = bit_or(s->c, fail_here, bit_not(s->net_known));
		fail = bit_mux(s->c, net, fail_here, fail);
	}
	*ret_fail = fail;
	return v;
}

uint32_t sympkt_load(struct sympkt *s, uint32_t addr, unsigned int size, uint32_t *ret_fail)
{
	uint32_t cond, yes, no, fail_yes, fail_no;

	if (!word_is_choice(s->ws, addr, &cond, &yes, &no))
		return load_one(s, addr, size, ret_fail);
	yes = sympkt_load(s, yes, size, &fail_yes);
	no = sympkt_load(s, no, size, &fail_no);
	*ret_fail = bit_mux(s->c, cond, fail_yes, fail_no);
	return word_choice(s->ws, cond, yes, no);
}

static uint32_t search_for(struct sympkt *s, uint32_t ad, uint32_t a, uint32_t x)
{
	struct sympkt_priv *p = s->p;
	struct search *v;

	for (uint32_t i = 0; i < p->n_searches; i++)
		if (p->searches[i].ad == ad && p->searches[i].a == a && p->searches[i].x == x)
			return p->searches[i].result;
	v = realloc(p->searches, (p->n_searches + 1) * sizeof(*v));
	if (!v) {
		p->failed = true;
		return 0;
	}
	p->searches = v;
	v += p->n_searches++;
	*v = (struct search){ ad, a, x, word_new(s->ws, 32) };
	return v->result;
}

uint32_t sympkt_load_ad(struct sympkt *s, uint32_t ad, uint32_t a, uint32_t x)
{
	uint32_t bits[32] = { 0 };

	switch (ad) {
	case SKF_AD_ALU_XOR_X:
		return word_alu(s->ws, BPF_XOR, a, x);
	case SKF_AD_NLATTR:
	case SKF_AD_NLATTR_NEST:
		return search_for(s, ad, a, x);
	case SKF_AD_RANDOM:
		return word_new(s->ws, 32);
	case SKF_AD_VLAN_TAG_PRESENT:
		bits[0] = word_any(s->ws, s->p->ad[SKF_AD_VLAN_TPID / 4]);
		return word_of(s->ws, bits);
	default:
		return s->p->ad[ad / 4];
	}
}

/* Whether what was found has the two bytes different in a bit that mattered. */
static bool contradict(const struct sympkt *s, const struct byte *a, const struct byte *b)
{
	for (unsigned int i = 0; i < 8; i++)
		if (circuit_matters(s->c, a->bits[i]) && circuit_matters(s->c, b->bits[i]) &&
		    circuit_value(s->c, a->bits[i]) != circuit_value(s->c, b->bits[i]))
			return true;
	return false;
}

static void tie(struct sympkt *s, const struct byte *a, const struct byte *b)
{
	uint32_t apart = bit_not(word_eq(s->ws, a->addr, b->addr));

	for (unsigned int i = 0; i < 8; i++)
		circuit_demand(s->c, apart, bit_not(bit_xor(s->c, a->bits[i], b->bits[i])));
}

/* Ties the bytes that contradict each other; returns whether there were any. */
static bool tie_all(struct sympkt *s)
{
	struct sympkt_priv *p = s->p;
	uint32_t cap_len = word_value(s->ws, s->cap_len), off;
	bool any = false;

	for (uint32_t i = 0; i < p->n_bytes; i++) {
		struct byte *b = &p->bytes[i];

		off = word_value(s->ws, b->addr);
		if (off >= cap_len)
			continue;
		b->next = p->at[off];
		p->at[off] = i + 1;
		for (uint32_t other = b->next; other; other = p->bytes[other - 1].next) {
			if (!contradict(s, b, &p->bytes[other - 1]))
				continue;
			tie(s, b, &p->bytes[other - 1]);
			any = true;
		}
	}
	for (uint32_t i = 0; i < p->n_bytes; i++) {
		off = word_value(s->ws, p->bytes[i].addr);
		if (off < cap_len)
			p->at[off] = 0;
	}
	return any;
}

static int solve(struct sympkt *s, const uint32_t *assumed, unsigned int n, uint64_t *steps)
{
	int rc;

	do {
		if (s->p->failed || words_failed(s->ws))
			return -ENOMEM;
		rc = circuit_solve(s->c, assumed, n, steps);
	} while (rc == 1 && tie_all(s));
	return rc;
}

/* Makes bits of the length 'w' 0, from the highest on, where something can still be found; what was
 * found stays if not, or if it takes too long. */
static int shorten(struct sympkt *s, uint32_t w, unsigned int n_bits, uint32_t *assumed,
		   unsigned int *n, uint64_t *steps)
{
	const uint32_t *bits = word_bits(s->ws, w);

	for (unsigned int i = n_bits; i-- > 0; ++*n) {
		uint64_t few = MIN(*steps, (uint64_t)SHORTEN_STEPS), left = few;
		int rc = 1;

		assumed[*n] = bit_not(bits[i]);
		if (circuit_value(s->c, bits[i]))
			rc = solve(s, assumed, *n + 1, &left);
		*steps -= few - left;
		if (rc == -ENOMEM)
			return rc;
		if (rc == 1)
			continue;
		/* What was found may have made room for bytes that contradict each other. */
		assumed[*n] = bits[i];
		rc = solve(s, assumed, *n + 1, steps);
		if (rc != 1)
			return rc;
	}
	return 1;
}

int sympkt_find(struct sympkt *s, uint32_t *assumed, unsigned int n, uint64_t *steps)
{
	const uint32_t first[] = { s->plain, s->whole, s->bare, BIT_TRUE };
	int rc = 0;

	for (unsigned int i = 0; rc == 0 && i < ARRAY_SIZE(first); i++) {
		assumed[n] = first[i];
		rc = solve(s, assumed, n + 1, steps);
	}
	return rc;
}

int sympkt_solve(struct sympkt *s, uint32_t *assumed, unsigned int n, uint64_t *steps)
{
	int rc = sympkt_find(s, assumed, n++, steps);

	if (rc == 1)
		rc = shorten(s, s->cap_len, 19, assumed, &n, steps);
	if (rc == 1 && !circuit_value(s->c, s->whole))
		rc = shorten(s, s->len, 32, assumed, &n, steps);
	return rc;
}

static void fill_bytes(const struct sympkt *s, struct sympkt_packet *p)
{
	for (uint32_t i = 0; i < s->p->n_bytes; i++) {
		const struct byte *b = &s->p->bytes[i];
		uint32_t off = word_value(s->ws, b->addr);

		for (unsigned int k = 0; k < 8 && off < p->cap_len; k++)
			if (circuit_value(s->c, b->bits[k]))
				p->data[off] |= 1u << k;
	}
}

int sympkt_packet(const struct sympkt *s, struct sympkt_packet *ret)
{
	const uint32_t *ad = s->p->ad;
	struct sympkt_packet p = {
		.cap_len = word_value(s->ws, s->cap_len),
		.len = word_value(s->ws, s->len),
		.aux = {
			.net_off = circuit_value(s->c, s->net_known) ? word_value(s->ws, s->net_off)
								     : VM_NO_NET_OFF,
			.pkttype = word_value(s->ws, ad[SKF_AD_PKTTYPE / 4]),
			.ifindex = word_value(s->ws, ad[SKF_AD_IFINDEX / 4]),
			.mark = word_value(s->ws, ad[SKF_AD_MARK / 4]),
			.rxhash = word_value(s->ws, ad[SKF_AD_RXHASH / 4]),
			.cpu = word_value(s->ws, ad[SKF_AD_CPU / 4]),
			.pay_offset = word_value(s->ws, ad[SKF_AD_PAY_OFFSET / 4]),
			.protocol = word_value(s->ws, ad[SKF_AD_PROTOCOL / 4]),
			.hatype = word_value(s->ws, ad[SKF_AD_HATYPE / 4]),
			.queue = word_value(s->ws, ad[SKF_AD_QUEUE / 4]),
			.vlan_tci = word_value(s->ws, ad[SKF_AD_VLAN_TAG / 4]),
			.vlan_tpid = word_value(s->ws, ad[SKF_AD_VLAN_TPID / 4]),
		},
		.plain = circuit_value(s->c, s->plain),
	};

	p.data = calloc(1, MAX(p.cap_len, 1u));
	if (!p.data)
		return -ENOMEM;
	fill_bytes(s, &p);
	*ret = p;
	return 0;
}

void sympkt_packet_free(struct sympkt_packet *p)
{
	free(p->data);
	*p = (struct sympkt_packet){ 0 };
}
