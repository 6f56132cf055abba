// SPDX-License-Identifier: GPL-2.0-or-later
/* circuit - random gates over a few unknown bits: whatever was simplified, what can be true is what
 * trying all values says, and the values that are found make it true. */
#include "cbpf/circuit.h"

#include <errno.h>

#include "cbpf_random.h"

#include "unit.h"

enum { N_INPUTS = 5, N_BITS = 40, N_VALUES = 1 << N_INPUTS };

/* A bit, and what it is for each of the values of the inputs. */
struct known {
	uint32_t bit, truth;
};

static struct known random_gate(uint64_t *state, struct circuit *c, const struct known *v,
				unsigned int n)
{
	struct known x = v[rnd_below(state, n)], y = v[rnd_below(state, n)],
		     z = v[rnd_below(state, n)];

	if (rnd_below(state, 2))
		x = (struct known){ bit_not(x.bit), ~x.truth };
	if (rnd_below(state, 2))
		y = (struct known){ bit_not(y.bit), ~y.truth };
	switch (rnd_below(state, 4)) {
	case 0:
		return (struct known){ bit_and(c, x.bit, y.bit), x.truth & y.truth };
	case 1:
		return (struct known){ bit_or(c, x.bit, y.bit), x.truth | y.truth };
	case 2:
		return (struct known){ bit_xor(c, x.bit, y.bit), x.truth ^ y.truth };
	default:
		return (struct known){ bit_mux(c, x.bit, y.bit, z.bit),
				       (x.truth & y.truth) | (~x.truth & z.truth) };
	}
}

static void test_random(void **unused UNUSED)
{
	uint64_t state = 3;
	unsigned int n_can = 0, n_cannot = 0;

	for (int round = 0; round < 300; round++) {
		struct circuit *c = circuit_new();
		struct known v[N_BITS] = { { BIT_FALSE, 0 }, { BIT_TRUE, ~0u } };

		for (unsigned int i = 0; i < N_INPUTS; i++) {
			v[2 + i].bit = bit_new(c);
			for (unsigned int k = 0; k < N_VALUES; k++)
				v[2 + i].truth |= (k >> i & 1) << k;
		}
		for (unsigned int i = 2 + N_INPUTS; i < N_BITS; i++) {
			struct known two[2];
			uint32_t assumed[2];
			uint64_t steps = 100000;
			int rc;

			v[i] = random_gate(&state, c, v, i);
			two[0] = v[i];
			two[1] = v[rnd_below(&state, i)];
			assumed[0] = two[0].bit;
			assumed[1] = two[1].bit;
			rc = circuit_solve(c, assumed, 2, &steps);
			assert_int_equal(rc, (two[0].truth & two[1].truth) != 0);
			n_can += rc;
			n_cannot += !rc;
			if (rc)
				assert_true(circuit_value(c, assumed[0]) &&
					    circuit_value(c, assumed[1]));
		}
		circuit_free(c);
	}
	assert_true(n_can > 1000 && n_cannot > 1000);
}

/* What programs have in common must be one gate. */
static void test_shared(void **unused UNUSED)
{
	struct circuit *c = circuit_new();
	uint32_t a = bit_new(c), b = bit_new(c), m = bit_new(c), n;

	assert_int_equal(bit_and(c, a, b), bit_and(c, b, a));
	n = circuit_size(c);
	assert_int_equal(bit_or(c, a, b), bit_not(bit_and(c, bit_not(b), bit_not(a))));
	assert_int_equal(circuit_size(c), n + 1);
	assert_int_equal(bit_or(c, bit_and(c, a, b), bit_and(c, a, bit_not(b))), a);
	assert_int_equal(bit_and(c, a, bit_and(c, a, b)), bit_and(c, a, b));
	assert_int_equal(bit_and(c, bit_not(a), bit_and(c, a, b)), BIT_FALSE);
	assert_int_equal(bit_xor(c, bit_not(a), b), bit_not(bit_xor(c, b, a)));
	assert_int_equal(bit_mux(c, bit_not(m), a, b), bit_mux(c, m, b, a));
	assert_int_equal(bit_mux(c, m, bit_not(a), a), bit_xor(c, m, a));
	circuit_free(c);
}

static void test_demands(void **unused UNUSED)
{
	struct circuit *c = circuit_new();
	uint32_t a = bit_new(c), b = bit_new(c), both = bit_and(c, a, b);
	uint64_t steps = 1000;

	circuit_demand(c, bit_not(a), bit_not(b));
	assert_int_equal(circuit_solve(c, &both, 1, &steps), 0);
	assert_int_equal(circuit_solve(c, &a, 1, &steps), 1);
	assert_true(circuit_value(c, a) && !circuit_value(c, b) && !circuit_value(c, both));
	assert_true(circuit_matters(c, a));
	assert_false(circuit_matters(c, bit_new(c)));
	circuit_demand(c, BIT_FALSE, BIT_FALSE);
	assert_int_equal(circuit_solve(c, NULL, 0, &steps), 0);
	circuit_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_demands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
