// SPDX-License-Identifier: GPL-2.0-or-later
/* pace - when the next burst leaves, by absolute deadlines: a late burst makes none after it late,
 * so that a rate does not drift. */
#ifndef SENDER_PACE_H
#define SENDER_PACE_H

#include <stdint.h>

struct pace {
	uint64_t start_ns, sent, n_bursts; /* since pace_start() */
	uint64_t pps, pause_ns;            /* at most one is set; none: as fast as it goes */
	unsigned int burst;
};

/* A pace of 'pps' frames a second, or of bursts each 'pause_ns', or neither. 'burst' frames at a
 * time; for 0: a millisecond's worth but at least 'batch', or 'chunk' if nothing is waited for. */
struct pace pace_of(uint64_t pps, uint64_t burst, uint64_t pause_ns, unsigned int batch,
		    unsigned int chunk);

/* Starts the clock anew. */
void pace_start(struct pace *p);

/* Sleeps until the next burst is due; returns at once when it is late, and early on a signal. */
void pace_wait(const struct pace *p);

/* Notes that a burst of 'n' frames went out. */
void pace_sent(struct pace *p, unsigned int n);

static inline unsigned int pace_burst(const struct pace *p)
{
	return p->burst;
}

/* Nanoseconds of CLOCK_MONOTONIC. */
uint64_t now_ns(void);

#endif
