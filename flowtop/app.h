// SPDX-License-Identifier: GPL-2.0-or-later
/* app - what all ways of showing flows share: the tracker, what is known besides, which flows are
 * chosen, and the waiting. The outputs (once.c, stream.c, tui.c) call it. */
#ifndef FLOWTOP_APP_H
#define FLOWTOP_APP_H

#include "acct.h"
#include "ctstat.h"
#include "group.h"
#include "helper.h"
#include "job.h"
#include "player.h"
#include "sys/sandbox.h"
#include "track.h"
#include "ui/serve.h"

struct app {
	const struct job *job;
	struct track *track;   /* of the kernel; NULL: a recording is played */
	struct player *player; /* NULL: the kernel is followed */
	struct flows *flows;   /* of one of them */
	struct ctstat *ctstat;
	struct owners *owners;
	struct helper *helper;
	struct filter *filter; /* NULL: all */
	struct groups *groups;
	struct show show;
	struct acct acct;
	struct serve *serve; /* --listen, else NULL */
	int sig_fd;

	uint32_t *rows; /* chosen flows */
	size_t n_rows, room_rows;
	size_t n_all;	/* flows of the table */

	/* Only the flows of this group are chosen, unless 'group' is 0. */
	struct {
		int group;
		char name[GROUP_NAME];
		struct str text;
	} only;

	/* As they were when app_wait() returned last. */
	struct track_stats stats;
	struct ctstat_table table;
	double events_per_s;
	struct {
		int64_t at_ns;
		uint64_t events;
	} mark; /* events are counted from here */

	int64_t owner_spent_ns, owner_since_ns; /* CPU time for look-ups in this second */
	/* A flow ended; NULL: nobody wants to know. */
	void (*ended)(void *arg, const struct flow *f, bool told);
	void *arg;
};

/* What app_wait() ended for; several at once. APP_DUE of a recording: the next moment of it is
 * there; APP_OVER: there is none. */
enum app_event { APP_DUE = 1, APP_STOP = 2, APP_RESIZE = 4, APP_INPUT = 8, APP_OVER = 16 };

/* Opens all that 'job' asks for. Returns 0 or -errno with 'e'; app_close() in both cases. */
int app_open(struct app *a, const struct job *job, struct err *e) MUST_USE;
int app_close(struct app *a, struct err *e);

/* Gives up all privilege but that of asking conntrack, and enters the sandbox, in which nothing but
 * the 'n' 'folders' (NULL: none) is written to. To be called when the output has opened its own,
 * before the first message is read. 'flags' as of sandbox_enter(). Returns 0 or -errno with 'e'. */
int app_confine(const struct app *a, unsigned int flags, const char *const *folders, size_t n,
		struct err *e) MUST_USE;

/* Follows the kernel until CLOCK_MONOTONIC 'until_ns', or the recording to its next moment; or to a
 * signal, or a key if 'input'. Returns the events, or -errno with 'e'. */
int app_wait(struct app *a, int64_t until_ns, bool input, struct err *e) MUST_USE;

/* Of a recording: goes to moment 'place'. Returns 0 or -errno with 'e'. */
int app_seek(struct app *a, size_t place, struct err *e) MUST_USE;

/* Chooses the flows anew: 'rows', and the groups if the job groups. Looks up owners where that is
 * needed and still allowed. Returns 0 or -errno with 'e'. */
int app_choose(struct app *a, struct err *e) MUST_USE;

/* Looks the owner of a row up, unless this second's part of the CPU for that is used up. */
void app_find_owner(struct app *a, uint32_t row);

/* Somebody looks at this row: its counters and its owner are to be fresh. */
void app_look(struct app *a, uint32_t row);

/* True once a second look at all counters has made rates. */
bool app_has_rates(const struct app *a);

/* True if the run ends with the first rates. */
bool app_counts_once(const struct job *job);

/* The program's own CPU time and that of its helper. */
int64_t app_cpu_ns(const struct app *a);

#endif
