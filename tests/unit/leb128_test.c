// SPDX-License-Identifier: GPL-2.0-or-later
/* leb128: numbers and texts come back; what is too long, or cut, fails. */
#include "base/leb128.h"

#include "unit.h"

static void numbers_come_back(void **state)
{
	static const uint64_t v[] = { 0, 1, 127, 128, 300, 1ull << 32, UINT64_MAX };
	AUTO(str_free) struct str s = { 0 };
	struct cur c;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		leb128_put(&s, v[i]);
	c = cur_of(s.p, s.len);
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		assert_int_equal(leb128_get(&c), v[i]);
	assert_false(c.failed);
	assert_int_equal(cur_left(&c), 0);
	/* DWARF 5, figure 22 */
	str_clear(&s);
	leb128_put(&s, 12857);
	assert_memory_equal(s.p, "\xb9\x64", 2);
}

static void what_is_cut_or_too_long_fails(void **state)
{
	static const uint8_t endless[] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1 };
	AUTO(str_free) struct str s = { 0 };
	struct cur c = cur_of(endless, sizeof(endless));
	char text[4];

	(void)state;
	assert_int_equal(leb128_get(&c), 0);
	assert_true(c.failed);
	c = cur_of(endless, 3);
	(void)leb128_get(&c);
	assert_true(c.failed);
	leb128_put_text(&s, "abc");
	leb128_put_text(&s, "abcd");
	c = cur_of(s.p, s.len);
	leb128_get_text(&c, text, sizeof(text));
	assert_string_equal(text, "abc");
	assert_false(c.failed);
	leb128_get_text(&c, text, sizeof(text));
	assert_string_equal(text, "");
	assert_true(c.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_come_back),
		cmocka_unit_test(what_is_cut_or_too_long_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
