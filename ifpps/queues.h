// SPDX-License-Identifier: GPL-2.0-or-later
/* queues - from a device's queue to the CPU that serves it: queue, NAPI instance, interrupt, which
 * CPUs may take it and which do; and the pools that its pages come from. From generic netlink
 * "netdev" (Linux 6.9), /proc/interrupts and /proc/irq; drivers that tell less give fewer columns.
 * Asked only while somebody looks or records. */
#ifndef IFPPS_QUEUES_H
#define IFPPS_QUEUES_H

#include "netdevmsg.h"
#include "sampler.h"
#include "state.h"

enum { QUEUES_MAX = 1024, POOLS_MAX = 256 };

struct queue {
	bool tx, has_napi, has_irq, has_stats, rated;
	uint32_t id, napi, irq;
	char may[48], does[48]; /* CPU lists; "" not known */
	uint64_t packets, bytes, drops, irqs;		/* totals */
	uint64_t d_packets, d_bytes, d_drops, d_irqs;	/* of the last interval */
};

/* Where the pages of a receive queue come from. */
struct pool {
	struct pool_msg is;
	struct pool_stats_msg now, old; /* totals */
	bool has_stats, rated;
};

struct queues {
	struct nl_sock *nl; /* NULL: no such family, or a recording */
	int family;
	int ifindex;
	struct queue v[QUEUES_MAX], old[QUEUES_MAX];
	size_t n, n_old;
	struct pool pool[POOLS_MAX];
	size_t n_pools;
	uint64_t *cpu_irqs, *cpu_old; /* interrupts of the device by CPU, 'n_cpus' of each */
	size_t n_cpus;
	struct str text;
};

/* Opens for device 'ifindex' of the caller's namespace. What the kernel does not have is no error.
 */
void queues_open(struct queues *q, int ifindex, const struct sampler *source);
void queues_close(struct queues *q);

/* Takes a reading for device 'name'. Returns 0 or -errno with 'e'. */
int queues_update(struct queues *q, const char *name, struct sampler *source,
		  struct err *e) MUST_USE;

/* Says in words how 'n' queues lie on CPUs, of which the 'n_cpus' took 'irqs' interrupts: "CPU 1
 * does the work of all ...". Pure. */
void queues_words(const uint64_t *irqs, size_t n_cpus, size_t n, struct str *out);

#endif
