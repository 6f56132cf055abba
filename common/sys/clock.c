// SPDX-License-Identifier: GPL-2.0-or-later
/* clock - see clock.h. */
#include "sys/clock.h"

#include <errno.h>

static int64_t now_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

int64_t clock_mono_ns(void)
{
	return now_ns(CLOCK_MONOTONIC);
}

int64_t clock_real_ns(void)
{
	return now_ns(CLOCK_REALTIME);
}

int64_t clock_cpu_ns(void)
{
	return now_ns(CLOCK_PROCESS_CPUTIME_ID);
}

int clock_sleep_until(int64_t deadline_ns)
{
	struct timespec t = clock_timespec(deadline_ns);

	if (deadline_ns <= 0)
		return 0;
	return -clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

int64_t clock_next_aligned(int64_t real_ns, int64_t period_ns)
{
	time_t s = clock_timespec(real_ns).tv_sec;
	int64_t local, rest;
	struct tm tm;

	local = localtime_r(&s, &tm) ? real_ns + tm.tm_gmtoff * NS_PER_S : real_ns;
	rest = local % period_ns;
	if (rest < 0)
		rest += period_ns;
	return real_ns + period_ns - rest;
}
