// SPDX-License-Identifier: GPL-2.0-or-later
/* dot11 - frames of IEEE 802.11: frame control, addresses by direction, sequence, QoS. Data frames
 * lead to LLC unless they are protected, management frames to dot11_mgmt.c. */
#include "proto/found.h"
#include "proto/linktype.h"
#include "proto/tables.h"

#define REF  "IEEE 802.11 9.2.4"

enum { MANAGEMENT, CONTROL, DATA, EXTENSION };

static const struct value_name types[] = {
	{ 0, "management" }, { 1, "control" }, { 2, "data" }, { 3, "extension" }, { 0, NULL },
};

static const struct value_name flag_names[] = {
	{ 0x01, "to-ds" }, { 0x02, "from-ds" }, { 0x04, "more-fragments" }, { 0x08, "retry" },
	{ 0x10, "sleeps" }, { 0x20, "more-data" }, { 0x40, "protected" }, { 0x80, "order" },
	{ 0, NULL },
};

/* Type and subtype together: subtype * 4 + type. */
static const struct value_name kinds[] = {
	{ 0x00, "association-request" }, { 0x04, "association-response" },
	{ 0x08, "reassociation-request" }, { 0x0c, "reassociation-response" },
	{ 0x10, "probe-request" }, { 0x14, "probe-response" }, { 0x18, "timing-advertisement" },
	{ 0x20, "beacon" }, { 0x24, "atim" }, { 0x28, "disassociation" },
	{ 0x2c, "authentication" }, { 0x30, "deauthentication" }, { 0x34, "action" },
	{ 0x38, "action-no-ack" }, { 0x09, "trigger" }, { 0x0d, "tack" },
	{ 0x11, "beamforming-report-poll" }, { 0x15, "ndp-announcement" },
	{ 0x19, "control-extension" }, { 0x1d, "control-wrapper" }, { 0x21, "block-ack-request" },
	{ 0x25, "block-ack" }, { 0x29, "ps-poll" }, { 0x2d, "rts" }, { 0x31, "cts" },
	{ 0x35, "ack" }, { 0x39, "cf-end" }, { 0x3d, "cf-end-ack" }, { 0x02, "data" },
	{ 0x06, "data-cf-ack" }, { 0x0a, "data-cf-poll" }, { 0x0e, "data-cf-ack-poll" },
	{ 0x12, "null" }, { 0x16, "cf-ack" }, { 0x1a, "cf-poll" }, { 0x1e, "cf-ack-poll" },
	{ 0x22, "qos-data" }, { 0x26, "qos-data-cf-ack" }, { 0x2a, "qos-data-cf-poll" },
	{ 0x2e, "qos-data-cf-ack-poll" }, { 0x32, "qos-null" }, { 0x3a, "qos-cf-poll" },
	{ 0x3e, "qos-cf-ack-poll" }, { 0x03, "dmg-beacon" }, { 0x07, "s1g-beacon" }, { 0, NULL },
};

static const struct field_when sequenced = { { 4, 2 }, 2, { MANAGEMENT, DATA } };

static const struct value_name qos_bits[] = {
	{ 0x0010, "eosp" }, { 0x0020, "ack-no" }, { 0x0040, "ack-block" }, { 0x0080, "amsdu" },
	{ 0, NULL },
};

static const struct field table[] = {
	{ .name = "kind", BITS(0, 6), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = kinds,
	  .dflt = 0, .label = "type and subtype together, subtype * 4 + type",
	  .ref = "IEEE 802.11 9.2.4.1.3" },
	{ .name = "subtype", BITS(0, 4), .kind = FIELD_DEC, .flags = FIELD_VIEW, .label = "subtype",
	  .ref = "IEEE 802.11 9.2.4.1.3" },
	{ .name = "type", BITS(4, 2), .kind = FIELD_DEC, .flags = FIELD_VIEW, .names = types,
	  .label = "type", .ref = "IEEE 802.11 9.2.4.1.3" },
	{ .name = "version", BITS(6, 2), .kind = FIELD_DEC, .label = "version",
	  .ref = "IEEE 802.11 9.2.4.1.2" },
	{ .name = "flags", BYTES(1, 1), .kind = FIELD_FLAGS, .flags = FIELD_LINE,
	  .names = flag_names, .label = "flags", .ref = "IEEE 802.11 9.2.4.1" },
	{ .name = "tods", BITS(15, 1), .kind = FIELD_BOOL, .flags = FIELD_VIEW,
	  .label = "to the distribution system", .ref = "IEEE 802.11 9.2.4.1.4" },
	{ .name = "fromds", BITS(14, 1), .kind = FIELD_BOOL, .flags = FIELD_VIEW,
	  .label = "from the distribution system", .ref = "IEEE 802.11 9.2.4.1.4" },
	{ .name = "retry", BITS(12, 1), .kind = FIELD_BOOL, .flags = FIELD_VIEW,
	  .label = "sent again", .ref = "IEEE 802.11 9.2.4.1.6" },
	{ .name = "protected", BITS(9, 1), .kind = FIELD_BOOL, .flags = FIELD_VIEW,
	  .label = "encrypted", .ref = "IEEE 802.11 9.2.4.1.9" },
	{ .name = "duration", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "time that the medium is taken, us, or association",
	  .ref = "IEEE 802.11 9.2.4.2" },
	{ .name = "addr1", BYTES(4, 6), .kind = FIELD_MAC, .flags = FIELD_VIEW,
	  .label = "first address", .ref = "IEEE 802.11 9.2.4.3" },
	{ .name = "addr2", BYTES(10, 6), .kind = FIELD_MAC, .flags = FIELD_VIEW, .when = &sequenced,
	  .label = "second address", .ref = "IEEE 802.11 9.2.4.3" },
	{ .name = "addr3", BYTES(16, 6), .kind = FIELD_MAC, .flags = FIELD_VIEW, .when = &sequenced,
	  .label = "third address", .ref = "IEEE 802.11 9.2.4.3" },
	{ .name = "seqctl", BYTES(22, 2), .kind = FIELD_HEX, .flags = FIELD_LE | FIELD_VIEW,
	  .when = &sequenced, .label = "sequence and fragment number",
	  .ref = "IEEE 802.11 9.2.4.4" },
	{ .name = "ra", .kind = FIELD_MAC, .flags = FIELD_FOUND | FIELD_LINE, .label = "receiver",
	  .ref = "IEEE 802.11 9.2.4.3.6" },
	{ .name = "ta", .kind = FIELD_MAC, .flags = FIELD_FOUND | FIELD_LINE,
	  .label = "transmitter", .ref = "IEEE 802.11 9.2.4.3.7" },
	{ .name = "sa", .kind = FIELD_MAC, .flags = FIELD_FOUND | FIELD_LINE, .label = "source",
	  .ref = "IEEE 802.11 9.2.4.3.5" },
	{ .name = "da", .kind = FIELD_MAC, .flags = FIELD_FOUND | FIELD_LINE,
	  .label = "destination", .ref = "IEEE 802.11 9.2.4.3.4" },
	{ .name = "bssid", .kind = FIELD_MAC, .flags = FIELD_FOUND | FIELD_LINE,
	  .label = "basic service set", .ref = "IEEE 802.11 9.2.4.3.3" },
	{ .name = "seq", .at = { 0, 12 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .label = "sequence number", .ref = "IEEE 802.11 9.2.4.4.2" },
	{ .name = "frag", .at = { 0, 4 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .label = "fragment number", .ref = "IEEE 802.11 9.2.4.4.3" },
	{ .name = "tid", .at = { 0, 4 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .label = "traffic identifier", .ref = "IEEE 802.11 9.2.4.5.2" },
	{ .name = "qos", .at = { 0, 16 }, .kind = FIELD_FLAGS, .flags = FIELD_FOUND,
	  .names = qos_bits, .label = "quality of service", .ref = "IEEE 802.11 9.2.4.5" },
	{ .name = "htc", .at = { 0, 32 }, .kind = FIELD_HEX, .flags = FIELD_FOUND,
	  .label = "HT control", .ref = "IEEE 802.11 9.2.4.6" },
};

enum { TABLE_RA = 14, TABLE_TA, TABLE_SA, TABLE_DA, TABLE_BSSID, TABLE_SEQ, TABLE_FRAG, TABLE_TID,
       TABLE_QOS, TABLE_HTC };

static uint32_t control_bytes(unsigned int subtype)
{
	return subtype == 12 || subtype == 13 ? 10 : 16;
}

static uint32_t hdr_bytes(const uint8_t *hdr)
{
	unsigned int type = hdr[0] >> 2 & 3, subtype = hdr[0] >> 4;
	bool order = hdr[1] & 0x80;

	if (type == CONTROL)
		return control_bytes(subtype);
	if (type == MANAGEMENT)
		return order ? 28 : 24;
	if (type == EXTENSION)
		return 10;
	return 24 + ((hdr[1] & 3) == 3 ? 6 : 0) + (subtype & 8 ? 2 : 0) +
	       ((subtype & 8) && order ? 4 : 0);
}

/* What each address is for, by to-ds and from-ds (IEEE 802.11 table 9-30). */
static void find_addrs(struct finder *fi, const uint8_t *p, size_t have)
{
	static const uint8_t roles[4][4] = {
		{ TABLE_DA, TABLE_SA, TABLE_BSSID },
		{ TABLE_BSSID, TABLE_SA, TABLE_DA },
		{ TABLE_DA, TABLE_BSSID, TABLE_SA },
		{ TABLE_RA, TABLE_TA, TABLE_DA, TABLE_SA },
	};
	static const uint8_t at[4] = { 4, 10, 16, 24 };
	const uint8_t *role = roles[p[1] & 3];

	for (unsigned int i = 0; i < 4 && role[i]; i++)
		if (at[i] + 6u <= have)
			found_bytes(fi, &table[role[i]], p + at[i], 6);
}

static void find_control(struct cur *c, struct finder *fi, const uint8_t *p)
{
	unsigned int subtype = p[0] >> 4;

	found_bytes(fi, &table[TABLE_RA], p + 4, 6);
	cur_skip(c, 10);
	if (control_bytes(subtype) == 16 && cur_left(c) >= 6)
		found_bytes(fi, &table[TABLE_TA], c->p, 6);
}

static void find(struct cur *c, struct finder *fi)
{
	const uint8_t *p = c->p;
	unsigned int type = p[0] >> 2 & 3, subtype = p[0] >> 4, at = 24;
	size_t have = cur_left(c);

	if (type == CONTROL)
		return find_control(c, fi, p);
	if (type == EXTENSION)
		return found_bytes(fi, &table[TABLE_RA], p + 4, 6);
	find_addrs(fi, p, have);
	if (have < 24)
		return;
	found_number(fi, &table[TABLE_SEQ], get_le16(p + 22) >> 4);
	found_number(fi, &table[TABLE_FRAG], p[22] & 15);
	if (type == DATA && (p[1] & 3) == 3)
		at += 6;
	if (type == DATA && (subtype & 8) && have >= at + 2) {
		found_number(fi, &table[TABLE_TID], p[at] & 15);
		found_number(fi, &table[TABLE_QOS], get_le16(p + at) & ~15);
		at += 2;
	}
	if ((p[1] & 0x80) && have >= at + 4)
		found_number(fi, &table[TABLE_HTC], get_le32(p + at));
}

static void next(const uint8_t *hdr, uint32_t n_bytes, struct next *n)
{
	unsigned int type = hdr[0] >> 2 & 3, subtype = hdr[0] >> 4;
	unsigned int qos = (hdr[1] & 3) == 3 ? 30 : 24;

	n->stop = hdr[1] & 0x40 || (n_bytes > 22 && hdr[22] & 15);
	if (type == MANAGEMENT)
		return;
	/* null frames carry nothing, aggregates carry several frames with heads of their own */
	n->stop |= type != DATA || (subtype & 4) || ((subtype & 8) && (hdr[qos] & 0x80));
	n->reg = REG_ETHERTYPE;
	n->value = LINK_LLC;
}

const struct proto proto_wlan = {
	.name = "wlan", .alias = "dot11", .label = "Wireless LAN frame", .ref = "IEEE 802.11",
	.flags = PROTO_LINK, .min_bytes = 10,
	.hdr_hook = hdr_bytes,
	FIELDS(table),
	.next = { .reg = REG_WLAN_MGMT, BITS(0, 4) },
	.next_hook = next,
	.find = find,
	.in = { { REG_LINKTYPE, LINKTYPE_IEEE802_11 }, { REG_INSIDE, INSIDE_DOT11 } },
};
