// SPDX-License-Identifier: GPL-2.0-or-later
/* stp - spanning tree: configuration and change messages, rapid and multiple trees. */
#include "proto/found.h"
#include "proto/tables.h"

#define REF "IEEE 802.1Q 14.4"

static const struct value_name versions[] = {
	{ 0, "stp" }, { 2, "rstp" }, { 3, "mstp" }, { 4, "spt" }, { 0, NULL },
};

static const struct value_name types[] = {
	{ 0, "configuration" }, { 2, "rapid" }, { 0x80, "change" }, { 0, NULL },
};

static const struct value_name flag_names[] = {
	{ 0x01, "change" }, { 0x02, "proposal" }, { 0x10, "learning" }, { 0x20, "forwarding" },
	{ 0x40, "agreement" }, { 0x80, "change-ack" }, { 0, NULL },
};

static const struct value_name roles[] = {
	{ 0, "unknown" }, { 1, "alternate-backup" }, { 2, "root" }, { 3, "designated" },
	{ 0, NULL },
};

static const struct field_when tree = { { 24, 8 }, 2, { 0, 2 } };
static const struct field_when rapid = { { 24, 8 }, 1, { 2 } };

static const struct field fields[] = {
	{ .name = "protocol", BYTES(0, 2), .kind = FIELD_HEX, .label = "protocol, 0",
	  .ref = "IEEE 802.1Q 14.1" },
	{ .name = "version", BYTES(2, 1), .kind = FIELD_DEC, .names = versions, .label = "version",
	  .ref = "IEEE 802.1Q 14.2" },
	{ .name = "type", BYTES(3, 1), .kind = FIELD_HEX, .flags = FIELD_LINE, .names = types,
	  .label = "message type", .ref = "IEEE 802.1Q 14.2" },
	{ .name = "flags", BYTES(4, 1), .kind = FIELD_FLAGS, .flags = FIELD_LINE,
	  .names = flag_names, .when = &tree, .label = "flags", .ref = REF },
	{ .name = "role", BITS(36, 2), .kind = FIELD_DEC, .flags = FIELD_VIEW, .names = roles,
	  .when = &rapid, .label = "role of the port", .ref = REF },
	{ .name = "root_prio", BITS(40, 4), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &tree,
	  .label = "priority of the root, in 4096", .ref = "IEEE 802.1Q 14.2.5" },
	{ .name = "root_ext", BITS(44, 12), .kind = FIELD_DEC, .when = &tree,
	  .label = "its system number", .ref = "IEEE 802.1Q 14.2.5" },
	{ .name = "root", BYTES(7, 6), .kind = FIELD_MAC, .flags = FIELD_LINE, .when = &tree,
	  .label = "root bridge", .ref = REF },
	{ .name = "cost", BYTES(13, 4), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &tree,
	  .label = "cost of the path to the root", .ref = REF },
	{ .name = "bridge_prio", BITS(136, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .when = &tree, .label = "priority of the sender, in 4096", .ref = "IEEE 802.1Q 14.2.5" },
	{ .name = "bridge_ext", BITS(140, 12), .kind = FIELD_DEC, .when = &tree,
	  .label = "its system number", .ref = "IEEE 802.1Q 14.2.5" },
	{ .name = "bridge", BYTES(19, 6), .kind = FIELD_MAC, .flags = FIELD_LINE, .when = &tree,
	  .label = "bridge that sent this", .ref = REF },
	{ .name = "port", BYTES(25, 2), .kind = FIELD_HEX, .flags = FIELD_LINE, .when = &tree,
	  .label = "port that sent this, with its priority", .ref = "IEEE 802.1Q 14.2.7" },
	{ .name = "age", BYTES(27, 2), .kind = FIELD_DEC, .when = &tree,
	  .label = "age of the message, s/256", .ref = REF },
	{ .name = "max_age", BYTES(29, 2), .kind = FIELD_DEC, .when = &tree,
	  .label = "age at which it is dropped, s/256", .ref = REF },
	{ .name = "hello", BYTES(31, 2), .kind = FIELD_DEC, .when = &tree,
	  .label = "time between messages, s/256", .ref = REF },
	{ .name = "delay", BYTES(33, 2), .kind = FIELD_DEC, .when = &tree,
	  .label = "forward delay, s/256", .ref = REF },
	{ .name = "v1_len", BYTES(35, 1), .kind = FIELD_DEC, .when = &rapid,
	  .label = "bytes of version 1, 0", .ref = REF },
};

static const struct field mst[] = {
	{ .name = "len", BYTES(0, 2), .kind = FIELD_DEC, .label = "bytes of version 3",
	  .ref = "IEEE 802.1Q 14.4" },
	{ .name = "selector", BYTES(2, 1), .kind = FIELD_DEC, .label = "format of the name",
	  .ref = "IEEE 802.1Q 13.8" },
	{ .name = "name", BYTES(3, 32), .kind = FIELD_TEXT, .flags = FIELD_LINE,
	  .label = "name of the region", .ref = "IEEE 802.1Q 13.8" },
	{ .name = "revision", BYTES(35, 2), .kind = FIELD_DEC, .label = "revision",
	  .ref = "IEEE 802.1Q 13.8" },
	{ .name = "digest", BYTES(37, 16), .kind = FIELD_BYTES, .label = "digest of the VLANs",
	  .ref = "IEEE 802.1Q 13.8" },
	{ .name = "cost", BYTES(53, 4), .kind = FIELD_DEC, .label = "internal cost to the root",
	  .ref = "IEEE 802.1Q 14.4" },
	{ .name = "bridge_prio", BITS(456, 4), .kind = FIELD_DEC,
	  .label = "priority of the bridge, in 4096", .ref = "IEEE 802.1Q 14.4" },
	{ .name = "bridge_ext", BITS(460, 12), .kind = FIELD_DEC, .label = "its system number",
	  .ref = "IEEE 802.1Q 14.4" },
	{ .name = "bridge", BYTES(59, 6), .kind = FIELD_MAC, .label = "bridge of the common tree",
	  .ref = "IEEE 802.1Q 14.4" },
	{ .name = "hops", BYTES(65, 1), .kind = FIELD_DEC, .label = "hops that are left",
	  .ref = "IEEE 802.1Q 14.4" },
};

static const struct field msti[] = {
	{ .name = "flags", BYTES(0, 1), .kind = FIELD_FLAGS, .names = flag_names, .label = "flags",
	  .ref = "IEEE 802.1Q 14.4.1" },
	{ .name = "role", BITS(4, 2), .kind = FIELD_DEC, .flags = FIELD_VIEW, .names = roles,
	  .label = "role of the port", .ref = "IEEE 802.1Q 14.4.1" },
	{ .name = "prio", BITS(8, 4), .kind = FIELD_DEC,
	  .label = "priority of the regional root, in 4096", .ref = "IEEE 802.1Q 14.4.1" },
	{ .name = "id", BITS(12, 12), .kind = FIELD_DEC, .label = "number of the tree",
	  .ref = "IEEE 802.1Q 14.4.1" },
	{ .name = "root", BYTES(3, 6), .kind = FIELD_MAC, .label = "regional root",
	  .ref = "IEEE 802.1Q 14.4.1" },
	{ .name = "cost", BYTES(9, 4), .kind = FIELD_DEC, .label = "cost to it",
	  .ref = "IEEE 802.1Q 14.4.1" },
	{ .name = "bridge_prio", BITS(104, 4), .kind = FIELD_DEC,
	  .label = "priority of the bridge, in 4096", .ref = "IEEE 802.1Q 14.4.1" },
	{ .name = "port_prio", BITS(112, 4), .kind = FIELD_DEC,
	  .label = "priority of the port, in 16", .ref = "IEEE 802.1Q 14.4.1" },
	{ .name = "hops", BYTES(15, 1), .kind = FIELD_DEC, .label = "hops that are left",
	  .ref = "IEEE 802.1Q 14.4.1" },
};

static const struct opt_def groups[] = {
	{ .name = "mst", FIELDS(mst), .ref = REF },
	{ .name = "msti", FIELDS(msti), .ref = REF },
};

enum { RAPID_BYTES = 36, MST_BYTES = 66, MSTI_BYTES = 16 };

static void find(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, RAPID_BYTES), *head;
	unsigned int left;

	if (!p || p[2] < 3 || p[3] != 2)
		return;
	head = cur_take(c, MST_BYTES);
	if (!head)
		return;
	found_group(fi, &groups[0], head, MST_BYTES);
	left = get_be16(head);
	if (left < MST_BYTES - 2 || (left - (MST_BYTES - 2) > cur_left(c) && !fi->cut))
		return found_bad(fi, "bytes of version 3", left);
	for (left -= MST_BYTES - 2; left >= MSTI_BYTES; left -= MSTI_BYTES) {
		p = cur_take(c, MSTI_BYTES);
		if (!p)
			return;
		found_group(fi, &groups[1], p, MSTI_BYTES);
	}
}

static const struct len_case lengths[] = { { 0, 35 }, { 2, RAPID_BYTES }, { 0, 0 } };

const struct proto proto_stp = {
	.name = "stp", .alias = "rstp mstp", .label = "Spanning tree", .ref = "IEEE 802.1Q 14",
	.flags = PROTO_ALL, .min_bytes = 4,
	.hdr = { .at = { 24, 8 }, .cases = lengths },
	FIELDS(fields),
	OPTIONS(groups),
	.find = find,
	.in = { { REG_LLC_SAP, 0x42 } },
};
