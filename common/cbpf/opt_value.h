// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_value - the values that a classic program computes, numbered: equal numbers are equal values
 * whatever instructions made them, at any place in the program and on any way to it. And facts:
 * what is known of a value. Private to the optimiser. */
#ifndef CBPF_OPT_VALUE_H
#define CBPF_OPT_VALUE_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

enum value_kind {
	VALUE_CONST,  /* k */
	VALUE_LOAD,   /* 'op' (BPF_B ...) bytes at value a + k */
	VALUE_LEN,
	VALUE_AD,     /* ancillary field k; a and b: A and X, for those that look at them */
	VALUE_ALU,    /* a op b */
	VALUE_CMP,    /* 1 if a op b (BPF_JEQ, BPF_JGT), else 0 */
	VALUE_ENTRY,  /* what register op holds on entry to block k, by the way that led there */
	VALUE_OTHER,  /* nothing is known of it; k makes it unique */
};

enum { VALUE_NONE = UINT32_MAX, VALUE_ZERO = 0, MAX_EXCLUDED = 64, MAX_SET = 6 };

/* From VALUE_FREE on, so many values that are known to be nothing and no other one. */
enum { VALUE_FREE = 1, N_FREE = 18 };

/* Between lo and hi, the bits 'ones' set and 'zeros' clear, none of the n_not values, one of n_is
 * (0: any). 'ext': packet bytes from the value as an offset up to this one are there (0: not
 * known). */
struct fact {
	uint32_t v;
	uint32_t lo, hi, zeros, ones;
	const uint32_t *not;
	uint32_t n_not;
	uint32_t is[MAX_SET];
	uint32_t n_is;
	uint32_t ext;
};

struct value {
	uint8_t kind; /* enum value_kind */
	uint16_t op;
	uint32_t a, b, k;
	uint32_t next;		      /* in its hash chain */
	uint32_t slot;		      /* for struct flow: the fact of it that it has + 1 */
	uint32_t lo, hi, zeros, ones; /* what holds everywhere */
};

struct values {
	struct arena *mem;
	struct value *v;
	uint32_t n, cap, n_other;
	uint32_t *hash; /* by its 'mask' bits; VALUE_NONE ends a chain */
	uint32_t mask;
	bool failed; /* out of memory */
};

int values_init(struct values *vs, struct arena *mem);

/* Each returns the number of a value. */
uint32_t value_const(struct values *vs, uint32_t k);
uint32_t value_other(struct values *vs);
uint32_t value_entry(struct values *vs, uint32_t block, uint32_t reg);
uint32_t value_load(struct values *vs, uint16_t size, uint32_t base, uint32_t k);
uint32_t value_len(struct values *vs);
uint32_t value_ad(struct values *vs, uint32_t ad, uint32_t a, uint32_t x);
uint32_t value_alu(struct values *vs, uint16_t op, uint32_t a, uint32_t b);
uint32_t value_cmp(struct values *vs, uint16_t op, uint32_t a, uint32_t b);

static inline bool value_is_const(const struct values *vs, uint32_t v)
{
	return vs->v[v].kind == VALUE_CONST;
}

/* What holds of 'v' everywhere. */
void value_fact(const struct values *vs, uint32_t v, struct fact *ret);

/* Bytes of a load of size BPF_B ... */
unsigned int value_bytes(uint16_t size);

/* a op b of 32 bits, as the kernel computes it; op is BPF_ADD ..., and b not 0 for divisions. */
uint32_t value_compute(uint16_t op, uint32_t a, uint32_t b);

/* Nothing but that it has 32 bits. */
struct fact fact_any(uint32_t v);

/* Draws conclusions from one part of 'f' to the others; false if no value is left. */
bool fact_settle(struct fact *f);

/* That it is not 'k', which it may be and which is neither its least nor its largest value: into
 * '*f'; false if there is no room for more of that. */
bool fact_exclude(struct fact *f, uint32_t k, struct arena *mem);

/* What is known if either 'a' or 'b' is: into '*a'. */
void fact_join(struct fact *a, const struct fact *b, struct arena *mem);

/* What is known if both hold: into '*a'; false if that cannot be. */
bool fact_meet(struct fact *a, const struct fact *b, struct arena *mem);

/* Whether v == k, or v > k, is known: 0 or 1, or -1. */
int fact_is(const struct fact *f, uint32_t k);
int fact_above(const struct fact *f, uint32_t k);

/* What is known of 'v' by what is known of the values that it is made of, into '*ret'. Of 'b'
 * nothing need be said where that is a constant. */
void fact_derive(const struct values *vs, const struct value *v, const struct fact *a,
		 const struct fact *b, struct fact *ret);

/* Both say the same. */
bool fact_same(const struct fact *a, const struct fact *b);

#endif
