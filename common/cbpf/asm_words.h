// SPDX-License-Identifier: GPL-2.0-or-later
/* asm_words - the vocabulary of the assembler: mnemonics with the operands each may have, and the
 * extensions with their aliases. Private to asm. Source: bpfc(8), tools/bpf/bpf_asm. */
#ifndef CBPF_ASM_WORDS_H
#define CBPF_ASM_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* Operands, one bit an addressing mode. */
enum asm_mode {
	ASM_NONE = 1 << 0,    /* tax */
	ASM_IMM = 1 << 1,     /* #5 */
	ASM_BARE = 1 << 2,    /* 5, where '#' may be left out */
	ASM_ABS = 1 << 3,     /* [12] */
	ASM_IND = 1 << 4,     /* [x + 4] */
	ASM_MSH = 1 << 5,     /* 4*([14]&0xf) */
	ASM_MEM = 1 << 6,     /* M[3] */
	ASM_LEN = 1 << 7,     /* len */
	ASM_EXT = 1 << 8,     /* proto, an ancillary field */
	ASM_REG_A = 1 << 9,   /* a */
	ASM_REG_X = 1 << 10,  /* x */
	ASM_LABEL = 1 << 11,  /* ja's target */
	ASM_BRANCH = 1 << 12, /* #5 or x, then one or two labels */
};

struct asm_word {
	const char *name;
	uint16_t code;	    /* without addressing mode */
	uint16_t modes;	    /* of enum asm_mode */
	uint8_t invert;	    /* a branch whose first label is for "false" */
	const char *wanted; /* its operands in words */
	const char *does;
};

/* An extension: 'ad' is SKF_AD_*, or ASM_AD_LEN. */
#define ASM_AD_LEN UINT32_MAX
struct asm_ext {
	const char *names; /* separated by blanks, the first is the usual one */
	uint32_t ad;
	const char *does;
};

/* Row 'i' of each table, or NULL past its end. */
const struct asm_word *asm_word_at(unsigned int i);
const struct asm_ext *asm_ext_at(unsigned int i);

/* The entry of that name in any case, or NULL. */
const struct asm_word *asm_word_find(const char *name, size_t n_bytes);
const struct asm_ext *asm_ext_find(const char *name, size_t n_bytes);

#endif
