// SPDX-License-Identifier: GPL-2.0-or-later
/* sat - small random formulas against trying all values; formulas that need much learning and
 * forgetting; assumptions; a budget of steps. */
#include <errno.h>
#include <stdbool.h>

#include "cbpf/sat.h"
#include "cbpf_random.h"

#include "unit.h"

enum { MAX_VARS = 10, MAX_CLAUSES = 50 };

struct formula {
	unsigned int n_vars, n_clauses;
	uint32_t lits[MAX_CLAUSES][3];
};

static void random_formula(uint64_t *state, struct formula *f)
{
	f->n_vars = 3 + rnd_below(state, MAX_VARS - 3);
	f->n_clauses = f->n_vars * 3 + rnd_below(state, f->n_vars * 2);
	for (unsigned int i = 0; i < f->n_clauses; i++)
		for (unsigned int k = 0; k < 3; k++)
			f->lits[i][k] = rnd_below(state, 2 * f->n_vars);
}

static bool holds(const struct formula *f, uint32_t values)
{
	for (unsigned int i = 0; i < f->n_clauses; i++) {
		bool any = false;

		for (unsigned int k = 0; k < 3; k++)
			any |= (values >> f->lits[i][k] / 2 & 1) != (f->lits[i][k] & 1);
		if (!any)
			return false;
	}
	return true;
}

/* Whether values with 'forced' (a literal) true make it hold. */
static bool can_hold(const struct formula *f, uint32_t forced)
{
	for (uint32_t v = 0; v < 1u << f->n_vars; v++)
		if ((v >> forced / 2 & 1) != (forced & 1) && holds(f, v))
			return true;
	return false;
}

static void test_random(void **unused UNUSED)
{
	unsigned int n_yes = 0, n_no = 0;
	uint64_t state = 1;

	for (int round = 0; round < 1500; round++) {
		struct sat *s = sat_new();
		struct formula f;

		random_formula(&state, &f);
		for (unsigned int i = 0; i < f.n_vars; i++)
			assert_int_equal(sat_var(s), i);
		for (unsigned int i = 0; i < f.n_clauses; i++)
			sat_add(s, f.lits[i], 3);
		for (uint32_t forced = 0; forced < 2 * f.n_vars; forced++) {
			uint64_t steps = 1000000;
			uint32_t values = 0;
			int rc = sat_solve(s, &forced, 1, &steps);

			assert_int_equal(rc, can_hold(&f, forced));
			for (uint32_t i = 0; i < f.n_vars; i++)
				values |= (uint32_t)sat_true(s, 2 * i) << i;
			if (rc)
				assert_true(holds(&f, values) && sat_true(s, forced));
			n_yes += rc;
			n_no += !rc;
		}
		sat_free(s);
	}
	print_message("%u can hold, %u cannot\n", n_yes, n_no);
	assert_true(n_yes > 2000 && n_no > 2000);
}

/* 'n' + 1 pigeons in 'n' holes: none has a way out, and finding that takes long. */
static void pigeons(struct sat *s, unsigned int n)
{
	uint32_t at_least[16], none;

	for (unsigned int i = 0; i < (n + 1) * n; i++)
		(void)sat_var(s);
	none = sat_var(s);
	for (unsigned int p = 0; p <= n; p++) {
		/* in a hole: a chain of helpers, as clauses are of three at most */
		uint32_t before = 2 * none;

		for (unsigned int h = 0; h < n; h++) {
			at_least[0] = before ^ (h > 0);
			at_least[1] = 2 * (p * n + h);
			at_least[2] = h + 1 < n ? 2 * sat_var(s) : at_least[1];
			before = at_least[2];
			sat_add(s, at_least, 3);
		}
	}
	for (unsigned int h = 0; h < n; h++)
		for (unsigned int p = 0; p <= n; p++)
			for (unsigned int q = 0; q < p; q++) {
				const uint32_t two[] = { 2 * (p * n + h) + 1, 2 * (q * n + h) + 1 };

				sat_add(s, two, 2);
			}
}

static void test_much_learning(void **unused UNUSED)
{
	struct sat *s = sat_new();
	uint64_t steps = 1000;
	uint32_t assumed = 1;

	pigeons(s, 7);
	/* variable 'none' false: every pigeon must have a hole */
	assumed = 2 * (8 * 7) + 1;
	assert_int_equal(sat_solve(s, &assumed, 1, &steps), -ETIME);
	assert_int_equal(steps, 0);
	steps = 1000000000;
	assert_int_equal(sat_solve(s, &assumed, 1, &steps), 0);
	/* and without that it can be */
	assert_int_equal(sat_solve(s, NULL, 0, &steps), 1);
	sat_free(s);
}

static void test_never(void **unused UNUSED)
{
	const uint32_t yes = 0, no = 1;
	struct sat *s = sat_new();
	uint64_t steps = 100;

	(void)sat_var(s);
	sat_add(s, &yes, 1);
	assert_int_equal(sat_solve(s, &no, 1, &steps), 0);
	assert_int_equal(sat_solve(s, NULL, 0, &steps), 1);
	sat_add(s, &no, 1);
	assert_int_equal(sat_solve(s, NULL, 0, &steps), 0);
	assert_int_equal(sat_solve(s, NULL, 0, &steps), 0);
	sat_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_much_learning),
		cmocka_unit_test(test_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
