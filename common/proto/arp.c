// SPDX-License-Identifier: GPL-2.0-or-later
/* arp - address resolution. The addresses have names of their own for Ethernet and IPv4; of any
 * other size they are the bytes behind the fixed part. */
#include "proto/proto.h"
#include "proto/tables.h"

static const struct value_name ops[] = {
	{ 1, "request" }, { 2, "reply" }, { 3, "rarp-request" }, { 4, "rarp-reply" },
	{ 8, "inarp-request" }, { 9, "inarp-reply" }, { 0, NULL },
};

static const struct field_when ether_ip = { { 32, 16 }, 1, { 0x0604 } };

/* Eight bytes and addresses of the lengths that the header states: hdr_hook below. */
static uint32_t hdr_bytes(const uint8_t *hdr)
{
	return 8 + 2 * (hdr[4] + hdr[5]);
}

static const struct field fields[] = {
	{ .name = "htype", BYTES(0, 2), .kind = FIELD_DEC, .reg = REG_ARPHRD, .dflt = 1,
	  .label = "hardware type", .ref = "RFC 826" },
	{ .name = "ptype", BYTES(2, 2), .kind = FIELD_HEX, .reg = REG_ETHERTYPE, .dflt = 0x0800,
	  .label = "protocol type", .ref = "RFC 826" },
	{ .name = "hlen", BYTES(4, 1), .kind = FIELD_DEC, .dflt = 6,
	  .label = "length of a hardware address", .ref = "RFC 826" },
	{ .name = "plen", BYTES(5, 1), .kind = FIELD_DEC, .dflt = 4,
	  .label = "length of a protocol address", .ref = "RFC 826" },
	{ .name = "op", .alias = "oper opcode", BYTES(6, 2), .kind = FIELD_DEC, .names = ops,
	  .dflt = 1, .flags = FIELD_LINE, .label = "operation", .ref = "RFC 826" },
	{ .name = "sha", .alias = "smac", BYTES(8, 6), .kind = FIELD_MAC, .when = &ether_ip,
	  .flags = FIELD_LINE, .label = "sender's hardware address", .ref = "RFC 826" },
	{ .name = "spa", .alias = "sip", BYTES(14, 4), .kind = FIELD_IPV4, .when = &ether_ip,
	  .flags = FIELD_LINE, .label = "sender's protocol address", .ref = "RFC 826" },
	{ .name = "tha", .alias = "tmac", BYTES(18, 6), .kind = FIELD_MAC, .when = &ether_ip,
	  .label = "target's hardware address", .ref = "RFC 826" },
	{ .name = "tpa", .alias = "tip", BYTES(24, 4), .kind = FIELD_IPV4, .when = &ether_ip,
	  .flags = FIELD_LINE, .label = "target's protocol address", .ref = "RFC 826" },
};

const struct proto proto_arp = {
	.name = "arp", .alias = "rarp", .label = "Address resolution", .ref = "RFC 826",
	.flags = PROTO_NET, .min_bytes = 8,
	.hdr_hook = hdr_bytes,
	FIELDS(fields),
	.in = { { REG_ETHERTYPE, 0x0806 }, { REG_ETHERTYPE, 0x8035 }, { REG_ARCNET, 0xd5 },
		{ REG_ARCNET, 0xf1 }, { REG_ARCNET, 0xd6 } },
};
