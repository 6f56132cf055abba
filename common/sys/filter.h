// SPDX-License-Identifier: GPL-2.0-or-later
/* filter - a classic filter on a socket, with a count of what it rejects where the kernel allows.
 * Sits on cbpf/ebpf and sys/bpf; used by whoever captures. */
#ifndef SYS_FILTER_H
#define SYS_FILTER_H

#include <linux/filter.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct filter_count;

/* Attaches 'prog' to 'sock': as eBPF program with counters if that can be, else as classic filter.
 * A filter that was there is replaced. What is queued already is not filtered. Returns 0 with
 * '*ret' owned by the caller (filter_count_free(), which leaves the filter attached), or -errno
 * with 'e'. */
int filter_attach(int sock, const struct sock_fprog *prog, struct filter_count **ret,
		  struct err *e) MUST_USE;

/* Reads what the filter rejected since it was attached, summed over CPUs. Makes no system call, so
 * it works in a sandbox and without privilege. Returns 0, or -EOPNOTSUPP: not counted. */
int filter_count_read(const struct filter_count *fc, uint64_t *ret_rejected_packets,
		      uint64_t *ret_rejected_bytes) MUST_USE;

/* The same for what it accepted. */
int filter_count_accepted(const struct filter_count *fc, uint64_t *ret_packets,
			  uint64_t *ret_bytes) MUST_USE;

/* Why nothing is counted, a sentence that lives as long as 'fc'; NULL if it is. */
const char *filter_count_why(const struct filter_count *fc);

/* NULL is fine. */
void filter_count_free(struct filter_count *fc);
void filter_count_free_p(struct filter_count **fc);

#endif
