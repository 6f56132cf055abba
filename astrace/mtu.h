// SPDX-License-Identifier: GPL-2.0-or-later
/* mtu - finds the path MTU by probes of their own, which must not be fragmented: as large as the
 * device takes at first, then what routers say, or by halving where they say nothing. Pure: the
 * caller tells the time. Used by target. */
#ifndef ASTRACE_MTU_H
#define ASTRACE_MTU_H

#include "answer.h"
#include "probe.h"

enum { MTU_STEPS = 8, MTU_SIZES = 64, MTU_TRIES = 3 };

struct mtu_step {
	struct addr from; /* the router that has no way for more */
	uint16_t mtu;
};

struct mtu {
	struct probe_kind kind;
	bool begun, done;
	bool target_answers;	  /* silence means too big; else it means nothing */
	bool silent;		  /* something dropped large packets without a word */
	uint16_t local;		  /* of the device */
	uint16_t low, high;	  /* low got through, high did not */
	uint16_t size[MTU_SIZES]; /* by the probe's number */
	uint8_t n_sizes, tries;
	int64_t sent_ns, wait_ns;
	uint8_t ttl;
	struct mtu_step step[MTU_STEPS];
	unsigned int n_steps;
};

/* Begins with probes of 'k', a kind whose answers are known to come after 'rtt_ns' if
 * 'target_answers'. 'local' is the MTU of the way out, 'ttl' enough to get there. */
void mtu_begin(struct mtu *m, const struct probe_kind *k, uint16_t local, uint8_t ttl,
	       bool target_answers, int64_t rtt_ns);

/* As sweep_next(), and sets kind.total_bytes for the probe. */
bool mtu_next(struct mtu *m, int64_t now_ns, struct probe_id *ret_id, int64_t *ret_wake);

/* 'too_big': the device would not take it. */
void mtu_sent(struct mtu *m, int64_t now_ns, bool too_big);
void mtu_answer(struct mtu *m, struct probe_id id, const struct answer *a);

/* The path MTU; 0 while nothing got through and none is known. */
uint16_t mtu_result(const struct mtu *m);

#endif
