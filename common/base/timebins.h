// SPDX-License-Identifier: GPL-2.0-or-later
/* timebins - packets and bytes over time in a fixed number of bins whose width grows as the time
 * that they span does: from a microsecond through round widths to days and beyond. Time stamps may
 * come in any order. A bin begins at a whole multiple of its width. */
#ifndef BASE_TIMEBINS_H
#define BASE_TIMEBINS_H

#include <stdint.h>

enum { TIMEBINS = 300 };

struct timebin {
	uint64_t packets, bytes;
};

/* Zeroed, it is empty. */
struct timebins {
	int64_t width_ns; /* 0: empty */
	int64_t first;    /* number of bin[0], in widths since the epoch */
	uint32_t n;       /* bins in use: none is before or behind all packets */
	struct timebin bin[TIMEBINS];
};

/* Counts a packet of 'bytes' at 'ts_ns'. */
void timebins_add(struct timebins *t, int64_t ts_ns, uint64_t bytes);

/* When bin 'i' begins, in ns since the epoch. */
int64_t timebins_start_ns(const struct timebins *t, uint32_t i);

/* Joins bins until there are at most 'max' (at least 2) of them. */
void timebins_narrow(struct timebins *t, uint32_t max);

#endif
