// SPDX-License-Identifier: GPL-2.0-or-later
/* capwrite_ng - pcapng: sections, interfaces, packets and statistics, by way of pcapng_enc. A
 * packet block that the source holds just as it would be written is taken as it is. Part of
 * capwrite. */
#include "pkt/capwrite_priv.h"

#include <errno.h>

enum { HEAD_ROOM = 1 << 10, TAG_BYTES = 4, TRAILER_BYTES = 4 };

/* epb_flags for a packet of a source that knows where it was going and nothing more. */
static uint32_t flags_of_dir(uint8_t dir)
{
	switch (dir) {
	case PKT_DIR_HOST:
		return 1 | 1 << 2;
	case PKT_DIR_MULTICAST:
		return 1 | 2 << 2;
	case PKT_DIR_BROADCAST:
		return 1 | 3 << 2;
	case PKT_DIR_OTHERHOST:
		return 1 | 4 << 2;
	case PKT_DIR_OUTGOING:
		return 2;
	default:
		return 0;
	}
}

static inline struct wcur wcur_of_room(struct capout *o)
{
	return wcur_of(o->p, o->end - o->p);
}

/* Ends a block that was written into the room at o->p. */
static int block_done(struct capout *o, const struct wcur *w)
{
	size_t n = wcur_used(w);

	if (w->failed)
		return err_set(&o->failed, EMSGSIZE, "write %s: block too large", o->name);
	o->p += n;
	capout_done(o, n, CAPOUT_NO_PACKET);
	return 0;
}

static size_t text_bytes(const char *s)
{
	return s ? MIN(strlen(s), (size_t)PCAPNG_OPT_VALUE_MAX) + 8 : 0;
}

int capwrite_ng_head(struct capwrite *w)
{
	const struct pcapng_section *s = &w->opts.section;
	size_t room = HEAD_ROOM + text_bytes(s->os) + text_bytes(s->app) +
		      text_bytes(s->hardware) + (s->opts ? s->opts_bytes : 0);
	struct wcur c;
	int r = capout_start(&w->out, room);

	if (r < 0)
		return r;
	c = wcur_of_room(&w->out);
	pcapng_enc_shb(&c, s);
	return block_done(&w->out, &c);
}

int capwrite_section(struct capwrite *w, const struct pcapng_section *s, struct err *e)
{
	int r;

	w->opts.section = *s;
	r = capwrite_ng_head(w);
	w->section_first = w->n_ifaces;
	if (r < 0 && e)
		*e = w->out.failed;
	return r;
}

int capwrite_ng_iface(struct capwrite *w, const struct pkt_iface *i)
{
	size_t room = HEAD_ROOM + text_bytes(i->name) + text_bytes(i->descr) +
		      text_bytes(i->filter) + text_bytes(i->os) + text_bytes(i->hardware) +
		      (i->opts ? 2 * (size_t)i->opts_bytes : 0);
	struct wcur c;
	int r = capout_start(&w->out, room);

	if (r < 0)
		return r;
	c = wcur_of_room(&w->out);
	pcapng_enc_idb(&c, i);
	return block_done(&w->out, &c);
}

static inline uint64_t ts_of(const struct pkt *p, const struct capwrite_iface *i)
{
	int64_t ts;

	if (__builtin_sub_overflow(p->ts_ns, i->offset_ns, &ts))
		return 0;
	return ts > 0 ? ts : 0;
}

/* True if the source holds 'p' with exactly this head and no options. */
static inline bool same_plain(const struct pkt *p, const uint8_t *head, uint32_t total)
{
	return p->rec && p->rec_bytes == total && p->data == p->rec + PCAPNG_EPB_HEAD_BYTES &&
	       memcmp(p->rec, head, PCAPNG_EPB_HEAD_BYTES) == 0;
}

static int put_with_opts(struct capwrite *w, const struct pkt *p, const struct capwrite_cut *c,
			 uint8_t *head)
{
	uint32_t padded = ALIGN_UP(c->cap_len, 4u), total;
	struct capout *o = &w->out;
	const uint8_t *opts;
	size_t opts_bytes;
	uint8_t *begun;
	struct wcur wc;
	int r;

	/* Options are put together behind the place where head and data would end, if copied. */
	r = capout_start(o, 2 * pcapng_enc_epb_opts_max(p) + padded + TAG_BYTES +
				    PCAPNG_EPB_HEAD_BYTES + TRAILER_BYTES);
	if (r < 0)
		return r;
	wc = wcur_of(o->p + PCAPNG_EPB_HEAD_BYTES + padded, pcapng_enc_epb_opts_max(p));
	pcapng_enc_epb_opts(&wc, p);
	opts = wc.start;
	opts_bytes = wcur_used(&wc);
	total = PCAPNG_EPB_HEAD_BYTES + padded + opts_bytes + TRAILER_BYTES;
	put_le32(head + 4, total);
	if (same_plain(p, head, total) && !c->tag_bytes &&
	    p->opts == p->data + padded && memcmp(p->opts, opts, opts_bytes) == 0)
		return capout_run(o, p->rec, p->rec_bytes, c->cap_len);
	begun = o->p;
	memcpy(o->p, head, PCAPNG_EPB_HEAD_BYTES);
	o->p += PCAPNG_EPB_HEAD_BYTES;
	capwrite_data(o, p, c);
	memset(o->p, 0, padded - c->cap_len);
	o->p += padded - c->cap_len;
	if (o->p != opts) /* data went by reference */
		memmove(o->p, begun + PCAPNG_EPB_HEAD_BYTES + padded, opts_bytes);
	o->p += opts_bytes;
	put_le32(o->p, total);
	o->p += TRAILER_BYTES;
	capout_done(o, total, c->cap_len);
	return 0;
}

int capwrite_ng_put(struct capwrite *w, const struct pkt *p, const struct capwrite_iface *i,
		    uint32_t iface)
{
	uint8_t head[PCAPNG_EPB_HEAD_BYTES];
	struct capout *o = &w->out;
	uint32_t padded, total;
	struct capwrite_cut c;
	struct pkt flagged;
	int r;

	capwrite_cut_of(p, i, &c);
	padded = ALIGN_UP(c.cap_len, 4u);
	total = PCAPNG_EPB_HEAD_BYTES + padded + TRAILER_BYTES;
	pcapng_enc_epb_head(head, total, iface, ts_of(p, i), c.cap_len, c.len);
	if (!p->opts && !p->flags && flags_of_dir(p->dir)) {
		flagged = *p;
		flagged.flags = flags_of_dir(p->dir);
		return put_with_opts(w, &flagged, &c, head);
	}
	if (p->opts || p->flags || p->drops || p->queue != UINT32_MAX)
		return put_with_opts(w, p, &c, head);
	if (same_plain(p, head, total) && !c.tag_bytes)
		return capout_run(o, p->rec, p->rec_bytes, c.cap_len);
	r = capout_start(o, (size_t)total + TAG_BYTES);
	if (UNLIKELY(r < 0))
		return r;
	memcpy(o->p, head, PCAPNG_EPB_HEAD_BYTES);
	o->p += PCAPNG_EPB_HEAD_BYTES;
	capwrite_data(o, p, &c);
	memset(o->p, 0, padded - c.cap_len);
	o->p += padded - c.cap_len;
	put_le32(o->p, total);
	o->p += TRAILER_BYTES;
	capout_done(o, total, c.cap_len);
	return 0;
}

int capwrite_stats(struct capwrite *w, uint32_t iface, int64_t ts_ns, const struct pcapng_stats *s,
		   struct err *e)
{
	struct pcapng_stats moved = *s;
	struct wcur c;
	int64_t off;
	int r;

	if (w->opts.format != CAPFMT_PCAPNG || iface >= w->n_ifaces || iface < w->section_first)
		return 0;
	r = capout_start(&w->out, PCAPNG_ISB_MAX_BYTES);
	if (r == 0) {
		off = w->ifaces[iface].offset_ns;
		if (moved.start_ns != INT64_MIN)
			moved.start_ns -= off;
		if (moved.end_ns != INT64_MIN)
			moved.end_ns -= off;
		c = wcur_of_room(&w->out);
		pcapng_enc_isb(&c, iface - w->section_first, ts_ns - off, &moved, 0);
		r = block_done(&w->out, &c);
	}
	if (r < 0 && e)
		*e = w->out.failed;
	return r;
}
