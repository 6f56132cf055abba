// SPDX-License-Identifier: GPL-2.0-or-later
/* due - how many packets of a worker are due by a moment: for engines that send many at once. The
 * moments are those of the plan, so rates hold for all workers together and do not drift. */
#ifndef TRAFGEN_DUE_H
#define TRAFGEN_DUE_H

#include "engine.h"
#include "pkt/pace.h"

struct due {
	const struct worker *w;
	int64_t start_ns;
	uint64_t n;    /* packets that went so far */
	struct pace_hist late;
};

void due_init(struct due *d, const struct worker *w);

/* The run starts at 'start_ns'; the first 'n' packets are out already. */
void due_start(struct due *d, int64_t start_ns, uint64_t n);

/* How many more packets are due by 'now_ns', 'max' at most. */
uint64_t due_count(const struct due *d, int64_t now_ns, uint64_t max);

/* When the next packet is due. */
int64_t due_next(const struct due *d);

/* The next 'n' packets went at 'now_ns'. */
void due_sent(struct due *d, uint64_t n, int64_t now_ns);

#endif
