// SPDX-License-Identifier: GPL-2.0-or-later
/* symex - runs a classic filter once for all packets: its verdict becomes a word, and each
 * instruction's being reached a bit, of the packet's unknown bits. Ways that meet are merged into
 * one state: what registers and memory that are still read hold by which way was taken; so the work
 * grows with the program, not with the number of ways through it.
 * Sits on cbpf/sympkt; used by cbpf/prove and cbpf/witness. */
#ifndef CBPF_SYMEX_H
#define CBPF_SYMEX_H

#include <linux/filter.h>
#include <stdint.h>

#include "base/attr.h"
#include "cbpf/sympkt.h"

/* Bits of one instruction. */
struct symex_step {
	uint32_t reach; /* it is executed */
	uint32_t cond;	/* a jump: what it asks holds */
	uint32_t fail;	/* it ends the program: a load out of range, a division by X = 0 */
};

struct symex {
	struct symex_step *steps; /* by instruction */
	uint32_t verdict;	  /* word: bytes to keep */
	uint32_t fail;		  /* bit: an instruction fails */
};

/* Runs 'prog', which check_prog() takes, over packet 's'. Returns 0 with '*ret' owned by the caller
 * (symex_free()), or -ENOMEM. */
int symex_run(const struct sock_fprog *prog, struct sympkt *s, struct symex *ret) MUST_USE;
void symex_free(struct symex *x);

#endif
