// SPDX-License-Identifier: GPL-2.0-or-later
/* track - keeps the table of flows like the kernel's: one dump, then events; sweeps (dumps again)
 * for the counters, as often as the budget of CPU time allows; single questions for rows that
 * somebody looks at, and for those whose time has passed. Lost events are counted, and repaired by
 * a sweep. Owns the sockets and the table; no thread of its own. */
#ifndef FLOWTOP_TRACK_H
#define FLOWTOP_TRACK_H

#include "base/err.h"
#include "ctsock.h"
#include "flows.h"

struct track;

struct track_conf {
	struct ctsock_filter filter;
	int64_t interval_ns;  /* of counters that are wanted */
	unsigned int budget_permille; /* of one CPU, for sweeps */
	unsigned int rcvbuf_bytes;
	/* A flow began, was there already, or was repaired into the table; and ended, with its last
	 * counters if the kernel 'told' its end, else with old ones. NULL: not wanted. */
	void (*began)(void *arg, uint32_t row, struct flow *f);
	void (*ended)(void *arg, const struct flow *f, bool told);
	void *arg;
};

struct track_stats {
	uint64_t events, lost;	 /* messages taken; dropped by the kernel, as it counts them */
	uint64_t began, ended;
	uint64_t sweeps;	 /* dumps that are complete */
	int64_t sweep_cpu_ns, sweep_every_ns;
	int64_t opened_ns;	 /* CLOCK_MONOTONIC */
	int64_t swept_ns;	 /* when the last complete dump began; 0: none */
	bool sweeping, repairing;
};

/* Opens the sockets in the present network namespace and asks for the first dump. Returns 0 with
 * '*ret_t' owned by the caller, or -errno with 'e'. */
int track_open(const struct track_conf *conf, struct track **ret_t, struct err *e) MUST_USE;
void track_close(struct track *t);
void track_close_p(struct track **t);

/* Descriptors to wait at. */
enum { TRACK_FDS = 3 };
void track_fds(const struct track *t, int ret_fds[TRACK_FDS]);

/* Takes what has come and starts what is due. Works for a few milliseconds at most and returns 1 if
 * there is more to do at once, 0 if not, or -errno with 'e'. */
int track_turn(struct track *t, int64_t now_ns, struct err *e) MUST_USE;

/* When track_turn() has something to do even if nothing comes, CLOCK_MONOTONIC. */
int64_t track_due_ns(const struct track *t);

/* Asks for fresh counters of a row; the answer comes by a later turn. True if it was asked. */
bool track_ask(struct track *t, uint32_t row);

/* Bytes of events that the kernel queues before it drops any. */
unsigned int track_rcvbuf(const struct track *t);

struct flows *track_flows(struct track *t);
void track_get_stats(const struct track *t, struct track_stats *ret_s);

#endif
