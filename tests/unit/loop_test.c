// SPDX-License-Identifier: GPL-2.0-or-later
/* loop, with sig and clock as its sources. */
#include "sys/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/sig.h"

struct seen {
	struct loop *l;
	int fd, calls, stop_at, fail;
	uint64_t sum;
};

static int on_event(void *arg, uint64_t events, struct err *e)
{
	struct seen *s = arg;
	char c;

	if (s->fd >= 0)
		assert_int_equal(read(s->fd, &c, 1), 1);
	s->sum += events;
	if (s->fail)
		return err_set(e, s->fail, "as asked");
	if (++s->calls == s->stop_at)
		loop_stop(s->l);
	return 0;
}

static void test_fd(void **state)
{
	AUTO(loop_free_p) struct loop *l = NULL;
	struct seen s = { .stop_at = 3 };
	struct err e;
	int p[2];

	(void)state;
	assert_int_equal(pipe(p), 0);
	assert_int_equal(loop_new(&l, &e), 0);
	s.l = l;
	s.fd = p[0];
	assert_int_equal(loop_add(l, p[0], EPOLLIN, on_event, &s, &e), 0);
	assert_int_equal(loop_turn(l, 0, &e), 0);
	assert_int_equal(write(p[1], "abcd", 4), 4);
	assert_int_equal(loop_run(l, &e), 0);
	assert_int_equal(s.calls, 3);
	s.fail = EPIPE;
	assert_int_equal(loop_run(l, &e), -EPIPE);
	assert_string_equal(e.text, "as asked");
	loop_del(l, p[0]);
	assert_int_equal(write(p[1], "e", 1), 1);
	assert_int_equal(loop_turn(l, 0, &e), 0);
	close(p[0]);
	close(p[1]);
	assert_true(loop_add(l, 9999, EPOLLIN, on_event, &s, &e) < 0);
}

static void test_timer(void **state)
{
	AUTO(loop_free_p) struct loop *l = NULL;
	struct seen s = { .fd = -1, .stop_at = 5 };
	int64_t start = clock_mono_ns(), took;
	struct err e;
	int id;

	(void)state;
	assert_int_equal(loop_new(&l, &e), 0);
	s.l = l;
	id = loop_timer(l, start + 5 * NS_PER_MS, 5 * NS_PER_MS, on_event, &s, &e);
	assert_true(id >= 0);
	assert_int_equal(loop_run(l, &e), 0);
	took = clock_mono_ns() - start;
	assert_true(s.sum >= 5);
	assert_true(took >= (int64_t)s.sum * 5 * NS_PER_MS);
	assert_int_equal(loop_timer_set(id, 0, 0, &e), 0);
	assert_int_equal(loop_turn(l, 20, &e), 0);
	loop_del(l, id);
}

struct pair {
	struct loop *l;
	int other;
	int calls;
};

static int remove_other(void *arg, uint64_t events, struct err *e)
{
	struct pair *p = arg;

	(void)events;
	(void)e;
	p->calls++;
	loop_del(p->l, p->other);
	return 0;
}

/* A source removed by another's callback in the same turn is not called any more. */
static void test_removed_in_turn(void **state)
{
	AUTO(loop_free_p) struct loop *l = NULL;
	struct pair a = { 0 }, b = { 0 };
	struct err e;
	int p[2], q[2];

	(void)state;
	assert_int_equal(pipe(p) | pipe(q), 0);
	assert_int_equal(loop_new(&l, &e), 0);
	a = (struct pair){ .l = l, .other = q[0] };
	b = (struct pair){ .l = l, .other = p[0] };
	assert_int_equal(loop_add(l, p[0], EPOLLIN, remove_other, &a, &e), 0);
	assert_int_equal(loop_add(l, q[0], EPOLLIN, remove_other, &b, &e), 0);
	assert_int_equal(write(p[1], "x", 1) + write(q[1], "x", 1), 2);
	assert_int_equal(loop_turn(l, 0, &e), 1);
	assert_int_equal(a.calls + b.calls, 1);
	for (int i = 0; i < 2; i++) {
		close(p[i]);
		close(q[i]);
	}
}

static void test_full(void **state)
{
	AUTO(loop_free_p) struct loop *l = NULL;
	struct seen s = { .fd = -1 };
	struct err e;
	int n = 0;

	(void)state;
	assert_int_equal(loop_new(&l, &e), 0);
	while (n < 1000 && loop_timer(l, 0, 0, on_event, &s, &e) >= 0)
		n++;
	assert_int_equal(n, 64);
	assert_non_null(strstr(e.text, "at most 64"));
}

static void test_signals(void **state)
{
	AUTO(close_p) int fd = -1;
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		if (sig_open(&fd, NULL))
			_exit(1);
		raise(SIGHUP);
		raise(SIGUSR1);
		for (int want = 0; want != 3;) {
			enum sig_event ev = sig_next(fd);

			want |= ev == SIG_EVENT_ROTATE ? 1 : ev == SIG_EVENT_TRIGGER ? 2 : 0;
			if (ev == SIG_EVENT_NONE)
				_exit(2);
		}
		if (sig_next(fd) != SIG_EVENT_NONE)
			_exit(3);
		raise(SIGPIPE);
		raise(SIGINT);
		if (sig_next(fd) != SIG_EVENT_STOP)
			_exit(4);
		raise(SIGTERM); /* the second one ends it here */
		_exit(5);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
}

/* nohup and background jobs of scripts ignore these: they stay ignored. */
static void test_ignored_signals(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		int fd;

		signal(SIGINT, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		if (sig_open(&fd, NULL))
			_exit(1);
		raise(SIGINT);
		raise(SIGHUP);
		if (sig_next(fd) != SIG_EVENT_NONE)
			_exit(2);
		raise(SIGTERM);
		_exit(sig_next(fd) == SIG_EVENT_STOP ? 0 : 3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_clock(void **state)
{
	int64_t now = clock_mono_ns(), h = 3600 * NS_PER_S;

	(void)state;
	assert_int_equal(clock_sleep_until(now - 1), 0);
	assert_int_equal(clock_sleep_until(now + 3 * NS_PER_MS), 0);
	assert_true(clock_mono_ns() >= now + 3 * NS_PER_MS);
	assert_int_equal(clock_timespec(-1).tv_sec, -1);
	assert_int_equal(clock_timespec(-1).tv_nsec, 999999999);
	setenv("TZ", "UTC", 1);
	tzset();
	assert_int_equal(clock_next_aligned(h + 1, h), 2 * h);
	assert_int_equal(clock_next_aligned(h, h), 2 * h);
	assert_int_equal(clock_next_aligned(h - 1, h), h);
	setenv("TZ", "XXX-5:30", 1); /* 5:30 east: its midnight is 18:30 UTC */
	tzset();
	assert_int_equal(clock_next_aligned(10 * h, 24 * h), 18 * h + h / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fd),
		cmocka_unit_test(test_timer),
		cmocka_unit_test(test_removed_in_turn),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_ignored_signals),
		cmocka_unit_test(test_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
