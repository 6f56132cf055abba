// SPDX-License-Identifier: GPL-2.0-or-later
/* gso - see gso.h. Source: include/uapi/linux/virtio_net.h, Documentation/networking/
 * segmentation-offloads.rst; what segmentation does to headers: inet_gso_segment(),
 * tcp_gso_segment(), __udp_gso_segment(). */
#include "gso.h"

#include <linux/virtio_net.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "proto/csum.h"

enum {
	MAX_SEGMENTS = 64, /* UDP_MAX_SEGMENTS of older kernels */
	MAX_IP_BYTES = 65535,
	ETH_BYTES = 14,
	IP4_BYTES = 20,
	IP6_BYTES = 40,
	UDP_BYTES = 8,
	TCP_BYTES = 20,
	IP4_ID = 4,
	IP4_CSUM = 10,
	TCP_SEQ = 4,
	TCP_FLAGS = 13,
	TCP_CSUM = 16,
	UDP_CSUM = 6,
	TCP_ACK = 0x10, /* any other flag stands on one segment alone, or on none */
	GSO_UDP_L4 = 5, /* VIRTIO_NET_HDR_GSO_UDP_L4, Linux 6.2 */
};

_Static_assert(sizeof(struct virtio_net_hdr) == GSO_HDR_BYTES, "kernel ABI");

/* Where things are in a packet that can be part of a super-packet. */
struct parts {
	const uint8_t *p;
	uint32_t len;
	bool v6;
	uint8_t proto;
	uint32_t l4, payload; /* offsets */
	uint32_t csum;
};

static uint64_t pseudo_sum(const struct parts *a, uint32_t n)
{
	const uint8_t *ip = a->p + ETH_BYTES;

	return a->v6 ? csum_pseudo6(ip + 8, ip + 24, a->proto, n) :
		       csum_pseudo4(ip + 12, ip + 16, a->proto, n);
}

static bool find_ip(struct parts *a)
{
	const uint8_t *ip = a->p + ETH_BYTES;
	uint32_t total;

	a->v6 = get_be16(a->p + 12) == 0x86dd;
	if (a->v6) {
		if (a->len < ETH_BYTES + IP6_BYTES || ip[0] >> 4 != 6)
			return false;
		a->l4 = ETH_BYTES + IP6_BYTES;
		a->proto = ip[6];
		total = IP6_BYTES + get_be16(ip + 4);
	} else {
		/* no options, no fragment, a right checksum */
		if (get_be16(a->p + 12) != 0x0800 || a->len < ETH_BYTES + IP4_BYTES ||
		    ip[0] != 0x45 || get_be16(ip + 6) & 0xbfff ||
		    csum_fold(csum_add(0, ip, IP4_BYTES)))
			return false;
		a->l4 = ETH_BYTES + IP4_BYTES;
		a->proto = ip[9];
		total = get_be16(ip + 2);
	}
	return ETH_BYTES + total == a->len;
}

/* False for a packet that goes alone. */
static bool find_parts(const struct iovec *v, struct parts *a)
{
	const uint8_t *l4;
	uint32_t n;

	*a = (struct parts){ .p = v->iov_base, .len = v->iov_len };
	if (a->len < ETH_BYTES + IP4_BYTES || !find_ip(a))
		return false;
	l4 = a->p + a->l4;
	n = a->len - a->l4;
	if (a->proto == IPPROTO_UDP) {
		if (n <= UDP_BYTES || get_be16(l4 + 4) != n || !get_be16(l4 + UDP_CSUM))
			return false;
		a->payload = a->l4 + UDP_BYTES;
		a->csum = a->l4 + UDP_CSUM;
	} else if (a->proto == IPPROTO_TCP) {
		if (n <= TCP_BYTES || n <= (uint32_t)(l4[12] >> 4) * 4 || l4[12] >> 4 < 5 ||
		    l4[TCP_FLAGS] != TCP_ACK || l4[12] & 15)
			return false;
		a->payload = a->l4 + (l4[12] >> 4) * 4;
		a->csum = a->l4 + TCP_CSUM;
	} else {
		return false;
	}
	return !csum_fold(csum_add(pseudo_sum(a, n), l4, n));
}

/* True if 'b' is what segmentation makes of segment 'i' behind 'a', the first. Checksums are right
 * in both, so they need no comparison. */
static bool follows(const struct parts *a, const struct parts *b, unsigned int i)
{
	uint8_t hdr[ETH_BYTES + IP6_BYTES + 60];

	if (b->len != a->len || b->payload != a->payload)
		return false;
	memcpy(hdr, b->p, a->payload);
	if (!a->v6) {
		if (get_be16(b->p + ETH_BYTES + IP4_ID) !=
		    (uint16_t)(get_be16(a->p + ETH_BYTES + IP4_ID) + i))
			return false;
		memcpy(hdr + ETH_BYTES + IP4_ID, a->p + ETH_BYTES + IP4_ID, 2);
		memcpy(hdr + ETH_BYTES + IP4_CSUM, a->p + ETH_BYTES + IP4_CSUM, 2);
	}
	if (a->proto == IPPROTO_TCP) {
		if (get_be32(b->p + a->l4 + TCP_SEQ) !=
		    get_be32(a->p + a->l4 + TCP_SEQ) + i * (a->len - a->payload))
			return false;
		memcpy(hdr + a->l4 + TCP_SEQ, a->p + a->l4 + TCP_SEQ, 4);
	}
	memcpy(hdr + a->csum, a->p + a->csum, 2);
	return !memcmp(hdr, a->p, a->payload);
}

/* The headers of 'a' for a super-packet of 'bytes' payload. */
static void put_headers(const struct parts *a, uint32_t bytes, uint8_t *out)
{
	struct virtio_net_hdr h = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = a->proto == IPPROTO_UDP ? GSO_UDP_L4 :
			    a->v6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr_len = a->payload,
		.gso_size = a->len - a->payload,
		.csum_start = a->l4,
		.csum_offset = a->csum - a->l4,
	};
	uint8_t *p = out + GSO_HDR_BYTES, *ip = p + ETH_BYTES;
	uint32_t n = a->payload - a->l4 + bytes;

	memcpy(out, &h, sizeof(h));
	memcpy(p, a->p, a->payload);
	if (a->v6) {
		put_be16(ip + 4, n);
	} else {
		put_be16(ip + 2, IP4_BYTES + n);
		put_be16(ip + IP4_CSUM, 0);
		put_be16(ip + IP4_CSUM, csum_fold(csum_add(0, ip, IP4_BYTES)));
	}
	if (a->proto == IPPROTO_UDP)
		put_be16(p + a->l4 + 4, n);
	/* the sum of the pseudo header, not inverted: whoever cuts goes on from it */
	put_be16(p + a->csum, ~csum_fold(pseudo_sum(a, n)));
}

unsigned int gso_join(const struct iovec *packets, unsigned int n, uint8_t *out,
		      uint32_t *ret_bytes)
{
	struct parts a, b;
	uint32_t each, most, at;
	unsigned int k = 1;

	if (n > 1 && find_parts(&packets[0], &a)) {
		each = a.len - a.payload;
		most = (MAX_IP_BYTES - (a.payload - ETH_BYTES)) / each;
		most = MIN(most, (uint32_t)MAX_SEGMENTS);
		most = MIN(most, n);
		while (k < most && find_parts(&packets[k], &b) && follows(&a, &b, k))
			k++;
	}
	if (k == 1) {
		memset(out, 0, GSO_HDR_BYTES);
		memcpy(out + GSO_HDR_BYTES, packets[0].iov_base, packets[0].iov_len);
		*ret_bytes = GSO_HDR_BYTES + packets[0].iov_len;
		return 1;
	}
	put_headers(&a, k * each, out);
	at = GSO_HDR_BYTES + a.payload;
	for (unsigned int i = 0; i < k; i++, at += each)
		memcpy(out + at, (const uint8_t *)packets[i].iov_base + a.payload, each);
	*ret_bytes = at;
	return k;
}
