// SPDX-License-Identifier: GPL-2.0-or-later
/* remember: what was kept is there again; damage, and nowhere to keep it, stop nobody. */
#include "ui/remember.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

static char home[64];

static int make_home(void **state)
{
	(void)state;
	strcpy(home, "/tmp/remember.XXXXXX");
	if (!mkdtemp(home))
		return -1;
	unsetenv("XDG_CONFIG_HOME");
	return setenv("HOME", home, 1);
}

static int remove_home(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", home);
	return system(command);
}

static void write_file(const char *text, size_t n)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/.config/prog/screen", home);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	fclose(f);
}

static void what_was_kept_is_there_again(void **state)
{
	struct remember *r = remember_open("prog");

	(void)state;
	assert_non_null(r);
	assert_non_null(strstr(remember_folder(r), "/.config/prog"));
	assert_null(remember_get(r, "columns"));
	remember_set(r, "columns", "a,b c");
	remember_set(r, "sort", "x");
	remember_set(r, "columns", "b");
	remember_close(r);
	r = remember_open("prog");
	assert_string_equal(remember_get(r, "columns"), "b");
	assert_string_equal(remember_get(r, "sort"), "x");
	remember_close(r);
	/* Another program's is another one's. */
	r = remember_open("other");
	assert_null(remember_get(r, "sort"));
	remember_close(r);
}

static void damage_is_passed_over(void **state)
{
	static const char bad[] = "novalue\n value\n\nkey \ngood yes\ngood no\n\0\xff\n";
	struct remember *r = remember_open("prog");
	char big[40000];

	(void)state;
	remember_close(r);
	write_file(bad, sizeof(bad) - 1);
	r = remember_open("prog");
	assert_string_equal(remember_get(r, "good"), "yes");
	assert_null(remember_get(r, "novalue"));
	assert_null(remember_get(r, "key"));
	remember_close(r);
	memset(big, 'x', sizeof(big));
	write_file(big, sizeof(big));
	r = remember_open("prog");
	assert_non_null(r);
	remember_set(r, "after", "all");
	assert_string_equal(remember_get(r, "after"), "all");
	remember_close(r);
}

static void nowhere_to_keep_it_stops_nobody(void **state)
{
	(void)state;
	setenv("HOME", "relative", 1);
	assert_null(remember_open("prog"));
	setenv("HOME", "/dev/null", 1);
	assert_null(remember_open("prog"));
	setenv("XDG_CONFIG_HOME", "relative", 1);
	assert_null(remember_open("prog"));
	remember_set(NULL, "a", "b");
	assert_null(remember_get(NULL, "a"));
	assert_null(remember_folder(NULL));
	remember_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_kept_is_there_again, make_home,
						remove_home),
		cmocka_unit_test_setup_teardown(damage_is_passed_over, make_home, remove_home),
		cmocka_unit_test_setup_teardown(nowhere_to_keep_it_stops_nobody, make_home,
						remove_home),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
