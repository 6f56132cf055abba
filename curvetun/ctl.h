// SPDX-License-Identifier: GPL-2.0-or-later
/* ctl - what the ends say to each other inside data messages besides IP packets: a payload whose
 * first byte is below 0x40. A ping is answered by a pong of 16 bytes.
 *   ping  type 1, 0, 0 u16, number u32, time u64, any padding
 *   pong  type 2, 0, bytes of the ping u16, its number u32, its time u64 */
#ifndef CURVETUN_CTL_H
#define CURVETUN_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { CTL_PING = 1, CTL_PONG = 2, CTL_BYTES = 16 };

struct ctl {
	uint8_t type;
	uint16_t size; /* of a pong: bytes of the ping */
	uint32_t number;
	uint64_t time; /* the sender's own */
};

void ctl_write(const struct ctl *c, uint8_t out[CTL_BYTES]);

/* False when it is none that is known. */
bool ctl_read(const uint8_t *in, size_t n, struct ctl *ret_c) MUST_USE;

#endif
