// SPDX-License-Identifier: GPL-2.0-or-later
/* arena - pieces are zeroed, aligned, apart from each other, and freed together. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "unit.h"

static void test_pieces_are_zeroed_and_apart(void **state UNUSED)
{
	AUTO(arena_free) struct arena a = { 0 };
	unsigned char *p[500];
	size_t n;

	for (size_t i = 0; i < ARRAY_SIZE(p); i++) {
		n = i * 7 + 1;
		p[i] = arena_alloc(&a, n);
		assert_non_null(p[i]);
		assert_int_equal((uintptr_t)p[i] % alignof(max_align_t), 0);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(p[i][k], 0);
		memset(p[i], (int)i, n);
	}
	for (size_t i = 0; i < ARRAY_SIZE(p); i++)
		for (size_t k = 0; k < i * 7 + 1; k++)
			assert_int_equal(p[i][k], i & 0xff);
}

static void test_large_pieces(void **state UNUSED)
{
	AUTO(arena_free) struct arena a = { 0 };
	char *small = arena_alloc(&a, 10);
	char *large = arena_alloc(&a, 1 << 20);
	char *after = arena_alloc(&a, 10);

	assert_true(small && large && after);
	memset(large, 1, 1 << 20);
	assert_int_equal(after[0] | small[0], 0);
}

static void test_absurd_sizes(void **state UNUSED)
{
	AUTO(arena_free) struct arena a = { 0 };

	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_alloc(&a, SIZE_MAX - 15));
	assert_null(arena_strndup(&a, "x", SIZE_MAX));
	assert_non_null(arena_alloc(&a, 0));
}

static void test_strings(void **state UNUSED)
{
	AUTO(arena_free) struct arena a = { 0 };

	assert_string_equal(arena_strndup(&a, "abcdef", 3), "abc");
	assert_string_equal(arena_strndup(&a, "", 0), "");
}

static void test_free_empties(void **state UNUSED)
{
	struct arena a = { 0 };

	arena_free(&a);
	assert_non_null(arena_alloc(&a, 5));
	arena_free(&a);
	assert_null(a.chunks);
	assert_non_null(arena_alloc(&a, 5));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_are_zeroed_and_apart),
		cmocka_unit_test(test_large_pieces),
		cmocka_unit_test(test_absurd_sizes),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_free_empties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
