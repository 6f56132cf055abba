// SPDX-License-Identifier: GPL-2.0-or-later
/* pace - deadlines under a clock of the test's own, and quantiles of the timing error. */
#include "pkt/pace.h"

#include <errno.h>
#include <unistd.h>

#include "sys/clock.h"
#include "unit.h"

#define T0 5000000000ll

static void fast_is_now(void **s)
{
	struct pace p;

	(void)s;
	pace_init(&p, &(struct pace_spec){ .mode = PACE_FAST });
	assert_int_equal(pace_due(&p, T0, 77, 60), T0);
	assert_int_equal(pace_due(&p, T0 + 9, 5, 60), T0 + 9);
}

static void original_keeps_gaps(void **s)
{
	struct pace p;

	(void)s;
	pace_init(&p, &(struct pace_spec){ .mode = PACE_ORIG, .speed = 1 });
	assert_int_equal(pace_due(&p, T0, 1600000000123456789, 60), T0);
	assert_int_equal(pace_due(&p, T0 + 50, 1600000000123456790, 60), T0 + 1);
	/* Lateness of one packet does not move the next: no drift. */
	assert_int_equal(pace_due(&p, T0 + 900000, 1600000000123457789, 60), T0 + 1000);
	/* Twelve days later, still to the nanosecond. */
	assert_int_equal(pace_due(&p, T0, 1601000000123456789, 60), T0 + 1000000000000000);
}

static void original_scaled(void **s)
{
	struct pace p;

	(void)s;
	pace_init(&p, &(struct pace_spec){ .mode = PACE_ORIG, .speed = 2 });
	assert_int_equal(pace_due(&p, T0, -1000, 60), T0);
	assert_int_equal(pace_due(&p, T0, 1000, 60), T0 + 1000);
	pace_init(&p, &(struct pace_spec){ .mode = PACE_ORIG, .speed = 0.5 });
	assert_int_equal(pace_due(&p, T0, 10, 60), T0);
	assert_int_equal(pace_due(&p, T0, 20, 60), T0 + 20);
}

static void time_stamps_that_go_back(void **s)
{
	struct pace p;

	(void)s;
	pace_init(&p, &(struct pace_spec){ .mode = PACE_ORIG, .speed = 1 });
	assert_int_equal(pace_due(&p, T0, 1000, 60), T0);
	assert_int_equal(pace_due(&p, T0, 3000, 60), T0 + 2000);
	/* Reordered a little: at once, and the schedule stays. */
	assert_int_equal(pace_due(&p, T0, 2500, 60), T0 + 2000);
	assert_int_equal(pace_due(&p, T0, 4000, 60), T0 + 3000);
	/* A clock set back by an hour: gaps go on from here. */
	assert_int_equal(pace_due(&p, T0, 4000 - 3600 * NS_PER_S, 60), T0 + 3000);
	assert_int_equal(pace_due(&p, T0, 4500 - 3600 * NS_PER_S, 60), T0 + 3500);
	assert_int_equal(p.n_backward, 2);
}

static void extreme_time_stamps(void **s)
{
	struct pace p;

	(void)s;
	pace_init(&p, &(struct pace_spec){ .mode = PACE_ORIG, .speed = 0.000001 });
	assert_int_equal(pace_due(&p, T0, INT64_MIN, 60), T0);
	assert_int_equal(pace_due(&p, T0, INT64_MAX, 60), INT64_MAX);
	assert_int_equal(pace_due(&p, T0, 0, 60), INT64_MAX);
}

static void rewinding(void **s)
{
	struct pace p;

	(void)s;
	pace_init(&p, &(struct pace_spec){ .mode = PACE_ORIG, .speed = 1 });
	for (int pass = 0; pass < 3; pass++) {
		for (int i = 0; i < 4; i++)
			assert_int_equal(pace_due(&p, T0, 100 * i, 60), T0 + 400 * pass + 100 * i);
		pace_rewind(&p);
	}
	assert_int_equal(p.n_backward, 0);
	/* One packet a pass has no gap to go by. */
	pace_init(&p, &(struct pace_spec){ .mode = PACE_ORIG, .speed = 1 });
	assert_int_equal(pace_due(&p, T0, 7, 60), T0);
	pace_rewind(&p);
	assert_int_equal(pace_due(&p, T0, 7, 60), T0);
}

static void rates(void **s)
{
	struct pace p;
	int64_t due = 0;

	(void)s;
	pace_init(&p, &(struct pace_spec){ .mode = PACE_PPS, .rate = 3 });
	for (int i = 0; i < 3000001; i++)
		due = pace_due(&p, T0 + i, 0, 60);
	assert_int_equal(due,
			 T0 + 1000000 * NS_PER_S); /* a third of a second does not add up errors */
	pace_init(&p, &(struct pace_spec){ .mode = PACE_BPS, .rate = 8000 });
	assert_int_equal(pace_due(&p, T0, 0, 1000), T0);
	assert_int_equal(pace_due(&p, T0, 0, 500), T0 + NS_PER_S);
	assert_int_equal(pace_due(&p, T0, 0, 1), T0 + NS_PER_S * 3 / 2);
	pace_init(&p, &(struct pace_spec){ .mode = PACE_BPS, .rate = 1 });
	for (int i = 0; i < 4; i++)
		due = pace_due(&p, T0, 0, UINT32_MAX);
	assert_int_equal(due, INT64_MAX); /* beyond 64 bits: never, not wrapped */
}

static void quantiles(void **s)
{
	struct pace_hist h = { 0 };

	(void)s;
	assert_int_equal(pace_hist_quantile(&h, 500), 0);
	for (uint64_t v = 1; v <= 1000; v++)
		pace_hist_add(&h, v);
	assert_in_range(pace_hist_quantile(&h, 500), 500, 500 + 500 / 16);
	assert_in_range(pace_hist_quantile(&h, 990), 990, 1000);
	assert_int_equal(pace_hist_quantile(&h, 1000), 1000);
	assert_int_equal(h.max_ns, 1000);
	pace_hist_add(&h, UINT64_MAX);
	assert_int_equal(pace_hist_quantile(&h, 1000), UINT64_MAX);
	h = (struct pace_hist){ 0 };
	for (uint64_t v = 0; v < 16; v++)
		pace_hist_add(&h, v);
	assert_int_equal(pace_hist_quantile(&h, 500), 7);
}

static void recording(void **s)
{
	struct pace p;

	(void)s;
	pace_init(&p, &(struct pace_spec){ .mode = PACE_FAST });
	pace_record(&p, 100, 90);
	pace_record(&p, 100, 107);
	assert_int_equal(p.hist.max_ns, 7);
	assert_int_equal(p.hist.bucket[0], 1);
}

static void waiting(void **s)
{
	int64_t due = clock_mono_ns() + 3 * NS_PER_MS;
	int fd[2];

	(void)s;
	pace_prepare();
	assert_int_equal(pace_wait(due, -1), 0);
	assert_true(clock_mono_ns() >= due);
	assert_int_equal(pace_wait(due - NS_PER_S, -1), 0);
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "x", 1), 1);
	assert_int_equal(pace_wait(clock_mono_ns() + 3600 * NS_PER_S, fd[0]), -EINTR);
	close(fd[0]);
	close(fd[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fast_is_now),
		cmocka_unit_test(original_keeps_gaps),
		cmocka_unit_test(original_scaled),
		cmocka_unit_test(time_stamps_that_go_back),
		cmocka_unit_test(extreme_time_stamps),
		cmocka_unit_test(rewinding),
		cmocka_unit_test(rates),
		cmocka_unit_test(quantiles),
		cmocka_unit_test(recording),
		cmocka_unit_test(waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
