// SPDX-License-Identifier: GPL-2.0-or-later
/* skbdrop - counts the packets that the kernel drops, by network namespace, device and reason: a
 * BPF program at the raw tracepoint kfree_skb, which runs only while the handle is open. Offsets
 * and the names of reasons come from the kernel's own BTF, so that one program fits every kernel
 * that has reasons (Linux 5.17). Needs CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN. */
#ifndef SYS_SKBDROP_H
#define SYS_SKBDROP_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum { SKBDROP_MAX = 16384 }; /* (namespace, device, reason): what comes later is not counted */

struct skbdrop_count {
	uint32_t netns;	  /* inode of /proc/PID/ns/net; 0: the kernel did not tell */
	uint32_t ifindex; /* 0: the packet had no device */
	uint32_t reason;  /* enum skb_drop_reason of this kernel */
	uint32_t pad;
	uint64_t n;
};

struct skbdrop;

/* Begins to count. Returns 0 with '*ret_d', or -errno with 'e' (-EOPNOTSUPP: this kernel has no BTF
 * or no reasons; -EPERM). */
int skbdrop_open(struct skbdrop **ret_d, struct err *e) MUST_USE;
void skbdrop_close(struct skbdrop *d);
void skbdrop_close_p(struct skbdrop **d);

/* The counts since it was opened, in memory of the caller's (free()), in no order.
 * Returns 0 with '*ret_c' and '*ret_n', or -errno with 'e'. */
int skbdrop_read(struct skbdrop *d, struct skbdrop_count **ret_c, size_t *ret_n,
		 struct err *e) MUST_USE;

/* The name of 'reason' without SKB_DROP_REASON_: "NO_SOCKET"; NULL: this kernel has none for it. */
const char *skbdrop_name(const struct skbdrop *d, uint32_t reason);

#endif
