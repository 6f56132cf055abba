// SPDX-License-Identifier: GPL-2.0-or-later
/* stuck - see stuck.h. */
#include "stuck.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/atomic.h"
#include "sys/fd.h"
#include "sys/sig.h"

enum {
	STEP_MS = 50,
	STALL_MS = 400,     /* standard output takes nothing for so long after Ctrl-C */
	PATIENCE_MS = 10000, /* the signal is not even read for so long: a disk that hangs */
};

struct stuck {
	pthread_t thread, main;
	int sig_fd, wake_fd;
	bool stopping, ended, gave_up;
};

/* Waits until woken, or the descriptor of signals is readable if 'signals', or 'timeout_ms'. */
static void doze(struct stuck *s, bool signals, int timeout_ms)
{
	struct pollfd p[] = { { .fd = s->wake_fd, .events = POLLIN },
			      { .fd = signals ? s->sig_fd : -1, .events = POLLIN } };
	uint64_t n;

	if (poll(p, ARRAY_SIZE(p), timeout_ms) > 0 && p[0].revents &&
	    read(s->wake_fd, &n, sizeof(n)) < 0)
		return;
}

static bool stalled(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&p, 1, 0) == 0;
}

/* Standard output becomes a pipe that nobody reads, so that whoever writes to it gets EPIPE and
 * counts what is lost. The signal is taken here: the next one ends the program. */
static void give_up(struct stuck *s)
{
	enum sig_event ev;
	int pair[2];

	if (pipe2(pair, O_CLOEXEC) < 0)
		return;
	close(pair[0]);
	atomic_put(&s->gave_up, true);
	dup2(pair[1], STDOUT_FILENO);
	close(pair[1]);
	do
		ev = sig_next(s->sig_fd);
	while (ev != SIG_EVENT_STOP && ev != SIG_EVENT_NONE);
	sig_release();
}

/* The run is to end: watches it doing so. */
static void watch_end(struct stuck *s)
{
	int unread_ms = 0, stall_ms = 0;

	while (!atomic_get(&s->ended)) {
		doze(s, false, STEP_MS);
		stall_ms = stalled() ? stall_ms + STEP_MS : 0;
		unread_ms = sig_stop_pending() ? unread_ms + STEP_MS : 0;
		if (!s->gave_up && stall_ms >= STALL_MS)
			give_up(s);
		/* Again and again: a signal between a look and the write would be lost. */
		if (s->gave_up)
			pthread_kill(s->main, SIGUSR2);
		else if (unread_ms >= PATIENCE_MS) {
			/* What is pending acts on this thread, the only one that lets it. */
			sig_release();
			sig_hold();
		}
		if (!s->gave_up && !unread_ms && !atomic_get(&s->stopping))
			return;
	}
}

static void *watch(void *arg)
{
	struct stuck *s = arg;

	while (!atomic_get(&s->ended)) {
		doze(s, true, -1);
		if (atomic_get(&s->stopping) || sig_stop_pending())
			watch_end(s);
		else
			doze(s, false, STEP_MS); /* another signal, that is being read */
	}
	return NULL;
}

static void nothing(int signo UNUSED)
{
}

int stuck_open(int sig_fd, struct stuck **ret_s, struct err *e)
{
	struct sigaction sa = { .sa_handler = nothing }; /* no SA_RESTART: write() is to return */
	struct stuck *s = calloc(1, sizeof(*s));
	int code;

	if (!s)
		return err_set(e, ENOMEM, "out of memory");
	s->sig_fd = sig_fd;
	s->main = pthread_self();
	s->wake_fd = eventfd(0, EFD_CLOEXEC);
	sigaction(SIGUSR2, &sa, NULL);
	code = s->wake_fd < 0 ? errno : pthread_create(&s->thread, NULL, watch, s);
	if (code) {
		close_p(&s->wake_fd);
		free(s);
		return err_sys(e, code, "start a thread");
	}
	*ret_s = s;
	return 0;
}

static bool wake(struct stuck *s)
{
	uint64_t one = 1;

	return write(s->wake_fd, &one, sizeof(one)) == sizeof(one);
}

void stuck_stopping(struct stuck *s)
{
	atomic_put(&s->stopping, true);
	(void)wake(s);
}

bool stuck_gave_up(const struct stuck *s)
{
	return atomic_get(&s->gave_up);
}

void stuck_close(struct stuck *s)
{
	if (!s)
		return;
	atomic_put(&s->ended, true);
	if (wake(s))
		pthread_join(s->thread, NULL);
	close_p(&s->wake_fd);
	free(s);
}
