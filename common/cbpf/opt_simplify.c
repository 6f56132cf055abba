// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_simplify - within blocks, by what is known on entry: drops what only brings into a register
 * what it holds already, and writes constants as such. */
#include <string.h>

#include "cbpf/opt_flow.h"

enum { MAX_CODE = 256 };

/* A block's code with the registers before and after each instruction. */
struct traced {
	struct flow_step step[MAX_CODE];
	uint32_t a[MAX_CODE + 1], x[MAX_CODE + 1];
	bool stays[MAX_CODE]; /* what it writes had that value already */
};

static void trace(struct flow *fl, const struct opt_block *b, struct traced *t)
{
	uint32_t reg[OPT_REGS];

	memcpy(reg, fl->reg, fl->g->n_regs * sizeof(*reg));
	t->a[0] = reg[OPT_A];
	t->x[0] = reg[OPT_X];
	for (unsigned int i = 0; i < b->n; i++) {
		uint32_t writes = insn_writes(&b->code[i]);
		unsigned int r = __builtin_ctz(writes);
		uint32_t before = reg[r];

		t->step[i] = flow_exec(fl, &b->code[i], reg);
		flow_passed(fl, &t->step[i]);
		t->stays[i] = reg[r] == before;
		t->a[i + 1] = reg[OPT_A];
		t->x[i + 1] = reg[OPT_X];
	}
}

static bool writes_a(const struct sock_filter *f)
{
	return insn_writes(f) == 1u << OPT_A;
}

/* How many instructions from 'i' on end with A as it was before them, or as X is; those that may
 * fail must not be among them. */
static unsigned int roundabout(const struct opt_block *b, const struct traced *t, unsigned int i,
			       bool *ret_is_x)
{
	unsigned int n = 0;

	for (unsigned int j = i; j < b->n && writes_a(&b->code[j]); j++) {
		/* A load of what a register holds has been done before. */
		bool again = t->a[j + 1] == t->a[i] || t->a[j + 1] == t->x[i];

		if (t->a[j + 1] == t->a[i] && (j > i || t->stays[i])) {
			n = j + 1 - i;
			*ret_is_x = false;
		} else if (t->a[j + 1] == t->x[i] && j > i && n == 0) {
			n = j + 1 - i;
			*ret_is_x = true;
		}
		if (insn_can_fail(&b->code[j]) && !t->step[j].safe && !(again && j == i))
			break;
	}
	return n;
}

static bool is_constant(struct flow *fl, const struct opt_block *b, const struct traced *t,
			unsigned int i, uint32_t *ret)
{
	const struct sock_filter *f = &b->code[i];
	uint32_t v = writes_a(f) ? t->a[i + 1] : t->x[i + 1];

	if (insn_writes(f) > 1u << OPT_X || !value_is_const(fl->vs, v))
		return false;
	*ret = fl->vs->v[v].k;
	return !insn_can_fail(f) || t->step[i].safe;
}

/* With X known: the operation with a constant, or a load at a fixed place. */
static void without_x(struct flow *fl, const struct traced *t, unsigned int i,
		      struct sock_filter *f)
{
	uint32_t k, op = BPF_OP(f->code);

	if (!value_is_const(fl->vs, t->x[i]))
		return;
	k = fl->vs->v[t->x[i]].k;
	if (BPF_CLASS(f->code) == BPF_LD && BPF_MODE(f->code) == BPF_IND && k <= INT32_MAX &&
	    f->k <= INT32_MAX && k + f->k <= INT32_MAX) {
		f->code = BPF_LD | BPF_SIZE(f->code) | BPF_ABS;
		f->k += k;
	} else if (BPF_CLASS(f->code) == BPF_ALU && BPF_SRC(f->code) == BPF_X && op != BPF_NEG) {
		if (op == BPF_LSH || op == BPF_RSH)
			k &= 31;
		if ((op == BPF_DIV || op == BPF_MOD) && k == 0)
			return;
		f->code = BPF_ALU | op | BPF_K;
		f->k = k;
	}
}

static void rewrite(struct flow *fl, struct opt_block *b, const struct traced *t)
{
	const struct sock_filter txa = { .code = BPF_MISC | BPF_TXA };
	unsigned int kept = 0;

	for (unsigned int i = 0; i < b->n; i++) {
		struct sock_filter f = b->code[i];
		bool is_x = false;
		unsigned int skip = roundabout(b, t, i, &is_x);
		uint32_t k;

		if (skip && !(skip == 1 && is_x)) {
			if (is_x)
				b->code[kept++] = txa;
			i += skip - 1;
			continue;
		}
		if (t->stays[i] && !writes_a(&f))
			continue;
		if (is_constant(fl, b, t, i, &k)) {
			f.code = (writes_a(&f) ? BPF_LD : BPF_LDX) | BPF_IMM;
			f.k = k;
		} else if (f.code == (BPF_LDX | BPF_MEM) && t->a[i] == t->x[i + 1]) {
			f = (struct sock_filter){ .code = BPF_MISC | BPF_TAX };
		} else {
			without_x(fl, t, i, &f);
		}
		b->code[kept++] = f;
	}
	b->n = kept;
}

/* What the registers 'regs' hold at b->code[i] is read by it or later. */
static bool read_behind(const struct opt_block *b, unsigned int i, uint32_t regs)
{
	for (; i < b->n; i++) {
		if (insn_reads(&b->code[i]) & regs)
			return true;
		if (insn_writes(&b->code[i]) & regs)
			return false;
	}
	for (int side = 0; side < 2; side++)
		if (b->to[side] && b->to[side]->live_in & regs)
			return true;
	return false;
}

/* "st M[i]", something that leaves X alone, "ldx M[i]": goes to X at once, if M[i] is not read
 * again. */
static void memory_to_x(struct flow *fl, struct opt_block *b)
{
	for (unsigned int i = 0; i < b->n; i++) {
		uint32_t word, x = 1u << OPT_X;
		unsigned int j;

		if (b->code[i].code != BPF_ST)
			continue;
		word = 1u << (OPT_M + b->code[i].k);
		for (j = i + 1; j < b->n; j++)
			if ((insn_writes(&b->code[j]) | insn_reads(&b->code[j])) & (x | word))
				break;
		if (j == b->n || b->code[j].code != (BPF_LDX | BPF_MEM) ||
		    b->code[j].k != b->code[i].k || read_behind(b, j + 1, word))
			continue;
		b->code[i] = (struct sock_filter){ .code = BPF_MISC | BPF_TAX };
		memmove(&b->code[j], &b->code[j + 1], (b->n - j - 1) * sizeof(*b->code));
		b->n--;
		fl->n_changes++;
	}
}

/* The mask before a test of single bits goes into the test. */
static void mask_into_jump(struct opt_block *b)
{
	struct sock_filter *last = b->n ? &b->code[b->n - 1] : NULL;
	uint32_t live;

	if (!last || last->code != (BPF_ALU | BPF_AND | BPF_K) || BPF_CLASS(b->jump) != BPF_JMP ||
	    b->jump == OPT_JA)
		return;
	live = b->to[0]->live_in | b->to[1]->live_in;
	if (live & 1u << OPT_A)
		return;
	if (b->jump == (BPF_JMP | BPF_JSET | BPF_K)) {
		b->k &= last->k;
	} else if (b->jump == (BPF_JMP | BPF_JEQ | BPF_K) && b->k == 0) {
		struct opt_block *to = b->to[0];

		b->to[0] = b->to[1];
		b->to[1] = to;
		b->jump = BPF_JMP | BPF_JSET | BPF_K;
		b->k = last->k;
	} else {
		return;
	}
	b->n--;
}

static void jump_without_x(struct flow *fl, struct opt_block *b, const struct traced *t)
{
	if (BPF_CLASS(b->jump) != BPF_JMP || b->jump == OPT_JA || BPF_SRC(b->jump) != BPF_X ||
	    !value_is_const(fl->vs, t->x[b->n]))
		return;
	b->k = fl->vs->v[t->x[b->n]].k;
	b->jump = BPF_JMP | BPF_OP(b->jump) | BPF_K;
}

/* Nothing of 'b' can be in vain: it asks what is there, or loads first what is not. */
static bool is_simple(const struct flow *fl, const struct opt_block *b)
{
	if (b->n == 0)
		return !jump_asks(b) || BPF_SRC(b->jump) != BPF_X;
	return b->n == 1 && b->code[0].code == (BPF_LD | BPF_SIZE(b->code[0].code) | BPF_ABS) &&
	       b->digest && b->digest->out[0].v != fl->reg[OPT_A];
}

static void simplify(struct flow *fl, struct opt_block *b)
{
	struct traced t;

	if (b->n > MAX_CODE || is_simple(fl, b))
		return;
	flow_keep(fl);
	trace(fl, b, &t);
	flow_go_back(fl);
	jump_without_x(fl, b, &t);
	rewrite(fl, b, &t);
	memory_to_x(fl, b);
	mask_into_jump(b);
	opt_code_changed(b);
}

const struct flow_hooks opt_simplify = { .enter = simplify, .leave = opt_thread_way };
