// SPDX-License-Identifier: GPL-2.0-or-later
/* icmp_both - what both versions of ICMP have alike: extended echo and extensions of errors. */
#ifndef PROTO_ICMP_BOTH_H
#define PROTO_ICMP_BOTH_H

#include "proto/proto.h"

/* RFC 8335 3: what an extended echo reply says of a neighbour and of an interface. */
extern const struct value_name icmp_neighbour_states[], icmp_interface_flags[];

/* Codes of extended echo replies, which are of 'type'. */
#define ICMP_EXTENDED_CODES(type)                                                                  \
	{ (type) << 8, "no-error" }, { (type) << 8 | 1, "malformed-query" },                       \
	{ (type) << 8 | 2, "no-such-interface" }, { (type) << 8 | 3, "no-such-entry" },            \
	{ (type) << 8 | 4, "several-interfaces" }

/* Fields of requests (asks), replies (tells) and both. */
#define ICMP_EXTENDED_FIELDS(asks, tells, both)                                                    \
	{ .name = "id", BYTES(4, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &(both),      \
	  .label = "identifier", .ref = "RFC 8335 2" },                                            \
	{ .name = "seq", BYTES(6, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &(both),     \
	  .label = "sequence number", .ref = "RFC 8335 2" },                                       \
	{ .name = "local", BITS(63, 1), .kind = FIELD_BOOL, .when = &(asks),                       \
	  .label = "asks about an interface of the node that answers", .ref = "RFC 8335 2" },      \
	{ .name = "state", BITS(56, 3), .kind = FIELD_DEC, .names = icmp_neighbour_states,         \
	  .flags = FIELD_LINE, .when = &(tells), .label = "state of a neighbour",                  \
	  .ref = "RFC 8335 3" },                                                                   \
	{ .name = "is", BITS(61, 3), .kind = FIELD_FLAGS, .names = icmp_interface_flags,           \
	  .flags = FIELD_LINE, .when = &(tells), .label = "what the interface is",                 \
	  .ref = "RFC 8335 3" }

/* How much an error quotes, in words of so many bytes. */
#define ICMP_QUOTED_FIELD(off, word_bytes, quotes)                                                 \
	{ .name = "quoted", BYTES(off, 1), .kind = FIELD_DEC, .when = &(quotes),                   \
	  .label = "words of " word_bytes " bytes that are quoted before extensions, "             \
		   "0: not stated",                                                                \
	  .ref = "RFC 4884 4" }

/* Tells 'n' where in the ICMP error at 'hdr' extensions begin: behind the 'quoted_bytes' that it
 * states; 0: behind 128, if their checksum is right. */
void icmpext_tail(const uint8_t *hdr, uint32_t hdr_bytes, uint32_t quoted_bytes, struct next *n);

#endif
