// SPDX-License-Identifier: GPL-2.0-or-later
/* circuit - gates over unknown bits, each made once however often it is asked for, and the question
 * whether one of them can be true. Two programs put into one circuit share what they have in
 * common, which is what makes it quick to prove them equal.
 * Sits on cbpf/sat; used by cbpf/words and cbpf/symex. */
#ifndef CBPF_CIRCUIT_H
#define CBPF_CIRCUIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

/* A bit is a number of a gate doubled, plus 1 where it is negated. */
#define BIT_FALSE 0u
#define BIT_TRUE  1u

static inline uint32_t bit_not(uint32_t a)
{
	return a ^ 1;
}

static inline bool bit_fixed(uint32_t a)
{
	return a <= BIT_TRUE;
}

struct circuit;

/* Returns NULL when out of memory. Short of memory later, gates are BIT_FALSE and
 * circuit_solve() fails. */
struct circuit *circuit_new(void) MUST_USE;
void circuit_free(struct circuit *c);
void circuit_free_p(struct circuit **c);

/* An unknown bit. */
uint32_t bit_new(struct circuit *c);

uint32_t bit_and(struct circuit *c, uint32_t a, uint32_t b);
uint32_t bit_or(struct circuit *c, uint32_t a, uint32_t b);
uint32_t bit_xor(struct circuit *c, uint32_t a, uint32_t b);
/* 'yes' where 'cond' holds, else 'no'. */
uint32_t bit_mux(struct circuit *c, uint32_t cond, uint32_t yes, uint32_t no);

/* Demands that 'a' or 'b' is true (the same one twice: that it is). */
void circuit_demand(struct circuit *c, uint32_t a, uint32_t b);

/* Looks for unknown bits with which all demands hold and the 'n' bits at 'assumed' are true.
 * '*steps' bounds the work and is counted down. Returns 1 found (circuit_value()), 0 there are
 * none, -ETIME not known, -ENOMEM. */
int circuit_solve(struct circuit *c, const uint32_t *assumed, unsigned int n,
		  uint64_t *steps) MUST_USE;

/* Value of 'a' in what was found last; an unknown bit that did not matter is false. */
bool circuit_value(const struct circuit *c, uint32_t a);

/* Whether the unknown bit 'a' had any part in what was found. */
bool circuit_matters(const struct circuit *c, uint32_t a);

/* Gates so far. */
uint32_t circuit_size(const struct circuit *c);

#endif
