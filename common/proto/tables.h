// SPDX-License-Identifier: GPL-2.0-or-later
/* tables - what the protocol tables share with each other, and only with each other. */
#ifndef PROTO_TABLES_H
#define PROTO_TABLES_H

#include "base/attr.h"
#include "proto/proto.h"

#define FIELDS(a)  .fields = (a), .n_fields = ARRAY_SIZE(a)
/* A record of a table of fields: kind without FIELD_, the rest by designators. */
#define ROW(name_, kind_, label_, ref_, ...)                                                       \
	{ .name = (name_), .kind = FIELD_##kind_, .label = (label_), .ref = (ref_), __VA_ARGS__ }
#define OPTIONS(a) .opts = (a), .n_opts = ARRAY_SIZE(a)

/* ETH_P_802_2 of linux/if_ether.h: an LLC frame, where an ethertype is asked for. */
#define LINK_LLC 4

/* Layouts of options that several protocols share: see tlv.c. */
extern const struct tlv_layout tlv_ip, tlv_ip6, tlv_nd;

struct cur;
struct finder;

/* Gives the domain names in 'c', up to its end, as values of the array 'f'; they may point back to
 * names before them. 'partial': the last may end without its final zero (RFC 4704 4.2). */
void dns_names(struct finder *fi, const struct field *f, struct cur *c, bool partial);

/* True if a frame of a Cisco inter-switch link begins at 'p'. */
bool isl_check(const uint8_t *p, uint32_t have, uint32_t bytes);

/* True if the 'have' bytes at 'p' look like an Ethernet frame: its type is one that has a name, or
 * a length. For what follows a header that does not say so. */
bool eth_plausible(const uint8_t *p, uint32_t have);

#define PROTO(name) extern const struct proto proto_##name;
#include "proto/proto_list.h"
#undef PROTO

#endif
