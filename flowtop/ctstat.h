// SPDX-License-Identifier: GPL-2.0-or-later
/* ctstat - the kernel's own account of its table of connections: how full it is, and what went
 * wrong. By netlink, so that no file is opened. Source: net/netfilter/nf_conntrack_netlink.c. */
#ifndef FLOWTOP_CTSTAT_H
#define FLOWTOP_CTSTAT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct ctstat_table {
	uint64_t entries; /* now */
	uint64_t max;	  /* the most it takes; 0 where the kernel does not tell */
	/* Since the namespace began, of all CPUs: */
	uint64_t insert_failed; /* two packets of one flow at once, or of two with one tuple */
	uint64_t drop;		/* packets that found no room */
	uint64_t early_drop;	/* flows that were forgotten to make room */
};

struct ctstat;

/* A socket in the present network namespace. Returns 0 with '*ret_s' owned by the caller, or -errno
 * with 'e'. */
int ctstat_open(struct ctstat **ret_s, struct err *e) MUST_USE;
void ctstat_close(struct ctstat *s);

/* Returns 0 with '*ret_t', or -errno without a sentence. Takes about 10 us. */
int ctstat_read(struct ctstat *s, struct ctstat_table *ret_t) MUST_USE;

/* Adds what the netlink message 'm' of 'n' bytes says to 't'. */
void ctstat_parse(const void *m, size_t n, struct ctstat_table *t);

#endif
