// SPDX-License-Identifier: GPL-2.0-or-later
/* ospf - open shortest path first, version 2 (IPv4) and version 3 (IPv6): headers, hello,
 * descriptions, requests, updates and the headers of link states. */
#include "proto/found.h"
#include "proto/tables.h"

#define REF  "RFC 2328 A.3.1"
#define REF3 "RFC 5340 A.3.1"

static const struct value_name types[] = {
	{ 1, "hello" }, { 2, "description" }, { 3, "request" }, { 4, "update" },
	{ 5, "acknowledge" }, { 0, NULL },
};

static const struct value_name auth_types[] = {
	{ 0, "none" }, { 1, "password" }, { 2, "cryptographic" }, { 0, NULL },
};

static const struct field_when crypt = { { 112, 16 }, 1, { 2 } };
static const struct field_when plain = { { 112, 16 }, 2, { 0, 1 } };

static const struct field fields[] = {
	{ .name = "version", BYTES(0, 1), .kind = FIELD_DEC, .dflt = 2, .label = "version",
	  .ref = REF },
	{ .name = "type", BYTES(1, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = types,
	  .dflt = 1, .label = "kind of message", .ref = REF },
	{ .name = "len", BYTES(2, 2), .kind = FIELD_DEC, .label = "bytes of the message",
	  .ref = REF },
	{ .name = "router", BYTES(4, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "router that sent this", .ref = REF },
	{ .name = "area", BYTES(8, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE, .label = "area",
	  .ref = REF },
	{ .name = "csum", .alias = "checksum", BYTES(12, 2), .kind = FIELD_HEX,
	  .label = "checksum without the authentication", .ref = REF },
	{ .name = "auth", BYTES(14, 2), .kind = FIELD_DEC, .names = auth_types,
	  .label = "authentication", .ref = "RFC 2328 D" },
	{ .name = "password", BYTES(16, 8), .kind = FIELD_BYTES, .when = &plain,
	  .label = "password", .ref = "RFC 2328 D.2" },
	{ .name = "auth_key", BYTES(18, 1), .kind = FIELD_DEC, .when = &crypt,
	  .label = "number of the key", .ref = "RFC 2328 D.3" },
	{ .name = "auth_len", BYTES(19, 1), .kind = FIELD_DEC, .when = &crypt,
	  .label = "bytes of digest behind the message", .ref = "RFC 2328 D.3" },
	{ .name = "auth_seq", BYTES(20, 4), .kind = FIELD_DEC, .when = &crypt,
	  .label = "sequence number", .ref = "RFC 2328 D.3" },
};

static const struct field fields3[] = {
	{ .name = "version", BYTES(0, 1), .kind = FIELD_DEC, .dflt = 3, .label = "version",
	  .ref = REF3 },
	{ .name = "type", BYTES(1, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = types,
	  .dflt = 1, .label = "kind of message", .ref = REF3 },
	{ .name = "len", BYTES(2, 2), .kind = FIELD_DEC, .label = "bytes of the message",
	  .ref = REF3 },
	{ .name = "router", BYTES(4, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "router that sent this", .ref = REF3 },
	{ .name = "area", BYTES(8, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE, .label = "area",
	  .ref = REF3 },
	{ .name = "csum", .alias = "checksum", BYTES(12, 2), .kind = FIELD_HEX,
	  .label = "checksum with the pseudo header", .ref = REF3 },
	{ .name = "instance", BYTES(14, 1), .kind = FIELD_DEC, .label = "instance", .ref = REF3 },
};

static const struct value_name option_bits[] = {
	{ 0x01, "multi-topology" }, { 0x02, "external" }, { 0x04, "multicast" }, { 0x08, "nssa" },
	{ 0x10, "lls" }, { 0x20, "demand-circuits" }, { 0x40, "opaque" }, { 0x80, "down" },
	{ 0, NULL },
};

static const struct value_name option3_bits[] = {
	{ 0x000001, "v6" }, { 0x000002, "external" }, { 0x000008, "nssa" }, { 0x000010, "router" },
	{ 0x000020, "demand-circuits" }, { 0x000100, "address-families" }, { 0x000200, "lls" },
	{ 0, NULL },
};

static const struct value_name dd_bits[] = {
	{ 1, "master" }, { 2, "more" }, { 4, "init" }, { 0, NULL },
};

static const struct field hello[] = {
	{ .name = "mask", BYTES(0, 4), .kind = FIELD_IPV4, .label = "mask of the network",
	  .ref = "RFC 2328 A.3.2" },
	{ .name = "interval", BYTES(4, 2), .kind = FIELD_DEC, .label = "time between hellos, s",
	  .ref = "RFC 2328 A.3.2" },
	{ .name = "options", BYTES(6, 1), .kind = FIELD_FLAGS, .names = option_bits,
	  .label = "what the router can do", .ref = "RFC 2328 A.2" },
	{ .name = "prio", BYTES(7, 1), .kind = FIELD_DEC, .label = "priority",
	  .ref = "RFC 2328 A.3.2" },
	{ .name = "dead", BYTES(8, 4), .kind = FIELD_DEC,
	  .label = "time until a neighbour is dead, s", .ref = "RFC 2328 A.3.2" },
	{ .name = "designated", BYTES(12, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "designated router", .ref = "RFC 2328 A.3.2" },
	{ .name = "backup", BYTES(16, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "backup designated router", .ref = "RFC 2328 A.3.2" },
	{ .name = "neighbour", BYTES(20, 4), .kind = FIELD_IPV4, .flags = FIELD_ARRAY | FIELD_LINE,
	  .label = "routers heard of", .ref = "RFC 2328 A.3.2" },
};

static const struct field dd[] = {
	{ .name = "mtu", BYTES(0, 2), .kind = FIELD_DEC, .label = "MTU of the interface",
	  .ref = "RFC 2328 A.3.3" },
	{ .name = "options", BYTES(2, 1), .kind = FIELD_FLAGS, .names = option_bits,
	  .label = "what the router can do", .ref = "RFC 2328 A.2" },
	{ .name = "flags", BYTES(3, 1), .kind = FIELD_FLAGS, .flags = FIELD_LINE, .names = dd_bits,
	  .label = "flags", .ref = "RFC 2328 A.3.3" },
	{ .name = "seq", BYTES(4, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "sequence number", .ref = "RFC 2328 A.3.3" },
};

static const struct value_name lsa_types[] = {
	{ 1, "router" }, { 2, "network" }, { 3, "summary" }, { 4, "asbr-summary" },
	{ 5, "external" }, { 6, "multicast" }, { 7, "nssa" }, { 9, "opaque-link" },
	{ 10, "opaque-area" }, { 11, "opaque-as" }, { 0, NULL },
};

static const struct value_name lsa3_types[] = {
	{ 0x2001, "router" }, { 0x2002, "network" }, { 0x2003, "inter-area-prefix" },
	{ 0x2004, "inter-area-router" }, { 0x4005, "external" }, { 0x2006, "multicast" },
	{ 0x2007, "nssa" }, { 0x0008, "link" }, { 0x2009, "intra-area-prefix" }, { 0, NULL },
};

static const struct field request[] = {
	{ .name = "type", BYTES(0, 4), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = lsa_types,
	  .label = "kind of link state", .ref = "RFC 2328 A.3.4" },
	{ .name = "id", BYTES(4, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "its identifier", .ref = "RFC 2328 A.3.4" },
	{ .name = "advertiser", BYTES(8, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "router that made it", .ref = "RFC 2328 A.3.4" },
};

static const struct field lsa[] = {
	{ .name = "age", BYTES(0, 2), .kind = FIELD_DEC, .label = "age, s",
	  .ref = "RFC 2328 A.4.1" },
	{ .name = "options", BYTES(2, 1), .kind = FIELD_FLAGS, .names = option_bits,
	  .label = "what the router can do", .ref = "RFC 2328 A.2" },
	{ .name = "type", BYTES(3, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = lsa_types,
	  .label = "kind of link state", .ref = "RFC 2328 A.4.1" },
	{ .name = "id", BYTES(4, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "its identifier", .ref = "RFC 2328 A.4.1" },
	{ .name = "advertiser", BYTES(8, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "router that made it", .ref = "RFC 2328 A.4.1" },
	{ .name = "seq", BYTES(12, 4), .kind = FIELD_HEX, .label = "sequence number",
	  .ref = "RFC 2328 A.4.1" },
	{ .name = "csum", BYTES(16, 2), .kind = FIELD_HEX, .label = "checksum",
	  .ref = "RFC 2328 A.4.1" },
	{ .name = "len", BYTES(18, 2), .kind = FIELD_DEC, .label = "bytes",
	  .ref = "RFC 2328 A.4.1" },
};

static const struct opt_def groups[] = {
	{ .name = "hello", .min_bytes = 20, FIELDS(hello), .ref = "RFC 2328 A.3.2" },
	{ .name = "dd", .min_bytes = 8, .max_bytes = 8, FIELDS(dd), .ref = "RFC 2328 A.3.3" },
	{ .name = "request", .min_bytes = 12, .max_bytes = 12, FIELDS(request),
	  .ref = "RFC 2328 A.3.4" },
	{ .name = "lsa", .min_bytes = 20, .max_bytes = 20, FIELDS(lsa), .ref = "RFC 2328 A.4.1" },
};

static const struct field hello3[] = {
	{ .name = "interface", BYTES(0, 4), .kind = FIELD_DEC, .label = "interface of the sender",
	  .ref = "RFC 5340 A.3.2" },
	{ .name = "prio", BYTES(4, 1), .kind = FIELD_DEC, .label = "priority",
	  .ref = "RFC 5340 A.3.2" },
	{ .name = "options", BYTES(5, 3), .kind = FIELD_FLAGS, .names = option3_bits,
	  .label = "what the router can do", .ref = "RFC 5340 A.2" },
	{ .name = "interval", BYTES(8, 2), .kind = FIELD_DEC, .label = "time between hellos, s",
	  .ref = "RFC 5340 A.3.2" },
	{ .name = "dead", BYTES(10, 2), .kind = FIELD_DEC,
	  .label = "time until a neighbour is dead, s", .ref = "RFC 5340 A.3.2" },
	{ .name = "designated", BYTES(12, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "designated router", .ref = "RFC 5340 A.3.2" },
	{ .name = "backup", BYTES(16, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "backup designated router", .ref = "RFC 5340 A.3.2" },
	{ .name = "neighbour", BYTES(20, 4), .kind = FIELD_IPV4, .flags = FIELD_ARRAY | FIELD_LINE,
	  .label = "routers heard of", .ref = "RFC 5340 A.3.2" },
};

static const struct field dd3[] = {
	{ .name = "options", BYTES(1, 3), .kind = FIELD_FLAGS, .names = option3_bits,
	  .label = "what the router can do", .ref = "RFC 5340 A.2" },
	{ .name = "mtu", BYTES(4, 2), .kind = FIELD_DEC, .label = "MTU of the interface",
	  .ref = "RFC 5340 A.3.3" },
	{ .name = "flags", BYTES(7, 1), .kind = FIELD_FLAGS, .flags = FIELD_LINE, .names = dd_bits,
	  .label = "flags", .ref = "RFC 5340 A.3.3" },
	{ .name = "seq", BYTES(8, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "sequence number", .ref = "RFC 5340 A.3.3" },
};

static const struct field request3[] = {
	{ .name = "type", BYTES(2, 2), .kind = FIELD_HEX, .flags = FIELD_LINE, .names = lsa3_types,
	  .label = "kind of link state", .ref = "RFC 5340 A.3.4" },
	{ .name = "id", BYTES(4, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "its identifier", .ref = "RFC 5340 A.3.4" },
	{ .name = "advertiser", BYTES(8, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "router that made it", .ref = "RFC 5340 A.3.4" },
};

static const struct field lsa3[] = {
	{ .name = "age", BYTES(0, 2), .kind = FIELD_DEC, .label = "age, s",
	  .ref = "RFC 5340 A.4.2" },
	{ .name = "type", BYTES(2, 2), .kind = FIELD_HEX, .flags = FIELD_LINE, .names = lsa3_types,
	  .label = "kind of link state", .ref = "RFC 5340 A.4.2" },
	{ .name = "id", BYTES(4, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "its identifier", .ref = "RFC 5340 A.4.2" },
	{ .name = "advertiser", BYTES(8, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "router that made it", .ref = "RFC 5340 A.4.2" },
	{ .name = "seq", BYTES(12, 4), .kind = FIELD_HEX, .label = "sequence number",
	  .ref = "RFC 5340 A.4.2" },
	{ .name = "csum", BYTES(16, 2), .kind = FIELD_HEX, .label = "checksum",
	  .ref = "RFC 5340 A.4.2" },
	{ .name = "len", BYTES(18, 2), .kind = FIELD_DEC, .label = "bytes",
	  .ref = "RFC 5340 A.4.2" },
};

static const struct opt_def groups3[] = {
	{ .name = "hello", .min_bytes = 20, FIELDS(hello3), .ref = "RFC 5340 A.3.2" },
	{ .name = "dd", .min_bytes = 12, .max_bytes = 12, FIELDS(dd3), .ref = "RFC 5340 A.3.3" },
	{ .name = "request", .min_bytes = 12, .max_bytes = 12, FIELDS(request3),
	  .ref = "RFC 5340 A.3.4" },
	{ .name = "lsa", .min_bytes = 20, .max_bytes = 20, FIELDS(lsa3), .ref = "RFC 5340 A.4.2" },
};

enum { HELLO, DD, REQUEST, LSA };

static void find_one(struct cur *c, struct finder *fi, const struct opt_def *group)
{
	const uint8_t *p = cur_peek(c, group->min_bytes);
	size_t n = group->max_bytes ? group->max_bytes : cur_left(c);

	if (!p)
		return fi->cut ? (void)0 : found_bad(fi, "bytes of the body", cur_left(c));
	found_group(fi, group, p, n);
	cur_skip(c, n);
}

/* Link states, whole ('bodies') or their headers alone; 'most' of them. */
static void find_lsas(struct cur *c, struct finder *fi, const struct opt_def *group, bool bodies,
		      uint32_t most)
{
	for (uint32_t i = 0; i < most && cur_left(c); i++) {
		const uint8_t *p = cur_take(c, 20);
		unsigned int n;

		if (!p)
			return fi->cut ? (void)0 : found_bad(fi, "link states", i);
		found_group(fi, group, p, 20);
		n = get_be16(p + 18);
		if (bodies && (n < 20 || (n - 20 > cur_left(c) && !fi->cut)))
			return found_bad(fi, "bytes of a link state", n);
		if (bodies)
			cur_skip(c, n - 20);
	}
}

static void find_body(struct cur *c, struct finder *fi, unsigned int type,
		      const struct opt_def *g)
{
	switch (type) {
	case 1:
		return find_one(c, fi, &g[HELLO]);
	case 2:
		find_one(c, fi, &g[DD]);
		return find_lsas(c, fi, &g[LSA], false, UINT32_MAX);
	case 3:
		while (cur_left(c))
			find_one(c, fi, &g[REQUEST]);
		return;
	case 4:
		return find_lsas(c, fi, &g[LSA], true, cur_be32(c));
	case 5:
		return find_lsas(c, fi, &g[LSA], false, UINT32_MAX);
	}
}

static void find(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, 24);

	find_body(c, fi, p[1], groups);
}

static void find3(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, 16);

	find_body(c, fi, p[1], groups3);
}

static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	return have && p[0] == 2;
}

static bool check3(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	return have && p[0] == 3;
}

const struct proto proto_ospf = {
	.name = "ospf", .label = "Open shortest path first, version 2", .ref = "RFC 2328",
	.flags = PROTO_ALL, .min_bytes = 24,
	.total = { .at = { 16, 16 }, .unit = 1 },
	FIELDS(fields),
	/* with cryptographic authentication there is none */
	.csum = { .kind = CSUM_ALL, BYTES(12, 2), .hole = { 128, 64 }, .when = &plain },
	OPTIONS(groups),
	.check = check, .find = find,
	.in = { { REG_IP_PROTO, 89 } },
};

const struct proto proto_ospf3 = {
	.name = "ospf3", .label = "Open shortest path first, version 3", .ref = "RFC 5340",
	.flags = PROTO_ALL, .min_bytes = 16,
	.total = { .at = { 16, 16 }, .unit = 1 },
	FIELDS(fields3),
	.csum = { .kind = CSUM_PSEUDO, BYTES(12, 2) },
	OPTIONS(groups3),
	.check = check3, .find = find3,
	.in = { { REG_IP_PROTO, 89 } },
};
