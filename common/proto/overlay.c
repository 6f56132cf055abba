// SPDX-License-Identifier: GPL-2.0-or-later
/* overlay - tunnels over UDP: VXLAN, its generic extension, GENEVE with options, GTP-U. */
#include "proto/found.h"
#include "proto/tables.h"

static const struct value_name vxlan_flags[] = {
	{ 0x08, "vni" }, { 0x04, "next" }, { 0x02, "bum" }, { 0x01, "oam" }, { 0x80, "policy" },
	{ 0, NULL },
};

#define VXLAN "RFC 7348 5"
#define GPE   "draft-ietf-nvo3-vxlan-gpe-13 3"

static const struct field vxlan_fields[] = {
	{ .name = "flags", BYTES(0, 1), .kind = FIELD_FLAGS, .names = vxlan_flags, .dflt = 8,
	  .label = "flags; vni is always there", .ref = VXLAN },
	{ .name = "group", BYTES(2, 2), .kind = FIELD_DEC, .label = "policy group",
	  .ref = "draft-smith-vxlan-group-policy-05 2.1" },
	{ .name = "vni", BYTES(4, 3), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "network identifier", .ref = VXLAN },
};

static bool vxlan_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have && bytes >= 8 && (p[0] & 8);
}

const struct proto proto_vxlan = {
	.name = "vxlan", .label = "Virtual extensible LAN", .ref = "RFC 7348",
	.min_bytes = 8, .flags = PROTO_TUNNEL,
	FIELDS(vxlan_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH },
	.check = vxlan_check,
	.in = { { REG_UDP_PORT, 4789 }, { REG_UDP_PORT, 8472 } },
};

static const struct value_name gpe_protos[] = {
	{ 1, "ip" }, { 2, "ip6" }, { 3, "eth" }, { 4, "nsh" }, { 0, NULL },
};

static const struct field gpe_fields[] = {
	{ .name = "flags", BYTES(0, 1), .kind = FIELD_FLAGS, .names = vxlan_flags, .dflt = 0xc,
	  .label = "flags", .ref = GPE },
	{ .name = "next", BYTES(3, 1), .kind = FIELD_DEC, .names = gpe_protos, .dflt = 3,
	  .label = "what follows", .ref = GPE },
	{ .name = "vni", BYTES(4, 3), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "network identifier", .ref = GPE },
};

const struct proto proto_vxlangpe = {
	.name = "vxlangpe", .label = "VXLAN, generic protocol extension", .ref = GPE,
	.min_bytes = 8, .flags = PROTO_TUNNEL,
	FIELDS(gpe_fields),
	.next = { .reg = REG_NSH, BYTES(3, 1) },
	.check = vxlan_check,
	.in = { { REG_UDP_PORT, 4790 } },
};

#define GENEVE "RFC 8926 3.4"

static const struct field geneve_fields[] = {
	{ .name = "ver", BITS(0, 2), .kind = FIELD_DEC, .label = "version", .ref = GENEVE },
	{ .name = "optlen", BITS(2, 6), .kind = FIELD_DEC, .label = "options, in 4 bytes",
	  .ref = GENEVE },
	{ .name = "control", BITS(8, 1), .kind = FIELD_BOOL, .label = "a control packet",
	  .ref = GENEVE },
	{ .name = "critical", BITS(9, 1), .kind = FIELD_BOOL, .label = "has critical options",
	  .ref = GENEVE },
	{ .name = "type", .alias = "proto", BYTES(2, 2), .kind = FIELD_HEX, .reg = REG_ETHERTYPE,
	  .dflt = 0x6558, .label = "ethertype of what follows", .ref = GENEVE },
	{ .name = "vni", BYTES(4, 3), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "network identifier", .ref = GENEVE },
};

/* Class and type make the kind. */
static const struct tlv_layout tlv_geneve = {
	.kind = { 0, 24 }, .len = { 27, 5 }, .unit = 4, .add = 4,
};

static bool geneve_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have && bytes >= 8 && p[0] >> 6 == 0;
}

const struct proto proto_geneve = {
	.name = "geneve", .label = "Generic network virtualisation", .ref = "RFC 8926",
	.min_bytes = 8, .flags = PROTO_TUNNEL,
	.hdr = { .at = { 2, 6 }, .unit = 4, .add = 8 },
	FIELDS(geneve_fields),
	.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(2, 2) },
	.tlv = &tlv_geneve,
	.check = geneve_check,
	.in = { { REG_UDP_PORT, 6081 } },
};

#define GTP "3GPP TS 29.281 5.1"

static const struct value_name gtp_types[] = {
	{ 1, "echo-request" }, { 2, "echo-response" }, { 26, "error-indication" },
	{ 31, "extension-headers" }, { 253, "tunnel-status" }, { 254, "end-marker" },
	{ 255, "g-pdu" }, { 0, NULL },
};

static const struct value_name gtp_flags[] = {
	{ 4, "extension" }, { 2, "sequence" }, { 1, "n-pdu" }, { 0, NULL },
};

static const struct field_when gtp_seq = { { 5, 3 }, 4, { 2, 3, 6, 7 } };
static const struct field_when gtp_npdu = { { 5, 3 }, 4, { 1, 3, 5, 7 } };
static const struct field_when gtp_ext = { { 5, 3 }, 4, { 4, 5, 6, 7 } };

static const struct value_name ext_types[] = {
	{ 0x00, "none" }, { 0x20, "service-class" }, { 0x40, "udp-port" }, { 0x81, "ran-container" },
	{ 0x82, "long-pdcp-number" }, { 0x83, "xw-ran-container" }, { 0x84, "nr-ran-container" },
	{ 0x85, "pdu-session" }, { 0xc0, "pdcp-number" }, { 0, NULL },
};

static const struct field gtp_fields[] = {
	{ .name = "ver", BITS(0, 3), .kind = FIELD_DEC, .dflt = 1, .label = "version", .ref = GTP },
	{ .name = "pt", BITS(3, 1), .kind = FIELD_BOOL, .dflt = 1, .label = "GTP, not GTP'",
	  .ref = GTP },
	{ .name = "flags", BITS(5, 3), .kind = FIELD_FLAGS, .names = gtp_flags,
	  .label = "which of the fields behind the first 8 bytes count", .ref = GTP },
	{ .name = "type", BYTES(1, 1), .kind = FIELD_DEC, .names = gtp_types, .dflt = 255,
	  .flags = FIELD_LINE, .label = "message", .ref = "3GPP TS 29.281 6.1" },
	{ .name = "len", BYTES(2, 2), .kind = FIELD_DEC, .label = "bytes behind the first 8",
	  .ref = GTP },
	{ .name = "teid", BYTES(4, 4), .kind = FIELD_HEX, .flags = FIELD_LINE,
	  .label = "tunnel endpoint identifier", .ref = GTP },
	{ .name = "seq", BYTES(8, 2), .kind = FIELD_DEC, .when = &gtp_seq,
	  .label = "sequence number", .ref = GTP },
	{ .name = "npdu", BYTES(10, 1), .kind = FIELD_DEC, .when = &gtp_npdu,
	  .label = "N-PDU number", .ref = GTP },
	{ .name = "next", BYTES(11, 1), .kind = FIELD_HEX, .when = &gtp_ext,
	  .names = ext_types,
	  .label = "type of the first extension header", .ref = "3GPP TS 29.281 5.2" },
};

static const struct len_case gtp_len[] = {
	{ 1, 12 }, { 2, 12 }, { 3, 12 }, { 4, 12 }, { 5, 12 }, { 6, 12 }, { 7, 12 }, { 0, 0 },
};

/* The user's packet, which nothing but its first four bits tells. */
static void user_packet(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n)
{
	n->reg = REG_IP_VERSION;
	n->stop = !n->have;
	if (n->have)
		n->value = hdr[hdr_bytes] >> 4;
}

static void gtp_next(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n)
{
	if (hdr[1] != 255) {
		n->stop = true;
	} else if ((hdr[0] & 4) && hdr[11]) {
		n->reg = REG_INSIDE;
		n->value = INSIDE_GTPEXT;
		n->stop = false;
	} else {
		user_packet(hdr, hdr_bytes, n);
	}
}

static bool gtp_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have && bytes >= 8 && (p[0] & 0xf0) == 0x30;
}

const struct proto proto_gtpu = {
	.name = "gtpu", .alias = "gtp", .label = "GPRS tunnel, user plane", .ref = GTP,
	.min_bytes = 8,
	.hdr = { .at = { 5, 3 }, .cases = gtp_len },
	.total = { .at = { 16, 16 }, .unit = 1, .add = 8 },
	FIELDS(gtp_fields),
	.next = { .reg = REG_IP_VERSION, .peek = true, BITS(0, 4) },
	.next_hook = gtp_next,
	.check = gtp_check,
	.in = { { REG_UDP_PORT, 2152 } },
};

static const struct field ext_fields[] = {
	{ .name = "len", BYTES(0, 1), .kind = FIELD_DEC, .dflt = 1, .label = "length in 4 bytes",
	  .ref = "3GPP TS 29.281 5.2.1" },
	{ .name = "data", .at = { 8, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "content, then the type of the next one", .ref = "3GPP TS 29.281 5.2.1" },
	{ .name = "next", .at = { 0, 8 }, .kind = FIELD_HEX, .names = ext_types,
	  .flags = FIELD_FOUND, .label = "type of the next one", .ref = "3GPP TS 29.281 5.2.1" },
};

static void ext_find(struct cur *c, struct finder *fi)
{
	if (!fi->cut && cur_left(c))
		found_number(fi, &ext_fields[2], c->end[-1]);
}

static void ext_next(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n)
{
	if (!hdr[hdr_bytes - 1]) {
		user_packet(hdr, hdr_bytes, n);
		return;
	}
	n->reg = REG_INSIDE;
	n->value = INSIDE_GTPEXT;
	n->stop = false;
}

const struct proto proto_gtpext = {
	.name = "gtpext", .label = "Extension header of GTP-U", .ref = "3GPP TS 29.281 5.2",
	.min_bytes = 4,
	.hdr = { .at = { 0, 8 }, .unit = 4 },
	FIELDS(ext_fields),
	.next = { .reg = REG_IP_VERSION, .peek = true, BITS(0, 4) },
	.next_hook = ext_next,
	.find = ext_find,
	.in = { { REG_INSIDE, INSIDE_GTPEXT } },
};
