// SPDX-License-Identifier: GPL-2.0-or-later
/* words_priv - shared by words.c (what a word is, bits side by side) and words_arith.c (carries).
 */
#ifndef CBPF_WORDS_PRIV_H
#define CBPF_WORDS_PRIV_H

#include "cbpf/words.h"

enum { WORD_BITS = 32 };

/* In place of the bits of a choice. */
enum { CHOICE_COND, CHOICE_YES, CHOICE_NO, CHOICE_MARK };

struct word {
	uint32_t bits[WORD_BITS];
	uint32_t base, plus; /* what word_linear() tells; of a choice: 'plus' is its flat word */
	uint32_t n_leaves;   /* words that are no choice: 1, of a choice the sum */
};

struct words {
	struct circuit *c;
	struct word *v;
	uint32_t n, cap;
	uint32_t *table; /* number of word plus 1 by its hash; 2 * cap entries */
	bool failed;
};

/* The word of 'bits', which are known to be 'base' plus 'plus'. */
uint32_t word_of_linear(struct words *ws, const uint32_t bits[WORD_BITS], uint32_t base,
			uint32_t plus);

/* The word of the muxed bits of 'w'. */
uint32_t word_flat(struct words *ws, uint32_t w);

/* If 'a' or 'b' is a choice and both are not too much: true, and what either is where '*ret_cond'
 * holds ([1]) and where not ([0]). Else '*a' and '*b' are flat. */
bool word_split(struct words *ws, uint32_t *a, uint32_t *b, uint32_t *ret_cond, uint32_t ret_a[2],
		uint32_t ret_b[2]);

/* Sum of the bits of 'a' and 'b' and a carry; returns the carry out of the highest. */
uint32_t word_sum(struct words *ws, const uint32_t a[], const uint32_t b[], uint32_t carry,
		  uint32_t ret[WORD_BITS]);
uint32_t word_mul(struct words *ws, uint32_t a, uint32_t b);
/* Quotient, or the remainder. */
uint32_t word_div(struct words *ws, uint32_t a, uint32_t b, bool remainder);
uint32_t word_shift(struct words *ws, uint32_t a, uint32_t b, bool left);

#endif
