// SPDX-License-Identifier: GPL-2.0-or-later
/* llc - logical link control of IEEE 802.2, and SNAP. */
#include "proto/linktype.h"
#include "proto/proto.h"
#include "proto/tables.h"

static const struct value_name saps[] = {
	{ 0x00, "null" }, { 0x06, "ip" },	{ 0x42, "stp" },  { 0xaa, "snap" },
	{ 0xe0, "ipx" },  { 0xf0, "netbios" }, { 0xfe, "osi" }, { 0, NULL },
};

static const struct field llc_fields[] = {
	{ .name = "dsap", BYTES(0, 1), .kind = FIELD_HEX, .flags = FIELD_LINE, .names = saps,
	  .label = "destination service access point", .ref = "IEEE 802.2 3.2" },
	{ .name = "ssap", BYTES(1, 1), .kind = FIELD_HEX, .names = saps,
	  .label = "source service access point", .ref = "IEEE 802.2 3.2" },
	{ .name = "ctrl", BYTES(2, 1), .kind = FIELD_HEX, .dflt = 3,
	  .label = "control, first byte", .ref = "IEEE 802.2 3.2" },
};

/* Information and supervisory formats have a control field of two bytes (IEEE 802.2 5.2). */
static const struct len_case llc_len[] = { { 3, 3 }, { 0, 0 } };

const struct proto proto_llc = {
	.name = "llc", .label = "Logical link control", .ref = "IEEE 802.2", .flags = PROTO_LINK,
	.min_bytes = 3,
	.hdr = { .at = { 22, 2 }, .cases = llc_len, .other_bytes = 4 },
	FIELDS(llc_fields),
	.next = { .reg = REG_LLC_SAP, BYTES(0, 1) },
	.in = { { REG_ETHERTYPE, LINK_LLC }, { REG_LINKTYPE, LINKTYPE_ATM_RFC1483 },
		{ REG_LINKTYPE, LINKTYPE_ATM_CLIP }, { REG_ATM, 2 } },
};

static const struct field snap_fields[] = {
	{ .name = "oui", BYTES(0, 3), .kind = FIELD_HEX, .label = "organisation",
	  .ref = "IEEE 802 9.5" },
	{ .name = "type", .alias = "pid", BYTES(3, 2), .kind = FIELD_HEX, .reg = REG_ETHERTYPE,
	  .flags = FIELD_LINE, .label = "ethertype if the organisation is 0",
	  .ref = "RFC 1042" },
};

/* A bridged Ethernet frame, with its FCS and without (RFC 2427 B, RFC 2684 5.2). */
static const struct field_when bridged = { { 0, 40 }, 2, { 0x80c20001, 0x80c20007 } };

/* On ATM two bytes stand before it. Only organisations 0 and 0x0000f8 (bridge-tunnel) count in
 * ethertypes (RFC 1042, IEEE 802.1H). */
static void snap_next(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n)
{
	(void)hdr_bytes;
	if (n->reg == REG_INSIDE) {
		n->stop = n->have < 16;
		if (!n->stop && eth_plausible(hdr + 7, n->have - 2))
			n->value = INSIDE_PAD;
	} else {
		n->stop |= hdr[0] || hdr[1] || (hdr[2] && hdr[2] != 0xf8);
	}
}

const struct proto proto_snap = {
	.name = "snap", .label = "Subnetwork access protocol", .ref = "IEEE 802 9",
	.flags = PROTO_LINK, .min_bytes = 5,
	FIELDS(snap_fields),
	.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(3, 2), .also = INSIDE_ETH,
		  .also_when = &bridged },
	.next_hook = snap_next,
	.in = { { REG_LLC_SAP, 0xaa }, { REG_NLPID, 0x80 } },
};
