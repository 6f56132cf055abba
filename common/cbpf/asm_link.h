// SPDX-License-Identifier: GPL-2.0-or-later
/* asm_link - from instructions with named jump targets to a program: labels become distances, and
 * a conditional jump that is too far for its eight bits goes through a ja. Private to asm. */
#ifndef CBPF_ASM_LINK_H
#define CBPF_ASM_LINK_H

#include "cbpf/asm.h"

/* A jump target as it was written; 'n_bytes' of 0: the next instruction. */
struct asm_target {
	const char *name;
	size_t n_bytes;
	struct asm_pos pos;
};

/* An instruction before linking: 'f.k' is final but for a ja, whose target is 'to[0]'. */
struct asm_insn {
	struct sock_filter f;
	struct asm_pos pos;
	struct asm_target to[2]; /* if true, if false */
	bool raw;		 /* 'f' is final, distances included */
};

struct asm_label {
	struct asm_target at;
	unsigned int insn; /* index it names */
};

struct asm_unit {
	struct asm_insn *insns;
	unsigned int n, cap;
	struct asm_label *labels;
	unsigned int n_labels, cap_labels;
};

/* Links 'u' into '*ret' (of which the arena is in use). Returns 0, or -EINVAL, -ENOMEM with 'e'. */
int asm_link(const struct asm_unit *u, unsigned int flags, struct asm_prog *ret,
	     struct err *e) MUST_USE;

#endif
