// SPDX-License-Identifier: GPL-2.0-or-later
/* engine - ways to get the packets of a program out of a device: a record of functions each. run.c
 * opens one, gives each of its workers a thread, and asks what became of the packets. Which packets
 * a worker sends, and their bytes, are the same with every engine. */
#ifndef TRAFGEN_ENGINE_H
#define TRAFGEN_ENGINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "job.h"
#include "plan.h"
#include "prog.h"
#include "report.h"

/* One thread of a run. The first part is given, the second the engine's. */
struct worker {
	const struct job *job;
	const struct prog *prog;
	const struct plan *plan;
	void *shared;		/* what the engine's open() made */
	unsigned int index; /* of the plan's */
	uint64_t n_packets;	/* to send; UINT64_MAX: no limit */
	int64_t start_ns;	/* when all workers started */
	int64_t end_ns;		/* INT64_MAX: no limit */
	int stop_fd;		/* readable: stop */

	void *state;
	struct str dead; /* with -s: the packet after which the host did not answer, as a script */
	bool idle; /* there is no packet for it */
	struct tally tally;
	struct err err;

	/* run.c's */
	const struct engine *engine;
	int done_fd;
	pthread_t thread;
	bool started;
	int rc;
};

struct engine {
	const char *name;
	unsigned int in_a_row;	  /* packets of the plan that a worker takes at once; 0: one */
	unsigned int sandbox;	  /* enum sandbox_flag of what work() does */
	const unsigned int *caps; /* capabilities that work() needs */
	size_t n_caps;

	/* What all workers share; NULL: nothing. Returns 0 with '*ret_shared' until close().
	 * -errno with 'e' saying why this engine cannot send this script by this device. */
	int (*open)(const struct job *job, const struct plan *p, void **ret_shared,
		    struct err *e);
	void (*close)(void *shared);

	/* Makes w->state, in the device's namespace, with all privileges. Nothing leaves the
	 * device before work(), but what proves that packets can. */
	int (*open_worker)(struct worker *w, struct err *e);
	void (*close_worker)(struct worker *w);

	/* Sends until all is sent, w->end_ns, or w->stop_fd is readable. 0, or -errno with
	 * w->err. */
	int (*work)(struct worker *w);

	/* Fills w->tally with what became of the packets, and adds to 'streams' how many of each
	 * packet of the script the engine was handed. */
	void (*count)(struct worker *w, uint64_t *streams);

	/* How many packets went so far, about: asked while work() runs, by another thread. */
	uint64_t (*so_far)(const struct worker *w);
};

/* The engines there are, and their words for --engine; ENGINE_AUTO is none of them. */
const struct engine *engine_of(int id);

/* What --engine auto tries, from the fastest on; ENGINE_AUTO ends it. The last one takes whatever
 * the device takes. */
extern const int engine_order[];

extern const struct engine engine_live, engine_mmsg, engine_ring, engine_xsk,
	engine_gso;

#endif
