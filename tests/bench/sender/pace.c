// SPDX-License-Identifier: GPL-2.0-or-later
/* pace - see pace.h. */
#include "pace.h"

#include <time.h>

#include "base/attr.h"

enum { NS = 1000000000 };

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS + ts.tv_nsec;
}

struct pace pace_of(uint64_t pps, uint64_t burst, uint64_t pause_ns, unsigned int batch,
		    unsigned int chunk)
{
	struct pace p = { .pps = pps, .pause_ns = pause_ns, .burst = burst };

	if (!p.burst)
		p.burst = pps ? MAX((unsigned int)(pps / 1000), batch) : pause_ns ? batch : chunk;
	return p;
}

void pace_start(struct pace *p)
{
	p->start_ns = now_ns();
	p->sent = 0;
	p->n_bursts = 0;
}

void pace_wait(const struct pace *p)
{
	uint64_t due = p->start_ns + p->n_bursts * p->pause_ns;
	struct timespec ts;

	if (!p->pps && !p->pause_ns)
		return;
	if (p->pps)
		due = p->start_ns + (uint64_t)((__uint128_t)p->sent * NS / p->pps);
	if (due <= now_ns())
		return;
	ts = (struct timespec){ .tv_sec = due / NS, .tv_nsec = due % NS };
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

void pace_sent(struct pace *p, unsigned int n)
{
	p->sent += n;
	p->n_bursts++;
}
