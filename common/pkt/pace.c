// SPDX-License-Identifier: GPL-2.0-or-later
/* pace - see pace.h. */
#include "pkt/pace.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "base/attr.h"
#include "sys/clock.h"

/* The last part of a wait is spent reading the clock: a sleeper is late by the time that a wake-up
 * takes, 10 to 60 us on a virtual machine. */
#define SPIN_NS (50 * NS_PER_US)

/* A time stamp further back than this is another clock, not a reordered packet. */
#define STEP_BACK_NS NS_PER_S

/* Values of a packet count times 1e9 do not fit 64 bits. */
__extension__ typedef unsigned __int128 u128;

/* Bucket of 'v': its position by leading bit, then the four bits behind that. */
static unsigned int bucket_of(uint64_t v)
{
	unsigned int shift;

	if (v < PACE_SUB)
		return v;
	shift = 59 - __builtin_clzll(v);
	return PACE_SUB * (shift + 1) + (unsigned int)(v >> shift) - PACE_SUB;
}

/* The largest value of bucket 'b'. */
static uint64_t bucket_top(unsigned int b)
{
	unsigned int shift;

	if (b < PACE_SUB)
		return b;
	shift = b / PACE_SUB - 1;
	return (((uint64_t)(b % PACE_SUB) + PACE_SUB + 1) << shift) - 1;
}

void pace_hist_add(struct pace_hist *h, uint64_t late_ns)
{
	h->n++;
	h->bucket[bucket_of(late_ns)]++;
	if (late_ns > h->max_ns)
		h->max_ns = late_ns;
}

uint64_t pace_hist_quantile(const struct pace_hist *h, unsigned int per_mille)
{
	uint64_t want = (uint64_t)(((u128)h->n * per_mille + 999) / 1000);
	uint64_t seen = 0;

	if (!h->n)
		return 0;
	for (unsigned int b = 0; b < PACE_BUCKETS; b++) {
		seen += h->bucket[b];
		if (seen && seen >= want)
			return MIN(bucket_top(b), h->max_ns);
	}
	return h->max_ns;
}

void pace_init(struct pace *p, const struct pace_spec *s)
{
	memset(p, 0, sizeof(*p));
	p->spec = *s;
}

static int64_t add_sat(int64_t a, int64_t b)
{
	int64_t r;

	if (__builtin_add_overflow(a, b, &r))
		return a < 0 ? INT64_MIN : INT64_MAX;
	return r;
}

/* 'units' of which 'rate' pass in a second, as ns. */
static int64_t units_ns(u128 units, uint64_t rate)
{
	u128 ns = units * 1000000000u / rate;

	return ns > INT64_MAX ? INT64_MAX : (int64_t)ns;
}

/* Offset of time stamp 'ts' from the start of the run. */
static int64_t orig_off(struct pace *p, int64_t ts)
{
	int64_t gap, off;
	double scaled;

	if (!p->started || p->rewound) {
		int64_t took = p->last_off - p->pass_off;

		p->base_off = p->last_off;
		if (p->rewound && p->n_pass > 1)
			p->base_off = add_sat(p->last_off, took / (int64_t)(p->n_pass - 1));
		p->pass_off = p->base_off;
		p->ts_base = ts;
		p->n_pass = 0;
	}
	if (__builtin_sub_overflow(ts, p->ts_base, &gap))
		gap = ts < 0 ? INT64_MIN : INT64_MAX;
	scaled = (double)gap / p->spec.speed;
	if (p->spec.speed != 1)
		gap = scaled >= 9.2e18	  ? INT64_MAX
		      : scaled <= -9.2e18 ? INT64_MIN
					  : (int64_t)scaled;
	off = add_sat(p->base_off, gap);
	if (off >= p->last_off)
		return off;
	p->n_backward++;
	if (off < add_sat(p->last_off, -(int64_t)MIN(STEP_BACK_NS / p->spec.speed, 9e18))) {
		p->base_off = p->last_off;
		p->ts_base = ts;
	}
	return p->last_off;
}

int64_t pace_due(struct pace *p, int64_t now_ns, int64_t ts_ns, uint32_t len)
{
	int64_t off = 0;

	if (!p->started)
		p->t0_ns = now_ns;
	switch (p->spec.mode) {
	case PACE_FAST:
		off = now_ns - p->t0_ns;
		break;
	case PACE_ORIG:
		off = orig_off(p, ts_ns);
		break;
	case PACE_PPS:
		off = units_ns(p->n_packets, p->spec.rate);
		break;
	case PACE_BPS:
		off = units_ns((u128)p->n_bytes * 8, p->spec.rate);
		break;
	}
	p->started = true;
	p->rewound = false;
	p->last_off = off;
	p->n_packets++;
	p->n_pass++;
	p->n_bytes += len;
	return add_sat(p->t0_ns, off);
}

void pace_rewind(struct pace *p)
{
	p->rewound = p->started;
}

void pace_record(struct pace *p, int64_t due_ns, int64_t now_ns)
{
	pace_hist_add(&p->hist, now_ns > due_ns ? (uint64_t)(now_ns - due_ns) : 0);
}

void pace_prepare(void)
{
	(void)prctl(PR_SET_TIMERSLACK, 1);
}

int pace_wait(int64_t due_ns, int wake_fd)
{
	int64_t left = due_ns - clock_mono_ns();

	while (wake_fd >= 0 && left > NS_PER_MS) {
		struct pollfd p = { .fd = wake_fd, .events = POLLIN };
		struct timespec ts = clock_timespec(left - NS_PER_MS / 2);

		if (ppoll(&p, 1, &ts, NULL))
			return -EINTR;
		left = due_ns - clock_mono_ns();
	}
	if (left > SPIN_NS && clock_sleep_until(due_ns - SPIN_NS) < 0)
		return -EINTR;
	while (clock_mono_ns() < due_ns)
		;
	return 0;
}
