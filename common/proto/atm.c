// SPDX-License-Identifier: GPL-2.0-or-later
/* atm - headers of captures on ATM: SunATM's, LAN emulation, and the two bytes before a bridged
 * Ethernet frame. What else is on ATM begins with LLC (RFC 2684). */
#include "proto/linktype.h"
#include "proto/tables.h"

#define SUNATM "tcpdump.org LINKTYPE_SUNATM"

static const struct value_name kinds[] = {
	{ 0, "raw" }, { 1, "lane" }, { 2, "llc" }, { 3, "mars" }, { 4, "ifmp" }, { 5, "ilmi" },
	{ 6, "signalling" }, { 0, NULL },
};

static const struct field sunatm_fields[] = {
	ROW("out", BOOL, "sent by this host", SUNATM, BITS(0, 1)),
	ROW("kind", DEC, "kind of traffic", SUNATM, BITS(4, 4), .names = kinds, .dflt = 2,
	    .flags = FIELD_LINE),
	ROW("vpi", DEC, "virtual path", SUNATM, BYTES(1, 1), .flags = FIELD_LINE),
	ROW("vci", DEC, "virtual channel", SUNATM, BYTES(2, 2), .flags = FIELD_LINE),
};

const struct proto proto_sunatm = {
	.name = "sunatm", .alias = "atm", .label = "ATM, header of SunATM", .ref = SUNATM,
	.flags = PROTO_LINK, .min_bytes = 4,
	FIELDS(sunatm_fields),
	.next = { .reg = REG_ATM, BITS(4, 4) },
	.in = { { REG_LINKTYPE, LINKTYPE_SUNATM } },
};

static const struct field lane_fields[] = {
	ROW("client", DEC, "emulation client that sent it", "AF-LANE-0084 4.1", BYTES(0, 2)),
};

/* Frames of the emulation's own control begin with 0xff00. */
static bool lane_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return bytes >= 16 && have && p[0] != 0xff;
}

const struct proto proto_lane = {
	.name = "lane", .label = "Ethernet in LAN emulation", .ref = "AF-LANE-0084",
	.flags = PROTO_LINK, .min_bytes = 2,
	FIELDS(lane_fields),
	.check = lane_check,
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH },
	.in = { { REG_ATM, 1 } },
};

static const struct field pad_fields[] = {
	ROW("pad", HEX, "zero", "RFC 2684 5.2", BYTES(0, 2)),
};

const struct proto proto_bridgepad = {
	.name = "bridgepad", .label = "Padding before a bridged frame", .ref = "RFC 2684",
	.flags = PROTO_LINK, .min_bytes = 2,
	FIELDS(pad_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH },
	.in = { { REG_INSIDE, INSIDE_PAD } },
};
