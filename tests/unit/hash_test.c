// SPDX-License-Identifier: GPL-2.0-or-later
/* hash - known values, dependence on every bit, length and seed, and an even spread. */
#include "base/hash.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

/* The first outputs of SplitMix64 seeded with 1234567 (Steele, Lea and Flood 2014): its state grows
 * by the golden ratio before each is mixed. */
static void test_splitmix_values(void **state UNUSED)
{
	const uint64_t golden = 0x9e3779b97f4a7c15ull;

	assert_true(hash_u64(1234567 + golden) == 6457827717110365317ull);
	assert_true(hash_u64(1234567 + 2 * golden) == 3203168211198807973ull);
	assert_true(hash_u64(1234567 + 3 * golden) == 9817491932198370423ull);
}

static void test_every_bit_counts(void **state UNUSED)
{
	uint8_t data[40];

	for (size_t n = 0; n <= sizeof(data); n++) {
		uint64_t h;

		memset(data, 0, sizeof(data));
		h = hash_bytes(data, n, 1);
		assert_true(h != hash_bytes(data, n, 2));
		if (n)
			assert_true(h != hash_bytes(data, n - 1, 1));
		for (size_t bit = 0; bit < n * 8; bit++) {
			data[bit / 8] ^= 1 << bit % 8;
			assert_true(h != hash_bytes(data, n, 1));
			data[bit / 8] ^= 1 << bit % 8;
		}
		assert_true(h == hash_bytes(data, n, 1));
	}
}

/* 64 thousand neighbouring keys into 256 buckets: none far from its 256. */
static void test_spread(void **state UNUSED)
{
	unsigned int low[256] = { 0 }, high[256] = { 0 };

	for (uint32_t i = 0; i < 65536; i++) {
		uint64_t h = hash_bytes(&i, sizeof(i), 7);

		low[h & 255]++;
		high[h >> 56]++;
	}
	for (int i = 0; i < 256; i++) {
		assert_in_range(low[i], 170, 340);
		assert_in_range(high[i], 170, 340);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_splitmix_values),
		cmocka_unit_test(test_every_bit_counts),
		cmocka_unit_test(test_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
