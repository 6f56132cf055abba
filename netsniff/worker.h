// SPDX-License-Identifier: GPL-2.0-or-later
/* worker - the loop of one capturing thread: wait for a ring, a wake-up or a deadline; lend up to a
 * batch of blocks of one ring; print, write, give them back; next ring. A block goes back only when
 * its packets are written or counted as something else. */
#ifndef NETSNIFF_WORKER_H
#define NETSNIFF_WORKER_H

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "flight.h"
#include "lane.h"
#include "out.h"
#include "setup.h"

/* What all workers of a run share; written by any, read by all. */
struct capture_state {
	uint64_t left;   /* packets until -n is reached; UINT64_MAX: no limit */
	bool limited;
	int stop;        /* reception ends */
	unsigned int rotate; /* counts the new files asked for */
};

struct worker {
	struct setup *setup;
	struct capture_state *state;
	struct lane *lanes; /* its own */
	uint32_t n_lanes;
	struct out *out;       /* its own; NULL: packets are only printed or counted */
	struct flight *flight; /* NULL: none */
	int cpu;               /* to run on; -1: any */
	int wake_fd;           /* readable when 'state' changed; -1: the only worker */

	pthread_t thread;
	struct pollfd *fds;    /* n_lanes + 2 */
	int64_t count_ns;
	unsigned int rotated;
	uint32_t under_way;    /* blocks that the writer thread has */
	struct lane *under_way_of;
	int rc;
	struct err err;
};

/* Moves what the rings have and does what is due. Returns the blocks moved, or -errno with 'e'. */
int worker_turn(struct worker *w, struct err *e) MUST_USE;

/* The only worker captures 'dev' too; as setup_adopt(). */
int worker_adopt(struct worker *w, const struct netdev *dev, struct err *e) MUST_USE;

/* Waits for a ring or for 'fds[0]' and 'fds[1]', whose 'fd' and 'events' the caller has set, but
 * not beyond 'due_ns' (CLOCK_MONOTONIC). Returns 0 or -errno with 'e'. */
int worker_wait(struct worker *w, int64_t due_ns, struct err *e) MUST_USE;

/* Reception has been stopped: moves what is left in the rings and ends the output. 'before' is what
 * the run has come to so far: after a failure packets are counted as not written. */
int worker_end(struct worker *w, int before, struct err *e) MUST_USE;

/* Runs until 'state->stop' as a thread of its own: results in 'rc' and 'err'. */
void *worker_thread(void *worker);

#endif
