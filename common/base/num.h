// SPDX-License-Identifier: GPL-2.0-or-later
/* num - numbers as people write them: the whole string, with its unit, within a range.
 * "12abc", "", " 5" and "-0" are refused; so is what overflows. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdint.h>

#include "base/err.h"

enum num_unit {
	NUM_PLAIN, /* 10, 0x1f, 017 */
	NUM_COUNT, /* also k, M, G (powers of 1000), with a fraction: 1.5M */
	NUM_BYTES, /* B, KiB MiB GiB TiB (1024), kB MB GB TB (1000), K M G T (1024): in bytes */
	NUM_TIME,  /* ns us ms s sec min m h hrs d: result in ns; without a unit, seconds */
	NUM_BITS,  /* bit/s: bit kbit Mbit Gbit Tbit, also bps kbps ..., K M G: result in bit/s */
	NUM_RATE,  /* packets/s: pps kpps Mpps, k M G: result in packets/s */
};

/* Parses all of 'text' as a number of 'unit' within 'min' to 'max' (in the unit's base).
 * 'what' names it in the error sentence.
 * Returns 0 with '*ret_v' set, or -EINVAL or -ERANGE with 'e'. */
int num_parse(const char *text, enum num_unit unit, uint64_t min, uint64_t max, const char *what,
	      uint64_t *ret_v, struct err *e) MUST_USE;

#endif
