// SPDX-License-Identifier: GPL-2.0-or-later
/* Recordings: what was written comes back, what is cut or damaged is told. And pictures of curves
 * (ui/curves.h). */
#include "ui/record.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ui/curves.h"
#include "unit.h"

static char path[64];

static int temporary(void **state)
{
	int fd;

	(void)state;
	strcpy(path, "/tmp/record.XXXXXX");
	fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int gone(void **state)
{
	(void)state;
	return unlink(path);
}

static void write_three(void)
{
	struct record_writer *w;
	char big[5000];
	struct err e;

	memset(big, 'x', sizeof(big));
	assert_int_equal(record_create(path, "prog", &w, &e), 0);
	assert_int_equal(record_add(w, 1, -5, "one", 3, &e), 0);
	assert_int_equal(record_add(w, 2, 20, "", 0, &e), 0);
	assert_int_equal(record_add(w, 30, 300, big, sizeof(big), &e), 0);
	assert_int_equal(record_finish(w, &e), 0);
}

static void round_trip(void **state)
{
	struct str s = { 0 };
	struct record *r;
	struct err e;

	(void)state;
	write_three();
	assert_int_equal(record_open(path, "prog", &r, &e), 0);
	assert_int_equal(record_count(r), 3);
	assert_false(record_is_cut(r));
	assert_int_equal(record_frame(r, 0).real_ns, -5);
	assert_int_equal(record_frame(r, 2).mono_ns, 30);
	assert_int_equal(record_read(r, 2, &s, &e), 0);
	assert_true(s.len == 5000 && s.p[4999] == 'x');
	assert_int_equal(record_read(r, 0, &s, &e), 0);
	assert_string_equal(str_text(&s), "one");
	assert_int_equal(record_read(r, 1, &s, &e), 0);
	assert_int_equal(s.len, 0);
	record_close(r);
	assert_int_equal(record_open(path, "other", &r, &e), -EINVAL);
	assert_non_null(strstr(e.text, "of another program, not of other"));
	str_free(&s);
}

/* Cut at every byte: whole frames are there, and nothing else. */
static void cut_anywhere(void **state)
{
	struct stat st;
	unsigned int wholes = 0;
	struct record *r;
	struct err e;

	(void)state;
	write_three();
	assert_int_equal(stat(path, &st), 0);
	for (off_t n = st.st_size; n-- > 0;) {
		assert_int_equal(truncate(path, n), 0);
		if (n < 17) {
			assert_int_equal(record_open(path, "prog", &r, &e), -EINVAL);
			continue;
		}
		assert_int_equal(record_open(path, "prog", &r, &e), 0);
		assert_true(record_count(r) < 3);
		/* What is left over is told. */
		wholes += !record_is_cut(r);
		record_close(r);
	}
	assert_int_equal(wholes, 3); /* behind the head, one frame, two */
}

static void damaged(void **state)
{
	struct str s = { 0 };
	struct record *r;
	struct err e;
	int fd;

	(void)state;
	write_three();
	fd = open(path, O_RDWR);
	assert_int_equal(pwrite(fd, "\xff", 1, 17 + 32 + 4), 1);
	assert_int_equal(record_open(path, "prog", &r, &e), 0);
	assert_int_equal(record_read(r, 0, &s, &e), -EBADMSG);
	assert_non_null(strstr(e.text, "frame 0 is damaged"));
	assert_int_equal(record_read(r, 2, &s, &e), 0);
	record_close(r);
	/* A frame that claims more than there is. */
	assert_int_equal(pwrite(fd, "\xff\xff\xff\x7f", 4, 17 + 4), 4);
	assert_int_equal(record_open(path, "prog", &r, &e), 0);
	assert_int_equal(record_count(r), 0);
	assert_true(record_is_cut(r));
	record_close(r);
	assert_int_equal(pwrite(fd, "TKRECORE", 8, 0), 8);
	assert_int_equal(record_open(path, "prog", &r, &e), -EINVAL);
	assert_non_null(strstr(e.text, "is not a recording"));
	close(fd);
	str_free(&s);
}

static void cannot_write(void **state)
{
	struct record_writer *w;
	struct err e;

	(void)state;
	assert_int_equal(record_create("/nonexistent/x", "prog", &w, &e), -ENOENT);
	assert_int_equal(record_create("/dev/full", "prog", &w, &e), -ENOSPC);
	assert_int_equal(record_finish(NULL, &e), 0);
}

static void pictures(void **state)
{
	static const struct curve_point p[] = {
		{ 0, 0 }, { 1, 5e9 }, { 2, NAN }, { 3, 1 }, { 4, 2 }
	};
	struct curve_panel panel = { .title = "a<b", .unit = "bit/s", .n_curves = 2,
				    .curve = { { "x&\"\033", p, 5 }, { "none", p, 0 } } };
	struct str s = { 0 };
	const char *path_d;

	(void)state;
	curves_svg("title", "sub", &panel, 1, &s);
	assert_non_null(strstr(str_text(&s), "a&#60;b, bit/s"));
	assert_non_null(strstr(str_text(&s), "x&#38;&#34;?</text>"));
	assert_non_null(strstr(str_text(&s), "5.00 G</text>"));
	/* The line is broken where nothing is known. */
	path_d = strstr(str_text(&s), "d=\"M");
	assert_non_null(path_d);
	assert_non_null(strstr(path_d + 4, "M"));
	assert_null(strstr(str_text(&s), "nan"));
	str_clear(&s);
	curves_svg("empty", "", NULL, 0, &s);
	assert_non_null(strstr(str_text(&s), "</svg>"));
	str_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(round_trip, temporary, gone),
		cmocka_unit_test_setup_teardown(cut_anywhere, temporary, gone),
		cmocka_unit_test_setup_teardown(damaged, temporary, gone),
		cmocka_unit_test(cannot_write),
		cmocka_unit_test(pictures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
