// SPDX-License-Identifier: GPL-2.0-or-later
/* The order and the moments of packets: what workers send together is what one would send, rates
 * and weights hold, what does not go together is said. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "../../trafgen/comp.h"
#include "../../trafgen/plan.h"

enum { MAX = 5000 };

#define MS 1000000ll

struct made {
	struct prog g;
	struct job job;
	struct plan plan;
};

static int try_make(struct made *m, const char *script, unsigned int n_workers,
		    unsigned int in_a_row, struct err *e)
{
	struct comp_opts o = { .file = "test", .seed = 7 };

	if (comp_script(script, strlen(script), &o, &m->g, e))
		fail_msg("%s", e->text);
	return plan_make(&m->g, &m->job, n_workers, in_a_row, &m->plan, e);
}

static void make(struct made *m, const char *script, unsigned int n_workers, unsigned int in_a_row)
{
	struct err e;

	if (try_make(m, script, n_workers, in_a_row, &e))
		fail_msg("%s", e.text);
}

static void drop(struct made *m)
{
	plan_free(&m->plan);
	prog_free(&m->g);
}

/* One packet sent: which, and its indices. */
struct sent {
	uint64_t packet, index[N_INDEX];
};

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct sent));
}

/* The first 'n' packets of all workers, sorted. */
static void collect(const struct made *m, uint64_t n, struct sent *ret)
{
	uint64_t at = 0;
	uint32_t slot;

	for (unsigned int w = 0; w < m->plan.n_workers; w++) {
		uint64_t share = plan_share(&m->plan, w, n);

		for (uint64_t i = 0; i < share; i++, at++) {
			assert_true(at < n);
			ret[at].packet = plan_at(&m->plan, w, i, ret[at].index, &slot) -
					 m->g.packets;
		}
	}
	assert_int_equal(at, n);
	qsort(ret, n, sizeof(*ret), compare);
}

static const char *const orders[] = {
	"{ 1 }", "{ 1 } { 2 } { 3 }", "weight(7): { 1 } weight(4): { 2 } { 3 }",
	"stream a(weight=3, burst=2) { { 1 } weight(2): { 2 } } stream b { { 3 } } { 4 }",
	"stream a(count=10) { { 1 } { 2 } } stream b(count=3, burst=2) { { 3 } }",
	"stream a(rate=7kpps) { { 1 } } stream b(gap=1ms, burst=5) { { 2 } { 3 } }",
};

static void test_workers_share_one_order(void **state)
{
	static struct sent one[MAX], many[MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		for (unsigned int random = 0; random < 2; random++) {
			struct made m = { .job = { .random = random } };

			for (unsigned int n = 1; n < MAX; n = n * 3 + 1) {
				make(&m, orders[i], 1, 1);
				collect(&m, n, one);
				drop(&m);
				for (unsigned int w = 1; w <= 5; w++) {
					make(&m, orders[i], w, 1 << w % 3 * 3);
					collect(&m, n, many);
					assert_memory_equal(one, many, n * sizeof(*one));
					drop(&m);
				}
			}
		}
	}
}

/* With cpu() each counts its own, and no index is there twice. */
static void test_workers_with_packets_of_their_own(void **state)
{
	static struct sent sent[MAX];
	struct made m = { 0 };

	(void)state;
	make(&m, "cpu(0): { 1 } cpu(0-1): { 2 } weight(3): { 3 }", 3, 1);
	collect(&m, 1000, sent);
	for (unsigned int i = 1; i < 1000; i++)
		assert_true(sent[i].packet != sent[i - 1].packet ||
			    sent[i].index[INDEX_OWN] != sent[i - 1].index[INDEX_OWN]);
	drop(&m);
	make(&m, "cpu(1): { 1 }", 4, 1);
	assert_true(plan_idle(&m.plan, 0) && !plan_idle(&m.plan, 1) && plan_idle(&m.plan, 3));
	collect(&m, 1000, sent);
	drop(&m);
}

static void order_is(const char *script, const char *want)
{
	struct made m = { 0 };
	uint64_t index[N_INDEX];
	uint32_t slot;

	make(&m, script, 1, 1);
	for (unsigned int i = 0; want[i]; i++)
		assert_int_equal(plan_at(&m.plan, 0, i, index, &slot)->bytes[0], want[i]);
	drop(&m);
}

static void test_order(void **state)
{
	(void)state;
	order_is("{ 'a' } { 'b' } { 'c' }", "abcabc");
	order_is("weight(3): { 'a' } { 'b' }", "aabaaaba");
	order_is("stream x(burst=2) { { 'a' } { 'b' } { 'c' } } { 'd' }", "dabdcadbcd");
	order_is("stream x(count=4) { { 'a' } { 'b' } } stream y(count=2) { { 'c' } }", "ababccababcc");
	order_is("stream x(weight=2) { { 'a' } } stream y { { 'c' } }", "acaaca");
	order_is("stream x(rate=3kpps) { { 'a' } } stream y(rate=1kpps) { { 'b' } }", "abaaabaa");
	order_is("stream x(rate=1kpps) { { 'a' } } stream y(gap=2ms, burst=3) { { 'b' } }", "abbbaabbba");
}

/* Moment of the 'n'th packet of one worker. */
static int64_t moment(const char *script, uint64_t n)
{
	struct made m = { 0 };
	int64_t at;

	make(&m, script, 1, 1);
	assert_true(m.plan.paced);
	at = plan_moment_ns(&m.plan, 0, n);
	drop(&m);
	return at;
}

static void near(int64_t a, int64_t b)
{
	if (a < b - 2 || a > b + 2)
		fail_msg("%lld ns instead of %lld", (long long)a, (long long)b);
}

static void test_moments(void **state)
{
	(void)state;
	near(moment("stream a(rate=1kpps) { { 1 } }", 5000000), 5000000 * MS);
	near(moment("stream a(rate=1kpps, burst=10) { { 1 } }", 9), 0);
	near(moment("stream a(rate=1kpps, burst=10) { { 1 } }", 10), 10 * MS);
	near(moment("stream a(gap=3ms, burst=10) { { 1 } }", 1000), 300 * MS);
	/* 1000 bits a packet on average */
	near(moment("stream a(rate=1Mbit) { { fill(0, 50) } { fill(0, 200) } }", 1000), 1000 * MS);
	near(moment("stream a(rate=7pps) { { 1 } }", 7), 1000 * MS);
	near(moment("stream a(rate=3kpps) { { 1 } } stream b(rate=1kpps) { { 2 } }", 4000), 1000 * MS);
	near(moment("stream a(rate=1Mpps) { { 1 } } stream b(rate=7pps) { { 2 } }", 1000007), 1000 * MS);
	/* no short common round: as near as can be */
	near(moment("stream a(rate=7654321pps) { { 1 } } stream b(rate=1234567pps) { { 2 } }", 8888888) /
	     MS, 1000);
	near(moment("stream a(count=10, rate=1kpps) { { 1 } } stream b(count=5, rate=10kpps) { { 2 } }",
		    12), 10 * MS + MS / 5);
	near(moment("stream a(count=10, rate=1kpps) { { 1 } } stream b(count=5, rate=10kpps) { { 2 } }",
		    15 * 1000), 10500 * MS);
}

/* A rate in bits counts the bits of all workers. */
static void test_a_rate_in_bits(void **state)
{
	struct made m = { .job = { .paced = true, .pace = { .mode = PACE_BPS, .rate = 1000000 } } };

	(void)state;
	make(&m, "{ fill(0, 100) } { fill(0, 400) }", 2, 1);
	near(plan_moment_ns(&m.plan, 1, 0), 800000);
	near(plan_moment_ns(&m.plan, 0, 1), 4000000);
	near(plan_moment_ns(&m.plan, 1, 1), 4800000);
	drop(&m);
}

static void refused(const char *script, bool paced, const char *words)
{
	struct made m = { .job = { .paced = paced } };
	struct err e;

	assert_true(try_make(&m, script, 2, 1, &e) < 0);
	if (!strstr(e.text, words))
		fail_msg("'%s' has no '%s'", e.text, words);
	prog_free(&m.g);
}

static void test_what_does_not_go_together(void **state)
{
	(void)state;
	refused("stream a(rate=1kpps) { { 1 } } stream b { { 1 } }", false, "stream b has no rate");
	refused("stream a(rate=1kpps) { { 1 } } { 1 }", false, "outside of streams");
	refused("stream a(count=1) { { 1 } } stream b { { 1 } }", false, "stream b has no count");
	refused("stream a(rate=1kpps) { { 1 } }", true, "a rate of its own");
	refused("stream a(rate=900Mpps) { { 1 } } stream b(rate=1pps) { { 1 } }", false, "too far");
	refused("weight(100000): { 1 } weight(100000): { 1 } weight(100000): { 1 }"
		"stream b(weight=100000) { weight(100000): { 1 } } stream c(weight=100000) {{1}}"
		"stream d(weight=100000) {{1}} stream e(weight=100000) {{1}}"
		"stream f(weight=100000) {{1}} stream g(weight=100000) {{1}}"
		"stream h(weight=100000) {{1}} stream i(weight=100000) {{1}}"
		"stream j(weight=100000) {{1}} stream k(weight=100000) {{1}}"
		"stream l(weight=100000) {{1}}", false, "weights of all streams");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_workers_share_one_order),
		cmocka_unit_test(test_workers_with_packets_of_their_own),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_a_rate_in_bits),
		cmocka_unit_test(test_what_does_not_go_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
