// SPDX-License-Identifier: GPL-2.0-or-later
/* keep - which packets of a file a job wants: filter file, type, time range, snap length. */
#ifndef NETSNIFF_KEEP_H
#define NETSNIFF_KEEP_H

#include "base/err.h"
#include "cbpf/vm.h"
#include "job.h"
#include "pkt/pkt.h"

/* Link types that an expression is compiled for before the sandbox closes the files of names. */
#define KEEP_LINKS 16

struct keep {
	struct vm *vm; /* NULL: no filter file */
	const char *expr; /* NULL: no filter expression */
	struct vm *vms[KEEP_LINKS]; /* of the expression, by link type; NULL: not to be had there */
	uint64_t n_wrong_link; /* packets of a link type on which the expression means nothing */
	uint16_t wrong_link;   /* the first of them */
	bool needs_more; /* than the bytes of a packet: what the kernel or the file knows of it */
	int packet_type;
	int64_t since_ns, until_ns;
	uint64_t n_unknown_type; /* left out by -t because their file does not say */
};

/* Reads what 'job' says; prints the filter's instructions to standard error for -B.
 * Returns 0 with '*ret_k' owned by the caller (keep_free()), or -errno with 'e'. */
int keep_open(const struct job *job, struct keep *ret_k, struct err *e) MUST_USE;
void keep_free(struct keep *k);

/* How many bytes of 'p' to keep; 0: leave it out. */
uint32_t keep_bytes(struct keep *k, const struct pkt *p);

/* What the run says in the end of packets on whose link type the filter expression means nothing:
 * -EINVAL with 'e', or 0 when there was none. */
int keep_end(const struct keep *k, struct err *e) MUST_USE;

/* True if nothing but a filter decides on packets of 'linktype', and by their bytes alone.
 * '*ret_vm' is the filter, NULL for none. */
bool keep_by_filter(const struct keep *k, uint16_t linktype, struct vm **ret_vm);

/* The same as yes or no, for a callback with a struct keep as 'arg'. */
bool keep_packet(void *arg, const struct pkt *p);

#endif
