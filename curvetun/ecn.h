// SPDX-License-Identifier: GPL-2.0-or-later
/* ecn - marks of congestion between the inner IP header and the datagram's (RFC 6040), and the
 * inner class of service in the datagram's (RFC 2983). Pure. */
#ifndef CURVETUN_ECN_H
#define CURVETUN_ECN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "inner.h"

/* The byte TOS or traffic class of a datagram that carries 'pkt': its ECN field, with 'dscp' its
 * class of service too. */
uint8_t ecn_outer(const uint8_t *pkt, const struct inner *ip, bool dscp) MUST_USE;

/* Takes into the packet what its way did to the datagram, whose byte was 'outer' in the end. False
 * when it must be dropped: there was congestion, and its sender would not understand the mark. */
bool ecn_inner(uint8_t *pkt, const struct inner *ip, uint8_t outer) MUST_USE;

#endif
