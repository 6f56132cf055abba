// SPDX-License-Identifier: GPL-2.0-or-later
/* capfile_ng_idb - interfaces of pcapng files: what an Interface Description Block says, and how
 * its time stamps count. An interface that the section before had in the same place, word for word,
 * is the same one: files put together from many sections stay small in memory. Part of capfile. */
#include "pkt/capfile_priv.h"

#include <errno.h>

#include "pkt/pcapng_enc.h"
#include "pkt/pcapng_opt.h"

enum { TSRESOL_DEFAULT = 6, IDB_HEAD_BYTES = 8 };

static uint64_t pow10_u64(unsigned int n)
{
	uint64_t v = 1;

	while (n-- > 0)
		v *= 10;
	return v;
}

/* if_tsresol: a negative power of 10, or of 2 with the upper bit set. */
static struct capfile_clock clock_of(uint8_t tsresol, int64_t offset_s)
{
	struct capfile_clock c = { .mul = 1, .div = 1 };
	unsigned int n = tsresol & 0x7f;

	if (tsresol & 0x80) {
		c.shift = n;
		if (n == 0)
			c.mul = 1000000000;
		else
			c.div = 0; /* not the fast way */
	} else if (n <= 9) {
		c.mul = pow10_u64(9 - n);
	} else if (n <= 28) {
		c.div = pow10_u64(n - 9);
	} else {
		c.mul = 0; /* 2^64 such units are less than 1 ns */
	}
	if (__builtin_mul_overflow(offset_s, (int64_t)1000000000, &c.offset_ns))
		c.offset_ns = offset_s < 0 ? INT64_MIN : INT64_MAX;
	return c;
}

static const char *keep_text(struct capfile *f, const struct pcapng_opt *o)
{
	return capfile_keep(f, o->value, o->n_bytes);
}

/* Sets the field that option 'o' is about. False with the lasting error set. */
static bool take_opt(struct capfile *f, struct pkt_iface *i, const struct pcapng_opt *o,
		     bool swapped)
{
	const char **text = NULL;
	struct pcapng_opt filter;

	switch (o->code) {
	case PCAPNG_IF_NAME:
		text = &i->name;
		break;
	case PCAPNG_IF_DESCR:
		text = &i->descr;
		break;
	case PCAPNG_IF_OS:
		text = &i->os;
		break;
	case PCAPNG_IF_HARDWARE:
		text = &i->hardware;
		break;
	case PCAPNG_IF_FILTER:
		if (o->n_bytes == 0 || o->value[0] != 0)
			return true;
		filter = (struct pcapng_opt){ o->code, o->n_bytes - 1, o->value + 1 };
		i->filter = keep_text(f, &filter);
		return i->filter;
	case PCAPNG_IF_MAC:
		i->has_mac = o->n_bytes == sizeof(i->mac);
		if (i->has_mac)
			memcpy(i->mac, o->value, sizeof(i->mac));
		return true;
	case PCAPNG_IF_SPEED:
		i->speed_bps = o->n_bytes == 8 ? pcapng_u64(o->value, swapped) : 0;
		return true;
	case PCAPNG_IF_TSRESOL:
		if (o->n_bytes == 1)
			i->tsresol = o->value[0];
		return true;
	case PCAPNG_IF_TSOFFSET:
		if (o->n_bytes == 8)
			i->tsoffset_s = (int64_t)pcapng_u64(o->value, swapped);
		return true;
	default:
		return true;
	}
	*text = keep_text(f, o);
	return *text;
}

/* Length of the options at 'opts' without opt_endofopt; -1 if one is longer than what is left. */
static int64_t opts_length(const uint8_t *opts, uint32_t n_bytes, bool swapped)
{
	struct cur c = cur_of(opts, n_bytes);
	const uint8_t *end = opts;
	struct pcapng_opt o;

	while (pcapng_opt_next(&c, swapped, &o))
		end = c.p;
	return c.failed ? -1 : end - opts;
}

/* Appends a number of the section; the table is kept from section to section. */
static int map_add(struct capfile *f, uint32_t global)
{
	uint32_t room, *map;

	if (f->n_map == CAPFILE_IFACES_MAX)
		return capfile_bad(f, E2BIG, capsrc_off(&f->src), "more than %d interfaces",
				   CAPFILE_IFACES_MAX);
	if (f->n_map == f->map_room) {
		room = MAX(f->map_room * 2, 8u);
		map = reallocarray(f->map, room, sizeof(*map));
		if (!map)
			return err_sys(&f->failed, ENOMEM, "%s: interface table", f->src.name);
		f->map = map;
		f->map_room = room;
	}
	f->map[f->n_map++] = global;
	return 0;
}

static bool same_as_before(const struct capfile *f, uint16_t linktype, uint32_t snaplen,
			   const uint8_t *opts, uint32_t opts_bytes)
{
	const struct pkt_iface *i;

	if (f->n_map >= f->n_map_before)
		return false;
	i = &f->ifaces[f->map[f->n_map]].pub;
	return i->linktype == linktype && i->snaplen == snaplen &&
	       i->opts_swapped == f->info.swapped && i->opts_bytes == opts_bytes &&
	       memcmp(i->opts, opts, opts_bytes) == 0;
}

int capfile_ng_idb(struct capfile *f, const uint8_t *body, uint32_t n, uint64_t off)
{
	bool swapped = f->info.swapped;
	struct capfile_iface *i;
	struct pcapng_opt o;
	uint32_t snaplen;
	int64_t opts_bytes;
	uint16_t linktype;
	struct cur c;

	if (n < IDB_HEAD_BYTES)
		return capfile_bad(f, EBADMSG, off, "interface block is too short");
	linktype = pcapng_u16(body, swapped);
	snaplen = pcapng_u32(body + 4, swapped);
	opts_bytes = opts_length(body + IDB_HEAD_BYTES, n - IDB_HEAD_BYTES, swapped);
	if (opts_bytes < 0)
		return capfile_bad(f, EBADMSG, off,
				   "an option of the interface is longer than its block");
	if (same_as_before(f, linktype, snaplen, body + IDB_HEAD_BYTES, opts_bytes))
		return map_add(f, f->map[f->n_map]);
	i = capfile_iface_add(f);
	if (!i)
		return -f->failed.code;
	i->pub.linktype = linktype;
	i->pub.snaplen = snaplen;
	i->pub.tsresol = TSRESOL_DEFAULT;
	i->pub.opts_swapped = swapped;
	i->pub.opts_bytes = opts_bytes;
	i->pub.opts = capfile_keep(f, body + IDB_HEAD_BYTES, opts_bytes);
	if (!i->pub.opts)
		return -f->failed.code;
	c = cur_of(i->pub.opts, opts_bytes);
	while (pcapng_opt_next(&c, swapped, &o))
		if (!take_opt(f, &i->pub, &o, swapped))
			return -f->failed.code;
	i->clock = clock_of(i->pub.tsresol, i->pub.tsoffset_s);
	return map_add(f, f->info.n_ifaces - 1);
}
