// SPDX-License-Identifier: GPL-2.0-or-later
/* pack - a moment of the table as bytes and back, for recordings: the flows that were chosen, their
 * owners, the account of the whole. Pure; unpacking takes bytes of any origin.
 *
 * Version 1; integers are LEB128 (base/leb128.h): version, account (enum pack_number), n of owners,
 * each: pid, uid, cgroup_id, process, cgroup, user; n of flows, each as put_flow() writes it. What
 * follows is ignored. */
#ifndef FLOWTOP_PACK_H
#define FLOWTOP_PACK_H

#include "base/bytes.h"
#include "base/str.h"
#include "flows.h"
#include "owner.h"

enum pack_number {
	PACK_EVENTS, PACK_LOST, PACK_BEGAN, PACK_ENDED, PACK_SWEEPS, PACK_EVENTS_PER_S,
	PACK_SWEPT_AGE_NS, PACK_CPU_NS, PACK_ENTRIES, PACK_MAX, PACK_INSERT_FAILED, PACK_DROP,
	PACK_EARLY_DROP, N_PACK_NUMBERS,
};

/* What is said of a moment besides its flows. */
struct pack_head {
	int64_t now_ns; /* CLOCK_MONOTONIC: ages are told from here */
	uint64_t v[N_PACK_NUMBERS];
};

/* Adds head and the 'n' flows of 'rows'. */
void pack_table(const struct pack_head *h, struct flows *t, const uint32_t *rows, size_t n,
		const struct owners *o, struct str *out);

/* Reads a moment at 'h->now_ns' (set by the caller): each flow is handed to 'fn', its owner known
 * to 'o'. Returns 0, or -EBADMSG with 'e' (flows before the fault have been handed over). */
int pack_read(struct cur c, struct pack_head *h, struct owners *o,
	      void (*fn)(void *arg, const struct flow *f), void *arg, struct err *e) MUST_USE;

#endif
