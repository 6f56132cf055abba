// SPDX-License-Identifier: GPL-2.0-or-later
/* join - see join.h. Packets are joined only if cutting the result gives them back: equal ports,
 * acknowledgement, window, options, TTL, TOS; sequence without a gap; FIN, PSH and a shorter
 * payload on the last alone. A checksum that nobody has looked at is looked at first: joining
 * would hide that it is wrong. */
#include "join.h"

#include <string.h>

#include "base/bytes.h"
#include "msg.h"
#include "proto/csum.h"
#include "sys/uapi.h"

enum { FIN = 1, PSH = 8, ACK = 0x10, CWR = 0x80 };

/* Bytes of headers of a packet that can be part of a super-packet, else 0. */
static size_t head_of(const struct join *j, const uint8_t *p, size_t n, const struct inner *ip)
{
	const uint8_t *l4 = p + ip->l4;
	size_t head;

	if (ip->fragment || (!ip->v6 && ip->l4 != 20))
		return 0;
	if (j->uso && ip->proto == INNER_UDP && n > ip->l4 + 8u)
		return get_be16(l4 + 4) == n - ip->l4 ? ip->l4 + 8u : 0;
	if (!j->tso || ip->proto != INNER_TCP || n < ip->l4 + 20u)
		return 0;
	head = ip->l4 + (l4[12] >> 4) * 4u;
	if (head < ip->l4 + 20u || head >= n || (l4[13] & ~(FIN | PSH | CWR)) != ACK)
		return 0;
	return head;
}

static bool checksum_ok(const uint8_t *p, size_t n, const struct inner *ip, uint8_t flags)
{
	size_t n_l4 = n - ip->l4;

	if (flags & (MSG_F_PARTIAL | MSG_F_VALID))
		return true;
	return csum_fold(csum_add(inner_pseudo(ip, ip->proto, n_l4), p + ip->l4, n_l4)) == 0;
}

static void start(struct join *j, uint8_t *pkt, size_t n, const struct inner *ip, uint8_t flags)
{
	size_t head = head_of(j, pkt, n, ip);

	memset(&j->hdr, 0, sizeof(j->hdr));
	j->iov[0] = (struct iovec){ &j->hdr, sizeof(j->hdr) };
	j->iov[1] = (struct iovec){ pkt, n };
	j->n = 1;
	j->n_bytes = n;
	j->ip = *ip;
	j->first = pkt;
	j->flags = flags;
	j->proto = 0;
	if (!head || !checksum_ok(pkt, n, ip, flags))
		return;
	j->head = head;
	j->piece = n - head;
	if (ip->proto == INNER_UDP) {
		/* Without a checksum it stays alone: none is to be made. */
		j->proto = get_be16(pkt + ip->l4 + 6) || flags & MSG_F_PARTIAL ? INNER_UDP : 0;
		return;
	}
	j->tcp_flags = pkt[ip->l4 + 13];
	j->seq = get_be32(pkt + ip->l4 + 4) + j->piece;
	j->proto = j->tcp_flags & (FIN | PSH) ? 0 : INNER_TCP;
}

/* The same IP header but for length, identification and checksum. */
static bool same_ip(const struct join *j, const uint8_t *p, const struct inner *ip)
{
	const uint8_t *f = j->first;

	if (ip->v6 != j->ip.v6 || ip->proto != j->proto)
		return false;
	if (ip->v6)
		return !memcmp(f, p, 4) && !memcmp(f + 6, p + 6, 34);
	return !memcmp(f, p, 2) && !memcmp(f + 6, p + 6, 4) && !memcmp(f + 12, p + 12, 8) &&
	       get_be16(p + 4) == (uint16_t)(get_be16(f + 4) + j->n);
}

static bool same_tcp(const struct join *j, const uint8_t *p)
{
	const uint8_t *f = j->first + j->ip.l4, *l4 = p + j->ip.l4;

	return !memcmp(f, l4, 4) && get_be32(l4 + 4) == j->seq && !memcmp(f + 8, l4 + 8, 5) &&
	       !(l4[13] & CWR) && !memcmp(f + 14, l4 + 14, 2) && !memcmp(f + 18, l4 + 18, 2) &&
	       !memcmp(f + 20, l4 + 20, j->head - j->ip.l4 - 20);
}

/* True if the packet may follow. */
static bool follows(const struct join *j, const uint8_t *p, size_t n, const struct inner *ip,
		    uint8_t flags)
{
	if (!j->proto || j->n == JOIN_MAX || !same_ip(j, p, ip) ||
	    head_of(j, p, n, ip) != j->head || n - j->head > j->piece ||
	    j->n_bytes + n - j->head > JOIN_BYTES)
		return false;
	if (j->proto == INNER_UDP) {
		if (memcmp(j->first + ip->l4, p + ip->l4, 4) ||
		    !(get_be16(p + ip->l4 + 6) || flags & MSG_F_PARTIAL))
			return false;
	} else if (!same_tcp(j, p)) {
		return false;
	}
	return checksum_ok(p, n, ip, flags);
}

bool join_add(struct join *j, uint8_t *pkt, size_t n, const struct inner *ip, uint8_t flags)
{
	if (!j->n) {
		start(j, pkt, n, ip, flags);
		return true;
	}
	if (!follows(j, pkt, n, ip, flags))
		return false;
	j->iov[1 + j->n++] = (struct iovec){ pkt + j->head, n - j->head };
	j->n_bytes += n - j->head;
	if (j->proto == INNER_TCP) {
		j->tcp_flags |= pkt[ip->l4 + 13];
		j->seq += n - j->head;
	}
	if (n - j->head < j->piece || (j->proto == INNER_TCP && j->tcp_flags & (FIN | PSH)))
		j->proto = 0;
	return true;
}

/* One packet: its checksum as the sender left it. */
static void finish_one(struct join *j)
{
	struct virtio_net_hdr *h = &j->hdr;
	size_t offset = j->ip.proto == INNER_TCP ? 16 : 6, n_l4 = j->n_bytes - j->ip.l4;

	if (j->flags & MSG_F_PARTIAL && !j->ip.fragment && offset + 2 <= n_l4 &&
	    (j->ip.proto == INNER_TCP || j->ip.proto == INNER_UDP)) {
		h->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		h->csum_start = j->ip.l4;
		h->csum_offset = offset;
		put_be16(j->first + j->ip.l4 + offset,
			 ~csum_fold(inner_pseudo(&j->ip, j->ip.proto, n_l4)));
	} else if (j->flags & MSG_F_VALID) {
		h->flags = VIRTIO_NET_HDR_F_DATA_VALID;
	}
}

void join_finish(struct join *j)
{
	struct virtio_net_hdr *h = &j->hdr;
	uint8_t *l4 = j->first + j->ip.l4;
	size_t n_l4 = j->n_bytes - j->ip.l4;

	if (j->n == 1) {
		finish_one(j);
		return;
	}
	inner_set_length(j->first, &j->ip, j->n_bytes);
	h->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	h->hdr_len = j->head;
	h->gso_size = j->piece;
	h->csum_start = j->ip.l4;
	if (j->ip.proto == INNER_UDP) {
		h->gso_type = VIRTIO_NET_HDR_GSO_UDP_L4;
		h->csum_offset = 6;
		put_be16(l4 + 4, n_l4);
	} else {
		h->gso_type = j->ip.v6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
		if (j->tcp_flags & CWR)
			h->gso_type |= VIRTIO_NET_HDR_GSO_ECN;
		h->csum_offset = 16;
		l4[13] = j->tcp_flags;
	}
	put_be16(l4 + h->csum_offset, ~csum_fold(inner_pseudo(&j->ip, j->ip.proto, n_l4)));
}
