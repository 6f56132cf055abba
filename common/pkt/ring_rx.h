// SPDX-License-Identifier: GPL-2.0-or-later
/* ring_rx - receive side of the shared TPACKET_V3 ring of one interface: owns the socket and the
 * mapping, lends blocks in order, and keeps the ledger that says where each packet went.
 * Sits on base; used by every program that captures. Knows no protocols.
 * Source: Documentation/networking/packet_mmap.rst, net/packet/af_packet.c.
 *
 * Blocks are lent oldest first and may be put back later, also oldest first; several may be out at
 * once (a disk writer, a flight recorder). Until a block is put back the kernel keeps off it, and
 * its holder may change anything in it but the block descriptor (the first BLOCK_DESC_BYTES). */
#ifndef PKT_RING_RX_H
#define PKT_RING_RX_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pkt/block.h"

struct ring_rx;

struct ring_rx_conf {
	uint32_t ifindex;     /* one interface; a ring for each, also for "any" */
	uint16_t linktype;    /* of the frames: given to every packet */
	bool cooked;          /* SOCK_DGRAM: the kernel strips the link header */
	size_t ring_bytes;    /* 1 MiB and up, also beyond 4 GiB; rounded down to whole blocks */
	uint32_t block_bytes; /* at most; 0: chosen from ring_bytes */
	uint32_t retire_ms;   /* a block that is not full is handed over after this long */
	uint32_t snaplen;     /* bytes shown of a packet; 0: all */
	bool promisc;
	bool ignore_outgoing; /* loopback shows every packet twice otherwise */
	bool hwtimestamp;     /* raw hardware time stamps, where the device was told to take them */
	uint32_t fanout;      /* PACKET_FANOUT argument, id | type << 16 */
	bool has_fanout;
};

/* Where an interface's packets went, since the ring was opened.
 * offered - dropped == in_blocks holds once ring_rx_stop() is done and all blocks were lent. */
struct ring_rx_count {
	uint64_t offered;   /* tp_packets: passed the filter; includes dropped */
	uint64_t dropped;   /* tp_drops: no room */
	uint64_t freezes;   /* times the ring was full when the kernel wanted its next block */
	uint64_t in_blocks; /* packets in the blocks that were lent */
	uint64_t blocks;    /* blocks that were lent */
};

/* Chooses a ring size for a link of 'speed_bps' (0 unknown) on a machine with 'ram_bytes'. */
size_t ring_rx_default_bytes(uint64_t speed_bps, uint64_t ram_bytes);

/* Opens a ring. 'waiting' (may be NULL) is called with 'arg' about ten times a second while the
 * kernel allocates; a non-zero result gives up with -EINTR. Nothing is received before
 * ring_rx_start(). Returns 0 with '*ret_r' owned by the caller, or -errno with a sentence that
 * names the size tried or the missing capability. */
int ring_rx_open(const struct ring_rx_conf *conf, int (*waiting)(void *arg), void *arg,
		 struct ring_rx **ret_r, struct err *e) MUST_USE;
void ring_rx_close(struct ring_rx *r);
void ring_rx_close_p(struct ring_rx **r);

/* The packet socket, for filters and poll(); stays the ring's. */
int ring_rx_fd(const struct ring_rx *r);
const struct ring_rx_conf *ring_rx_conf(const struct ring_rx *r);
uint32_t ring_rx_n_blocks(const struct ring_rx *r);

/* Starts reception (binds the socket, joins the fanout group). Attach the filter before. */
int ring_rx_start(struct ring_rx *r, struct err *e) MUST_USE;

/* Starts reception of a ring that was opened for interface 0, which is none, from 'ifindex',
 * promiscuous if 'promisc'. Needs no privilege, so that a ring opened before it was given up serves
 * an interface that comes later. Returns 0 or -errno with 'e'. */
int ring_rx_adopt(struct ring_rx *r, uint32_t ifindex, bool promisc, struct err *e) MUST_USE;

/* The fanout group to join at the start, and the one that was joined. */
void ring_rx_set_fanout(struct ring_rx *r, uint32_t fanout);
int ring_rx_get_fanout(const struct ring_rx *r, uint32_t *ret_fanout, struct err *e) MUST_USE;

/* Ends reception: a filter that rejects everything. Packets that were taken are still to be
 * lent; once ring_rx_idle() says so there are no more. */
int ring_rx_stop(struct ring_rx *r, struct err *e) MUST_USE;

/* True if all packets that the ring accepted were in blocks lent so far. */
bool ring_rx_idle(struct ring_rx *r);

/* Lends the next filled block if there is one: 1 with '*ret_b' set, else 0. Never waits. */
int ring_rx_get(struct ring_rx *r, struct block *ret_b) MUST_USE;

/* Gives the oldest lent block back to the kernel. */
void ring_rx_put(struct ring_rx *r);

/* Blocks lent and not yet put back. */
uint32_t ring_rx_lent(const struct ring_rx *r);

/* The error a socket reports when its interface goes down or away: 0, -ENETDOWN or another -errno.
 * Clears it. */
int ring_rx_error(struct ring_rx *r);

/* Brings the counters up to date with the kernel's, whose 32 bits are cleared by reading: to be
 * called at least once a second under load; ring_rx_put() does so when the ring is full. */
void ring_rx_count(struct ring_rx *r, struct ring_rx_count *ret_c);

#endif
