// SPDX-License-Identifier: GPL-2.0-or-later
/* heavy_test - exact until full, then the bounds of Space-Saving hold against a full count. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/heavy.h"

static const uint8_t *key(uint32_t n)
{
	static uint8_t k[HEAVY_KEY_BYTES];

	memset(k, 0, sizeof(k));
	memcpy(k + 3, &n, sizeof(n));
	return k;
}

static uint32_t number(const struct heavy_entry *e)
{
	uint32_t n;

	memcpy(&n, e->key + 3, sizeof(n));
	return n;
}

static void exact_while_there_is_room(void **state UNUSED)
{
	struct heavy *h = heavy_new(64, 1);
	const struct heavy_entry *top[3];

	for (uint32_t round = 0; round < 10; round++)
		for (uint32_t i = 1; i < 64; i++)
			heavy_add(h, key(i), i * 10, round < 4);
	assert_int_equal(heavy_n(h), 63);
	assert_int_equal(heavy_replaced(h), 0);
	assert_int_equal(heavy_top(h, 3, top), 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(number(top[i]), 63 - i);
		assert_int_equal(top[i]->packets, 10);
		assert_int_equal(top[i]->bytes, (63 - i) * 100);
		assert_int_equal(top[i]->sent_packets, 4);
		assert_int_equal(top[i]->sent_bytes, (63 - i) * 40);
		assert_int_equal(top[i]->over_bytes, 0);
	}
	heavy_free(h);
}

static void bounds_hold_when_full(void **state UNUSED)
{
	enum { KEYS = 5000, N = 50, PACKETS = 200000 };
	static uint64_t bytes[KEYS];
	static const struct heavy_entry *top[N];
	struct heavy *h = heavy_new(N, 7);
	uint64_t all = 0;
	bool seen[KEYS] = { 0 };

	srand(3);
	for (unsigned int i = 0; i < PACKETS; i++) {
		/* a few have much, many have little */
		uint32_t k = rand() % 3 ? rand() % KEYS : rand() % 5;
		uint64_t b = 60 + rand() % 1400;

		bytes[k] += b;
		all += b;
		heavy_add(h, key(k), b, false);
	}
	assert_int_equal(heavy_top(h, N, top), N);
	assert_true(heavy_replaced(h) > 0);
	for (unsigned int i = 0; i < N; i++) {
		uint32_t k = number(top[i]);

		seen[k] = true;
		assert_true(top[i]->bytes >= bytes[k]);
		assert_true(top[i]->bytes - top[i]->over_bytes <= bytes[k]);
		assert_true(!i || top[i]->bytes <= top[i - 1]->bytes);
	}
	for (unsigned int k = 0; k < KEYS; k++)
		assert_true(seen[k] || bytes[k] <= all / N);
	heavy_free(h);
}

static void one_entry(void **state UNUSED)
{
	struct heavy *h = heavy_new(1, 0);
	const struct heavy_entry *top[2];

	heavy_add(h, key(1), 10, true);
	heavy_add(h, key(2), 5, true);
	assert_int_equal(heavy_top(h, 2, top), 1);
	assert_int_equal(number(top[0]), 2);
	assert_int_equal(top[0]->bytes, 15);
	assert_int_equal(top[0]->over_bytes, 10);
	assert_int_equal(heavy_top(h, 0, top), 0);
	heavy_free(h);
	heavy_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_while_there_is_room),
		cmocka_unit_test(bounds_hold_when_full),
		cmocka_unit_test(one_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
