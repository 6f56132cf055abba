// SPDX-License-Identifier: GPL-2.0-or-later
/* pcapng_opt - walks the options of a pcapng block, in either byte order. Used by reader and
 * writers. */
#ifndef PKT_PCAPNG_OPT_H
#define PKT_PCAPNG_OPT_H

#include "base/bytes.h"

struct pcapng_opt {
	uint16_t code, n_bytes;
	const uint8_t *value; /* padded to a multiple of 4 in the block */
};

static inline uint16_t pcapng_u16(const uint8_t *p, bool swapped)
{
	return swapped ? get_be16(p) : get_le16(p);
}

static inline uint32_t pcapng_u32(const uint8_t *p, bool swapped)
{
	return swapped ? get_be32(p) : get_le32(p);
}

static inline uint64_t pcapng_u64(const uint8_t *p, bool swapped)
{
	return swapped ? get_be64(p) : get_le64(p);
}

/* Steps to the next option of 'c'. False at opt_endofopt, at the end, and (with 'c' failed) where
 * an option is longer than what is left. Missing padding at the very end is forgiven. */
static inline bool pcapng_opt_next(struct cur *c, bool swapped, struct pcapng_opt *ret_o)
{
	const uint8_t *p;

	if (!cur_left(c))
		return false;
	p = cur_take(c, 4);
	if (!p)
		return false;
	ret_o->code = pcapng_u16(p, swapped);
	ret_o->n_bytes = pcapng_u16(p + 2, swapped);
	if (ret_o->code == 0)
		return false;
	ret_o->value = cur_take(c, ret_o->n_bytes);
	if (!ret_o->value)
		return false;
	cur_skip(c, MIN((size_t)-ret_o->n_bytes & 3, cur_left(c)));
	return true;
}

#endif
