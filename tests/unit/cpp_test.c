// SPDX-License-Identifier: GPL-2.0-or-later
/* cpp - the preprocessor is run with macros, its output bounded, its failures told. */
#include "sys/cpp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

static char path[] = "/tmp/cpp_test.XXXXXX";

static int make_file(void **unused UNUSED)
{
	int fd = mkstemp(path);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (!f)
		return -1;
	fputs("#define A 5\n#ifdef B\nb B\n#endif\nA $(id) ; it's a comment\n", f);
	return fclose(f);
}

static int remove_file(void **unused UNUSED)
{
	return unlink(path);
}

static void test_macros(void **unused UNUSED)
{
	static const char *const defs[] = { "B=x y", "C" };
	AUTO(str_free) struct str out = { 0 };
	struct err e = { 0 };

	if (cpp_run(path, defs, 2, NULL, 1 << 20, &out, &e))
		fail_msg("%s", e.text);
	assert_non_null(strstr(str_text(&out), "\nb x y\n"));
	assert_non_null(strstr(str_text(&out), "\n5 $(id) ; it's a comment\n"));
	assert_non_null(strstr(str_text(&out), path)); /* a line marker */
	str_clear(&out);
	assert_int_equal(cpp_run(path, NULL, 0, NULL, 1 << 20, &out, &e), 0);
	assert_null(strstr(str_text(&out), "b B"));
}

static void test_limit(void **unused UNUSED)
{
	AUTO(str_free) struct str out = { 0 };
	struct err e = { 0 };

	assert_int_equal(cpp_run(path, NULL, 0, NULL, 10, &out, &e), -EFBIG);
	assert_string_equal(e.text, "the output of cpp has more than 10 bytes");
}

static void test_failures(void **unused UNUSED)
{
	AUTO(str_free) struct str out = { 0 };
	struct err e = { 0 };

	assert_int_equal(cpp_run("/nonexistent/x", NULL, 0, NULL, 1000, &out, &e), -EINVAL);
	assert_string_equal(e.text, "/nonexistent/x: the C preprocessor failed");
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(cpp_run(path, NULL, 0, NULL, 1000, &out, &e), -ENOENT);
	assert_string_equal(e.text, "there is no program 'cpp'; install the C preprocessor");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_macros),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
