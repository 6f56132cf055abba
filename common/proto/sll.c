// SPDX-License-Identifier: GPL-2.0-or-later
/* sll - the cooked headers that stand for any link header in captures on "any":
 * LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2 of tcpdump.org. */
#include "proto/linktype.h"
#include "proto/proto.h"
#include "proto/tables.h"

static const struct value_name dirs[] = {
	{ 0, "host" }, { 1, "broadcast" }, { 2, "multicast" }, { 3, "otherhost" }, { 4, "outgoing" },
	{ 0, NULL },
};

#define REF "tcpdump.org LINKTYPE_LINUX_SLL"
#define REF2 "tcpdump.org LINKTYPE_LINUX_SLL2"

static const struct field sll_fields[] = {
	{ .name = "pkttype", BYTES(0, 2), .kind = FIELD_DEC, .names = dirs,
	  .flags = FIELD_LINE, .label = "where the packet was going", .ref = REF },
	{ .name = "hatype", BYTES(2, 2), .kind = FIELD_DEC, .reg = REG_ARPHRD, .dflt = 1,
	  .label = "ARPHRD_ type of the interface", .ref = REF },
	{ .name = "halen", BYTES(4, 2), .kind = FIELD_DEC, .dflt = 6,
	  .label = "length of the address", .ref = REF },
	{ .name = "addr", .alias = "src", BYTES(6, 8), .kind = FIELD_BYTES,
	  .label = "link address of the sender, padded", .ref = REF },
	{ .name = "type", .alias = "proto etype", BYTES(14, 2), .kind = FIELD_HEX,
	  .reg = REG_ETHERTYPE, .label = "ethertype or ETH_P_ number", .ref = REF },
};

const struct proto proto_sll = {
	.name = "sll", .label = "Linux cooked header, version 1", .ref = REF, .flags = PROTO_LINK,
	.min_bytes = 16,
	FIELDS(sll_fields),
	.next = { .reg = REG_ETHERTYPE, BYTES(14, 2) },
	.in = { { REG_LINKTYPE, LINKTYPE_LINUX_SLL } },
};

static const struct field sll2_fields[] = {
	{ .name = "type", .alias = "proto etype", BYTES(0, 2), .kind = FIELD_HEX,
	  .reg = REG_ETHERTYPE, .label = "ethertype or ETH_P_ number", .ref = REF2 },
	{ .name = "ifindex", BYTES(4, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "number of the interface", .ref = REF2 },
	{ .name = "hatype", BYTES(8, 2), .kind = FIELD_DEC, .reg = REG_ARPHRD, .dflt = 1,
	  .label = "ARPHRD_ type of the interface", .ref = REF2 },
	{ .name = "pkttype", BYTES(10, 1), .kind = FIELD_DEC, .names = dirs, .flags = FIELD_LINE,
	  .label = "where the packet was going", .ref = REF2 },
	{ .name = "halen", BYTES(11, 1), .kind = FIELD_DEC, .dflt = 6,
	  .label = "length of the address", .ref = REF2 },
	{ .name = "addr", .alias = "src", BYTES(12, 8), .kind = FIELD_BYTES,
	  .label = "link address of the sender, padded", .ref = REF2 },
};

const struct proto proto_sll2 = {
	.name = "sll2", .label = "Linux cooked header, version 2", .ref = REF2,
	.flags = PROTO_LINK, .min_bytes = 20,
	FIELDS(sll2_fields),
	.next = { .reg = REG_ETHERTYPE, BYTES(0, 2) },
	.in = { { REG_LINKTYPE, LINKTYPE_LINUX_SLL2 } },
};
