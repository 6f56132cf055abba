// SPDX-License-Identifier: GPL-2.0-or-later
/* capwrite_pcap - classic pcap: the file header and the four types of record, either byte order.
 * A record that the source holds just as it would be written is taken as it is. Part of capwrite. */
#include "pkt/capwrite_priv.h"

#include <errno.h>

enum { SNAPLEN_DEFAULT = 262144, HEAD_MAX = 24, TAG_BYTES = 4 };

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

/* Times before 1970 and after 2106 cannot be said: the nearest is written. */
static inline void store_head(uint8_t *head, const struct pkt *p, const struct capwrite_cut *c,
			      uint32_t frac_ns, bool swapped)
{
	uint64_t ns = p->ts_ns > 0 ? (uint64_t)p->ts_ns : 0, sec = ns / 1000000000;
	uint32_t frac = ns - sec * 1000000000;

	if (UNLIKELY(sec > UINT32_MAX))
		sec = UINT32_MAX;
	store32(head, sec, swapped);
	store32(head + 4, frac_ns == 1 ? frac : frac / 1000, swapped);
	store32(head + 8, c->cap_len, swapped);
	store32(head + 12, c->len, swapped);
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
	const struct capfmt_info *format = &capfmt_table[w->opts.format];
	struct capout *o = &w->out;
	uint8_t head[HEAD_MAX];
	struct capwrite_cut c;
	int r;

	capwrite_cut_of(p, i, &c);
	store_head(head, p, &c, format->ns ? 1 : 1000, w->opts.swapped);
	if (head_bytes > 16)
		store_extra(head + 16, p, w->opts.format, w->opts.swapped);
	if (p->rec && p->rec_bytes == head_bytes + c.cap_len && p->data == p->rec + head_bytes &&
	    !c.tag_bytes && memcmp(p->rec, head, head_bytes) == 0)
		return capout_run(o, p->rec, p->rec_bytes, c.cap_len);
	r = capout_start(o, (size_t)head_bytes + c.cap_len + TAG_BYTES);
	if (UNLIKELY(r < 0))
		return r;
	memcpy(o->p, head, head_bytes);
	o->p += head_bytes;
	capwrite_data(o, p, &c);
	capout_done(o, head_bytes + c.cap_len, c.cap_len);
	return 0;
}

int capwrite_pcap_put(struct capwrite *w, const struct pkt *p, const struct capwrite_iface *i,
		      uint32_t iface UNUSED)
{
	return put(w, p, i, 16);
}

int capwrite_pcap_extra_put(struct capwrite *w, const struct pkt *p,
			    const struct capwrite_iface *i, uint32_t iface UNUSED)
{
	return put(w, p, i, 24);
}
