// SPDX-License-Identifier: GPL-2.0-or-later
/* ifaces - rates of devices, made of samples. Pure: the clock is that of the samples.
 * A device is its number and its birth. What it did between two samples is known only if both read
 * its counters and they did not begin anew; else nothing is said, never a guess. Sums go on from
 * where they were, over resets, wraps and renames. */
#ifndef IFPPS_IFACES_H
#define IFPPS_IFACES_H

#include "sample.h"

/* What the history keeps of each moment. */
enum mark_value { MARK_RX_BYTES, MARK_TX_BYTES, MARK_RX_PACKETS, MARK_TX_PACKETS, MARK_DROPS,
		  MARK_ERRORS, N_MARK_VALUES };

enum {
	MARKS = 66,	     /* of a device: more than the longest mean needs at one a second */
	HISTORY = 256,	     /* rates between marks: four minutes at one a second */
	MARK_NS = 950000000, /* no two marks are nearer */
};

struct mark {
	int64_t mono_ns;
	uint64_t sum[N_MARK_VALUES];
};

/* A thousand devices have a thousand of these: what only draws has the size of a float. */
struct marks {
	struct mark mark[MARKS]; /* a ring */
	unsigned int n, newest;
	float rate[2][HISTORY]; /* a ring: of MARK_RX_BYTES and MARK_TX_BYTES, bytes a second */
	unsigned int n_rates, newest_rate;
};

struct iface {
	struct link now;	    /* as sampled last */
	bool rated;		    /* 'd' holds for the 'dt_ns' before the last sample */
	bool there;		    /* in the last sample */
	int64_t dt_ns, mono_ns;	    /* 'mono_ns': when counters were read last; 0 never */
	uint64_t prev[N_COUNTERS];
	uint64_t d[N_COUNTERS];	    /* since the sample before */
	uint64_t sum[N_COUNTERS];   /* since the program saw it first */
	uint64_t resets;	    /* times that its counters began anew */
	uint64_t peak_rx_bps, peak_tx_bps;
	struct marks *marks; /* made when the first one is due */
};

struct ifaces {
	struct iface *v; /* ascending by number; only those of the last sample */
	size_t n, max;
	int64_t mono_ns, real_ns, dt_ns; /* of the last sample; dt 0: it was the first */
};

/* Takes a sample. Returns 0, or -ENOMEM with 'e'. */
int ifaces_update(struct ifaces *t, const struct sample *s, struct err *e) MUST_USE;
void ifaces_free(struct ifaces *t);

/* The device called 'name'; NULL: none. */
const struct iface *ifaces_find(const struct ifaces *t, const char *name);

/* Counter 'c' of the last interval as a rate a second, rounded; bits for bytes with
 * iface_bps(). False if it is not known. */
bool iface_rate(const struct iface *i, enum counter c, uint64_t *ret_v);
bool iface_bps(const struct iface *i, enum counter bytes, uint64_t *ret_v);

/* The mean a second over the last 'window_ns', or over what is known of it. False if nothing is. */
bool iface_mean(const struct iface *i, enum mark_value m, int64_t window_ns, uint64_t *ret_v);

/* Up to 'max' rates of MARK_RX_BYTES or MARK_TX_BYTES, bytes a second, of the last minutes, oldest
 * first; IFACE_NO_RATE where counters began anew. Returns how many. */
#define IFACE_NO_RATE UINT64_MAX
size_t iface_history(const struct iface *i, enum mark_value m, uint64_t *ret_v, size_t max);

/* "up", "down", "no-carrier", ... (RFC 2863, and what the kernel leaves unknown, by its flags). */
const char *iface_state(const struct link *l);

/* Packets and errors that got lost, of both directions, out of counters 'v'. */
uint64_t iface_drops(const uint64_t v[N_COUNTERS]);
uint64_t iface_errors(const uint64_t v[N_COUNTERS]);

#endif
