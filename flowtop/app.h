// SPDX-License-Identifier: GPL-2.0-or-later
/* app - what all ways of showing flows share: the tracker, what is known besides, which flows are
 * chosen, and the waiting. The outputs (once.c, stream.c, tui.c) call it. */
#ifndef FLOWTOP_APP_H
#define FLOWTOP_APP_H

#include "acct.h"
#include "group.h"
#include "job.h"
#include "track.h"
#include "ui/serve.h"

struct app {
	const struct job *job;
	struct track *track;
	struct owners *owners;
	struct filter *filter; /* NULL: all */
	struct groups *groups;
	struct show show;
	struct acct acct;
	struct serve *serve; /* --listen, else NULL */
	int sig_fd;

	uint32_t *rows; /* chosen flows */
	size_t n_rows, room_rows;
	size_t n_all;	/* flows of the table */

	int64_t owner_spent_ns, owner_since_ns; /* CPU time for look-ups in this second */
	/* A flow ended; NULL: nobody wants to know. */
	void (*ended)(void *arg, const struct flow *f, bool told);
	void *arg;
};

/* What app_wait() ended for; several at once. */
enum app_event { APP_DUE = 1, APP_STOP = 2, APP_RESIZE = 4, APP_INPUT = 8 };

/* Opens all that 'job' asks for and gives up what privilege is not needed any more. Returns 0 or
 * -errno with 'e'; app_close() in both cases. */
int app_open(struct app *a, const struct job *job, struct err *e) MUST_USE;
int app_close(struct app *a, struct err *e);

/* Follows the kernel until CLOCK_MONOTONIC 'until_ns', a signal, or a key if 'input'. Returns the
 * events, or -errno with 'e'. */
int app_wait(struct app *a, int64_t until_ns, bool input, struct err *e) MUST_USE;

/* Chooses the flows anew: 'rows', and the groups if the job groups. Looks up owners where that is
 * needed and still allowed. Returns 0 or -errno with 'e'. */
int app_choose(struct app *a, struct err *e) MUST_USE;

/* Somebody looks at this row: its counters and its owner are to be fresh. */
void app_look(struct app *a, uint32_t row);

/* True once a second look at all counters has made rates. */
bool app_has_rates(const struct app *a);

#endif
