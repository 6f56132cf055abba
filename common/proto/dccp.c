// SPDX-License-Identifier: GPL-2.0-or-later
/* dccp - datagrams with congestion control, with their options. What stands where depends on the
 * type and on X, which says that sequence numbers have 48 bits, not 24; the two are next to each
 * other and looked at together. */
#include "proto/proto.h"
#include "proto/tables.h"

#define REF "RFC 4340 5.1"

/* Type and X: the type times two, and one for long numbers. */
#define LONG(type)  ((type) * 2 + 1)
#define SHORT(type) ((type) * 2)

enum { REQUEST, RESPONSE, DATA, ACK, DATAACK, CLOSEREQ, CLOSE, RESET, SYNC, SYNCACK };

static const struct value_name types[] = {
	{ REQUEST, "request" }, { RESPONSE, "response" }, { DATA, "data" }, { ACK, "ack" },
	{ DATAACK, "dataack" }, { CLOSEREQ, "closereq" }, { CLOSE, "close" }, { RESET, "reset" },
	{ SYNC, "sync" }, { SYNCACK, "syncack" }, { 0, NULL },
};

static const struct value_name resets[] = {
	{ 0, "unspecified" }, { 1, "closed" }, { 2, "aborted" }, { 3, "no-connection" },
	{ 4, "packet-error" }, { 5, "option-error" }, { 6, "mandatory-error" },
	{ 7, "connection-refused" }, { 8, "bad-service-code" }, { 9, "too-busy" },
	{ 10, "bad-init-cookie" }, { 11, "aggression-penalty" }, { 0, NULL },
};

static const struct field_when is_long = { { 71, 1 }, 1, { 1 } };
static const struct field_when is_short = { { 71, 1 }, 1, { 0 } };
static const struct field_when long_ack = {
	{ 67, 5 }, 8, { LONG(RESPONSE), LONG(ACK), LONG(DATAACK), LONG(CLOSEREQ), LONG(CLOSE),
			LONG(RESET), LONG(SYNC), LONG(SYNCACK) } };
static const struct field_when short_ack = { { 67, 5 }, 2, { SHORT(ACK), SHORT(DATAACK) } };
static const struct field_when request = { { 67, 5 }, 1, { LONG(REQUEST) } };
static const struct field_when response = { { 67, 5 }, 1, { LONG(RESPONSE) } };
static const struct field_when reset = { { 67, 5 }, 1, { LONG(RESET) } };

static const struct field fields[] = {
	{ .name = "sport", .alias = "sp srcport", BYTES(0, 2), .kind = FIELD_DEC,
	  .flags = FIELD_LINE | FIELD_SRC, .label = "source port", .ref = REF },
	{ .name = "dport", .alias = "dp dstport", BYTES(2, 2), .kind = FIELD_DEC,
	  .flags = FIELD_LINE | FIELD_DST, .label = "destination port", .ref = REF },
	{ .name = "doff", BYTES(4, 1), .kind = FIELD_DEC,
	  .label = "header length in words of 4 bytes", .ref = REF },
	{ .name = "ccval", BITS(40, 4), .kind = FIELD_DEC,
	  .label = "for the sender's congestion control", .ref = REF },
	{ .name = "cscov", BITS(44, 4), .kind = FIELD_DEC,
	  .label = "what the checksum covers, 0: all, else 4 bytes of payload less than so many",
	  .ref = "RFC 4340 9.2" },
	{ .name = "csum", .alias = "checksum", BYTES(6, 2), .kind = FIELD_HEX,
	  .label = "checksum with the pseudo header", .ref = "RFC 4340 9.1" },
	{ .name = "type", BITS(67, 4), .kind = FIELD_DEC, .names = types, .flags = FIELD_LINE,
	  .dflt = DATA, .label = "type", .ref = REF },
	{ .name = "x", BITS(71, 1), .kind = FIELD_BOOL, .dflt = 1,
	  .label = "sequence numbers have 48 bits", .ref = REF },
	{ .name = "typex", BITS(67, 5), .kind = FIELD_DEC, .flags = FIELD_VIEW,
	  .dflt = LONG(DATA), .label = "type and x together", .ref = REF },
	{ .name = "seq", BYTES(10, 6), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &is_long,
	  .label = "sequence number", .ref = REF },
	{ .name = "seq", BYTES(9, 3), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &is_short,
	  .label = "sequence number, its lower 24 bits", .ref = REF },
	{ .name = "ack", BYTES(18, 6), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &long_ack,
	  .label = "greatest sequence number received", .ref = "RFC 4340 5.3" },
	{ .name = "ack", BYTES(13, 3), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &short_ack,
	  .label = "greatest sequence number received, its lower 24 bits", .ref = "RFC 4340 5.3" },
	{ .name = "service", BYTES(16, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .when = &request, .label = "service that is asked for", .ref = "RFC 4340 8.1.2" },
	{ .name = "service", BYTES(24, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .when = &response, .label = "service that is asked for", .ref = "RFC 4340 8.1.2" },
	{ .name = "reset", BYTES(24, 1), .kind = FIELD_DEC, .names = resets, .flags = FIELD_LINE,
	  .when = &reset, .label = "why", .ref = "RFC 4340 5.6" },
	{ .name = "reset_data", BYTES(25, 3), .kind = FIELD_HEX, .when = &reset,
	  .label = "more about why", .ref = "RFC 4340 5.6" },
};

/* Without options. Types that do not exist have what is common to all. */
static uint32_t fixed_bytes(const uint8_t *hdr)
{
	unsigned int type = hdr[8] >> 1 & 15;
	bool wide = hdr[8] & 1;
	uint32_t n = wide ? 16 : 12;

	if (type == REQUEST)
		return n + 4;
	if (type == DATA || type > SYNCACK)
		return n;
	n += wide ? 8 : 4;
	return type == RESPONSE || type == RESET ? n + 4 : n;
}

/* Header, and (CsCov - 1) words of payload (RFC 4340 9.2). */
static uint32_t covered(const uint8_t *hdr, uint32_t hdr_bytes, uint32_t total_bytes)
{
	unsigned int cover = hdr[5] & 15;
	uint32_t n = hdr_bytes + (cover - 1) * 4;

	return cover == 0 ? total_bytes : n > total_bytes ? 0 : n;
}

#define OPT "RFC 4340 5.8"

static const struct value_name features[] = {
	{ 1, "ccid" }, { 2, "short-numbers" }, { 3, "sequence-window" }, { 4, "ecn-incapable" },
	{ 5, "ack-ratio" }, { 6, "ack-vector" }, { 7, "ndp-count" }, { 8, "checksum-coverage" },
	{ 9, "check-data" }, { 192, "loss-event-rate" }, { 0, NULL },
};

static const struct field feature[] = {
	{ .name = "feature", BYTES(2, 1), .kind = FIELD_DEC, .names = features, .label = "feature",
	  .ref = "RFC 4340 6.4" },
	{ .name = "value", .at = { 24, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "values, the best first", .ref = "RFC 4340 6.1" },
};

static const struct field blob[] = {
	{ .name = "value", .at = { 16, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "value", .ref = OPT },
};

static const struct field number[] = {
	{ .name = "value", BYTES(2, 4), .kind = FIELD_DEC, .label = "value", .ref = OPT },
};

static const struct field data_checksum[] = {
	{ .name = "value", BYTES(2, 4), .kind = FIELD_HEX, .label = "CRC-32C of the payload",
	  .ref = "RFC 4340 9.3" },
};

#define PLAIN(k, n)   { .kind = k, .name = n, .ref = OPT }
#define FEATURE(k, n) { .kind = k, .name = n, .min_bytes = 3, FIELDS(feature), .ref = "RFC 4340 6" }
#define BLOB(k, n, least, reference)                                                               \
	{ .kind = k, .name = n, .min_bytes = least, FIELDS(blob), .ref = reference }
#define NUMBER(k, n, reference)                                                                    \
	{ .kind = k, .name = n, .min_bytes = 6, FIELDS(number), .ref = reference }

static const struct opt_def opts[] = {
	PLAIN(0, "padding"), PLAIN(1, "mandatory"), PLAIN(2, "slow_receiver"),
	FEATURE(32, "change_l"), FEATURE(33, "confirm_l"), FEATURE(34, "change_r"),
	FEATURE(35, "confirm_r"),
	BLOB(36, "init_cookie", 3, "RFC 4340 8.1.4"), BLOB(37, "ndp_count", 3, "RFC 4340 7.7"),
	BLOB(38, "ack_vector0", 2, "RFC 4340 11.4"), BLOB(39, "ack_vector1", 2, "RFC 4340 11.4"),
	BLOB(40, "data_dropped", 2, "RFC 4340 11.7"), NUMBER(41, "timestamp", "RFC 4340 13.1"),
	BLOB(42, "timestamp_echo", 6, "RFC 4340 13.3"), BLOB(43, "elapsed_time", 4, "RFC 4340 13.2"),
	{ .kind = 44, .name = "data_checksum", .min_bytes = 6, .max_bytes = 6,
	  FIELDS(data_checksum), .ref = "RFC 4340 9.3" },
	NUMBER(192, "loss_event_rate", "RFC 4342 8.5"), BLOB(193, "loss_intervals", 3, "RFC 4342 8.6"),
	NUMBER(194, "receive_rate", "RFC 4342 8.3"),
};

static const struct tlv_layout tlv_dccp = {
	.kind = { 0, 8 }, .len = { 8, 8 }, .unit = 1, .single = 32,
};

const struct proto proto_dccp = {
	.name = "dccp", .label = "Datagrams with congestion control", .ref = "RFC 4340",
	.min_bytes = 12,
	.hdr = { .at = { 32, 8 }, .unit = 4 },
	.hdr_hook = fixed_bytes,
	FIELDS(fields),
	.csum = { .kind = CSUM_PSEUDO, BYTES(6, 2), .cover = covered },
	.tlv = &tlv_dccp,
	OPTIONS(opts),
	.in = { { REG_IP_PROTO, 33 } },
};
