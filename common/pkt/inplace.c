// SPDX-License-Identifier: GPL-2.0-or-later
/* inplace - see inplace.h. */
#include "pkt/inplace.h"

#include "proto/linktype.h"

enum {
	HEAD = PCAPNG_EPB_HEAD_BYTES,
	FLAGS_OPT = 8,
	DROPS_OPT = 12,
	FILLER_OPT = 8, /* the shortest option that says nothing */
	FILLER_MAX = 65536,
	/* Options, opt_endofopt and the second length: what has to fit behind a frame. */
	TAIL_MAX = FLAGS_OPT + DROPS_OPT + FILLER_OPT + 4 + 4,
	MAC_ADDRESSES = 12,
	TAG = 4,
};

/* epb_flags by sll_pkttype: direction in bits 0-1, reception type in bits 2-4 (4.3.1). */
static const uint8_t flags_of_dir[8] = {
	[PKT_DIR_HOST] = 1 | 1 << 2,
	[PKT_DIR_BROADCAST] = 1 | 3 << 2,
	[PKT_DIR_MULTICAST] = 1 | 2 << 2,
	[PKT_DIR_OTHERHOST] = 1 | 4 << 2,
	[PKT_DIR_OUTGOING] = 2,
};

uint32_t inplace_flags(uint8_t dir)
{
	return dir < ARRAY_SIZE(flags_of_dir) ? flags_of_dir[dir] : 0;
}

/* An EPB whose end is not known yet. */
struct open_epb {
	uint8_t *start; /* NULL: none */
	uint8_t *end;   /* of the frame, not padded */
	uint64_t drops;
	uint8_t flags;
};

/* A custom option of 'n' bytes that says nothing, as pcapng_enc_filler() would write it. */
static inline void fill(uint8_t *p, size_t n)
{
	put_le32(p, PCAPNG_OPT_CUSTOM_BIN_NOCOPY | (uint32_t)(n - 4) << 16);
	memset(p + 4, 0, n - 4);
}

/* Writes the options behind the frame at 'p' on, a filler up to 'end', and both lengths.
 * 'end' - 'p' is at least TAIL_MAX, 'total' the length of the whole block. */
static void close_epb(const struct open_epb *o, uint8_t *p, uint8_t *end, uint32_t total)
{
	put_le32(p, PCAPNG_EPB_FLAGS | 4u << 16);
	put_le32(p + 4, o->flags);
	p += FLAGS_OPT;
	if (UNLIKELY(o->drops)) {
		put_le32(p, PCAPNG_EPB_DROPCOUNT | 8u << 16);
		put_le64(p + 4, o->drops);
		p += DROPS_OPT;
	}
	/* Bytes behind opt_endofopt would be shorter to write, but strict readers refuse them. */
	for (; end - 8 - p > FILLER_MAX; p += FILLER_MAX / 2)
		fill(p, FILLER_MAX / 2);
	fill(p, end - 8 - p);
	put_le32(end - 8, PCAPNG_OPT_END);
	put_le32(end - 4, total);
	put_le32(o->start + 4, total);
}

static uint8_t *pad4(uint8_t *p)
{
	while ((uintptr_t)p & 3)
		*p++ = 0;
	return p;
}

/* Puts the tag back that the kernel stripped: the addresses move down into the reserve. */
static void restore_tag(struct pkt *p, uint32_t snaplen)
{
	uint8_t *old = (uint8_t *)p->data, *data = old - TAG;
	uint32_t at = p->linktype == LINKTYPE_LINUX_SLL ? SLL_BYTES - 2 : MAC_ADDRESSES;

	if (p->cap_len < at + 2)
		return;
	memmove(data, old, at);
	put_be16(data + at, p->vlan_tpid);
	put_be16(data + at + 2, p->vlan_tci);
	p->data = data;
	p->len += TAG;
	p->cap_len = MIN(p->cap_len + TAG, snaplen);
}

/* The frame has to start 28 bytes after a multiple of four. Frames with odd link headers, if any,
 * are moved down rather than written wrong. */
static void align_frame(struct pkt *p)
{
	uint32_t off = ((uintptr_t)p->data - HEAD) & 3;

	if (LIKELY(!off))
		return;
	memmove((uint8_t *)p->data - off, p->data, p->cap_len);
	p->data -= off;
}

/* The statistics block goes into the bounced page, before the first EPB, 'bytes' long. */
static void lay_head(uint8_t *bounce, uint32_t bytes, uint32_t iface, int64_t ts_ns,
		     const struct pcapng_stats *s)
{
	struct wcur w = wcur_of(bounce, bytes);

	pcapng_enc_isb(&w, iface, ts_ns, s, bytes);
}

/* Ends the last EPB at the next unit; where the block has no room left for that, what stands over
 * goes to the second bounce page. */
static void lay_tail(const struct block *b, const struct open_epb *o, uint8_t *over,
		     struct inplace *l)
{
	uint8_t *p = pad4(o->end), opts[INPLACE_UNIT_BYTES + TAIL_MAX];
	size_t used = p - b->base, room;
	size_t end = ALIGN_UP(used + TAIL_MAX, (size_t)INPLACE_UNIT_BYTES);
	uint32_t total;

	l->bytes = end;
	total = b->base + end - o->start;
	if (end <= b->size_bytes) {
		close_epb(o, p, b->base + end, total);
		return;
	}
	room = b->size_bytes - used;
	close_epb(o, opts, opts + (end - used), total);
	memcpy(p, opts, room);
	memcpy(over, opts + room, INPLACE_UNIT_BYTES);
}

/* The first unit from its bounce page, the rest from the ring, what stands over from the other. */
static void lay_iov(const struct block *b, uint32_t head_bytes, uint8_t *bounce, struct inplace *l)
{
	size_t ring_end = MIN(l->bytes, (size_t)b->size_bytes);

	memcpy(bounce + head_bytes, b->base + head_bytes, INPLACE_UNIT_BYTES - head_bytes);
	l->iov[l->n_iov++] = (struct iovec){ bounce, INPLACE_UNIT_BYTES };
	if (ring_end > INPLACE_UNIT_BYTES)
		l->iov[l->n_iov++] = (struct iovec){ b->base + INPLACE_UNIT_BYTES,
						     ring_end - INPLACE_UNIT_BYTES };
	if (l->bytes > ring_end)
		l->iov[l->n_iov++] =
			(struct iovec){ bounce + INPLACE_UNIT_BYTES, INPLACE_UNIT_BYTES };
}

void inplace_lay(const struct block *b, uint32_t iface, uint32_t max_pkts,
		 const struct pcapng_stats *s, uint8_t *bounce, struct inplace *ret_l)
{
	uint32_t pos = 0, head_bytes = 0;
	struct open_epb open = { 0 };
	int64_t first_ns = 0;
	struct pkt p;
	uint8_t *epb;

	*ret_l = (struct inplace){ 0 };
	while (ret_l->n_pkts < max_pkts && block_next(b, &pos, &p)) {
		if (UNLIKELY(p.vlan_tpid))
			restore_tag(&p, b->snaplen);
		align_frame(&p);
		epb = (uint8_t *)p.data - HEAD;
		if (open.start) {
			close_epb(&open, pad4(open.end), epb, epb - open.start);
		} else {
			head_bytes = epb - b->base;
			first_ns = p.ts_ns;
		}
		pcapng_enc_epb_head(epb, 0, iface, p.ts_ns, p.cap_len, p.len);
		open = (struct open_epb){ epb, (uint8_t *)p.data + p.cap_len, p.drops,
					  inplace_flags(p.dir) };
		ret_l->n_pkts++;
		ret_l->data_bytes += p.cap_len;
	}
	if (!open.start)
		return;
	lay_tail(b, &open, bounce + INPLACE_UNIT_BYTES, ret_l);
	lay_head(bounce, head_bytes, iface, first_ns, s);
	lay_iov(b, head_bytes, bounce, ret_l);
}

bool inplace_possible(uint16_t linktype)
{
	return linktype == LINKTYPE_ETHERNET || linktype == LINKTYPE_LINUX_SLL ||
	       linktype == LINKTYPE_RAW;
}
