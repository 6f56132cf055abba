// SPDX-License-Identifier: GPL-2.0-or-later
/* ipsec - authentication header and encapsulating security payload. What ESP carries is encrypted:
 * its header is all that can be read. */
#include "proto/proto.h"
#include "proto/tables.h"

#define AH "RFC 4302 2"
#define ESP "RFC 4303 2"

static const struct field ah_fields[] = {
	{ .name = "next", .alias = "nh nexthdr", BYTES(0, 1), .kind = FIELD_DEC,
	  .reg = REG_IP_PROTO, .dflt = 59, .label = "next header", .ref = AH },
	{ .name = "len", BYTES(1, 1), .kind = FIELD_DEC, .label = "length in 4 bytes, less 2",
	  .ref = AH },
	{ .name = "spi", BYTES(4, 4), .kind = FIELD_HEX, .flags = FIELD_LINE,
	  .label = "security parameters index", .ref = AH },
	{ .name = "seq", BYTES(8, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "sequence number", .ref = AH },
	{ .name = "icv", .at = { 96, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "integrity check value", .ref = AH },
};

const struct proto proto_ah = {
	.name = "ah", .label = "Authentication header", .ref = "RFC 4302", .min_bytes = 12,
	.hdr = { .at = { 8, 8 }, .unit = 4, .add = 8 },
	FIELDS(ah_fields),
	.next = { .reg = REG_IP_PROTO, BYTES(0, 1) },
	.in = { { REG_IP_PROTO, 51 } },
};

static const struct field esp_fields[] = {
	{ .name = "spi", BYTES(0, 4), .kind = FIELD_HEX, .flags = FIELD_LINE,
	  .label = "security parameters index", .ref = ESP },
	{ .name = "seq", BYTES(4, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "sequence number", .ref = ESP },
};

const struct proto proto_esp = {
	.name = "esp", .label = "Encapsulating security payload", .ref = "RFC 4303",
	.min_bytes = 8,
	FIELDS(esp_fields),
	.in = { { REG_IP_PROTO, 50 } },
};
