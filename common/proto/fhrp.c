// SPDX-License-Identifier: GPL-2.0-or-later
/* fhrp - routers that stand in for each other: VRRP versions 2 and 3, HSRP versions 1 and 2. */
#include "proto/found.h"
#include "proto/tables.h"

#define REF "RFC 5798 5.2"

static const struct value_name vrrp_types[] = {
	{ 1, "advertisement" }, { 0, NULL },
};

static const struct value_name auth_types[] = {
	{ 0, "none" }, { 1, "password" }, { 2, "ip-auth-header" }, { 0, NULL },
};

static const struct field_when two = { { 0, 4 }, 1, { 2 } };
static const struct field_when three = { { 0, 4 }, 1, { 3 } };

static const struct field fields[] = {
	{ .name = "version", BITS(0, 4), .kind = FIELD_DEC, .dflt = 3, .label = "version",
	  .ref = REF },
	{ .name = "type", BITS(4, 4), .kind = FIELD_DEC, .names = vrrp_types, .dflt = 1,
	  .label = "message type", .ref = REF },
	{ .name = "vrid", BYTES(1, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "number of the virtual router", .ref = REF },
	{ .name = "prio", BYTES(2, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "priority, 0: gives up, 255: owner", .ref = REF },
	{ .name = "count", BYTES(3, 1), .kind = FIELD_DEC, .label = "number of addresses",
	  .ref = REF },
	{ .name = "auth", BYTES(4, 1), .kind = FIELD_DEC, .names = auth_types, .when = &two,
	  .label = "authentication", .ref = "RFC 3768 5.3.6" },
	{ .name = "interval", BYTES(5, 1), .kind = FIELD_DEC, .when = &two,
	  .label = "time between messages, s", .ref = "RFC 3768 5.3.7" },
	{ .name = "max_adver", BITS(36, 12), .kind = FIELD_DEC, .when = &three,
	  .label = "time between messages, 0.01 s", .ref = "RFC 5798 5.2.7" },
	{ .name = "csum", .alias = "checksum", BYTES(6, 2), .kind = FIELD_HEX,
	  .label = "checksum, from version 3 with the pseudo header", .ref = REF },
	{ .name = "addr", .kind = FIELD_IPV4, .flags = FIELD_FOUND | FIELD_ARRAY | FIELD_LINE,
	  .label = "addresses that the virtual router has", .ref = REF },
	{ .name = "addr6", .kind = FIELD_IPV6, .flags = FIELD_FOUND | FIELD_ARRAY | FIELD_LINE,
	  .label = "addresses that the virtual router has", .ref = REF },
};

enum { ADDR = 9, ADDR6 };

/* The message does not say of which family its addresses are; their number and its length do. */
static void find(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, 8);
	unsigned int n = p[3], bytes = p[0] >> 4 == 3 && n && cur_left(c) >= n * 16u ? 16 : 4;

	if (p[0] >> 4 != 2 && p[0] >> 4 != 3)
		return;
	for (unsigned int i = 0; i < n; i++) {
		const uint8_t *addr = cur_take(c, bytes);

		if (!addr)
			return fi->cut ? (void)0 : found_bad(fi, "number of addresses", n);
		found_bytes(fi, &fields[bytes == 16 ? ADDR6 : ADDR], addr, bytes);
	}
}

/* Version 2 knows no pseudo header (RFC 3768 5.3.8). */
static uint8_t csum_kind(const uint8_t *hdr)
{
	return hdr[0] >> 4 == 2 ? CSUM_ALL : CSUM_PSEUDO;
}

const struct proto proto_vrrp = {
	.name = "vrrp", .label = "Virtual router redundancy", .ref = "RFC 5798",
	.flags = PROTO_ALL, .min_bytes = 8,
	FIELDS(fields),
	.csum = { .kind = CSUM_PSEUDO, BYTES(6, 2), .kind_of = csum_kind },
	.find = find,
	.in = { { REG_IP_PROTO, 112 } },
};

static const struct value_name hsrp_ops[] = {
	{ 0, "hello" }, { 1, "coup" }, { 2, "resign" }, { 3, "advertise" }, { 0, NULL },
};

static const struct value_name hsrp_states[] = {
	{ 0, "initial" }, { 1, "learn" }, { 2, "listen" }, { 4, "speak" }, { 8, "standby" },
	{ 16, "active" }, { 0, NULL },
};

static const struct field hsrp_fields[] = {
	{ .name = "version", BYTES(0, 1), .kind = FIELD_DEC, .label = "version",
	  .ref = "RFC 2281 5.1" },
	{ .name = "op", BYTES(1, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = hsrp_ops,
	  .label = "kind of message", .ref = "RFC 2281 5.1" },
	{ .name = "state", BYTES(2, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .names = hsrp_states, .label = "state of the sender", .ref = "RFC 2281 5.1" },
	{ .name = "hello", BYTES(3, 1), .kind = FIELD_DEC, .label = "time between hellos, s",
	  .ref = "RFC 2281 5.1" },
	{ .name = "hold", BYTES(4, 1), .kind = FIELD_DEC, .label = "time that they hold, s",
	  .ref = "RFC 2281 5.1" },
	{ .name = "prio", BYTES(5, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .label = "priority",
	  .ref = "RFC 2281 5.1" },
	{ .name = "group", BYTES(6, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "number of the group", .ref = "RFC 2281 5.1" },
	{ .name = "auth", BYTES(8, 8), .kind = FIELD_TEXT, .label = "password in clear",
	  .ref = "RFC 2281 5.1" },
	{ .name = "addr", BYTES(16, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "address of the virtual router", .ref = "RFC 2281 5.1" },
};

static bool hsrp_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have >= 8 && bytes >= 20 && p[0] == 0 && p[1] <= 3 && p[2] <= 16;
}

const struct proto proto_hsrp = {
	.name = "hsrp", .label = "Hot standby routers", .ref = "RFC 2281", .min_bytes = 20,
	FIELDS(hsrp_fields),
	.check = hsrp_check,
	.in = { { REG_UDP_PORT, 1985 } },
};

static const struct value_name hsrp2_states[] = {
	{ 0, "disabled" }, { 1, "initial" }, { 2, "learn" }, { 3, "listen" }, { 4, "speak" },
	{ 5, "standby" }, { 6, "active" }, { 0, NULL },
};

static const struct field_when family4 = { { 40, 8 }, 1, { 4 } };
static const struct field_when family6 = { { 40, 8 }, 1, { 6 } };

static const struct field hsrp2_fields[] = {
	{ .name = "tlv", BYTES(0, 1), .kind = FIELD_DEC, .dflt = 1,
	  .label = "element, 1: state of a group", .ref = "Cisco HSRP version 2" },
	{ .name = "len", BYTES(1, 1), .kind = FIELD_DEC, .dflt = 40, .label = "its bytes",
	  .ref = "Cisco HSRP version 2" },
	{ .name = "version", BYTES(2, 1), .kind = FIELD_DEC, .label = "version",
	  .ref = "Cisco HSRP version 2" },
	{ .name = "op", BYTES(3, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = hsrp_ops,
	  .label = "kind of message", .ref = "Cisco HSRP version 2" },
	{ .name = "state", BYTES(4, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .names = hsrp2_states, .label = "state of the sender", .ref = "Cisco HSRP version 2" },
	{ .name = "family", BYTES(5, 1), .kind = FIELD_DEC, .label = "version of IP",
	  .ref = "Cisco HSRP version 2" },
	{ .name = "group", BYTES(6, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "number of the group", .ref = "Cisco HSRP version 2" },
	{ .name = "router", BYTES(8, 6), .kind = FIELD_MAC, .label = "router that sent this",
	  .ref = "Cisco HSRP version 2" },
	{ .name = "prio", BYTES(14, 4), .kind = FIELD_DEC, .flags = FIELD_LINE, .label = "priority",
	  .ref = "Cisco HSRP version 2" },
	{ .name = "hello", BYTES(18, 4), .kind = FIELD_DEC, .label = "time between hellos, ms",
	  .ref = "Cisco HSRP version 2" },
	{ .name = "hold", BYTES(22, 4), .kind = FIELD_DEC, .label = "time that they hold, ms",
	  .ref = "Cisco HSRP version 2" },
	{ .name = "addr", BYTES(26, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE, .when = &family4,
	  .label = "address of the virtual router", .ref = "Cisco HSRP version 2" },
	{ .name = "addr6", BYTES(26, 16), .kind = FIELD_IPV6, .flags = FIELD_LINE, .when = &family6,
	  .label = "address of the virtual router", .ref = "Cisco HSRP version 2" },
};

static bool hsrp2_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have >= 2 && p[0] == 1 && p[1] == 40 && bytes >= 42;
}

const struct proto proto_hsrp2 = {
	.name = "hsrp2", .label = "Hot standby routers, version 2", .ref = "Cisco HSRP version 2",
	.min_bytes = 42,
	FIELDS(hsrp2_fields),
	.check = hsrp2_check,
	.in = { { REG_UDP_PORT, 1985 }, { REG_UDP_PORT, 2029 } },
};
