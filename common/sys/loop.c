// SPDX-License-Identifier: GPL-2.0-or-later
/* loop - see loop.h. A source's place in the table may be used again within one turn, so each event
 * carries the generation of the source it was meant for. */
#include "sys/loop.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "sys/clock.h"

#define MAX_SOURCES 64 /* descriptors and timers of one program */
#define TURN_EVENTS 16

struct source {
	int fd; /* -1: free */
	bool timer;
	uint32_t generation;
	loop_fn fn;
	void *arg;
};

struct loop {
	int epoll;
	bool stop;
	struct source src[MAX_SOURCES];
};

int loop_new(struct loop **ret_l, struct err *e)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		return err_sys(e, ENOMEM, "event loop");
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0) {
		int code = errno;

		free(l);
		return err_sys(e, code, "open an epoll descriptor");
	}
	for (size_t i = 0; i < MAX_SOURCES; i++)
		l->src[i].fd = -1;
	*ret_l = l;
	return 0;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < MAX_SOURCES; i++)
		if (l->src[i].fd >= 0 && l->src[i].timer)
			close(l->src[i].fd);
	close(l->epoll);
	free(l);
}

void loop_free_p(struct loop **l)
{
	loop_free(*l);
}

int loop_add(struct loop *l, int fd, uint32_t events, loop_fn fn, void *arg, struct err *e)
{
	struct epoll_event ev = { .events = events };
	uint64_t i;

	for (i = 0; i < MAX_SOURCES && l->src[i].fd >= 0; i++)
		;
	if (i == MAX_SOURCES)
		return err_set(e, ENOSPC, "an event loop takes at most %d sources", MAX_SOURCES);
	ev.data.u64 = (uint64_t)++l->src[i].generation << 32 | i;
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev) < 0)
		return err_sys(e, errno, "watch descriptor %d", fd);
	l->src[i].fd = fd;
	l->src[i].timer = false;
	l->src[i].fn = fn;
	l->src[i].arg = arg;
	return 0;
}

static struct source *find(struct loop *l, int fd)
{
	for (size_t i = 0; i < MAX_SOURCES; i++)
		if (l->src[i].fd == fd)
			return &l->src[i];
	return NULL;
}

void loop_del(struct loop *l, int fd)
{
	struct source *s = fd >= 0 ? find(l, fd) : NULL;

	if (!s)
		return;
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, fd, NULL);
	if (s->timer)
		close(fd);
	s->fd = -1;
	s->generation++;
}

int loop_timer_set(int timer, int64_t first_ns, int64_t period_ns, struct err *e)
{
	struct itimerspec t = { .it_value = clock_timespec(first_ns),
				.it_interval = clock_timespec(period_ns) };

	if (timerfd_settime(timer, TFD_TIMER_ABSTIME, &t, NULL) < 0)
		return err_sys(e, errno, "set a timer");
	return 0;
}

int loop_timer(struct loop *l, int64_t first_ns, int64_t period_ns, loop_fn fn, void *arg,
	       struct err *e)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	int rc;

	if (fd < 0)
		return err_sys(e, errno, "open a timer");
	rc = loop_timer_set(fd, first_ns, period_ns, e);
	if (!rc)
		rc = loop_add(l, fd, EPOLLIN, fn, arg, e);
	if (rc) {
		close(fd);
		return rc;
	}
	find(l, fd)->timer = true;
	return fd;
}

/* Calls the source that 'ev' was meant for, if it is still there. Returns calls made, or -errno. */
static int dispatch(struct loop *l, const struct epoll_event *ev, struct err *e)
{
	struct source *s = &l->src[(uint32_t)ev->data.u64];
	uint64_t events = ev->events;
	int rc;

	if (s->fd < 0 || s->generation != ev->data.u64 >> 32)
		return 0;
	if (s->timer && read(s->fd, &events, sizeof(events)) != sizeof(events))
		return 0; /* set anew since */
	rc = s->fn(s->arg, events, e);
	return rc < 0 ? rc : 1;
}

int loop_turn(struct loop *l, int timeout_ms, struct err *e)
{
	struct epoll_event ev[TURN_EVENTS];
	int n, rc, calls = 0;

	n = epoll_wait(l->epoll, ev, TURN_EVENTS, timeout_ms);
	if (n < 0)
		return errno == EINTR ? 0 : err_sys(e, errno, "wait for events");
	for (int i = 0; i < n; i++) {
		rc = dispatch(l, &ev[i], e);
		if (rc < 0)
			return rc;
		calls += rc;
	}
	return calls;
}

int loop_run(struct loop *l, struct err *e)
{
	int rc;

	l->stop = false;
	while (!l->stop) {
		rc = loop_turn(l, -1, e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

void loop_stop(struct loop *l)
{
	l->stop = true;
}
