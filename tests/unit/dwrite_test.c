// SPDX-License-Identifier: GPL-2.0-or-later
/* dwrite_test - blocks reach a file whole and in order, by the caller and by the writer thread; a
 * write that fails leaves whole blocks and says what is missing. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "pkt/capfile.h"
#include "pkt/dwrite.h"
#include "pkt/inplace.h"

enum { BLOCK_BYTES = 128 * 1024, FRAME = 30000, N_BLOCKS = 40 };

static char path[] = "/var/tmp/dwrite_test.XXXXXX";

/* A block of one frame, whose time stamp is its number. */
static struct block one_frame(uint32_t number)
{
	struct block b = {
		.base = aligned_alloc(INPLACE_UNIT_BYTES, BLOCK_BYTES),
		.size_bytes = BLOCK_BYTES,
		.used_bytes = BLOCK_DESC_BYTES + 84 + FRAME,
		.first = BLOCK_DESC_BYTES,
		.n_pkts = 1,
		.seq = number + 1,
		.snaplen = UINT32_MAX,
		.linktype = 1,
	};
	struct tpacket3_hdr *h = (struct tpacket3_hdr *)(b.base + BLOCK_DESC_BYTES);

	memset(b.base, number, BLOCK_BYTES);
	*h = (struct tpacket3_hdr){ .tp_nsec = number, .tp_snaplen = FRAME, .tp_len = FRAME,
				    .tp_mac = 84, .tp_net = 98 };
	return b;
}

static int open_file(bool direct)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	/* Where the file system has no direct I/O, the same writes go through the cache. */
	if (direct)
		(void)dwrite_possible(fd);
	return fd;
}

static struct dwrite *begin(int fd)
{
	const struct pkt_iface iface = { .linktype = 1, .name = "eth0", .tsresol = 9 };
	const struct pcapng_section section = { .app = "test" };
	struct dwrite *d = NULL;
	struct err e = { 0 };

	assert_int_equal(dwrite_new(&d, &e), 0);
	assert_int_equal(dwrite_begin(d, fd, "file", &section, &iface, 1, &e), 0);
	return d;
}

/* Adds 'n' blocks, a few at a time. Returns the first failure. */
static int feed(struct dwrite *d, uint32_t n, bool threaded, struct err *e)
{
	struct pcapng_stats s = PCAPNG_STATS_UNKNOWN;
	struct block blocks[N_BLOCKS];
	uint32_t i;
	int rc = 0;

	for (i = 0; i < n; i++) {
		blocks[i] = one_frame(i);
		assert_int_equal(dwrite_add(d, &blocks[i], 0, UINT32_MAX, &s), 1);
		if (dwrite_queued(d) < 3)
			continue;
		rc = rc ? rc : threaded ? dwrite_wait(d, e) : dwrite_flush(d, e);
		if (rc)
			break;
		if (threaded)
			dwrite_submit(d);
	}
	if (dwrite_flush(d, rc ? NULL : e) < 0 && !rc)
		rc = -e->code;
	for (n = MIN(n, i + 1), i = 0; i < n; i++)
		free(blocks[i].base);
	return rc;
}

/* Packets in the file, which must be the first ones, in order, with nothing broken behind. */
static uint32_t read_back(void)
{
	struct capfile *f = NULL;
	struct err e = { 0 };
	uint32_t n = 0;
	struct pkt p;
	int rc;

	if (capfile_open(path, &f, &e) < 0)
		fail_msg("%s", e.text);
	while ((rc = capfile_next(f, &p, &e)) == 1) {
		assert_int_equal(p.ts_ns, n);
		assert_int_equal(p.cap_len, FRAME);
		assert_int_equal(p.data[FRAME - 1], n++ & 0xff);
	}
	if (rc < 0)
		fail_msg("%s", e.text);
	capfile_close(f);
	return n;
}

static void whole_run(bool direct, bool threaded)
{
	struct pcapng_stats s = PCAPNG_STATS_UNKNOWN;
	struct dwrite_counts c;
	int fd = open_file(direct);
	struct dwrite *d = begin(fd);
	struct err e = { 0 };

	if (threaded)
		assert_int_equal(dwrite_thread(d, -1, &e), 0);
	if (feed(d, N_BLOCKS, threaded, &e) || dwrite_end(d, 5, &s, 1, &e))
		fail_msg("%s", e.text);
	dwrite_get_counts(d, &c);
	assert_int_equal(c.packets, N_BLOCKS);
	assert_int_equal(c.not_written, 0);
	assert_int_equal(c.file_bytes, lseek(fd, 0, SEEK_END));
	assert_int_equal(read_back(), N_BLOCKS);
	dwrite_free(d);
	close(fd);
}

static void test_all_arrive(void **state)
{
	(void)state;
	whole_run(true, false);
	whole_run(false, false);
	whole_run(true, true);
}

/* A limit on the file's size stands for a full disk. */
static void full(bool threaded)
{
	struct rlimit old, small = { .rlim_cur = 20 * 32768 + 5000 };
	struct dwrite_counts c;
	int fd = open_file(false);
	struct dwrite *d = begin(fd);
	struct err e = { 0 };
	int rc;

	if (threaded)
		assert_int_equal(dwrite_thread(d, -1, &e), 0);
	getrlimit(RLIMIT_FSIZE, &old);
	small.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	rc = feed(d, N_BLOCKS, threaded, &e);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(rc, -EFBIG);
	assert_non_null(strstr(e.text, "write file"));
	dwrite_get_counts(d, &c);
	assert_int_equal(c.file_bytes, lseek(fd, 0, SEEK_END));
	assert_int_equal(read_back(), c.packets);
	assert_in_range(c.packets, 10, N_BLOCKS - 1);
	assert_true(c.not_written > 0);
	/* Further writes fail the same way and change nothing. */
	assert_int_equal(feed(d, 1, false, &e), -EFBIG);
	assert_int_equal(read_back(), c.packets);
	dwrite_free(d);
	close(fd);
}

static void test_full_disk(void **state)
{
	(void)state;
	full(false);
	full(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_arrive),
		cmocka_unit_test(test_full_disk),
	};
	int fd = mkstemp(path), rc;

	if (fd < 0)
		return 1;
	close(fd);
	signal(SIGXFSZ, SIG_IGN);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return rc;
}
