// SPDX-License-Identifier: GPL-2.0-or-later
/* vlan - the tag of IEEE 802.1Q and 802.1ad. Its header here is the tag's control information and
 * the ethertype behind it; the tag protocol identifier is the ethertype of the header before. */
#include "proto/proto.h"
#include "proto/tables.h"

static const struct field fields[] = {
	{ .name = "tci", BYTES(0, 2), .kind = FIELD_HEX, .flags = FIELD_VIEW,
	  .label = "tag control information", .ref = "IEEE 802.1Q 9.6" },
	{ .name = "pcp", BITS(0, 3), .kind = FIELD_DEC, .label = "priority code point",
	  .ref = "IEEE 802.1Q 9.6" },
	{ .name = "dei", .alias = "cfi", BITS(3, 1), .kind = FIELD_BOOL,
	  .label = "drop eligible indicator", .ref = "IEEE 802.1Q 9.6" },
	{ .name = "id", .alias = "vid", BITS(4, 12), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "VLAN identifier", .ref = "IEEE 802.1Q 9.6" },
	{ .name = "type", .alias = "etype", BYTES(2, 2), .kind = FIELD_HEX, .reg = REG_ETHERTYPE,
	  .label = "ethertype of what follows, or length below 0x600", .ref = "IEEE 802.1Q 9.4" },
};

static void next(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n)
{
	(void)hdr;
	if (n->value >= 0x600)
		return;
	n->total_bytes = hdr_bytes + n->value;
	n->stop = n->value == 0;
	n->value = LINK_LLC;
}

const struct proto proto_vlan = {
	.name = "vlan", .label = "VLAN tag", .ref = "IEEE 802.1Q", .min_bytes = 4,
	FIELDS(fields),
	.next = { .reg = REG_ETHERTYPE, BYTES(2, 2) },
	.next_hook = next,
	.in = { { REG_ETHERTYPE, 0x8100 }, { REG_ETHERTYPE, 0x88a8 }, { REG_ETHERTYPE, 0x9100 } },
};
