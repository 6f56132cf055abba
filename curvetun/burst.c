// SPDX-License-Identifier: GPL-2.0-or-later
/* burst - see burst.h. */
#include "burst.h"

uint8_t *burst_room(struct burst *b, const struct peer *p, size_t n, uint8_t tos)
{
	if (b->n && (b->full || b->peer != p || b->tos != tos || n > b->piece ||
		     b->n_bytes + n > UDP_MAX_BYTES))
		burst_send(b);
	if (!b->n) {
		b->peer = p;
		b->piece = n;
		b->tos = tos;
	}
	return b->buf + b->n_bytes;
}

void burst_add(struct burst *b, size_t n)
{
	b->n_bytes += n;
	b->full = ++b->n == UDP_MAX_PIECES || n < b->piece || b->peer->plain_out;
}

void burst_send(struct burst *b)
{
	int rc;

	if (!b->n)
		return;
	rc = udp_send(b->udp, b->buf, b->n_bytes, b->piece, &b->peer->at, b->tos);
	b->n_sends++;
	if (rc) {
		b->n_failed += b->n;
		b->error = -rc;
	}
	b->n = 0;
	b->n_bytes = 0;
	b->full = false;
}
