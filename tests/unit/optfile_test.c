// SPDX-License-Identifier: GPL-2.0-or-later
/* Options from a file: what lines mean, which are refused and with which sentence. */
#include "ui/optfile.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

struct job {
	bool flag;
	const char *text;
	uint64_t size;
	struct opt_list list;
};

static const struct opt_table table = {
	.program = "prog",
	.opts = (const struct opt[]){
		{ OPT_FLAG, .name = "flag", .offset = offsetof(struct job, flag) },
		{ OPT_STR, .name = "text", .offset = offsetof(struct job, text) },
		{ OPT_NUM, .name = "size", .offset = offsetof(struct job, size), .max = 9, .def = "3" },
		{ OPT_LIST, .name = "route", .offset = offsetof(struct job, list) },
		{ .kind = OPT_END } }
};

static int parse(const char *text, size_t n, struct job *job, struct arena *a, struct err *e)
{
	char path[] = "/tmp/optfile-XXXXXX";
	int fd = mkstemp(path), rc;

	assert_true(fd >= 0 && write(fd, text, n) == (ssize_t)n);
	close(fd);
	assert_int_equal(opt_defaults(&table, job, e), 0);
	rc = optfile_parse(&table, path, a, job, e);
	unlink(path);
	return rc;
}

static void test_what_lines_mean(void **state UNUSED)
{
	static const char text[] = "# all of it\n\n  flag \r\ntext = a b = c \nsize\t7\n"
				   "route one\nroute=two";
	struct job job = { 0 };
	struct arena a = { 0 };
	struct err e = { 0 };

	assert_int_equal(parse(text, sizeof(text) - 1, &job, &a, &e), 0);
	assert_true(job.flag && job.size == 7 && job.list.n == 2);
	assert_string_equal(job.text, "a b = c");
	assert_string_equal(job.list.v[0], "one");
	assert_string_equal(job.list.v[1], "two");
	arena_free(&a);
	assert_int_equal(parse("", 0, &job, &a, &e), 0);
	assert_true(!job.flag && job.size == 3 && job.list.n == 0);
	arena_free(&a);
}

static void test_what_is_refused(void **state UNUSED)
{
	static const struct {
		const char *text, *want;
	} bad[] = {
		{ "flag\n--flag\n", ":2: not the name of an option" },
		{ "=5\n", ":1: not the name" },
		{ "\n\nsize 10\n", ":3: " },
		{ "size\n", ":1: " },
		{ "flag 1\n", ":1: " },
		{ "nonsense\n", ":1: " },
	};
	struct job job = { 0 };
	struct arena a = { 0 };
	struct err e = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_true(parse(bad[i].text, strlen(bad[i].text), &job, &a, &e) < 0);
		assert_non_null(strstr(e.text, bad[i].want));
	}
	assert_true(parse("fl\0ag\n", 6, &job, &a, &e) < 0);
	assert_true(optfile_parse(&table, "/does/not/exist", &a, &job, &e) < 0);
	assert_string_equal(e.text, "open /does/not/exist: No such file or directory");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_lines_mean),
		cmocka_unit_test(test_what_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
