// SPDX-License-Identifier: GPL-2.0-or-later
/* bgp - border gateway: several messages in a segment, with capabilities of an open, attributes
 * and prefixes of an update, reasons of a notification. A message may go on in the next segment,
 * which is not wrong. */
#include <arpa/inet.h>

#include "base/str.h"
#include "proto/found.h"
#include "proto/tables.h"

#define REF  "RFC 4271 4.1"
#define OPEN "RFC 4271 4.2"
#define UPD  "RFC 4271 4.3"

enum { HDR_BYTES = 19, NOTIFICATION = 3 };

static const struct value_name types[] = {
	{ 1, "open" }, { 2, "update" }, { 3, "notification" }, { 4, "keepalive" },
	{ 5, "route-refresh" }, { 0, NULL },
};

static const struct field fields[] = {
	{ .name = "marker", BYTES(0, 8), .kind = FIELD_HEX, .dflt = UINT64_MAX,
	  .label = "all ones, first half", .ref = REF },
	{ .name = "marker_low", BYTES(8, 8), .kind = FIELD_HEX, .dflt = UINT64_MAX,
	  .label = "all ones, second half", .ref = REF },
	{ .name = "len", BYTES(16, 2), .kind = FIELD_DEC, .dflt = HDR_BYTES,
	  .label = "bytes of the first message", .ref = REF },
	{ .name = "type", BYTES(18, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = types,
	  .dflt = 4, .label = "kind of the first message", .ref = REF },
};

static const struct value_name errors[] = {
	{ 1, "header" }, { 2, "open" }, { 3, "update" }, { 4, "hold-timer-expired" },
	{ 5, "state-machine" }, { 6, "cease" }, { 7, "route-refresh" }, { 8, "send-hold" },
	{ 0, NULL },
};

static const struct value_name error_codes[] = {
	{ 0x101, "not-synchronised" }, { 0x102, "bad-length" }, { 0x103, "bad-type" },
	{ 0x201, "version" }, { 0x202, "bad-peer-as" }, { 0x203, "bad-identifier" },
	{ 0x204, "optional-parameter" }, { 0x206, "hold-time" }, { 0x207, "capability" },
	{ 0x20b, "role" }, { 0x301, "attribute-list" }, { 0x302, "unknown-attribute" },
	{ 0x303, "missing-attribute" }, { 0x304, "attribute-flags" }, { 0x305, "attribute-length" },
	{ 0x306, "origin" }, { 0x308, "next-hop" }, { 0x309, "optional-attribute" },
	{ 0x30a, "network" }, { 0x30b, "as-path" }, { 0x501, "in-open-sent" },
	{ 0x502, "in-open-confirm" }, { 0x503, "in-established" }, { 0x601, "too-many-prefixes" },
	{ 0x602, "shutdown" }, { 0x603, "deconfigured" }, { 0x604, "reset" }, { 0x605, "rejected" },
	{ 0x606, "other-configuration" }, { 0x607, "collision" }, { 0x608, "out-of-resources" },
	{ 0x609, "hard-reset" }, { 0x60a, "bfd-down" }, { 0x701, "length" }, { 0, NULL },
};

static const struct value_name afis[] = {
	{ 1, "ip" }, { 2, "ip6" }, { 25, "l2vpn" }, { 16388, "link-state" }, { 0, NULL },
};

static const struct value_name safis[] = {
	{ 1, "unicast" }, { 2, "multicast" }, { 4, "mpls-label" }, { 65, "vpls" }, { 70, "evpn" },
	{ 71, "link-state" }, { 73, "sr-policy" }, { 128, "mpls-vpn" }, { 132, "route-target" },
	{ 133, "flowspec" }, { 134, "flowspec-vpn" }, { 0, NULL },
};

enum { MESSAGE_TYPE, MESSAGE_LEN, MESSAGE_VERSION, MESSAGE_AS, MESSAGE_HOLD, MESSAGE_ID,
       MESSAGE_ERROR, MESSAGE_CODE, MESSAGE_REASON, MESSAGE_AFI, MESSAGE_REFRESH, MESSAGE_SAFI,
       MESSAGE_WITHDRAWN, MESSAGE_NLRI };

static const struct field message[] = {
	[MESSAGE_TYPE] = { .name = "type", .at = { 0, 8 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.names = types, .label = "kind of message", .ref = REF },
	[MESSAGE_LEN] = { .name = "len", .at = { 0, 16 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "bytes", .ref = REF },
	[MESSAGE_VERSION] = { .name = "version", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "version", .ref = OPEN },
	[MESSAGE_AS] = { .name = "as", .at = { 0, 16 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE,
		.label = "number of the autonomous system, 23456: see capability as4",
		.ref = OPEN },
	[MESSAGE_HOLD] = { .name = "hold", .at = { 0, 16 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "hold time, s", .ref = OPEN },
	[MESSAGE_ID] = { .name = "id", .kind = FIELD_IPV4, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "router that sent this", .ref = OPEN },
	[MESSAGE_ERROR] = { .name = "error", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .names = errors, .label = "what was wrong",
		.ref = "RFC 4271 4.5" },
	[MESSAGE_CODE] = { .name = "code", .at = { 0, 16 }, .kind = FIELD_HEX,
		.flags = FIELD_FOUND | FIELD_LINE, .names = error_codes,
		.label = "error and its subcode", .ref = "RFC 4271 4.5" },
	[MESSAGE_REASON] = { .name = "reason", .kind = FIELD_TEXT, .flags = FIELD_FOUND,
		.label = "reason that a person gave", .ref = "RFC 9003 2" },
	[MESSAGE_AFI] = { .name = "afi", .at = { 0, 16 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.names = afis, .label = "address family", .ref = "RFC 2918 3" },
	[MESSAGE_REFRESH] = { .name = "refresh", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "1: begin, 2: end of a refresh",
		.ref = "RFC 7313 3.2" },
	[MESSAGE_SAFI] = { .name = "safi", .at = { 0, 8 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.names = safis, .label = "kind of routes", .ref = "RFC 2918 3" },
	[MESSAGE_WITHDRAWN] = { .name = "withdrawn", .kind = FIELD_TEXT,
		.flags = FIELD_FOUND | FIELD_ARRAY | FIELD_LINE,
		.label = "prefixes that are no more", .ref = UPD },
	[MESSAGE_NLRI] = { .name = "nlri", .kind = FIELD_TEXT,
		.flags = FIELD_FOUND | FIELD_ARRAY | FIELD_LINE,
		.label = "prefixes that are reachable", .ref = UPD },
};

static const struct value_name capabilities[] = {
	{ 1, "multiprotocol" }, { 2, "route-refresh" }, { 3, "outbound-filter" },
	{ 5, "extended-next-hop" }, { 6, "extended-message" }, { 7, "bgpsec" },
	{ 8, "multiple-labels" }, { 9, "role" }, { 64, "graceful-restart" }, { 65, "as4" },
	{ 67, "dynamic" }, { 68, "multisession" }, { 69, "add-path" }, { 70, "enhanced-refresh" },
	{ 71, "long-lived-restart" }, { 73, "host-name" }, { 74, "software-version" },
	{ 128, "route-refresh-cisco" }, { 0, NULL },
};

enum { CAPABILITY_CODE, CAPABILITY_CAP_AFI, CAPABILITY_CAP_SAFI, CAPABILITY_AS4, CAPABILITY_VALUE };

static const struct field capability[] = {
	[CAPABILITY_CODE] = { .name = "code", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .names = capabilities, .label = "what the sender can do",
		.ref = "RFC 5492 4" },
	[CAPABILITY_CAP_AFI] = { .name = "cap_afi", .at = { 0, 16 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .names = afis, .label = "address family",
		.ref = "RFC 4760 8" },
	[CAPABILITY_CAP_SAFI] = { .name = "cap_safi", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .names = safis, .label = "kind of routes",
		.ref = "RFC 4760 8" },
	[CAPABILITY_AS4] = { .name = "as4", .at = { 0, 32 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "number of the autonomous system",
		.ref = "RFC 6793 3" },
	[CAPABILITY_VALUE] = { .name = "value", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		.label = "value of other capabilities", .ref = "RFC 5492 4" },
};

static const struct value_name attributes[] = {
	{ 1, "origin" }, { 2, "as-path" }, { 3, "next-hop" }, { 4, "med" }, { 5, "local-pref" },
	{ 6, "atomic-aggregate" }, { 7, "aggregator" }, { 8, "community" }, { 9, "originator" },
	{ 10, "cluster-list" }, { 14, "mp-reach" }, { 15, "mp-unreach" },
	{ 16, "extended-community" }, { 17, "as4-path" }, { 18, "as4-aggregator" },
	{ 22, "pmsi-tunnel" }, { 23, "tunnel-encapsulation" }, { 25, "ip6-extended-community" },
	{ 26, "aigp" }, { 29, "link-state" }, { 32, "large-community" }, { 33, "bgpsec-path" },
	{ 35, "only-to-customer" }, { 40, "prefix-sid" }, { 128, "set" }, { 0, NULL },
};

static const struct value_name attribute_bits[] = {
	{ 0x80, "optional" }, { 0x40, "transitive" }, { 0x20, "partial" },
	{ 0x10, "extended-length" }, { 0, NULL },
};

static const struct value_name origins[] = {
	{ 0, "igp" }, { 1, "egp" }, { 2, "incomplete" }, { 0, NULL },
};

enum { ATTRIBUTE_FLAGS, ATTRIBUTE_TYPE, ATTRIBUTE_ORIGIN, ATTRIBUTE_NEXT_HOP, ATTRIBUTE_NUMBER,
       ATTRIBUTE_PATH, ATTRIBUTE_COMMUNITY, ATTRIBUTE_MP_AFI, ATTRIBUTE_MP_SAFI, ATTRIBUTE_DATA };

static const struct field attribute[] = {
	[ATTRIBUTE_FLAGS] = { .name = "flags", .at = { 0, 8 }, .kind = FIELD_FLAGS,
		.flags = FIELD_FOUND, .names = attribute_bits, .label = "flags", .ref = UPD },
	[ATTRIBUTE_TYPE] = { .name = "type", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .names = attributes, .label = "kind of attribute",
		.ref = UPD },
	[ATTRIBUTE_ORIGIN] = { .name = "origin", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .names = origins, .label = "where the route came from",
		.ref = "RFC 4271 5.1.1" },
	[ATTRIBUTE_NEXT_HOP] = { .name = "next_hop", .kind = FIELD_IPV4, .flags = FIELD_FOUND,
		.label = "next hop", .ref = "RFC 4271 5.1.3" },
	[ATTRIBUTE_NUMBER] = { .name = "number", .at = { 0, 32 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "its number: preference or metric",
		.ref = "RFC 4271 5.1.4" },
	[ATTRIBUTE_PATH] = { .name = "path", .at = { 0, 32 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_ARRAY, .label = "autonomous systems, in order",
		.ref = "RFC 4271 5.1.2" },
	[ATTRIBUTE_COMMUNITY] = { .name = "community", .kind = FIELD_TEXT,
		.flags = FIELD_FOUND | FIELD_ARRAY, .label = "communities", .ref = "RFC 1997" },
	[ATTRIBUTE_MP_AFI] = { .name = "mp_afi", .at = { 0, 16 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .names = afis, .label = "address family",
		.ref = "RFC 4760 3" },
	[ATTRIBUTE_MP_SAFI] = { .name = "mp_safi", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .names = safis, .label = "kind of routes",
		.ref = "RFC 4760 3" },
	[ATTRIBUTE_DATA] = { .name = "data", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		.label = "value of other attributes", .ref = UPD },
};

static const struct opt_def groups[] = {
	{ .name = "message", FIELDS(message), .ref = REF },
	{ .name = "capability", FIELDS(capability), .ref = "RFC 5492 4" },
	{ .name = "attribute", FIELDS(attribute), .ref = UPD },
};

enum { MESSAGE, CAPABILITY, ATTRIBUTE };

static void find_capability(struct cur *c, struct finder *fi, unsigned int code)
{
	size_t n = cur_left(c);

	found_number(fi, &capability[CAPABILITY_CODE], code);
	if (code == 1 && n == 4) {
		found_number(fi, &capability[CAPABILITY_CAP_AFI], get_be16(c->p));
		found_number(fi, &capability[CAPABILITY_CAP_SAFI], c->p[3]);
	} else if (code == 65 && n == 4) {
		found_number(fi, &capability[CAPABILITY_AS4], get_be32(c->p));
	} else if (n) {
		found_bytes(fi, &capability[CAPABILITY_VALUE], c->p, n);
	}
}

static void find_open(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, 10);

	if (!p)
		return;
	found_number(fi, &message[MESSAGE_VERSION], p[0]);
	found_number(fi, &message[MESSAGE_AS], get_be16(p + 1));
	found_number(fi, &message[MESSAGE_HOLD], get_be16(p + 3));
	found_bytes(fi, &message[MESSAGE_ID], p + 5, 4);
	while (cur_left(c) >= 2) {
		unsigned int type = cur_u8(c), n = cur_u8(c);
		struct cur param = cur_sub(c, n);

		if (param.failed && !fi->cut)
			return found_bad(fi, "length of a parameter", n);
		/* parameter 2 is a list of capabilities (RFC 5492 4) */
		while (type == 2 && cur_left(&param) >= 2) {
			unsigned int code = cur_u8(&param), bytes = cur_u8(&param);
			struct cur value = cur_sub(&param, bytes);

			if (value.failed)
				return found_bad(fi, "length of a capability", bytes);
			if (!found_open(fi, &groups[CAPABILITY]))
				return;
			find_capability(&value, fi, code);
			found_close(fi);
		}
	}
}

/* Prefixes of IPv4, each its length in bits and as many bytes as that takes. */
static void find_prefixes(struct cur *c, struct finder *fi, const struct field *f)
{
	while (cur_left(c)) {
		unsigned int bits = cur_u8(c);
		const uint8_t *p = cur_take(c, (bits + 7) / 8);
		uint8_t addr[4] = { 0 };
		char text[INET_ADDRSTRLEN + 4];
		size_t n;

		if (bits > 32)
			return found_bad(fi, "length of a prefix", bits);
		if (!p)
			return fi->cut ? (void)0 : found_bad(fi, "length of a prefix", bits);
		memcpy(addr, p, (bits + 7) / 8);
		inet_ntop(AF_INET, addr, text, sizeof(text));
		n = strlen(text);
		text[n++] = '/';
		if (bits >= 10)
			text[n++] = '0' + bits / 10;
		text[n++] = '0' + bits % 10;
		found_bytes(fi, f, text, n);
	}
}

/* Segments of a path. Whether a number has two or four bytes was agreed in the opens: four, if
 * the lengths come out even that way. */
static void find_path(struct cur c, struct finder *fi)
{
	struct cur look = c;
	unsigned int width = 4;

	while (cur_left(&look)) {
		cur_skip(&look, 1);
		cur_skip(&look, cur_u8(&look) * 4u);
	}
	if (look.failed)
		width = 2;
	while (cur_left(&c) >= 2) {
		unsigned int n;

		cur_skip(&c, 1);
		n = cur_u8(&c);
		for (unsigned int i = 0; i < n; i++) {
			uint32_t as = width == 4 ? cur_be32(&c) : cur_be16(&c);

			if (c.failed)
				return found_bad(fi, "length of a path", n);
			found_number(fi, &attribute[ATTRIBUTE_PATH], as);
		}
	}
}

static void find_communities(struct cur *c, struct finder *fi)
{
	while (cur_left(c) >= 4) {
		char text[16];
		struct wcur w = wcur_of(text, sizeof(text));
		unsigned int half[2] = { cur_be16(c), cur_be16(c) };

		for (unsigned int i = 0; i < 2; i++) {
			unsigned int unit = 10000;

			while (unit > 1 && half[i] < unit)
				unit /= 10;
			for (; unit; unit /= 10)
				wcur_u8(&w, '0' + half[i] / unit % 10);
			if (i == 0)
				wcur_u8(&w, ':');
		}
		found_bytes(fi, &attribute[ATTRIBUTE_COMMUNITY], text, wcur_used(&w));
	}
}

static void find_value(struct cur *c, struct finder *fi, unsigned int type)
{
	size_t n = cur_left(c);

	if (type == 1 && n == 1)
		return found_number(fi, &attribute[ATTRIBUTE_ORIGIN], c->p[0]);
	if (type == 2 || type == 17)
		return find_path(*c, fi);
	if ((type == 3 || type == 9) && n == 4)
		return found_bytes(fi, &attribute[ATTRIBUTE_NEXT_HOP], c->p, 4);
	if ((type == 4 || type == 5) && n == 4)
		return found_number(fi, &attribute[ATTRIBUTE_NUMBER], get_be32(c->p));
	if (type == 8)
		return find_communities(c, fi);
	if ((type == 14 || type == 15) && n >= 3) {
		found_number(fi, &attribute[ATTRIBUTE_MP_AFI], get_be16(c->p));
		found_number(fi, &attribute[ATTRIBUTE_MP_SAFI], c->p[2]);
		cur_skip(c, 3);
	}
	if (cur_left(c))
		found_bytes(fi, &attribute[ATTRIBUTE_DATA], c->p, cur_left(c));
}

static void find_update(struct cur *c, struct finder *fi)
{
	unsigned int n = cur_be16(c);
	struct cur withdrawn = cur_sub(c, MIN(n, cur_left(c))), attrs;

	if (n > cur_left(&withdrawn) && !fi->cut)
		return found_bad(fi, "bytes of withdrawn routes", n);
	find_prefixes(&withdrawn, fi, &message[MESSAGE_WITHDRAWN]);
	n = cur_be16(c);
	attrs = cur_sub(c, MIN(n, cur_left(c)));
	if (n > cur_left(&attrs) && !fi->cut)
		return found_bad(fi, "bytes of attributes", n);
	while (cur_left(&attrs) >= 3) {
		unsigned int flags = cur_u8(&attrs), type = cur_u8(&attrs);
		struct cur value;

		n = flags & 0x10 ? cur_be16(&attrs) : cur_u8(&attrs);
		value = cur_sub(&attrs, n);
		if (value.failed)
			return fi->cut ? (void)0 : found_bad(fi, "length of an attribute", n);
		if (!found_open(fi, &groups[ATTRIBUTE]))
			return;
		found_number(fi, &attribute[ATTRIBUTE_FLAGS], flags);
		found_number(fi, &attribute[ATTRIBUTE_TYPE], type);
		find_value(&value, fi, type);
		found_close(fi);
	}
	find_prefixes(c, fi, &message[MESSAGE_NLRI]);
}

static void find_notification(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, 2), *text;
	unsigned int n;

	if (!p)
		return;
	found_number(fi, &message[MESSAGE_ERROR], p[0]);
	found_number(fi, &message[MESSAGE_CODE], get_be16(p));
	if (p[0] != 6 || (p[1] != 2 && p[1] != 4) || !cur_left(c))
		return;
	n = cur_u8(c);
	text = cur_take(c, n);
	if (text && n)
		found_bytes(fi, &message[MESSAGE_REASON], text, n);
}

static void find_message(struct cur *c, struct finder *fi, unsigned int type)
{
	const uint8_t *p;

	switch (type) {
	case 1:
		return find_open(c, fi);
	case 2:
		return find_update(c, fi);
	case NOTIFICATION:
		return find_notification(c, fi);
	case 5:
		p = cur_take(c, 4);
		if (!p)
			return;
		found_number(fi, &message[MESSAGE_AFI], get_be16(p));
		found_number(fi, &message[MESSAGE_REFRESH], p[2]);
		found_number(fi, &message[MESSAGE_SAFI], p[3]);
	}
}

static void find(struct cur *c, struct finder *fi)
{
	while (cur_left(c) >= HDR_BYTES) {
		const uint8_t *p = cur_take(c, HDR_BYTES);
		unsigned int n = get_be16(p + 16);
		bool cut = fi->cut;
		struct cur body;

		if (get_be64(p) != UINT64_MAX || get_be64(p + 8) != UINT64_MAX)
			return found_bad(fi, "marker", p[0]);
		if (n < HDR_BYTES)
			return found_bad(fi, "bytes of a message", n);
		if (!found_open(fi, &groups[MESSAGE]))
			return;
		found_number(fi, &message[MESSAGE_TYPE], p[18]);
		found_number(fi, &message[MESSAGE_LEN], n);
		body = cur_sub(c, MIN(n - HDR_BYTES, cur_left(c)));
		fi->cut |= cur_left(&body) < n - HDR_BYTES;
		find_message(&body, fi, p[18]);
		fi->cut = cut;
		found_close(fi);
	}
}

static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have >= HDR_BYTES && bytes >= HDR_BYTES && get_be64(p) == UINT64_MAX &&
	       get_be64(p + 8) == UINT64_MAX && get_be16(p + 16) >= HDR_BYTES && p[18] >= 1 &&
	       p[18] <= 5;
}

const struct proto proto_bgp = {
	.name = "bgp", .label = "Border gateway", .ref = "RFC 4271", .flags = PROTO_ALL,
	.min_bytes = HDR_BYTES,
	FIELDS(fields),
	OPTIONS(groups),
	.check = check, .find = find,
	.in = { { REG_TCP_PORT, 179 } },
};
