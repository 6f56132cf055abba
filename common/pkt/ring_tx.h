// SPDX-License-Identifier: GPL-2.0-or-later
/* ring_tx - sends packets out of one device: lends frame buffers, queues them, counts what became of
 * them. Sits on the packet socket of the kernel (packet_mmap.rst, packet(7)); used by netsniff and
 * trafgen. Knows no protocols. One thread a ring. */
#ifndef PKT_RING_TX_H
#define PKT_RING_TX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* How frames reach the kernel. */
enum ring_tx_engine {
	RING_TX_AUTO, /* what measures best here */
	RING_TX_MMAP, /* shared TPACKET_V2 ring: the kernel refers to our pages */
	RING_TX_MMSG, /* sendmmsg: the kernel copies */
};

/* The longest packet a frame may be sized for. */
#define RING_TX_MAX_PACKET 65536

struct ring_tx_opts {
	const char *dev;       /* name, also used in error sentences; copied */
	enum ring_tx_engine engine;
	size_t ring_bytes;     /* memory for frames; 0: a default */
	uint32_t packet_bytes; /* longest packet to be sent, up to RING_TX_MAX_PACKET; 0: 1 frame of 2048 */
	bool qdisc_bypass;     /* hand frames to the driver directly, past qdiscs and taps */
	uint32_t batch;        /* frames gathered before ring_tx_commit() kicks by itself; 0: a default */
};

/* All monotonic. committed = sent + wrong_format + lost + those still in the ring. */
struct ring_tx_stats {
	uint64_t committed;    /* frames given in */
	uint64_t sent;         /* frames that the device took */
	uint64_t sent_bytes;   /* their bytes, from the link header on */
	uint64_t wrong_format; /* frames that the kernel refused: shorter than a link header, beyond the MTU */
	uint64_t lost;         /* frames given up: device down or removed, drain cut short */
	uint64_t busy;         /* times that the device or its queue was full and a frame was offered again */
	uint64_t calls;        /* system calls that sent */
};

struct ring_tx;

/* Opens a sender as 'o' asks and hands it to '*ret_r'; ring_tx_close() ends it.
 * Needs CAP_NET_RAW. -errno with 'e': no such device, device down, no memory for the ring (names the
 * size), size out of range. Takes no packets from the device. */
int ring_tx_open(const struct ring_tx_opts *o, struct ring_tx **ret_r, struct err *e) MUST_USE;

/* Frees all; what was not drained may not leave. NULL is fine. */
void ring_tx_close(struct ring_tx *r);
void ring_tx_close_p(struct ring_tx **r);

/* The room of one frame, bytes: the longest packet that ring_tx_commit() takes. */
uint32_t ring_tx_room(const struct ring_tx *r);

/* The longest packet that the device takes: its MTU and link header (and one VLAN tag), as last asked
 * by ring_tx_open(). */
uint32_t ring_tx_max_len(const struct ring_tx *r);

/* Frames that the ring has. */
uint32_t ring_tx_n_frames(const struct ring_tx *r);

/* Lends '*ret_buf' of ring_tx_room() bytes for the next frame. Lends the same again until it is
 * committed. When all frames are under way it sends and waits up to 'timeout_ms' (-1: for ever, while
 * the device is there) for one to come free.
 * Returns 1, 0 on timeout or a signal, -errno with 'e': device removed, down, without carrier. */
int ring_tx_slot(struct ring_tx *r, int timeout_ms, uint8_t **ret_buf, struct err *e) MUST_USE;

/* Gives in the lent frame with 'len' bytes filled, 1 to ring_tx_room(). Does not wait; it may leave
 * with a later ring_tx_kick(), ring_tx_slot() or ring_tx_drain(). */
void ring_tx_commit(struct ring_tx *r, uint32_t len);

/* Sends what is committed, without waiting where the device is full: what is left stays committed.
 * Returns 0 or -errno with 'e' (as ring_tx_slot). */
int ring_tx_kick(struct ring_tx *r, struct err *e) MUST_USE;

/* Sends until every frame left or was refused, for at most 'timeout_ms' (-1: while the device is there)
 * without progress. Frames still there then count as lost. Returns 0, -ETIMEDOUT, -EINTR on a signal,
 * or -errno with 'e' (as ring_tx_slot). */
int ring_tx_drain(struct ring_tx *r, int timeout_ms, struct err *e) MUST_USE;

/* What became of the frames up to now. */
void ring_tx_get_stats(const struct ring_tx *r, struct ring_tx_stats *ret_s);

/* The engine in use, and a name for it. */
enum ring_tx_engine ring_tx_engine(const struct ring_tx *r);
const char *ring_tx_engine_name(enum ring_tx_engine engine);

#endif
