// SPDX-License-Identifier: GPL-2.0-or-later
/* capwrite_block - carries blocks of a pcapng file over into another: name resolution, statistics,
 * secrets and custom blocks, turned into our byte order. Part of capwrite. */
#include "pkt/capwrite_priv.h"

#include "pkt/pcapng_opt.h"

/* Copies options of a block that has only text and bytes behind its numbers. */
static void copy_opts(struct wcur *w, struct cur *c, bool swapped)
{
	struct pcapng_opt o;

	while (pcapng_opt_next(c, swapped, &o))
		if (!swapped || o.code <= 4)
			pcapng_enc_opt(w, o.code, o.value, o.n_bytes);
	pcapng_enc_opt_end(w);
}

/* Name resolution: records of type, length and bytes up to one of type 0; then options. */
static bool copy_names(struct wcur *w, struct cur *c, bool swapped)
{
	struct pcapng_opt o;

	while (pcapng_opt_next(c, swapped, &o))
		pcapng_enc_opt(w, o.code, o.value, o.n_bytes);
	wcur_le32(w, 0);
	if (!c->failed && cur_left(c))
		copy_opts(w, c, swapped);
	return !c->failed;
}

/* The time stamp in two halves at 'p', of the source's interface 'global', as our file says it of
 * its 'iface'. */
static int64_t time_of(const struct capwrite *w, const struct capfile_block *b,
		       uint32_t iface, uint32_t global, const uint8_t *p)
{
	uint64_t units = (uint64_t)pcapng_u32(p, b->swapped) << 32 | pcapng_u32(p + 4, b->swapped);
	int64_t ns = capfile_to_ns(b->file, global, units), moved;

	if (__builtin_sub_overflow(ns, w->ifaces[iface].offset_ns, &moved))
		return 0;
	return moved;
}

static void put_time(uint8_t *p, int64_t ns)
{
	put_le32(p, (uint64_t)ns >> 32);
	put_le32(p + 4, (uint32_t)ns);
}

/* Statistics: their times count as the interface's do, which are ns in our file. */
static bool copy_stats(struct capwrite *out, struct wcur *w, struct cur *c,
		       const struct capfile_block *b, const uint32_t *map, uint32_t n_map)
{
	const uint8_t *p = cur_take(c, 12);
	uint32_t local = p ? pcapng_u32(p, b->swapped) : UINT32_MAX, global, iface;
	struct pcapng_opt o;
	uint8_t v[8];

	if (local >= b->n_iface_map)
		return false;
	global = b->iface_map[local];
	if (global >= n_map || map[global] <= out->section_first || map[global] > out->n_ifaces)
		return false;
	iface = map[global] - 1;
	wcur_le32(w, iface - out->section_first);
	put_time(v, time_of(out, b, iface, global, p + 4));
	wcur_bytes(w, v, sizeof(v));
	while (pcapng_opt_next(c, b->swapped, &o)) {
		if (o.n_bytes == 8 && o.code >= PCAPNG_ISB_IFRECV &&
		    o.code <= PCAPNG_ISB_USRDELIV) {
			pcapng_enc_opt_u64(w, o.code, pcapng_u64(o.value, b->swapped));
		} else if (o.n_bytes == 8 && o.code >= PCAPNG_ISB_STARTTIME &&
			   o.code <= PCAPNG_ISB_ENDTIME) {
			put_time(v, time_of(out, b, iface, global, o.value));
			pcapng_enc_opt(w, o.code, v, sizeof(v));
		} else if (!b->swapped || o.code == PCAPNG_OPT_COMMENT) {
			pcapng_enc_opt(w, o.code, o.value, o.n_bytes);
		}
	}
	pcapng_enc_opt_end(w);
	return !c->failed;
}

static bool copy_secrets(struct wcur *w, struct cur *c, bool swapped)
{
	const uint8_t *p = cur_take(c, 8);
	uint32_t n = p ? pcapng_u32(p + 4, swapped) : 0;
	const uint8_t *secrets = cur_take(c, n);

	if (c->failed)
		return false;
	wcur_le32(w, pcapng_u32(p, swapped));
	wcur_le32(w, n);
	wcur_bytes(w, secrets, n);
	wcur_zero(w, -n & 3);
	cur_skip(c, MIN((size_t)(-n & 3), cur_left(c)));
	if (cur_left(c))
		copy_opts(w, c, swapped);
	return !c->failed;
}

/* What stands behind the enterprise number is the business of that enterprise. */
static bool copy_custom(struct wcur *w, struct cur *c, bool swapped)
{
	const uint8_t *p = cur_take(c, 4);
	size_t n = cur_left(c);

	if (!p)
		return false;
	wcur_le32(w, pcapng_u32(p, swapped));
	wcur_bytes(w, cur_take(c, n), n);
	return true;
}

static bool copy_body(struct capwrite *out, struct wcur *w, const struct capfile_block *b,
		      const uint32_t *map, uint32_t n_map)
{
	struct cur c = cur_of(b->body, b->body_bytes);

	switch (b->type) {
	case PCAPNG_NRB:
		return copy_names(w, &c, b->swapped);
	case PCAPNG_ISB:
		return copy_stats(out, w, &c, b, map, n_map);
	case PCAPNG_DSB:
		return copy_secrets(w, &c, b->swapped);
	case PCAPNG_CB:
		return copy_custom(w, &c, b->swapped);
	case PCAPNG_CB_NOCOPY:
		return false;
	default:
		wcur_bytes(w, b->body, b->body_bytes);
		return !b->swapped;
	}
}

int capwrite_block(struct capwrite *w, const struct capfile_block *b, const uint32_t *map,
		   uint32_t n_map, struct err *e)
{
	struct capout *o = &w->out;
	struct wcur c;
	size_t start;
	int r;

	if (w->opts.format != CAPFMT_PCAPNG)
		return 0;
	r = capout_start(o, 2 * (size_t)b->body_bytes + 64);
	if (r < 0) {
		if (e)
			*e = o->failed;
		return r;
	}
	c = wcur_of(o->p, o->end - o->p);
	start = pcapng_enc_begin(&c, b->type);
	if (!copy_body(w, &c, b, map, n_map) || c.failed)
		return 0; /* damaged, or not ours to copy: left out */
	pcapng_enc_end(&c, start);
	o->p += wcur_used(&c);
	capout_done(o, wcur_used(&c), CAPOUT_NO_PACKET);
	return 0;
}
