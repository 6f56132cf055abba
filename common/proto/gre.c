// SPDX-License-Identifier: GPL-2.0-or-later
/* gre - generic routing encapsulation, with checksum, key and sequence number where its bits say
 * so, and ERSPAN, which mirrors frames through it. */
#include "proto/found.h"
#include "proto/tables.h"

#define REF "RFC 2784 2.1"

/* The bits C, R, K, S: what stands where depends on what stands before it. */
#define CRKS { 0, 4 }

static const struct field_when has_csum = { CRKS, 8, { 8, 9, 10, 11, 12, 13, 14, 15 } };
static const struct field_when key_first = { CRKS, 2, { 2, 3 } };
static const struct field_when key_second = { CRKS, 6, { 6, 7, 10, 11, 14, 15 } };
static const struct field_when seq_first = { CRKS, 1, { 1 } };
static const struct field_when seq_second = { CRKS, 4, { 3, 5, 9, 13 } };
static const struct field_when seq_third = { CRKS, 3, { 7, 11, 15 } };

static const struct value_name flag_names[] = {
	{ 8, "checksum" }, { 4, "routing" }, { 2, "key" }, { 1, "sequence" }, { 0, NULL },
};

static const struct field fields[] = {
	{ .name = "flags", BITS(0, 4), .kind = FIELD_FLAGS, .names = flag_names,
	  .label = "what the header has", .ref = "RFC 2890 2" },
	{ .name = "has_ack", BITS(8, 1), .kind = FIELD_BOOL,
	  .label = "version 1: an acknowledgement number is there", .ref = "RFC 2637 4.1" },
	{ .name = "ver", .alias = "version", BITS(13, 3), .kind = FIELD_DEC,
	  .label = "version, 1 with PPTP", .ref = REF },
	{ .name = "proto", .alias = "type", BYTES(2, 2), .kind = FIELD_HEX, .reg = REG_ETHERTYPE,
	  .label = "ethertype of what follows", .ref = REF },
	{ .name = "csum", .alias = "checksum", BYTES(4, 2), .kind = FIELD_HEX, .when = &has_csum,
	  .label = "checksum of header and payload", .ref = "RFC 2784 2.5" },
	{ .name = "key", BYTES(4, 4), .kind = FIELD_HEX, .flags = FIELD_LINE, .when = &key_first,
	  .label = "key", .ref = "RFC 2890 2.1" },
	{ .name = "key", BYTES(8, 4), .kind = FIELD_HEX, .flags = FIELD_LINE, .when = &key_second,
	  .label = "key", .ref = "RFC 2890 2.1" },
	{ .name = "seq", BYTES(4, 4), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &seq_first,
	  .label = "sequence number", .ref = "RFC 2890 2.2" },
	{ .name = "seq", BYTES(8, 4), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &seq_second,
	  .label = "sequence number", .ref = "RFC 2890 2.2" },
	{ .name = "seq", BYTES(12, 4), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &seq_third,
	  .label = "sequence number", .ref = "RFC 2890 2.2" },
	{ .name = "ack", .at = { 0, 32 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .label = "version 1: acknowledged up to here", .ref = "RFC 2637 4.1" },
};

static uint32_t hdr_bytes_of(const uint8_t *hdr)
{
	return 4 + (hdr[0] & 0xc0 ? 4 : 0) + (hdr[0] & 0x20 ? 4 : 0) + (hdr[0] & 0x10 ? 4 : 0) +
	       ((hdr[1] & 7) == 1 && (hdr[1] & 0x80) ? 4 : 0);
}

/* ERSPAN of type I has no sequence number and no header of its own: the frame follows. Type II
 * without a number is against the draft, and believed only where no frame stands. */
static void next(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n)
{
	const uint8_t *p = hdr + hdr_bytes;

	if (n->value == 0x88be && !(hdr[0] & 0x10) && n->have &&
	    (p[0] >> 4 != 1 || eth_plausible(p, n->have)))
		n->value = 0x6558;
	/* version 1 sends acknowledgements alone */
	n->stop |= (hdr[1] & 7) == 1 && n->total_bytes == hdr_bytes;
}

/* The acknowledgement of version 1 is the header's last word. */
static void find(struct cur *c, struct finder *fi)
{
	if ((c->p[1] & 0x87) == 0x81 && !fi->cut && cur_left(c) >= 8)
		found_number(fi, &fields[ARRAY_SIZE(fields) - 1], get_be32(c->end - 4));
}

const struct proto proto_gre = {
	.name = "gre", .label = "Generic routing encapsulation", .ref = "RFC 2784",
	.min_bytes = 4, .flags = PROTO_TUNNEL,
	.hdr_hook = hdr_bytes_of,
	FIELDS(fields),
	.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(2, 2) },
	.next_hook = next,
	.find = find,
	.csum = { .kind = CSUM_ALL, BYTES(4, 2), .when = &has_csum },
	.in = { { REG_IP_PROTO, 47 }, { REG_UDP_PORT, 4754 } },
};

#define ERSPAN "draft-foschiano-erspan-03 4"

static const struct value_name encaps[] = {
	{ 0, "untagged" }, { 1, "isl" }, { 2, "802.1q" }, { 3, "tagged" }, { 0, NULL },
};

static const struct field erspan2_fields[] = {
	{ .name = "ver", BITS(0, 4), .kind = FIELD_DEC, .dflt = 1, .label = "version, 1 for type II",
	  .ref = ERSPAN },
	{ .name = "vlan", BITS(4, 12), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "VLAN of the frame", .ref = ERSPAN },
	{ .name = "cos", BITS(16, 3), .kind = FIELD_DEC, .label = "class of service",
	  .ref = ERSPAN },
	{ .name = "encap", BITS(19, 2), .kind = FIELD_DEC, .names = encaps,
	  .label = "how the frame was tagged", .ref = ERSPAN },
	{ .name = "truncated", BITS(21, 1), .kind = FIELD_BOOL, .label = "the frame was cut",
	  .ref = ERSPAN },
	{ .name = "session", BITS(22, 10), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "number of the session", .ref = ERSPAN },
	{ .name = "index", BITS(44, 20), .kind = FIELD_DEC, .label = "port of the source",
	  .ref = ERSPAN },
};

static bool erspan2_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have && bytes >= 8 && p[0] >> 4 == 1;
}

/* A frame that was cut on its way here is cut, not bad. */
static void erspan2_next(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n)
{
	(void)hdr_bytes;
	n->quoted = hdr[2] & 4;
}

const struct proto proto_erspan2 = {
	.name = "erspan2", .alias = "erspan", .label = "Mirrored frame, ERSPAN type II",
	.ref = ERSPAN, .min_bytes = 8, .flags = PROTO_TUNNEL,
	.next_hook = erspan2_next,
	.check = erspan2_check,
	FIELDS(erspan2_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH },
	.in = { { REG_ETHERTYPE, 0x88be } },
};

static const struct value_name granularities[] = {
	{ 0, "100us" }, { 1, "100ns" }, { 2, "ieee-1588" }, { 3, "user" }, { 0, NULL },
};

static const struct value_name frame_types[] = { { 0, "ethernet" }, { 2, "ip" }, { 0, NULL } };

static const struct field erspan3_fields[] = {
	{ .name = "ver", BITS(0, 4), .kind = FIELD_DEC, .dflt = 2, .label = "version, 2 for type III",
	  .ref = ERSPAN },
	{ .name = "vlan", BITS(4, 12), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "VLAN of the frame", .ref = ERSPAN },
	{ .name = "cos", BITS(16, 3), .kind = FIELD_DEC, .label = "class of service",
	  .ref = ERSPAN },
	{ .name = "bso", BITS(19, 2), .kind = FIELD_DEC, .label = "good, short, bad, oversized: 0, 1, 2, 3",
	  .ref = ERSPAN },
	{ .name = "truncated", BITS(21, 1), .kind = FIELD_BOOL, .label = "the frame was cut",
	  .ref = ERSPAN },
	{ .name = "session", BITS(22, 10), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "number of the session", .ref = ERSPAN },
	{ .name = "time", BYTES(4, 4), .kind = FIELD_DEC, .label = "time stamp, in its granularity",
	  .ref = ERSPAN },
	{ .name = "sgt", BYTES(8, 2), .kind = FIELD_DEC, .label = "security group", .ref = ERSPAN },
	{ .name = "frame", BITS(80, 1), .kind = FIELD_BOOL, .label = "an Ethernet frame follows",
	  .dflt = 1, .ref = ERSPAN },
	{ .name = "type", BITS(81, 5), .kind = FIELD_DEC, .names = frame_types,
	  .label = "what follows", .ref = ERSPAN },
	{ .name = "hwid", BITS(86, 6), .kind = FIELD_DEC, .label = "engine that mirrored it",
	  .ref = ERSPAN },
	{ .name = "egress", BITS(92, 1), .kind = FIELD_BOOL, .label = "mirrored on its way out",
	  .ref = ERSPAN },
	{ .name = "granularity", BITS(93, 2), .kind = FIELD_DEC, .names = granularities,
	  .label = "unit of the time stamp", .ref = ERSPAN },
	{ .name = "optional", BITS(95, 1), .kind = FIELD_BOOL,
	  .label = "a sub-header of the platform follows", .ref = ERSPAN },
};

/* Frame type 2 is an IP packet without its Ethernet header. */
static void erspan3_next(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n)
{
	unsigned int type = hdr[10] >> 2 & 31;

	n->quoted = hdr[2] & 4;
	n->stop = type != 0 && (type != 2 || !n->have);
	if (type == 2 && n->have) {
		n->reg = REG_IP_VERSION;
		n->value = hdr[hdr_bytes] >> 4;
	}
}

static const struct len_case erspan3_len[] = { { 1, 20 }, { 0, 0 } };

const struct proto proto_erspan3 = {
	.name = "erspan3", .alias = "erspan-3", .label = "Mirrored frame, ERSPAN type III", .ref = ERSPAN,
	.min_bytes = 12, .flags = PROTO_TUNNEL,
	.hdr = { .at = { 95, 1 }, .cases = erspan3_len },
	.must = { { 0, 4 }, 2 },
	FIELDS(erspan3_fields),
	.next_hook = erspan3_next,
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH },
	.in = { { REG_ETHERTYPE, 0x22eb } },
};
