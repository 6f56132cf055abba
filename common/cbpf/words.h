// SPDX-License-Identifier: GPL-2.0-or-later
/* words - arithmetic on 32-bit words of partly unknown bits, as classic BPF does it. A word is a
 * number: the same bits are the same word. It remembers that it is another word plus a constant, so
 * that an address reached by two ways is one. And where ways with different words meet, it is a
 * choice between these: what is done to it is done to each, as long as they are few, so that an
 * address stays one that the other program has too.
 * Sits on cbpf/circuit; used by cbpf/symex. */
#ifndef CBPF_WORDS_H
#define CBPF_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "cbpf/circuit.h"

struct words;

/* Makes words of the gates of 'c', which stays with the caller. NULL when out of memory. */
struct words *words_new(struct circuit *c) MUST_USE;
void words_free(struct words *ws);

/* True when memory ran out and words are not what they should be. */
bool words_failed(const struct words *ws);

uint32_t word_const(struct words *ws, uint32_t value);
/* A word whose lowest 'n_bits' are unknown and the others 0. */
uint32_t word_new(struct words *ws, unsigned int n_bits);
/* 32 bits, the lowest first; the latter not of a choice. */
uint32_t word_of(struct words *ws, const uint32_t bits[32]);
const uint32_t *word_bits(const struct words *ws, uint32_t w);

/* 'yes' where 'cond' holds, else 'no': a choice of at most WORD_MOST words, or the muxed bits. */
#define WORD_MOST 64
uint32_t word_choice(struct words *ws, uint32_t cond, uint32_t yes, uint32_t no);
/* If 'w' is a choice: true, and between what. */
bool word_is_choice(const struct words *ws, uint32_t w, uint32_t *ret_cond, uint32_t *ret_yes,
		    uint32_t *ret_no);

/* If all bits of 'w' are fixed: true, and what it is. */
bool word_fixed(const struct words *ws, uint32_t w, uint32_t *ret);

/* 'w', no choice, is '*ret_base' plus '*ret_plus'; a fixed word is word_const(0) plus itself. */
void word_linear(const struct words *ws, uint32_t w, uint32_t *ret_base, uint32_t *ret_plus);

/* 'op' of BPF_OP(), BPF_ADD to BPF_XOR and BPF_NEG; shifts take the low five bits of 'b', and what
 * a division by 0 gives does not matter. */
uint32_t word_alu(struct words *ws, unsigned int op, uint32_t a, uint32_t b);
uint32_t word_add(struct words *ws, uint32_t a, uint32_t b);
uint32_t word_mux(struct words *ws, uint32_t cond, uint32_t yes, uint32_t no);

uint32_t word_eq(struct words *ws, uint32_t a, uint32_t b);
uint32_t word_ge(struct words *ws, uint32_t a, uint32_t b);
uint32_t word_any(struct words *ws, uint32_t a); /* whether a bit of it is set */

/* Value in what circuit_solve() found last. */
uint32_t word_value(const struct words *ws, uint32_t w);

#endif
