// SPDX-License-Identifier: GPL-2.0-or-later
/* cpu - sets of CPUs, pinning, and scheduling classes. IRQs are in irq.h. */
#ifndef SYS_CPU_H
#define SYS_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define CPU_MAX 8192 /* CONFIG_NR_CPUS of the largest distribution kernels */

struct cpus {
	uint64_t bits[CPU_MAX / 64];
};

static inline bool cpus_has(const struct cpus *c, unsigned int cpu)
{
	return cpu < CPU_MAX && c->bits[cpu / 64] >> cpu % 64 & 1;
}

static inline void cpus_add(struct cpus *c, unsigned int cpu)
{
	if (cpu < CPU_MAX)
		c->bits[cpu / 64] |= 1ull << cpu % 64;
}

static inline void cpus_del(struct cpus *c, unsigned int cpu)
{
	if (cpu < CPU_MAX)
		c->bits[cpu / 64] &= ~(1ull << cpu % 64);
}

unsigned int cpus_count(const struct cpus *c);

/* The smallest member >= 'from', or -1. */
int cpus_next(const struct cpus *c, unsigned int from);

/* Parses a CPU list, "0-3,8" ("" is the empty set). 'what' names it in the sentence.
 * Returns 0 with '*ret_c', or -EINVAL with 'e'. Source: cpuset(7), FORMATS. */
int cpus_parse(const char *text, const char *what, struct cpus *ret_c, struct err *e) MUST_USE;

/* Writes the set as a CPU list, with a NUL, cut at 'size'. */
void cpus_format(const struct cpus *c, char *buf, size_t size);

/* CPUs that are online, and those of them that this thread may run on. */
int cpu_online(struct cpus *ret_c, struct err *e) MUST_USE;
int cpu_allowed(struct cpus *ret_c, struct err *e) MUST_USE;

/* Lets the calling thread run on 'cpu' alone. Returns 0 or -errno with 'e' (-EINVAL: no such CPU,
 * or not allowed by the cpuset). */
int cpu_pin(unsigned int cpu, struct err *e) MUST_USE;
int cpu_pin_set(const struct cpus *c, struct err *e) MUST_USE;

/* High priority for the calling thread and those it starts later: SCHED_FIFO at the lowest
 * real-time priority, or nice -20 where that is not permitted. Needs CAP_SYS_NICE, so call it
 * before priv_drop(). '*ret_how' says which in a few words. Returns 0 or -errno with 'e'. */
int cpu_prio_high(const char **ret_how, struct err *e) MUST_USE;

#endif
