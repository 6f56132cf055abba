// SPDX-License-Identifier: GPL-2.0-or-later
/* timebins_test - nothing is lost whatever the order of times; widths are round. */
#include "unit.h"

#include <stdlib.h>

#include "base/attr.h"
#include "base/timebins.h"

static struct timebins t;

static uint64_t packets(void)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < t.n; i++)
		sum += t.bin[i].packets;
	return sum;
}

static void check_bin_of(int64_t ts)
{
	int64_t at = (ts - timebins_start_ns(&t, 0)) / t.width_ns;

	assert_in_range(at, 0, t.n - 1);
	assert_true(t.bin[at].packets > 0);
}

static void one_moment(void **state UNUSED)
{
	t = (struct timebins){ 0 };
	timebins_add(&t, 1500, 60);
	timebins_add(&t, 1700, 40);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.width_ns, 1000);
	assert_int_equal(timebins_start_ns(&t, 0), 1000);
	assert_int_equal(t.bin[0].packets, 2);
	assert_int_equal(t.bin[0].bytes, 100);
}

static void any_order(void **state UNUSED)
{
	int64_t at[500];

	srand(1);
	for (int round = 0; round < 200; round++) {
		int64_t span = INT64_C(1) << (round % 60);

		t = (struct timebins){ 0 };
		for (unsigned int i = 0; i < ARRAY_SIZE(at); i++) {
			at[i] = 1700000000000000000 +
				(int64_t)(((uint64_t)rand() << 31 ^ rand()) % span) - span / 2;
			timebins_add(&t, at[i], 1);
			assert_true(t.n <= TIMEBINS);
		}
		assert_int_equal(packets(), ARRAY_SIZE(at));
		for (unsigned int i = 0; i < ARRAY_SIZE(at); i++)
			check_bin_of(at[i]);
		assert_true(t.bin[0].packets && t.bin[t.n - 1].packets);
		timebins_narrow(&t, 20);
		assert_true(t.n <= 20);
		assert_int_equal(packets(), ARRAY_SIZE(at));
	}
}

static void the_ends_of_time(void **state UNUSED)
{
	t = (struct timebins){ 0 };
	timebins_add(&t, INT64_MAX, 1);
	timebins_add(&t, INT64_MIN, 1);
	timebins_add(&t, 0, 1);
	assert_int_equal(packets(), 3);
	assert_true(t.n <= TIMEBINS && timebins_start_ns(&t, 0) < 0);
}

static void widths_are_round(void **state UNUSED)
{
	static const int64_t widths[] = { 1000, 2000, 10000, 20000, 100000, 200000, 1000000 };

	t = (struct timebins){ 0 };
	timebins_add(&t, 0, 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(widths); i++) {
		assert_int_equal(t.width_ns, widths[i]);
		timebins_add(&t, widths[i] * TIMEBINS, 1);
	}
	timebins_add(&t, 2 * INT64_C(86400000000000), 1);
	assert_int_equal(t.width_ns, 600 * INT64_C(1000000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_moment),
		cmocka_unit_test(any_order),
		cmocka_unit_test(the_ends_of_time),
		cmocka_unit_test(widths_are_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
