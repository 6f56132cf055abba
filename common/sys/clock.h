// SPDX-License-Identifier: GPL-2.0-or-later
/* clock - times in ns as 64-bit integers, and sleeping until a moment rather than for a while,
 * so that a schedule does not drift. */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdint.h>
#include <time.h>

#include "base/attr.h"

#define NS_PER_S  1000000000ll
#define NS_PER_MS 1000000ll
#define NS_PER_US 1000ll

/* CLOCK_MONOTONIC: for intervals and deadlines. */
int64_t clock_mono_ns(void);

/* CLOCK_REALTIME: since the Unix epoch, for stamps; steps when somebody sets the clock. */
int64_t clock_real_ns(void);

/* CPU time, user and system, that all threads of this process have used. */
int64_t clock_cpu_ns(void);

/* Sleeps until CLOCK_MONOTONIC shows 'deadline_ns'; a past one returns at once.
 * Returns 0, or -EINTR when a signal handler ran, so that a stop flag can be looked at. */
int clock_sleep_until(int64_t deadline_ns);

/* The wall-clock moment after 'real_ns' that is a whole multiple of 'period_ns' (> 0) in local
 * time: rotation on the hour, at midnight. Periods are cut from local midnight's offset at
 * 'real_ns'. */
int64_t clock_next_aligned(int64_t real_ns, int64_t period_ns);

/* ns as the struct the system calls take; 'ns' may be negative. */
static inline struct timespec clock_timespec(int64_t ns)
{
	int64_t rest = ns % NS_PER_S;

	if (rest < 0)
		rest += NS_PER_S;
	return (struct timespec){ .tv_sec = (ns - rest) / NS_PER_S, .tv_nsec = rest };
}

#endif
