// SPDX-License-Identifier: GPL-2.0-or-later
/* shims - headers that stand between a frame and what it carries: MACsec, NSH of service chains,
 * Cisco metadata, and Ethernet in IP. What MACsec encrypts stays payload. */
#include "proto/found.h"
#include "proto/tables.h"

#define SECTAG "IEEE 802.1AE 9.3"

enum { SCI = 0x20, ENCRYPTED = 0x08, CHANGED = 0x04, ICV_BYTES = 16 };

static const struct value_name tci_flags[] = {
	{ 0x10, "end-station" }, { 0x08, "sci" }, { 0x04, "single-copy" }, { 0x02, "encrypted" },
	{ 0x01, "changed" }, { 0, NULL },
};

/* Neither encrypted nor changed. */
static const struct field_when open = { { 4, 2 }, 1, { 0 } };
static const struct field_when has_sci = { { 2, 1 }, 1, { 1 } };

static const struct field macsec_fields[] = {
	{ .name = "version", BITS(0, 1), .kind = FIELD_DEC, .label = "version", .ref = SECTAG },
	{ .name = "flags", BITS(1, 5), .kind = FIELD_FLAGS, .names = tci_flags,
	  .flags = FIELD_LINE, .label = "control information", .ref = "IEEE 802.1AE 9.5" },
	{ .name = "has_sci", BITS(2, 1), .kind = FIELD_BOOL, .flags = FIELD_VIEW,
	  .label = "the identifier of the channel is there", .ref = "IEEE 802.1AE 9.5" },
	{ .name = "an", BITS(6, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "number of the association", .ref = "IEEE 802.1AE 9.6" },
	{ .name = "short_len", BITS(10, 6), .kind = FIELD_DEC,
	  .label = "bytes of secure data where they are under 48, else 0",
	  .ref = "IEEE 802.1AE 9.7" },
	{ .name = "pn", BYTES(2, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "number of the packet, its lower half", .ref = "IEEE 802.1AE 9.8" },
	{ .name = "system", BYTES(6, 6), .kind = FIELD_MAC, .when = &has_sci,
	  .label = "system that the channel is of", .ref = "IEEE 802.1AE 9.9" },
	{ .name = "port", BYTES(12, 2), .kind = FIELD_DEC, .when = &has_sci,
	  .label = "its port", .ref = "IEEE 802.1AE 9.9" },
	{ .name = "type", .at = { 0, 16 }, .kind = FIELD_HEX, .reg = REG_ETHERTYPE,
	  .flags = FIELD_FOUND, .label = "ethertype of data that is not encrypted",
	  .ref = "IEEE 802.1AE 9.2" },
};

static bool readable(const uint8_t *hdr)
{
	return !(hdr[0] & (ENCRYPTED | CHANGED));
}

/* Data that can be read begins with its ethertype. */
static uint32_t macsec_bytes(const uint8_t *hdr)
{
	return (hdr[0] & SCI ? 14u : 6u) + (readable(hdr) ? 2 : 0);
}

static void macsec_find(struct cur *c, struct finder *fi)
{
	uint32_t n = macsec_bytes(c->p);

	if (readable(c->p) && cur_left(c) >= n)
		found_number(fi, &macsec_fields[ARRAY_SIZE(macsec_fields) - 1],
			     get_be16(c->p + n - 2));
}

const struct proto proto_macsec = {
	.name = "macsec", .label = "MAC security", .ref = "IEEE 802.1AE",
	.min_bytes = 6,
	.hdr_hook = macsec_bytes,
	FIELDS(macsec_fields),
	.next = { .reg = REG_ETHERTYPE, .back = true, .at = { 16, 16 }, .min = 0x600,
		  .when = &open },
	.trailer_bytes = ICV_BYTES,
	.find = macsec_find,
	.in = { { REG_ETHERTYPE, 0x88e5 } },
};

#define NSH "RFC 8300 2"

static const struct value_name nsh_protos[] = {
	{ 1, "ip" }, { 2, "ip6" }, { 3, "eth" }, { 4, "nsh" }, { 5, "mpls" }, { 0, NULL },
};

static const struct field nsh_fields[] = {
	{ .name = "version", BITS(0, 2), .kind = FIELD_DEC, .label = "version", .ref = NSH },
	{ .name = "oam", BITS(2, 1), .kind = FIELD_BOOL, .label = "an OAM packet", .ref = NSH },
	{ .name = "ttl", BITS(4, 6), .kind = FIELD_DEC, .dflt = 63, .label = "time to live",
	  .ref = NSH },
	{ .name = "len", BITS(10, 6), .kind = FIELD_DEC, .dflt = 2,
	  .label = "header length in words of 4 bytes", .ref = NSH },
	{ .name = "md", BITS(20, 4), .kind = FIELD_DEC, .dflt = 2,
	  .label = "kind of context, 1: 16 bytes, 2: variable", .ref = NSH },
	{ .name = "next", BYTES(3, 1), .kind = FIELD_DEC, .names = nsh_protos, .dflt = 1,
	  .label = "what follows", .ref = NSH },
	{ .name = "path", .alias = "spi", BYTES(4, 3), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "service path", .ref = "RFC 8300 2.3" },
	{ .name = "index", .alias = "si", BYTES(7, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .dflt = 255, .label = "place on the path", .ref = "RFC 8300 2.3" },
	{ .name = "context", .at = { 64, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "context", .ref = "RFC 8300 2.4" },
};

const struct proto proto_nsh = {
	.name = "nsh", .label = "Network service header", .ref = "RFC 8300",
	.min_bytes = 8,
	.hdr = { .at = { 10, 6 }, .unit = 4 },
	FIELDS(nsh_fields),
	.next = { .reg = REG_NSH, BYTES(3, 1) },
	.in = { { REG_ETHERTYPE, 0x894f }, { REG_NSH, 4 } },
};

#define CMD "Cisco TrustSec, Cisco metadata header"

#define CMD_FIELDS(off)                                                                            \
	ROW("version", DEC, "version", CMD, BYTES(off, 1), .dflt = 1),                             \
	ROW("len", DEC, "number of options", CMD, BYTES((off) + 1, 1), .dflt = 1),                 \
	ROW("option", HEX, "length and kind of the option", CMD, BYTES((off) + 2, 2), .dflt = 1),  \
	ROW("sgt", DEC, "security group", CMD, BYTES((off) + 4, 2), .flags = FIELD_LINE)

#define CMD_TYPE(off)                                                                              \
	ROW("type", HEX, "ethertype of what follows", CMD, BYTES(off, 2), .reg = REG_ETHERTYPE)

static const struct field cmd_fields[] = { CMD_FIELDS(0), CMD_TYPE(6) };
static const struct field cmdgre_fields[] = { CMD_TYPE(0), CMD_FIELDS(2) };

/* Behind Ethernet the inner type comes last, behind GRE first; the version is 1. */
static bool cmd_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return bytes >= 8 && have && p[0] == 1;
}

static bool cmdgre_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return bytes >= 8 && have >= 3 && p[2] == 1 && p[0] >= 6;
}

const struct proto proto_cmd = {
	.name = "cmd", .alias = "metadata", .label = "Cisco metadata", .ref = CMD,
	.min_bytes = 8,
	FIELDS(cmd_fields),
	.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(6, 2) },
	.check = cmd_check,
	.in = { { REG_ETHERTYPE, 0x8909 } },
};

const struct proto proto_cmdgre = {
	.name = "cmdgre", .label = "Cisco metadata in GRE, its type first", .ref = CMD,
	.min_bytes = 8,
	FIELDS(cmdgre_fields),
	.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(0, 2) },
	.check = cmdgre_check,
	.in = { { REG_ETHERTYPE, 0x8909 } },
};

static const struct field etherip_fields[] = {
	{ .name = "version", BITS(0, 4), .kind = FIELD_DEC, .dflt = 3, .label = "version",
	  .ref = "RFC 3378 2" },
	{ .name = "reserved", BITS(4, 12), .kind = FIELD_HEX, .label = "zero",
	  .ref = "RFC 3378 2" },
};

const struct proto proto_etherip = {
	.name = "etherip", .label = "Ethernet in IP", .ref = "RFC 3378", .min_bytes = 2,
	.must = { { 0, 4 }, 3 },
	FIELDS(etherip_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH },
	.in = { { REG_IP_PROTO, 97 } },
};
