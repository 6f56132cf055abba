// SPDX-License-Identifier: GPL-2.0-or-later
/* counter - see counter.h. The sentences follow the kernel's if_link.h. */
#include "counter.h"

const struct counter_desc counters[N_COUNTERS] = {
	[RX_PACKETS] = { "rx_packets", "good packets received" },
	[TX_PACKETS] = { "tx_packets", "packets sent" },
	[RX_BYTES] = { "rx_bytes", "bytes of good packets received" },
	[TX_BYTES] = { "tx_bytes", "bytes of packets sent" },
	[RX_ERRORS] = { "rx_errors", "bad packets received, of every kind" },
	[TX_ERRORS] = { "tx_errors", "packets that could not be sent, of every kind" },
	[RX_DROPPED] = { "rx_dropped", "received and not processed: no memory, no protocol" },
	[TX_DROPPED] = { "tx_dropped", "dropped on their way to the wire" },
	[MULTICAST] = { "multicast", "multicast packets received" },
	[COLLISIONS] = { "collisions", "collisions while sending" },
	[RX_LENGTH_ERRORS] = { "rx_length_errors", "dropped for a length that cannot be" },
	[RX_OVER_ERRORS] = { "rx_over_errors", "lost as the receiver was full" },
	[RX_CRC_ERRORS] = { "rx_crc_errors", "with a wrong checksum of the frame" },
	[RX_FRAME_ERRORS] = { "rx_frame_errors", "not aligned to bytes" },
	[RX_FIFO_ERRORS] = { "rx_fifo_errors", "lost as the queue of the device ran over" },
	[RX_MISSED] = { "rx_missed_errors", "lost as the host had no buffer ready" },
	[TX_ABORTED_ERRORS] = { "tx_aborted_errors", "given up while sending" },
	[TX_CARRIER_ERRORS] = { "tx_carrier_errors", "carrier lost while sending" },
	[TX_FIFO_ERRORS] = { "tx_fifo_errors", "sender of the device ran empty" },
	[TX_HEARTBEAT_ERRORS] = { "tx_heartbeat_errors", "no heartbeat after sending" },
	[TX_WINDOW_ERRORS] = { "tx_window_errors", "collision too late" },
	[RX_COMPRESSED] = { "rx_compressed", "compressed packets received" },
	[TX_COMPRESSED] = { "tx_compressed", "compressed packets sent" },
	[RX_NOHANDLER] = { "rx_nohandler", "dropped on an inactive member of a bond or team" },
	[RX_OTHERHOST] = { "rx_otherhost_dropped", "for another host's address" },
};

#define WRAP 0x100000000ull

/* A counter of 32 bits stood in its upper half and stands in its lower half now. */
static bool wrapped(uint64_t prev, uint64_t now)
{
	return prev < WRAP && prev >= WRAP / 2 && now < WRAP / 2 &&
	       now + WRAP - prev < WRAP / 2;
}

bool counter_deltas(const uint64_t prev[N_COUNTERS], const uint64_t now[N_COUNTERS],
		    uint64_t ret_d[N_COUNTERS])
{
	/* A reset takes all counters back at once; one that went back without a wrap tells. */
	for (int i = 0; i < N_COUNTERS; i++)
		if (now[i] < prev[i] && !wrapped(prev[i], now[i]))
			return false;
	for (int i = 0; i < N_COUNTERS; i++)
		ret_d[i] = now[i] - prev[i] + (now[i] < prev[i] ? WRAP : 0);
	return true;
}
