// SPDX-License-Identifier: GPL-2.0-or-later
/* burst - gathers sealed datagrams to one peer and sends them by one call: all of one length, but
 * for the last, which may be shorter, and with one TOS. */
#ifndef CURVETUN_BURST_H
#define CURVETUN_BURST_H

#include "core.h"
#include "udp.h"

struct burst {
	struct udp *udp;
	const struct peer *peer;
	uint8_t tos;
	size_t n_bytes, piece;
	unsigned int n;
	bool full; /* nothing may follow */
	uint64_t n_sends, n_failed; /* calls; datagrams that the kernel refused */
	int error;		    /* the last of those, as errno; 0 none */
	uint8_t buf[UDP_MAX_BYTES + 64];
};

/* Memory for the next datagram, of 'n' bytes (at most UDP_MAX_BYTES) to 'p', with TOS or traffic
 * class 'tos'. What cannot go
 * together with it is sent first. It counts once burst_add() has been called. */
uint8_t *burst_room(struct burst *b, const struct peer *p, size_t n, uint8_t tos);
void burst_add(struct burst *b, size_t n);

/* Sends what there is. */
void burst_send(struct burst *b);

#endif
