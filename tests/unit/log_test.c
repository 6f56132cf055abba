// SPDX-License-Identifier: GPL-2.0-or-later
/* log - one write a line, levels, and lines too long for their room. */
#include "base/log.h"

#include <string.h>
#include <unistd.h>

#include "unit.h"

/* What 'level' and 'text' put on standard error. */
static const char *logged(enum log_level level, const char *text, char *buf, size_t size)
{
	int fds[2], old;
	ssize_t n;

	assert_int_equal(pipe(fds), 0);
	old = dup(STDERR_FILENO);
	dup2(fds[1], STDERR_FILENO);
	log_at(level, "%s", text);
	dup2(old, STDERR_FILENO);
	close(old);
	close(fds[1]);
	n = read(fds[0], buf, size - 1);
	close(fds[0]);
	assert_true(n >= 0);
	buf[n] = '\0';
	return buf;
}

static void test_levels(void **state UNUSED)
{
	char buf[64];

	log_init("prog", LOG_WARN);
	assert_string_equal(logged(LOG_WARN, "odd", buf, sizeof(buf)), "prog: odd\n");
	assert_string_equal(logged(LOG_INFO, "odd", buf, sizeof(buf)), "");
	log_init("prog", LOG_DEBUG);
	assert_string_equal(logged(LOG_DEBUG, "odd", buf, sizeof(buf)), "prog: odd\n");
	log_init("prog", LOG_QUIET);
	assert_string_equal(logged(LOG_WARN, "odd", buf, sizeof(buf)), "");
}

static void test_long_lines_end_in_a_newline(void **state UNUSED)
{
	char text[3000], buf[4096];
	size_t n;

	log_init("p", LOG_WARN);
	for (n = 1000; n < 1040; n++) {
		memset(text, 'x', n);
		text[n] = '\0';
		logged(LOG_WARN, text, buf, sizeof(buf));
		assert_int_equal(buf[strlen(buf) - 1], '\n');
		assert_int_equal(strlen(buf), MIN(n + 4, (size_t)1023));
		assert_int_equal(strcspn(buf, "\n"), strlen(buf) - 1);
	}
}

static void test_a_long_program_name(void **state UNUSED)
{
	char name[2000], buf[4096];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	log_init(name, LOG_WARN);
	logged(LOG_WARN, "text", buf, sizeof(buf));
	assert_true(strlen(buf) < 1025);
	assert_int_equal(buf[strlen(buf) - 1], '\n');
	log_init("p", LOG_WARN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_long_lines_end_in_a_newline),
		cmocka_unit_test(test_a_long_program_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
