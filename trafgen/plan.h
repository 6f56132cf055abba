// SPDX-License-Identifier: GPL-2.0-or-later
/* plan - which packet of a program goes when: one order of all packets of a run, and the moment of
 * each, as pure functions of its number. Workers share the order, so that what they send together
 * is what one alone would send. Immutable once made; used by all engines.
 *
 * The order repeats in rounds. Where the script has streams a round is a list of turns: so many
 * packets of one stream that follow each other. Within a stream its packets go by their weights. A
 * script with cpu() has no common order: each worker counts its own packets. */
#ifndef TRAFGEN_PLAN_H
#define TRAFGEN_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "job.h"
#include "prog.h"

/* Most turns in a round. */
#define PLAN_MAX_TURNS (1u << 20)

/* A packet's place in the round of its lane. */
struct slot {
	uint32_t packet;
	uint32_t times;	      /* it is in the round */
	uint32_t nth;	      /* of these */
	uint32_t rank, share; /* among the workers that send it, where each counts its own */
};

/* The packets of a stream; with cpu(), of a worker. */
struct lane {
	const struct stream *stream; /* NULL: of a worker */
	uint32_t first_slot, n_slots;
	uint32_t burst;
	uint64_t per_round;    /* its packets in a round of turns */
	uint64_t bits;	       /* of all its slots together */
	long double spacing_ns; /* between two of its packets; 0: no rate of its own */
};

struct turn {
	uint64_t first; /* number of its first packet in the round of turns */
	uint64_t nth;	/* of the lane's packets in the round, that packet is */
	int64_t at_ns;	/* in the round, where streams have rates */
	uint32_t lane;
};

struct plan {
	const struct prog *prog;
	const struct job *job;
	unsigned int n_workers;
	unsigned int in_a_row; /* packets that a worker takes of the order, a power of two */
	bool paced;	       /* there are moments to keep */
	struct slot *slots;
	uint64_t *bits_before; /* each slot, in its lane */
	struct lane *lanes;
	uint32_t n_slots, n_lanes;
	struct turn *turns; /* n_turns of 0: one lane without bursts */
	uint32_t n_turns;
	uint32_t turn_packets; /* in every turn; 0: they differ */
	uint64_t round_packets;
	uint64_t round_num, round_den; /* ns that a round takes, where streams have rates */
};

/* Makes the plan of 'g' for so many workers, who take 'in_a_row' packets at once. Keeps 'g' and
 * 'job'. Returns 0 with '*ret_p' to be freed, -EINVAL with 'e' saying which streams do not go
 * together, or -ENOMEM. */
int plan_make(const struct prog *g, const struct job *job, unsigned int n_workers,
	      unsigned int in_a_row, struct plan *ret_p, struct err *e) MUST_USE;
void plan_free(struct plan *p);

/* True if the script has no packet for worker 'w'. */
bool plan_idle(const struct plan *p, unsigned int w);

/* How many of 'n' packets worker 'w' sends. */
uint64_t plan_share(const struct plan *p, unsigned int w, uint64_t n);

/* The packet that worker 'w' sends 'i'th (from 0), its indices, and its slot. */
const struct packet *plan_at(const struct plan *p, unsigned int w, uint64_t i,
			     uint64_t ret_index[N_INDEX], uint32_t *ret_slot);

/* Key of the random order of lane 'i'. */
static inline uint64_t plan_key(const struct plan *p, uint32_t i)
{
	return prog_random(p->prog->seed, i);
}

/* When it is due, ns after the start of the run. */
int64_t plan_moment_ns(const struct plan *p, unsigned int w, uint64_t i);

#endif
