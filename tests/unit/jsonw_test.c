// SPDX-License-Identifier: GPL-2.0-or-later
/* The JSON writer: structure, numbers, and that any bytes make valid JSON (read back by jansson,
 * a reader that is not ours). */
#include "ui/jsonw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

static void structure_and_numbers(void **state)
{
	AUTO(str_free) struct str s = { 0 };
	struct jsonw j = jsonw_of(&s);

	(void)state;
	jsonw_object(&j, NULL);
	jsonw_u64(&j, "max", UINT64_MAX);
	jsonw_i64(&j, "min", INT64_MIN);
	jsonw_fixed(&j, "t", -1500, 3);
	jsonw_fixed(&j, "z", 5, 0);
	jsonw_fixed(&j, "low", INT64_MIN, 19);
	jsonw_array(&j, "a");
	jsonw_bool(&j, NULL, true);
	jsonw_null(&j, NULL);
	jsonw_str(&j, NULL, NULL);
	jsonw_object(&j, NULL);
	jsonw_end(&j);
	jsonw_array(&j, NULL);
	jsonw_end(&j);
	jsonw_end(&j);
	jsonw_str(&j, "s", "a\"b\\c\n\x01/");
	jsonw_line(&j);
	jsonw_object(&j, NULL);
	jsonw_line(&j);
	assert_string_equal(
		s.p, "{\"max\":18446744073709551615,\"min\":-9223372036854775808,\"t\":-1.500,"
		     "\"z\":5,\"low\":-0.9223372036854775808,\"a\":[true,null,null,{},[]],"
		     "\"s\":\"a\\\"b\\\\c\\n\\u0001/\"}\n{}\n");
}

static void any_bytes_are_valid(void **state)
{
	AUTO(str_free) struct str s = { 0 };
	unsigned char text[4];
	json_error_t error;

	(void)state;
	for (unsigned int v = 0; v < 0x20000; v++) {
		struct jsonw j = jsonw_of(&s);
		json_t *read;

		text[0] = v >> 9;
		text[1] = v >> 1;
		text[2] = v & 1 ? 0x80 : 'x';
		text[3] = v * 7;
		str_clear(&s);
		jsonw_array(&j, NULL);
		jsonw_text(&j, NULL, (const char *)text, sizeof(text));
		jsonw_line(&j);
		read = json_loads(s.p, JSON_ALLOW_NUL, &error);
		if (!read)
			fail_msg("%s: %s", error.text, s.p);
		json_decref(read);
	}
}

static void utf8_passes_and_only_utf8(void **state)
{
	AUTO(str_free) struct str s = { 0 };
	struct jsonw j = jsonw_of(&s);

	(void)state;
	jsonw_array(&j, NULL);
	jsonw_str(&j, NULL, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
	jsonw_str(&j, NULL, "\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82");
	jsonw_line(&j);
	assert_string_equal(s.p, "[\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\","
				 "\"\\u00c0\\u00af\\u00ed\\u00a0\\u0080\\u00f4\\u0090\\u0080\\u0080"
				 "\\u00e2\\u0082\"]\n");
}

static void depth_is_bounded(void **state)
{
	AUTO(str_free) struct str s = { 0 };
	struct jsonw j = jsonw_of(&s);

	(void)state;
	for (int i = 0; i < JSONW_DEPTH; i++)
		jsonw_array(&j, NULL);
	assert_false(s.failed);
	jsonw_array(&j, NULL);
	assert_true(s.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(structure_and_numbers),
		cmocka_unit_test(any_bytes_are_valid),
		cmocka_unit_test(utf8_passes_and_only_utf8),
		cmocka_unit_test(depth_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
