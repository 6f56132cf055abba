// SPDX-License-Identifier: GPL-2.0-or-later
/* pace - when each packet is due: absolute deadlines that do not drift, and how well they were kept.
 * Deadlines are pure computation over a clock that the caller reads (so that tests use their own);
 * only pace_prepare() and pace_wait() ask the kernel. Used by netsniff's replay and trafgen. */
#ifndef PKT_PACE_H
#define PKT_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum pace_mode {
	PACE_FAST,  /* every packet is due at once */
	PACE_ORIG,  /* gaps of the packets' own time stamps, divided by 'speed' */
	PACE_PPS,   /* 'rate' packets a second */
	PACE_BPS,   /* 'rate' bits a second, of packet bytes from the link header on */
};

struct pace_spec {
	enum pace_mode mode;
	double speed;  /* PACE_ORIG: 2 is twice as fast */
	uint64_t rate; /* PACE_PPS, PACE_BPS: 1 to PACE_MAX_RATE */
};

#define PACE_MAX_RATE 1000000000000ull

/* Reads "fast", "original", "xN" or with a fraction ("x0.5"), "N pps" ("10kpps") or a bit rate
 * ("1.5Gbit", "10Mbps"); a bare number is refused. 'what' names it in the sentence.
 * Returns 0 or -EINVAL, -ERANGE with 'e'. */
int pace_parse(const char *text, const char *what, struct pace_spec *ret_s, struct err *e) MUST_USE;

/* Writes 's' as pace_parse() reads it into 'buf' of 'n' bytes. */
void pace_text(const struct pace_spec *s, char *buf, unsigned int n);

/* Timing errors (ns late; early counts as 0) in buckets of 1/16 relative width, fixed size. */
#define PACE_SUB     16
#define PACE_BUCKETS (PACE_SUB * 37)

struct pace_hist {
	uint64_t n;
	uint64_t max_ns;
	uint64_t sum_ns;
	uint64_t bucket[PACE_BUCKETS];
};

void pace_hist_add(struct pace_hist *h, uint64_t late_ns);

/* The value that 'per_mille' of 1000 samples do not exceed, within 1/16; 0 without samples. */
uint64_t pace_hist_quantile(const struct pace_hist *h, unsigned int per_mille);

/* State of one run. Values meant to be looked at; set by the functions below. */
struct pace {
	struct pace_spec spec;
	bool started;
	int64_t t0_ns;     /* clock at the first packet */
	int64_t ts_base;   /* time stamp, ns, that stands at t0_ns + loop_ns */
	int64_t loop_ns;   /* length of the passes before this one */
	int64_t last_due;  /* ns since t0_ns; deadlines never go back */
	int64_t last_ts;
	uint64_t n_packets, n_bytes;
	uint64_t n_backward; /* time stamps that went back: sent at once */
	struct pace_hist hist;
};

void pace_init(struct pace *p, const struct pace_spec *s);

/* The moment at which the next packet, of time stamp 'ts_ns' and 'len' bytes, is due, on the clock
 * that 'now_ns' was read from; the first packet is due now. Time stamps that jump back count as equal. */
int64_t pace_due(struct pace *p, int64_t now_ns, int64_t ts_ns, uint32_t len);

/* The source starts from its beginning: its first time stamp follows one mean gap after the last. */
void pace_rewind(struct pace *p);

/* Records that a packet due at 'due_ns' left at 'now_ns'. */
void pace_record(struct pace *p, int64_t due_ns, int64_t now_ns);

/* Asks the kernel for exact wake-ups of this thread (timer slack 1 ns). */
void pace_prepare(void);

/* Waits until 'due_ns' (CLOCK_MONOTONIC), asleep for all but the last moment. 'wake_fd' (-1: none), a
 * signalfd or the like, ends the wait early when it becomes readable.
 * Returns 0, or -EINTR when 'wake_fd' is readable or a signal handler ran. */
int pace_wait(int64_t due_ns, int wake_fd);

#endif
