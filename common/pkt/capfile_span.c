// SPDX-License-Identifier: GPL-2.0-or-later
/* capfile_span - the packets of a mapped pcap file in runs, for a copy in the same format: a record
 * is looked at where it lies, and nothing is made of it. Part of capfile. */
#include "pkt/capfile_priv.h"

enum {
	HEAD_BYTES = 16,
	TURN_BYTES = 1 << 20, /* read in one call, about */
	AHEAD = 4,            /* packets of like size that the memory is asked for beforehand */
	LINE_BYTES = 64,
};

bool capfile_has_spans(const struct capfile *f, enum capfmt format, bool swapped)
{
	return f->src.map && f->info.format == format && !swapped && !f->info.swapped &&
	       (format == CAPFMT_PCAP_US || format == CAPFMT_PCAP_NS) && !f->lengths_swapped &&
	       !f->lengths_maybe_swapped;
}

/* True if the next record is there, whole, in memory. */
static bool next_is_there(struct capsrc *s, uint32_t cap_max)
{
	uint32_t cap_len;

	if (capsrc_need(s, HEAD_BYTES, NULL) != 1)
		return false;
	cap_len = get_le32(s->p + 8);
	return cap_len <= cap_max && capsrc_need(s, HEAD_BYTES + cap_len, NULL) == 1;
}

unsigned int capfile_next_spans(struct capfile *f, const struct vm *vm, struct pkt_span *ret_s,
				unsigned int max, struct capfile_passed *ret_n)
{
	const uint32_t frac_max = capfmt_table[f->info.format].ns ? 1000000000 : 1000000;
	const uint32_t cap_max = MIN(f->snaplen, (uint32_t)CAPFILE_RECORD_MAX - 64);
	struct pkt_span *span = ret_s, *const last = ret_s + max;
	struct capfile_passed n = { 0 };
	struct capsrc *s = &f->src;
	const uint8_t *p, *stop;

	*ret_n = n;
	if (f->failed.code || !max || !next_is_there(s, cap_max))
		return 0;
	p = s->p;
	stop = (size_t)(s->end - p) > TURN_BYTES ? p + TURN_BYTES : s->end;
	*span = (struct pkt_span){ .rec = p };
	while (p < stop && (size_t)(s->end - p) >= HEAD_BYTES) {
		uint32_t cap_len = get_le32(p + 8), rec_bytes = HEAD_BYTES + cap_len, keep;

		if (UNLIKELY(get_le32(p + 4) >= frac_max || cap_len > cap_max ||
			     (size_t)(s->end - p) < rec_bytes))
			break;
		__builtin_prefetch(p + (size_t)AHEAD * rec_bytes);
		__builtin_prefetch(p + (size_t)AHEAD * rec_bytes + LINE_BYTES);
		keep = vm ? vm_run(vm, p + HEAD_BYTES, cap_len, get_le32(p + 12), NULL) :
			    UINT32_MAX;
		if (keep && keep < cap_len)
			break;
		n.packets++;
		n.bytes += cap_len;
		if (keep) {
			span->n_packets++;
			span->n_bytes += rec_bytes;
		}
		p += rec_bytes;
		if (span->n_packets && (!keep || span->n_bytes >= CAPFILE_SPAN_BYTES)) {
			n.kept_packets += span->n_packets;
			n.kept_bytes += span->n_bytes - HEAD_BYTES * span->n_packets;
			if (++span == last)
				break;
			span->n_packets = span->n_bytes = 0;
		}
		if (!span->n_packets)
			span->rec = p;
	}
	if (span < last && span->n_packets) {
		n.kept_packets += span->n_packets;
		n.kept_bytes += span->n_bytes - HEAD_BYTES * span->n_packets;
		span++;
	}
	if (UNLIKELY(capsrc_is_cut(s))) {
		(void)capfile_lost(f);
		return 0;
	}
	s->p = p;
	*ret_n = n;
	return span - ret_s;
}
