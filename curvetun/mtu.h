// SPDX-License-Identifier: GPL-2.0-or-later
/* mtu - what a path that takes less than the device asks for makes necessary: TCP is told a smaller
 * segment size when it connects, and who sends longer packets gets the answer of a router. Pure. */
#ifndef CURVETUN_MTU_H
#define CURVETUN_MTU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cut.h"
#include "inner.h"

enum { MTU_LEAST = 576, MTU_ANSWER = 1280 };

/* Lowers the MSS option of a SYN so that its answers fit 'mtu'. 'open': the checksum holds the
 * pseudo header's sum alone. */
void mtu_clamp(uint8_t *pkt, size_t n, const struct inner *ip, uint16_t mtu, bool open);

/* Makes the pieces of TCP fit 'mtu'. False when the packet may not be made smaller: it is to be
 * answered by mtu_too_big(). One that may be cut on its way, as IPv4 without DF, passes. */
bool mtu_fit(struct cut *c, uint16_t mtu) MUST_USE;

/* Writes the answer "too big" (RFC 792, RFC 4443) to the packet of 'n' bytes; returns its length,
 * at most MTU_ANSWER. */
size_t mtu_too_big(const uint8_t *pkt, size_t n, const struct inner *ip, uint16_t mtu,
		   uint8_t out[MTU_ANSWER]);

/* The sizes to try, in their order: the device's own, and what common tunnels leave of it. 0: there
 * is no other. */
uint16_t mtu_candidate(uint16_t device, unsigned int i);

#endif
