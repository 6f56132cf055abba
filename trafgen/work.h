// SPDX-License-Identifier: GPL-2.0-or-later
/* work - what engines of user space share: a worker that makes packets in memory, a batch at a time
 * and each when it is due, and hands them on. */
#ifndef TRAFGEN_WORK_H
#define TRAFGEN_WORK_H

#include <sys/uio.h>

#include "engine.h"
#include "make.h"
#include "pkt/pace.h"
#include "smoke.h"

#define WORK_BATCH 64

/* What becomes of a batch. */
struct outlet {
	/* Hands on the 'n' frames, in order. Returns how many were dealt with, less than 'n' only
	 * when 'wake_fd' became readable, or -errno with 'e'. */
	int (*send)(void *out, const struct iovec *frames, unsigned int n, int wake_fd,
		    struct err *e);
};

struct work {
	struct worker *w;
	const struct outlet *outlet;
	void *out; /* the outlet's */
	struct maker maker;
	struct smoke *smoke; /* NULL: nobody is asked */
	struct pace pace;
	unsigned int n; /* gathered */
	struct iovec frames[WORK_BATCH];
	int64_t due[WORK_BATCH];
};

/* Makes the packets of 'w' ready. 0 or -errno with 'e'. */
int work_open(struct work *k, struct worker *w, const struct outlet *outlet, void *out,
	      struct err *e) MUST_USE;
void work_close(struct work *k);

/* The loop of struct engine's work(). */
int work_run(struct work *k) MUST_USE;

/* Of struct engine. */
uint64_t work_so_far(const struct worker *w);

/* True at 'now_ns' when the time of the run is up. With a rate, what was due before goes all the
 * same if it is a little late: the next packet is due at 'due_ns'. */
bool work_over(const struct worker *w, int64_t now_ns, int64_t due_ns);

/* True when the run was told to stop. */
bool work_stopped(const struct worker *w);

#endif
