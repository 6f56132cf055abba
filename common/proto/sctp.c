// SPDX-License-Identifier: GPL-2.0-or-later
/* sctp - stream control transmission and its chunks; UDP-Lite, whose checksum covers a part. */
#include "base/bytes.h"
#include "proto/linktype.h"
#include "proto/proto.h"
#include "proto/tables.h"

#define REF   "RFC 9260 3.1"
#define CHUNK "RFC 9260 3.3"

static const struct field fields[] = {
	{ .name = "sport", .alias = "sp srcport", BYTES(0, 2), .kind = FIELD_DEC,
	  .flags = FIELD_LINE | FIELD_SRC, .label = "source port", .ref = REF },
	{ .name = "dport", .alias = "dp dstport", BYTES(2, 2), .kind = FIELD_DEC,
	  .flags = FIELD_LINE | FIELD_DST, .label = "destination port", .ref = REF },
	{ .name = "tag", .alias = "vtag", BYTES(4, 4), .kind = FIELD_HEX, .flags = FIELD_LINE,
	  .label = "verification tag", .ref = REF },
	{ .name = "csum", .alias = "checksum", BYTES(8, 4), .kind = FIELD_HEX,
	  .label = "CRC-32C", .ref = "RFC 9260 6.8" },
};

static const struct value_name data_flags[] = {
	{ 8, "immediate" }, { 4, "unordered" }, { 2, "first" }, { 1, "last" }, { 0, NULL },
};

static const struct value_name ppids[] = {
	{ 1, "iua" }, { 2, "m2ua" }, { 3, "m3ua" }, { 4, "sua" }, { 18, "s1ap" }, { 27, "x2ap" },
	{ 46, "diameter" }, { 47, "diameter-dtls" }, { 50, "webrtc-dcep" }, { 51, "webrtc-text" },
	{ 53, "webrtc-bytes" }, { 60, "ngap" }, { 61, "xnap" }, { 62, "f1ap" }, { 0, NULL },
};

static const struct field data[] = {
	{ .name = "flags", BITS(8, 8), .kind = FIELD_FLAGS, .names = data_flags, .label = "flags",
	  .ref = CHUNK },
	{ .name = "tsn", BYTES(4, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "transmission sequence number", .ref = CHUNK },
	{ .name = "stream", BYTES(8, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "stream", .ref = CHUNK },
	{ .name = "seq", BYTES(10, 2), .kind = FIELD_DEC, .label = "number within the stream",
	  .ref = CHUNK },
	{ .name = "ppid", BYTES(12, 4), .kind = FIELD_DEC, .names = ppids, .flags = FIELD_LINE,
	  .label = "payload protocol", .ref = "RFC 9260 3.3.1" },
	{ .name = "data", .at = { 128, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "user data", .ref = CHUNK },
};

static const struct field init[] = {
	{ .name = "tag", BYTES(4, 4), .kind = FIELD_HEX, .flags = FIELD_LINE,
	  .label = "verification tag to be used", .ref = CHUNK },
	{ .name = "window", BYTES(8, 4), .kind = FIELD_DEC, .label = "receive window, bytes",
	  .ref = CHUNK },
	{ .name = "out", BYTES(12, 2), .kind = FIELD_DEC, .label = "streams out", .ref = CHUNK },
	{ .name = "in", BYTES(14, 2), .kind = FIELD_DEC, .label = "streams in, at most",
	  .ref = CHUNK },
	{ .name = "tsn", BYTES(16, 4), .kind = FIELD_DEC, .label = "first sequence number",
	  .ref = CHUNK },
	{ .name = "parameters", .at = { 160, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "parameters", .ref = "RFC 9260 3.3.2.1" },
};

static const struct field sack[] = {
	{ .name = "tsn", BYTES(4, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "acknowledged up to here", .ref = CHUNK },
	{ .name = "window", BYTES(8, 4), .kind = FIELD_DEC, .label = "receive window, bytes",
	  .ref = CHUNK },
	{ .name = "gaps", BYTES(12, 2), .kind = FIELD_DEC, .label = "number of blocks beyond a gap",
	  .ref = CHUNK },
	{ .name = "duplicates", BYTES(14, 2), .kind = FIELD_DEC,
	  .label = "number of duplicates listed", .ref = CHUNK },
	{ .name = "blocks", .at = { 128, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "blocks and duplicates", .ref = CHUNK },
};

static const struct field value[] = {
	{ .name = "value", .at = { 32, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "value", .ref = CHUNK },
};

static const struct field tsn[] = {
	{ .name = "tsn", BYTES(4, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "sequence number", .ref = CHUNK },
};

#define VALUE(k, n) { .kind = k, .name = n, .min_bytes = 4, FIELDS(value), .ref = CHUNK }

static const struct opt_def chunks[] = {
	{ .kind = 0, .name = "data", .min_bytes = 16, FIELDS(data), .ref = CHUNK },
	{ .kind = 1, .name = "init", .min_bytes = 20, FIELDS(init), .ref = CHUNK },
	{ .kind = 2, .name = "init-ack", .min_bytes = 20, FIELDS(init), .ref = CHUNK },
	{ .kind = 3, .name = "sack", .min_bytes = 16, FIELDS(sack), .ref = CHUNK },
	VALUE(4, "heartbeat"), VALUE(5, "heartbeat-ack"), VALUE(6, "abort"),
	{ .kind = 7, .name = "shutdown", .min_bytes = 8, .max_bytes = 8, FIELDS(tsn), .ref = CHUNK },
	{ .kind = 8, .name = "shutdown-ack", .min_bytes = 4, .ref = CHUNK },
	VALUE(9, "error"), VALUE(10, "cookie-echo"),
	{ .kind = 11, .name = "cookie-ack", .min_bytes = 4, .ref = CHUNK },
	{ .kind = 12, .name = "ecne", .min_bytes = 8, FIELDS(tsn), .ref = CHUNK },
	{ .kind = 13, .name = "cwr", .min_bytes = 8, FIELDS(tsn), .ref = CHUNK },
	{ .kind = 14, .name = "shutdown-complete", .min_bytes = 4, .ref = CHUNK },
	VALUE(15, "auth"), VALUE(64, "i-data"), VALUE(128, "asconf-ack"), VALUE(130, "re-config"),
	VALUE(132, "pad"), VALUE(192, "forward-tsn"), VALUE(193, "asconf"),
};

static const struct tlv_layout tlv_sctp = {
	.kind = { 0, 8 }, .len = { 16, 16 }, .unit = 1, .align = 4,
	.flags = TLV_TO_END | TLV_LINES | TLV_SHOWN,
};

const struct proto proto_sctp = {
	.name = "sctp", .label = "Stream control transmission", .ref = "RFC 9260", .min_bytes = 12,
	FIELDS(fields),
	.csum = { .kind = CSUM_CRC32C, BYTES(8, 4) },
	.tlv = &tlv_sctp,
	OPTIONS(chunks),
	.in = { { REG_IP_PROTO, 132 }, { REG_LINKTYPE, LINKTYPE_SCTP } },
};

#define LITE "RFC 3828 3"

static const struct field lite_fields[] = {
	{ .name = "sport", .alias = "sp srcport", BYTES(0, 2), .kind = FIELD_DEC,
	  .reg = REG_UDP_PORT, .flags = FIELD_LINE | FIELD_SRC, .label = "source port",
	  .ref = LITE },
	{ .name = "dport", .alias = "dp dstport", BYTES(2, 2), .kind = FIELD_DEC,
	  .reg = REG_UDP_PORT, .flags = FIELD_LINE | FIELD_DST, .label = "destination port",
	  .ref = LITE },
	{ .name = "cover", BYTES(4, 2), .kind = FIELD_DEC,
	  .label = "bytes that the checksum covers, 0 for all", .ref = LITE },
	{ .name = "csum", .alias = "checksum", BYTES(6, 2), .kind = FIELD_HEX,
	  .label = "checksum with the pseudo header", .ref = LITE },
};

static uint32_t covered(const uint8_t *hdr, uint32_t hdr_bytes, uint32_t total_bytes)
{
	uint32_t n = get_be16(hdr + 4);

	(void)hdr_bytes;
	return n == 0 ? total_bytes : n < 8 || n > total_bytes ? 0 : n;
}

const struct proto proto_udplite = {
	.name = "udplite", .label = "User datagram, checksum over a part", .ref = "RFC 3828",
	.min_bytes = 8,
	FIELDS(lite_fields),
	.next = { .reg = REG_UDP_PORT, BYTES(2, 2), .alt = { 0, 16 } },
	.csum = { .kind = CSUM_PSEUDO, BYTES(6, 2), .cover = covered },
	.in = { { REG_IP_PROTO, 136 } },
};
