// SPDX-License-Identifier: GPL-2.0-or-later
/* udp - user datagrams. */
#include "proto/proto.h"
#include "proto/tables.h"

#define REF "RFC 768"

static const struct field fields[] = {
	{ .name = "sport", .alias = "sp srcport", BYTES(0, 2), .kind = FIELD_DEC,
	  .reg = REG_UDP_PORT, .flags = FIELD_LINE | FIELD_SRC, .label = "source port", .ref = REF },
	{ .name = "dport", .alias = "dp dstport", BYTES(2, 2), .kind = FIELD_DEC,
	  .reg = REG_UDP_PORT, .flags = FIELD_LINE | FIELD_DST, .label = "destination port",
	  .ref = REF },
	{ .name = "len", .alias = "length", BYTES(4, 2), .kind = FIELD_DEC, .dflt = 8,
	  .label = "bytes of header and payload", .ref = REF },
	{ .name = "csum", .alias = "checksum", BYTES(6, 2), .kind = FIELD_HEX,
	  .label = "checksum with the pseudo header, 0: none", .ref = REF },
};

const struct proto proto_udp = {
	.name = "udp", .label = "User datagram", .ref = REF, .min_bytes = 8,
	.total = { .at = { 32, 16 }, .unit = 1, .zero_is_rest = true },
	FIELDS(fields),
	.next = { .reg = REG_UDP_PORT, BYTES(2, 2), .alt = { 0, 16 } },
	.csum = { .kind = CSUM_PSEUDO, .zero_is_absent = true, BYTES(6, 2) },
	.in = { { REG_IP_PROTO, 17 } },
};
