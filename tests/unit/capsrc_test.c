// SPDX-License-Identifier: GPL-2.0-or-later
/* capsrc_test - bytes of a source: all of them in order, offsets, growth, skipping, a file
 * that became shorter. */
#include "capfile_test.h"

#include "pkt/capsrc.h"

enum { FILE_BYTES = 9 << 20 };

static int big_file(void)
{
	static uint8_t page[1 << 16];
	int fd = memfd_create("big", 0);
	size_t i, n;

	for (n = 0; n < FILE_BYTES; n += sizeof(page)) {
		for (i = 0; i < sizeof(page); i += 4)
			put_le32(page + i, n + i);
		assert_int_equal(write(fd, page, sizeof(page)), sizeof(page));
	}
	return fd;
}

/* Walks the whole file in uneven steps; 'from' is where its descriptor stands. */
static void walk(int fd, uint32_t from)
{
	static const size_t steps[] = { 4, 400, 100000, 4 << 20 };
	struct err e = { 0 };
	struct capsrc s;
	size_t i = 0, n;
	uint64_t skip;

	assert_int_equal(capsrc_open(&s, fd, "big", true, &e), 0);
	while (capsrc_need(&s, 4, &e) == 1) {
		assert_int_equal(get_le32(s.p), capsrc_off(&s) + from);
		n = steps[i++ % ARRAY_SIZE(steps)];
		if (capsrc_need(&s, n, &e) != 1)
			break;
		assert_int_equal(get_le32(s.p + n - 4), capsrc_off(&s) + from + n - 4);
		s.p += n;
	}
	skip = UINT64_MAX;
	assert_int_equal(capsrc_skip(&s, &skip, &e), 0);
	assert_int_equal(UINT64_MAX - skip > 0, true);
	assert_int_equal(capsrc_off(&s), FILE_BYTES - from);
	capsrc_close(&s);
}

static void mapped(void **state)
{
	int fd = big_file();

	(void)state;
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	walk(fd, 0);
}

/* A descriptor that does not stand at the start is read as a stream. */
static void streamed(void **state)
{
	int fd = big_file();

	(void)state;
	assert_int_equal(lseek(fd, 4096, SEEK_SET), 4096);
	walk(fd, 4096);
}

/* A mapped file that becomes shorter is an error and no signal. */
static void shrunk(void **state)
{
	struct err e = { 0 };
	struct capsrc s;
	int fd = big_file();
	uint64_t skip = FILE_BYTES;

	(void)state;
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(capsrc_open(&s, fd, "big", true, &e), 0);
	assert_int_equal(capsrc_need(&s, 4, &e), 1);
	assert_int_equal(ftruncate(fd, 4096), 0);
	assert_true(capsrc_skip(&s, &skip, &e) < 0);
	assert_non_null(strstr(e.text, "big: read at offset"));
	capsrc_close(&s);
}

/* Where the pages were there already, loads give zeros, which capsrc_is_cut() tells of. */
static void shrunk_behind_us(void **state)
{
	struct err e = { 0 };
	struct capsrc s;
	int fd = big_file();

	(void)state;
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(capsrc_open(&s, fd, "big", true, &e), 0);
	assert_int_equal(capsrc_need(&s, 1 << 20, &e), 1);
	assert_false(capsrc_is_cut(&s));
	assert_int_equal(get_le32(s.p + 8192), 8192);
	assert_int_equal(ftruncate(fd, 4096), 0);
	assert_true(capsrc_is_cut(&s));
	assert_int_equal(get_le32(s.p + 4092), 4092);
	assert_int_equal(get_le32(s.p + 8192), 0);
	capsrc_close(&s);
}

/* Unmapped, a file is what read() gives. */
static void unmapped(void **state)
{
	struct err e = { 0 };
	struct capsrc s;
	int fd = big_file();

	(void)state;
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(capsrc_open(&s, fd, "big", false, &e), 0);
	assert_null(s.map);
	assert_int_equal(capsrc_need(&s, 4 << 20, &e), 1);
	assert_int_equal(ftruncate(fd, 4096), 0);
	assert_int_equal(get_le32(s.p + 8192), 8192);
	assert_false(capsrc_is_cut(&s));
	capsrc_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(mapped), cmocka_unit_test(streamed),
					    cmocka_unit_test(shrunk),
					    cmocka_unit_test(shrunk_behind_us),
					    cmocka_unit_test(unmapped) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
