// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_insn - what an instruction reads and writes, and whether it may end the program. A row of a
 * table by its code, as the optimiser asks that of each instruction many times. Private to it. */
#ifndef CBPF_OPT_INSN_H
#define CBPF_OPT_INSN_H

#include "cbpf/insn.h"
#include "cbpf/opt_graph.h"

enum {
	READS_A = 1 << OPT_A,
	READS_X = 1 << OPT_X,
	READS_M = 1 << 2,
	WRITES_A = 1 << 3,
	WRITES_X = 1 << 4,
	WRITES_M = 1 << 5,
	CAN_FAIL = 1 << 6,
	CAN_BE_AD = 1 << 7, /* an ancillary load, by its 'k' */
};

extern const uint8_t insn_traits[UINT8_MAX + 1];

/* What an ancillary load reads, and whether it may fail, in the same bits. */
uint8_t insn_ad_traits(const struct sock_filter *f);

static inline uint8_t insn_traits_of(const struct sock_filter *f)
{
	uint8_t t = insn_traits[f->code & UINT8_MAX];

	return t & CAN_BE_AD && f->k >= INSN_AD_OFF ? insn_ad_traits(f) : t;
}

/* Registers read and written by 'f', a bit each. */
static inline uint32_t insn_reads(const struct sock_filter *f)
{
	uint8_t t = insn_traits_of(f);

	return (t & (READS_A | READS_X)) | (t & READS_M ? 1u << (OPT_M + f->k) : 0);
}

static inline uint32_t insn_writes(const struct sock_filter *f)
{
	uint8_t t = insn_traits[f->code & UINT8_MAX];

	return t & WRITES_M ? 1u << (OPT_M + f->k) : t & WRITES_X ? 1u << OPT_X : 1u << OPT_A;
}

/* It may end the program: a load, a division by X. */
static inline bool insn_can_fail(const struct sock_filter *f)
{
	return insn_traits_of(f) & CAN_FAIL;
}

/* What the end of a block reads. */
static inline uint32_t jump_reads(const struct opt_block *b)
{
	if (b->jump == OPT_RET_A)
		return 1u << OPT_A;
	if (b->jump == OPT_RET || b->jump == OPT_JA)
		return 0;
	return BPF_SRC(b->jump) == BPF_X ? 1u << OPT_A | 1u << OPT_X : 1u << OPT_A;
}

static inline bool jump_asks(const struct opt_block *b)
{
	return BPF_CLASS(b->jump) == BPF_JMP && b->jump != OPT_JA;
}

/* The packet byte behind what 'f' loads at a fixed place, 0 for others. */
uint32_t insn_reach(const struct sock_filter *f);

/* Works out 'b->sum'. */
void opt_sum_up(struct opt_block *b);

/* The sum of 'b', worked out anew if its code has changed since. */
static inline const struct opt_sum *opt_sum(struct opt_block *b)
{
	if (!b->summed)
		opt_sum_up(b);
	return &b->sum;
}

/* What 'b' looks at, code and question, that was in a register before. */
static inline uint32_t opt_inputs(struct opt_block *b)
{
	const struct opt_sum *sum = opt_sum(b);

	return sum->reads | (jump_reads(b) & ~sum->writes);
}

/* The code of 'b' is not what it was. */
static inline void opt_code_changed(struct opt_block *b)
{
	b->digest = NULL;
	b->summed = false;
}

#endif
