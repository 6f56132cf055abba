// SPDX-License-Identifier: GPL-2.0-or-later
/* decap - takes tunnels off packets (--decap): what the protocol table marks PROTO_TUNNEL (GRE,
 * ERSPAN, VXLAN, GENEVE). An inner Ethernet frame is a part of the packet and nothing is copied;
 * an inner IP packet gets the link header of the outer one, so that a file keeps its link type. */
#ifndef NETSNIFF_DECAP_H
#define NETSNIFF_DECAP_H

#include "base/err.h"
#include "pkt/pkt.h"

struct decap;

/* Returns 0 with '*ret_d' owned by the caller, or -errno with 'e'. */
int decap_new(struct decap **ret_d, struct err *e) MUST_USE;
void decap_free(struct decap *d);

/* Makes '*p' a view of the innermost packet in its tunnels. A packet without a tunnel stays as it
 * is, and so does one whose inner packet its link type cannot hold, is a fragment, quoted in an
 * ICMP error, or was not captured. True if a tunnel was taken off; 'p' lives until decap_clear(),
 * which is due before a packet for which decap_has_room() is false. */
bool decap_packet(struct decap *d, struct pkt *p);
bool decap_has_room(const struct decap *d, uint32_t cap_len);
void decap_clear(struct decap *d);

#endif
