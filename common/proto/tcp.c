// SPDX-License-Identifier: GPL-2.0-or-later
/* tcp - transmission control, with its options. */
#include "proto/proto.h"
#include "proto/tables.h"

static const struct value_name flag_names[] = {
	{ 0x01, "fin" }, { 0x02, "syn" }, { 0x04, "rst" }, { 0x08, "psh" }, { 0x10, "ack" },
	{ 0x20, "urg" }, { 0x40, "ece" }, { 0x80, "cwr" }, { 0x100, "ae" }, { 0, NULL },
};

#define REF "RFC 9293 3.1"

#define FLAG(n, a, bit, l)                                                                         \
	{                                                                                          \
		.name = n, .alias = a, BITS(bit, 1), .kind = FIELD_BOOL, .flags = FIELD_VIEW,      \
		.label = l, .ref = REF                                                             \
	}

static const struct field fields[] = {
	{ .name = "sport", .alias = "sp srcport", BYTES(0, 2), .kind = FIELD_DEC,
	  .reg = REG_TCP_PORT, .flags = FIELD_LINE | FIELD_SRC, .label = "source port", .ref = REF },
	{ .name = "dport", .alias = "dp dstport", BYTES(2, 2), .kind = FIELD_DEC,
	  .reg = REG_TCP_PORT, .flags = FIELD_LINE | FIELD_DST, .label = "destination port",
	  .ref = REF },
	{ .name = "seq", BYTES(4, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "sequence number", .ref = REF },
	{ .name = "ackseq", .alias = "aseq acknum", BYTES(8, 4), .kind = FIELD_DEC,
	  .flags = FIELD_LINE, .label = "acknowledged sequence number", .ref = REF },
	{ .name = "doff", .alias = "hlen", BITS(96, 4), .kind = FIELD_DEC, .dflt = 5,
	  .label = "header length in words of 4 bytes", .ref = REF },
	{ .name = "reserved", BITS(100, 3), .kind = FIELD_DEC, .label = "reserved", .ref = REF },
	{ .name = "flags", BITS(103, 9), .kind = FIELD_FLAGS, .names = flag_names,
	  .flags = FIELD_LINE, .label = "control bits", .ref = REF },
	{ .name = "ae", .alias = "ns", BITS(103, 1), .kind = FIELD_BOOL, .flags = FIELD_VIEW,
	  .label = "accurate ECN", .ref = "RFC 9768 3.1" },
	FLAG("cwr", NULL, 104, "congestion window reduced"),
	FLAG("ece", "ecn", 105, "echo of congestion"),
	FLAG("urg", NULL, 106, "the urgent pointer counts"),
	FLAG("ack", NULL, 107, "the acknowledgement counts"),
	FLAG("psh", NULL, 108, "push"),
	FLAG("rst", NULL, 109, "reset"),
	FLAG("syn", NULL, 110, "synchronise sequence numbers"),
	FLAG("fin", NULL, 111, "no more data"),
	{ .name = "window", .alias = "win", BYTES(14, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "receive window, unscaled", .ref = REF },
	{ .name = "csum", .alias = "checksum", BYTES(16, 2), .kind = FIELD_HEX,
	  .label = "checksum with the pseudo header", .ref = REF },
	{ .name = "urgptr", .alias = "urp", BYTES(18, 2), .kind = FIELD_DEC,
	  .label = "urgent pointer", .ref = REF },
};

static const struct field mss[] = {
	{ .name = "value", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "maximum segment size",
	  .ref = "RFC 9293 3.7.1" },
};

static const struct field wscale[] = {
	{ .name = "shift", BYTES(2, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "window scale, bits",
	  .ref = "RFC 7323 2.2" },
};

static const struct field sack[] = {
	{ .name = "edge", BYTES(2, 4), .kind = FIELD_DEC, .flags = FIELD_ARRAY | FIELD_LINE,
	  .label = "left and right edges of received blocks", .ref = "RFC 2018 3" },
};

static const struct field ts[] = {
	{ .name = "val", BYTES(2, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "timestamp", .ref = "RFC 7323 3.2" },
	{ .name = "ecr", BYTES(6, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "echoed timestamp",
	  .ref = "RFC 7323 3.2" },
};

static const struct field md5[] = {
	{ .name = "digest", BYTES(2, 16), .kind = FIELD_BYTES, .label = "digest",
	  .ref = "RFC 2385 3" },
};

static const struct field ao[] = {
	{ .name = "keyid", BYTES(2, 1), .kind = FIELD_DEC, .label = "key of this segment",
	  .ref = "RFC 5925 2.2" },
	{ .name = "rnext", BYTES(3, 1), .kind = FIELD_DEC, .label = "key asked for",
	  .ref = "RFC 5925 2.2" },
	{ .name = "mac", .at = { 32, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "authentication code", .ref = "RFC 5925 2.2" },
};

static const struct field user_timeout[] = {
	{ .name = "minutes", BITS(16, 1), .kind = FIELD_BOOL, .label = "in minutes, not seconds",
	  .ref = "RFC 5482 3" },
	{ .name = "value", BITS(17, 15), .kind = FIELD_DEC, .label = "user timeout",
	  .ref = "RFC 5482 3" },
};

static const struct field mptcp[] = {
	{ .name = "subtype", BITS(16, 4), .kind = FIELD_DEC, .label = "subtype",
	  .ref = "RFC 8684 3" },
};

static const struct field cookie[] = {
	{ .name = "cookie", .at = { 16, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "fast open cookie", .ref = "RFC 7413 4.1.1" },
};

static const struct opt_def opts[] = {
	{ .kind = 0, .name = "end", .ref = REF },
	{ .kind = 1, .name = "nop", .ref = REF },
	{ .kind = 2, .name = "mss", .min_bytes = 4, .max_bytes = 4, FIELDS(mss), .ref = REF },
	{ .kind = 3, .name = "wscale", .min_bytes = 3, .max_bytes = 3, FIELDS(wscale),
	  .ref = "RFC 7323 2.2" },
	{ .kind = 4, .name = "sackok", .min_bytes = 2, .max_bytes = 2, .ref = "RFC 2018 2" },
	{ .kind = 5, .name = "sack", .min_bytes = 10, FIELDS(sack), .ref = "RFC 2018 3" },
	{ .kind = 8, .name = "ts", .min_bytes = 10, .max_bytes = 10, FIELDS(ts),
	  .ref = "RFC 7323 3.2" },
	{ .kind = 19, .name = "md5", .min_bytes = 18, .max_bytes = 18, FIELDS(md5),
	  .ref = "RFC 2385" },
	{ .kind = 28, .name = "uto", .min_bytes = 4, .max_bytes = 4, FIELDS(user_timeout),
	  .ref = "RFC 5482" },
	{ .kind = 29, .name = "ao", .min_bytes = 4, FIELDS(ao), .ref = "RFC 5925" },
	{ .kind = 30, .name = "mptcp", .min_bytes = 3, FIELDS(mptcp), .ref = "RFC 8684" },
	{ .kind = 34, .name = "tfo", .min_bytes = 2, FIELDS(cookie), .ref = "RFC 7413" },
};

/* As those of IP; the one-line form has them. */
static const struct tlv_layout tlv_tcp = {
	.kind = { 0, 8 }, .len = { 8, 8 }, .unit = 1, .pad = 1, .end = 0,
	.flags = TLV_PAD | TLV_END | TLV_END_BYTE | TLV_SHOWN | TLV_NAMED,
};

const struct proto proto_tcp = {
	.name = "tcp", .label = "Transmission control", .ref = "RFC 9293", .min_bytes = 20,
	.hdr = { .at = { 96, 4 }, .unit = 4 },
	FIELDS(fields),
	.next = { .reg = REG_TCP_PORT, BYTES(2, 2), .alt = { 0, 16 } },
	.csum = { .kind = CSUM_PSEUDO, BYTES(16, 2) },
	.tlv = &tlv_tcp,
	OPTIONS(opts),
	.in = { { REG_IP_PROTO, 6 } },
};
