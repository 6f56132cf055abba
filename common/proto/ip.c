// SPDX-License-Identifier: GPL-2.0-or-later
/* ip - Internet protocol, version 4, with its options. */
#include "proto/linktype.h"
#include "proto/proto.h"
#include "proto/tables.h"

static const struct value_name flag_names[] = {
	{ 4, "evil" }, { 2, "df" }, { 1, "mf" }, { 0, NULL },
};

static const struct value_name ecn_names[] = {
	{ 1, "ect1" }, { 2, "ect0" }, { 3, "ce" }, { 0, NULL },
};

static const struct value_name dscp_names[] = {
	{ 8, "cs1" },	{ 10, "af11" }, { 12, "af12" }, { 14, "af13" }, { 16, "cs2" },
	{ 18, "af21" }, { 20, "af22" }, { 22, "af23" }, { 24, "cs3" },	{ 26, "af31" },
	{ 28, "af32" }, { 30, "af33" }, { 32, "cs4" },	{ 34, "af41" }, { 36, "af42" },
	{ 38, "af43" }, { 40, "cs5" },	{ 44, "va" },	{ 46, "ef" },	{ 48, "cs6" },
	{ 56, "cs7" },	{ 0, NULL },
};

#define REF "RFC 791 3.1"

static const struct field fields[] = {
	{ .name = "ver", .alias = "version", BITS(0, 4), .kind = FIELD_DEC, .dflt = 4,
	  .label = "version", .ref = REF },
	{ .name = "ihl", .alias = "hlen", BITS(4, 4), .kind = FIELD_DEC, .dflt = 5,
	  .label = "header length in words of 4 bytes", .ref = REF },
	{ .name = "tos", BYTES(1, 1), .kind = FIELD_HEX, .flags = FIELD_VIEW,
	  .label = "type of service", .ref = "RFC 2474 3" },
	{ .name = "dscp", BITS(8, 6), .kind = FIELD_DEC, .names = dscp_names,
	  .label = "differentiated services code point", .ref = "RFC 2474 3" },
	{ .name = "ecn", BITS(14, 2), .kind = FIELD_DEC, .names = ecn_names,
	  .label = "explicit congestion notification", .ref = "RFC 3168 5" },
	{ .name = "len", .alias = "length", BYTES(2, 2), .kind = FIELD_DEC,
	  .label = "bytes of header and payload", .ref = REF },
	{ .name = "id", BYTES(4, 2), .kind = FIELD_DEC, .label = "identification",
	  .ref = "RFC 6864 4" },
	{ .name = "flags", BITS(48, 3), .kind = FIELD_FLAGS, .names = flag_names, .label = "flags",
	  .ref = REF },
	{ .name = "df", BITS(49, 1), .kind = FIELD_BOOL, .flags = FIELD_VIEW,
	  .label = "do not fragment", .ref = REF },
	{ .name = "mf", BITS(50, 1), .kind = FIELD_BOOL, .flags = FIELD_VIEW,
	  .label = "more fragments follow", .ref = REF },
	{ .name = "frag", BITS(51, 13), .kind = FIELD_DEC, .label = "fragment offset in 8 bytes",
	  .ref = REF },
	{ .name = "ttl", BYTES(8, 1), .kind = FIELD_DEC, .dflt = 64, .label = "time to live",
	  .ref = REF },
	{ .name = "proto", .alias = "prot protocol", BYTES(9, 1), .kind = FIELD_DEC,
	  .reg = REG_IP_PROTO, .label = "protocol of the payload", .ref = REF },
	{ .name = "csum", .alias = "checksum", BYTES(10, 2), .kind = FIELD_HEX,
	  .label = "checksum of the header", .ref = REF },
	{ .name = "src", .alias = "sa saddr", BYTES(12, 4), .kind = FIELD_IPV4,
	  .flags = FIELD_LINE | FIELD_SRC, .label = "source address", .ref = REF },
	{ .name = "dst", .alias = "da daddr", BYTES(16, 4), .kind = FIELD_IPV4,
	  .flags = FIELD_LINE | FIELD_DST, .label = "destination address", .ref = REF },
};

#define OPT_POINTER                                                                                \
	{                                                                                          \
		.name = "pointer", BYTES(2, 1), .kind = FIELD_DEC, .dflt = 4,                      \
		.label = "offset of the next entry, from 4", .ref = "RFC 791 3.1"                  \
	}

static const struct field route[] = {
	OPT_POINTER,
	{ .name = "addr", .at = { 24, 32 }, .kind = FIELD_IPV4, .flags = FIELD_ARRAY,
	  .label = "addresses", .ref = REF },
};

static const struct value_name ts_kinds[] = {
	{ 0, "time" }, { 1, "address-time" }, { 3, "given-addresses" }, { 0, NULL },
};

static const struct field ts[] = {
	OPT_POINTER,
	{ .name = "overflow", BITS(24, 4), .kind = FIELD_DEC, .label = "hosts without room",
	  .ref = REF },
	{ .name = "flag", BITS(28, 4), .kind = FIELD_DEC, .names = ts_kinds,
	  .label = "what is recorded", .ref = REF },
	{ .name = "entry", .at = { 32, 32 }, .kind = FIELD_HEX, .flags = FIELD_ARRAY,
	  .label = "entries", .ref = REF },
};

static const struct field router_alert[] = {
	{ .name = "value", BYTES(2, 2), .kind = FIELD_DEC, .label = "0: examine the packet",
	  .ref = "RFC 2113" },
};

static const struct opt_def opts[] = {
	{ .kind = 0, .name = "end", .ref = REF },
	{ .kind = 1, .name = "nop", .ref = REF },
	{ .kind = 7, .name = "rr", .min_bytes = 3, FIELDS(route), .ref = REF },
	{ .kind = 68, .name = "ts", .min_bytes = 4, FIELDS(ts), .ref = REF },
	{ .kind = 130, .name = "sec", .min_bytes = 3, .ref = "RFC 1108" },
	{ .kind = 131, .name = "lsrr", .min_bytes = 3, FIELDS(route), .ref = REF },
	{ .kind = 134, .name = "cipso", .min_bytes = 6, .ref = "FIPS 188" },
	{ .kind = 137, .name = "ssrr", .min_bytes = 3, FIELDS(route), .ref = REF },
	{ .kind = 148, .name = "ra", .min_bytes = 4, .max_bytes = 4, FIELDS(router_alert),
	  .ref = "RFC 2113" },
};

const struct proto proto_ip = {
	.name = "ip", .alias = "ip4 ipv4", .label = "Internet protocol, version 4",
	.ref = "RFC 791", .flags = PROTO_NET, .min_bytes = 20,
	.hdr = { .at = { 4, 4 }, .unit = 4 },
	.total = { .at = { 16, 16 }, .unit = 1, .zero_is_rest = true },
	.must = { { 0, 4 }, 4 },
	FIELDS(fields),
	.next = { .reg = REG_IP_PROTO, BYTES(9, 1) },
	.frag_off = { 51, 13 }, .frag_more = { 50, 1 },
	.csum = { .kind = CSUM_HEADER, BYTES(10, 2) },
	.tlv = &tlv_ip,
	OPTIONS(opts),
	.in = { { REG_ETHERTYPE, 0x0800 }, { REG_IP_VERSION, 4 }, { REG_FAMILY, 2 },
		{ REG_IP_PROTO, 4 }, { REG_LINKTYPE, LINKTYPE_IPV4 }, { REG_LLC_SAP, 6 },
		{ REG_PPP, 0x21 }, { REG_NSH, 1 }, { REG_NLPID, 0xcc }, { REG_IPNET, 2 },
		{ REG_ARCNET, 0xd4 }, { REG_ARCNET, 0xf0 } },
};
