// SPDX-License-Identifier: GPL-2.0-or-later
/* stuck - see stuck.h. */
#include "stuck.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/sig.h"

enum { PATIENCE_MS = 1000 };

struct stuck {
	pthread_t thread;
	int sig_fd, end_fd;
};

/* True if 'fd' is readable within 'timeout_ms' (-1: for ever); false too when the end is near. */
static bool readable(const struct stuck *s, int fd, int timeout_ms, bool *ret_end)
{
	struct pollfd p[] = { { .fd = s->end_fd, .events = POLLIN },
			      { .fd = fd, .events = POLLIN } };
	int rc = poll(p, ARRAY_SIZE(p), timeout_ms);

	*ret_end = rc > 0 && p[0].revents;
	return rc > 0 && p[1].revents && !*ret_end;
}

static void *watch(void *arg)
{
	struct stuck *s = arg;
	bool end = false;

	while (!end) {
		if (!readable(s, s->sig_fd, -1, &end))
			continue;
		(void)readable(s, -1, PATIENCE_MS, &end);
		if (end || !readable(s, s->sig_fd, 0, &end))
			continue;
		/* Still there: what is pending acts on this thread, the only one that lets it. */
		sig_release();
		sig_hold();
	}
	return NULL;
}

int stuck_open(int sig_fd, struct stuck **ret_s, struct err *e)
{
	struct stuck *s = calloc(1, sizeof(*s));
	int code;

	if (!s)
		return err_set(e, ENOMEM, "out of memory");
	s->sig_fd = sig_fd;
	s->end_fd = eventfd(0, EFD_CLOEXEC);
	code = s->end_fd < 0 ? errno : pthread_create(&s->thread, NULL, watch, s);
	if (code) {
		close_p(&s->end_fd);
		free(s);
		return err_sys(e, code, "start a thread");
	}
	*ret_s = s;
	return 0;
}

void stuck_close(struct stuck *s)
{
	uint64_t one = 1;

	if (!s)
		return;
	if (write(s->end_fd, &one, sizeof(one)) == sizeof(one))
		pthread_join(s->thread, NULL);
	close_p(&s->end_fd);
	free(s);
}
