// SPDX-License-Identifier: GPL-2.0-or-later
/* counter - the counters that the kernel keeps of a device (struct rtnl_link_stats64), by number
 * and by name, and what two readings of them tell. Pure. */
#ifndef IFPPS_COUNTER_H
#define IFPPS_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/* In the order of the kernel's struct. */
enum counter {
	RX_PACKETS,
	TX_PACKETS,
	RX_BYTES,
	TX_BYTES,
	RX_ERRORS,
	TX_ERRORS,
	RX_DROPPED,
	TX_DROPPED,
	MULTICAST,
	COLLISIONS,
	RX_LENGTH_ERRORS,
	RX_OVER_ERRORS,
	RX_CRC_ERRORS,
	RX_FRAME_ERRORS,
	RX_FIFO_ERRORS,
	RX_MISSED,
	TX_ABORTED_ERRORS,
	TX_CARRIER_ERRORS,
	TX_FIFO_ERRORS,
	TX_HEARTBEAT_ERRORS,
	TX_WINDOW_ERRORS,
	RX_COMPRESSED,
	TX_COMPRESSED,
	RX_NOHANDLER,
	RX_OTHERHOST,
	N_COUNTERS,
};

struct counter_desc {
	const char *name; /* in JSON, metrics and records */
	const char *help; /* a sentence */
};

extern const struct counter_desc counters[N_COUNTERS];

/* How far each of the 'N_COUNTERS' counters went between the readings 'prev' and 'now'. A counter
 * of 32 bits that ran over is followed. Returns false, and '*ret_d' is not set, when the counters
 * began anew (a driver that was reset), so that nothing is known of the time between. */
bool counter_deltas(const uint64_t prev[N_COUNTERS], const uint64_t now[N_COUNTERS],
		    uint64_t ret_d[N_COUNTERS]);

/* What /proc/net/dev and netsniff-ng's ifpps call drops. */
static inline uint64_t counter_rx_drops(const uint64_t v[N_COUNTERS])
{
	return v[RX_DROPPED] + v[RX_MISSED];
}

#endif
