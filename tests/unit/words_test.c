// SPDX-License-Identifier: GPL-2.0-or-later
/* words - every operation on unknown bits that are then fixed, on half known ones and on fixed ones
 * gives what C gives; and sums that are the same are one word. */
#include <errno.h>
#include <linux/filter.h>
#include <stdbool.h>

#include "cbpf/words.h"
#include "cbpf_random.h"

#include "unit.h"

static const unsigned int ops[] = { BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_MOD, BPF_AND,
				    BPF_OR,  BPF_XOR, BPF_LSH, BPF_RSH, BPF_NEG };

static uint32_t in_c(unsigned int op, uint32_t a, uint32_t b)
{
	switch (op) {
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_DIV:
		return a / b;
	case BPF_MOD:
		return a % b;
	case BPF_AND:
		return a & b;
	case BPF_OR:
		return a | b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH:
		return a << (b & 31);
	case BPF_RSH:
		return a >> (b & 31);
	default:
		return -a;
	}
}

/* A word that is 'value' once solved, of which the bits in 'open' are unknown until then. */
static uint32_t half_known(struct circuit *c, struct words *ws, uint32_t value, uint32_t open)
{
	uint32_t bits[32];

	for (unsigned int i = 0; i < 32; i++) {
		bool is = value >> i & 1;

		bits[i] = open >> i & 1 ? bit_new(c) : is ? BIT_TRUE : BIT_FALSE;
		if (open >> i & 1)
			circuit_demand(c, bits[i] ^ !is, bits[i] ^ !is);
	}
	return word_of(ws, bits);
}

static uint32_t rnd_open(uint64_t *state, int round)
{
	return round % 4 == 0 ? 0 : round % 4 == 1 ? ~0u : rnd(state) & rnd(state);
}

static void test_alu(void **unused UNUSED)
{
	uint64_t state = 7;

	for (int round = 0; round < 120; round++) {
		struct circuit *c = circuit_new();
		struct words *ws = words_new(c);
		uint32_t a = rnd_k(&state), b = rnd_k(&state), wa, wb, r[ARRAY_SIZE(ops)];
		uint32_t eq, ge, any, mux;
		uint64_t steps = 100000000;

		b += b == 0; /* divisions by 0 are not asked for */
		wa = half_known(c, ws, a, rnd_open(&state, round));
		wb = half_known(c, ws, b, rnd_open(&state, round));
		for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++)
			r[i] = word_alu(ws, ops[i], wa, wb);
		eq = word_eq(ws, wa, wb);
		ge = word_ge(ws, wa, wb);
		any = word_any(ws, wa);
		mux = word_mux(ws, ge, wa, wb);
		assert_int_equal(circuit_solve(c, NULL, 0, &steps), 1);
		for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++)
			if (word_value(ws, r[i]) != in_c(ops[i], a, b))
				fail_msg("op 0x%x of %u and %u is %u, not %u", ops[i], a, b,
					 word_value(ws, r[i]), in_c(ops[i], a, b));
		assert_int_equal(circuit_value(c, eq), a == b);
		assert_int_equal(circuit_value(c, ge), a >= b);
		assert_int_equal(circuit_value(c, any), a != 0);
		assert_int_equal(word_value(ws, mux), MAX(a, b));
		/* and the solver agrees with the gates: nothing else is possible */
		ge = circuit_value(c, ge) ? bit_not(ge) : ge;
		assert_int_equal(circuit_solve(c, &ge, 1, &steps), 0);
		words_free(ws);
		circuit_free(c);
	}
}

static void test_one_word(void **unused UNUSED)
{
	struct circuit *c = circuit_new();
	struct words *ws = words_new(c);
	uint32_t x = word_new(ws, 6), y = word_new(ws, 32), a, b, base, plus;

	a = word_add(ws, word_add(ws, x, word_const(ws, 14)), word_const(ws, 2));
	b = word_add(ws, word_const(ws, 20), x);
	assert_int_equal(a, word_add(ws, x, word_const(ws, 16)));
	assert_int_equal(word_alu(ws, BPF_SUB, b, word_const(ws, 4)), a);
	word_linear(ws, b, &base, &plus);
	assert_int_equal(base, x);
	assert_int_equal(plus, 20);
	assert_int_equal(word_add(ws, x, y), word_add(ws, y, x));
	assert_int_equal(word_alu(ws, BPF_MUL, y, word_const(ws, 4)),
			 word_alu(ws, BPF_LSH, y, word_const(ws, 2)));
	assert_int_equal(word_alu(ws, BPF_DIV, y, word_const(ws, 8)),
			 word_alu(ws, BPF_RSH, y, word_const(ws, 3)));
	assert_int_equal(word_alu(ws, BPF_MOD, y, word_const(ws, 8)),
			 word_alu(ws, BPF_AND, y, word_const(ws, 7)));
	assert_int_equal(word_alu(ws, BPF_XOR, y, y), word_const(ws, 0));
	assert_int_equal(word_eq(ws, word_add(ws, x, word_const(ws, 1)), word_const(ws, 200)),
			 BIT_FALSE);
	words_free(ws);
	circuit_free(c);
}

/* Operations on choices, few and many, give what they give of the word that is chosen. */
static void test_choices(void **unused UNUSED)
{
	uint64_t state = 11;

	for (int round = 0; round < 60; round++) {
		struct circuit *c = circuit_new();
		struct words *ws = words_new(c);
		uint32_t value[2], w[2], r[ARRAY_SIZE(ops)], eq, ge, mux, any;
		uint64_t steps = 100000000;

		for (int i = 0; i < 2; i++) {
			unsigned int n = 1 + rnd_below(&state, round % 3 ? 6 : 90);

			value[i] = 1 + rnd_below(&state, 1000);
			w[i] = half_known(c, ws, value[i], rnd_open(&state, round));
			for (unsigned int k = 0; k < n; k++) {
				/* often the same ones again */
				uint32_t few = 1 + rnd_below(&state, 3), cond = bit_new(c);
				uint32_t other = k % 2 ? few : rnd_k(&state) | 1;
				bool holds = rnd_below(&state, 2);

				circuit_demand(c, cond ^ !holds, cond ^ !holds);
				w[i] = word_choice(ws, cond, w[i], word_const(ws, other));
				value[i] = holds ? value[i] : other;
			}
		}
		for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++)
			r[i] = word_alu(ws, ops[i], w[0], w[1]);
		eq = word_eq(ws, w[0], w[1]);
		ge = word_ge(ws, w[0], w[1]);
		any = word_any(ws, w[0]);
		mux = word_mux(ws, ge, w[0], w[1]);
		assert_int_equal(circuit_solve(c, NULL, 0, &steps), 1);
		for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++)
			assert_int_equal(word_value(ws, r[i]), in_c(ops[i], value[0], value[1]));
		assert_int_equal(circuit_value(c, eq), value[0] == value[1]);
		assert_int_equal(circuit_value(c, ge), value[0] >= value[1]);
		assert_true(circuit_value(c, any));
		assert_int_equal(word_value(ws, mux), MAX(value[0], value[1]));
		words_free(ws);
		circuit_free(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alu),
		cmocka_unit_test(test_one_word),
		cmocka_unit_test(test_choices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
