// SPDX-License-Identifier: GPL-2.0-or-later
/* capfile_pcap - reads classic pcap (draft-ietf-opsawg-pcap): four types of record header, either
 * byte order, and the files of old versions whose two lengths stand the other way round. Part of
 * capfile. */
#include "pkt/capfile_priv.h"

#include <errno.h>

#include "pkt/pcapng_opt.h"

enum {
	FILE_HEAD_BYTES = 24,
	SNAPLEN_MAX = 262144, /* what libpcap takes for "no limit" */
};

/* Bits above the link type: length of the frame check sequence, if bit 26 says that it is told. */
#define LT_LINKTYPE(x)   ((x)&0x03ffffffu)
#define LT_FCS_IS_SET(x) ((x)&0x04000000u)
#define LT_FCS_BYTES(x)  (2 * ((x) >> 28))

struct record {
	uint32_t sec, frac, cap_len, len;
};

static inline uint32_t load(const uint8_t *p, bool swapped)
{
	uint32_t v = get_le32(p);

	return swapped ? __builtin_bswap32(v) : v;
}

/* What Kuznetzov's and netsniff-ng's records have behind the lengths. The protocol stands as the
 * kernel's big-endian number was stored on a machine of the file's byte order. */
static void parse_extra(enum capfmt format, bool swapped, const uint8_t *p, struct pkt *ret_p)
{
	if (format == CAPFMT_PCAP_KUZNETZOV) {
		ret_p->ifindex = pcapng_u32(p, swapped);
		ret_p->protocol = pcapng_u16(p + 4, !swapped);
		ret_p->dir = p[6];
	} else if (format == CAPFMT_PCAP_NETSNIFF) {
		ret_p->ts_source = pcapng_u16(p, swapped);
		ret_p->ifindex = pcapng_u16(p + 2, swapped);
		ret_p->protocol = pcapng_u16(p + 4, !swapped);
		ret_p->hatype = p[6];
		ret_p->dir = p[7];
	}
}

/* Reads the record header at 'p'. False for a record that cannot be: too long. */
static inline bool parse_record(const struct capfile *f, const uint8_t *p, bool swapped,
				struct record *ret_r)
{
	uint32_t t;

	ret_r->sec = load(p, swapped);
	ret_r->frac = load(p + 4, swapped);
	ret_r->cap_len = load(p + 8, swapped);
	ret_r->len = load(p + 12, swapped);
	if (UNLIKELY(f->lengths_swapped) ||
	    UNLIKELY(f->lengths_maybe_swapped && ret_r->cap_len > ret_r->len)) {
		t = ret_r->cap_len;
		ret_r->cap_len = ret_r->len;
		ret_r->len = t;
	}
	return LIKELY(ret_r->cap_len <= CAPFILE_RECORD_MAX - 64);
}

/* Inlined with constant format and order for each: the loop over the packets of a mapped file. */
static inline __attribute__((always_inline)) int
batch(struct capfile *f, struct pkt *ret_p, unsigned int max, struct err *e, uint32_t head,
      uint32_t frac_ns, bool swapped)
{
	struct capsrc *s = &f->src;
	struct record rec;
	unsigned int n;
	struct pkt *p;
	int r;

	for (n = 0; n < max; n++) {
		if (UNLIKELY((size_t)(s->end - s->p) < head)) {
			if (n > 0)
				return n;
			r = capsrc_need(s, head, e);
			if (r < 0 || (r == 0 && s->end == s->p))
				return r;
			if (r == 0)
				return capfile_cut(f, "packet header");
		}
		if (!parse_record(f, s->p, swapped, &rec)) {
			if (n > 0)
				return n;
			return capfile_bad(f, EBADMSG, capsrc_off(s),
					   "packet of %u bytes, more than the %u that are read",
					   rec.cap_len, CAPFILE_RECORD_MAX - 64);
		}
		if (UNLIKELY((size_t)(s->end - s->p) < (size_t)head + rec.cap_len)) {
			if (n > 0)
				return n;
			r = capsrc_need(s, (size_t)head + rec.cap_len, e);
			if (r < 0)
				return r;
			if (r == 0)
				return capfile_cut(f, "packet");
		}
		p = &ret_p[n];
		*p = f->blank;
		p->ts_ns = (int64_t)rec.sec * 1000000000 + (int64_t)rec.frac * frac_ns;
		p->len = rec.len;
		p->cap_len = MIN(rec.cap_len, f->snaplen);
		p->data = s->p + head;
		p->rec = s->p;
		p->rec_bytes = head + rec.cap_len;
		if (head > 16)
			parse_extra(f->info.format, swapped, s->p + 16, p);
		s->p += head + rec.cap_len;
		__builtin_prefetch(s->p + 256);
	}
	return n;
}

static int batch_us(struct capfile *f, struct pkt *ret_p, unsigned int max, struct err *e)
{
	return batch(f, ret_p, max, e, 16, 1000, false);
}

static int batch_us_swapped(struct capfile *f, struct pkt *ret_p, unsigned int max, struct err *e)
{
	return batch(f, ret_p, max, e, 16, 1000, true);
}

static int batch_ns(struct capfile *f, struct pkt *ret_p, unsigned int max, struct err *e)
{
	return batch(f, ret_p, max, e, 16, 1, false);
}

static int batch_ns_swapped(struct capfile *f, struct pkt *ret_p, unsigned int max, struct err *e)
{
	return batch(f, ret_p, max, e, 16, 1, true);
}

static int batch_kuznetzov(struct capfile *f, struct pkt *ret_p, unsigned int max, struct err *e)
{
	return batch(f, ret_p, max, e, 24, 1000, f->info.swapped);
}

static int batch_netsniff(struct capfile *f, struct pkt *ret_p, unsigned int max, struct err *e)
{
	return batch(f, ret_p, max, e, 24, 1, f->info.swapped);
}

/* Before version 2.3 the record had the two lengths the other way round; in 2.3 either may be;
 * 543.0 was written by a BSD port of tcpdump. */
static int set_version(struct capfile *f, unsigned int major, unsigned int minor)
{
	if (major != 2 && major != 543)
		return capfile_bad(f, EBADMSG, 4, "pcap version %u.%u is not known", major, minor);
	f->lengths_swapped = major == 543 || minor < 3;
	f->lengths_maybe_swapped = major == 2 && minor == 3;
	return 0;
}

int capfile_pcap_open(struct capfile *f)
{
	static int (*const batches[][2])(struct capfile *, struct pkt *, unsigned int,
					 struct err *) = {
		[CAPFMT_PCAP_US] = { batch_us, batch_us_swapped },
		[CAPFMT_PCAP_NS] = { batch_ns, batch_ns_swapped },
		[CAPFMT_PCAP_KUZNETZOV] = { batch_kuznetzov, batch_kuznetzov },
		[CAPFMT_PCAP_NETSNIFF] = { batch_netsniff, batch_netsniff },
	};
	bool swapped = f->info.swapped;
	struct capfile_iface *i;
	const uint8_t *p;
	uint32_t linktype;
	int r;

	do
		r = capsrc_need(&f->src, FILE_HEAD_BYTES, &f->failed);
	while (r == -EINTR);
	if (r < 0)
		return r;
	if (r == 0)
		return capfile_cut(f, "file header");
	p = f->src.p;
	r = set_version(f, pcapng_u16(p + 4, swapped), pcapng_u16(p + 6, swapped));
	if (r < 0)
		return r;
	linktype = load(p + 20, swapped);
	if (LT_LINKTYPE(linktype) > UINT16_MAX)
		return capfile_bad(f, EBADMSG, 20, "link type 0x%x is not known", linktype);
	i = capfile_iface_add(f);
	if (!i)
		return -f->failed.code;
	i->pub.linktype = f->blank.linktype = LT_LINKTYPE(linktype);
	i->pub.snaplen = load(p + 16, swapped);
	i->pub.tsresol = capfmt_table[f->info.format].ns ? 9 : 6;
	/* As libpcap does: a packet longer than the file's snap length is cut to it. */
	f->snaplen = i->pub.snaplen - 1 < SNAPLEN_MAX ? i->pub.snaplen : UINT32_MAX;
	if (LT_FCS_IS_SET(linktype))
		f->info.fcs_bytes = LT_FCS_BYTES(linktype);
	f->batch = batches[f->info.format][swapped];
	f->src.p += FILE_HEAD_BYTES;
	return 0;
}
