// SPDX-License-Identifier: GPL-2.0-or-later
/* insn - see insn.h. The table is the list of bpf_check_classic() in net/core/filter.c. */
#include "cbpf/insn.h"

#include <stdlib.h>

#define LOADS(X, name, size)                      \
	X(name, BPF_LD | size | BPF_ABS, INSN_ABS) \
	X(name, BPF_LD | size | BPF_IND, INSN_IND)
#define ALU(X, name, op)                       \
	X(name, BPF_ALU | op | BPF_K, INSN_IMM) \
	X(name, BPF_ALU | op | BPF_X, INSN_X)
#define JUMPS(X, name, op)                    \
	X(name, BPF_JMP | op | BPF_K, INSN_JK) \
	X(name, BPF_JMP | op | BPF_X, INSN_JX)

#define OPS(X)                                              \
	LOADS(X, "ld", BPF_W)                               \
	LOADS(X, "ldh", BPF_H)                              \
	LOADS(X, "ldb", BPF_B)                              \
	X("ld", BPF_LD | BPF_W | BPF_LEN, INSN_LEN)         \
	X("ld", BPF_LD | BPF_IMM, INSN_IMM)                 \
	X("ld", BPF_LD | BPF_MEM, INSN_MEM)                 \
	X("ldx", BPF_LDX | BPF_W | BPF_LEN, INSN_LEN)       \
	X("ldx", BPF_LDX | BPF_IMM, INSN_IMM)               \
	X("ldx", BPF_LDX | BPF_MEM, INSN_MEM)               \
	X("ldxb", BPF_LDX | BPF_B | BPF_MSH, INSN_MSH)      \
	X("st", BPF_ST, INSN_MEM)                           \
	X("stx", BPF_STX, INSN_MEM)                         \
	ALU(X, "add", BPF_ADD)                              \
	ALU(X, "sub", BPF_SUB)                              \
	ALU(X, "mul", BPF_MUL)                              \
	ALU(X, "div", BPF_DIV)                              \
	ALU(X, "mod", BPF_MOD)                              \
	ALU(X, "and", BPF_AND)                              \
	ALU(X, "or", BPF_OR)                                \
	ALU(X, "xor", BPF_XOR)                              \
	ALU(X, "lsh", BPF_LSH)                              \
	ALU(X, "rsh", BPF_RSH)                              \
	X("neg", BPF_ALU | BPF_NEG, INSN_NONE)              \
	X("ja", BPF_JMP | BPF_JA, INSN_JA)                  \
	JUMPS(X, "jeq", BPF_JEQ)                            \
	JUMPS(X, "jgt", BPF_JGT)                            \
	JUMPS(X, "jge", BPF_JGE)                            \
	JUMPS(X, "jset", BPF_JSET)                          \
	X("ret", BPF_RET | BPF_K, INSN_IMM)                 \
	X("ret", BPF_RET | BPF_A, INSN_A)                   \
	X("tax", BPF_MISC | BPF_TAX, INSN_NONE)             \
	X("txa", BPF_MISC | BPF_TXA, INSN_NONE)

#define IN_ORDER(name, code, form) { name, code, form },
#define BY_CODE(name, code, form) [code] = { name, code, form },

static const struct insn_op ops[] = { OPS(IN_ORDER) };
static const struct insn_op by_code[UINT8_MAX + 1] = { OPS(BY_CODE) };

/* By SKF_AD_* / 4. SKF_AD_ALU_XOR_X has no name in any assembler: libpcap's old code emitted it. */
static const char *const ad_names[SKF_AD_MAX / 4] = {
	[SKF_AD_PROTOCOL / 4] = "proto",      [SKF_AD_PKTTYPE / 4] = "type",
	[SKF_AD_IFINDEX / 4] = "ifidx",	      [SKF_AD_NLATTR / 4] = "nla",
	[SKF_AD_NLATTR_NEST / 4] = "nlan",    [SKF_AD_MARK / 4] = "mark",
	[SKF_AD_QUEUE / 4] = "queue",	      [SKF_AD_HATYPE / 4] = "hatype",
	[SKF_AD_RXHASH / 4] = "rxhash",	      [SKF_AD_CPU / 4] = "cpu",
	[SKF_AD_VLAN_TAG / 4] = "vlan_tci",   [SKF_AD_VLAN_TAG_PRESENT / 4] = "vlanp",
	[SKF_AD_PAY_OFFSET / 4] = "poff",     [SKF_AD_RANDOM / 4] = "rand",
	[SKF_AD_VLAN_TPID / 4] = "vlan_tpid",
};

const struct insn_op *insn_op(uint16_t code)
{
	return code < ARRAY_SIZE(by_code) && by_code[code].name ? &by_code[code] : NULL;
}

const struct insn_op *insn_op_at(unsigned int i)
{
	return i < ARRAY_SIZE(ops) ? &ops[i] : NULL;
}

const char *insn_ad_name(uint32_t ad)
{
	return ad < SKF_AD_MAX && ad % 4 == 0 ? ad_names[ad / 4] : NULL;
}

bool insn_is_ad(const struct sock_filter *f, uint32_t *ret_ad)
{
	uint32_t ad = f->k - INSN_AD_OFF;

	/* The size is ignored: "ldb rand" gives 32 random bits, as in convert_bpf_extensions(). */
	if (BPF_CLASS(f->code) != BPF_LD || BPF_MODE(f->code) != BPF_ABS)
		return false;
	if (ad >= SKF_AD_MAX || ad % 4)
		return false;
	*ret_ad = ad;
	return true;
}

uint32_t insn_ad_mask(const struct sock_fprog *prog)
{
	uint32_t mask = 0, ad;

	for (unsigned int i = 0; i < prog->len; i++)
		if (insn_is_ad(&prog->filter[i], &ad))
			mask |= 1u << ad / 4;
	return mask;
}

bool insn_bytes_alone(const struct sock_fprog *prog)
{
	for (unsigned int i = 0; i < prog->len; i++) {
		const struct sock_filter *f = &prog->filter[i];

		/* offsets of the kernel's own are negative, but those from the link header on */
		if (BPF_CLASS(f->code) == BPF_LD &&
		    (BPF_MODE(f->code) == BPF_ABS || BPF_MODE(f->code) == BPF_IND) &&
		    f->k >= INSN_NET_OFF)
			return false;
	}
	return true;
}

void insn_fprog_free(struct sock_fprog *prog)
{
	free(prog->filter);
	*prog = (struct sock_fprog){ 0 };
}
