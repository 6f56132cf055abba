// SPDX-License-Identifier: GPL-2.0-or-later
/* ctl - what the ends say to each other inside data messages besides IP packets: a payload whose
 * first byte is below 0x40. A ping is answered by a pong of 16 bytes, a probe by one that is padded
 * to its own length.
 *   ping   type 1, flags, longest packet that passes u16 (0: not known), number u32, time u64
 *   pong   type 2, 0, bytes of what it answers u16, number and time of that
 *   probe  type 3, 0, 0 u16, number u32, time u64, padding of zeros
 *   burst  type 4, 0, 0 u16, number u32, time u64: asks for 8 pongs by one call (trial.h)
 * All may be padded with zeros. */
#ifndef CURVETUN_CTL_H
#define CURVETUN_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { CTL_PING = 1, CTL_PONG = 2, CTL_PROBE = 3, CTL_BURST = 4, CTL_BYTES = 16 };

enum { CTL_F_PLAIN = 1 /* of a ping: datagrams to its sender go one by one */ };

struct ctl {
	uint8_t type, flags;
	uint16_t size; /* of a pong: bytes of what it answers; of a ping: longest packet */
	uint32_t number;
	uint64_t time; /* the sender's own */
};

void ctl_write(const struct ctl *c, uint8_t out[CTL_BYTES]);

/* False when it is none that is known. */
bool ctl_read(const uint8_t *in, size_t n, struct ctl *ret_c) MUST_USE;

#endif
