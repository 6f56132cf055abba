// SPDX-License-Identifier: GPL-2.0-or-later
/* astrace's sweep by a clock of the test's: a path of routers with given round trips, holes, losses
 * and targets; how many probes it costs and when it ends. */
#include "unit.h"

#include "../../astrace/sweep.h"
#include "sys/clock.h"

enum { FLIGHTS = 600 };

struct path {
	unsigned int n;	   /* hop that the target is at; 0: nobody answers there */
	int64_t rtt_ns;	   /* of every hop */
	uint64_t silent;   /* bits of hops that never answer */
	unsigned int loss; /* the first so many probes of each hop are lost */
	bool untold;	   /* the target's answers do not tell the probe */
};

struct flight {
	int64_t at_ns;
	struct probe_id id;
};

static struct answer answer_of(const struct path *p, const struct probe_kind *k, uint8_t ttl)
{
	struct answer a = { .kind = ANSWER_TIME, .from = k->dst };

	if (p->n && ttl >= p->n) {
		a.kind = p->untold ? ANSWER_UDP : ANSWER_ECHO;
		return a;
	}
	a.from.b[0] = ttl;
	a.from.b[1] = 9;
	return a;
}

/* Runs a sweep along 'p' to its end. Returns how long it took. */
static int64_t run(struct sweep *s, const struct path *p, const struct sweep_rules *r)
{
	struct probe_kind k = { .method = METHOD_ICMP };
	static struct flight flight[FLIGHTS];
	unsigned int n = 0, done = 0;
	int64_t now = NS_PER_S, wake;
	struct probe_id id;
	struct err e;

	assert_true(addr_parse("198.51.100.7", &k.dst));
	k.src.family = AF_INET;
	assert_int_equal(sweep_init(s, &k, r, &e), 0);
	while (!sweep_done(s, now)) {
		wake = INT64_MAX;
		while (sweep_next(s, now, &id, &wake)) {
			uint8_t at = p->n && id.ttl >= p->n ? p->n : id.ttl;

			sweep_sent(s, id, now, false);
			assert_true(n < FLIGHTS);
			if ((p->n || id.ttl < 14) && !(p->silent & 1ull << at) && id.seq >= p->loss)
				flight[n++] = (struct flight){ now + p->rtt_ns, id };
		}
		now = done < n ? MIN(wake, flight[done].at_ns) : wake;
		assert_true(now < INT64_MAX);
		for (; done < n && flight[done].at_ns <= now; done++) {
			struct answer a = answer_of(p, &k, flight[done].id.ttl);

			id = flight[done].id;
			if (a.kind == ANSWER_UDP)
				id.ttl = 0;
			assert_int_equal(sweep_answer(s, id, MATCH_OK, &a, now, &e), 0);
		}
	}
	return now - NS_PER_S;
}

static const struct sweep_rules rules = {
	.first = 1, .max = 30, .tries = 3, .timeout_ns = 3 * NS_PER_S
};

static void one_round_trip_where_all_answer(void **state)
{
	const struct path p = { .n = 12, .rtt_ns = 80 * NS_PER_MS };
	struct sweep s;

	(void)state;
	assert_int_equal(run(&s, &p, &rules), 80 * NS_PER_MS);
	assert_true(s.end == 12 && s.reached && s.n_sent == 30);
	for (unsigned int i = 1; i <= 12; i++)
		assert_true(s.hop[i].seen && s.hop[i].n_sent == 1);
	sweep_free(&s);
}

static void holes_settle_by_their_neighbours(void **state)
{
	static const int64_t rtts[] = { 1, 20, 80, 300 };
	struct sweep s;

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		const struct path p = { .n = 12,
					.rtt_ns = rtts[i] * NS_PER_MS,
					.silent = 1 << 3 | 1 << 8 };
		int64_t rtt = p.rtt_ns, took = run(&s, &p, &rules);

		assert_true(took <= rtt * 5 / 4 + MAX(3 * rtt, 200 * NS_PER_MS));
		assert_true(s.end == 12 && s.reached && s.n_sent == 34);
		assert_true(!s.hop[3].seen && s.hop[3].n_sent == 3 && !s.hop[8].seen);
		sweep_free(&s);
	}
}

static void lost_probes_are_sent_again(void **state)
{
	const struct path p = { .n = 9, .rtt_ns = 10 * NS_PER_MS, .loss = 2 };
	struct sweep s;

	(void)state;
	(void)run(&s, &p, &rules);
	for (unsigned int i = 1; i <= 9; i++)
		assert_true(s.hop[i].seen && s.hop[i].n_sent == 3);
	assert_true(s.reached && s.end == 9);
	sweep_free(&s);
}

static void a_silent_target_ends_too(void **state)
{
	const struct path p = { .n = 0, .rtt_ns = 50 * NS_PER_MS };
	struct sweep s;
	int64_t took;

	(void)state;
	took = run(&s, &p, &rules);
	assert_true(!s.end && s.top == 13 && sweep_last(&s) == 13);
	assert_true(took <= 3 * NS_PER_S);
	/* what lies far behind is not asked again, but for the last one */
	assert_int_equal(s.hop[18].n_sent, 3);
	assert_int_equal(s.hop[19].n_sent, 1);
	assert_int_equal(s.hop[30].n_sent, 3);
	sweep_free(&s);
}

static void answers_that_do_not_tell_stand_behind_the_last_router(void **state)
{
	const struct path p = { .n = 7, .rtt_ns = 5 * NS_PER_MS, .untold = true };
	struct sweep s;

	(void)state;
	(void)run(&s, &p, &rules);
	assert_true(s.end == 7 && s.reached);
	assert_int_equal(s.hop[7].seen->answer.kind, ANSWER_UDP);
	sweep_free(&s);
}

static void a_window_saves_probes_beyond_the_target(void **state)
{
	const struct path near = { .n = 4, .rtt_ns = 20 * NS_PER_MS },
			  far = { .n = 25, .rtt_ns = 20 * NS_PER_MS },
			  quiet = { .n = 25, .rtt_ns = NS_PER_MS, .silent = 0x1ffff0 };
	struct sweep_rules r = rules;
	struct sweep s;

	(void)state;
	r.window = 8;
	assert_int_equal(run(&s, &near, &r), 20 * NS_PER_MS);
	assert_true(s.n_sent == 8 && s.end == 4);
	sweep_free(&s);
	assert_true(run(&s, &far, &r) <= 4 * 20 * NS_PER_MS);
	assert_true(s.end == 25 && s.reached && s.n_sent < 33);
	sweep_free(&s);
	(void)run(&s, &quiet, &r);
	assert_true(s.end == 25 && s.reached);
	sweep_free(&s);
}

static void what_was_not_asked_is_false(void **state)
{
	const struct path p = { .n = 3, .rtt_ns = NS_PER_MS };
	const struct answer a = { .kind = ANSWER_TIME };
	struct sweep s;
	struct err e;

	(void)state;
	(void)run(&s, &p, &rules);
	assert_int_equal(sweep_answer(&s, (struct probe_id){ 0, 2, 9 }, MATCH_OK, &a, 5, &e), 0);
	assert_int_equal(sweep_answer(&s, (struct probe_id){ 0, 200, 0 }, MATCH_OK, &a, 5, &e), 0);
	assert_int_equal(s.n_false, 2);
	assert_int_equal(sweep_answer(&s, (struct probe_id){ 0, 2, 0 }, MATCH_OK, &a, 5, &e), 0);
	assert_int_equal(s.n_twice, 1);
	sweep_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_round_trip_where_all_answer),
		cmocka_unit_test(holes_settle_by_their_neighbours),
		cmocka_unit_test(lost_probes_are_sent_again),
		cmocka_unit_test(a_silent_target_ends_too),
		cmocka_unit_test(answers_that_do_not_tell_stand_behind_the_last_router),
		cmocka_unit_test(a_window_saves_probes_beyond_the_target),
		cmocka_unit_test(what_was_not_asked_is_false),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
