// SPDX-License-Identifier: GPL-2.0-or-later
/* proc and fd: small files, sysctls, reads and writes that finish. */
#include "sys/proc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/fd.h"

static char path[] = "/tmp/proc_test.XXXXXX";

static void put(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void test_read(void **state)
{
	char buf[8], *all = NULL;
	struct err e;
	uint64_t v;

	(void)state;
	put("1234 \n\n");
	assert_int_equal(proc_read(path, buf, sizeof(buf), &e), 4);
	assert_string_equal(buf, "1234");
	assert_int_equal(proc_read_u64(path, &v, &e), 0);
	assert_int_equal(v, 1234);
	put("12345678");
	assert_int_equal(proc_read(path, buf, sizeof(buf), &e), -EFBIG);
	put("12x");
	assert_int_equal(proc_read_u64(path, &v, &e), -EINVAL);
	assert_non_null(strstr(e.text, path));
	put("");
	assert_int_equal(proc_read(path, buf, sizeof(buf), &e), 0);
	assert_int_equal(proc_read_u64(path, &v, &e), -EINVAL);
	assert_int_equal(proc_read("/nowhere", buf, sizeof(buf), &e), -ENOENT);
	assert_int_equal(proc_read_all("/proc/cpuinfo", 1 << 24, &all, &e), 0);
	assert_non_null(strstr(all, "processor"));
	free(all);
	assert_int_equal(proc_read_all("/dev/zero", 1 << 16, &all, &e), -EFBIG);
}

static void test_sysctl(void **state)
{
	char buf[64], same[64];
	struct err e;

	(void)state;
	assert_true(sysctl_get("kernel.ostype", buf, sizeof(buf), &e) > 0);
	assert_string_equal(buf, "Linux");
	assert_true(sysctl_get("kernel/ostype", same, sizeof(same), &e) > 0);
	assert_string_equal(same, "Linux");
	assert_int_equal(sysctl_get("no.such.thing", buf, sizeof(buf), &e), -ENOENT);
	assert_int_equal(sysctl_get("../../etc/passwd", buf, sizeof(buf), &e), -EINVAL);
	assert_int_equal(sysctl_get("net/../../../etc/passwd", buf, sizeof(buf), &e), -EINVAL);
	assert_int_equal(sysctl_get("", buf, sizeof(buf), &e), -EINVAL);
	assert_int_equal(sysctl_get("/etc/passwd", buf, sizeof(buf), &e), -EINVAL);
	if (unshare(CLONE_NEWNET) < 0) {
		print_message("skipped: setting needs root for a network namespace\n");
		skip();
	}
	assert_int_equal(sysctl_set("net.ipv4.ip_default_ttl", "77", &e), 0);
	assert_true(sysctl_get("net.ipv4.ip_default_ttl", buf, sizeof(buf), &e) > 0);
	assert_string_equal(buf, "77");
	assert_int_equal(sysctl_set("net.ipv4.ip_default_ttl", "no", &e), -EINVAL);
}

struct drain {
	int fd;
	size_t n;
};

static void *drain(void *arg)
{
	struct drain *d = arg;
	char buf[333];
	ssize_t n;

	while ((n = read(d->fd, buf, sizeof(buf))) > 0)
		d->n += n;
	return NULL;
}

/* A full pipe that does not block takes everything in the end. */
static void test_full_pipe(void **state)
{
	static char big[300000];
	struct drain d = { 0 };
	pthread_t t;
	int p[2];

	(void)state;
	assert_int_equal(pipe(p), 0);
	assert_int_equal(fd_set_nonblock(p[1], 1), 0);
	d.fd = p[0];
	assert_int_equal(pthread_create(&t, NULL, drain, &d), 0);
	assert_int_equal(fd_write_full(p[1], big, sizeof(big)), 0);
	close(p[1]);
	pthread_join(t, NULL);
	assert_int_equal(d.n, sizeof(big));
	close(p[0]);
}

static void test_fd(void **state)
{
	AUTO(close_p) int full = open("/dev/full", O_WRONLY);
	AUTO(close_p) int fd = open(path, O_RDWR | O_TRUNC);
	char buf[8];

	(void)state;
	assert_int_equal(fd_write_full(full, "x", 1), -ENOSPC);
	assert_int_equal(fd_write_full(fd, "abc", 3), 0);
	assert_int_equal(fd_pwrite_full(fd, "X", 1, 1), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(fd_read_full(fd, buf, sizeof(buf)), 3);
	assert_memory_equal(buf, "aXc", 3);
	assert_int_equal(fd_read_full(fd, buf, sizeof(buf)), 0);
	assert_int_equal(fd_read_full(-1, buf, 1), -EBADF);
	assert_int_equal(fd_write_full(-1, buf, 1), -EBADF);
	assert_int_equal(fd_set_nonblock(-1, 1), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_full_pipe),
		cmocka_unit_test(test_fd),
		cmocka_unit_test(test_sysctl),
	};
	int fd = mkstemp(path), rc;

	if (fd < 0)
		return 1;
	close(fd);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	return unlink(path) ? 1 : rc;
}
