// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_pass - the pass over a graph that opt_flow describes, and liveness, which goes backwards. */
#include <string.h>

#include "cbpf/opt_flow.h"

/* Most loads are no ancillary ones. */
static bool is_ad(const struct sock_filter *f, uint32_t *ret_ad)
{
	return f->k >= INSN_AD_OFF && insn_is_ad(f, ret_ad);
}

uint32_t insn_reads(const struct sock_filter *f)
{
	uint32_t a = 1u << OPT_A, x = 1u << OPT_X, ad;

	switch (BPF_CLASS(f->code)) {
	case BPF_LD:
		if (BPF_MODE(f->code) == BPF_MEM)
			return 1u << (OPT_M + f->k);
		if (is_ad(f, &ad))
			return ad == SKF_AD_NLATTR || ad == SKF_AD_NLATTR_NEST ||
					       ad == SKF_AD_ALU_XOR_X ?
				       a | x :
				       0;
		return BPF_MODE(f->code) == BPF_IND ? x : 0;
	case BPF_LDX:
		return BPF_MODE(f->code) == BPF_MEM ? 1u << (OPT_M + f->k) : 0;
	case BPF_ST:
		return a;
	case BPF_STX:
		return x;
	case BPF_ALU:
		return BPF_SRC(f->code) == BPF_X && BPF_OP(f->code) != BPF_NEG ? a | x : a;
	}
	return BPF_MISCOP(f->code) == BPF_TAX ? a : x;
}

uint32_t insn_writes(const struct sock_filter *f)
{
	switch (BPF_CLASS(f->code)) {
	case BPF_LD:
	case BPF_ALU:
		return 1u << OPT_A;
	case BPF_LDX:
		return 1u << OPT_X;
	case BPF_ST:
	case BPF_STX:
		return 1u << (OPT_M + f->k);
	}
	return BPF_MISCOP(f->code) == BPF_TAX ? 1u << OPT_X : 1u << OPT_A;
}

uint32_t jump_reads(const struct opt_block *b)
{
	if (b->jump == OPT_RET_A)
		return 1u << OPT_A;
	if (b->jump == OPT_RET || b->jump == OPT_JA)
		return 0;
	return BPF_SRC(b->jump) == BPF_X ? 1u << OPT_A | 1u << OPT_X : 1u << OPT_A;
}

bool insn_can_fail(const struct sock_filter *f)
{
	uint32_t ad;

	if (BPF_CLASS(f->code) == BPF_ALU)
		return BPF_SRC(f->code) == BPF_X &&
		       (BPF_OP(f->code) == BPF_DIV || BPF_OP(f->code) == BPF_MOD);
	if (BPF_CLASS(f->code) == BPF_LDX)
		return BPF_MODE(f->code) == BPF_MSH;
	if (BPF_CLASS(f->code) != BPF_LD)
		return false;
	if (is_ad(f, &ad))
		return ad == SKF_AD_IFINDEX || ad == SKF_AD_HATYPE;
	return BPF_MODE(f->code) == BPF_ABS || BPF_MODE(f->code) == BPF_IND;
}

/* The packet byte behind what 'f' loads at a fixed place, 0 for others. */
static uint32_t load_end(const struct sock_filter *f)
{
	bool msh = BPF_CLASS(f->code) == BPF_LDX && BPF_MODE(f->code) == BPF_MSH;
	bool abs = BPF_CLASS(f->code) == BPF_LD && BPF_MODE(f->code) == BPF_ABS;

	if ((!msh && !abs) || f->k > INT32_MAX)
		return 0;
	return f->k + (msh ? 1 : value_bytes(BPF_SIZE(f->code)));
}

static void live_block(struct opt_block *b)
{
	uint32_t live = 0, need = NEED_ALL;

	for (int side = 0; side < 2; side++) {
		if (!b->to[side])
			continue;
		live |= b->to[side]->live_in;
		need = need < b->to[side]->need ? need : b->to[side]->need;
	}
	if (b->jump == OPT_RET_A || (b->jump == OPT_RET && b->k))
		need = 0;
	live |= jump_reads(b);
	for (unsigned int i = b->n; i-- > 0;) {
		uint32_t end = load_end(&b->code[i]);

		live = (live & ~insn_writes(&b->code[i])) | insn_reads(&b->code[i]);
		need = need > end ? need : end;
	}
	b->live_in = live;
	b->need = need;
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
	uint32_t live = 0, need = NEED_ALL;
	unsigned int kept = b->n;

	for (int side = 0; side < 2; side++) {
		if (!b->to[side])
			continue;
		live |= b->to[side]->live_in;
		need = need < b->to[side]->need ? need : b->to[side]->need;
	}
	if (b->jump == OPT_RET_A || (b->jump == OPT_RET && b->k))
		need = 0;
	live |= jump_reads(b);
	for (unsigned int i = b->n; i-- > 0;) {
		struct sock_filter f = b->code[i];
		uint32_t end = load_end(&f);
		bool safe = i < 64 && b->safe >> i & 1;
		bool may_go = !insn_can_fail(&f) || safe || need == NEED_ALL ||
			      (end && end <= need);

		if (!(insn_writes(&f) & live) && may_go)
			continue;
		live = (live & ~insn_writes(&f)) | insn_reads(&f);
		need = need > end ? need : end;
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

	fl->n = 0;
	fl->there = in->there;
	for (uint32_t i = 0; i < in->n; i++) {
		if (!flow_room(fl, in->f[i].v))
			break;
		fl->cur[i] = in->f[i];
		fl->slot[in->f[i].v] = ++fl->n;
	}
	/* What nobody reads needs no number of its own here. */
	for (unsigned int r = 0; r < fl->g->n_regs; r++)
		fl->reg[r] = in->reg[r] != VALUE_NONE ? in->reg[r] :
			     b->live_in & 1u << r     ? value_entry(fl->vs, b->id, r) :
							fl->nobody[r];
}

static void forget(struct flow *fl, uint32_t from)
{
	while (fl->n > from)
		fl->slot[fl->cur[--fl->n].v] = 0;
}

static bool tells_more(const struct fact *f, const struct value *base)
{
	return f->lo > base->lo || f->hi < base->hi || f->zeros != base->zeros ||
	       f->ones != base->ones || f->n_not || f->n_is || f->ext;
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
		in = arena_alloc(fl->mem, sizeof(*in));
		if (in && fl->n)
			in->f = arena_alloc(fl->mem, fl->n * sizeof(*in->f));
		if (!in || (fl->n && !in->f)) {
			fl->g->failed = true;
			return;
		}
		memcpy(in->reg, fl->reg, sizeof(in->reg));
		if (fl->n)
			memcpy(in->f, fl->cur, fl->n * sizeof(*in->f));
		in->n = fl->n;
		in->there = fl->there;
		to->in = in;
		return;
	}
	in->there = MIN(in->there, fl->there);
	for (unsigned int r = 0; r < fl->g->n_regs; r++)
		if (in->reg[r] != fl->reg[r])
			in->reg[r] = VALUE_NONE;
	for (uint32_t i = 0; i < in->n; i++) {
		struct fact f = flow_fact(fl, in->f[i].v);

		f.v = in->f[i].v;
		fact_join(&in->f[i], &f, fl->mem);
		if (tells_more(&in->f[i], &fl->vs->v[f.v]))
			in->f[kept++] = in->f[i];
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

void flow_keep(const struct flow *fl, struct flow_kept *k)
{
	k->n = fl->n;
	k->there = fl->there;
	if (fl->n)
		memcpy(k->f, fl->cur, fl->n * sizeof(*k->f));
}

void flow_go_back(struct flow *fl, const struct flow_kept *k)
{
	forget(fl, k->n);
	fl->there = k->there;
	if (k->n)
		memcpy(fl->cur, k->f, k->n * sizeof(*k->f));
}

/* Some question is about 'v', or about what it is made of, besides the one at hand. */
static bool asked_again(const struct flow *fl, uint32_t v)
{
	const struct value *val = &fl->vs->v[v];

	if (!fl->asked || v >= fl->n_asked || fl->asked[v] > 1)
		return true;
	return val->kind == VALUE_ALU && (asked_again(fl, val->a) || asked_again(fl, val->b));
}

/* The answer to 'q', if one of them cannot be because of what follows from it. */
static int implied_answer(struct flow *fl, const struct question *q, const struct flow_kept *k)
{
	const struct value *v = &fl->vs->v[q->v];
	int possible[2];

	if (q->answer >= 0 || v->kind != VALUE_ALU || !flow_knows(fl, v->a))
		return q->answer;
	for (int side = 0; side < 2; side++) {
		possible[side] = flow_assume(fl, q, side);
		flow_go_back(fl, k);
	}
	return possible[0] && possible[1] ? -1 : possible[1];
}

static void ways_out(struct flow *fl, const struct flow_hooks *hooks, struct opt_block *b)
{
	struct question q = flow_question(fl, b, fl->reg);
	struct flow_kept k;

	b->asked = q.v;
	b->known = true;
	if (q.answer < 0 && b->to[0] != b->to[1] && !asked_again(fl, q.v)) {
		for (int side = 0; side < 2; side++)
			leave(fl, hooks, b, side);
		return;
	}
	flow_keep(fl, &k);
	q.answer = implied_answer(fl, &q, &k);
	/* A way that is never taken must not stay: nothing is known of it. */
	if (q.answer >= 0 || b->to[0] == b->to[1]) {
		decide(fl, b, MAX(q.answer, 0));
		leave(fl, hooks, b, 1);
		return;
	}
	for (int side = 0; side < 2; side++) {
		flow_assume(fl, &q, side);
		leave(fl, hooks, b, side);
		flow_go_back(fl, &k);
	}
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
	else if (BPF_CLASS(b->jump) == BPF_JMP)
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
		const struct opt_block *b = g->order[i];

		flow_digest(fl, g->order[i]);
		if (!b->digest && jump_reads(b) && b->jump != OPT_RET_A && !b->known)
			return;
	}
	fl->n_asked = fl->vs->n;
	fl->asked = arena_alloc(fl->mem, fl->n_asked * sizeof(*fl->asked));
	for (unsigned int i = 0; fl->asked && i < g->n; i++) {
		const struct opt_block *b = g->order[i];

		if (BPF_CLASS(b->jump) == BPF_JMP && b->jump != OPT_JA)
			count_asked(fl, b->digest ? b->digest->q.v : b->asked);
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
		fl->reg[r] = r < OPT_M ? (uint32_t)VALUE_ZERO : fl->nobody[r];
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
