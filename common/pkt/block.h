// SPDX-License-Identifier: GPL-2.0-or-later
/* block - a filled block of a TPACKET_V3 ring and the walk over its packets. Inline, since it is
 * the innermost loop of every capture. Source: include/uapi/linux/if_packet.h, packet_mmap.rst. */
#ifndef PKT_BLOCK_H
#define PKT_BLOCK_H

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"
#include "base/bytes.h"
#include "pkt/pkt.h"

enum {
	BLOCK_DESC_BYTES = 48, /* the descriptor, whose status word keeps the kernel off */
	SLL_BYTES = 16,	       /* LINKTYPE_LINUX_SLL header */
};

/* A lent block. A value: copies refer to the same memory. */
struct block {
	uint8_t *base;       /* the block descriptor */
	uint32_t size_bytes; /* of the whole block */
	uint32_t used_bytes; /* from 'base' to the end of the last packet, aligned to 8 */
	uint32_t first;      /* offset of the first packet's header; unspecified if n_pkts is 0 */
	uint32_t n_pkts;
	uint64_t seq;        /* counts from 1 */
	uint64_t drops;      /* packets lost between the block before and this one */
	uint32_t snaplen;    /* no packet shows more bytes than this */
	uint16_t linktype;
	bool cooked;         /* packets start at the network header; a cooked one is put before */
};

/* Puts a LINKTYPE_LINUX_SLL header before the network header at 'net'; the room is there, and
 * doing it twice does no harm. Returns its start. */
static inline uint8_t *block_cook(uint8_t *net, const struct sockaddr_ll *sll)
{
	uint8_t *p = net - SLL_BYTES;

	put_be16(p, sll->sll_pkttype);
	put_be16(p + 2, sll->sll_hatype);
	put_be16(p + 4, sll->sll_halen);
	memcpy(p + 6, sll->sll_addr, 8);
	memcpy(p + 14, &sll->sll_protocol, 2);
	return p;
}

/* Walks the packets of 'b': '*pos' is 0 at first. Returns false after the last one. Fills 'ret_p'
 * but for 'iface'; the first packet carries the block's drops. A tag that the kernel stripped
 * stays in vlan_tci and vlan_tpid. The next packet's header is read before the call returns, so
 * that the caller may write over this one's. */
static inline bool block_next(const struct block *b, uint32_t *pos, struct pkt *ret_p)
{
	uint32_t at = *pos ? *pos : b->first;
	const struct sockaddr_ll *sll;
	const struct tpacket3_hdr *h;
	uint8_t *data;

	if (at == UINT32_MAX || !b->n_pkts)
		return false;
	h = (const struct tpacket3_hdr *)(b->base + at);
	sll = (const struct sockaddr_ll *)((const uint8_t *)h + TPACKET_ALIGN(sizeof(*h)));
	/* Packets of one size are the rule under load: fetch the one after the next. */
	__builtin_prefetch((const uint8_t *)h + 2 * (size_t)h->tp_next_offset, 1);
	__builtin_prefetch((const uint8_t *)h + 2 * (size_t)h->tp_next_offset + 64, 1);
	data = (uint8_t *)h + h->tp_mac;
	*ret_p = (struct pkt){
		.cap_len = h->tp_snaplen,
		.len = h->tp_len,
		.ts_ns = (int64_t)h->tp_sec * 1000000000 + h->tp_nsec,
		.linktype = b->linktype,
		.dir = sll->sll_pkttype,
		.ts_source = h->tp_status & TP_STATUS_TS_RAW_HARDWARE ? 1 : 0,
		.protocol = __builtin_bswap16(sll->sll_protocol),
		.hatype = sll->sll_hatype,
		.ifindex = sll->sll_ifindex,
		.queue = UINT32_MAX,
		.drops = *pos ? 0 : b->drops,
	};
	if (b->cooked) {
		data = block_cook(data, sll);
		ret_p->cap_len += SLL_BYTES;
		ret_p->len += SLL_BYTES;
	}
	ret_p->data = data;
	ret_p->cap_len = MIN(ret_p->cap_len, b->snaplen);
	if (h->tp_status & TP_STATUS_VLAN_VALID) {
		ret_p->vlan_tci = h->hv1.tp_vlan_tci;
		ret_p->vlan_tpid = h->tp_status & TP_STATUS_VLAN_TPID_VALID ? h->hv1.tp_vlan_tpid :
									      ETH_P_8021Q;
	}
	*pos = h->tp_next_offset ? at + h->tp_next_offset : UINT32_MAX;
	return true;
}

#endif
