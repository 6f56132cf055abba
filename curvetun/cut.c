// SPDX-License-Identifier: GPL-2.0-or-later
/* cut - see cut.h. TSO and USO as a network card does them: IPv4 identification and TCP sequence
 * go up, FIN and PSH are the last piece's, CWR the first's. */
#include "cut.h"

#include <string.h>

#include "base/bytes.h"
#include "msg.h"
#include "proto/csum.h"
#include "sys/uapi.h"

enum { FIN = 1, PSH = 8, CWR = 0x80 };

/* A packet that is one datagram. */
static bool begin_plain(struct cut *c, const struct virtio_net_hdr *h, size_t n, bool may_stay_open)
{
	c->head = n;
	if (h->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
		c->l4 = h->csum_start;
		c->csum_at = (size_t)h->csum_start + h->csum_offset;
		if (c->l4 < c->ip.l4 || c->csum_at + 2 > n)
			return false;
		/* Only where the far end finds the place by itself. */
		c->open = may_stay_open && c->l4 == c->ip.l4 && !c->ip.fragment &&
			  c->csum_at - c->l4 == (c->ip.proto == INNER_TCP ? 16 : 6) &&
			  (c->ip.proto == INNER_TCP || c->ip.proto == INNER_UDP);
		c->close = !c->open;
		c->flags = c->open ? MSG_F_PARTIAL : 0;
	} else if (h->flags & VIRTIO_NET_HDR_F_DATA_VALID) {
		c->flags = MSG_F_VALID;
	}
	return true;
}

bool cut_begin(struct cut *c, const struct virtio_net_hdr *h, const uint8_t *pkt, size_t n,
	       bool may_stay_open)
{
	uint8_t type = h->gso_type & ~VIRTIO_NET_HDR_GSO_ECN;

	memset(c, 0, sizeof(*c));
	c->pkt = pkt;
	if (!inner_read(pkt, n, &c->ip))
		return false;
	if (type == VIRTIO_NET_HDR_GSO_NONE)
		return begin_plain(c, h, n, may_stay_open);
	c->proto = type == VIRTIO_NET_HDR_GSO_UDP_L4 ? INNER_UDP : INNER_TCP;
	c->l4 = h->csum_start;
	if (!(h->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) || c->l4 < c->ip.l4 || c->l4 + 20 > n)
		return false;
	c->head = c->l4 + (c->proto == INNER_UDP ? 8 : (pkt[c->l4 + 12] >> 4) * 4u);
	if (c->head >= n || !h->gso_size || c->head < c->l4 + 8)
		return false;
	c->left = n - c->head;
	c->piece = h->gso_size;
	c->csum_at = c->l4 + (c->proto == INNER_UDP ? 6 : 16);
	c->open = may_stay_open && c->l4 == c->ip.l4;
	c->close = !c->open;
	c->flags = c->open ? MSG_F_PARTIAL : 0;
	return true;
}

/* The checksum of a piece, open or complete. */
static void checksum(const struct cut *c, uint8_t *out, size_t n)
{
	struct inner ip = c->ip;
	uint64_t sum = inner_pseudo(&ip, c->proto, n - c->l4);
	uint16_t v;

	put_be16(out + c->csum_at, 0);
	if (c->close)
		sum = csum_add(sum, out + c->l4, n - c->l4);
	v = csum_fold(sum);
	if (c->open)
		v = ~v;
	else if (!v && c->proto == INNER_UDP)
		v = 0xffff;
	put_be16(out + c->csum_at, v);
}

static void next_plain(struct cut *c, uint8_t *out)
{
	uint16_t v;

	memcpy(out, c->pkt, c->head);
	c->n_cut = 1;
	if (!c->close)
		return;
	/* The field holds the pseudo header's sum, which takes part as it stands. */
	v = csum_fold(csum_add(0, out + c->l4, c->head - c->l4));
	put_be16(out + c->csum_at, v || c->ip.proto != INNER_UDP ? v : 0xffff);
}

void cut_next(struct cut *c, uint8_t *out)
{
	size_t data = MIN(c->left, c->piece), done = c->n_cut * c->piece, n = c->head + data;
	uint8_t *l4 = out + c->l4;

	if (!c->proto) {
		next_plain(c, out);
		return;
	}
	memcpy(out, c->pkt, c->head);
	memcpy(out + c->head, c->pkt + c->head + done, data);
	c->left -= data;
	if (!c->ip.v6)
		put_be16(out + 4, get_be16(out + 4) + c->n_cut);
	inner_set_length(out, &c->ip, n);
	if (c->proto == INNER_UDP) {
		put_be16(l4 + 4, 8 + data);
	} else {
		put_be32(l4 + 4, get_be32(l4 + 4) + done);
		l4[13] &= ~((c->left ? FIN | PSH : 0) | (c->n_cut ? CWR : 0));
	}
	c->n_cut++;
	checksum(c, out, n);
}
