// SPDX-License-Identifier: GPL-2.0-or-later
/* inner - the IP packet inside the tunnel, as far as the tunnel looks at it: family, addresses, and
 * where TCP or UDP begin. Reads what came from the other end: nothing is believed. */
#ifndef CURVETUN_INNER_H
#define CURVETUN_INNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { INNER_TCP = 6, INNER_UDP = 17 };

struct inner {
	bool v6;
	uint8_t proto;	 /* behind the IP header itself: extension headers are not stepped over */
	uint16_t l4;	 /* bytes of the IP header */
	bool fragment;	 /* one of several pieces: no L4 header, or an incomplete packet */
	const uint8_t *src, *dst; /* 4 or 16 bytes */
};

/* Looks at the 'n' bytes of 'p'. False when they are no IP packet of just that length. */
bool inner_read(const uint8_t *p, size_t n, struct inner *ret_i) MUST_USE;

/* The address as IPv6, IPv4 mapped. */
void inner_addr(const struct inner *i, bool dst, uint8_t out[16]);

/* Running sum (base of proto/csum.h) of the pseudo header for 'n' bytes of L4. */
uint64_t inner_pseudo(const struct inner *i, uint8_t proto, uint32_t n);

/* Writes the length of a packet of 'n' bytes into its IP header, and that header's checksum. */
void inner_set_length(uint8_t *p, const struct inner *i, size_t n);

#endif
