// SPDX-License-Identifier: GPL-2.0-or-later
/* mpls - label stack entries (RFC 3032). Nothing on the wire says what follows the last one: its
 * first four bits are taken for an IP version, 0 for a pseudowire control word before Ethernet
 * (RFC 4928 3, RFC 4385 3). */
#include "proto/csum.h"
#include "proto/linktype.h"
#include "proto/proto.h"
#include "proto/tables.h"

#define REF "RFC 3032 2.1"

static const struct value_name labels[] = {
	{ 0, "ipv4-explicit-null" }, { 1, "router-alert" }, { 2, "ipv6-explicit-null" },
	{ 3, "implicit-null" },	     { 7, "entropy-indicator" }, { 13, "gal" }, { 14, "oam-alert" },
	{ 0, NULL },
};

static const struct field fields[] = {
	{ .name = "label", .alias = "lbl", BITS(0, 20), .kind = FIELD_DEC, .names = labels,
	  .flags = FIELD_LINE, .label = "label", .ref = REF },
	{ .name = "tc", .alias = "exp tclass", BITS(20, 3), .kind = FIELD_DEC,
	  .label = "traffic class", .ref = "RFC 5462 2" },
	{ .name = "last", .alias = "s bos", BITS(23, 1), .kind = FIELD_BOOL, .flags = FIELD_LINE,
	  .dflt = 1, .label = "bottom of the stack", .ref = REF },
	{ .name = "ttl", BYTES(3, 1), .kind = FIELD_DEC, .dflt = 64, .label = "time to live",
	  .ref = REF },
};

/* True if an IPv4 header stands at 'p' whose checksum is right. */
static bool ip_proved(const uint8_t *p, uint32_t have)
{
	uint32_t n = (p[0] & 15) * 4u;

	return p[0] >> 4 == 4 && n >= 20 && n <= have && csum_fold(csum_add(0, p, n)) == 0;
}

/* What the first bytes behind the stack look like: IP of either version, an Ethernet frame, one
 * behind a control word, or nothing known. A MAC address can begin with any of these nibbles: a
 * frame of a known type is believed unless an IPv4 checksum says otherwise, and of two places of a
 * frame the one with a known type wins. */
static void guess(const uint8_t *p, struct next *n)
{
	uint32_t have = n->have;
	bool frame = eth_plausible(p, have);
	bool behind = have > 4 && eth_plausible(p + 4, have - 4);

	n->reg = REG_IP_VERSION;
	n->value = p[0] >> 4;
	if (ip_proved(p, have) || (!frame && (n->value == 4 || n->value == 6)))
		return;
	n->reg = REG_INSIDE;
	n->stop = n->value != 0 && !frame;
	n->value = n->value == 0 && (behind || !frame) ? INSIDE_PW : INSIDE_ETH;
}

static void next(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n)
{
	if (!(hdr[2] & 1)) {
		n->reg = REG_ETHERTYPE;
		n->value = 0x8847;
	} else if (n->have) {
		guess(hdr + hdr_bytes, n);
	} else {
		n->stop = true;
	}
}

const struct proto proto_mpls = {
	.name = "mpls", .alias = "mpls-multicast", .label = "Multiprotocol label switching",
	.ref = "RFC 3032", .min_bytes = 4,
	FIELDS(fields),
	.next = { .reg = REG_IP_VERSION, .peek = true, BITS(0, 4) },
	.next_hook = next,
	.in = { { REG_ETHERTYPE, 0x8847 }, { REG_ETHERTYPE, 0x8848 }, { REG_PPP, 0x281 },
		{ REG_LINKTYPE, LINKTYPE_MPLS }, { REG_UDP_PORT, 6635 }, { REG_NSH, 5 } },
};

static const struct field pw_fields[] = {
	{ .name = "zero", BITS(0, 4), .kind = FIELD_DEC, .label = "not an IP version",
	  .ref = "RFC 4385 3" },
	{ .name = "flags", BITS(4, 4), .kind = FIELD_HEX, .label = "flags of the payload",
	  .ref = "RFC 4385 3" },
	{ .name = "frag", BITS(8, 2), .kind = FIELD_DEC, .label = "fragmentation",
	  .ref = "RFC 4623 4" },
	{ .name = "len", BITS(10, 6), .kind = FIELD_DEC, .label = "length if under 64, else 0",
	  .ref = "RFC 4385 3" },
	{ .name = "seq", BYTES(2, 2), .kind = FIELD_DEC, .label = "sequence number",
	  .ref = "RFC 4448 4.6" },
};

const struct proto proto_pw = {
	.name = "pw", .label = "Pseudowire control word before Ethernet", .ref = "RFC 4448",
	.min_bytes = 4,
	FIELDS(pw_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH },
	.in = { { REG_INSIDE, INSIDE_PW } },
};
