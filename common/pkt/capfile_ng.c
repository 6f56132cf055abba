// SPDX-License-Identifier: GPL-2.0-or-later
/* capfile_ng - reads pcapng (draft-ietf-opsawg-pcapng): the loop over blocks and the three kinds of
 * packet block. Interfaces are in capfile_ng_idb. A section may have either byte order; interface
 * numbers start again in each and are mapped to the file's. Part of capfile. */
#include "pkt/capfile_priv.h"

#include <errno.h>

#include "pkt/pcapng_enc.h"
#include "pkt/pcapng_opt.h"

enum {
	BLOCK_MIN_BYTES = 12,
	SHB_MIN_BYTES = 28,
	SPB_MIN_BYTES = 16,
	EPB_MIN_BYTES = 32, /* the obsolete packet block too */
};

/* Nanoseconds of a time stamp of interface 'i'; held within 64 bits. */
static inline int64_t to_ns(const struct capfile_iface *i, uint64_t ts)
{
	const struct capfile_clock *c = &i->clock;
	unsigned __int128 wide;
	int64_t ns;

	if (LIKELY(c->div == 1 && ts <= INT64_MAX / 1000000000)) {
		ns = ts * c->mul;
	} else if (LIKELY(c->div == 1 && c->mul == 1 && ts <= INT64_MAX)) {
		ns = ts;
	} else {
		wide = c->shift ? (unsigned __int128)ts * 1000000000 >> c->shift :
				  (unsigned __int128)ts * c->mul / c->div;
		ns = wide > INT64_MAX ? INT64_MAX : (int64_t)wide;
	}
	if (UNLIKELY(c->offset_ns) && __builtin_add_overflow(ns, c->offset_ns, &ns))
		ns = c->offset_ns > 0 ? INT64_MAX : INT64_MIN;
	return ns;
}

int64_t capfile_to_ns(const struct capfile *f, uint32_t i, uint64_t units)
{
	return to_ns(&f->ifaces[i], units);
}

/* Direction and reception type of epb_flags as the kernel's packet type. */
static uint8_t dir_of_flags(uint32_t flags)
{
	static const uint8_t by_type[8] = { PKT_DIR_UNKNOWN,   PKT_DIR_HOST,
					    PKT_DIR_MULTICAST, PKT_DIR_BROADCAST,
					    PKT_DIR_OTHERHOST, PKT_DIR_UNKNOWN,
					    PKT_DIR_UNKNOWN,   PKT_DIR_UNKNOWN };
	uint8_t dir = by_type[flags >> 2 & 7];

	if ((flags & 3) == 2)
		return PKT_DIR_OUTGOING;
	return dir == PKT_DIR_UNKNOWN && (flags & 3) == 1 ? PKT_DIR_HOST : dir;
}

/* Sets what the options of a packet block say; opts_bytes becomes their length without the end.
 * False where one is longer than the block. */
static bool parse_packet_opts(struct pkt *p, bool swapped)
{
	struct cur c = cur_of(p->opts, p->opts_bytes);
	const uint8_t *end = c.p;
	struct pcapng_opt o;

	while (pcapng_opt_next(&c, swapped, &o)) {
		end = c.p;
		if (o.code == PCAPNG_EPB_FLAGS && o.n_bytes == 4) {
			p->flags = pcapng_u32(o.value, swapped);
			p->dir = dir_of_flags(p->flags);
		} else if (o.code == PCAPNG_EPB_DROPCOUNT && o.n_bytes == 8) {
			p->drops = pcapng_u64(o.value, swapped);
		} else if (o.code == PCAPNG_EPB_QUEUE && o.n_bytes == 4) {
			p->queue = pcapng_u32(o.value, swapped);
		}
	}
	p->opts_bytes = end - p->opts;
	p->opts_swapped = swapped;
	return !c.failed;
}

/* An Enhanced Packet Block of 'total' bytes at 'b', or an obsolete Packet Block, which has a 16 bit
 * interface number and a drop count in the place of the 32 bit number. */
static inline int parse_epb(struct capfile *f, const uint8_t *b, uint32_t total, bool obsolete,
			    bool swapped, struct pkt *ret_p)
{
	uint32_t local = pcapng_u32(b + 8, swapped), cap_len = pcapng_u32(b + 20, swapped);
	const struct capfile_iface *i;
	uint32_t padded, drops = 0;

	if (UNLIKELY(obsolete)) {
		local = pcapng_u16(b + 8, swapped);
		drops = pcapng_u16(b + 10, swapped);
	}
	if (UNLIKELY(local >= f->n_map))
		return capfile_bad(f, EBADMSG, capsrc_off(&f->src),
				   "packet of interface %u, but the section has %u", local,
				   f->n_map);
	if (UNLIKELY(cap_len > total - EPB_MIN_BYTES))
		return capfile_bad(f, EBADMSG, capsrc_off(&f->src),
				   "packet of %u bytes in a block of %u", cap_len, total);
	padded = ALIGN_UP(cap_len, 4u); /* within the block: its length is a multiple of 4 */
	*ret_p = f->blank;
	ret_p->iface = f->map[local];
	i = &f->ifaces[ret_p->iface];
	ret_p->linktype = i->pub.linktype;
	ret_p->ts_ns = to_ns(i, (uint64_t)pcapng_u32(b + 12, swapped) << 32 |
				pcapng_u32(b + 16, swapped));
	ret_p->data = b + PCAPNG_EPB_HEAD_BYTES;
	ret_p->cap_len = cap_len;
	ret_p->len = pcapng_u32(b + 24, swapped);
	ret_p->drops = drops == UINT16_MAX ? 0 : drops;
	if (!obsolete) {
		ret_p->rec = b;
		ret_p->rec_bytes = total;
	}
	if (padded == total - EPB_MIN_BYTES)
		return 0;
	ret_p->opts = b + PCAPNG_EPB_HEAD_BYTES + padded;
	ret_p->opts_bytes = total - EPB_MIN_BYTES - padded;
	if (UNLIKELY(!parse_packet_opts(ret_p, swapped)))
		return capfile_bad(f, EBADMSG, capsrc_off(&f->src),
				   "an option of the packet is longer than its block");
	return 0;
}

/* A Simple Packet Block: of the section's first interface, without time. Its captured length is
 * not told but follows from the snap length. */
static int parse_spb(struct capfile *f, const uint8_t *b, uint32_t total, bool swapped,
		     struct pkt *ret_p)
{
	const struct pkt_iface *i;

	if (f->n_map == 0)
		return capfile_bad(f, EBADMSG, capsrc_off(&f->src),
				   "packet of interface 0, but the section has none");
	i = &f->ifaces[f->map[0]].pub;
	*ret_p = f->blank;
	ret_p->iface = f->map[0];
	ret_p->linktype = i->linktype;
	ret_p->data = b + 12;
	ret_p->len = pcapng_u32(b + 8, swapped);
	ret_p->cap_len = MIN(ret_p->len, total - SPB_MIN_BYTES);
	if (i->snaplen)
		ret_p->cap_len = MIN(ret_p->cap_len, i->snaplen);
	return 0;
}

/* The block at s->p has its 'total' bytes there: the packet in it. */
static inline int parse_packet(struct capfile *f, uint32_t type, uint32_t total, struct pkt *ret_p)
{
	const uint8_t *b = f->src.p;
	bool swapped = f->info.swapped;

	if (UNLIKELY(pcapng_u32(b + total - 4, swapped) != total))
		return capfile_bad(f, EBADMSG, capsrc_off(&f->src),
				   "block of %u bytes that ends saying it has %u", total,
				   pcapng_u32(b + total - 4, swapped));
	if (LIKELY(type == PCAPNG_EPB) && LIKELY(total >= EPB_MIN_BYTES))
		return parse_epb(f, b, total, false, swapped, ret_p);
	if (type == PCAPNG_PB && total >= EPB_MIN_BYTES)
		return parse_epb(f, b, total, true, swapped, ret_p);
	if (type == PCAPNG_SPB && total >= SPB_MIN_BYTES)
		return parse_spb(f, b, total, swapped, ret_p);
	return capfile_bad(f, EBADMSG, capsrc_off(&f->src), "packet block of %u bytes is too short",
			   total);
}

static void tell_block(struct capfile *f, uint32_t type, const uint8_t *body, uint32_t n_bytes)
{
	struct capfile_block block = {
		.type = type,
		.body = body,
		.body_bytes = n_bytes,
		.swapped = f->info.swapped,
		.iface_map = f->map,
		.n_iface_map = f->n_map,
		.file = f,
	};

	if (f->on_block)
		f->on_block(f->on_block_arg, &block);
}

/* Begins a section: byte order, version, an empty interface table. */
static int parse_shb(struct capfile *f)
{
	const uint8_t *b = f->src.p;
	bool swapped = f->info.swapped;
	struct pcapng_opt o;
	const uint8_t *end;
	struct cur c;

	if (pcapng_u16(b + 12, swapped) != 1)
		return capfile_bad(f, EBADMSG, capsrc_off(&f->src),
				   "section of pcapng version %u.%u, which is not known",
				   pcapng_u16(b + 12, swapped), pcapng_u16(b + 14, swapped));
	c = cur_of(b + 24, pcapng_u32(b + 4, swapped) - SHB_MIN_BYTES);
	end = c.p;
	while (pcapng_opt_next(&c, swapped, &o))
		end = c.p;
	if (f->info.n_sections++ > 0) {
		tell_block(f, PCAPNG_SHB, b + 24, end - (b + 24));
		f->n_map_before = f->n_map;
		f->n_map = 0;
		return 0;
	}
	f->info.shb_opts_bytes = end - (b + 24);
	f->info.shb_opts_swapped = swapped;
	f->info.shb_opts = capfile_keep(f, b + 24, f->info.shb_opts_bytes);
	return f->info.shb_opts ? 0 : -f->failed.code;
}

/* Length of the block at s->p, of which 12 bytes are there; a section header sets the byte order
 * first. 0 with the lasting error set. */
static uint32_t block_length(struct capfile *f, uint32_t type)
{
	const uint8_t *b = f->src.p;
	uint32_t total;

	if (type == PCAPNG_SHB) {
		if (get_le32(b + 8) != PCAPNG_BYTE_ORDER && get_be32(b + 8) != PCAPNG_BYTE_ORDER) {
			capfile_bad(f, EBADMSG, capsrc_off(&f->src),
				    "section header with byte order 0x%08x", get_le32(b + 8));
			return 0;
		}
		f->info.swapped = get_be32(b + 8) == PCAPNG_BYTE_ORDER;
	}
	total = pcapng_u32(b + 4, f->info.swapped);
	if (total < (type == PCAPNG_SHB ? (uint32_t)SHB_MIN_BYTES : BLOCK_MIN_BYTES) || total & 3) {
		capfile_bad(f, EBADMSG, capsrc_off(&f->src),
			    "block of type 0x%x has the impossible length %u", type, total);
		return 0;
	}
	return total;
}

static bool is_packet(uint32_t type)
{
	return type == PCAPNG_EPB || type == PCAPNG_SPB || type == PCAPNG_PB;
}

/* Takes in the block at s->p, which is there whole and is no packet. */
static int take_block(struct capfile *f, uint32_t type, uint32_t total)
{
	const uint8_t *b = f->src.p;

	if (pcapng_u32(b + total - 4, f->info.swapped) != total)
		return capfile_bad(f, EBADMSG, capsrc_off(&f->src),
				   "block of %u bytes that ends saying it has %u", total,
				   pcapng_u32(b + total - 4, f->info.swapped));
	if (type == PCAPNG_SHB)
		return parse_shb(f);
	if (type == PCAPNG_IDB)
		return capfile_ng_idb(f, b + 8, total - BLOCK_MIN_BYTES, capsrc_off(&f->src));
	tell_block(f, type, b + 8, total - BLOCK_MIN_BYTES);
	return 0;
}

/* Steps over the rest of a block that nobody looks at, however long. */
static int skip_block(struct capfile *f)
{
	int r = capsrc_skip(&f->src, &f->skip_bytes, &f->failed);

	return r == 0 ? capfile_cut(f, "block whose rest is missing") : r;
}

/* A block that is no packet, at s->p with 12 bytes there. Returns 1 or what the caller is to
 * return. */
static int other_block(struct capfile *f, uint32_t type)
{
	uint32_t total = block_length(f, type);
	int r;

	if (total == 0)
		return -f->failed.code;
	if (type != PCAPNG_SHB && type != PCAPNG_IDB &&
	    (!f->on_block || total > CAPFILE_RECORD_MAX)) {
		f->skip_bytes = total;
		return skip_block(f);
	}
	if (total > CAPFILE_RECORD_MAX)
		return capfile_bad(f, EBADMSG, capsrc_off(&f->src),
				   "block of type 0x%x has %u bytes, more than the %d that are read",
				   type, total, CAPFILE_RECORD_MAX);
	r = capsrc_need(&f->src, total, &f->failed);
	if (r == 0)
		return capfile_cut(f, "block");
	if (r == 1)
		r = take_block(f, type, total);
	if (r < 0)
		return r;
	f->src.p += total;
	return 1;
}

/* Has the packet block at s->p there whole. Returns its length, 0 with '*ret_r' to return. */
static uint32_t need_packet(struct capfile *f, uint32_t type, bool may_wait, int *ret_r)
{
	uint32_t total = block_length(f, type);

	*ret_r = 0;
	if (total == 0 || total > CAPFILE_RECORD_MAX) {
		if (total)
			capfile_bad(f, EBADMSG, capsrc_off(&f->src),
				    "packet block of %u bytes, more than the %d that are read",
				    total, CAPFILE_RECORD_MAX);
		*ret_r = -f->failed.code;
		return 0;
	}
	if ((size_t)(f->src.end - f->src.p) >= total)
		return total;
	if (!may_wait)
		return 0;
	*ret_r = capsrc_need(&f->src, total, &f->failed);
	if (*ret_r == 0)
		*ret_r = capfile_cut(f, "packet block");
	return *ret_r < 0 ? 0 : total;
}

/* Has the next block's first 12 bytes there: 1, else what to return. */
static int need_block(struct capfile *f)
{
	struct capsrc *s = &f->src;
	int r;

	if (f->skip_bytes) {
		r = skip_block(f);
		if (r < 0)
			return r;
	}
	r = capsrc_need(s, BLOCK_MIN_BYTES, &f->failed);
	if (r == 0 && s->end != s->p)
		return capfile_cut(f, "block header");
	return r;
}

/* Damage behind the first packet of a batch is told by the next call, which sees it again: the
 * position stays, and a lasting error set on the way lasts. */
static int ng_batch(struct capfile *f, struct pkt *ret_p, unsigned int max, struct err *e UNUSED)
{
	struct capsrc *s = &f->src;
	unsigned int n = 0;
	uint32_t type, total;
	int r;

	while (n < max) {
		if (UNLIKELY((size_t)(s->end - s->p) < BLOCK_MIN_BYTES || f->skip_bytes)) {
			if (n > 0)
				return n;
			r = need_block(f);
			if (r != 1)
				return r;
		}
		type = pcapng_u32(s->p, f->info.swapped);
		if (UNLIKELY(!is_packet(type))) {
			if (n > 0)
				return n;
			r = other_block(f, type);
			if (r < 0)
				return r;
			continue;
		}
		total = need_packet(f, type, n == 0, &r);
		if (UNLIKELY(total == 0))
			return n > 0 ? (int)n : r;
		r = parse_packet(f, type, total, &ret_p[n]);
		if (UNLIKELY(r < 0))
			return n > 0 ? (int)n : r;
		n++;
		s->p += total;
		__builtin_prefetch(s->p + 256);
	}
	return n;
}

int capfile_ng_open(struct capfile *f)
{
	int r;

	f->info.swapped = false;
	f->batch = ng_batch;
	do
		r = capsrc_need(&f->src, BLOCK_MIN_BYTES, &f->failed);
	while (r == -EINTR);
	if (r < 0)
		return r;
	if (r == 0)
		return capfile_cut(f, "section header");
	do
		r = other_block(f, PCAPNG_SHB);
	while (r == -EINTR);
	return r < 0 ? r : 0;
}
