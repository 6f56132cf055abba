// SPDX-License-Identifier: GPL-2.0-or-later
/* unwrap - packets of a live capture with --decap: the tunnel taken off, then -f and --snaplen,
 * which the kernel cannot apply to what is inside. One for each capturing thread. */
#ifndef NETSNIFF_UNWRAP_H
#define NETSNIFF_UNWRAP_H

#include "base/err.h"
#include "decap.h"
#include "job.h"
#include "keep.h"
#include "lane.h"

struct unwrap {
	struct decap *decap;
	struct keep keep;
	uint64_t snaplen; /* 0: all */
	uint64_t drops;   /* lost before packets that were rejected: told with the next one */
};

/* Reads the filter of 'job', by names too, so before the sandbox; the 'first' prints it for -B.
 * 0, or -errno with 'e'. */
int unwrap_open(const struct job *job, bool first, struct unwrap *ret_u, struct err *e) MUST_USE;
void unwrap_close(struct unwrap *u);

/* Takes the tunnel off '*p' of lane 'l' and counts that. False if the filter rejects what is left.
 * '*p' lives on until the next call. */
bool unwrap_packet(struct unwrap *u, struct lane *l, struct pkt *p);

#endif
