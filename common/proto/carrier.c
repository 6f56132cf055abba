// SPDX-License-Identifier: GPL-2.0-or-later
/* carrier - tunnels with little of their own: Teredo, LISP, packets that PIM registers, TZSP of
 * wireless sniffers, and IP compression, which ends what can be read. */
#include "proto/found.h"
#include "proto/tables.h"

#define TEREDO "RFC 4380 5.1.1"

enum { ORIGIN_PORT, ORIGIN_ADDR, ORIGIN_BYTES = 8 };

/* A bare packet has no header. */
static const struct field teredo_fields[] = {
	[ORIGIN_PORT] = ROW("port", DEC, "port of the origin", TEREDO, .at = { 0, 16 },
			    .flags = FIELD_FOUND),
	[ORIGIN_ADDR] = ROW("addr", HEX, "address of the origin", TEREDO, .at = { 0, 32 },
			    .flags = FIELD_FOUND | FIELD_LINE),
};

static uint32_t teredo_bytes(const uint8_t *hdr)
{
	(void)hdr;
	return 0;
}

/* Authentication (1) stands first, with the lengths of two of its parts, then the origin (0). */
static uint32_t teredo_scan(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	uint32_t n = 0;

	(void)bytes;
	if (have >= 4 && p[0] == 0 && p[1] == 1)
		n = 13u + p[2] + p[3];
	if (n + 2 <= have && p[n] == 0 && p[n + 1] == 0)
		n += ORIGIN_BYTES;
	return n <= have ? n : have + 1;
}

/* Translators change addresses that they see: all bits of the origin are turned. */
static void teredo_find(struct cur *c, struct finder *fi)
{
	uint32_t n = cur_left(c);

	if (n < ORIGIN_BYTES || c->end[-ORIGIN_BYTES] || c->end[1 - ORIGIN_BYTES])
		return;
	cur_skip(c, n - ORIGIN_BYTES + 2);
	found_number(fi, &teredo_fields[ORIGIN_PORT], cur_be16(c) ^ 0xffff);
	found_number(fi, &teredo_fields[ORIGIN_ADDR], cur_be32(c) ^ UINT32_MAX);
}

static bool teredo_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have >= 2 && bytes >= 40 && (p[0] >> 4 == 6 || (p[0] == 0 && p[1] <= 1));
}

const struct proto proto_teredo = {
	.name = "teredo", .label = "IPv6 through translators", .ref = "RFC 4380",
	.flags = PROTO_TUNNEL,
	.hdr_hook = teredo_bytes, .hdr_scan = teredo_scan,
	FIELDS(teredo_fields),
	.find = teredo_find,
	.check = teredo_check,
	.next = { .reg = REG_IP_VERSION, .peek = true, .min = 6, BITS(0, 4) },
	.in = { { REG_UDP_PORT, 3544 } },
};

#define LISP "RFC 9300 5.3"

static const struct value_name lisp_bits[] = {
	{ 0x80, "nonce" }, { 0x40, "locators" }, { 0x20, "echo" }, { 0x10, "map-version" },
	{ 0x08, "instance" }, { 0, NULL },
};

static const struct field lisp_fields[] = {
	ROW("flags", FLAGS, "flags", LISP, BYTES(0, 1), .names = lisp_bits),
	ROW("nonce", HEX, "nonce or map versions", LISP, BYTES(1, 3)),
	ROW("instance", DEC, "instance, or locators of 4 bytes", LISP, BYTES(4, 3),
	    .flags = FIELD_LINE),
	ROW("locators", HEX, "locators that can be reached", LISP, BYTES(7, 1)),
};

static bool lisp_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return bytes > 8 && have > 8 && (p[8] >> 4 == 4 || p[8] >> 4 == 6);
}

const struct proto proto_lisp = {
	.name = "lisp", .label = "Locator and identifier separation, data", .ref = "RFC 9300",
	.min_bytes = 8, .flags = PROTO_TUNNEL,
	FIELDS(lisp_fields),
	.check = lisp_check,
	.next = { .reg = REG_IP_VERSION, .peek = true, BITS(0, 4) },
	.in = { { REG_UDP_PORT, 4341 } },
};

#define PIM "RFC 7761 4.9"

static const struct value_name pim_types[] = {
	{ 0, "hello" }, { 1, "register" }, { 2, "register-stop" }, { 3, "join-prune" },
	{ 4, "bootstrap" }, { 5, "assert" }, { 6, "graft" }, { 7, "graft-ack" },
	{ 8, "candidate-rp" }, { 9, "refresh" }, { 0, NULL },
};

static const struct field_when registers = { { 4, 4 }, 1, { 1 } };

static const struct field pim_fields[] = {
	ROW("version", DEC, "version", PIM, BITS(0, 4), .dflt = 2),
	ROW("type", DEC, "kind of message", PIM, BITS(4, 4), .names = pim_types,
	    .flags = FIELD_LINE),
	ROW("csum", HEX, "checksum, of registers over 8 bytes", PIM, BYTES(2, 2)),
	ROW("border", BOOL, "from a border router", PIM, BITS(32, 1), .when = &registers),
	ROW("null", BOOL, "no packet, only its addresses", PIM, BITS(33, 1), .when = &registers),
};

static const struct len_case pim_len[] = { { 1, 8 }, { 0, 0 } };

const struct proto proto_pim = {
	.name = "pim", .label = "Protocol independent multicast", .ref = "RFC 7761",
	.min_bytes = 4,
	.hdr = { .at = { 4, 4 }, .cases = pim_len },
	FIELDS(pim_fields),
	.next = { .reg = REG_IP_VERSION, .peek = true, .when = &registers, BITS(0, 4) },
	.in = { { REG_IP_PROTO, 103 } },
};

#define TZSP "TaZmen sniffer protocol"

enum { TAG_PAD, TAG_END };

static const struct value_name tzsp_types[] = {
	{ 0, "received" }, { 1, "to-send" }, { 3, "config" }, { 4, "alive" }, { 5, "port" },
	{ 0, NULL },
};

static const struct field_when tzsp_bare = { { 32, 8 }, 1, { TAG_END } };
static const struct field_when tzsp_eth = { { 16, 16 }, 1, { 1 } };
static const struct field_when tzsp_wlan = { { 16, 16 }, 1, { 18 } };

static const struct field tzsp_fields[] = {
	ROW("version", DEC, "version", TZSP, BYTES(0, 1), .dflt = 1),
	ROW("type", DEC, "kind of message", TZSP, BYTES(1, 1), .names = tzsp_types),
	ROW("inside", DEC, "what follows, 1: Ethernet, 18: 802.11", TZSP, BYTES(2, 2), .dflt = 1,
	    .flags = FIELD_LINE),
	ROW("end", DEC, "no tagged values stand before this one", TZSP, BYTES(4, 1), .dflt = TAG_END,
	    .when = &tzsp_bare),
};

static uint32_t tzsp_bytes(const uint8_t *hdr)
{
	(void)hdr;
	return 5;
}

static uint32_t tzsp_scan(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	uint32_t at = 4;

	(void)bytes;
	while (at < have && p[at] != TAG_END)
		at += p[at] == TAG_PAD ? 1 : at + 1 < have ? 2u + p[at + 1] : 2u;
	return at < have ? at + 1 : have + 1;
}

static bool tzsp_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have && bytes >= 5 && p[0] == 1;
}

const struct proto proto_tzsp = {
	.name = "tzsp", .label = "Frames of a sniffer", .ref = TZSP, .min_bytes = 5,
	.flags = PROTO_TUNNEL,
	.hdr_hook = tzsp_bytes, .hdr_scan = tzsp_scan,
	FIELDS(tzsp_fields),
	.check = tzsp_check,
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH, .when = &tzsp_eth,
		  .also = INSIDE_DOT11, .also_when = &tzsp_wlan },
	.in = { { REG_UDP_PORT, 37008 } },
};

#define IPCOMP "RFC 3173 3"

static const struct value_name methods[] = {
	{ 2, "deflate" }, { 3, "lzs" }, { 4, "lzjh" }, { 0, NULL },
};

static const struct field ipcomp_fields[] = {
	ROW("next", DEC, "protocol of what is compressed", IPCOMP, BYTES(0, 1),
	    .reg = REG_IP_PROTO, .flags = FIELD_LINE),
	ROW("flags", HEX, "zero", IPCOMP, BYTES(1, 1)),
	ROW("cpi", DEC, "compression", IPCOMP, BYTES(2, 2), .names = methods, .dflt = 2,
	    .flags = FIELD_LINE),
};

const struct proto proto_ipcomp = {
	.name = "ipcomp", .label = "IP payload compression", .ref = "RFC 3173", .min_bytes = 4,
	FIELDS(ipcomp_fields),
	.in = { { REG_IP_PROTO, 108 } },
};
