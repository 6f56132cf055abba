// SPDX-License-Identifier: GPL-2.0-or-later
/* netns by name, path and process, and noticing that one is gone. Makes namespaces of its own. */
#include "sys/netns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/fd.h"

static char name[64];

static void ip(const char *verb)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "ip netns %s %s", verb, name);
	assert_int_equal(system(cmd), 0);
}

static void test_name(void **state)
{
	AUTO(close_p) int by_name = -1, by_path = -1, own = -1;
	AUTO(netns_watch_close_p) struct netns_watch *w = NULL;
	struct netns_id a, b, c;
	char path[96];
	struct err e;

	(void)state;
	ip("add");
	snprintf(path, sizeof(path), "/run/netns/%s", name);
	assert_int_equal(netns_open(name, &by_name, &e), 0);
	assert_int_equal(netns_open(path, &by_path, &e), 0);
	assert_int_equal(netns_open_own(&own, &e), 0);
	assert_int_equal(netns_id(by_name, &a, &e), 0);
	assert_int_equal(netns_id(by_path, &b, &e), 0);
	assert_int_equal(netns_id(own, &c, &e), 0);
	assert_true(a.ino == b.ino && a.dev == b.dev && a.ino != c.ino);

	assert_int_equal(netns_watch_open(name, by_name, &w, &e), 0);
	assert_int_equal(netns_watch_gone(w, &e), 0);
	/* Another name coming and going does not count, a second one of this name does. */
	ip("del");
	ip("add");
	{
		struct pollfd p = { .fd = netns_watch_fd(w), .events = POLLIN };

		assert_int_equal(poll(&p, 1, 5000), 1);
	}
	assert_int_equal(netns_watch_gone(w, &e), 1);
	assert_non_null(strstr(e.text, "was deleted"));
	ip("del");
	assert_int_equal(netns_watch_gone(w, &e), 1);
}

static void test_enter(void **state)
{
	AUTO(close_p) int fd = -1, own = -1, now = -1;
	struct netns_id want, got;
	struct err e;

	(void)state;
	ip("add");
	assert_int_equal(netns_open_own(&own, &e), 0);
	assert_int_equal(netns_open(name, &fd, &e), 0);
	ip("del");
	assert_int_equal(netns_enter(fd, &e), 0);
	assert_int_equal(netns_open_own(&now, &e), 0);
	assert_int_equal(netns_enter(own, &e), 0);
	assert_int_equal(netns_id(fd, &want, &e), 0);
	assert_int_equal(netns_id(now, &got, &e), 0);
	assert_int_equal(want.ino, got.ino);
}

static void test_process(void **state)
{
	AUTO(netns_watch_close_p) struct netns_watch *w = NULL;
	AUTO(close_p) int fd = -1;
	char spec[16], c;
	struct err e;
	pid_t pid;
	int p[2];

	(void)state;
	assert_int_equal(pipe(p), 0);
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWNET) || write(p[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(p[0], &c, 1), 1);
	snprintf(spec, sizeof(spec), "%d", pid);
	assert_int_equal(netns_open(spec, &fd, &e), 0);
	assert_int_equal(netns_watch_open(spec, fd, &w, &e), 0);
	assert_int_equal(netns_watch_gone(w, &e), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(netns_watch_gone(w, &e), 1);
	assert_non_null(strstr(e.text, "has ended"));
	close(p[0]);
	close(p[1]);
}

static void test_bad(void **state)
{
	struct err e;
	int fd;

	(void)state;
	assert_int_equal(netns_open("no-such-namespace", &fd, &e), -ENOENT);
	assert_non_null(strstr(e.text, "/run/netns/no-such-namespace"));
	assert_int_equal(netns_open("4000000", &fd, &e), -ENOENT);
	assert_int_equal(netns_open("", &fd, &e), -EINVAL);
	assert_int_equal(netns_open("..", &fd, &e), -EINVAL);
	assert_int_equal(netns_open("/etc/passwd", &fd, &e), -EINVAL);
	assert_string_equal(e.text, "/etc/passwd is not a network namespace");
	assert_int_equal(netns_open("/proc/self/ns/mnt", &fd, &e), -EINVAL);
	assert_int_equal(netns_open("/proc/self/ns/nothing", &fd, &e), -ENOENT);
}

static void no_root(void **state)
{
	(void)state;
	print_message("skipped: needs root for a network namespace\n");
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_enter),
		cmocka_unit_test(test_process),
		cmocka_unit_test(test_bad),
	};

	if (geteuid()) {
		const struct CMUnitTest none[] = { cmocka_unit_test(no_root) };

		return cmocka_run_group_tests(none, NULL, NULL);
	}
	snprintf(name, sizeof(name), "netns_test.%d", getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
