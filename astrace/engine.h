// SPDX-License-Identifier: GPL-2.0-or-later
/* engine - runs the traces to all targets at once: paces the probes, hands answers to whom they
 * belong, prints what is ready. Used by work. */
#ifndef ASTRACE_ENGINE_H
#define ASTRACE_ENGINE_H

#include "base/str.h"
#include "know.h"
#include "target.h"
#include "watch.h"
#include "wire.h"

enum { ENGINE_ACTIVE = 256 }; /* targets that are traced at the same time */

struct engine {
	const struct job *job;
	struct target *target;
	unsigned int n_targets;
	unsigned int first, begun; /* targets from 'first' up to 'begun' are being traced */
	struct wire *wire;
	struct know *know;
	struct capwrite *record; /* NULL: no --pcap */
	struct watch *watch;	 /* owned; NULL: no --watch */
	uint64_t n_recorded;	 /* packets in it */
	int sig_fd;
	struct loop *loop; /* owned */
	uint16_t low_port;
	uint64_t key;

	int64_t paced_ns;	       /* the moment up to which the rate is used up */
	bool stopped;		       /* by a signal, or nobody reads the output */
	uint64_t n_packets, n_strange; /* received; of those, about none of our probes */
	struct str out;
	struct str list; /* text of --targets, which names point into */
};

/* Gathers the descriptors; before the sandbox. Returns 0 or -errno with 'e'. */
int engine_open(struct engine *g, struct err *e) MUST_USE;

/* Runs to the end. Returns 0 or -errno with 'e'. */
int engine_run(struct engine *g, struct err *e) MUST_USE;

#endif
