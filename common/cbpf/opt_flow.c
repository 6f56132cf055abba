// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_flow - what is known of values at one place: facts learned from answers and from loads that
 * succeeded, and what follows from them. */
#include "cbpf/opt_flow.h"

#include <string.h>

static int slot_of(const struct flow *fl, uint32_t v)
{
	return (int)fl->vs->v[v].slot - 1;
}

enum { MAX_DEPTH = 4 };

/* More is known of 'v' here than what holds everywhere. */
static bool is_known(const struct flow *fl, uint32_t v, int depth)
{
	const struct value *val = &fl->vs->v[v];

	if (val->slot)
		return true;
	return val->kind == VALUE_ALU && depth &&
	       (is_known(fl, val->a, depth - 1) || is_known(fl, val->b, depth - 1));
}

bool flow_knows(struct flow *fl, uint32_t v)
{
	return is_known(fl, v, MAX_DEPTH);
}

/* The fact 'i' is about to change. */
static struct fact *fact_to_change(struct flow *fl, int i)
{
	if ((uint32_t)i < fl->n_kept && !(fl->changed & 1u << i)) {
		fl->kept[i] = fl->cur[i];
		fl->changed |= 1u << i;
	}
	return &fl->cur[i];
}

static void fact_at(struct flow *fl, uint32_t v, int depth, struct fact *ret)
{
	const struct value *val = &fl->vs->v[v];
	struct fact a, b, d;

	if (val->slot)
		*ret = fl->cur[val->slot - 1];
	else
		value_fact(fl->vs, v, ret);
	if (val->kind != VALUE_ALU || depth == 0 ||
	    (!is_known(fl, val->a, depth - 1) && !is_known(fl, val->b, depth - 1)))
		return;
	fact_at(fl, val->a, depth - 1, &a);
	if (!value_is_const(fl->vs, val->b))
		fact_at(fl, val->b, depth - 1, &b);
	fact_derive(fl->vs, val, &a, &b, &d);
	fact_meet(ret, &d, fl->mem);
}

void flow_fact(struct flow *fl, uint32_t v, struct fact *ret)
{
	fact_at(fl, v, MAX_DEPTH, ret);
}

bool flow_fact_is(const struct flow *fl, const struct fact *f)
{
	uint32_t slot = fl->vs->v[f->v].slot;

	return slot && fact_same(&fl->cur[slot - 1], f);
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
	flow_fact(fl, v, &f);
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

	if (i < 0 && fl->n < MAX_FACTS) {
		i = fl->n++;
		fl->vs->v[v].slot = i + 1;
	}
	if (i >= 0)
		*fact_to_change(fl, i) = (struct fact){ .v = v, .lo = k, .hi = k, .zeros = ~k,
							.ones = k, .is = { k }, .n_is = 1,
							.ext = ext };
}

/* That 'v', which is no sum, is not 'k'; false if that tells more than this. */
static bool learn_is_not(struct flow *fl, uint32_t v, uint32_t k)
{
	int i = slot_of(fl, v);
	struct fact *f;

	if (fl->g->by_values)
		return false;
	if (i < 0 && fl->n < MAX_FACTS) {
		i = fl->n++;
		fl->vs->v[v].slot = i + 1;
		value_fact(fl->vs, v, &fl->cur[i]);
	}
	if (i < 0)
		return false;
	f = fact_to_change(fl, i);
	return !f->n_is && k > f->lo && k < f->hi && fact_exclude(f, k, fl->mem);
}

static bool learn(struct flow *fl, const struct fact *f)
{
	const struct value *v = &fl->vs->v[f->v];
	int i = slot_of(fl, f->v);
	struct fact known;

	if (fl->g->by_values)
		known = fact_any(f->v);
	else
		flow_fact(fl, f->v, &known);
	if (!fact_meet(&known, f, fl->mem))
		return false;
	known.v = f->v;
	if (i < 0 && fl->n < MAX_FACTS) {
		i = fl->n++;
		fl->vs->v[f->v].slot = i + 1;
	}
	if (i >= 0)
		*fact_to_change(fl, i) = known;
	if (v->kind == VALUE_ALU && value_is_const(fl->vs, v->b) && !fl->g->by_values)
		return learn_operand(fl, v, &known);
	return true;
}

bool flow_is_safe(struct flow *fl, const struct flow_step *s)
{
	uint64_t end = (uint64_t)s->k + s->bytes, furthest;
	uint32_t lo, hi, ext;

	if (s->base == VALUE_ZERO)
		return end <= INT32_MAX && fl->there >= end;
	furthest = fl->vs->v[s->base].hi + end;
	if (furthest <= INT32_MAX && fl->there >= furthest)
		return true;
	place_of(fl, s->base, &lo, &hi, &ext);
	/* Near the top of 32 bits sums wrap, or mean something else to the kernel. */
	return hi + end <= INT32_MAX && (ext >= end || fl->there >= hi + end);
}

/* From 'v' on there are 'ext' bytes. */
static void learn_bytes(struct flow *fl, uint32_t v, uint32_t ext)
{
	int i = slot_of(fl, v);

	if (i < 0 && fl->n < MAX_FACTS) {
		i = fl->n++;
		fl->vs->v[v].slot = i + 1;
		value_fact(fl->vs, v, &fl->cur[i]);
	}
	if (i >= 0 && fl->cur[i].ext < ext)
		fact_to_change(fl, i)->ext = ext;
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

/* Of some bits of a value of which nothing but bits is known, whether they are 'k': the answer to
 * most questions about flags, got without the facts in between. Returns -2 for other questions. */
static int bits_answer(const struct flow *fl, const struct question *q)
{
	const struct value *v = &fl->vs->v[q->v];
	const struct fact *f;
	uint32_t mask;

	if (v->kind != VALUE_ALU || v->slot || v->op != BPF_AND || q->op != BPF_JEQ ||
	    !value_is_const(fl->vs, v->b) || !fl->vs->v[v->a].slot ||
	    fl->vs->v[v->a].kind == VALUE_ALU)
		return -2;
	f = &fl->cur[fl->vs->v[v->a].slot - 1];
	mask = fl->vs->v[v->b].k;
	if (q->k & ~mask || q->k & f->zeros || f->ones & mask & ~q->k)
		return 0;
	if (!(mask & ~(f->zeros | f->ones)))
		return 1;
	return f->n_is || f->n_not || f->lo != f->ones || f->hi != ~f->zeros ? -2 : -1;
}

/* Whether the facts at hand answer 'q': 0, 1, or -1. */
static int known_answer(struct flow *fl, const struct question *q)
{
	const struct value *v = &fl->vs->v[q->v];
	const struct fact *at = v->slot ? &fl->cur[v->slot - 1] : NULL;
	struct fact f;
	int known;

	if (fl->g->by_values && !at && v->kind != VALUE_CONST)
		return -1;
	if (!fl->g->by_values) {
		if (!is_known(fl, q->v, MAX_DEPTH))
			return plain_answer(v, q);
		known = bits_answer(fl, q);
		if (known != -2)
			return known;
	}
	if (!at || (v->kind == VALUE_ALU && !fl->g->by_values)) {
		fact_at(fl, q->v, MAX_DEPTH, &f);
		at = &f;
	}
	return q->op == BPF_JEQ ? fact_is(at, q->k) : fact_above(at, q->k);
}

int flow_answer(struct flow *fl, const struct question *q)
{
	int known;

	if (q->answer >= 0)
		return q->answer;
	known = known_answer(fl, q);
	return known < 0 ? -1 : known ^ q->turn;
}

bool flow_assume(struct flow *fl, const struct question *q, int side)
{
	struct fact f;

	if (fl->g->by_values && q->op != BPF_JEQ)
		return true;
	if (q->op == BPF_JEQ && fl->vs->v[q->v].kind != VALUE_ALU) {
		if (side ^ q->turn)
			return learn_is(fl, q->v, q->k), true;
		if (learn_is_not(fl, q->v, q->k))
			return true;
	}
	return fact_of(q, side ^ q->turn, &f) && learn(fl, &f);
}
