// SPDX-License-Identifier: GPL-2.0-or-later
/* astrace's cycles: the exact test against known values, statistics of round trips, verdicts on
 * hops that do not answer and on loss. */
#include "unit.h"

#include "../../astrace/cycles.h"
#include "sys/clock.h"

static void near(double a, double b)
{
	double d = a > b ? a - b : b - a;

	if (d > 1e-6 + b * 1e-6)
		fail_msg("%g is not %g", a, b);
}

static void the_exact_test(void **state)
{
	(void)state;
	/* C(20,10) / C(40,10) */
	near(cycles_fisher(10, 20, 0, 20), 184756.0 / 847660528.0);
	/* sums of products of binomial coefficients, by exact arithmetic */
	near(cycles_fisher(3, 20, 1, 20), 0.302494802);
	near(cycles_fisher(0, 20, 0, 20), 1);
	near(cycles_fisher(20, 20, 20, 20), 1);
	near(cycles_fisher(7, 12, 4, 30), 0.005562857277);
	near(cycles_fisher(900, 5000, 700, 5000), 2.75646524546e-08);
}

/* Begins over 'n' hops, and runs 'cycles' of them; hop i answers if keep() says so, after i ms. */
static void run(struct cycles *c, unsigned int n, unsigned int cycles,
		bool (*keep)(unsigned int ttl, unsigned int cycle))
{
	const struct sweep_rules rules = {
		.first = 1, .max = n, .tries = 1, .timeout_ns = NS_PER_S
	};
	struct probe_kind k = { .method = METHOD_UDP, .src.family = AF_INET };
	struct answer a = { .kind = ANSWER_TIME, .from.family = AF_INET };
	int64_t now = NS_PER_S, wake;
	struct probe_id id;
	struct sweep s;
	struct err e;

	assert_int_equal(sweep_init(&s, &k, &rules, &e), 0);
	for (unsigned int i = 1; i <= n; i++) {
		a.from.b[3] = i;
		sweep_sent(&s, (struct probe_id){ .ttl = i }, now, false);
		assert_int_equal(
			sweep_answer(&s, (struct probe_id){ .ttl = i }, MATCH_OK, &a, now, &e), 0);
	}
	assert_int_equal(cycles_begin(c, &s, cycles, NS_PER_S, now, &e), 0);
	while (!c->done) {
		while (cycles_next(c, now, &id, &wake)) {
			unsigned int cycle = c->n;

			cycles_sent(c, id, now);
			if (keep(id.ttl, cycle))
				cycles_answer(c, id, &a, now + id.ttl * NS_PER_MS);
		}
		now = wake;
	}
	sweep_free(&s);
}

static bool all(unsigned int ttl, unsigned int cycle)
{
	(void)ttl;
	(void)cycle;
	return true;
}

/* Hop 2 answers every third probe; one of four is lost from hop 4 on; hop 6 is silent. */
static bool some(unsigned int ttl, unsigned int cycle)
{
	if (ttl == 2)
		return cycle % 3 == 0;
	return ttl != 6 && (ttl < 4 || cycle % 4 != 1);
}

static void statistics(void **state)
{
	struct cycles c;
	double sure;

	(void)state;
	run(&c, 3, 300, all);
	for (unsigned int i = 1; i <= 3; i++) {
		assert_true(c.hop[i].sent == 300 && c.hop[i].received == 300);
		assert_true(c.hop[i].best_ns == i * NS_PER_MS &&
			    c.hop[i].worst_ns == i * NS_PER_MS);
		near(cycles_deviation(&c.hop[i]), 0);
		assert_int_equal(cycles_judge(&c, i, &sure), CYCLES_NONE);
	}
	cycles_free(&c);
}

static void verdicts(void **state)
{
	static const enum cycles_verdict want[] = {
		0,	     CYCLES_NONE, CYCLES_LIMIT,	 CYCLES_NONE,
		CYCLES_LOSS, CYCLES_LOSS, CYCLES_SILENT, CYCLES_LOSS
	};
	struct cycles c;
	double sure;

	(void)state;
	run(&c, 7, 60, some);
	for (unsigned int i = 1; i <= 7; i++)
		assert_int_equal(cycles_judge(&c, i, &sure), want[i]);
	assert_int_equal(cycles_judge(&c, 2, &sure), CYCLES_LIMIT);
	assert_true(sure > 0.99 && sure <= 1);
	cycles_free(&c);
	/* two of three missing tell little in three probes */
	run(&c, 7, 3, some);
	assert_int_equal(cycles_judge(&c, 2, &sure), CYCLES_UNCLEAR);
	cycles_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exact_test),
		cmocka_unit_test(statistics),
		cmocka_unit_test(verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
