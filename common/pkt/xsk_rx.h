// SPDX-License-Identifier: GPL-2.0-or-later
/* xsk_rx - receives through AF_XDP what ring_rx receives through a packet socket, and lends it the
 * same way: packets of some queues of a device, copied into blocks that are laid out as those of a
 * TPACKET_V3 ring, so that files and accounts come out the same. Only packets that arrive are seen.
 * The filter runs here, as the kernel's do not see these packets; time stamps are those of the
 * moment at which packets are taken over. Ethernet only. One thread each. */
#ifndef PKT_XSK_RX_H
#define PKT_XSK_RX_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pkt/block.h"
#include "pkt/ring_rx.h"
#include "pkt/xsk_gate.h"

struct xsk_rx;

struct xsk_rx_conf {
	const char *dev;
	uint32_t ifindex;
	uint8_t mac[6];	   /* of the device: which packets are for it */
	uint16_t hatype;   /* ARPHRD_* */
	struct xsk_gate *gate; /* of the device, shared; stays the caller's and lives longer */
	uint32_t first_queue, step, n_queues; /* of n_queues: the first, and each 'step' on */
	size_t ring_bytes;    /* for blocks and for frames of all its queues */
	uint32_t retire_ms;   /* a block that is not full is lent after this long */
	uint32_t snaplen;     /* bytes kept of a packet; 0: all */
	bool promisc;
	const struct sock_fprog *filter; /* len 0: none; for packets as files have them */
};

/* Opens a socket on each queue. 0 with '*ret_r' owned by the caller, or -errno with 'e'. */
int xsk_rx_open(const struct xsk_rx_conf *conf, struct xsk_rx **ret_r, struct err *e) MUST_USE;
void xsk_rx_close(struct xsk_rx *r);

/* Readable when there is something to lend, or soon. */
int xsk_rx_fd(const struct xsk_rx *r);

/* The gate is closed: what is left is lent at once. */
void xsk_rx_stop(struct xsk_rx *r);

/* As those of ring_rx. 'offered' of the counts is without what the filter rejected, 'freezes' the
 * times that the driver found no free frame. */
bool xsk_rx_idle(struct xsk_rx *r);
int xsk_rx_get(struct xsk_rx *r, struct block *ret_b) MUST_USE;
void xsk_rx_put(struct xsk_rx *r);
void xsk_rx_count(struct xsk_rx *r, struct ring_rx_count *ret_c);

/* What the filter rejected. */
uint64_t xsk_rx_rejected(const struct xsk_rx *r);

/* True if the driver hands packets over without a copy. */
bool xsk_rx_zero_copy(const struct xsk_rx *r);

uint32_t xsk_rx_n_blocks(const struct xsk_rx *r);

#endif
