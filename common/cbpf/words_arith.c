// SPDX-License-Identifier: GPL-2.0-or-later
/* words_arith - the operations on words that carry from bit to bit. */
#include <string.h>

#include "cbpf/words_priv.h"

uint32_t word_sum(struct words *ws, const uint32_t a[], const uint32_t b[], uint32_t carry,
		  uint32_t ret[WORD_BITS])
{
	struct circuit *c = ws->c;

	for (unsigned int i = 0; i < WORD_BITS; i++) {
		uint32_t x = a[i], y = b[i], part = bit_xor(c, x, y);

		ret[i] = bit_xor(c, part, carry);
		carry = bit_mux(c, part, carry, x);
	}
	return carry;
}

uint32_t word_add(struct words *ws, uint32_t a, uint32_t b)
{
	uint32_t bits[WORD_BITS], base_a, plus_a, base_b, plus_b, cond, base, sum;
	uint32_t x[2], y[2];

	if (word_split(ws, &a, &b, &cond, x, y))
		return word_choice(ws, cond, word_add(ws, x[1], y[1]), word_add(ws, x[0], y[0]));
	word_linear(ws, a, &base_a, &plus_a);
	word_linear(ws, b, &base_b, &plus_b);
	if (base_a && base_b) {
		/* in one order, so that the same two give the same gates */
		word_sum(ws, ws->v[MIN(a, b)].bits, ws->v[MAX(a, b)].bits, BIT_FALSE, bits);
		return word_of(ws, bits);
	}
	base = base_a ? base_a : base_b;
	sum = word_const(ws, plus_a + plus_b);
	if (base == 0)
		return sum;
	word_sum(ws, ws->v[base].bits, ws->v[sum].bits, BIT_FALSE, bits);
	return word_of_linear(ws, bits, base, plus_a + plus_b);
}

static void shifted(const uint32_t in[WORD_BITS], unsigned int by, bool left,
		    uint32_t ret[WORD_BITS])
{
	for (unsigned int i = 0; i < WORD_BITS; i++) {
		unsigned int from = left ? i - by : i + by; /* wraps past the end on the left */

		ret[i] = from < WORD_BITS ? in[from] : BIT_FALSE;
	}
}

uint32_t word_shift(struct words *ws, uint32_t a, uint32_t b, bool left)
{
	uint32_t bits[WORD_BITS], moved[WORD_BITS];

	memcpy(bits, ws->v[a].bits, sizeof(bits));
	for (unsigned int s = 0; s < 5; s++) {
		shifted(bits, 1u << s, left, moved);
		for (unsigned int i = 0; i < WORD_BITS; i++)
			bits[i] = bit_mux(ws->c, ws->v[b].bits[s], moved[i], bits[i]);
	}
	return word_of(ws, bits);
}

/* Shifted copies of one factor, summed where the other has a bit: that which has fewer unknown. */
uint32_t word_mul(struct words *ws, uint32_t a, uint32_t b)
{
	uint32_t sum[WORD_BITS] = { 0 }, moved[WORD_BITS], open_a = 0, open_b = 0, swap = a;

	for (unsigned int i = 0; i < WORD_BITS; i++) {
		open_a += ws->v[a].bits[i] != BIT_FALSE;
		open_b += ws->v[b].bits[i] != BIT_FALSE;
	}
	if (open_a < open_b || (open_a == open_b && a < b)) {
		a = b;
		b = swap;
	}
	for (unsigned int s = 0; s < WORD_BITS; s++) {
		uint32_t has = ws->v[b].bits[s];

		if (has == BIT_FALSE)
			continue;
		shifted(ws->v[a].bits, s, true, moved);
		for (unsigned int i = 0; i < WORD_BITS; i++)
			moved[i] = bit_and(ws->c, has, moved[i]);
		word_sum(ws, sum, moved, BIT_FALSE, sum);
	}
	return word_of(ws, sum);
}

/* By hand: the remainder takes one bit of 'a' after the other, and gives 'b' away where it can. A
 * 33rd bit of it is needed on the way. */
uint32_t word_div(struct words *ws, uint32_t a, uint32_t b, bool remainder)
{
	uint32_t quotient[WORD_BITS], rest[WORD_BITS] = { 0 }, less[WORD_BITS], not_b[WORD_BITS];
	struct circuit *c = ws->c;

	for (unsigned int i = 0; i < WORD_BITS; i++)
		not_b[i] = bit_not(ws->v[b].bits[i]);
	for (unsigned int s = WORD_BITS; s-- > 0;) {
		uint32_t top = rest[WORD_BITS - 1], enough;

		memmove(&rest[1], &rest[0], (WORD_BITS - 1) * sizeof(rest[0]));
		rest[0] = ws->v[a].bits[s];
		/* a carry out of rest + ~b + 1 means rest >= b */
		enough = bit_or(c, top, word_sum(ws, rest, not_b, BIT_TRUE, less));
		quotient[s] = enough;
		for (unsigned int i = 0; i < WORD_BITS; i++)
			rest[i] = bit_mux(c, enough, less[i], rest[i]);
	}
	return word_of(ws, remainder ? rest : quotient);
}
