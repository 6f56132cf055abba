// SPDX-License-Identifier: GPL-2.0-or-later
/* capfile_test - what the tests of capture files share: files in memory, built by hand or by the
 * writer, and read by the reader as a mapping or a pipe. */
#ifndef TESTS_CAPFILE_TEST_H
#define TESTS_CAPFILE_TEST_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "pkt/capfile.h"
#include "pkt/capwrite.h"

static inline int file_of(const void *data, size_t n)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, n), n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static inline int pipe_of(const void *data, size_t n)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], data, n), n); /* tests stay below the pipe's capacity */
	close(fds[1]);
	return fds[0];
}

/* Opens bytes as a file, which must work. */
static inline struct capfile *open_bytes(const void *data, size_t n)
{
	struct err e = { 0 };
	struct capfile *f = NULL;

	if (capfile_fdopen(file_of(data, n), "t.pcap", &f, &e) < 0)
		fail_msg("%s", e.text);
	return f;
}

/* Reads all packets of bytes that are damaged; returns how many came first. */
static inline int count_until(const void *data, size_t n, int code, const char *text)
{
	struct err e = { 0 };
	struct capfile *f = NULL;
	int fds[2] = { file_of(data, n), pipe_of(data, n) }, counts[2] = { 0 }, i, r;
	struct pkt p[3];

	for (i = 0; i < 2; i++) {
		r = capfile_fdopen(fds[i], "t.pcap", &f, &e);
		while (r >= 0 && (r = capfile_next_batch(f, p, 3, &e)) > 0)
			counts[i] += r;
		assert_int_equal(r, -code);
		if (code && !strstr(e.text, text))
			fail_msg("'%s' lacks '%s'", e.text, text);
		capfile_close(f);
		f = NULL;
	}
	assert_int_equal(counts[0], counts[1]);
	return counts[0];
}

#endif
