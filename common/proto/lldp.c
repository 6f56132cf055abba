// SPDX-License-Identifier: GPL-2.0-or-later
/* lldp - link layer discovery: what a neighbour says of itself, with the organisationally specific
 * elements of IEEE 802.1, IEEE 802.3 and of media endpoints. All of it is elements (TLVs). */
#include "proto/found.h"
#include "proto/tables.h"

#define REF "IEEE 802.1AB 8.5"
#define Q   "IEEE 802.1Q annex D"
#define P3  "IEEE 802.3 79.3"
#define MED "ANSI/TIA-1057 10.2"

static const struct tlv_layout layout = {
	.kind = { 0, 7 }, .len = { 7, 9 }, .unit = 1, .add = 2, .end = 0,
	.flags = TLV_END | TLV_TO_END | TLV_LINES | TLV_SHOWN,
};

static const struct value_name chassis_types[] = {
	{ 1, "component" }, { 2, "interface-alias" }, { 3, "port-component" }, { 4, "mac" },
	{ 5, "network-address" }, { 6, "interface-name" }, { 7, "local" }, { 0, NULL },
};

static const struct field_when chassis_text = { { 16, 8 }, 5, { 1, 2, 3, 6, 7 } };
static const struct field_when chassis_mac = { { 16, 8 }, 1, { 4 } };
static const struct field_when chassis_ip = { { 16, 16 }, 1, { 0x501 } };
static const struct field_when chassis_ip6 = { { 16, 16 }, 1, { 0x502 } };

static const struct field chassis[] = {
	{ .name = "subtype", BYTES(2, 1), .kind = FIELD_DEC, .names = chassis_types, .dflt = 4,
	  .label = "what the identifier is", .ref = "IEEE 802.1AB 8.5.2" },
	{ .name = "mac", BYTES(3, 6), .kind = FIELD_MAC, .flags = FIELD_LINE, .when = &chassis_mac,
	  .label = "identifier, a link address", .ref = "IEEE 802.1AB 8.5.2" },
	{ .name = "id", .at = { 24, 0 }, .kind = FIELD_TEXT, .flags = FIELD_REST | FIELD_LINE,
	  .when = &chassis_text, .label = "identifier, text", .ref = "IEEE 802.1AB 8.5.2" },
	{ .name = "addr", BYTES(4, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE, .when = &chassis_ip,
	  .label = "identifier, an address", .ref = "IEEE 802.1AB 8.5.2" },
	{ .name = "addr6", BYTES(4, 16), .kind = FIELD_IPV6, .flags = FIELD_LINE,
	  .when = &chassis_ip6, .label = "identifier, an address", .ref = "IEEE 802.1AB 8.5.2" },
};

static const struct value_name port_types[] = {
	{ 1, "interface-alias" }, { 2, "port-component" }, { 3, "mac" }, { 4, "network-address" },
	{ 5, "interface-name" }, { 6, "agent-circuit" }, { 7, "local" }, { 0, NULL },
};

static const struct field_when port_text = { { 16, 8 }, 5, { 1, 2, 5, 6, 7 } };
static const struct field_when port_mac = { { 16, 8 }, 1, { 3 } };
static const struct field_when port_ip = { { 16, 16 }, 1, { 0x401 } };
static const struct field_when port_ip6 = { { 16, 16 }, 1, { 0x402 } };

static const struct field port[] = {
	{ .name = "subtype", BYTES(2, 1), .kind = FIELD_DEC, .names = port_types,
	  .label = "what the identifier is", .ref = "IEEE 802.1AB 8.5.3" },
	{ .name = "mac", BYTES(3, 6), .kind = FIELD_MAC, .flags = FIELD_LINE, .when = &port_mac,
	  .label = "identifier, a link address", .ref = "IEEE 802.1AB 8.5.3" },
	{ .name = "id", .at = { 24, 0 }, .kind = FIELD_TEXT, .flags = FIELD_REST | FIELD_LINE,
	  .when = &port_text, .label = "identifier, text", .ref = "IEEE 802.1AB 8.5.3" },
	{ .name = "addr", BYTES(4, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE, .when = &port_ip,
	  .label = "identifier, an address", .ref = "IEEE 802.1AB 8.5.3" },
	{ .name = "addr6", BYTES(4, 16), .kind = FIELD_IPV6, .flags = FIELD_LINE, .when = &port_ip6,
	  .label = "identifier, an address", .ref = "IEEE 802.1AB 8.5.3" },
};

static const struct field ttl[] = {
	{ .name = "seconds", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "how long this holds, s", .ref = "IEEE 802.1AB 8.5.4" },
};

static const struct field text[] = {
	{ .name = "text", .at = { 16, 0 }, .kind = FIELD_TEXT, .flags = FIELD_REST, .label = "text",
	  .ref = "IEEE 802.1AB 8.5.5" },
};

static const struct field shown[] = {
	{ .name = "text", .at = { 16, 0 }, .kind = FIELD_TEXT, .flags = FIELD_REST | FIELD_LINE,
	  .label = "text", .ref = "IEEE 802.1AB 8.5.6" },
};

static const struct value_name cap_bits[] = {
	{ 1, "other" }, { 2, "repeater" }, { 4, "bridge" }, { 8, "access-point" },
	{ 0x10, "router" }, { 0x20, "telephone" }, { 0x40, "docsis" }, { 0x80, "station" },
	{ 0x100, "c-vlan" }, { 0x200, "s-vlan" }, { 0x400, "two-port-relay" }, { 0, NULL },
};

static const struct field caps[] = {
	{ .name = "system", BYTES(2, 2), .kind = FIELD_FLAGS, .names = cap_bits,
	  .label = "what the system can be", .ref = "IEEE 802.1AB 8.5.8" },
	{ .name = "enabled", BYTES(4, 2), .kind = FIELD_FLAGS, .names = cap_bits,
	  .label = "what of it is switched on", .ref = "IEEE 802.1AB 8.5.8" },
};

static const struct value_name if_numbering[] = {
	{ 1, "unknown" }, { 2, "ifindex" }, { 3, "port-number" }, { 0, NULL },
};

static const struct value_name addr_types[] = {
	{ 1, "ip" }, { 2, "ip6" }, { 6, "mac" }, { 16, "name" }, { 0, NULL },
};

enum { MGMT_ADDR_TYPE, MGMT_ADDR, MGMT_ADDR6, MGMT_MAC, MGMT_OTHER, MGMT_IF_TYPE, MGMT_IF_NUMBER,
       MGMT_OID };

static const struct field mgmt[] = {
	[MGMT_ADDR_TYPE] = { .name = "addr_type", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .names = addr_types, .label = "address family",
		.ref = "IEEE 802.1AB 8.5.9" },
	[MGMT_ADDR] = { .name = "addr", .kind = FIELD_IPV4, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "address for management", .ref = "IEEE 802.1AB 8.5.9" },
	[MGMT_ADDR6] = { .name = "addr6", .kind = FIELD_IPV6, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "address for management", .ref = "IEEE 802.1AB 8.5.9" },
	[MGMT_MAC] = { .name = "mac", .kind = FIELD_MAC, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "address for management", .ref = "IEEE 802.1AB 8.5.9" },
	[MGMT_OTHER] = { .name = "other", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		.label = "address for management of another family", .ref = "IEEE 802.1AB 8.5.9" },
	[MGMT_IF_TYPE] = { .name = "if_type", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .names = if_numbering,
		.label = "how the interface is counted", .ref = "IEEE 802.1AB 8.5.9" },
	[MGMT_IF_NUMBER] = { .name = "if_number", .at = { 0, 32 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "number of the interface",
		.ref = "IEEE 802.1AB 8.5.9" },
	[MGMT_OID] = { .name = "oid", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		.label = "object identifier", .ref = "IEEE 802.1AB 8.5.9" },
};

/* The address with its length; false when it cannot be read. */
static bool find_addr(struct cur *c, struct finder *fi)
{
	unsigned int n = cur_u8(c), type;
	const uint8_t *p;

	if (!n || n > 32)
		return found_bad(fi, "length of an address", n), false;
	type = cur_u8(c);
	p = cur_take(c, n - 1);
	if (!p && !fi->cut)
		found_bad(fi, "length of an address", n);
	if (!p)
		return false;
	found_number(fi, &mgmt[MGMT_ADDR_TYPE], type);
	if (type == 1 && n == 5)
		found_bytes(fi, &mgmt[MGMT_ADDR], p, 4);
	else if (type == 2 && n == 17)
		found_bytes(fi, &mgmt[MGMT_ADDR6], p, 16);
	else if (type == 6 && n == 7)
		found_bytes(fi, &mgmt[MGMT_MAC], p, 6);
	else
		found_bytes(fi, &mgmt[MGMT_OTHER], p, n - 1);
	return true;
}

static void find_mgmt(struct cur *c, struct finder *fi)
{
	const uint8_t *p;
	unsigned int n;

	cur_skip(c, 2);
	if (!find_addr(c, fi))
		return;
	p = cur_take(c, 6);
	if (!p)
		return;
	found_number(fi, &mgmt[MGMT_IF_TYPE], p[0]);
	found_number(fi, &mgmt[MGMT_IF_NUMBER], get_be32(p + 1));
	n = p[5];
	p = n ? cur_take(c, n) : NULL;
	if (p)
		found_bytes(fi, &mgmt[MGMT_OID], p, n);
	else if (n && !fi->cut)
		found_bad(fi, "length of an object identifier", n);
}

/* Organisation and subtype together. */
#define ORG(name, v) static const struct field_when name = { { 16, 32 }, 1, { v } }
ORG(q_pvid, 0x0080c201);
ORG(q_ppvid, 0x0080c202);
ORG(q_vlan, 0x0080c203);
ORG(q_protocol, 0x0080c204);
ORG(q_digest, 0x0080c205);
ORG(q_mgmt, 0x0080c206);
ORG(q_pfc, 0x0080c20b);
ORG(p_phy, 0x00120f01);
ORG(p_power, 0x00120f02);
ORG(p_size, 0x00120f04);
ORG(p_eee, 0x00120f05);
ORG(m_caps, 0x0012bb01);
ORG(m_policy, 0x0012bb02);
ORG(m_power, 0x0012bb04);
static const struct field_when aggregation = { { 16, 32 }, 2, { 0x0080c207, 0x00120f03 } };
static const struct field_when ets = { { 16, 32 }, 2, { 0x0080c209, 0x0080c20a } };
static const struct field_when org_q = { { 16, 24 }, 1, { 0x0080c2 } };
static const struct field_when org_p3 = { { 16, 24 }, 1, { 0x00120f } };
static const struct field_when org_med = { { 16, 24 }, 1, { 0x0012bb } };
static const struct field_when m_text = {
	{ 16, 32 }, 7, { 0x0012bb05, 0x0012bb06, 0x0012bb07, 0x0012bb08, 0x0012bb09, 0x0012bb0a,
			 0x0012bb0b },
};

static const struct value_name ouis[] = {
	{ 0x0080c2, "ieee-802.1" }, { 0x00120f, "ieee-802.3" }, { 0x0012bb, "media" },
	{ 0x000ecf, "profibus" }, { 0x30b216, "hytec" }, { 0x00000c, "cisco" },
	{ 0x001b21, "intel" }, { 0x08002b, "dec" }, { 0, NULL },
};

static const struct value_name q_types[] = {
	{ 1, "port-vlan" }, { 2, "protocol-vlan" }, { 3, "vlan-name" }, { 4, "protocol" },
	{ 5, "vid-digest" }, { 6, "management-vlan" }, { 7, "aggregation" }, { 8, "congestion" },
	{ 9, "ets-configuration" }, { 10, "ets-recommendation" }, { 11, "pfc" },
	{ 12, "application-priority" }, { 13, "evb" }, { 14, "cdcp" }, { 0, NULL },
};

static const struct value_name p3_types[] = {
	{ 1, "mac-phy" }, { 2, "power" }, { 3, "aggregation" }, { 4, "max-frame" }, { 5, "eee" },
	{ 6, "eee-fast" }, { 7, "additional-ethernet" }, { 8, "power-measure" }, { 0, NULL },
};

static const struct value_name med_types[] = {
	{ 1, "capabilities" }, { 2, "network-policy" }, { 3, "location" }, { 4, "power" },
	{ 5, "hardware" }, { 6, "firmware" }, { 7, "software" }, { 8, "serial" },
	{ 9, "manufacturer" }, { 10, "model" }, { 11, "asset" }, { 0, NULL },
};

static const struct value_name ppvid_bits[] = {
	{ 2, "supported" }, { 4, "enabled" }, { 0, NULL },
};

static const struct value_name aggregation_bits[] = {
	{ 1, "capable" }, { 2, "enabled" }, { 0, NULL },
};

static const struct value_name autoneg_bits[] = {
	{ 1, "supported" }, { 2, "enabled" }, { 0, NULL },
};

static const struct value_name pmd_bits[] = {
	{ 0x8000, "other" }, { 0x4000, "10base-t" }, { 0x2000, "10base-t-fd" },
	{ 0x1000, "100base-t4" }, { 0x800, "100base-tx" }, { 0x400, "100base-tx-fd" },
	{ 0x200, "100base-t2" }, { 0x100, "100base-t2-fd" }, { 0x80, "pause" },
	{ 0x40, "asym-pause" }, { 0x20, "sym-pause" }, { 0x10, "asym-sym-pause" },
	{ 0x8, "1000base-x" }, { 0x4, "1000base-x-fd" }, { 0x2, "1000base-t" },
	{ 0x1, "1000base-t-fd" }, { 0, NULL },
};

static const struct value_name mau_types[] = {
	{ 5, "10base-t" }, { 10, "10base-t-hd" }, { 11, "10base-t-fd" }, { 15, "100base-tx-hd" },
	{ 16, "100base-tx-fd" }, { 17, "100base-fx-hd" }, { 18, "100base-fx-fd" },
	{ 21, "1000base-x-hd" }, { 22, "1000base-x-fd" }, { 23, "1000base-lx-hd" },
	{ 24, "1000base-lx-fd" }, { 25, "1000base-sx-hd" }, { 26, "1000base-sx-fd" },
	{ 29, "1000base-t-hd" }, { 30, "1000base-t-fd" }, { 31, "10gbase-x" }, { 33, "10gbase-r" },
	{ 34, "10gbase-er" }, { 35, "10gbase-lr" }, { 36, "10gbase-sr" }, { 54, "10gbase-t" },
	{ 55, "10gbase-lrm" }, { 0, NULL },
};

static const struct value_name mdi_bits[] = {
	{ 1, "pse" }, { 2, "supported" }, { 4, "enabled" }, { 8, "pairs-controllable" },
	{ 0, NULL },
};

static const struct value_name policy_types[] = {
	{ 1, "voice" }, { 2, "voice-signalling" }, { 3, "guest-voice" },
	{ 4, "guest-voice-signalling" }, { 5, "softphone-voice" }, { 6, "video-conference" },
	{ 7, "streaming-video" }, { 8, "video-signalling" }, { 0, NULL },
};

static const struct value_name med_cap_bits[] = {
	{ 1, "capabilities" }, { 2, "network-policy" }, { 4, "location" }, { 8, "pse" },
	{ 0x10, "pd" }, { 0x20, "inventory" }, { 0, NULL },
};

static const struct value_name med_classes[] = {
	{ 0, "none" }, { 1, "endpoint-1" }, { 2, "endpoint-2" }, { 3, "endpoint-3" },
	{ 4, "network" }, { 0, NULL },
};

static const struct field org[] = {
	{ .name = "oui", BYTES(2, 3), .kind = FIELD_HEX, .names = ouis, .label = "organisation",
	  .ref = "IEEE 802.1AB 8.6" },
	{ .name = "subtype", BYTES(5, 1), .kind = FIELD_DEC, .names = q_types, .when = &org_q,
	  .label = "element of the organisation", .ref = Q },
	{ .name = "subtype", BYTES(5, 1), .kind = FIELD_DEC, .names = p3_types, .when = &org_p3,
	  .label = "element of the organisation", .ref = P3 },
	{ .name = "subtype", BYTES(5, 1), .kind = FIELD_DEC, .names = med_types, .when = &org_med,
	  .label = "element of the organisation", .ref = MED },
	{ .name = "pvid", BYTES(6, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &q_pvid,
	  .label = "VLAN of untagged frames", .ref = Q },
	{ .name = "ppvid_flags", BYTES(6, 1), .kind = FIELD_FLAGS, .names = ppvid_bits,
	  .when = &q_ppvid, .label = "port and protocol VLANs", .ref = Q },
	{ .name = "ppvid", BYTES(7, 2), .kind = FIELD_DEC, .when = &q_ppvid,
	  .label = "port and protocol VLAN", .ref = Q },
	{ .name = "vlan", BYTES(6, 2), .kind = FIELD_DEC, .when = &q_vlan, .label = "VLAN",
	  .ref = Q },
	{ .name = "vlan_name", .at = { 72, 0 }, .kind = FIELD_TEXT, .flags = FIELD_REST,
	  .when = &q_vlan, .label = "its name", .ref = Q },
	{ .name = "protocol", .at = { 56, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .when = &q_protocol, .label = "protocol that the port speaks", .ref = Q },
	{ .name = "digest", BYTES(6, 4), .kind = FIELD_HEX, .when = &q_digest,
	  .label = "digest of the VLANs in use", .ref = Q },
	{ .name = "mgmt_vlan", BYTES(6, 2), .kind = FIELD_DEC, .when = &q_mgmt,
	  .label = "VLAN for management", .ref = Q },
	{ .name = "status", BYTES(6, 1), .kind = FIELD_FLAGS, .names = aggregation_bits,
	  .when = &aggregation, .label = "link aggregation", .ref = "IEEE 802.1AX 6.1" },
	{ .name = "port_id", BYTES(7, 4), .kind = FIELD_DEC, .when = &aggregation,
	  .label = "number of the aggregated port", .ref = "IEEE 802.1AX 6.1" },
	{ .name = "willing", BITS(48, 1), .kind = FIELD_BOOL, .when = &ets,
	  .label = "takes the configuration of others", .ref = Q },
	{ .name = "cbs", BITS(49, 1), .kind = FIELD_BOOL, .when = &ets,
	  .label = "credit-based shaper supported", .ref = Q },
	{ .name = "max_classes", BITS(53, 3), .kind = FIELD_DEC, .when = &ets,
	  .label = "traffic classes, 0: 8", .ref = Q },
	{ .name = "priorities", BYTES(7, 4), .kind = FIELD_HEX, .when = &ets,
	  .label = "class of each priority, 4 bits each", .ref = Q },
	{ .name = "bandwidth", BYTES(11, 8), .kind = FIELD_BYTES, .when = &ets,
	  .label = "bandwidth of each class, per cent", .ref = Q },
	{ .name = "algorithms", BYTES(19, 8), .kind = FIELD_BYTES, .when = &ets,
	  .label = "selection algorithm of each class", .ref = Q },
	{ .name = "pfc_willing", BITS(48, 1), .kind = FIELD_BOOL, .when = &q_pfc,
	  .label = "takes the configuration of others", .ref = Q },
	{ .name = "mbc", BITS(49, 1), .kind = FIELD_BOOL, .when = &q_pfc, .label = "MACsec bypass",
	  .ref = Q },
	{ .name = "pfc_classes", BITS(52, 4), .kind = FIELD_DEC, .when = &q_pfc,
	  .label = "classes that can have it at once", .ref = Q },
	{ .name = "pfc_enabled", BYTES(7, 1), .kind = FIELD_HEX, .when = &q_pfc,
	  .label = "priorities that have it", .ref = Q },
	{ .name = "autoneg", BYTES(6, 1), .kind = FIELD_FLAGS, .names = autoneg_bits,
	  .when = &p_phy, .label = "auto-negotiation", .ref = P3 },
	{ .name = "pmd", BYTES(7, 2), .kind = FIELD_FLAGS, .names = pmd_bits, .when = &p_phy,
	  .label = "what is offered", .ref = P3 },
	{ .name = "mau", BYTES(9, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = mau_types,
	  .when = &p_phy, .label = "kind of link in use", .ref = P3 },
	{ .name = "mdi", BYTES(6, 1), .kind = FIELD_FLAGS, .names = mdi_bits, .when = &p_power,
	  .label = "power support", .ref = P3 },
	{ .name = "pairs", BYTES(7, 1), .kind = FIELD_DEC, .when = &p_power,
	  .label = "pairs, 1: signal, 2: spare", .ref = P3 },
	{ .name = "power_class", BYTES(8, 1), .kind = FIELD_DEC, .when = &p_power,
	  .label = "power class and 1", .ref = P3 },
	{ .name = "type_priority", BYTES(9, 1), .kind = FIELD_HEX, .when = &p_power,
	  .label = "type, source, priority", .ref = P3 },
	{ .name = "requested", BYTES(10, 2), .kind = FIELD_DEC, .when = &p_power,
	  .label = "power asked for, 0.1 W", .ref = P3 },
	{ .name = "allocated", BYTES(12, 2), .kind = FIELD_DEC, .when = &p_power,
	  .label = "power given, 0.1 W", .ref = P3 },
	{ .name = "max_frame", BYTES(6, 2), .kind = FIELD_DEC, .when = &p_size,
	  .label = "largest frame, bytes", .ref = P3 },
	{ .name = "tx_wake", BYTES(6, 2), .kind = FIELD_DEC, .when = &p_eee,
	  .label = "time to wake the sender, us", .ref = P3 },
	{ .name = "rx_wake", BYTES(8, 2), .kind = FIELD_DEC, .when = &p_eee,
	  .label = "time to wake the receiver, us", .ref = P3 },
	{ .name = "fallback", BYTES(10, 2), .kind = FIELD_DEC, .when = &p_eee,
	  .label = "second choice of the receiver, us", .ref = P3 },
	{ .name = "med_caps", BYTES(6, 2), .kind = FIELD_FLAGS, .names = med_cap_bits,
	  .when = &m_caps, .label = "elements that are known", .ref = MED },
	{ .name = "class", BYTES(8, 1), .kind = FIELD_DEC, .names = med_classes, .when = &m_caps,
	  .label = "kind of device", .ref = MED },
	{ .name = "application", BYTES(6, 1), .kind = FIELD_DEC, .names = policy_types,
	  .when = &m_policy, .label = "application", .ref = MED },
	{ .name = "unknown", BITS(56, 1), .kind = FIELD_BOOL, .when = &m_policy,
	  .label = "policy is not known", .ref = MED },
	{ .name = "tagged", BITS(57, 1), .kind = FIELD_BOOL, .when = &m_policy,
	  .label = "frames carry a tag", .ref = MED },
	{ .name = "policy_vlan", BITS(59, 12), .kind = FIELD_DEC, .when = &m_policy,
	  .label = "VLAN of the application", .ref = MED },
	{ .name = "priority", BITS(71, 3), .kind = FIELD_DEC, .when = &m_policy,
	  .label = "priority of the tag", .ref = MED },
	{ .name = "dscp", BITS(74, 6), .kind = FIELD_DEC, .when = &m_policy,
	  .label = "differentiated services", .ref = MED },
	{ .name = "power_type", BITS(48, 2), .kind = FIELD_DEC, .when = &m_power,
	  .label = "0: PSE, 1: PD", .ref = MED },
	{ .name = "power_source", BITS(50, 2), .kind = FIELD_DEC, .when = &m_power,
	  .label = "source", .ref = MED },
	{ .name = "power_priority", BITS(52, 4), .kind = FIELD_DEC, .when = &m_power,
	  .label = "priority, 1: critical", .ref = MED },
	{ .name = "power", BYTES(7, 2), .kind = FIELD_DEC, .when = &m_power,
	  .label = "power, 0.1 W", .ref = MED },
	{ .name = "text", .at = { 48, 0 }, .kind = FIELD_TEXT, .flags = FIELD_REST, .when = &m_text,
	  .label = "text", .ref = MED },
};

enum { APPLICATION_APP_PRIORITY, APPLICATION_SELECTOR, APPLICATION_APP_PROTOCOL };

static const struct field application[] = {
	[APPLICATION_APP_PRIORITY] = { .name = "app_priority", .at = { 0, 3 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_ARRAY,
		.label = "priorities of the table of applications", .ref = Q },
	[APPLICATION_SELECTOR] = { .name = "selector", .at = { 0, 3 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_ARRAY,
		.label = "how the protocol is told, 1: ethertype, 2 to 4: port", .ref = Q },
	[APPLICATION_APP_PROTOCOL] = { .name = "app_protocol", .at = { 0, 16 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_ARRAY, .label = "ethertype or port", .ref = Q },
};

/* Entries of the table of applications: three lists side by side. */
static void find_org(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, 7), *first = c->p;
	size_t n = cur_left(c) / 3;

	if (!p || get_be32(p + 2) != 0x0080c20c)
		return;
	for (size_t i = 0; i < n; i++)
		found_number(fi, &application[APPLICATION_APP_PRIORITY], first[i * 3] >> 5);
	for (size_t i = 0; i < n; i++)
		found_number(fi, &application[APPLICATION_SELECTOR], first[i * 3] & 7);
	for (size_t i = 0; i < n; i++)
		found_number(fi, &application[APPLICATION_APP_PROTOCOL],
			     get_be16(first + i * 3 + 1));
}

static const struct opt_def opts[] = {
	{ .kind = 0, .name = "end", .min_bytes = 2, .max_bytes = 2, .ref = "IEEE 802.1AB 8.5.1" },
	{ .kind = 1, .name = "chassis", .min_bytes = 4, .max_bytes = 258, FIELDS(chassis),
	  .ref = "IEEE 802.1AB 8.5.2" },
	{ .kind = 2, .name = "port", .min_bytes = 4, .max_bytes = 258, FIELDS(port),
	  .ref = "IEEE 802.1AB 8.5.3" },
	{ .kind = 3, .name = "ttl", .min_bytes = 4, FIELDS(ttl), .ref = "IEEE 802.1AB 8.5.4" },
	{ .kind = 4, .name = "port_descr", .min_bytes = 2, .max_bytes = 257, FIELDS(text),
	  .ref = "IEEE 802.1AB 8.5.5" },
	{ .kind = 5, .name = "name", .min_bytes = 2, .max_bytes = 257, FIELDS(shown),
	  .ref = "IEEE 802.1AB 8.5.6" },
	{ .kind = 6, .name = "descr", .min_bytes = 2, .max_bytes = 257, FIELDS(text),
	  .ref = "IEEE 802.1AB 8.5.7" },
	{ .kind = 7, .name = "caps", .min_bytes = 6, .max_bytes = 6, FIELDS(caps),
	  .ref = "IEEE 802.1AB 8.5.8" },
	{ .kind = 8, .name = "mgmt", .min_bytes = 11, .max_bytes = 169, FIELDS(mgmt),
	  .find = find_mgmt, .ref = "IEEE 802.1AB 8.5.9" },
	{ .kind = 127, .name = "org", .min_bytes = 6, FIELDS(org), .find = find_org,
	  .ref = "IEEE 802.1AB 8.6" },
};

const struct proto proto_lldp = {
	.name = "lldp", .label = "Link layer discovery", .ref = "IEEE 802.1AB",
	.tlv = &layout,
	OPTIONS(opts),
	.in = { { REG_ETHERTYPE, 0x88cc } },
};
