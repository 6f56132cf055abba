// SPDX-License-Identifier: GPL-2.0-or-later
/* ip6ext - extension headers of IPv6: hop-by-hop, routing, fragment, destination options. */
#include "proto/proto.h"
#include "proto/tables.h"

#define EXT_FIELDS(section)                                                                        \
	{ .name = "next", .alias = "nh nexthdr", BYTES(0, 1), .kind = FIELD_DEC,                   \
	  .reg = REG_IP_PROTO, .dflt = 59, .label = "next header", .ref = section },               \
	{ .name = "len", .alias = "length", BYTES(1, 1), .kind = FIELD_DEC,                        \
	  .label = "length in 8 bytes without the first 8", .ref = section }

static const struct field hop_fields[] = { EXT_FIELDS("RFC 8200 4.3") };
static const struct field dst_fields[] = { EXT_FIELDS("RFC 8200 4.6") };

static const struct field opt_u16[] = {
	{ .name = "value", BYTES(2, 2), .kind = FIELD_DEC, .label = "value", .ref = "RFC 2711 2.1" },
};

static const struct field opt_u32[] = {
	{ .name = "value", BYTES(2, 4), .kind = FIELD_DEC, .label = "bytes of payload",
	  .ref = "RFC 2675 2" },
};

static const struct field opt_u8[] = {
	{ .name = "value", BYTES(2, 1), .kind = FIELD_DEC, .label = "limit", .ref = "RFC 2473 4.1.1" },
};

static const struct field opt_addr[] = {
	{ .name = "addr", BYTES(2, 16), .kind = FIELD_IPV6, .label = "home address",
	  .ref = "RFC 6275 6.3" },
};

static const struct opt_def opts[] = {
	{ .kind = 0, .name = "pad1", .ref = "RFC 8200 4.2" },
	{ .kind = 1, .name = "padn", .min_bytes = 2, .ref = "RFC 8200 4.2" },
	{ .kind = 4, .name = "tel", .min_bytes = 3, .max_bytes = 3, FIELDS(opt_u8),
	  .ref = "RFC 2473 4.1.1" },
	{ .kind = 5, .name = "ra", .min_bytes = 4, .max_bytes = 4, FIELDS(opt_u16),
	  .ref = "RFC 2711 2.1" },
	{ .kind = 0xc2, .name = "jumbo", .min_bytes = 6, .max_bytes = 6, FIELDS(opt_u32),
	  .ref = "RFC 2675 2" },
	{ .kind = 0xc9, .name = "home", .min_bytes = 18, .max_bytes = 18, FIELDS(opt_addr),
	  .ref = "RFC 6275 6.3" },
};

const struct proto proto_ip6hop = {
	.name = "ip6hop", .label = "IPv6 hop-by-hop options", .ref = "RFC 8200 4.3",
	.min_bytes = 8, .opt_off = 2,
	.hdr = { .at = { 8, 8 }, .unit = 8, .add = 8 },
	FIELDS(hop_fields),
	.next = { .reg = REG_IP_PROTO, BYTES(0, 1) },
	.tlv = &tlv_ip6,
	OPTIONS(opts),
	.in = { { REG_IP_PROTO, 0 } },
};

const struct proto proto_ip6dst = {
	.name = "ip6dst", .label = "IPv6 destination options", .ref = "RFC 8200 4.6",
	.min_bytes = 8, .opt_off = 2,
	.hdr = { .at = { 8, 8 }, .unit = 8, .add = 8 },
	FIELDS(dst_fields),
	.next = { .reg = REG_IP_PROTO, BYTES(0, 1) },
	.tlv = &tlv_ip6,
	OPTIONS(opts),
	.in = { { REG_IP_PROTO, 60 } },
};

static const struct value_name routing_types[] = {
	{ 0, "source-route" }, { 2, "mobile" }, { 3, "rpl" }, { 4, "segment" }, { 0, NULL },
};

static const struct field_when has_addrs = { { 16, 8 }, 2, { 0, 2 } };
static const struct field_when is_segment = { { 16, 8 }, 1, { 4 } };

static const struct field route_fields[] = {
	EXT_FIELDS("RFC 8200 4.4"),
	{ .name = "type", BYTES(2, 1), .kind = FIELD_DEC, .names = routing_types, .dflt = 2,
	  .flags = FIELD_LINE, .label = "routing type", .ref = "RFC 8200 4.4" },
	{ .name = "left", .alias = "segleft", BYTES(3, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "segments left", .ref = "RFC 8200 4.4" },
	{ .name = "last", BYTES(4, 1), .kind = FIELD_DEC, .when = &is_segment,
	  .label = "index of the last entry", .ref = "RFC 8754 2" },
	{ .name = "flags", BYTES(5, 1), .kind = FIELD_HEX, .when = &is_segment, .label = "flags",
	  .ref = "RFC 8754 2" },
	{ .name = "tag", BYTES(6, 2), .kind = FIELD_HEX, .when = &is_segment,
	  .label = "tag of a class of packets", .ref = "RFC 8754 2" },
	{ .name = "addr", BYTES(8, 16), .kind = FIELD_IPV6, .flags = FIELD_ARRAY,
	  .when = &has_addrs, .label = "addresses to visit", .ref = "RFC 6275 6.4" },
	{ .name = "segments", .alias = "seg", .at = { 64, 0 }, .kind = FIELD_BYTES,
	  .flags = FIELD_REST, .when = &is_segment,
	  .label = "segment list, the last one first, and what follows it", .ref = "RFC 8754 2" },
};

const struct proto proto_ip6route = {
	.name = "ip6route", .label = "IPv6 routing header", .ref = "RFC 8200 4.4", .min_bytes = 8,
	.hdr = { .at = { 8, 8 }, .unit = 8, .add = 8 },
	FIELDS(route_fields),
	.next = { .reg = REG_IP_PROTO, BYTES(0, 1) },
	.in = { { REG_IP_PROTO, 43 } },
};

static const struct field frag_fields[] = {
	{ .name = "next", .alias = "nh nexthdr", BYTES(0, 1), .kind = FIELD_DEC,
	  .reg = REG_IP_PROTO, .dflt = 59, .label = "next header", .ref = "RFC 8200 4.5" },
	{ .name = "off", .alias = "frag", BITS(16, 13), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "fragment offset in 8 bytes", .ref = "RFC 8200 4.5" },
	{ .name = "more", .alias = "mf", BITS(31, 1), .kind = FIELD_BOOL, .flags = FIELD_LINE,
	  .label = "more fragments follow", .ref = "RFC 8200 4.5" },
	{ .name = "id", BYTES(4, 4), .kind = FIELD_HEX, .flags = FIELD_LINE,
	  .label = "identification", .ref = "RFC 8200 4.5" },
};

const struct proto proto_ip6frag = {
	.name = "ip6frag", .label = "IPv6 fragment header", .ref = "RFC 8200 4.5", .min_bytes = 8,
	FIELDS(frag_fields),
	.next = { .reg = REG_IP_PROTO, BYTES(0, 1) },
	.frag_off = { 16, 13 }, .frag_more = { 31, 1 },
	.in = { { REG_IP_PROTO, 44 } },
};
