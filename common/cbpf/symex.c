// SPDX-License-Identifier: GPL-2.0-or-later
/* symex - see symex.h. Jumps lead forward only: one pass in order has merged all ways to an
 * instruction before it is executed. */
#include "cbpf/symex.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/insn.h"

/* Registers: M[] first. */
enum { REG_A = BPF_MEMWORDS, REG_X, N_REGS };

#define BIT_OF(reg) (1u << (reg))

/* How an instruction is reached, and with what. */
struct state {
	uint32_t reach;
	uint32_t regs[N_REGS]; /* words */
};

struct machine {
	const struct sock_fprog *prog;
	struct sympkt *s;
	struct state *states; /* by instruction */
	uint32_t *live; /* by instruction: registers read from it on before they are written */
	struct symex_step *steps;
	uint32_t verdict, fail;
};

static unsigned int size_of(const struct sock_filter *f)
{
	return BPF_SIZE(f->code) == BPF_W ? 4 : BPF_SIZE(f->code) == BPF_H ? 2 : 1;
}

/* Registers that instruction 'f' reads, and writes. */
static void effects(const struct sock_filter *f, uint32_t *ret_reads, uint32_t *ret_writes)
{
	uint32_t a = BIT_OF(REG_A), x = BIT_OF(REG_X), src = BPF_SRC(f->code) == BPF_X ? x : 0, ad;

	*ret_reads = *ret_writes = 0;
	switch (BPF_CLASS(f->code)) {
	case BPF_LD:
		*ret_writes = a;
		*ret_reads = BPF_MODE(f->code) == BPF_IND   ? x
			     : BPF_MODE(f->code) == BPF_MEM ? BIT_OF(f->k)
			     : insn_is_ad(f, &ad)	    ? a | x
							    : 0;
		break;
	case BPF_LDX:
		*ret_writes = x;
		*ret_reads = BPF_MODE(f->code) == BPF_MEM ? BIT_OF(f->k) : 0;
		break;
	case BPF_ST:
	case BPF_STX:
		*ret_reads = BPF_CLASS(f->code) == BPF_ST ? a : x;
		*ret_writes = BIT_OF(f->k);
		break;
	case BPF_ALU:
		*ret_reads = a | src;
		*ret_writes = a;
		break;
	case BPF_JMP:
		*ret_reads = BPF_OP(f->code) == BPF_JA ? 0 : a | src;
		break;
	case BPF_RET:
		*ret_reads = BPF_RVAL(f->code) == BPF_A ? a : 0;
		break;
	case BPF_MISC:
		*ret_reads = BPF_MISCOP(f->code) == BPF_TAX ? a : x;
		*ret_writes = a | x;
		*ret_writes &= ~*ret_reads;
		break;
	}
}

static void find_live(struct machine *m)
{
	for (unsigned int i = m->prog->len; i-- > 0;) {
		const struct sock_filter *f = &m->prog->filter[i];
		uint32_t reads, writes, after = 0;

		effects(f, &reads, &writes);
		if (BPF_CLASS(f->code) == BPF_JMP)
			after = BPF_OP(f->code) == BPF_JA
					? m->live[i + 1 + f->k]
					: m->live[i + 1 + f->jt] | m->live[i + 1 + f->jf];
		else if (BPF_CLASS(f->code) != BPF_RET)
			after = m->live[i + 1];
		m->live[i] = reads | (after & ~writes);
	}
}

/* Leads the way that 'guard' says on to instruction 'to'. */
static void flow(struct machine *m, const uint32_t regs[N_REGS], uint32_t guard, unsigned int to)
{
	struct state *st = &m->states[to];

	if (guard == BIT_FALSE)
		return;
	if (st->reach == BIT_FALSE) {
		memcpy(st->regs, regs, sizeof(st->regs));
	} else {
		for (unsigned int r = 0; r < N_REGS; r++)
			if (m->live[to] & BIT_OF(r))
				st->regs[r] = word_choice(m->s->ws, guard, regs[r], st->regs[r]);
	}
	st->reach = bit_or(m->s->c, st->reach, guard);
}

/* A load into A or X; returns the bit that it fails. */
static uint32_t load(struct machine *m, const struct sock_filter *f, uint32_t regs[N_REGS])
{
	struct words *ws = m->s->ws;
	uint32_t *to = &regs[BPF_CLASS(f->code) == BPF_LD ? REG_A : REG_X], k, ad;
	uint32_t fail = BIT_FALSE;

	k = word_const(ws, f->k);
	switch (BPF_MODE(f->code)) {
	case BPF_ABS:
		if (insn_is_ad(f, &ad))
			*to = sympkt_load_ad(m->s, ad, regs[REG_A], regs[REG_X]);
		else
			*to = sympkt_load(m->s, k, size_of(f), &fail);
		break;
	case BPF_IND:
		*to = sympkt_load(m->s, word_add(ws, regs[REG_X], k), size_of(f), &fail);
		break;
	case BPF_MSH:
		*to = sympkt_load(m->s, k, 1, &fail);
		*to = word_alu(ws, BPF_AND, *to, word_const(ws, 0xf));
		*to = word_alu(ws, BPF_LSH, *to, word_const(ws, 2));
		break;
	case BPF_LEN:
		*to = m->s->len;
		break;
	case BPF_IMM:
		*to = k;
		break;
	case BPF_MEM:
		*to = regs[f->k];
		break;
	}
	return fail;
}

static uint32_t compare(struct machine *m, const struct sock_filter *f, const uint32_t regs[N_REGS])
{
	struct words *ws = m->s->ws;
	uint32_t a = regs[REG_A], b;

	b = BPF_SRC(f->code) == BPF_X ? regs[REG_X] : word_const(ws, f->k);
	switch (BPF_OP(f->code)) {
	case BPF_JEQ:
		return word_eq(ws, a, b);
	case BPF_JGT:
		return bit_not(word_ge(ws, b, a));
	case BPF_JGE:
		return word_ge(ws, a, b);
	default:
		return word_any(ws, word_alu(ws, BPF_AND, a, b));
	}
}

static void jump(struct machine *m, unsigned int i)
{
	const struct sock_filter *f = &m->prog->filter[i];
	const struct state *st = &m->states[i];
	uint32_t cond;

	if (BPF_OP(f->code) == BPF_JA) {
		flow(m, st->regs, st->reach, i + 1 + f->k);
		return;
	}
	cond = f->jt == f->jf ? BIT_TRUE : compare(m, f, st->regs);
	m->steps[i].cond = cond;
	flow(m, st->regs, bit_and(m->s->c, st->reach, cond), i + 1 + f->jt);
	flow(m, st->regs, bit_and(m->s->c, st->reach, bit_not(cond)), i + 1 + f->jf);
}

/* Executes what neither jumps nor returns; returns the bit that it fails. */
static uint32_t straight(struct machine *m, const struct sock_filter *f, uint32_t regs[N_REGS])
{
	struct words *ws = m->s->ws;
	uint32_t b, op = BPF_OP(f->code);

	switch (BPF_CLASS(f->code)) {
	case BPF_LD:
	case BPF_LDX:
		return load(m, f, regs);
	case BPF_ST:
		regs[f->k] = regs[REG_A];
		return BIT_FALSE;
	case BPF_STX:
		regs[f->k] = regs[REG_X];
		return BIT_FALSE;
	case BPF_ALU:
		b = BPF_SRC(f->code) == BPF_X ? regs[REG_X] : word_const(ws, f->k);
		regs[REG_A] = word_alu(ws, op, regs[REG_A], b);
		return op == BPF_DIV || op == BPF_MOD ? bit_not(word_any(ws, b)) : BIT_FALSE;
	default:
		if (BPF_MISCOP(f->code) == BPF_TAX)
			regs[REG_X] = regs[REG_A];
		else
			regs[REG_A] = regs[REG_X];
		return BIT_FALSE;
	}
}

static void step(struct machine *m, unsigned int i)
{
	const struct sock_filter *f = &m->prog->filter[i];
	struct state *st = &m->states[i];
	struct words *ws = m->s->ws;
	uint32_t fail;

	m->steps[i] = (struct symex_step){ .reach = st->reach };
	if (st->reach == BIT_FALSE)
		return;
	if (BPF_CLASS(f->code) == BPF_JMP) {
		jump(m, i);
	} else if (BPF_CLASS(f->code) == BPF_RET) {
		m->verdict = word_mux(ws, st->reach,
				      BPF_RVAL(f->code) == BPF_A ? st->regs[REG_A]
								 : word_const(ws, f->k),
				      m->verdict);
	} else {
		fail = straight(m, f, st->regs);
		m->steps[i].fail = fail;
		m->fail = bit_or(m->s->c, m->fail, bit_and(m->s->c, st->reach, fail));
		flow(m, st->regs, bit_and(m->s->c, st->reach, bit_not(fail)), i + 1);
	}
}

int symex_run(const struct sock_fprog *prog, struct sympkt *s, struct symex *ret)
{
	struct machine m = { .prog = prog, .s = s };
	unsigned int n = prog->len;
	int rc = -ENOMEM;

	m.states = calloc(n, sizeof(m.states[0])); /* A and X begin as 0, which word 0 is */
	m.live = calloc(n, sizeof(m.live[0]));
	m.steps = calloc(n, sizeof(m.steps[0]));
	if (m.states && m.live && m.steps) {
		find_live(&m);
		m.states[0].reach = BIT_TRUE;
		for (unsigned int i = 0; i < n; i++)
			step(&m, i);
		ret->steps = TAKE(m.steps, NULL);
		ret->verdict = m.verdict;
		ret->fail = m.fail;
		rc = 0;
	}
	free(m.states);
	free(m.live);
	free(m.steps);
	return rc;
}

void symex_free(struct symex *x)
{
	free(x->steps);
	*x = (struct symex){ 0 };
}
