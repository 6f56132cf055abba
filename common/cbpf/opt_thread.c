// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_thread - sends each way out of a block as far ahead as it is sure to go. A block is passed by
 * if its question has a known answer, what it leaves in registers is either there already or not
 * read, and what it might fail at cannot fail or fails later anyway. */
#include <string.h>

#include "cbpf/opt_flow.h"

enum { MAX_PASSED = 32 };

/* What the blocks passed by would have done. */
struct passed {
	uint32_t reg[OPT_REGS];
	uint32_t need; /* they fail unless the packet reaches to here */
	bool fails;    /* they may fail otherwise */
};

static void may_fail(struct flow *fl UNUSED, const struct flow_step *s, unsigned int at UNUSED,
		     void *ctx)
{
	struct passed *p = ctx;

	if (s->safe)
		return;
	if (s->load && s->base == VALUE_ZERO && s->k <= INT32_MAX)
		p->need = MAX(p->need, s->k + s->bytes);
	else
		p->fails = true;
}

static bool may_enter(const struct flow *fl, const struct opt_block *b, const struct passed *p)
{
	if (b->need != NEED_ALL && (p->fails || p->need > b->need))
		return false;
	for (unsigned int r = 0; r < fl->g->n_regs; r++)
		if (b->live_in & 1u << r && p->reg[r] != fl->reg[r])
			return false;
	return true;
}

/* Where control goes from 'b' with 'reg' in the registers, if that can be told before it is run:
 * the side, -1 if it is open, or -2. */
static int ahead(struct flow *fl, struct opt_block *b, const uint32_t *reg)
{
	const struct opt_digest *d;

	if (b->jump == OPT_JA || b->to[0] == b->to[1])
		return 1;
	d = flow_digest(fl, b, reg);
	return d ? flow_answer(fl, &d->q) : -2;
}

void opt_thread_way(struct flow *fl, struct opt_block *b, int side)
{
	struct opt_block *to = b->to[side], *best = to;
	struct passed p;

	/* Most questions are open. */
	if (BPF_CLASS(to->jump) != BPF_JMP || ahead(fl, to, fl->reg) == -1)
		return;
	p.need = 0;
	p.fails = false;
	memcpy(p.reg, fl->reg, fl->g->n_regs * sizeof(*p.reg));
	for (int i = 0; i < MAX_PASSED && BPF_CLASS(to->jump) == BPF_JMP; i++) {
		int answer = ahead(fl, to, p.reg);

		if (answer == -1)
			break;
		flow_exec_block(fl, to, p.reg, may_fail, &p);
		if (answer < 0)
			answer = flow_question(fl, to, p.reg).answer;
		if (answer < 0)
			break;
		to = to->to[answer];
		if (may_enter(fl, to, &p))
			best = to;
	}
	if (best != b->to[side]) {
		b->to[side] = best;
		fl->g->sorted = false;
		fl->n_changes++;
	}
}

const struct flow_hooks opt_thread = { .enter = opt_expand, .leave = opt_thread_way };
