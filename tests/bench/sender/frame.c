// SPDX-License-Identifier: GPL-2.0-or-later
/* frame - builds the sender's frame in memory; live.c compiles the same bytes to eBPF.
 * Documentation addresses (RFC 5737), the discard port, a locally administered MAC address. */
#include "frame.h"

#include <string.h>

#include "base/bytes.h"

enum { VLAN_TYPE = 0x8100, IPV4_TYPE = 0x0800, IPV4_BYTES = 20, UDP_BYTES = 8 };

static uint16_t ipv4_sum(const uint8_t *header)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < IPV4_BYTES; i += 2)
		sum += get_be16(header + i);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

static void put_ipv4_udp(struct wcur *w, unsigned int n_bytes)
{
	uint8_t *header = w->p;

	wcur_be16(w, 0x4500);
	wcur_be16(w, n_bytes);
	wcur_be32(w, 0x00004000); /* identification 0, do not fragment */
	wcur_be32(w, 0x40110000); /* TTL 64, UDP, checksum below */
	wcur_be32(w, 0xc0000201); /* 192.0.2.1 */
	wcur_be32(w, 0xc6336401); /* 198.51.100.1 */
	put_be16(header + 10, ipv4_sum(header));
	wcur_be16(w, 9);
	wcur_be16(w, 9);
	wcur_be16(w, n_bytes - IPV4_BYTES);
	wcur_be16(w, 0); /* UDP over IPv4 may go without a checksum (RFC 768) */
}

void frame_build(struct frame *ret_f, unsigned int n_bytes, unsigned int vlan)
{
	static const uint8_t addresses[12] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1 };
	struct wcur w = wcur_of(ret_f->data, n_bytes);

	memset(ret_f, 0, sizeof(*ret_f));
	wcur_bytes(&w, addresses, sizeof(addresses));
	if (vlan) {
		wcur_be16(&w, VLAN_TYPE);
		wcur_be16(&w, vlan);
	}
	wcur_be16(&w, IPV4_TYPE);
	put_ipv4_udp(&w, n_bytes - wcur_used(&w));
	ret_f->n_bytes = n_bytes;
	ret_f->payload = wcur_used(&w);
}

void frame_number(const struct frame *f, uint8_t *data, uint64_t seq)
{
	uint64_t word = seq * FRAME_MIX, wire = __builtin_bswap64(seq);
	unsigned int off = f->payload;

	memcpy(data + off, &wire, 8);
	for (off += 8; off + 8 <= f->n_bytes; off += 8)
		put_le64(data + off, word++);
	memcpy(data + off, &word, f->n_bytes - off);
}
