// SPDX-License-Identifier: GPL-2.0-or-later
/* insn - see insn.h. The table is the list of bpf_check_classic() in net/core/filter.c. */
#include "cbpf/insn.h"

#include <stdlib.h>

#define LOADS(name, size)                               \
	{ name, BPF_LD | size | BPF_ABS, INSN_ABS },    \
	{                                               \
		name, BPF_LD | size | BPF_IND, INSN_IND \
	}
#define ALU(name, op)                              \
	{ name, BPF_ALU | op | BPF_K, INSN_IMM },  \
	{                                          \
		name, BPF_ALU | op | BPF_X, INSN_X \
	}
#define JUMPS(name, op)                             \
	{ name, BPF_JMP | op | BPF_K, INSN_JK },    \
	{                                           \
		name, BPF_JMP | op | BPF_X, INSN_JX \
	}

static const struct insn_op ops[] = {
	LOADS("ld", BPF_W),
	LOADS("ldh", BPF_H),
	LOADS("ldb", BPF_B),
	{ "ld", BPF_LD | BPF_W | BPF_LEN, INSN_LEN },
	{ "ld", BPF_LD | BPF_IMM, INSN_IMM },
	{ "ld", BPF_LD | BPF_MEM, INSN_MEM },
	{ "ldx", BPF_LDX | BPF_W | BPF_LEN, INSN_LEN },
	{ "ldx", BPF_LDX | BPF_IMM, INSN_IMM },
	{ "ldx", BPF_LDX | BPF_MEM, INSN_MEM },
	{ "ldxb", BPF_LDX | BPF_B | BPF_MSH, INSN_MSH },
	{ "st", BPF_ST, INSN_MEM },
	{ "stx", BPF_STX, INSN_MEM },
	ALU("add", BPF_ADD),
	ALU("sub", BPF_SUB),
	ALU("mul", BPF_MUL),
	ALU("div", BPF_DIV),
	ALU("mod", BPF_MOD),
	ALU("and", BPF_AND),
	ALU("or", BPF_OR),
	ALU("xor", BPF_XOR),
	ALU("lsh", BPF_LSH),
	ALU("rsh", BPF_RSH),
	{ "neg", BPF_ALU | BPF_NEG, INSN_NONE },
	{ "ja", BPF_JMP | BPF_JA, INSN_JA },
	JUMPS("jeq", BPF_JEQ),
	JUMPS("jgt", BPF_JGT),
	JUMPS("jge", BPF_JGE),
	JUMPS("jset", BPF_JSET),
	{ "ret", BPF_RET | BPF_K, INSN_IMM },
	{ "ret", BPF_RET | BPF_A, INSN_A },
	{ "tax", BPF_MISC | BPF_TAX, INSN_NONE },
	{ "txa", BPF_MISC | BPF_TXA, INSN_NONE },
};

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
	for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++)
		if (ops[i].code == code)
			return &ops[i];
	return NULL;
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
