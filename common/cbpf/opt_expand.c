// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_expand - makes blocks load what they ask about themselves, instead of finding it in a
 * register. That is longer, but such blocks can be passed by and made one with their like; what
 * turns out to be in the register on all ways is dropped again by opt_simplify. */
#include <string.h>

#include "cbpf/opt_flow.h"

enum { MAX_MADE = 6 };

struct making {
	struct flow *fl;
	struct sock_filter code[MAX_MADE];
	unsigned int n;
	bool keeps_x; /* X must stay as it is */
};

static bool put(struct making *m, uint16_t code, uint32_t k)
{
	if (m->n == MAX_MADE)
		return false;
	m->code[m->n++] = (struct sock_filter){ .code = code, .k = k };
	return true;
}

static int in_memory(const struct making *m, uint32_t v)
{
	for (unsigned int i = 0; i < BPF_MEMWORDS; i++)
		if (m->fl->reg[OPT_M + i] == v)
			return i;
	return -1;
}

static bool is_alu_const(const struct values *vs, uint32_t v, uint16_t op, uint32_t k)
{
	const struct value *val = &vs->v[v];

	return val->kind == VALUE_ALU && val->op == op && value_is_const(vs, val->b) &&
	       vs->v[val->b].k == k;
}

/* The byte of a packet whose low four bits times four 'v' is. */
static bool is_msh(const struct values *vs, uint32_t v, uint32_t *ret_k)
{
	const struct value *load;

	if (!is_alu_const(vs, v, BPF_LSH, 2) || !is_alu_const(vs, vs->v[v].a, BPF_AND, 0xf))
		return false;
	load = &vs->v[vs->v[vs->v[v].a].a];
	*ret_k = load->k;
	return load->kind == VALUE_LOAD && load->op == BPF_B && load->a == VALUE_ZERO;
}

/* 'v' into X without a change to A. */
static bool make_x(struct making *m, uint32_t v)
{
	const struct value *val = &m->fl->vs->v[v];
	int i = in_memory(m, v);
	uint32_t k;

	if (i >= 0)
		return put(m, BPF_LDX | BPF_MEM, i);
	if (val->kind == VALUE_CONST)
		return put(m, BPF_LDX | BPF_IMM, val->k);
	if (val->kind == VALUE_LEN)
		return put(m, BPF_LDX | BPF_W | BPF_LEN, 0);
	return is_msh(m->fl->vs, v, &k) && put(m, BPF_LDX | BPF_B | BPF_MSH, k);
}

static bool make_a(struct making *m, uint32_t v)
{
	const struct values *vs = m->fl->vs;
	const struct value *val = &vs->v[v];
	int i = in_memory(m, v);

	if (i >= 0)
		return put(m, BPF_LD | BPF_MEM, i);
	switch (val->kind) {
	case VALUE_CONST:
		return put(m, BPF_LD | BPF_IMM, val->k);
	case VALUE_LEN:
		return put(m, BPF_LD | BPF_W | BPF_LEN, 0);
	case VALUE_AD:
		return val->k != SKF_AD_NLATTR && val->k != SKF_AD_NLATTR_NEST &&
		       put(m, BPF_LD | BPF_W | BPF_ABS, INSN_AD_OFF + val->k);
	case VALUE_LOAD:
		if (val->a == VALUE_ZERO)
			return put(m, BPF_LD | val->op | BPF_ABS, val->k);
		if (m->keeps_x && m->fl->reg[OPT_X] != val->a)
			return false;
		return make_x(m, val->a) && put(m, BPF_LD | val->op | BPF_IND, val->k);
	case VALUE_ALU:
		if (vs->v[val->b].k == 0 && (val->op == BPF_DIV || val->op == BPF_MOD))
			return false;
		return value_is_const(vs, val->b) && make_a(m, val->a) &&
		       put(m, BPF_ALU | val->op | BPF_K, vs->v[val->b].k);
	}
	return false;
}

/* What 'b' reads of A and X before it writes them. */
static uint32_t wants(struct opt_block *b)
{
	const struct opt_sum *sum = opt_sum(b);

	return (sum->reads | (jump_reads(b) & ~sum->writes)) & (1u << OPT_A | 1u << OPT_X);
}

static void prepend(struct flow *fl, struct opt_block *b, const struct making *m)
{
	struct sock_filter *code = arena_alloc(fl->g->mem, (b->n + m->n) * sizeof(*code));

	if (!code) {
		fl->g->failed = true;
		return;
	}
	memcpy(code, m->code, m->n * sizeof(*code));
	if (b->n)
		memcpy(code + m->n, b->code, b->n * sizeof(*code));
	b->code = code;
	b->n += m->n;
	opt_code_changed(b);
	fl->n_changes++;
}

void opt_expand(struct flow *fl, struct opt_block *b)
{
	uint32_t want = wants(b), x = 1u << OPT_X, a = 1u << OPT_A;
	struct making m = { .fl = fl };

	if (!want)
		return;
	/* X is made last: what makes A may need it. */
	m.keeps_x = b->live_in & x && !(want & x);
	if (want & a && !make_a(&m, fl->reg[OPT_A])) {
		if (want == a)
			return;
		m.n = 0;
	}
	if (want & x && !make_x(&m, fl->reg[OPT_X]))
		return;
	if (m.n)
		prepend(fl, b, &m);
}
