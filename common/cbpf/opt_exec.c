// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_exec - runs instructions on the numbers of values, and finds out what a jump asks. The same
 * blocks are run again and again, from one pass to the next and by ways that look ahead, mostly on
 * the same values: what came of it the last time is kept with the block, as its digest. */
#include <string.h>

#include "cbpf/opt_flow.h"

static void step_load(struct flow *fl, struct flow_step *s, uint32_t base, uint32_t k,
		      uint32_t bytes)
{
	*s = (struct flow_step){ .load = true, .base = base, .k = k, .bytes = bytes };
	s->safe = flow_is_safe(fl, s);
}

static struct flow_step exec_load(struct flow *fl, const struct sock_filter *f, uint32_t *reg)
{
	struct flow_step s = { .safe = true };
	uint32_t base = VALUE_ZERO, ad;

	switch (BPF_MODE(f->code)) {
	case BPF_IMM:
		reg[OPT_A] = value_const(fl->vs, f->k);
		return s;
	case BPF_LEN:
		reg[OPT_A] = value_len(fl->vs);
		return s;
	case BPF_MEM:
		reg[OPT_A] = reg[OPT_M + f->k];
		return s;
	case BPF_IND:
		base = reg[OPT_X];
		break;
	}
	if (f->k >= INSN_AD_OFF && insn_is_ad(f, &ad)) {
		/* Without a device there is no index and no type of it; attributes may lie. */
		s.safe = ad != SKF_AD_IFINDEX && ad != SKF_AD_HATYPE;
		reg[OPT_A] = value_ad(fl->vs, ad, reg[OPT_A], reg[OPT_X]);
		return s;
	}
	step_load(fl, &s, base, f->k, value_bytes(BPF_SIZE(f->code)));
	reg[OPT_A] = value_load(fl->vs, BPF_SIZE(f->code), base, f->k);
	return s;
}

static struct flow_step exec_ldx(struct flow *fl, const struct sock_filter *f, uint32_t *reg)
{
	struct flow_step s = { .safe = true };
	uint32_t v;

	switch (BPF_MODE(f->code)) {
	case BPF_IMM:
		reg[OPT_X] = value_const(fl->vs, f->k);
		break;
	case BPF_LEN:
		reg[OPT_X] = value_len(fl->vs);
		break;
	case BPF_MEM:
		reg[OPT_X] = reg[OPT_M + f->k];
		break;
	case BPF_MSH:
		step_load(fl, &s, VALUE_ZERO, f->k, 1);
		v = value_load(fl->vs, BPF_B, VALUE_ZERO, f->k);
		v = value_alu(fl->vs, BPF_AND, v, value_const(fl->vs, 0xf));
		reg[OPT_X] = value_alu(fl->vs, BPF_LSH, v, value_const(fl->vs, 2));
		break;
	}
	return s;
}

static bool is_positive(struct flow *fl, uint32_t v)
{
	struct fact f;

	flow_fact(fl, v, &f);
	return f.lo > 0;
}

static struct flow_step exec_alu(struct flow *fl, const struct sock_filter *f, uint32_t *reg)
{
	uint16_t op = BPF_OP(f->code);
	struct flow_step s = { .safe = true };
	uint32_t b;

	if (op == BPF_NEG) {
		reg[OPT_A] = value_alu(fl->vs, BPF_SUB, VALUE_ZERO, reg[OPT_A]);
		return s;
	}
	b = BPF_SRC(f->code) == BPF_X ? reg[OPT_X] : value_const(fl->vs, f->k);
	if (op == BPF_DIV || op == BPF_MOD)
		s.safe = is_positive(fl, b);
	reg[OPT_A] = value_alu(fl->vs, op, reg[OPT_A], b);
	return s;
}

struct flow_step flow_exec(struct flow *fl, const struct sock_filter *f, uint32_t *reg)
{
	struct flow_step s = { .safe = true };

	switch (BPF_CLASS(f->code)) {
	case BPF_LD:
		return exec_load(fl, f, reg);
	case BPF_LDX:
		return exec_ldx(fl, f, reg);
	case BPF_ALU:
		return exec_alu(fl, f, reg);
	case BPF_ST:
		reg[OPT_M + f->k] = reg[OPT_A];
		break;
	case BPF_STX:
		reg[OPT_M + f->k] = reg[OPT_X];
		break;
	case BPF_MISC:
		if (BPF_MISCOP(f->code) == BPF_TAX)
			reg[OPT_X] = reg[OPT_A];
		else
			reg[OPT_A] = reg[OPT_X];
		break;
	}
	return s;
}

static struct question answered(bool yes)
{
	return (struct question){ .answer = yes };
}

/* v == k of sums and the like as a question about what is summed. */
static struct question ask_eq(struct flow *fl, uint32_t v, uint32_t k, bool turn)
{
	const struct value *val = &fl->vs->v[v];

	while (val->kind == VALUE_ALU && value_is_const(fl->vs, val->b) &&
	       (val->op == BPF_ADD || val->op == BPF_XOR)) {
		k = val->op == BPF_ADD ? k - fl->vs->v[val->b].k : k ^ fl->vs->v[val->b].k;
		v = val->a;
		val = &fl->vs->v[v];
	}
	return (struct question){ .v = v, .op = BPF_JEQ, .k = k, .turn = turn, .answer = -1 };
}

static struct question ask_gt(uint32_t v, uint32_t k, bool turn)
{
	return (struct question){ .v = v, .op = BPF_JGT, .k = k, .turn = turn, .answer = -1 };
}

static struct question ask_x(struct flow *fl, uint16_t op, uint32_t a, uint32_t x)
{
	const struct value *va = &fl->vs->v[a];
	uint32_t k = va->k;

	if (op == BPF_JSET)
		return ask_eq(fl, value_alu(fl->vs, BPF_AND, a, x), 0, true);
	if (va->kind == VALUE_CONST && op == BPF_JEQ)
		return ask_eq(fl, x, k, false);
	/* k > x if not x > k - 1; k >= x if not x > k. */
	if (va->kind == VALUE_CONST && op == BPF_JGT)
		return k ? ask_gt(x, k - 1, true) : answered(false);
	if (va->kind == VALUE_CONST)
		return ask_gt(x, k, true);
	if (op == BPF_JGE)
		return ask_eq(fl, value_cmp(fl->vs, BPF_JGT, x, a), 1, true);
	return ask_eq(fl, value_cmp(fl->vs, op, a, x), 1, false);
}

/* What 'b' asks with 'reg' in the registers. */
static struct question ask(struct flow *fl, const struct opt_block *b, const uint32_t *reg)
{
	uint16_t op = BPF_OP(b->jump);
	uint32_t a = reg[OPT_A], k = b->k;

	if (BPF_SRC(b->jump) == BPF_X) {
		if (!value_is_const(fl->vs, reg[OPT_X]))
			return ask_x(fl, op, a, reg[OPT_X]);
		k = fl->vs->v[reg[OPT_X]].k;
	}
	if (op == BPF_JEQ)
		return ask_eq(fl, a, k, false);
	if (op == BPF_JGT)
		return ask_gt(a, k, false);
	if (op == BPF_JGE)
		return k ? ask_gt(a, k - 1, false) : answered(true);
	return ask_eq(fl, value_alu(fl->vs, BPF_AND, a, value_const(fl->vs, k)), 0, true);
}

static unsigned int count_bits(uint32_t v)
{
	unsigned int n = 0;

	for (; v; v &= v - 1)
		n++;
	return n;
}

/* Whether a division by X is safe depends on what is known at the place. */
static bool can_digest(struct opt_block *b)
{
	const struct opt_sum *sum = opt_sum(b);

	return sum->n_fail <= MAX_LOADS && !sum->divides &&
	       count_bits(opt_inputs(b)) <= MAX_INPUTS && count_bits(sum->writes) <= MAX_OUTPUTS;
}

static bool is_digest_of(const struct opt_digest *d, const uint32_t *reg)
{
	for (unsigned int i = 0; i < d->n_in; i++)
		if (reg[d->in[i].reg] != d->in[i].v)
			return false;
	return true;
}

/* Fills 'ret' with what 'reg' holds of the registers 'which'. */
static unsigned int note_regs(struct opt_reg *ret, const uint32_t *reg, uint32_t which)
{
	unsigned int n = 0;

	for (; which; which &= which - 1) {
		unsigned int r = __builtin_ctz(which);

		ret[n++] = (struct opt_reg){ .reg = r, .v = reg[r] };
	}
	return n;
}

static void make_digest(struct flow *fl, struct opt_block *b, struct opt_digest *d,
			const uint32_t *before)
{
	uint32_t reg[OPT_REGS];

	d->n_in = note_regs(d->in, before, opt_inputs(b));
	d->n_loads = 0;
	for (unsigned int i = 0; i < d->n_in; i++)
		reg[d->in[i].reg] = d->in[i].v;
	for (unsigned int i = 0; i < b->n; i++) {
		struct flow_step s = flow_exec(fl, &b->code[i], reg);

		if (!insn_can_fail(&b->code[i]))
			continue;
		d->load[d->n_loads].step = s;
		d->load[d->n_loads++].at = i;
	}
	d->n_out = note_regs(d->out, reg, opt_sum(b)->writes);
	if (jump_asks(b))
		d->q = ask(fl, b, reg);
}

const struct opt_digest *flow_digest(struct flow *fl, struct opt_block *b, const uint32_t *reg)
{
	struct opt_digest *d = b->digest;

	if (d && is_digest_of(d, reg))
		return d;
	if (!can_digest(b))
		return NULL;
	if (!d)
		d = arena_alloc_raw(fl->g->mem, sizeof(*d));
	if (!d)
		fl->g->failed = true;
	else
		make_digest(fl, b, d, reg);
	b->digest = d;
	return d;
}

void flow_exec_block(struct flow *fl, struct opt_block *b, uint32_t *reg, flow_each each, void *ctx)
{
	const struct opt_digest *d = flow_digest(fl, b, reg);

	for (unsigned int i = 0; !d && i < b->n; i++) {
		struct flow_step s = flow_exec(fl, &b->code[i], reg);

		if (insn_can_fail(&b->code[i]))
			each(fl, &s, i, ctx);
	}
	if (!d)
		return;
	for (unsigned int i = 0; i < d->n_out; i++)
		reg[d->out[i].reg] = d->out[i].v;
	for (unsigned int i = 0; i < d->n_loads; i++) {
		struct flow_step s = d->load[i].step;

		if (s.load)
			s.safe = flow_is_safe(fl, &s);
		each(fl, &s, d->load[i].at, ctx);
	}
}

struct question flow_question(struct flow *fl, const struct opt_block *b, const uint32_t *reg)
{
	struct question q = b->digest ? b->digest->q : ask(fl, b, reg);

	q.answer = flow_answer(fl, &q);
	return q;
}
