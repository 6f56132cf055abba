// SPDX-License-Identifier: GPL-2.0-or-later
/* cut - cuts what the kernel handed to the TUN device, a super-packet of TCP or UDP or a plain one,
 * into packets that fit a datagram each. What join.h puts together again. Pure. */
#ifndef CURVETUN_CUT_H
#define CURVETUN_CUT_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "inner.h"

struct cut {
	const uint8_t *pkt;
	struct inner ip;
	size_t head;	/* bytes of headers, which each piece has; of a plain packet all */
	size_t left;	/* payload not yet written */
	size_t piece;	/* payload of all pieces but the last */
	size_t l4;	/* where TCP or UDP begin, by the kernel's word */
	uint8_t proto;	/* INNER_TCP, INNER_UDP; 0: a plain packet */
	bool open;	/* the checksum holds the pseudo header's sum alone, and may stay so */
	bool close;	/* it must be completed */
	size_t csum_at; /* where that checksum is */
	uint8_t flags;	/* of the message: MSG_F_PARTIAL, MSG_F_VALID */
	unsigned int n_cut;
};

/* Begins with the packet of 'n' bytes behind header 'h', both lent until the last piece.
 * 'may_stay_open': the far end completes checksums. False when the two do not fit together. */
bool cut_begin(struct cut *c, const struct virtio_net_hdr *h, const uint8_t *pkt, size_t n,
	       bool may_stay_open) MUST_USE;

/* Bytes of the next piece, 0 when there is none. */
static inline size_t cut_next_bytes(const struct cut *c)
{
	if (!c->proto)
		return c->n_cut ? 0 : c->head;
	return c->left ? c->head + (c->left < c->piece ? c->left : c->piece) : 0;
}

/* Writes it. */
void cut_next(struct cut *c, uint8_t *out);

#endif
