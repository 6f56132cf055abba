// SPDX-License-Identifier: GPL-2.0-or-later
/* ppp - the point-to-point protocol, its HDLC framing, and PPP over Ethernet. */
#include "proto/linktype.h"
#include "proto/proto.h"
#include "proto/tables.h"

static const struct value_name protos[] = {
	{ 0x0021, "ip" }, { 0x0057, "ip6" }, { 0x0281, "mpls" }, { 0x002d, "vj-compressed" },
	{ 0x002f, "vj-uncompressed" }, { 0x003d, "multilink" }, { 0x00fd, "compressed" },
	{ 0x8021, "ipcp" }, { 0x8057, "ip6cp" }, { 0x80fd, "ccp" }, { 0x8281, "mplscp" },
	{ 0xc021, "lcp" }, { 0xc023, "pap" }, { 0xc025, "lqr" }, { 0xc223, "chap" },
	{ 0xc227, "eap" }, { 0, NULL },
};

static const struct field ppp_fields[] = {
	{ .name = "proto", BYTES(0, 2), .kind = FIELD_HEX, .names = protos, .flags = FIELD_LINE,
	  .label = "protocol", .ref = "RFC 1661 2" },
};

static bool ppp_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return !have || !bytes || !(p[0] & 1);
}

const struct proto proto_ppp = {
	.name = "ppp", .label = "Point-to-point protocol", .ref = "RFC 1661", .flags = PROTO_LINK,
	.min_bytes = 2,
	FIELDS(ppp_fields),
	.next = { .reg = REG_PPP, BYTES(0, 2) },
	.check = ppp_check,
	.in = { { REG_INSIDE, INSIDE_PPP }, { REG_ETHERTYPE, 0x880b },
		{ REG_LINKTYPE, LINKTYPE_PPP }, { REG_NLPID, 0xcf } },
};

static const struct field short_fields[] = {
	{ .name = "proto", BYTES(0, 1), .kind = FIELD_HEX, .names = protos, .flags = FIELD_LINE,
	  .dflt = 0x21, .label = "protocol, compressed to its odd byte", .ref = "RFC 1661 6.5" },
};

/* The last byte of a protocol number is odd, the first one even. */
static bool short_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have && bytes && (p[0] & 1);
}

const struct proto proto_pppshort = {
	.name = "pppshort", .label = "PPP, its protocol in one byte", .ref = "RFC 1661 6.5",
	.flags = PROTO_LINK, .min_bytes = 1,
	FIELDS(short_fields),
	.next = { .reg = REG_PPP, BYTES(0, 1) },
	.check = short_check,
	.in = { { REG_INSIDE, INSIDE_PPP }, { REG_ETHERTYPE, 0x880b },
		{ REG_LINKTYPE, LINKTYPE_PPP } },
};

static const struct field hdlc_fields[] = {
	{ .name = "addr", BYTES(0, 1), .kind = FIELD_HEX, .dflt = 0xff, .label = "all stations",
	  .ref = "RFC 1662 3.1" },
	{ .name = "ctrl", BYTES(1, 1), .kind = FIELD_HEX, .dflt = 3,
	  .label = "unnumbered information", .ref = "RFC 1662 3.1" },
};

static bool hdlc_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have >= 2 && bytes >= 4 && p[0] == 0xff && p[1] == 3;
}

const struct proto proto_ppphdlc = {
	.name = "ppphdlc", .label = "PPP in HDLC framing", .ref = "RFC 1662", .flags = PROTO_LINK,
	.min_bytes = 2,
	FIELDS(hdlc_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_PPP },
	.check = hdlc_check,
	.in = { { REG_LINKTYPE, LINKTYPE_PPP_HDLC }, { REG_LINKTYPE, LINKTYPE_PPP },
		{ REG_INSIDE, INSIDE_PPP }, { REG_ETHERTYPE, 0x880b } },
};

static const struct value_name codes[] = {
	{ 0x00, "session" }, { 0x07, "offer" }, { 0x09, "initiation" }, { 0x19, "request" },
	{ 0x65, "confirmation" }, { 0xa7, "terminate" }, { 0, NULL },
};

#define REF "RFC 2516 4"

#define PPPOE_FIELDS(code_default)                                                                 \
	{ .name = "ver", BITS(0, 4), .kind = FIELD_DEC, .dflt = 1, .label = "version", .ref = REF }, \
	{ .name = "type", BITS(4, 4), .kind = FIELD_DEC, .dflt = 1, .label = "type", .ref = REF }, \
	{ .name = "code", BYTES(1, 1), .kind = FIELD_HEX, .names = codes, .flags = FIELD_LINE,     \
	  .dflt = code_default, .label = "stage", .ref = REF },                                    \
	{ .name = "session", BYTES(2, 2), .kind = FIELD_HEX, .flags = FIELD_LINE,                  \
	  .label = "session", .ref = REF },                                                        \
	{ .name = "len", BYTES(4, 2), .kind = FIELD_DEC, .label = "bytes behind the header",       \
	  .ref = REF }

static const struct field session_fields[] = { PPPOE_FIELDS(0) };
static const struct field discovery_fields[] = { PPPOE_FIELDS(9) };

const struct proto proto_pppoe = {
	.name = "pppoe", .alias = "pppoes", .label = "PPP over Ethernet, session", .ref = "RFC 2516",
	.flags = PROTO_LINK, .min_bytes = 6,
	.total = { .at = { 32, 16 }, .unit = 1, .add = 6 },
	FIELDS(session_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_PPP },
	.in = { { REG_ETHERTYPE, 0x8864 }, { REG_LINKTYPE, LINKTYPE_PPP_ETHER } },
};

static const struct field tag_text[] = {
	{ .name = "text", .at = { 32, 0 }, .kind = FIELD_TEXT, .flags = FIELD_REST,
	  .label = "text", .ref = "RFC 2516 A" },
};

static const struct field tag_bytes[] = {
	{ .name = "value", .at = { 32, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "value", .ref = "RFC 2516 A" },
};

#define TEXT(k, n)  { .kind = k, .name = n, .min_bytes = 4, FIELDS(tag_text), .ref = "RFC 2516 A" }
#define VALUE(k, n) { .kind = k, .name = n, .min_bytes = 4, FIELDS(tag_bytes), .ref = "RFC 2516 A" }

static const struct opt_def tags[] = {
	{ .kind = 0, .name = "end", .ref = "RFC 2516 A" },
	TEXT(0x0101, "service"), TEXT(0x0102, "ac-name"), VALUE(0x0103, "host-uniq"),
	VALUE(0x0104, "ac-cookie"), VALUE(0x0105, "vendor"), VALUE(0x0110, "relay-session"),
	TEXT(0x0201, "service-error"), TEXT(0x0202, "ac-error"), TEXT(0x0203, "generic-error"),
};

static const struct tlv_layout tlv_pppoe = {
	.kind = { 0, 16 }, .len = { 16, 16 }, .unit = 1, .add = 4, .end = 0,
	.flags = TLV_TO_END | TLV_END,
};

const struct proto proto_pppoed = {
	.name = "pppoed", .alias = "pppoe-discovery", .label = "PPP over Ethernet, discovery", .ref = "RFC 2516",
	.min_bytes = 6,
	.total = { .at = { 32, 16 }, .unit = 1, .add = 6 },
	FIELDS(discovery_fields),
	.tlv = &tlv_pppoe,
	OPTIONS(tags),
	.in = { { REG_ETHERTYPE, 0x8863 } },
};
