// SPDX-License-Identifier: GPL-2.0-or-later
/* state - what outputs and views are made of: the last sample, that before it, and the rates. */
#ifndef IFPPS_STATE_H
#define IFPPS_STATE_H

#include "ifaces.h"
#include "sample.h"

struct drops;

struct state {
	struct sample now;
	struct host prev; /* of the sample before; of no CPU, and zero, at first */
	struct ifaces ifaces;
	const struct drops *drops; /* the ledger, NULL: it is closed */
	uint64_t n_samples;
	int64_t first_ns, cost_ns; /* when the first one was taken, and CPU time since then */
};

/* Moves 'now' of the host to 'prev' before the next sample. Returns 0, or -ENOMEM with 'e'. */
int state_keep_host(struct state *st, struct err *e) MUST_USE;
void state_free(struct state *st);

/* CPU 'cpu' as it was before; zeroed if it was not there. */
struct cpu state_cpu_before(const struct state *st, size_t cpu);

/* What a counter of the host went on by: 0 if it went back, or was not read before. */
uint64_t state_delta(uint64_t prev, uint64_t now);

#endif
