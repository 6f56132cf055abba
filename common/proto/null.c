// SPDX-License-Identifier: GPL-2.0-or-later
/* null - the loopback and encapsulation headers of BSD (address family in the byte order of the
 * machine that captured, or of the network), and raw IP, which has no header at all. */
#include "base/bytes.h"
#include "proto/linktype.h"
#include "proto/proto.h"
#include "proto/tables.h"

static const struct value_name families[] = {
	{ 2, "ip" }, { 10, "ip6" }, { 24, "ip6" }, { 28, "ip6" }, { 30, "ip6" }, { 0, NULL },
};

#define NULL_REF "tcpdump.org LINKTYPE_NULL"

static const struct field null_fields[] = {
	{ .name = "family", .alias = "type", BYTES(0, 4), .kind = FIELD_DEC,
	  .flags = FIELD_LE, .names = families, .label = "address family", .ref = NULL_REF },
};

/* Families are small: a number that fills the upper half was written in the other byte order. */
static void null_next(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n)
{
	(void)hdr_bytes;
	if (n->value > 0xffff)
		n->value = get_be32(hdr);
}

const struct proto proto_null = {
	.name = "null", .label = "BSD loopback", .ref = NULL_REF, .flags = PROTO_LINK,
	.min_bytes = 4,
	FIELDS(null_fields),
	.next = { .reg = REG_FAMILY, .le = true, BYTES(0, 4) },
	.next_hook = null_next,
	.in = { { REG_LINKTYPE, LINKTYPE_NULL } },
};

static const struct field loop_fields[] = {
	{ .name = "family", .alias = "type", BYTES(0, 4), .kind = FIELD_DEC, .names = families,
	  .label = "address family", .ref = "tcpdump.org LINKTYPE_LOOP" },
};

const struct proto proto_loop = {
	.name = "loop", .label = "OpenBSD loopback", .ref = "tcpdump.org LINKTYPE_LOOP",
	.flags = PROTO_LINK, .min_bytes = 4,
	FIELDS(loop_fields),
	.next = { .reg = REG_FAMILY, BYTES(0, 4) },
	.in = { { REG_LINKTYPE, LINKTYPE_LOOP } },
};

#define ENC "OpenBSD enc(4)"

static const struct field enc_fields[] = {
	ROW("family", DEC, "address family", ENC, BYTES(0, 4), .flags = FIELD_LE,
	    .names = families),
	ROW("spi", HEX, "security parameters index", ENC, BYTES(4, 4), .flags = FIELD_LINE),
	ROW("flags", HEX, "0x800: authenticated, 0x400: encrypted", ENC, BYTES(8, 4),
	    .flags = FIELD_LE),
};

const struct proto proto_enc = {
	.name = "enc", .label = "OpenBSD encapsulated IP", .ref = ENC, .flags = PROTO_LINK,
	.min_bytes = 12,
	FIELDS(enc_fields),
	.next = { .reg = REG_FAMILY, .le = true, BYTES(0, 4) },
	.next_hook = null_next,
	.in = { { REG_LINKTYPE, LINKTYPE_ENC } },
};

const struct proto proto_raw = {
	.name = "raw", .label = "Raw IP", .ref = "tcpdump.org LINKTYPE_RAW", .flags = PROTO_LINK,
	.next = { .reg = REG_IP_VERSION, .peek = true, BITS(0, 4) },
	.in = { { REG_LINKTYPE, LINKTYPE_RAW }, { REG_LINKTYPE, 12 }, { REG_LINKTYPE, 14 },
		{ REG_INSIDE, INSIDE_RAW } },
};
