// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_flow - see opt_flow.h. One pass in the order of the graph sees every way into a block before
 * the block, since there are no loops. */
#include "cbpf/opt_flow.h"

#include <string.h>

bool flow_room(struct flow *fl, uint32_t v)
{
	uint32_t *slot;

	if (v < fl->n_slots)
		return true;
	slot = arena_alloc(fl->mem, 2 * fl->vs->cap * sizeof(*slot));
	if (!slot)
		return fl->g->failed = true, false;
	if (fl->n_slots)
		memcpy(slot, fl->slot, fl->n_slots * sizeof(*slot));
	fl->slot = slot;
	fl->n_slots = 2 * fl->vs->cap;
	return true;
}

static int slot_of(struct flow *fl, uint32_t v)
{
	return flow_room(fl, v) ? (int)fl->slot[v] - 1 : -1;
}

enum { MAX_DEPTH = 4 };

/* More is known of 'v' here than what holds everywhere. */
static bool is_known(struct flow *fl, uint32_t v, int depth)
{
	const struct value *val = &fl->vs->v[v];

	if (slot_of(fl, v) >= 0)
		return true;
	return val->kind == VALUE_ALU && depth &&
	       (is_known(fl, val->a, depth - 1) || is_known(fl, val->b, depth - 1));
}

bool flow_knows(struct flow *fl, uint32_t v)
{
	return is_known(fl, v, MAX_DEPTH);
}

static void fact_at(struct flow *fl, uint32_t v, int depth, struct fact *ret)
{
	struct value *val = &fl->vs->v[v];
	int i = slot_of(fl, v);
	struct fact a, b, d;

	*ret = i >= 0 ? fl->cur[i] : value_fact(fl->vs, v);
	if (val->kind != VALUE_ALU || depth == 0 ||
	    (!is_known(fl, val->a, depth - 1) && !is_known(fl, val->b, depth - 1)))
		return;
	fact_at(fl, val->a, depth - 1, &a);
	fact_at(fl, val->b, depth - 1, &b);
	d = fact_derive(fl->vs, val, &a, &b);
	fact_meet(ret, &d, fl->mem);
}

struct fact flow_fact(struct flow *fl, uint32_t v)
{
	struct fact f;

	fact_at(fl, v, MAX_DEPTH, &f);
	return f;
}

/* The largest that 'v' can be, the least, and what is known to be there from it on. */
static void place_of(struct flow *fl, uint32_t v, uint32_t *ret_lo, uint32_t *ret_hi,
		     uint32_t *ret_ext)
{
	const struct value *val = &fl->vs->v[v];
	struct fact f;

	*ret_lo = val->lo;
	*ret_hi = val->hi;
	*ret_ext = 0;
	if (!is_known(fl, v, MAX_DEPTH))
		return;
	f = flow_fact(fl, v);
	*ret_lo = f.lo;
	*ret_hi = f.hi;
	*ret_ext = f.ext;
}

static bool learn(struct flow *fl, const struct fact *f);

/* What 'f', known of a op k, tells of a. */
static bool learn_operand(struct flow *fl, const struct value *v, const struct fact *f)
{
	uint32_t k = fl->vs->v[v->b].k;
	struct fact a = fact_any(v->a);

	switch (v->op) {
	case BPF_AND:
		a.zeros = f->zeros & k;
		a.ones = f->ones & k;
		break;
	case BPF_OR:
		a.zeros = f->zeros & ~k;
		a.ones = f->ones & ~k;
		break;
	case BPF_RSH:
		a.zeros = f->zeros << k;
		a.ones = f->ones << k;
		a.lo = f->lo << k;
		a.hi = f->hi << k | ((1u << k) - 1);
		break;
	case BPF_ADD:
		if (f->lo - k > f->hi - k)
			return true;
		a.lo = f->lo - k;
		a.hi = f->hi - k;
		break;
	default:
		return true;
	}
	return learn(fl, &a);
}

/* That 'v' is 'k', which it may be. */
static void learn_is(struct flow *fl, uint32_t v, uint32_t k)
{
	int i = slot_of(fl, v);
	uint32_t ext = i >= 0 ? fl->cur[i].ext : 0;

	if (i < 0 && fl->n < MAX_FACTS && flow_room(fl, v)) {
		i = fl->n++;
		fl->slot[v] = i + 1;
	}
	if (i >= 0)
		fl->cur[i] = (struct fact){ .v = v, .lo = k, .hi = k, .zeros = ~k, .ones = k,
					    .is = { k }, .n_is = 1, .ext = ext };
}

static bool learn(struct flow *fl, const struct fact *f)
{
	struct fact known = fl->g->by_values ? fact_any(f->v) : flow_fact(fl, f->v);
	const struct value *v = &fl->vs->v[f->v];
	int i = slot_of(fl, f->v);

	if (!fact_meet(&known, f, fl->mem))
		return false;
	known.v = f->v;
	if (i < 0 && fl->n < MAX_FACTS && flow_room(fl, f->v)) {
		i = fl->n++;
		fl->slot[f->v] = i + 1;
	}
	if (i >= 0)
		fl->cur[i] = known;
	if (v->kind == VALUE_ALU && value_is_const(fl->vs, v->b) && !fl->g->by_values)
		return learn_operand(fl, v, &known);
	return true;
}

static bool is_safe(struct flow *fl, const struct flow_step *s)
{
	uint64_t end = (uint64_t)s->k + s->bytes;
	uint32_t lo, hi, ext;

	if (s->base == VALUE_ZERO)
		return end <= INT32_MAX && fl->there >= end;
	place_of(fl, s->base, &lo, &hi, &ext);
	/* Near the top of 32 bits sums wrap, or mean something else to the kernel. */
	return hi + end <= INT32_MAX && (ext >= end || fl->there >= hi + end);
}

static void step_load(struct flow *fl, struct flow_step *s, uint32_t base, uint32_t k,
		      uint32_t bytes)
{
	*s = (struct flow_step){ .load = true, .base = base, .k = k, .bytes = bytes };
	s->safe = is_safe(fl, s);
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
		s.safe = flow_fact(fl, b).lo > 0;
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

/* From 'v' on there are 'ext' bytes. */
static void learn_bytes(struct flow *fl, uint32_t v, uint32_t ext)
{
	int i = slot_of(fl, v);

	if (i < 0 && fl->n < MAX_FACTS && flow_room(fl, v)) {
		i = fl->n++;
		fl->slot[v] = i + 1;
		fl->cur[i] = value_fact(fl->vs, v);
	}
	if (i >= 0 && fl->cur[i].ext < ext)
		fl->cur[i].ext = ext;
}

void flow_passed(struct flow *fl, const struct flow_step *s)
{
	uint32_t lo = 0, hi = 0, ext;

	if (!s->load)
		return;
	if (s->base != VALUE_ZERO)
		place_of(fl, s->base, &lo, &hi, &ext);
	if ((uint64_t)hi + s->k + s->bytes > INT32_MAX)
		return;
	fl->there = MAX(fl->there, lo + s->k + s->bytes);
	if (s->base != VALUE_ZERO)
		learn_bytes(fl, s->base, s->k + s->bytes);
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

/* What the answer 'yes' to 'q' without its turn says; false if no value can say it. */
static bool fact_of(const struct question *q, bool yes, struct fact *ret)
{
	*ret = fact_any(q->v);
	if (q->op == BPF_JEQ && yes) {
		ret->lo = ret->hi = q->k;
	} else if (q->op == BPF_JEQ) {
		ret->not = &q->k;
		ret->n_not = 1;
	} else if (yes) {
		ret->lo = q->k + 1;
		return q->k != UINT32_MAX;
	} else {
		ret->hi = q->k;
	}
	return true;
}

/* The answer that holds everywhere, or -1. */
static int plain_answer(const struct value *v, const struct question *q)
{
	uint32_t k = q->k;

	if (q->op == BPF_JGT)
		return v->lo > k ? 1 : v->hi <= k ? 0 : -1;
	if (k < v->lo || k > v->hi || k & v->zeros || (k & v->ones) != v->ones)
		return 0;
	return v->lo == v->hi ? 1 : -1;
}

static void answer(struct flow *fl, struct question *q)
{
	struct fact f;
	int known;

	if (q->answer >= 0)
		return;
	if (!fl->g->by_values && !is_known(fl, q->v, MAX_DEPTH)) {
		known = plain_answer(&fl->vs->v[q->v], q);
		if (known >= 0)
			q->answer = known ^ q->turn;
		return;
	}
	if (!fl->g->by_values || value_is_const(fl->vs, q->v))
		fact_at(fl, q->v, MAX_DEPTH, &f);
	else if (slot_of(fl, q->v) >= 0)
		f = fl->cur[slot_of(fl, q->v)];
	else
		return;
	known = q->op == BPF_JEQ ? fact_is(&f, q->k) : fact_above(&f, q->k);
	if (known >= 0)
		q->answer = known ^ q->turn;
}

struct question flow_question(struct flow *fl, const struct opt_block *b, const uint32_t *reg)
{
	struct question q = b->digest ? b->digest->q : ask(fl, b, reg);

	answer(fl, &q);
	return q;
}

/* Looks at no register of before and writes A and X alone, a few loads at most. */
static bool can_digest(const struct opt_block *b)
{
	uint32_t written = 0, loads = 0;

	for (unsigned int i = 0; i < b->n; i++) {
		if (insn_reads(&b->code[i]) & ~written)
			return false;
		written |= insn_writes(&b->code[i]);
		loads += insn_can_fail(&b->code[i]);
	}
	return written < 1u << OPT_M && loads <= MAX_LOADS && !(jump_reads(b) & ~written);
}

void flow_digest(struct flow *fl, struct opt_block *b)
{
	struct opt_digest *d;
	uint32_t reg[OPT_REGS];

	if (b->digest || !can_digest(b))
		return;
	d = arena_alloc(fl->g->mem, sizeof(*d));
	if (!d) {
		fl->g->failed = true;
		return;
	}
	reg[OPT_A] = reg[OPT_X] = VALUE_NONE;
	for (unsigned int i = 0; i < b->n; i++) {
		struct flow_step s = flow_exec(fl, &b->code[i], reg);

		if (!insn_can_fail(&b->code[i]))
			continue;
		d->load[d->n_loads].step = s;
		d->load[d->n_loads++].at = i;
	}
	memcpy(d->reg, reg, sizeof(d->reg));
	if (BPF_CLASS(b->jump) == BPF_JMP && b->jump != OPT_JA)
		d->q = ask(fl, b, reg);
	b->digest = d;
}

void flow_exec_block(struct flow *fl, struct opt_block *b, uint32_t *reg, flow_each each, void *ctx)
{
	struct opt_digest *d = b->digest;

	for (unsigned int i = 0; !d && i < b->n; i++) {
		struct flow_step s = flow_exec(fl, &b->code[i], reg);

		if (insn_can_fail(&b->code[i]))
			each(fl, &s, i, ctx);
	}
	if (!d)
		return;
	for (int r = 0; r < 2; r++)
		if (d->reg[r] != VALUE_NONE)
			reg[r] = d->reg[r];
	for (unsigned int i = 0; i < d->n_loads; i++) {
		struct flow_step s = d->load[i].step;

		if (s.load)
			s.safe = is_safe(fl, &s);
		each(fl, &s, d->load[i].at, ctx);
	}
}

bool flow_assume(struct flow *fl, const struct question *q, int side)
{
	struct fact f;

	if (fl->g->by_values && q->op != BPF_JEQ)
		return true;
	if (q->op == BPF_JEQ && side ^ q->turn && fl->vs->v[q->v].kind != VALUE_ALU)
		return learn_is(fl, q->v, q->k), true;
	return fact_of(q, side ^ q->turn, &f) && learn(fl, &f);
}
