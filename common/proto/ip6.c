// SPDX-License-Identifier: GPL-2.0-or-later
/* ip6 - Internet protocol, version 6. Its extension headers are in ip6ext. */
#include "proto/linktype.h"
#include "proto/proto.h"
#include "proto/tables.h"

#define REF "RFC 8200 3"

static const struct field fields[] = {
	{ .name = "ver", .alias = "version", BITS(0, 4), .kind = FIELD_DEC, .dflt = 6,
	  .label = "version", .ref = REF },
	{ .name = "tclass", .alias = "tc class", BITS(4, 8), .kind = FIELD_HEX,
	  .label = "traffic class", .ref = REF },
	{ .name = "dscp", BITS(4, 6), .kind = FIELD_DEC, .flags = FIELD_VIEW,
	  .label = "differentiated services code point", .ref = "RFC 2474 3" },
	{ .name = "ecn", BITS(10, 2), .kind = FIELD_DEC, .flags = FIELD_VIEW,
	  .label = "explicit congestion notification", .ref = "RFC 3168 5" },
	{ .name = "flow", .alias = "fl", BITS(12, 20), .kind = FIELD_HEX, .label = "flow label",
	  .ref = REF },
	{ .name = "len", .alias = "length plen", BYTES(4, 2), .kind = FIELD_DEC,
	  .label = "bytes of payload", .ref = REF },
	{ .name = "next", .alias = "nh nexthdr", BYTES(6, 1), .kind = FIELD_DEC,
	  .reg = REG_IP_PROTO, .dflt = 59, .label = "next header", .ref = REF },
	{ .name = "hoplimit", .alias = "hl ttl hlim", BYTES(7, 1), .kind = FIELD_DEC, .dflt = 64,
	  .label = "hop limit", .ref = REF },
	{ .name = "src", .alias = "sa saddr", BYTES(8, 16), .kind = FIELD_IPV6,
	  .flags = FIELD_LINE | FIELD_SRC, .label = "source address", .ref = REF },
	{ .name = "dst", .alias = "da daddr", BYTES(24, 16), .kind = FIELD_IPV6,
	  .flags = FIELD_LINE | FIELD_DST, .label = "destination address", .ref = REF },
};

const struct proto proto_ip6 = {
	.name = "ip6", .alias = "ipv6", .label = "Internet protocol, version 6", .ref = "RFC 8200",
	.flags = PROTO_NET, .min_bytes = 40,
	.total = { .at = { 32, 16 }, .unit = 1, .add = 40, .zero_is_rest = true },
	.must = { { 0, 4 }, 6 },
	FIELDS(fields),
	.next = { .reg = REG_IP_PROTO, BYTES(6, 1) },
	.in = { { REG_ETHERTYPE, 0x86dd }, { REG_IP_VERSION, 6 }, { REG_FAMILY, 30 },
		{ REG_FAMILY, 28 }, { REG_FAMILY, 24 }, { REG_FAMILY, 10 }, { REG_IP_PROTO, 41 },
		{ REG_LINKTYPE, LINKTYPE_IPV6 }, { REG_PPP, 0x57 }, { REG_NSH, 2 },
		{ REG_NLPID, 0x8e }, { REG_IPNET, 26 }, { REG_ARCNET, 0xc4 } },
};
