// SPDX-License-Identifier: GPL-2.0-or-later
/* slow - protocols of ethertype 0x8809: link aggregation (LACP), its marker, and the head of
 * operations and maintenance (OAM), whose first byte says which; and MAC control (0x8808). */
#include "proto/proto.h"
#include "proto/tables.h"

#define REF "IEEE 802.1AX 6.4.2"

static const struct tlv_layout layout = {
	.kind = { 0, 8 }, .len = { 8, 8 }, .unit = 1, .end = 0,
	.flags = TLV_END | TLV_END_BYTE | TLV_TO_END | TLV_LINES | TLV_SHOWN,
};

static const struct value_name subtypes[] = {
	{ 1, "lacp" }, { 2, "marker" }, { 3, "oam" }, { 10, "ossp" }, { 0, NULL },
};

static const struct value_name state_bits[] = {
	{ 0x01, "active" }, { 0x02, "short-timeout" }, { 0x04, "aggregable" }, { 0x08, "in-sync" },
	{ 0x10, "collecting" }, { 0x20, "distributing" }, { 0x40, "defaulted" },
	{ 0x80, "expired" }, { 0, NULL },
};

static const struct field lacp_fields[] = {
	{ .name = "subtype", BYTES(0, 1), .kind = FIELD_DEC, .names = subtypes, .dflt = 1,
	  .label = "slow protocol", .ref = "IEEE 802.3 57A.3" },
	{ .name = "version", BYTES(1, 1), .kind = FIELD_DEC, .dflt = 1, .label = "version",
	  .ref = REF },
};

static const struct field side[] = {
	{ .name = "system_prio", BYTES(2, 2), .kind = FIELD_DEC, .label = "priority of the system",
	  .ref = "IEEE 802.1AX 6.4.2.3" },
	{ .name = "system", BYTES(4, 6), .kind = FIELD_MAC, .flags = FIELD_LINE, .label = "system",
	  .ref = "IEEE 802.1AX 6.4.2.3" },
	{ .name = "key", BYTES(10, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "key of links that can be joined", .ref = "IEEE 802.1AX 6.4.2.3" },
	{ .name = "port_prio", BYTES(12, 2), .kind = FIELD_DEC, .label = "priority of the port",
	  .ref = "IEEE 802.1AX 6.4.2.3" },
	{ .name = "port", BYTES(14, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .label = "port",
	  .ref = "IEEE 802.1AX 6.4.2.3" },
	{ .name = "state", BYTES(16, 1), .kind = FIELD_FLAGS, .flags = FIELD_LINE,
	  .names = state_bits, .label = "state", .ref = "IEEE 802.1AX 6.4.2.3" },
};

static const struct field collector[] = {
	{ .name = "max_delay", BYTES(2, 2), .kind = FIELD_DEC,
	  .label = "longest delay of the collector, 10 us", .ref = "IEEE 802.1AX 6.4.2.3" },
};

static const struct opt_def lacp_opts[] = {
	{ .kind = 0, .name = "end", .min_bytes = 1, .ref = REF },
	{ .kind = 1, .name = "actor", .min_bytes = 20, .max_bytes = 20, FIELDS(side), .ref = REF,
	  .label = "what the sender says of itself" },
	{ .kind = 2, .name = "partner", .min_bytes = 20, .max_bytes = 20, FIELDS(side), .ref = REF,
	  .label = "what the sender knows of the other" },
	{ .kind = 3, .name = "collector", .min_bytes = 16, .max_bytes = 16, FIELDS(collector),
	  .ref = REF },
};

static bool lacp_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	return have >= 2 && p[0] == 1;
}

const struct proto proto_lacp = {
	.name = "lacp", .label = "Link aggregation control", .ref = REF, .min_bytes = 2,
	FIELDS(lacp_fields),
	.tlv = &layout,
	OPTIONS(lacp_opts),
	.check = lacp_check,
	.in = { { REG_ETHERTYPE, 0x8809 } },
};

static const struct field marker_fields[] = {
	{ .name = "subtype", BYTES(0, 1), .kind = FIELD_DEC, .names = subtypes, .dflt = 2,
	  .label = "slow protocol", .ref = "IEEE 802.3 57A.3" },
	{ .name = "version", BYTES(1, 1), .kind = FIELD_DEC, .dflt = 1, .label = "version",
	  .ref = "IEEE 802.1AX 6.5.3" },
};

static const struct field marker[] = {
	{ .name = "port", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "port of the asker", .ref = "IEEE 802.1AX 6.5.3" },
	{ .name = "system", BYTES(4, 6), .kind = FIELD_MAC, .flags = FIELD_LINE,
	  .label = "system of the asker", .ref = "IEEE 802.1AX 6.5.3" },
	{ .name = "transaction", BYTES(10, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "number of the question", .ref = "IEEE 802.1AX 6.5.3" },
};

static const struct opt_def marker_opts[] = {
	{ .kind = 0, .name = "end", .min_bytes = 1, .ref = "IEEE 802.1AX 6.5.3" },
	{ .kind = 1, .name = "information", .min_bytes = 16, .max_bytes = 16, FIELDS(marker),
	  .ref = "IEEE 802.1AX 6.5.3" },
	{ .kind = 2, .name = "response", .min_bytes = 16, .max_bytes = 16, FIELDS(marker),
	  .ref = "IEEE 802.1AX 6.5.3" },
};

static bool marker_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	return have >= 2 && p[0] == 2;
}

const struct proto proto_marker = {
	.name = "marker", .label = "Marker of link aggregation", .ref = "IEEE 802.1AX 6.5",
	.min_bytes = 2,
	FIELDS(marker_fields),
	.tlv = &layout,
	OPTIONS(marker_opts),
	.check = marker_check,
	.in = { { REG_ETHERTYPE, 0x8809 } },
};

static const struct value_name oam_codes[] = {
	{ 0, "information" }, { 1, "event" }, { 2, "variable-request" }, { 3, "variable-response" },
	{ 4, "loopback" }, { 0xfe, "organisation" }, { 0, NULL },
};

static const struct value_name oam_bits[] = {
	{ 0x01, "link-fault" }, { 0x02, "dying-gasp" }, { 0x04, "critical-event" },
	{ 0x08, "local-evaluating" }, { 0x10, "local-stable" }, { 0x20, "remote-evaluating" },
	{ 0x40, "remote-stable" }, { 0, NULL },
};

static const struct field oam_fields[] = {
	{ .name = "subtype", BYTES(0, 1), .kind = FIELD_DEC, .names = subtypes, .dflt = 3,
	  .label = "slow protocol", .ref = "IEEE 802.3 57A.3" },
	{ .name = "flags", BYTES(1, 2), .kind = FIELD_FLAGS, .flags = FIELD_LINE, .names = oam_bits,
	  .label = "state of the link", .ref = "IEEE 802.3 57.4.2.1" },
	{ .name = "code", BYTES(3, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = oam_codes,
	  .label = "kind of message", .ref = "IEEE 802.3 57.4.2.2" },
};

static bool oam_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	return have >= 4 && p[0] == 3;
}

const struct proto proto_oam = {
	.name = "oam", .label = "Operations and maintenance of Ethernet", .ref = "IEEE 802.3 57",
	.min_bytes = 4,
	FIELDS(oam_fields),
	.check = oam_check,
	.in = { { REG_ETHERTYPE, 0x8809 } },
};

static const struct value_name mac_ops[] = {
	{ 1, "pause" }, { 2, "gate" }, { 3, "report" }, { 4, "register-request" },
	{ 5, "register" }, { 6, "register-ack" }, { 0x101, "pfc" }, { 0, NULL },
};

static const struct field_when pause = { { 0, 16 }, 1, { 1 } };
static const struct field_when pfc = { { 0, 16 }, 1, { 0x101 } };

static const struct field mac_fields[] = {
	{ .name = "opcode", BYTES(0, 2), .kind = FIELD_HEX, .flags = FIELD_LINE, .names = mac_ops,
	  .dflt = 1, .label = "operation", .ref = "IEEE 802.3 31A" },
	{ .name = "quanta", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &pause,
	  .label = "time to pause, in 512 bit times", .ref = "IEEE 802.3 31B.2" },
	{ .name = "classes", BYTES(2, 2), .kind = FIELD_HEX, .flags = FIELD_LINE, .when = &pfc,
	  .label = "classes whose times count", .ref = "IEEE 802.1Q 36.1" },
	{ .name = "time", BYTES(4, 2), .kind = FIELD_DEC, .flags = FIELD_ARRAY | FIELD_LINE,
	  .when = &pfc, .label = "times of classes 0 to 7, in 512 bit times",
	  .ref = "IEEE 802.1Q 36.1" },
};

static const struct len_case mac_lengths[] = { { 1, 4 }, { 0x101, 20 }, { 0, 0 } };

const struct proto proto_pause = {
	.name = "pause", .alias = "pfc maccontrol", .label = "MAC control: PAUSE and PFC",
	.ref = "IEEE 802.3 31", .min_bytes = 2,
	.hdr = { .at = { 0, 16 }, .cases = mac_lengths },
	FIELDS(mac_fields),
	.in = { { REG_ETHERTYPE, 0x8808 } },
};
