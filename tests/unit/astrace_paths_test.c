// SPDX-License-Identifier: GPL-2.0-or-later
/* astrace's paths by a clock of the test's, over simulated branches: how often one is missed
 * against what was promised, what it costs, routers with six answers at once, losses. */
#include "unit.h"

#include "../../astrace/paths.h"
#include "base/hash.h"
#include "sys/clock.h"

enum { RUNS = 500, HOPS = 5, FLIGHTS = 8192 };

struct net {
	unsigned int width[HOPS + 1]; /* of each hop, from 1 */
	unsigned int tokens;	      /* answers a router has; 0: no limit */
	unsigned int lose;	      /* of 1000 probes */
	bool per_packet;
	uint64_t seed;
	unsigned int used[HOPS + 1][16];
};

static unsigned int branch_of(struct net *n, struct probe_id id)
{
	uint64_t x = n->seed ^ hash_u64(id.flow * 31 + id.ttl * 7919 + 1);

	if (n->per_packet)
		x ^= hash_u64(n->seed++);
	return hash_u64(x) % n->width[id.ttl];
}

/* The answer to 'id'; false if there is none. */
static bool answer_of(struct net *n, struct probe_id id, struct answer *a)
{
	unsigned int b = branch_of(n, id);

	if (hash_u64(n->seed * 977 + id.flow * 131 + id.ttl * 17 + id.seq) % 1000 < n->lose)
		return false;
	if (n->tokens && n->used[id.ttl][b]++ >= n->tokens)
		return false;
	*a = (struct answer){ .kind = ANSWER_TIME, .from.family = AF_INET };
	a->from.b[0] = 10;
	a->from.b[1] = id.ttl;
	a->from.b[3] = b + 1;
	return true;
}

static void run(struct paths *p, struct net *n, unsigned int confidence)
{
	static struct {
		int64_t at_ns;
		struct probe_id id;
		struct answer a;
	} flight[FLIGHTS];
	const struct sweep_rules rules = {
		.first = 1, .max = 30, .tries = 3, .timeout_ns = NS_PER_S
	};
	unsigned int n_flights = 0, done = 0;
	struct probe_kind k = { .method = METHOD_UDP, .src.family = AF_INET };
	int64_t now = NS_PER_S, wake;
	struct probe_id id;
	struct sweep s;
	struct err e;

	assert_int_equal(sweep_init(&s, &k, &rules, &e), 0);
	for (unsigned int i = 1; i <= HOPS; i++) {
		struct answer a = { .kind = ANSWER_TIME };

		id = (struct probe_id){ .ttl = i };
		sweep_sent(&s, id, now, false);
		a.from =
			(struct addr){ .family = AF_INET, .b = { 10, i, 0, branch_of(n, id) + 1 } };
		n->used[i][a.from.b[3] - 1]++;
		assert_int_equal(sweep_answer(&s, id, MATCH_OK, &a, now + 1000, &e), 0);
	}
	assert_int_equal(paths_begin(p, &s, confidence, false, &e), 0);
	while (!p->done) {
		while (paths_next(p, now, &id, &wake)) {
			paths_sent(p, id, now);
			assert_true(n_flights < FLIGHTS);
			if (answer_of(n, id, &flight[n_flights].a)) {
				flight[n_flights].at_ns = now + 1000;
				flight[n_flights++].id = id;
			}
		}
		now = done < n_flights ? MIN(wake, flight[done].at_ns) : wake;
		for (; done < n_flights && flight[done].at_ns <= now; done++)
			paths_answer(p, flight[done].id, &flight[done].a, now);
	}
	sweep_free(&s);
}

static void the_series_of_the_literature(void **state)
{
	static const unsigned int known[] = { 6, 11, 16, 21, 27, 33, 38, 44, 51, 57 };

	(void)state;
	for (unsigned int k = 1; k <= 10; k++)
		assert_int_equal(paths_flows_needed(k, 0.95), known[k - 1]);
	assert_true(paths_flows_needed(1, 0.99) == 8);
	assert_true(paths_flows_needed(90, 0.99) < PATHS_FLOWS);
}

/* Runs in which some branch of a hop was missed, for one width. */
static unsigned int missed(unsigned int width, unsigned int confidence, unsigned int tokens)
{
	unsigned int n_missed = 0;

	for (unsigned int i = 0; i < RUNS; i++) {
		struct net n = { .width = { 0, 1, 1, width, 1, 1 }, .tokens = tokens };
		struct paths p;

		n.seed = hash_u64(i * 1000003 + width);
		run(&p, &n, confidence);
		n_missed += p.hop[3].n_ifaces < width;
		assert_true(p.hop[2].n_ifaces == 1 && p.hop[4].n_ifaces == 1);
		assert_false(p.hop[3].per_packet);
		paths_free(&p);
	}
	return n_missed;
}

static void misses_are_as_rare_as_promised(void **state)
{
	static const unsigned int widths[] = { 2, 4, 8 };

	(void)state;
	/* 5 % of 500 are 25, and two standard deviations 10 more */
	for (unsigned int i = 0; i < 3; i++) {
		assert_true(missed(widths[i], 95, 0) <= 35);
		assert_true(missed(widths[i], 95, 6) <= 35);
	}
	assert_true(missed(8, 99, 6) <= 10);
}

static void per_packet_is_told_from_per_flow(void **state)
{
	unsigned int told = 0;

	(void)state;
	for (unsigned int i = 0; i < RUNS; i++) {
		struct net n = { .width = { 0, 1, 1, 2, 1, 1 },
				 .per_packet = true,
				 .seed = i * 77 };
		struct paths p;

		run(&p, &n, 95);
		told += p.hop[3].per_packet || p.hop[3].n_ifaces < 2;
		paths_free(&p);
	}
	/* five repeats take one way by chance once in 32 */
	assert_true(told > RUNS * 93 / 100);
}

static void what_a_path_costs(void **state)
{
	struct net plain = { .width = { 0, 1, 1, 1, 1, 1 } };
	struct net eight = { .width = { 0, 1, 1, 8, 1, 1 }, .seed = 3 };
	struct paths p;

	(void)state;
	run(&p, &plain, 95);
	assert_int_equal(p.n_sent, 5 * HOPS);
	paths_free(&p);
	run(&p, &eight, 95);
	/* the eight: 50 flows more; the hop behind them the same; repeats */
	assert_true(p.n_sent <= 3 * 5 + 50 + 50 + PATHS_REPEATS);
	for (unsigned int a = 0; a < 8; a++)
		assert_true(paths_leads(&p, 3, a, 0) && paths_leads(&p, 2, 0, a));
	paths_free(&p);
}

static void who_leads_to_whom(void **state)
{
	struct net n = { .width = { 0, 1, 3, 3, 1, 1 }, .seed = 9 };
	unsigned int edges = 0;
	struct paths p;

	(void)state;
	run(&p, &n, 99);
	for (unsigned int a = 0; a < 3; a++)
		for (unsigned int b = 0; b < 3; b++)
			edges += paths_leads(&p, 2, a, b);
	assert_int_equal(edges, 9);
	paths_free(&p);
}

static void losses_do_not_end_it_early(void **state)
{
	unsigned int n_missed = 0;

	(void)state;
	for (unsigned int i = 0; i < RUNS; i++) {
		struct net n = { .width = { 0, 1, 1, 4, 1, 1 }, .lose = 50 };
		struct paths p;

		n.seed = hash_u64(i + 5);
		run(&p, &n, 95);
		n_missed += p.hop[3].n_ifaces < 4;
		paths_free(&p);
	}
	assert_true(n_missed <= 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_series_of_the_literature),
		cmocka_unit_test(misses_are_as_rare_as_promised),
		cmocka_unit_test(per_packet_is_told_from_per_flow),
		cmocka_unit_test(what_a_path_costs),
		cmocka_unit_test(who_leads_to_whom),
		cmocka_unit_test(losses_do_not_end_it_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
