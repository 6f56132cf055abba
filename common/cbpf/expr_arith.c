// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_arith - comparisons of arithmetic: loads at computed places, operators, and what must hold
 * for the protocols that are looked into. A value is made in A; X and M[] are used as it needs. */
#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/in.h>

#include "cbpf/expr_gen.h"
#include "cbpf/expr_lex.h"
#include "proto/proto.h"

enum { MAX_GUARDS = 16 };

/* Protocols that an expression has looked into, each tested once. */
struct guards {
	const struct node *seen[MAX_GUARDS];
	unsigned int n;
};

/* Transport protocols: where they are, IPv4 first fragments alone, as pcap-filter(7) has it. */
static const struct {
	uint8_t q, number;
} transports[] = {
	{ Q_TCP, IPPROTO_TCP },	  { Q_UDP, IPPROTO_UDP }, { Q_SCTP, IPPROTO_SCTP },
	{ Q_ICMP, IPPROTO_ICMP }, { Q_IGMP, IPPROTO_IGMP }, { Q_IGRP, 9 },
	{ Q_PIM, IPPROTO_PIM },	  { Q_VRRP, 112 },	  { Q_CARP, 112 },
};

static int transport_number(unsigned int q)
{
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++)
		if (transports[i].q == q)
			return transports[i].number;
	return -1;
}

static bool has_radio(const struct gen *g)
{
	return g->at.link->kind == LINK_WLAN && g->at.hdr.reg >= 0 && g->env->linktype != 192;
}

static bool is_network(unsigned int q)
{
	return q == Q_IP || q == Q_IP6 || q == Q_ARP || q == Q_RARP || q == Q_ATALK ||
	       q == Q_DECNET || q == Q_LAT || q == Q_SCA || q == Q_MOPDL || q == Q_MOPRC;
}

static struct frag index_guard(struct gen *g, const struct node *n)
{
	unsigned int q = n->q.proto;
	int number = transport_number(q);

	if (q == Q_LINK)
		return link_is_there(g);
	if (q == Q_RADIO)
		return has_radio(g) ? gen_const(true) :
				      gen_fail(g, EOPNOTSUPP, n, "%s has no radio header",
					       link_name(g));
	if (is_network(q))
		return link_type(g, prim_ethertype(q), n);
	if (q == Q_ICMP6)
		return gen_and(g, link_type(g, ETH_P_IPV6, n),
			       gen_cmp(g, g->at.pl, g->at.nl + 6, 1, UINT32_MAX, BPF_JEQ,
				       IPPROTO_ICMPV6));
	if (number < 0)
		return gen_fail(g, EINVAL, n, "'%s' cannot be looked into with [...]",
				expr_qproto_name(q));
	return gen_and(g, prim_ip_proto(g, Q_IP, number, n), prim_unfragmented(g));
}

static bool same_guard(const struct node *a, const struct node *b)
{
	if (a->kind != b->kind)
		return false;
	return a->kind == NODE_INDEX ? a->q.proto == b->q.proto :
				       a->proto == b->proto && a->field->when == b->field->when;
}

/* What must hold for all that 'n' looks into. */
static struct frag guard(struct gen *g, const struct node *n, struct guards *gs)
{
	struct frag f = gen_const(true);

	if (n->kind == NODE_INDEX || n->kind == NODE_VALUE) {
		bool seen = false;

		for (unsigned int i = 0; i < gs->n; i++)
			seen |= same_guard(gs->seen[i], n);
		if (!seen)
			f = n->kind == NODE_INDEX ? index_guard(g, n) : field_guard(g, n);
		if (!seen && gs->n < MAX_GUARDS)
			gs->seen[gs->n++] = n;
	}
	if (n->a)
		f = gen_and(g, f, guard(g, n->a, gs));
	if (n->b)
		f = gen_and(g, f, guard(g, n->b, gs));
	return f;
}

static void value(struct gen *g, struct stmts *s, const struct node *n);

/* The place of a header that does not depend on another's length. */
static struct off fixed_base(const struct gen *g, unsigned int q)
{
	struct off o = g->at.pl;

	if (q == Q_LINK)
		return g->at.hdr;
	if (q == Q_RADIO)
		return (struct off){ -1, 0 };
	o.k += g->at.nl + (q == Q_ICMP6 ? 40 : 0);
	return o;
}

static void index_value(struct gen *g, struct stmts *s, const struct node *n)
{
	struct off o = fixed_base(g, n->q.proto);
	bool transport = transport_number(n->q.proto) >= 0;
	uint32_t k;
	int t;

	if (n->a->kind == NODE_NUM) {
		if (!transport) {
			gen_load(g, s, o, n->a->num, n->num);
			return;
		}
		k = gen_ip4_transport(g, s);
		gen_load_x(g, s, k + n->a->num, n->num);
		return;
	}
	value(g, s, n->a);
	if (!transport && o.reg < 0) {
		if (g->stripped && o.k < 16)
			gen_fail(g, EOPNOTSUPP, n, "not expressible: a computed place in a link "
				 "header whose VLAN tag the kernel took off");
		gen_add(g, s, BPF_MISC | BPF_TAX, 0);
		gen_load_x(g, s, gen_abs(g, o.k), n->num);
		g->differs = true;
		return;
	}
	if (!transport) {
		gen_ldx(g, s, o.reg);
		k = o.k;
	} else if (g->at.pl.reg < 0) {
		k = gen_ip4_transport(g, s);
	} else {
		t = gen_temp(g, n);
		gen_add(g, s, BPF_ST, t);
		k = gen_ip4_transport(g, s);
		gen_add(g, s, BPF_LD | BPF_MEM, t);
		gen_temp_put(g);
	}
	gen_add(g, s, BPF_ALU | BPF_ADD | BPF_X, 0);
	gen_add(g, s, BPF_MISC | BPF_TAX, 0);
	gen_load_x(g, s, k, n->num);
}

static uint16_t alu_of(int op)
{
	switch (op) {
	case '+':
		return BPF_ADD;
	case '-':
		return BPF_SUB;
	case '*':
		return BPF_MUL;
	case '/':
		return BPF_DIV;
	case '%':
		return BPF_MOD;
	case '&':
		return BPF_AND;
	case '|':
		return BPF_OR;
	case '^':
		return BPF_XOR;
	case TOK_LSH:
		return BPF_LSH;
	}
	return BPF_RSH;
}

/* Making it leaves X as it was. */
static bool leaves_x(const struct gen *g, const struct node *n)
{
	if (n->kind == NODE_NUM || n->kind == NODE_PKTLEN)
		return true;
	return n->kind == NODE_INDEX && n->a->kind == NODE_NUM && !g->stripped &&
	       transport_number(n->q.proto) < 0 && fixed_base(g, n->q.proto).reg < 0;
}

/* 'a' into A and 'b' into X. */
static void both(struct gen *g, struct stmts *s, const struct node *a, const struct node *b)
{
	int t;

	value(g, s, b);
	if (leaves_x(g, a)) {
		gen_add(g, s, BPF_MISC | BPF_TAX, 0);
		value(g, s, a);
		return;
	}
	t = gen_temp(g, b);
	if (t < 0)
		return;
	gen_add(g, s, BPF_ST, t);
	value(g, s, a);
	gen_add(g, s, BPF_LDX | BPF_MEM, t);
	gen_temp_put(g);
}

static void binary_value(struct gen *g, struct stmts *s, const struct node *n)
{
	uint16_t op = alu_of(n->op);
	bool turns = n->op != '-' && n->op != '/' && n->op != '%' && n->op != TOK_LSH &&
		     n->op != TOK_RSH;

	if (n->b->kind == NODE_NUM || (turns && n->a->kind == NODE_NUM)) {
		bool right = n->b->kind == NODE_NUM;

		/* Of what is masked out nothing needs to be there. */
		if ((right ? n->b : n->a)->num == 0 && n->op == '&') {
			gen_add(g, s, BPF_LD | BPF_IMM, 0);
			return;
		}
		value(g, s, right ? n->a : n->b);
		gen_add(g, s, BPF_ALU | op | BPF_K, (right ? n->b : n->a)->num);
		return;
	}
	both(g, s, n->a, n->b);
	gen_add(g, s, BPF_ALU | op | BPF_X, 0);
}

static void value(struct gen *g, struct stmts *s, const struct node *n)
{
	if (g->rc)
		return;
	switch (n->kind) {
	case NODE_NUM:
		gen_add(g, s, BPF_LD | BPF_IMM, n->num);
		return;
	case NODE_PKTLEN:
		gen_add(g, s, BPF_LD | BPF_W | BPF_LEN, 0);
		g->differs = true;
		if (g->stripped)
			gen_add(g, s, BPF_ALU | BPF_ADD | BPF_K, 4);
		return;
	case NODE_INDEX:
		index_value(g, s, n);
		return;
	case NODE_VALUE:
		field_load(g, s, n);
		return;
	case NODE_NEG:
		value(g, s, n->a);
		gen_add(g, s, BPF_ALU | BPF_NEG, 0);
		return;
	}
	binary_value(g, s, n);
}

static bool compare(uint16_t op, uint32_t a, uint32_t b)
{
	return op == BPF_JGT ? a > b : op == BPF_JGE ? a >= b : a == b;
}

/* "5 < x" as "x > 5". */
static int mirrored(int op)
{
	switch (op) {
	case '<':
		return '>';
	case '>':
		return '<';
	case TOK_LE:
		return TOK_GE;
	case TOK_GE:
		return TOK_LE;
	}
	return op;
}

static struct frag relation(struct gen *g, const struct node *n)
{
	const struct node *a = n->a, *b = n->b;
	struct guards gs = { 0 };
	struct stmts s = { 0 };
	struct frag ok, f;
	int op = n->op;
	uint16_t jump;
	bool turn;

	if (a->kind == NODE_NUM && b->kind != NODE_NUM) {
		a = n->b;
		b = n->a;
		op = mirrored(op);
	}
	jump = prim_jump_of(op, &turn);
	if (a->kind == NODE_NUM) {
		f = gen_const(compare(jump, a->num, b->num));
		return turn ? gen_not(f) : f;
	}
	ok = gen_and(g, guard(g, a, &gs), guard(g, b, &gs));
	/* What never holds needs no value: there may be no way to load it. */
	if (!ok.head && !ok.value)
		return ok;
	if (b->kind == NODE_NUM) {
		value(g, &s, a);
		f = gen_jump(g, s, jump, b->num);
	} else {
		both(g, &s, a, b);
		f = gen_jump_x(g, s, jump);
	}
	return gen_and(g, ok, turn ? gen_not(f) : f);
}

static bool has_field(const struct node *n)
{
	return n->kind == NODE_VALUE || (n->a && has_field(n->a)) || (n->b && has_field(n->b));
}

struct frag prim_relation(struct gen *g, const struct node *n)
{
	struct frag f;

	if (!has_field(n))
		return relation(g, n);
	/* Fields above IP are in either version: once for each. */
	g->version = 4;
	f = relation(g, n);
	g->version = 6;
	f = gen_or(g, f, relation(g, n));
	g->version = 0;
	return f;
}
