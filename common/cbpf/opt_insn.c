// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_insn - see opt_insn.h. */
#include "cbpf/opt_insn.h"

#include "base/attr.h"

#define LOAD(size)                                                         \
	[BPF_LD | size | BPF_ABS] = WRITES_A | CAN_FAIL | CAN_BE_AD,       \
	[BPF_LD | size | BPF_IND] = WRITES_A | CAN_FAIL | READS_X
#define ALU(op, fails)                                                     \
	[BPF_ALU | op | BPF_K] = READS_A | WRITES_A,                       \
	[BPF_ALU | op | BPF_X] = READS_A | READS_X | WRITES_A | (fails)

const uint8_t insn_traits[UINT8_MAX + 1] = {
	LOAD(BPF_B),
	LOAD(BPF_H),
	LOAD(BPF_W),
	[BPF_LD | BPF_IMM] = WRITES_A,
	[BPF_LD | BPF_W | BPF_LEN] = WRITES_A,
	[BPF_LD | BPF_MEM] = WRITES_A | READS_M,
	[BPF_LDX | BPF_IMM] = WRITES_X,
	[BPF_LDX | BPF_W | BPF_LEN] = WRITES_X,
	[BPF_LDX | BPF_MEM] = WRITES_X | READS_M,
	[BPF_LDX | BPF_B | BPF_MSH] = WRITES_X | CAN_FAIL,
	[BPF_ST] = WRITES_M | READS_A,
	[BPF_STX] = WRITES_M | READS_X,
	ALU(BPF_ADD, 0),
	ALU(BPF_SUB, 0),
	ALU(BPF_MUL, 0),
	ALU(BPF_DIV, CAN_FAIL),
	ALU(BPF_MOD, CAN_FAIL),
	ALU(BPF_AND, 0),
	ALU(BPF_OR, 0),
	ALU(BPF_XOR, 0),
	ALU(BPF_LSH, 0),
	ALU(BPF_RSH, 0),
	[BPF_ALU | BPF_NEG] = READS_A | WRITES_A,
	[BPF_MISC | BPF_TAX] = READS_A | WRITES_X,
	[BPF_MISC | BPF_TXA] = READS_X | WRITES_A,
};

uint8_t insn_ad_traits(const struct sock_filter *f)
{
	uint32_t ad;

	if (!insn_is_ad(f, &ad))
		return WRITES_A | CAN_FAIL;
	switch ((int)ad) {
	case SKF_AD_NLATTR:
	case SKF_AD_NLATTR_NEST:
	case SKF_AD_ALU_XOR_X:
		return WRITES_A | READS_A | READS_X;
	/* Without a device there is no index and no type of it. */
	case SKF_AD_IFINDEX:
	case SKF_AD_HATYPE:
		return WRITES_A | CAN_FAIL;
	}
	return WRITES_A;
}

uint32_t insn_reach(const struct sock_filter *f)
{
	bool msh = f->code == (BPF_LDX | BPF_B | BPF_MSH);

	if ((!msh && !(insn_traits[f->code & UINT8_MAX] & CAN_BE_AD)) || f->k > INT32_MAX)
		return 0;
	return f->k + (msh || BPF_SIZE(f->code) == BPF_B ? 1 : BPF_SIZE(f->code) == BPF_H ? 2 : 4);
}

void opt_sum_up(struct opt_block *b)
{
	struct opt_sum s = { 0 };

	for (unsigned int i = 0; i < b->n; i++) {
		const struct sock_filter *f = &b->code[i];

		s.reads |= insn_reads(f) & ~s.writes;
		s.writes |= insn_writes(f);
		if (!insn_can_fail(f))
			continue;
		s.reach = MAX(s.reach, insn_reach(f));
		s.divides |= BPF_CLASS(f->code) == BPF_ALU;
		s.n_fail++;
	}
	b->sum = s;
	b->summed = true;
}
