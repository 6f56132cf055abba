// SPDX-License-Identifier: GPL-2.0-or-later
/* str - text grows, empties, and always ends in a NUL. */
#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>

#include "unit.h"

static void test_empty(void **state UNUSED)
{
	struct str s = { 0 };

	assert_string_equal(str_text(&s), "");
	str_clear(&s);
	str_add_n(&s, "", 0);
	assert_string_equal(str_text(&s), "");
	assert_false(s.failed);
	str_free(&s);
	str_free(&s);
}

static void test_grows(void **state UNUSED)
{
	AUTO(str_free) struct str s = { 0 };

	for (int i = 0; i < 10000; i++) {
		str_addc(&s, 'a' + i % 26);
		assert_int_equal(s.p[s.len], 0);
	}
	for (int i = 0; i < 10000; i++)
		assert_int_equal(s.p[i], 'a' + i % 26);
	assert_int_equal(s.len, 10000);
}

static void test_steady_use_allocates_nothing(void **state UNUSED)
{
	AUTO(str_free) struct str s = { 0 };
	const char *p;

	str_pad(&s, '.', 500);
	p = s.p;
	for (int i = 0; i < 100; i++) {
		str_clear(&s);
		assert_string_equal(str_text(&s), "");
		str_pad(&s, '.', 500);
		assert_ptr_equal(s.p, p);
	}
}

/* Every length around the room there is: formatted text must fit or grow, never be cut. */
static void test_format_at_every_room(void **state UNUSED)
{
	for (int n = 0; n < 300; n++) {
		AUTO(str_free) struct str s = { 0 };

		str_add(&s, "ab");
		str_addf(&s, "%*s|", n, "");
		assert_int_equal(s.len, n + 3);
		assert_int_equal(strlen(s.p), n + 3);
		assert_int_equal(s.p[n + 2], '|');
	}
}

static void test_numbers(void **state UNUSED)
{
	static const uint64_t v[] = { 0,   1,	 9,	   10,	       99,	   100,
				      255, 4096, 99999999, 100000000, UINT32_MAX, UINT64_MAX };
	AUTO(str_free) struct str s = { 0 };
	char expected[64];

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		str_clear(&s);
		str_add_u64(&s, v[i]);
		snprintf(expected, sizeof(expected), "%" PRIu64, v[i]);
		assert_string_equal(s.p, expected);
		for (unsigned int digits = 0; digits <= 16; digits++) {
			str_clear(&s);
			str_add_hex(&s, v[i], digits);
			snprintf(expected, sizeof(expected), "%0*" PRIx64, (int)digits, v[i]);
			assert_string_equal(s.p, expected);
		}
	}
}

static void test_no_memory(void **state UNUSED)
{
	AUTO(str_free) struct str s = { 0 };

	str_add(&s, "abc");
	assert_false(str_room(&s, SIZE_MAX / 2));
	assert_true(s.failed);
	assert_string_equal(s.p, "abc");
	assert_false(str_room(&s, SIZE_MAX));
	assert_false(str_room(&s, SIZE_MAX - 3));
	assert_string_equal(s.p, "abc");
}

static void test_comparisons(void **state UNUSED)
{
	assert_true(streq("", "") && !streq("a", "A"));
	assert_true(str_starts("abc", "ab") && str_starts("abc", "") && !str_starts("ab", "abc"));
	assert_true(str_ends("x.pcap", ".pcap") && str_ends("x", "") && !str_ends("cap", ".pcap"));
}

static void cells_of_csv(void **state)
{
	static const char *const cells[][2] = {
		{ "", "" }, { "plain", "plain" }, { "a,b", "\"a,b\"" },
		{ "say \"x\"", "\"say \"\"x\"\"\"" }, { "\"", "\"\"\"\"" },
	};
	struct str s = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		str_clear(&s);
		str_add(&s, "before,");
		str_add(&s, cells[i][0]);
		str_quote_csv(&s, 7);
		assert_string_equal(str_text(&s) + 7, cells[i][1]);
		assert_int_equal(s.len, 7 + strlen(cells[i][1]));
	}
	str_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_of_csv),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_steady_use_allocates_nothing),
		cmocka_unit_test(test_format_at_every_room),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_comparisons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
