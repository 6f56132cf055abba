// SPDX-License-Identifier: GPL-2.0-or-later
/* err - the sentence is right, fits its room, and may be left out. */
#include "base/err.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

static void test_sentences(void **state UNUSED)
{
	struct err e = { 0 };

	assert_int_equal(err_set(&e, EINVAL, "line %d is odd", 3), -EINVAL);
	assert_int_equal(e.code, EINVAL);
	assert_string_equal(e.text, "line 3 is odd");
	assert_int_equal(err_sys(&e, ENOENT, "open %s", "x.pcap"), -ENOENT);
	assert_string_equal(e.text, "open x.pcap: No such file or directory");
	assert_int_equal(err_prefix(&e, "input %u", 2u), -ENOENT);
	assert_string_equal(e.text, "input 2: open x.pcap: No such file or directory");
}

static void test_nobody_asks(void **state UNUSED)
{
	assert_int_equal(err_set(NULL, EINVAL, "x"), -EINVAL);
	assert_int_equal(err_sys(NULL, ENOMEM, "x"), -ENOMEM);
	assert_int_equal(err_prefix(NULL, "x"), -EIO);
}

static void test_long_sentences_are_cut(void **state UNUSED)
{
	char name[2000];
	struct err e = { 0 };

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(err_sys(&e, EACCES, "open %s", name), -EACCES);
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	assert_int_equal(err_prefix(&e, "%s", name), -EACCES);
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	assert_int_equal(e.code, EACCES);
}

static void test_prefixes_stack(void **state UNUSED)
{
	struct err e = { 0 };

	(void)err_set(&e, EINVAL, "inner");
	(void)err_prefix(&e, "outer");
	(void)err_prefix(&e, "outermost");
	assert_string_equal(e.text, "outermost: outer: inner");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_nobody_asks),
		cmocka_unit_test(test_long_sentences_are_cut),
		cmocka_unit_test(test_prefixes_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
