// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_pass - the pass over a graph that opt_flow describes, and liveness, which goes backwards. */
#include <string.h>

#include "cbpf/opt_flow.h"

static void live_block(struct opt_block *b)
{
	const struct opt_sum *sum = opt_sum(b);
	uint32_t live = jump_reads(b), need = NEED_ALL;

	for (int side = 0; side < 2; side++) {
		if (!b->to[side])
			continue;
		live |= b->to[side]->live_in;
		need = MIN(need, b->to[side]->need);
	}
	if (b->jump == OPT_RET_A || (b->jump == OPT_RET && b->k))
		need = 0;
	b->live_in = sum->reads | (live & ~sum->writes);
	b->need = MAX(need, sum->reach);
}

void opt_live(struct opt_graph *g)
{
	for (unsigned int i = g->n; i-- > 0;)
		live_block(g->order[i]);
}

/* Walks 'b' backwards and keeps what has a use: a value that is read, or a failure that nothing
 * else brings about. */
static void drop_dead(struct opt_block *b)
{
	uint32_t live = jump_reads(b), need = NEED_ALL;
	unsigned int kept = b->n;

	for (int side = 0; side < 2; side++) {
		if (!b->to[side])
			continue;
		live |= b->to[side]->live_in;
		need = MIN(need, b->to[side]->need);
	}
	if (b->jump == OPT_RET_A || (b->jump == OPT_RET && b->k))
		need = 0;
	for (unsigned int i = b->n; i-- > 0;) {
		struct sock_filter f = b->code[i];
		uint32_t end = insn_reach(&f);
		bool safe = i < 64 && b->safe >> i & 1;

		if (!(insn_writes(&f) & live) &&
		    (safe || need == NEED_ALL || (end && end <= need) || !insn_can_fail(&f)))
			continue;
		live = (live & ~insn_writes(&f)) | insn_reads(&f);
		need = MAX(need, end);
		b->code[--kept] = f;
	}
	if (kept) {
		opt_code_changed(b);
		b->code += kept;
		b->n -= kept;
	}
	b->safe = 0;
	b->live_in = live;
	b->need = need;
}

void opt_drop_dead(struct opt_graph *g)
{
	for (unsigned int i = g->n; i-- > 0;)
		drop_dead(g->order[i]);
}

static void load_state(struct flow *fl, const struct opt_block *b)
{
	const struct opt_state *in = b->in;

	fl->n = fl->n_kept = 0;
	fl->there = in->there;
	for (uint32_t i = 0; i < in->n; i++) {
		fl->cur[i] = in->f[i];
		fl->vs->v[in->f[i].v].slot = ++fl->n;
	}
	/* What nobody reads needs no number of its own here. */
	for (unsigned int r = 0; r < fl->g->n_regs; r++)
		fl->reg[r] = in->reg[r] != VALUE_NONE ? in->reg[r] :
			     b->live_in & 1u << r     ? value_entry(fl->vs, b->id, r) :
							(uint32_t)VALUE_FREE + r;
}

static void forget(struct flow *fl, uint32_t from)
{
	while (fl->n > from)
		fl->vs->v[fl->cur[--fl->n].v].slot = 0;
}

static bool tells_more(const struct fact *f, const struct value *base)
{
	return f->lo > base->lo || f->hi < base->hi || f->zeros != base->zeros ||
	       f->ones != base->ones || f->n_not || f->n_is || f->ext;
}

static void arrive_first(struct flow *fl, struct opt_block *to)
{
	size_t regs = fl->g->n_regs * sizeof(*fl->reg), facts = fl->n * sizeof(*fl->cur);
	struct opt_state *in = arena_alloc_raw(fl->mem, sizeof(*in) + regs);

	if (in)
		in->f = fl->n ? arena_alloc_raw(fl->mem, facts) : NULL;
	if (!in || (fl->n && !in->f)) {
		fl->g->failed = true;
		return;
	}
	memcpy(in->reg, fl->reg, regs);
	if (fl->n)
		memcpy(in->f, fl->cur, facts);
	in->n = fl->n;
	in->there = fl->there;
	to->in = in;
}

/* Notes in 'to' what is known on one way into it. */
static void arrive(struct flow *fl, struct opt_block *to)
{
	struct opt_state *in = to->in;
	uint32_t kept = 0;

	/* Nothing to find out there. */
	if (to->jump == OPT_RET && to->n == 0)
		return;
	if (!in) {
		arrive_first(fl, to);
		return;
	}
	in->there = MIN(in->there, fl->there);
	for (unsigned int r = 0; r < fl->g->n_regs; r++)
		if (in->reg[r] != fl->reg[r])
			in->reg[r] = VALUE_NONE;
	for (uint32_t i = 0; i < in->n; i++) {
		struct fact *f = &in->f[i], now;

		if (!flow_knows(fl, f->v))
			continue;
		if (!flow_fact_is(fl, f)) {
			flow_fact(fl, f->v, &now);
			fact_join(f, &now, fl->mem);
			if (!tells_more(f, &fl->vs->v[f->v]))
				continue;
		}
		if (kept < i)
			in->f[kept] = *f;
		kept++;
	}
	in->n = kept;
}

static void leave(struct flow *fl, const struct flow_hooks *hooks, struct opt_block *b, int side)
{
	if (hooks->leave)
		hooks->leave(fl, b, side);
	arrive(fl, b->to[side]);
}

static void decide(struct flow *fl, struct opt_block *b, int side)
{
	b->to[1] = b->to[side];
	b->to[0] = NULL;
	b->jump = OPT_JA;
	b->k = 0;
	fl->g->sorted = false;
	fl->n_changes++;
}

void flow_keep(struct flow *fl)
{
	fl->n_kept = fl->n;
	fl->there_kept = fl->there;
	fl->changed = 0;
}

void flow_go_back(struct flow *fl)
{
	forget(fl, fl->n_kept);
	fl->there = fl->there_kept;
	for (; fl->changed; fl->changed &= fl->changed - 1) {
		int i = __builtin_ctz(fl->changed);

		fl->cur[i] = fl->kept[i];
	}
}

/* Some question is about 'v', or about what it is made of, besides the one at hand. */
static bool asked_again(const struct flow *fl, uint32_t v)
{
	const struct value *val = &fl->vs->v[v];

	if (!fl->asked || v >= fl->n_asked || fl->asked[v] > 1)
		return true;
	return val->kind == VALUE_ALU && (asked_again(fl, val->a) || asked_again(fl, val->b));
}

/* Whether both answers to 'q' can be, as far as follows from them. Answer 0 stays assumed; if it
 * cannot be both, '*ret' is the one that can. */
static bool both_can_be(struct flow *fl, const struct question *q, int *ret)
{
	const struct value *v = &fl->vs->v[q->v];
	bool can_be[2] = { true, true };

	/* Of a value that is not made of others all that follows has been asked. */
	if (v->kind == VALUE_ALU && flow_knows(fl, v->a)) {
		can_be[1] = flow_assume(fl, q, 1);
		flow_go_back(fl);
	}
	can_be[0] = flow_assume(fl, q, 0);
	if (v->kind != VALUE_ALU || (can_be[0] && can_be[1]))
		return true;
	*ret = can_be[1];
	return false;
}

static void ways_out(struct flow *fl, const struct flow_hooks *hooks, struct opt_block *b)
{
	struct question q = flow_question(fl, b, fl->reg);
	bool open = q.answer < 0 && b->to[0] != b->to[1];

	b->asked = q.v;
	b->known = true;
	if (open && !asked_again(fl, q.v)) {
		for (int side = 0; side < 2; side++)
			leave(fl, hooks, b, side);
		return;
	}
	flow_keep(fl);
	if (open && both_can_be(fl, &q, &q.answer)) {
		leave(fl, hooks, b, 0);
		flow_go_back(fl);
		flow_assume(fl, &q, 1);
		leave(fl, hooks, b, 1);
		flow_go_back(fl);
		return;
	}
	/* A way that is never taken must not stay: nothing is known of it. */
	flow_go_back(fl);
	decide(fl, b, MAX(q.answer, 0));
	leave(fl, hooks, b, 1);
}

static void passed(struct flow *fl, const struct flow_step *s, unsigned int at, void *ctx)
{
	struct opt_block *b = ctx;

	if (s->safe && at < 64)
		b->safe |= 1ull << at;
	flow_passed(fl, s);
}

static void pass_block(struct flow *fl, const struct flow_hooks *hooks, struct opt_block *b)
{
	if (hooks->enter)
		hooks->enter(fl, b);
	b->safe = 0;
	flow_exec_block(fl, b, fl->reg, passed, b);
	if (b->jump == OPT_JA)
		leave(fl, hooks, b, 1);
	else if (jump_asks(b))
		ways_out(fl, hooks, b);
}

static void count_asked(struct flow *fl, uint32_t v)
{
	const struct value *val = &fl->vs->v[v];

	if (fl->asked[v] < UINT16_MAX)
		fl->asked[v]++;
	if (val->kind != VALUE_ALU)
		return;
	count_asked(fl, val->a);
	count_asked(fl, val->b);
}

/* Counts what is asked, if that can be told of all blocks. */
static void count_questions(struct flow *fl)
{
	struct opt_graph *g = fl->g;

	fl->asked = NULL;
	for (unsigned int i = 0; i < g->n; i++) {
		struct opt_block *b = g->order[i];

		if (jump_asks(b) && !b->known && (opt_inputs(b) || !flow_digest(fl, b, NULL)))
			return;
	}
	fl->n_asked = fl->vs->n;
	fl->asked = arena_alloc(fl->mem, fl->n_asked * sizeof(*fl->asked));
	for (unsigned int i = 0; fl->asked && i < g->n; i++) {
		struct opt_block *b = g->order[i];

		if (jump_asks(b))
			count_asked(fl, b->digest && !opt_inputs(b) ? b->digest->q.v :
								      b->asked);
	}
}

void flow_run(struct flow *fl, const struct flow_hooks *hooks)
{
	struct opt_graph *g = fl->g;

	for (unsigned int i = 0; i < g->n; i++)
		g->order[i]->in = NULL;
	count_questions(fl);
	/* The kernel clears both registers first. */
	fl->n = fl->there = 0;
	for (unsigned int r = 0; r < OPT_REGS; r++)
		fl->reg[r] = r < OPT_M ? (uint32_t)VALUE_ZERO : VALUE_FREE + r;
	arrive(fl, g->head);
	for (unsigned int i = 0; i < g->n && !g->failed && !fl->vs->failed; i++) {
		struct opt_block *b = g->order[i];

		if (!b->in)
			continue;
		load_state(fl, b);
		pass_block(fl, hooks, b);
		forget(fl, 0);
	}
}
