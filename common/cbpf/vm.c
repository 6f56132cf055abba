// SPDX-License-Identifier: GPL-2.0-or-later
/* vm - see vm.h. Two halves: vm_new() turns each instruction into one 16-byte step, at the same
 * index, so that jump distances stay as they are; vm_run() threads through the steps by computed
 * goto. A load with the comparison after it becomes one step; the comparison stays in its place
 * for other jumps to it. What is rare (ancillary and negative offsets) is in vm_slow.c. */
#include "cbpf/vm.h"

#include <errno.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "cbpf/check.h"
#include "cbpf/insn.h"
#include "cbpf/vm_slow.h"

/* Every kind of step, once for the enum and once for the table of labels. */
#define STEPS(S)                                                                                   \
	S(LDW) S(LDH) S(LDB) S(LDW_IND) S(LDH_IND) S(LDB_IND) S(LD_SLOW) S(LD_AD)                  \
	S(LDW_JEQ) S(LDH_JEQ) S(LDB_JEQ) S(LDW_JSET) S(LDH_JSET) S(LDB_JSET)                       \
	S(LDW_IND_JEQ) S(LDH_IND_JEQ) S(LDB_IND_JEQ)                                               \
	S(LEN) S(IMM) S(MEM) S(MSH) S(MSH_SLOW) S(XLEN) S(XIMM) S(XMEM) S(ST) S(STX)               \
	S(ADD) S(SUB) S(MUL) S(DIV) S(MOD) S(AND) S(OR) S(XOR) S(LSH) S(RSH) S(NEG)                \
	S(ADD_X) S(SUB_X) S(MUL_X) S(DIV_X) S(MOD_X) S(AND_X) S(OR_X) S(XOR_X) S(LSH_X) S(RSH_X)   \
	S(JA) S(JEQ) S(JGT) S(JGE) S(JSET) S(JEQ_X) S(JGT_X) S(JGE_X) S(JSET_X)                    \
	S(RET) S(RET_A) S(TAX) S(TXA)

#define AS_ENUM(name)  STEP_##name,
#define AS_LABEL(name) [STEP_##name] = &&do_##name,

enum step_kind { STEPS(AS_ENUM) };

struct step {
	uint16_t kind;   /* enum step_kind */
	uint16_t jt, jf; /* steps from this one to the next, at least 1 */
	uint16_t size;   /* bytes of a slow load */
	uint32_t k;      /* operand; an ancillary load: SKF_AD_*; JA: steps to the next */
	uint32_t cmp;    /* fused: what A is compared with */
};

struct vm {
	unsigned int n;
	struct step steps[];
};

/* Indexed by the kernel's operation codes, all below 256 when checked. */
static const uint8_t kinds[256] = {
	[BPF_LD | BPF_W | BPF_ABS] = STEP_LDW,
	[BPF_LD | BPF_H | BPF_ABS] = STEP_LDH,
	[BPF_LD | BPF_B | BPF_ABS] = STEP_LDB,
	[BPF_LD | BPF_W | BPF_IND] = STEP_LDW_IND,
	[BPF_LD | BPF_H | BPF_IND] = STEP_LDH_IND,
	[BPF_LD | BPF_B | BPF_IND] = STEP_LDB_IND,
	[BPF_LD | BPF_W | BPF_LEN] = STEP_LEN,
	[BPF_LD | BPF_IMM] = STEP_IMM,
	[BPF_LD | BPF_MEM] = STEP_MEM,
	[BPF_LDX | BPF_W | BPF_LEN] = STEP_XLEN,
	[BPF_LDX | BPF_IMM] = STEP_XIMM,
	[BPF_LDX | BPF_MEM] = STEP_XMEM,
	[BPF_LDX | BPF_B | BPF_MSH] = STEP_MSH,
	[BPF_ST] = STEP_ST,
	[BPF_STX] = STEP_STX,
	[BPF_ALU | BPF_ADD | BPF_K] = STEP_ADD,
	[BPF_ALU | BPF_SUB | BPF_K] = STEP_SUB,
	[BPF_ALU | BPF_MUL | BPF_K] = STEP_MUL,
	[BPF_ALU | BPF_DIV | BPF_K] = STEP_DIV,
	[BPF_ALU | BPF_MOD | BPF_K] = STEP_MOD,
	[BPF_ALU | BPF_AND | BPF_K] = STEP_AND,
	[BPF_ALU | BPF_OR | BPF_K] = STEP_OR,
	[BPF_ALU | BPF_XOR | BPF_K] = STEP_XOR,
	[BPF_ALU | BPF_LSH | BPF_K] = STEP_LSH,
	[BPF_ALU | BPF_RSH | BPF_K] = STEP_RSH,
	[BPF_ALU | BPF_ADD | BPF_X] = STEP_ADD_X,
	[BPF_ALU | BPF_SUB | BPF_X] = STEP_SUB_X,
	[BPF_ALU | BPF_MUL | BPF_X] = STEP_MUL_X,
	[BPF_ALU | BPF_DIV | BPF_X] = STEP_DIV_X,
	[BPF_ALU | BPF_MOD | BPF_X] = STEP_MOD_X,
	[BPF_ALU | BPF_AND | BPF_X] = STEP_AND_X,
	[BPF_ALU | BPF_OR | BPF_X] = STEP_OR_X,
	[BPF_ALU | BPF_XOR | BPF_X] = STEP_XOR_X,
	[BPF_ALU | BPF_LSH | BPF_X] = STEP_LSH_X,
	[BPF_ALU | BPF_RSH | BPF_X] = STEP_RSH_X,
	[BPF_ALU | BPF_NEG] = STEP_NEG,
	[BPF_JMP | BPF_JA] = STEP_JA,
	[BPF_JMP | BPF_JEQ | BPF_K] = STEP_JEQ,
	[BPF_JMP | BPF_JGT | BPF_K] = STEP_JGT,
	[BPF_JMP | BPF_JGE | BPF_K] = STEP_JGE,
	[BPF_JMP | BPF_JSET | BPF_K] = STEP_JSET,
	[BPF_JMP | BPF_JEQ | BPF_X] = STEP_JEQ_X,
	[BPF_JMP | BPF_JGT | BPF_X] = STEP_JGT_X,
	[BPF_JMP | BPF_JGE | BPF_X] = STEP_JGE_X,
	[BPF_JMP | BPF_JSET | BPF_X] = STEP_JSET_X,
	[BPF_RET | BPF_K] = STEP_RET,
	[BPF_RET | BPF_A] = STEP_RET_A,
	[BPF_MISC | BPF_TAX] = STEP_TAX,
	[BPF_MISC | BPF_TXA] = STEP_TXA,
};

static struct step step_of(const struct sock_filter *f)
{
	struct step s = { .kind = kinds[f->code], .k = f->k, .jt = f->jt + 1, .jf = f->jf + 1 };
	const struct insn_op *op = insn_op(f->code);
	uint32_t ad;

	switch (op->form) {
	case INSN_ABS:
	case INSN_IND:
		s.size = BPF_SIZE(f->code) == BPF_W ? 4 : BPF_SIZE(f->code) == BPF_H ? 2 : 1;
		if (insn_is_ad(f, &ad)) {
			s.kind = STEP_LD_AD;
			s.k = ad;
		} else if (op->form == INSN_ABS && f->k > INT32_MAX) {
			s.kind = STEP_LD_SLOW;
		}
		break;
	case INSN_MSH:
		if (f->k > INT32_MAX)
			s.kind = STEP_MSH_SLOW;
		break;
	case INSN_JA:
		s.k = f->k + 1;
		break;
	}
	return s;
}

/* The one kind that does the work of 'load' and of the comparison 'jump', or the load alone. */
static enum step_kind fused(enum step_kind load, enum step_kind jump)
{
	static const struct {
		uint8_t load, jump, both;
	} pairs[] = {
		{ STEP_LDW, STEP_JEQ, STEP_LDW_JEQ },
		{ STEP_LDH, STEP_JEQ, STEP_LDH_JEQ },
		{ STEP_LDB, STEP_JEQ, STEP_LDB_JEQ },
		{ STEP_LDW, STEP_JSET, STEP_LDW_JSET },
		{ STEP_LDH, STEP_JSET, STEP_LDH_JSET },
		{ STEP_LDB, STEP_JSET, STEP_LDB_JSET },
		{ STEP_LDW_IND, STEP_JEQ, STEP_LDW_IND_JEQ },
		{ STEP_LDH_IND, STEP_JEQ, STEP_LDH_IND_JEQ },
		{ STEP_LDB_IND, STEP_JEQ, STEP_LDB_IND_JEQ },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(pairs); i++)
		if (pairs[i].load == load && pairs[i].jump == jump)
			return pairs[i].both;
	return load;
}

int vm_new(const struct sock_fprog *prog, struct vm **ret_vm, struct err *e)
{
	struct vm *vm;
	int rc;

	rc = check_prog(prog, e);
	if (rc)
		return rc;
	vm = malloc(sizeof(*vm) + prog->len * sizeof(vm->steps[0]));
	if (!vm)
		return err_sys(e, ENOMEM, "filter");
	vm->n = prog->len;
	for (unsigned int i = 0; i < vm->n; i++)
		vm->steps[i] = step_of(&prog->filter[i]);
	for (unsigned int i = 0; i + 1 < vm->n; i++) {
		const struct step *jump = &vm->steps[i + 1];
		enum step_kind both = fused(vm->steps[i].kind, jump->kind);

		if (both == vm->steps[i].kind)
			continue;
		vm->steps[i].kind = both;
		vm->steps[i].cmp = jump->k;
		vm->steps[i].jt = jump->jt + 1;
		vm->steps[i].jf = jump->jf + 1;
	}
	*ret_vm = vm;
	return 0;
}

void vm_free(struct vm *vm)
{
	free(vm);
}

void vm_free_p(struct vm **vm)
{
	vm_free(*vm);
}

#define ON(name) do_##name:
#define GO()     goto *labels[s->kind]
#define NEXT()                                                                                     \
	do {                                                                                       \
		s++;                                                                               \
		GO();                                                                              \
	} while (0)
/* Most jumps end at a verdict: a branch that is foretold better than one more computed goto. */
#define JUMP(cond)                                                                                 \
	do {                                                                                       \
		s += (cond) ? s->jt : s->jf;                                                       \
		if (s->kind == STEP_RET)                                                           \
			return s->k;                                                               \
		GO();                                                                              \
	} while (0)

/* 'k' is below 2^31, so the sum cannot wrap. */
#define LOAD_ABS(bytes, get)                                                                       \
	do {                                                                                       \
		if (UNLIKELY(s->k + (bytes) > cap_len))                                            \
			return 0;                                                                  \
		a = get(data + s->k);                                                              \
	} while (0)

/* X + k wraps at 32 bits and is signed after that, as in the kernel. */
#define LOAD_IND(bytes, get)                                                                       \
	do {                                                                                       \
		uint32_t off_ = x + s->k;                                                          \
		if (LIKELY(off_ <= INT32_MAX && off_ + (bytes) <= cap_len))                        \
			a = get(data + off_);                                                      \
		else if (off_ <= INT32_MAX || !vm_load_neg(data, cap_len, off_, bytes, aux, &v))   \
			return 0;                                                                  \
		else                                                                               \
			a = v;                                                                     \
	} while (0)

#define GET_U8(p) (*(p))

/* The steps that come in families: a size, an operator. */
#define LOADS(size, bytes, get)                                                                    \
	ON(LD##size) LOAD_ABS(bytes, get); NEXT();                                                 \
	ON(LD##size##_IND) LOAD_IND(bytes, get); NEXT();                                           \
	ON(LD##size##_JEQ) LOAD_ABS(bytes, get); JUMP(a == s->cmp);                                \
	ON(LD##size##_JSET) LOAD_ABS(bytes, get); JUMP(a & s->cmp);                                \
	ON(LD##size##_IND_JEQ) LOAD_IND(bytes, get); JUMP(a == s->cmp)
#define ALU(name, op)                                                                              \
	ON(name) a op s->k; NEXT();                                                                \
	ON(name##_X) a op x; NEXT()
#define SHIFT(name, op)                                                                            \
	ON(name) a op s->k; NEXT();                                                                \
	ON(name##_X) a op x & 31; NEXT()
#define DIVIDE(name, op)                                                                           \
	ON(name) a op s->k; NEXT();                                                                \
	ON(name##_X) if (x == 0) return 0; a op x; NEXT()
#define COMPARE(name, op)                                                                          \
	ON(name) JUMP(a op s->k);                                                                  \
	ON(name##_X) JUMP(a op x)

uint32_t vm_run(const struct vm *vm, const uint8_t *data, uint32_t cap_len, uint32_t len,
		const struct vm_aux *aux)
{
	static const void *const labels[] = { STEPS(AS_LABEL) };
	const struct step *s = vm->steps;
	uint32_t a = 0, x = 0, mem[BPF_MEMWORDS];
	uint32_t v; /* what slow loads store to: A and X have no address and stay in registers */

	GO();
	LOADS(W, 4, get_be32);
	LOADS(H, 2, get_be16);
	LOADS(B, 1, GET_U8);
	ON(LD_SLOW) if (!vm_load_neg(data, cap_len, s->k, s->size, aux, &v)) return 0;
	a = v; NEXT();
	ON(LD_AD) a = vm_load_ad(s->k, a, x, data, cap_len, aux); NEXT();
	ON(LEN) a = len; NEXT();
	ON(IMM) a = s->k; NEXT();
	ON(MEM) a = mem[s->k]; NEXT();
	ON(MSH) if (UNLIKELY(s->k >= cap_len)) return 0; x = (data[s->k] & 0xf) << 2; NEXT();
	ON(MSH_SLOW) if (!vm_load_neg(data, cap_len, s->k, 1, aux, &v)) return 0;
	x = (v & 0xf) << 2; NEXT();
	ON(XLEN) x = len; NEXT();
	ON(XIMM) x = s->k; NEXT();
	ON(XMEM) x = mem[s->k]; NEXT();
	ON(ST) mem[s->k] = a; NEXT();
	ON(STX) mem[s->k] = x; NEXT();
	ALU(ADD, +=);
	ALU(SUB, -=);
	ALU(MUL, *=);
	ALU(AND, &=);
	ALU(OR, |=);
	ALU(XOR, ^=);
	DIVIDE(DIV, /=);
	DIVIDE(MOD, %=);
	SHIFT(LSH, <<=);
	SHIFT(RSH, >>=);
	ON(NEG) a = -a; NEXT();
	COMPARE(JEQ, ==);
	COMPARE(JGT, >);
	COMPARE(JGE, >=);
	COMPARE(JSET, &);
	ON(JA) s += s->k; GO();
	ON(RET) return s->k;
	ON(RET_A) return a;
	ON(TAX) x = a; NEXT();
	ON(TXA) a = x; NEXT();
}
