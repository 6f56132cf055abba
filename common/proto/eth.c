// SPDX-License-Identifier: GPL-2.0-or-later
/* eth - Ethernet II and IEEE 802.3 frames. */
#include "base/bytes.h"
#include "proto/linktype.h"
#include "proto/names.h"
#include "proto/proto.h"
#include "proto/tables.h"

static const struct field fields[] = {
	{ .name = "dst", .alias = "da daddr", BYTES(0, 6), .kind = FIELD_MAC,
	  .flags = FIELD_LINE | FIELD_DST, .label = "destination address", .ref = "IEEE 802.3 3.2.4" },
	{ .name = "src", .alias = "sa saddr", BYTES(6, 6), .kind = FIELD_MAC,
	  .flags = FIELD_LINE | FIELD_SRC, .label = "source address", .ref = "IEEE 802.3 3.2.5" },
	{ .name = "type", .alias = "etype prot proto", BYTES(12, 2), .kind = FIELD_HEX,
	  .reg = REG_ETHERTYPE, .label = "ethertype, or length below 0x600",
	  .ref = "IEEE 802.3 3.2.6" },
};

/* A number below 0x600 is the length of an LLC frame (IEEE 802.3 3.2.6). */
static void next(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n)
{
	(void)hdr;
	if (n->value >= 0x600)
		return;
	n->total_bytes = hdr_bytes + n->value;
	n->stop = n->value == 0;
	n->value = LINK_LLC;
}

/* All but frames of inter-switch links, which begin alike. */
static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return !isl_check(p, have, bytes);
}

const struct proto proto_eth = {
	.name = "eth", .alias = "ether ethernet teb", .label = "Ethernet", .ref = "IEEE 802.3",
	.flags = PROTO_LINK, .min_bytes = 14,
	FIELDS(fields),
	.next = { .reg = REG_ETHERTYPE, BYTES(12, 2) },
	.next_hook = next,
	.check = check,
	.in = { { REG_LINKTYPE, LINKTYPE_ETHERNET }, { REG_ETHERTYPE, 0x6558 },
		{ REG_INSIDE, INSIDE_ETH }, { REG_IP_PROTO, 143 }, { REG_NSH, 3 } },
};

bool eth_plausible(const uint8_t *p, uint32_t have)
{
	uint16_t type;

	if (have < 14)
		return false;
	type = get_be16(p + 12);
	return type < 0x600 ? type && type <= have - 14 : names_of(REG_ETHERTYPE, type) != NULL;
}
