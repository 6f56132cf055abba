// SPDX-License-Identifier: GPL-2.0-or-later
/* capwrite_pcap - classic pcap: the file header and the four types of record, either byte order.
 * A record that the source holds just as it would be written is taken as it is. Part of
 * capwrite. */
#include "pkt/capwrite_priv.h"

#include <errno.h>

enum { SNAPLEN_DEFAULT = 262144, HEAD_BYTES = 16, EXTRA_BYTES = 8, TAG_BYTES = 4 };

static inline void store32(uint8_t *p, uint32_t v, bool swapped)
{
	put_le32(p, swapped ? __builtin_bswap32(v) : v);
}

static inline void store16(uint8_t *p, uint16_t v, bool swapped)
{
	put_le16(p, swapped ? __builtin_bswap16(v) : v);
}

int capwrite_pcap_head(struct capwrite *w, uint16_t linktype)
{
	struct capout *o = &w->out;
	bool swapped = w->opts.swapped;
	int r = capout_start(o, 24);

	if (r < 0)
		return r;
	store32(o->p, capfmt_table[w->opts.format].magic, swapped);
	store16(o->p + 4, 2, swapped);
	store16(o->p + 6, 4, swapped);
	memset(o->p + 8, 0, 8);
	store32(o->p + 16, w->opts.snaplen ? w->opts.snaplen : SNAPLEN_DEFAULT, swapped);
	store32(o->p + 20, linktype, swapped);
	o->p += 24;
	capout_done(o, 24, CAPOUT_NO_PACKET);
	return 0;
}

/* The first 16 bytes of a record, in the file's byte order. */
struct head {
	uint32_t v[4];
};

/* Times before 1970 and after 2106 cannot be said: the nearest is written. */
static inline struct head head_of(const struct pkt *p, const struct capwrite_cut *c, bool is_ns,
				  bool swapped)
{
	uint64_t ns = p->ts_ns > 0 ? (uint64_t)p->ts_ns : 0, sec = ns / 1000000000;
	uint32_t frac = ns - sec * 1000000000;

	if (UNLIKELY(sec > UINT32_MAX))
		sec = UINT32_MAX;
	if (!is_ns)
		frac /= 1000;
	if (UNLIKELY(swapped))
		return (struct head){ {
			__builtin_bswap32(sec),
			__builtin_bswap32(frac),
			__builtin_bswap32(c->cap_len),
			__builtin_bswap32(c->len),
		} };
	return (struct head){ { sec, frac, c->cap_len, c->len } };
}

/* True if the bytes at 'p' are 'h'. Word by word: a wide load behind narrow stores would wait. */
static inline bool head_is(const struct head *h, const uint8_t *p)
{
	return ((h->v[0] ^ get_le32(p)) | (h->v[1] ^ get_le32(p + 4)) |
		(h->v[2] ^ get_le32(p + 8)) | (h->v[3] ^ get_le32(p + 12))) == 0;
}

/* What Kuznetzov's and netsniff-ng's formats have behind the lengths; see capfile_pcap. */
static void store_extra(uint8_t *at, const struct pkt *p, enum capfmt format, bool swapped)
{
	uint8_t dir = p->dir == PKT_DIR_UNKNOWN ? PKT_DIR_HOST : p->dir;

	if (format == CAPFMT_PCAP_KUZNETZOV) {
		store32(at, p->ifindex, swapped);
		store16(at + 4, p->protocol, !swapped);
		at[6] = dir;
		at[7] = 0;
	} else {
		store16(at, p->ts_source, swapped);
		store16(at + 2, p->ifindex, swapped);
		store16(at + 4, p->protocol, !swapped);
		at[6] = p->hatype == 0xffff ? 0 : p->hatype;
		at[7] = dir;
	}
}

static inline __attribute__((always_inline)) int
put(struct capwrite *w, const struct pkt *p, const struct capwrite_iface *i, uint32_t head_bytes)
{
	struct capout *o = &w->out;
	uint8_t extra[EXTRA_BYTES];
	struct capwrite_cut c;
	struct head h;
	int r;

	capwrite_cut_of(p, i, &c);
	h = head_of(p, &c, w->is_ns, w->opts.swapped);
	if (head_bytes > HEAD_BYTES)
		store_extra(extra, p, w->opts.format, w->opts.swapped);
	if (p->rec && p->rec_bytes == head_bytes + c.cap_len && p->data == p->rec + head_bytes &&
	    !c.tag_bytes && head_is(&h, p->rec) &&
	    (head_bytes == HEAD_BYTES || memcmp(p->rec + HEAD_BYTES, extra, EXTRA_BYTES) == 0))
		return capout_run(o, p->rec, p->rec_bytes, c.cap_len);
	r = capout_start(o, (size_t)head_bytes + c.cap_len + TAG_BYTES);
	if (UNLIKELY(r < 0))
		return r;
	memcpy(o->p, h.v, HEAD_BYTES);
	if (head_bytes > HEAD_BYTES)
		memcpy(o->p + HEAD_BYTES, extra, EXTRA_BYTES);
	o->p += head_bytes;
	capwrite_data(o, p, &c);
	capout_done(o, head_bytes + c.cap_len, c.cap_len);
	return 0;
}

int capwrite_pcap_put(struct capwrite *w, const struct pkt *p, const struct capwrite_iface *i,
		      uint32_t iface UNUSED)
{
	return put(w, p, i, HEAD_BYTES);
}

int capwrite_pcap_extra_put(struct capwrite *w, const struct pkt *p,
			    const struct capwrite_iface *i, uint32_t iface UNUSED)
{
	return put(w, p, i, HEAD_BYTES + EXTRA_BYTES);
}
