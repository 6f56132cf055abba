// SPDX-License-Identifier: GPL-2.0-or-later
/* cook - replaces the link headers of packets from files by Linux cooked ones (-w): those of
 * Ethernet, SLL2 and bare IP. Source: tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html. */
#ifndef NETSNIFF_COOK_H
#define NETSNIFF_COOK_H

#include "base/err.h"
#include "pkt/pkt.h"
#include "source.h"

struct cook;

/* Makes a cook for one run. Returns 0 with '*ret_c' owned by the caller, or -errno with 'e'. */
int cook_new(struct cook **ret_c, struct err *e) MUST_USE;
void cook_free(struct cook *c);

/* Turns to another source. Returns what sinks are to see instead of 's'; both live as long as 's'
 * and 'c'. */
struct source *cook_source(struct cook *c, struct source *s);

/* True while there is room for a packet of 'cap_len' bytes. */
bool cook_has_room(const struct cook *c, uint32_t cap_len);

/* Gives '*p' a cooked header, in memory of 'c' that lives until cook_clear(); a packet that has one
 * stays as it is. Returns 0, or -EINVAL with 'e' if its link header says too little. */
int cook_packet(struct cook *c, struct pkt *p, struct err *e) MUST_USE;

/* No packet given by cook_packet() is looked at again. */
void cook_clear(struct cook *c);

#endif
