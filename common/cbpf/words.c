// SPDX-License-Identifier: GPL-2.0-or-later
/* words - see words.h. */
#include "cbpf/words.h"

#include <linux/filter.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "cbpf/words_priv.h"

/* 4096 instructions in two programs with a few words each. */
#define MAX_WORDS (1u << 20)

struct words *words_new(struct circuit *c)
{
	struct words *ws = calloc(1, sizeof(*ws));

	if (!ws)
		return NULL;
	ws->c = c;
	ws->cap = 256;
	ws->v = calloc(ws->cap, sizeof(ws->v[0]));
	ws->table = calloc(2 * ws->cap, sizeof(ws->table[0]));
	if (!ws->v || !ws->table) {
		words_free(ws);
		return NULL;
	}
	word_const(ws, 0); /* number 0, the base of all fixed ones */
	return ws;
}

void words_free(struct words *ws)
{
	if (!ws)
		return;
	free(ws->v);
	free(ws->table);
	free(ws);
}

bool words_failed(const struct words *ws)
{
	return ws->failed;
}

static uint32_t *slot(const struct words *ws, const uint32_t bits[WORD_BITS])
{
	uint32_t mask = 2 * ws->cap - 1;
	uint32_t at = hash_bytes(bits, WORD_BITS * sizeof(bits[0]), 0) & mask;

	while (ws->table[at] &&
	       memcmp(ws->v[ws->table[at] - 1].bits, bits, WORD_BITS * sizeof(bits[0])))
		at = (at + 1) & mask;
	return &ws->table[at];
}

static bool grow(struct words *ws)
{
	uint32_t cap = ws->cap * 2;
	struct word *v = cap <= MAX_WORDS ? realloc(ws->v, cap * sizeof(*v)) : NULL;
	uint32_t *table;

	if (v)
		ws->v = v;
	table = v ? calloc(2 * cap, sizeof(*table)) : NULL;
	if (!table) {
		ws->failed = true;
		return false;
	}
	free(ws->table);
	ws->table = table;
	ws->cap = cap;
	for (uint32_t i = 0; i < ws->n; i++)
		*slot(ws, ws->v[i].bits) = i + 1;
	return true;
}

uint32_t word_of_linear(struct words *ws, const uint32_t bits[WORD_BITS], uint32_t base,
			uint32_t plus)
{
	uint32_t *at = slot(ws, bits), value;
	struct word *w;

	if (*at)
		return *at - 1;
	if (ws->failed || (ws->n == ws->cap && !grow(ws)))
		return 0;
	at = slot(ws, bits);
	w = &ws->v[ws->n];
	memcpy(w->bits, bits, sizeof(w->bits));
	w->base = base;
	w->plus = plus;
	w->n_leaves = 1;
	*at = ++ws->n;
	if (word_fixed(ws, ws->n - 1, &value)) {
		w->base = 0;
		w->plus = value;
	}
	return ws->n - 1;
}

uint32_t word_of(struct words *ws, const uint32_t bits[WORD_BITS])
{
	return word_of_linear(ws, bits, ws->n, 0);
}

uint32_t word_const(struct words *ws, uint32_t value)
{
	uint32_t bits[WORD_BITS];

	for (unsigned int i = 0; i < WORD_BITS; i++)
		bits[i] = value >> i & 1 ? BIT_TRUE : BIT_FALSE;
	return word_of(ws, bits);
}

uint32_t word_new(struct words *ws, unsigned int n_bits)
{
	uint32_t bits[WORD_BITS];

	for (unsigned int i = 0; i < WORD_BITS; i++)
		bits[i] = i < n_bits ? bit_new(ws->c) : BIT_FALSE;
	return word_of(ws, bits);
}

const uint32_t *word_bits(const struct words *ws, uint32_t w)
{
	return ws->v[w].bits;
}

bool word_fixed(const struct words *ws, uint32_t w, uint32_t *ret)
{
	uint32_t value = 0;

	if (ws->v[w].n_leaves > 1)
		return false;
	for (unsigned int i = 0; i < WORD_BITS; i++) {
		if (!bit_fixed(ws->v[w].bits[i]))
			return false;
		value |= (uint32_t)(ws->v[w].bits[i] == BIT_TRUE) << i;
	}
	*ret = value;
	return true;
}

void word_linear(const struct words *ws, uint32_t w, uint32_t *ret_base, uint32_t *ret_plus)
{
	*ret_base = ws->v[w].base;
	*ret_plus = ws->v[w].plus;
}

static uint32_t bitwise(struct words *ws, uint32_t a, uint32_t b,
			uint32_t (*op)(struct circuit *c, uint32_t a, uint32_t b))
{
	uint32_t bits[WORD_BITS];

	for (unsigned int i = 0; i < WORD_BITS; i++)
		bits[i] = op(ws->c, ws->v[a].bits[i], ws->v[b].bits[i]);
	return word_of(ws, bits);
}

/* a + ~b + 1 */
static uint32_t sub(struct words *ws, uint32_t a, uint32_t b)
{
	uint32_t bits[WORD_BITS], k;

	if (word_fixed(ws, b, &k))
		return word_add(ws, a, word_const(ws, -k));
	for (unsigned int i = 0; i < WORD_BITS; i++)
		bits[i] = bit_not(ws->v[b].bits[i]);
	word_sum(ws, ws->v[a].bits, bits, BIT_TRUE, bits);
	return word_of(ws, bits);
}

uint32_t word_alu(struct words *ws, unsigned int op, uint32_t a, uint32_t b)
{
	uint32_t cond, x[2], y[2];

	if (word_split(ws, &a, &b, &cond, x, y))
		return word_choice(ws, cond, word_alu(ws, op, x[1], y[1]),
				   word_alu(ws, op, x[0], y[0]));
	switch (op) {
	case BPF_ADD:
		return word_add(ws, a, b);
	case BPF_SUB:
		return sub(ws, a, b);
	case BPF_MUL:
		return word_mul(ws, a, b);
	case BPF_DIV:
	case BPF_MOD:
		return word_div(ws, a, b, op == BPF_MOD);
	case BPF_AND:
		return bitwise(ws, a, b, bit_and);
	case BPF_OR:
		return bitwise(ws, a, b, bit_or);
	case BPF_XOR:
		return bitwise(ws, a, b, bit_xor);
	case BPF_LSH:
	case BPF_RSH:
		return word_shift(ws, a, b, op == BPF_LSH);
	default:
		return sub(ws, word_const(ws, 0), a);
	}
}

uint32_t word_mux(struct words *ws, uint32_t cond, uint32_t yes, uint32_t no)
{
	uint32_t bits[WORD_BITS];

	if (yes == no)
		return yes;
	yes = word_flat(ws, yes);
	no = word_flat(ws, no);
	for (unsigned int i = 0; i < WORD_BITS; i++)
		bits[i] = bit_mux(ws->c, cond, ws->v[yes].bits[i], ws->v[no].bits[i]);
	return word_of(ws, bits);
}

uint32_t word_eq(struct words *ws, uint32_t a, uint32_t b)
{
	uint32_t all = BIT_TRUE, cond, x[2], y[2];

	if (a == b)
		return BIT_TRUE;
	if (word_split(ws, &a, &b, &cond, x, y))
		return bit_mux(ws->c, cond, word_eq(ws, x[1], y[1]), word_eq(ws, x[0], y[0]));
	for (unsigned int i = 0; i < WORD_BITS; i++)
		all = bit_and(ws->c, all,
			      bit_not(bit_xor(ws->c, ws->v[a].bits[i], ws->v[b].bits[i])));
	return all;
}

uint32_t word_ge(struct words *ws, uint32_t a, uint32_t b)
{
	uint32_t ge = BIT_TRUE, cond, x[2], y[2];

	if (word_split(ws, &a, &b, &cond, x, y))
		return bit_mux(ws->c, cond, word_ge(ws, x[1], y[1]), word_ge(ws, x[0], y[0]));
	for (unsigned int i = 0; i < WORD_BITS; i++) {
		uint32_t p = ws->v[a].bits[i], q = ws->v[b].bits[i];

		ge = bit_mux(ws->c, bit_xor(ws->c, p, q), p, ge);
	}
	return ge;
}

uint32_t word_any(struct words *ws, uint32_t a)
{
	return bit_not(word_eq(ws, a, 0));
}

uint32_t word_value(const struct words *ws, uint32_t w)
{
	uint32_t value = 0, cond, yes, no;

	while (word_is_choice(ws, w, &cond, &yes, &no))
		w = circuit_value(ws->c, cond) ? yes : no;
	for (unsigned int i = 0; i < WORD_BITS; i++)
		value |= (uint32_t)circuit_value(ws->c, ws->v[w].bits[i]) << i;
	return value;
}
