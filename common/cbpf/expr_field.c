// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_field - fields of the protocol table: what must hold for a field to be there, and its value.
 * A field is found where its protocol follows directly: the link header, what is in it, IP's
 * payload (of a first fragment; behind IPv6's fixed header), UDP's payload. What stands elsewhere
 * is refused. */
#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "cbpf/expr_gen.h"
#include "proto/linktype.h"
#include "proto/proto.h"

/* Where the header of a protocol is, as seen in IP version g->version. A radio header is before the
 * link header. */
enum place { PLACE_NONE, PLACE_RADIO, PLACE_LINK, PLACE_NET, PLACE_IP, PLACE_UDP };

struct found {
	enum place place;
	uint32_t link; /* value under which it lives: link type, ethertype, IP protocol, port */
	bool hidden;   /* exists, but not in this IP version or link type */
};

static struct found find_place(const struct gen *g, const struct proto *p)
{
	bool radio = wlan_has_radio(g->env->linktype);
	struct found f = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(p->in) && p->in[i].reg; i++) {
		uint32_t v = p->in[i].value;

		if (p->in[i].reg == REG_ETHERTYPE && v > 1500) {
			/* What has no version counts in the first pass alone. */
			bool mine = v == ETH_P_IPV6 ? g->version == 6 : g->version == 4;

			return (struct found){ PLACE_NET, v, !mine };
		}
		if (p->in[i].reg == REG_IP_PROTO) {
			bool other = v == IPPROTO_ICMP   ? g->version == 6 :
				     v == IPPROTO_ICMPV6 ? g->version == 4 :
							   false;

			return (struct found){ PLACE_IP, v, other };
		}
		if (p->in[i].reg == REG_UDP_PORT)
			f = (struct found){ PLACE_UDP, v, false };
		if (p->in[i].reg == REG_LINKTYPE && f.place == PLACE_NONE)
			f = (struct found){ PLACE_LINK, v, g->version == 6 };
		if (p->in[i].reg == REG_LINKTYPE && v == g->env->linktype)
			return (struct found){ radio ? PLACE_RADIO : PLACE_LINK, v,
					       g->version == 6 };
		if (p->in[i].reg == REG_LINKTYPE && v == LINKTYPE_IEEE802_11 && radio)
			return (struct found){ PLACE_LINK, v, g->version == 6 };
	}
	if (f.place == PLACE_LINK && f.link != g->env->linktype)
		f.hidden = true;
	return f;
}

/* "dscp" is the field of that name of the version at hand. */
static struct node field_of(const struct gen *g, const struct node *n)
{
	struct node r = *n;

	if (!n->has_num && g->version == 6) {
		const struct field *f = proto_find("ip6.dscp", &r.proto, &r.opt);

		r.field = f ? f : n->field;
	}
	return r;
}

static struct frag refuse(struct gen *g, const struct node *n, const char *why)
{
	return gen_fail(g, EOPNOTSUPP, n, "not expressible: %s %s", n->text, why);
}

/* X and the constant that lead to the header of 'n', or an offset without X. */
static struct off header_at(struct gen *g, struct stmts *s, const struct found *f, bool *ret_x)
{
	struct off o = g->at.pl;

	*ret_x = false;
	if (f->place == PLACE_RADIO)
		return (struct off){ -1, 0 };
	if (f->place == PLACE_LINK)
		return g->at.hdr;
	o.k += g->at.nl;
	if (f->place == PLACE_NET)
		return o;
	if (g->version == 6) {
		o.k += 40 + (f->place == PLACE_UDP ? 8 : 0);
		return o;
	}
	*ret_x = true;
	return (struct off){ -1, gen_ip4_transport(g, s) + (f->place == PLACE_UDP ? 8 : 0) };
}

static void load_at(struct gen *g, struct stmts *s, const struct found *f, uint32_t add,
		    unsigned int size)
{
	bool x;
	struct off o = header_at(g, s, f, &x);

	if (x)
		gen_load_x(g, s, o.k + add, size);
	else
		gen_load(g, s, o, add, size);
}

/* The bits 'b' (at most 32, within 4 bytes) in A. */
static void load_bits(struct gen *g, struct stmts *s, const struct found *f, struct bits b)
{
	uint32_t first = b.off / 8, last = (b.off + b.n - 1u) / 8, bytes = last - first + 1;
	unsigned int size = bytes == 3 ? 4 : bytes, down;
	uint32_t mask = b.n == 32 ? UINT32_MAX : (1u << b.n) - 1;

	/* Three bytes are the last of four, so that the load stays within the header. */
	if (bytes == 3 && first)
		first--;
	down = (first + size) * 8 - b.off - b.n;
	load_at(g, s, f, first, size);
	if (down)
		gen_add(g, s, BPF_ALU | BPF_RSH | BPF_K, down);
	if (b.n < size * 8 - down)
		gen_add(g, s, BPF_ALU | BPF_AND | BPF_K, mask);
}

static struct frag udp_guard(struct gen *g, const struct node *n, uint32_t port)
{
	const struct node *ids;
	struct node id = { .kind = NODE_ID, .id_kind = ID_NUM, .col = n->col, .num = port };
	char text[12] = { 0 };

	for (unsigned int i = 0, div = 10000; div; div /= 10)
		if (i || port / div % 10)
			text[i++] = '0' + port / div % 10;
	id.text = text;
	id.q = (struct quals){ .proto = Q_UDP, .type = TYPE_PORT };
	ids = &id;
	return prim_ports(g, &ids, 1);
}

static struct frag place_guard(struct gen *g, const struct node *n, const struct found *f)
{
	uint32_t type = g->version == 6 ? ETH_P_IPV6 : ETH_P_IP;
	struct frag ok;

	switch (f->place) {
	case PLACE_RADIO:
		return gen_const(true);
	case PLACE_LINK:
		return link_is_there(g);
	case PLACE_NET:
		return link_type(g, f->link, n);
	case PLACE_IP:
		ok = gen_and(g, link_type(g, type, n),
			     gen_cmp(g, g->at.pl, g->at.nl + (g->version == 6 ? 6 : 9), 1,
				     UINT32_MAX, BPF_JEQ, f->link));
		return g->version == 6 ? ok : gen_and(g, ok, prim_unfragmented(g));
	case PLACE_UDP:
		return gen_and(g, link_type(g, type, n), udp_guard(g, n, f->link));
	default:
		return refuse(g, n, "stands behind headers of which classic BPF cannot tell the "
				    "length");
	}
}

struct frag field_guard(struct gen *g, const struct node *node)
{
	struct node n = field_of(g, node);
	const struct field *fl = n.field;
	struct found f = find_place(g, n.proto);
	struct frag ok, when = gen_const(false);

	if (n.opt)
		return refuse(g, &n, "stands in an option, whose place differs from packet to packet");
	if (fl->flags & (FIELD_ARRAY | FIELD_REST))
		return refuse(g, &n, "is a list of values");
	if (fl->flags & FIELD_LE && fl->at.n > 8)
		return refuse(g, &n, "is little endian, which classic BPF does not load");
	if (field_is_number(fl) && (fl->at.n > 32 || (fl->at.off % 8 + fl->at.n > 32)))
		return refuse(g, &n, "has more than 32 bits");
	if (f.hidden)
		return gen_const(false);
	ok = place_guard(g, &n, &f);
	if (!fl->when)
		return ok;
	for (unsigned int i = 0; i < fl->when->n; i++) {
		struct stmts s = { 0 };

		load_bits(g, &s, &f, fl->when->at);
		when = gen_or(g, when, gen_jump(g, s, BPF_JEQ, fl->when->v[i]));
	}
	return gen_and(g, ok, when);
}

void field_load(struct gen *g, struct stmts *s, const struct node *node)
{
	struct node n = field_of(g, node);
	struct found f = find_place(g, n.proto);

	if (field_is_number(n.field) || n.field->kind == FIELD_IPV4)
		load_bits(g, s, &f, n.field->at);
	else
		refuse(g, &n, "is no number: compare it with = or in {...}");
}

/* The items 'it[lo .. hi]', sorted and apart, as a balanced tree over A. */
static struct frag tree(struct gen *g, struct stmts code, struct set_item **it, unsigned int lo,
			unsigned int hi)
{
	struct stmts none = { 0 };
	unsigned int mid = (lo + hi + 1) / 2;
	struct frag f;

	if (lo == hi) {
		uint32_t a = it[lo]->lo, b = it[lo]->hi;

		if (a == b)
			return gen_jump(g, code, BPF_JEQ, a);
		if (a == 0)
			return gen_not(gen_jump(g, code, BPF_JGT, b));
		f = gen_jump(g, code, BPF_JGE, a);
		return b == UINT32_MAX ? f :
					 gen_and(g, f, gen_not(gen_jump(g, none, BPF_JGT, b)));
	}
	f = gen_jump(g, code, BPF_JGE, it[mid]->lo);
	return gen_if(g, f, tree(g, none, it, mid, hi), tree(g, none, it, lo, mid - 1));
}

static int by_low(const void *a, const void *b)
{
	uint64_t x = (*(struct set_item *const *)a)->lo, y = (*(struct set_item *const *)b)->lo;

	return x < y ? -1 : x > y;
}

/* Sorts the items of 'n' and joins those that touch; '*ret_n' are left. */
static struct set_item **sorted(struct gen *g, const struct node *n, unsigned int *ret_n)
{
	unsigned int count = 0, kept = 0;
	struct set_item **v;

	for (struct set_item *i = n->set; i; i = i->next)
		count++;
	v = arena_alloc(g->mem, count * sizeof(struct set_item *));
	if (!v)
		return gen_oom(g), NULL;
	count = 0;
	for (struct set_item *i = n->set; i; i = i->next)
		v[count++] = i;
	qsort(v, count, sizeof(struct set_item *), by_low);
	for (unsigned int i = 0; i < count; i++) {
		if (kept && v[i]->lo <= v[kept - 1]->hi + 1)
			v[kept - 1]->hi = MAX(v[kept - 1]->hi, v[i]->hi);
		else
			v[kept++] = v[i];
	}
	*ret_n = kept;
	return v;
}

/* An address of 6 or 16 bytes under its prefix. */
static struct frag address(struct gen *g, const struct found *f, const struct field *fl,
			   const struct set_item *it)
{
	uint32_t at = fl->at.off / 8;
	struct frag ok = gen_const(true);

	for (unsigned int i = 0; i < it->n_bytes && i * 8 < it->prefix;) {
		unsigned int size = it->n_bytes - i >= 4 ? 4 : 2, bits = it->prefix - i * 8;
		uint32_t v = 0, mask = UINT32_MAX;
		struct stmts s = { 0 };

		for (unsigned int b = 0; b < size; b++)
			v = v << 8 | it->bytes[i + b];
		if (bits < size * 8) {
			mask = (size == 2 ? 0xffff : UINT32_MAX) << (size * 8 - bits);
			mask &= size == 2 ? 0xffff : UINT32_MAX;
		}
		load_at(g, &s, f, at + i, size);
		if (mask != UINT32_MAX)
			gen_add(g, &s, BPF_ALU | BPF_AND | BPF_K, mask);
		ok = gen_and(g, ok, gen_jump(g, s, BPF_JEQ, v & mask));
		i += size;
	}
	return ok;
}

static struct frag set_in_version(struct gen *g, const struct node *node)
{
	struct frag ok = field_guard(g, node), f = gen_const(false);
	struct node n = field_of(g, node);
	struct found place = find_place(g, n.proto);
	struct stmts s = { 0 };
	unsigned int count = 0;
	struct set_item **v;

	if (g->rc || (!ok.head && !ok.value))
		return ok;
	if (n.set->n_bytes) {
		for (struct set_item *i = n.set; i; i = i->next)
			f = gen_or(g, f, address(g, &place, n.field, i));
	} else {
		v = sorted(g, &n, &count);
		if (!v)
			return f;
		field_load(g, &s, &n);
		f = tree(g, s, v, 0, count - 1);
	}
	return gen_and(g, ok, n.op == '=' ? f : gen_not(f));
}

/* A field by itself: it is there, and not zero if it is a number. */
static struct frag alone_in_version(struct gen *g, const struct node *n)
{
	struct frag ok = field_guard(g, n);
	struct stmts s = { 0 };

	if (g->rc || (!ok.head && !ok.value) || !field_is_number(n->field))
		return ok;
	field_load(g, &s, n);
	return gen_and(g, ok, gen_not(gen_jump(g, s, BPF_JEQ, 0)));
}

static struct frag each_version(struct gen *g, const struct node *n,
				struct frag (*one)(struct gen *g, const struct node *n))
{
	struct frag f;

	g->version = 4;
	f = one(g, n);
	g->version = 6;
	f = gen_or(g, f, one(g, n));
	g->version = 0;
	return f;
}

struct frag prim_field(struct gen *g, const struct node *n)
{
	return each_version(g, n, alone_in_version);
}

struct frag prim_set(struct gen *g, const struct node *n)
{
	return each_version(g, n, set_in_version);
}
