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

/* The target's own answer to a probe of a smaller hop limit ends the path there. */
static void a_path_that_gets_shorter(void **state)
{
	struct answer a = { .kind = ANSWER_ECHO, .from.family = AF_INET };
	struct probe_id id;
	struct cycles c;
	int64_t wake;

	(void)state;
	run(&c, 7, 1, all);
	c.done = false;
	c.wanted = 3;
	c.kind.dst = a.from;
	while (cycles_next(&c, c.next_ns, &id, &wake)) {
		cycles_sent(&c, id, c.next_ns);
		if (id.ttl == 5)
			cycles_answer(&c, id, &a, c.next_ns + 1);
	}
	assert_int_equal(c.last, 5);
	assert_int_equal(c.n, 3);
	assert_int_equal(c.hop[5].sent, 3);
	assert_int_equal(c.hop[6].sent, 1);
	cycles_free(&c);
}

static uint64_t rng;

/* From 0 to 'n' - 1. */
static unsigned int dice(unsigned int n)
{
	rng = rng * 6364136223846793005ull + 1442695040888963407ull;
	return (rng >> 33) % n;
}

enum { HOPS = 10, PATHS = 4000 };

/* A path whose links lose 'lose'[i] of 1000 probes before hop i, and whose hop 'limited' (0: none)
 * answers 'answers' of 1000 that come there. */
static void simulate(struct cycles *c, unsigned int cycles, const unsigned int lose[HOPS + 1],
		     unsigned int limited, unsigned int answers, struct cycles_hop hops[HOPS + 1])
{
	*c = (struct cycles){ .first = 1, .last = HOPS, .hop = hops };
	for (unsigned int i = 1; i <= HOPS; i++) {
		hops[i].sent = cycles;
		hops[i].received = 0;
		for (unsigned int n = 0; n < cycles; n++) {
			bool lost = i == limited && dice(1000) >= answers;

			for (unsigned int k = 1; k <= i; k++)
				lost = dice(1000) < lose[k] || lost;
			hops[i].received += !lost;
		}
	}
}

/* Links that lose, routers that do not limit: how many of the reports say "rate limit" of any hop?
 * Then with a router that does: how often is it found, how often is it called loss? */
static void the_confidence_holds(void **state)
{
	unsigned int n_wrong = 0, n_found = 0, n_loss = 0;
	static struct cycles_hop hops[HOPS + 1];
	struct cycles c;
	double sure;

	(void)state;
	rng = 20261128;
	for (unsigned int p = 0; p < PATHS; p++) {
		unsigned int lose[HOPS + 1] = { 0 }, cycles = 10 + dice(190), limited;
		bool wrong = false;

		for (unsigned int k = dice(4); k; k--)
			lose[1 + dice(HOPS)] = dice(2) ? dice(500) : dice(30);
		simulate(&c, cycles, lose, 0, 0, hops);
		for (unsigned int i = 1; i <= HOPS; i++)
			wrong |= cycles_judge(&c, i, &sure) == CYCLES_LIMIT;
		n_wrong += wrong;
		limited = 1 + dice(HOPS - 1);
		simulate(&c, 100, (unsigned int[HOPS + 1]){ 0, 10, 0, 0, 10 }, limited,
			 300 + dice(400), hops);
		n_found += cycles_judge(&c, limited, &sure) == CYCLES_LIMIT;
		n_loss += cycles_judge(&c, limited, &sure) == CYCLES_LOSS;
	}
	print_message("of %u reports %u (%.2f %%) see a limit that is none; of %u limits %u are "
		      "found, %u called loss\n",
		      PATHS, n_wrong, 100.0 * n_wrong / PATHS, PATHS, n_found, n_loss);
	assert_true(n_wrong * 100 <= 5 * PATHS);
	assert_true(n_found * 100 >= 99 * PATHS);
	assert_true(n_loss * 1000 <= PATHS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_that_gets_shorter),
		cmocka_unit_test(the_confidence_holds),
		cmocka_unit_test(the_exact_test),
		cmocka_unit_test(statistics),
		cmocka_unit_test(verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
