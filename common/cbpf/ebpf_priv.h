// SPDX-License-Identifier: GPL-2.0-or-later
/* ebpf_priv - what the files of the translation to eBPF share; see ebpf.c. */
#ifndef CBPF_EBPF_PRIV_H
#define CBPF_EBPF_PRIV_H

#include <stdbool.h>

#include "cbpf/ebpf.h"

/* Registers of the translation. */
enum {
	A = BPF_REG_0,
	ARG = BPF_REG_1,
	TMP = BPF_REG_2,
	CTX = BPF_REG_6,
	X = BPF_REG_7,
	SAVE = BPF_REG_8,
	COUNT = BPF_REG_9,
	STACK = BPF_REG_10
};

struct ebpf_gen {
	const struct sock_fprog *prog;
	enum ebpf_target target;
	struct bpf_insn *insns; /* NULL in the first pass */
	unsigned int n;
	unsigned int
		at[BPF_MAXINSNS + 1]; /* where classic instructions stand; the last: the verdict */
	bool reached[BPF_MAXINSNS + 1];
	bool too_far;
};

void ebpf_emit(struct ebpf_gen *g, uint8_t code, uint8_t dst, uint8_t src, int off, uint32_t imm);

/* dst = src, dst = k: 32 bits, the upper half cleared. */
void ebpf_emit_mov(struct ebpf_gen *g, uint8_t dst, uint8_t src);
void ebpf_emit_set(struct ebpf_gen *g, uint8_t dst, uint32_t k);

/* A jump to classic instruction 'target'. */
void ebpf_emit_jump(struct ebpf_gen *g, uint8_t code, uint8_t src, uint32_t imm,
		    unsigned int target);

/* Classic instruction 'i' if it is a load that XDP does its own way: true, and the result in
 * '*ret_rc'. */
bool ebpf_xdp_load(struct ebpf_gen *g, unsigned int i, struct err *e, int *ret_rc);

#endif
