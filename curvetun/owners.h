// SPDX-License-Identifier: GPL-2.0-or-later
/* owners - which peer an inner address belongs to: networks that a file gives, longest prefix
 * first, and addresses that are learned from what a peer sends. A learned address stays with who
 * had it first until that peer has been silent for OWNERS_SILENT_NS. */
#ifndef CURVETUN_OWNERS_H
#define CURVETUN_OWNERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core.h"
#include "lists.h"

#define OWNERS_SILENT_NS (180 * 1000000000ll)

enum { OWNERS_LEARNED = 16 }; /* addresses learned of one peer */

struct owners;

/* Room for 'n_nets' networks and for the learned addresses of 'n_peers'. */
int owners_new(size_t n_nets, size_t n_peers, struct owners **ret_o, struct err *e) MUST_USE;
void owners_free(struct owners *o);

/* Gives 'n' to 'p'. -EEXIST with 'e': it is another's. */
int owners_give(struct owners *o, const struct net *n, struct peer *p, struct err *e) MUST_USE;

/* Takes over from 'from' what was learned of peers that may still learn. */
void owners_learned(struct owners *o, const struct owners *from);

/* Who has 'addr' (IPv4 mapped); NULL nobody. */
struct peer *owners_find(const struct owners *o, const uint8_t addr[16]);

/* True if 'p' may send from 'addr': it is in one of its networks, or free and now learned. */
bool owners_may(struct owners *o, const uint8_t addr[16], struct peer *p, int64_t now_ns) MUST_USE;

#endif
