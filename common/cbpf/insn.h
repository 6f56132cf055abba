// SPDX-License-Identifier: GPL-2.0-or-later
/* insn - what a classic BPF instruction is: the kernel's struct sock_filter, the table of valid
 * operation codes, and the names of the ancillary loads.
 * Used by every other file of the layer. Source: Documentation/networking/filter.rst. */
#ifndef CBPF_INSN_H
#define CBPF_INSN_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

/* Ancillary offsets as they stand in 'k' of an absolute load (the kernel compares unsigned). */
#define INSN_AD_OFF  ((uint32_t)SKF_AD_OFF)
#define INSN_NET_OFF ((uint32_t)SKF_NET_OFF)
#define INSN_LL_OFF  ((uint32_t)SKF_LL_OFF)

/* How the operand of an instruction is written, and what it may be. */
enum insn_form {
	INSN_NONE, /* tax */
	INSN_IMM,  /* ld #5, and #5 */
	INSN_X,	   /* and x */
	INSN_A,	   /* ret a */
	INSN_LEN,  /* ld len */
	INSN_ABS,  /* ldh [12], ld proto */
	INSN_IND,  /* ldb [x + 4] */
	INSN_MSH,  /* ldxb 4*([14]&0xf) */
	INSN_MEM,  /* ld M[3] */
	INSN_JA,   /* ja L4 */
	INSN_JK,   /* jeq #1, L2, L3 */
	INSN_JX,   /* jeq x, L2, L3 */
};

struct insn_op {
	const char *name; /* mnemonic of bpfc(8) */
	uint16_t code;
	uint8_t form; /* enum insn_form */
};

/* The valid operation with 'code', or NULL: exactly those the kernel's bpf_check_classic() takes.
 */
const struct insn_op *insn_op(uint16_t code);

/* Row 'i' (from 0) of the same table, or NULL past its end. */
const struct insn_op *insn_op_at(unsigned int i);

/* Name of ancillary offset 'ad' (SKF_AD_PROTOCOL ...) as bpfc and bpf_asm write it, or NULL. */
const char *insn_ad_name(uint32_t ad);

/* If 'f' is an absolute load of an ancillary field, true and its offset (SKF_AD_*) in '*ret_ad'. */
bool insn_is_ad(const struct sock_filter *f, uint32_t *ret_ad);

/* The ancillary fields that 'prog' loads: bit 1 << (SKF_AD_* / 4) each. For a source that knows
 * only some of them, which can then refuse by name instead of answering 0. */
uint32_t insn_ad_mask(const struct sock_fprog *prog);

/* True if 'prog' looks at nothing but the bytes of a packet and its length: no ancillary field, no
 * load from the network header. */
bool insn_bytes_alone(const struct sock_fprog *prog);

/* Frees the instructions of 'prog' (malloc'ed) and empties it; for AUTO(). */
void insn_fprog_free(struct sock_fprog *prog);

#endif
