// SPDX-License-Identifier: GPL-2.0-or-later
/* pcapng_enc - see pcapng_enc.h. Options of other files are copied by kind: text and bytes as they
 * are, integers turned into our byte order; options of unknown kind only where the order agrees. */
#include "pkt/pcapng_enc.h"

#include "pkt/pcapng_opt.h"

/* How the value of an option is made up, as far as byte order matters. */
enum kind { KIND_UNKNOWN, KIND_BYTES, KIND_U32, KIND_U64, KIND_OURS };

size_t pcapng_enc_begin(struct wcur *w, uint32_t type)
{
	size_t start = wcur_used(w);

	wcur_le32(w, type);
	wcur_le32(w, 0);
	return start;
}

void pcapng_enc_end(struct wcur *w, size_t start)
{
	uint32_t n_bytes = wcur_used(w) + 4 - start;

	wcur_le32(w, n_bytes);
	if (!w->failed)
		put_le32(w->start + start + 4, n_bytes);
}

void pcapng_enc_opt(struct wcur *w, uint16_t code, const void *value, size_t n_bytes)
{
	n_bytes = MIN(n_bytes, (size_t)PCAPNG_OPT_VALUE_MAX);
	wcur_le16(w, code);
	wcur_le16(w, n_bytes);
	wcur_bytes(w, value, n_bytes);
	wcur_zero(w, -n_bytes & 3);
}

void pcapng_enc_opt_text(struct wcur *w, uint16_t code, const char *text)
{
	if (text)
		pcapng_enc_opt(w, code, text, strlen(text));
}

void pcapng_enc_opt_u32(struct wcur *w, uint16_t code, uint32_t v)
{
	pcapng_enc_opt(w, code, &v, sizeof(v));
}

void pcapng_enc_opt_u64(struct wcur *w, uint16_t code, uint64_t v)
{
	pcapng_enc_opt(w, code, &v, sizeof(v));
}

void pcapng_enc_opt_end(struct wcur *w)
{
	wcur_le32(w, PCAPNG_OPT_END);
}

void pcapng_enc_filler(struct wcur *w, size_t n_bytes)
{
	if (n_bytes == 4)
		pcapng_enc_opt_end(w);
	if (n_bytes < 8)
		return;
	wcur_le16(w, PCAPNG_OPT_CUSTOM_BIN_NOCOPY);
	wcur_le16(w, n_bytes - 4);
	wcur_zero(w, n_bytes - 4); /* enterprise number 0, reserved */
}

/* Custom options begin with an enterprise number in the section's order; what follows is bytes. */
static void copy_custom(struct wcur *w, const struct pcapng_opt *o)
{
	uint8_t pen[4];

	if (o->n_bytes < 4)
		return;
	put_be32(pen, get_le32(o->value));
	wcur_le16(w, o->code);
	wcur_le16(w, o->n_bytes);
	wcur_bytes(w, pen, 4);
	wcur_bytes(w, o->value + 4, o->n_bytes - 4);
	wcur_zero(w, -o->n_bytes & 3);
}

/* Copies option 'o' of a section whose order is 'swapped' to ours. */
static void copy_opt(struct wcur *w, const struct pcapng_opt *o, enum kind k, bool swapped)
{
	if (!swapped || k == KIND_BYTES || o->code == PCAPNG_OPT_COMMENT)
		pcapng_enc_opt(w, o->code, o->value, o->n_bytes);
	else if (o->code == PCAPNG_OPT_CUSTOM_STR || o->code == PCAPNG_OPT_CUSTOM_BIN)
		copy_custom(w, o);
	else if (k == KIND_U32 && o->n_bytes == 4)
		pcapng_enc_opt_u32(w, o->code, get_be32(o->value));
	else if (k == KIND_U64 && o->n_bytes == 8)
		pcapng_enc_opt_u64(w, o->code, get_be64(o->value));
}

static bool no_copy(uint16_t code)
{
	return code == PCAPNG_OPT_CUSTOM_STR_NOCOPY || code == PCAPNG_OPT_CUSTOM_BIN_NOCOPY;
}

/* Copies the options that 'kind_of' does not call ours. */
static void copy_opts(struct wcur *w, const uint8_t *opts, size_t n_bytes, bool swapped,
		      enum kind (*kind_of)(uint16_t code))
{
	struct cur c = cur_of(opts, n_bytes);
	struct pcapng_opt o;
	enum kind k;

	while (pcapng_opt_next(&c, swapped, &o)) {
		k = kind_of(o.code);
		if (k != KIND_OURS && !no_copy(o.code))
			copy_opt(w, &o, k, swapped);
	}
}

static enum kind kind_shb(uint16_t code)
{
	return code >= PCAPNG_SHB_HARDWARE && code <= PCAPNG_SHB_APP ? KIND_BYTES : KIND_UNKNOWN;
}

void pcapng_enc_shb(struct wcur *w, const struct pcapng_section *s)
{
	size_t start = pcapng_enc_begin(w, PCAPNG_SHB);

	wcur_le32(w, PCAPNG_BYTE_ORDER);
	wcur_le16(w, 1);
	wcur_le16(w, 0);
	wcur_le64(w, UINT64_MAX);
	if (s->opts) {
		copy_opts(w, s->opts, s->opts_bytes, s->opts_swapped, kind_shb);
	} else {
		pcapng_enc_opt_text(w, PCAPNG_SHB_HARDWARE, s->hardware);
		pcapng_enc_opt_text(w, PCAPNG_SHB_OS, s->os);
		pcapng_enc_opt_text(w, PCAPNG_SHB_APP, s->app);
	}
	pcapng_enc_opt_end(w);
	pcapng_enc_end(w, start);
}

/* Options that struct pkt_iface does not say: addresses, EUI, time zone, FCS length, TX speed. */
static enum kind kind_idb(uint16_t code)
{
	switch (code) {
	case 4: /* if_IPv4addr, if_IPv6addr: network order in every section */
	case 5:
	case 7:  /* if_EUIaddr */
	case 13: /* if_fcslen: one byte */
	case 18: /* if_iana_tzname */
		return KIND_BYTES;
	case 10: /* if_tzone */
		return KIND_U32;
	case 16: /* if_txspeed */
	case 17: /* if_rxspeed */
		return KIND_U64;
	case PCAPNG_IF_NAME:
	case PCAPNG_IF_DESCR:
	case PCAPNG_IF_MAC:
	case PCAPNG_IF_SPEED:
	case PCAPNG_IF_TSRESOL:
	case PCAPNG_IF_OS:
	case PCAPNG_IF_TSOFFSET:
	case PCAPNG_IF_HARDWARE:
		return KIND_OURS;
	case PCAPNG_IF_FILTER: /* opaque bytes when the first is not 0: only text is a field */
		return KIND_OURS;
	default:
		return KIND_UNKNOWN;
	}
}

/* if_filter is a code byte, 0 for text, and the filter. A binary filter of another file is kept. */
static void enc_filter(struct wcur *w, const struct pkt_iface *i)
{
	struct cur c = cur_of(i->opts, i->opts ? i->opts_bytes : 0);
	struct pcapng_opt o;
	size_t n;

	if (i->filter) {
		n = MIN(strlen(i->filter), (size_t)PCAPNG_OPT_VALUE_MAX - 1);
		wcur_le16(w, PCAPNG_IF_FILTER);
		wcur_le16(w, n + 1);
		wcur_u8(w, 0);
		wcur_bytes(w, i->filter, n);
		wcur_zero(w, -(n + 1) & 3);
		return;
	}
	while (pcapng_opt_next(&c, i->opts_swapped, &o))
		if (o.code == PCAPNG_IF_FILTER && o.n_bytes && o.value[0] != 0)
			copy_opt(w, &o, KIND_UNKNOWN, i->opts_swapped);
}

void pcapng_enc_idb(struct wcur *w, const struct pkt_iface *i)
{
	size_t start = pcapng_enc_begin(w, PCAPNG_IDB);

	wcur_le16(w, i->linktype);
	wcur_le16(w, 0);
	wcur_le32(w, i->snaplen);
	pcapng_enc_opt_text(w, PCAPNG_IF_NAME, i->name);
	pcapng_enc_opt_text(w, PCAPNG_IF_DESCR, i->descr);
	if (i->has_mac)
		pcapng_enc_opt(w, PCAPNG_IF_MAC, i->mac, sizeof(i->mac));
	if (i->speed_bps)
		pcapng_enc_opt_u64(w, PCAPNG_IF_SPEED, i->speed_bps);
	pcapng_enc_opt(w, PCAPNG_IF_TSRESOL, "\x09", 1);
	enc_filter(w, i);
	pcapng_enc_opt_text(w, PCAPNG_IF_OS, i->os);
	pcapng_enc_opt_text(w, PCAPNG_IF_HARDWARE, i->hardware);
	if (i->tsoffset_s)
		pcapng_enc_opt_u64(w, PCAPNG_IF_TSOFFSET, (uint64_t)i->tsoffset_s);
	if (i->opts)
		copy_opts(w, i->opts, i->opts_bytes, i->opts_swapped, kind_idb);
	pcapng_enc_opt_end(w);
	pcapng_enc_end(w, start);
}

static void opt_time(struct wcur *w, uint16_t code, int64_t ns)
{
	uint8_t v[8];

	if (ns == INT64_MIN)
		return;
	put_le32(v, (uint64_t)ns >> 32);
	put_le32(v + 4, (uint32_t)ns);
	pcapng_enc_opt(w, code, v, sizeof(v));
}

static void opt_count(struct wcur *w, uint16_t code, uint64_t n)
{
	if (n != UINT64_MAX)
		pcapng_enc_opt_u64(w, code, n);
}

void pcapng_enc_isb(struct wcur *w, uint32_t iface, int64_t ts_ns, const struct pcapng_stats *s,
		    size_t block_bytes)
{
	size_t start = pcapng_enc_begin(w, PCAPNG_ISB), tail;

	wcur_le32(w, iface);
	wcur_le32(w, (uint64_t)ts_ns >> 32);
	wcur_le32(w, (uint32_t)ts_ns);
	opt_time(w, PCAPNG_ISB_STARTTIME, s->start_ns);
	opt_time(w, PCAPNG_ISB_ENDTIME, s->end_ns);
	opt_count(w, PCAPNG_ISB_IFRECV, s->if_recv);
	opt_count(w, PCAPNG_ISB_IFDROP, s->if_drop);
	opt_count(w, PCAPNG_ISB_FILTERACCEPT, s->filter_accept);
	opt_count(w, PCAPNG_ISB_OSDROP, s->os_drop);
	opt_count(w, PCAPNG_ISB_USRDELIV, s->delivered);
	tail = wcur_used(w) - start + 8; /* with opt_endofopt and the closing length */
	if (block_bytes > tail)
		pcapng_enc_filler(w, block_bytes - tail);
	pcapng_enc_opt_end(w);
	pcapng_enc_end(w, start);
}

static enum kind kind_epb(uint16_t code)
{
	switch (code) {
	case PCAPNG_EPB_FLAGS:
	case PCAPNG_EPB_DROPCOUNT:
	case PCAPNG_EPB_QUEUE:
		return KIND_OURS;
	case PCAPNG_EPB_HASH:
		return KIND_BYTES;
	case PCAPNG_EPB_PACKETID:
		return KIND_U64;
	default:
		return KIND_UNKNOWN;
	}
}

void pcapng_enc_epb_opts(struct wcur *w, const struct pkt *p)
{
	size_t before = wcur_used(w);

	if (p->flags)
		pcapng_enc_opt_u32(w, PCAPNG_EPB_FLAGS, p->flags);
	if (p->drops)
		pcapng_enc_opt_u64(w, PCAPNG_EPB_DROPCOUNT, p->drops);
	if (p->queue != UINT32_MAX)
		pcapng_enc_opt_u32(w, PCAPNG_EPB_QUEUE, p->queue);
	if (p->opts)
		copy_opts(w, p->opts, p->opts_bytes, p->opts_swapped, kind_epb);
	if (wcur_used(w) != before)
		pcapng_enc_opt_end(w);
}
