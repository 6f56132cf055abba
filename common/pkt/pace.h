// SPDX-License-Identifier: GPL-2.0-or-later
/* pace - when each packet is due: absolute deadlines that do not drift, and how well they were
 * kept. Deadlines are pure computation over a clock that the caller reads, so that tests use their
 * own; only pace_prepare() and pace_wait() ask the kernel. Used by netsniff's replay and trafgen.
 */
#ifndef PKT_PACE_H
#define PKT_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum pace_mode {
	PACE_FAST, /* every packet is due at once */
	PACE_ORIG, /* gaps of the packets' own time stamps, divided by 'speed' */
	PACE_PPS,  /* 'rate' packets a second */
	PACE_BPS,  /* 'rate' bits a second, of packet bytes from the link header on */
};

struct pace_spec {
	enum pace_mode mode;
	double speed;  /* PACE_ORIG: above 0; 2 is twice as fast */
	uint64_t rate; /* PACE_PPS, PACE_BPS: at least 1 */
};

/* Timing errors in buckets of 1/16 relative width: values below 16 have one each. */
enum { PACE_SUB = 16, PACE_BUCKETS = PACE_SUB * 61 };

struct pace_hist {
	uint64_t n;
	uint64_t max_ns;
	uint64_t bucket[PACE_BUCKETS];
};

void pace_hist_add(struct pace_hist *h, uint64_t late_ns);

/* The value that 'per_mille' of 1000 samples do not exceed, at most 1/16 above the true one; 0
 * without samples. */
uint64_t pace_hist_quantile(const struct pace_hist *h, unsigned int per_mille);

/* State of one run; the counters and 'hist' are for reading. */
struct pace {
	struct pace_spec spec;
	bool started, rewound;
	int64_t t0_ns;		    /* clock at the first packet */
	int64_t ts_base;	    /* time stamp that stands at t0_ns + base_off */
	int64_t base_off, last_off; /* ns after t0_ns; deadlines never go back */
	uint64_t n_packets, n_bytes;
	uint64_t n_pass;     /* packets of this pass over the source */
	int64_t pass_off;    /* where this pass began */
	uint64_t n_backward; /* time stamps older than one before */
	struct pace_hist hist;
};

void pace_init(struct pace *p, const struct pace_spec *s);

/* The moment at which the next packet, of time stamp 'ts_ns' and 'len' bytes, is due, on the clock
 * that 'now_ns' was read from; the first packet is due now. A packet whose time stamp is older than
 * one before is due together with that one; a step back of more than a second is taken for a clock
 * that was set, and the gaps go on from there. */
int64_t pace_due(struct pace *p, int64_t now_ns, int64_t ts_ns, uint32_t len);

/* The source starts from its beginning: its first packet follows one mean gap after the last. */
void pace_rewind(struct pace *p);

/* Records that a packet due at 'due_ns' left at 'now_ns'; an early one counts as exact. */
void pace_record(struct pace *p, int64_t due_ns, int64_t now_ns);

/* Asks the kernel for exact wake-ups of this thread (timer slack 1 ns). */
void pace_prepare(void);

/* Waits until 'due_ns' (CLOCK_MONOTONIC), asleep for all but the last moment. 'wake_fd' (-1: none),
 * a signalfd or the like, ends a wait of more than a millisecond early when it becomes readable.
 * Returns 0, or -EINTR when 'wake_fd' is readable or a signal handler ran. */
int pace_wait(int64_t due_ns, int wake_fd);

#endif
