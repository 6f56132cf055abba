// SPDX-License-Identifier: GPL-2.0-or-later
/* join - joins packets of one TCP or UDP flow that follow each other into one super-packet for the
 * TUN device, as a network card's receive offload does; the reverse of cut.h. Copies nothing: the
 * super-packet is a list of pieces of the packets given. Pure. */
#ifndef CURVETUN_JOIN_H
#define CURVETUN_JOIN_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/attr.h"
#include "inner.h"

enum { JOIN_MAX = 128, JOIN_BYTES = 65535 };

struct join {
	bool tso, uso; /* what the device takes */

	/* The packet under way: iov[0] its virtio_net header, iov[1] the first packet. */
	unsigned int n; /* packets in it; 0: none */
	struct virtio_net_hdr hdr;
	struct iovec iov[1 + JOIN_MAX];
	size_t n_bytes; /* with headers */
	struct inner ip;
	uint8_t *first;
	uint8_t flags;	/* MSG_F_* of the first */
	uint8_t proto;	/* INNER_TCP, INNER_UDP: more may be joined; 0: no */
	size_t head, piece;
	uint32_t seq;	/* of the next */
	uint8_t tcp_flags; /* of all */
};

/* Adds the packet of 'n' bytes with message flags 'flags', whose form 'ip' inner_read() has found;
 * the memory is lent until join_done(). False when it does not follow what is there: finish that
 * first, after which it is always taken. */
bool join_add(struct join *j, uint8_t *pkt, size_t n, const struct inner *ip,
	      uint8_t flags) MUST_USE;

/* Completes the packet under way: iov[0] to iov[n] are to be written in one piece. */
void join_finish(struct join *j);

/* Forgets it. */
static inline void join_done(struct join *j)
{
	j->n = 0;
}

#endif
