// SPDX-License-Identifier: GPL-2.0-or-later
/* dhcp - address configuration of IPv4 hosts, in the message of BOOTP: a fixed header, then
 * options. Their numbers and names stand in dhcp_opts.h, their fields here. */
#include "proto/found.h"
#include "proto/tables.h"

#define REF "RFC 2131 2"

static const struct tlv_layout layout = {
	.kind = { 0, 8 }, .len = { 8, 8 }, .unit = 1, .add = 2, .pad = 0, .end = 255,
	.flags = TLV_PAD | TLV_END | TLV_END_BYTE | TLV_TO_END | TLV_LINES | TLV_SHOWN,
};

enum { HEAD = 2, FIXED_BYTES = 240, COOKIE = 0x63825363 };

static const struct value_name ops[] = { { 1, "request" }, { 2, "reply" }, { 0, NULL } };
static const struct value_name flag_names[] = { { 0x8000, "broadcast" }, { 0, NULL } };
static const struct field_when ethernet = { { 8, 16 }, 1, { 0x0106 } };

static const struct field fields[] = {
	{ .name = "op", BYTES(0, 1), .kind = FIELD_DEC, .names = ops, .dflt = 1,
	  .label = "direction", .ref = REF },
	{ .name = "htype", BYTES(1, 1), .kind = FIELD_DEC, .reg = REG_ARPHRD, .dflt = 1,
	  .label = "kind of hardware address", .ref = REF },
	{ .name = "hlen", BYTES(2, 1), .kind = FIELD_DEC, .dflt = 6,
	  .label = "bytes of the hardware address", .ref = REF },
	{ .name = "hops", BYTES(3, 1), .kind = FIELD_DEC, .label = "relays passed", .ref = REF },
	{ .name = "xid", BYTES(4, 4), .kind = FIELD_HEX, .flags = FIELD_LINE,
	  .label = "number of the exchange", .ref = REF },
	{ .name = "secs", BYTES(8, 2), .kind = FIELD_DEC,
	  .label = "time since the client began, s", .ref = REF },
	{ .name = "flags", BYTES(10, 2), .kind = FIELD_FLAGS, .names = flag_names,
	  .label = "how to answer", .ref = REF },
	{ .name = "ciaddr", BYTES(12, 4), .kind = FIELD_IPV4,
	  .label = "address that the client has", .ref = REF },
	{ .name = "yiaddr", BYTES(16, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "address that the client gets", .ref = REF },
	{ .name = "siaddr", BYTES(20, 4), .kind = FIELD_IPV4,
	  .label = "server of the next step of booting", .ref = REF },
	{ .name = "giaddr", BYTES(24, 4), .kind = FIELD_IPV4, .label = "relay", .ref = REF },
	{ .name = "chaddr", BYTES(28, 6), .kind = FIELD_MAC, .flags = FIELD_LINE,
	  .when = &ethernet, .label = "link address of the client", .ref = REF },
	{ .name = "sname", BYTES(44, 64), .kind = FIELD_TEXT, .flags = FIELD_NUL,
	  .label = "name of the server", .ref = REF },
	{ .name = "file", BYTES(108, 128), .kind = FIELD_TEXT, .flags = FIELD_NUL,
	  .label = "file to boot", .ref = REF },
	{ .name = "cookie", BYTES(236, 4), .kind = FIELD_HEX, .dflt = COOKIE,
	  .label = "tells options from BOOTP's vendor area", .ref = "RFC 2131 3" },
	{ .name = "hwaddr", .kind = FIELD_BYTES, .flags = FIELD_FOUND | FIELD_LINE,
	  .label = "hardware address of the client where it is no Ethernet", .ref = REF },
};

static void find(struct cur *c, struct finder *fi)
{
	const uint8_t *p = c->p;

	if (get_be16(p + 1) == 0x0106 || !p[2])
		return;
	if (p[2] > 16)
		return found_bad(fi, "bytes of the hardware address", p[2]);
	found_bytes(fi, &fields[ARRAY_SIZE(fields) - 1], p + 28, p[2]);
}

static const struct value_name types[] = {
	{ 1, "discover" }, { 2, "offer" }, { 3, "request" }, { 4, "decline" }, { 5, "ack" },
	{ 6, "nak" }, { 7, "release" }, { 8, "inform" }, { 9, "force-renew" },
	{ 10, "lease-query" }, { 11, "lease-unassigned" }, { 12, "lease-unknown" },
	{ 13, "lease-active" }, { 14, "bulk-lease-query" }, { 15, "lease-query-done" },
	{ 16, "active-lease-query" }, { 17, "lease-query-status" }, { 18, "tls" }, { 0, NULL },
};

static const struct value_name node_types[] = {
	{ 1, "broadcast" }, { 2, "peer" }, { 4, "mixed" }, { 8, "hybrid" }, { 0, NULL },
};

static const struct value_name overloads[] = {
	{ 1, "file" }, { 2, "sname" }, { 3, "file-sname" }, { 0, NULL },
};

static const struct value_name architectures[] = {
	{ 0, "x86-bios" }, { 6, "x86-uefi" }, { 7, "x64-uefi" }, { 9, "ebc" }, { 10, "arm-uefi" },
	{ 11, "arm64-uefi" }, { 15, "x86-uefi-http" }, { 16, "x64-uefi-http" },
	{ 18, "arm-uefi-http" }, { 19, "arm64-uefi-http" }, { 27, "riscv64-uefi" }, { 0, NULL },
};

static const struct value_name option_names[] = {
#define OPT(code, word, ...) { code, #word },
#define OPT0 OPT
#include "proto/dhcp_opts.h"
#undef OPT
#undef OPT0
	{ 0, NULL },
};

#define OPT_REF "RFC 2132 2"
#define VALUE(array, word, n_, kind_, flags_, names_, label_)                                      \
	static const struct field array[] = {                                                      \
		{ .name = word, BYTES(2, n_), .kind = kind_, .flags = flags_, .names = names_,     \
		  .label = label_, .ref = OPT_REF },                                               \
	}

#define TEXT(array, word, flags_, label_)                                                          \
	VALUE(array, word, 0, FIELD_TEXT, FIELD_REST | FIELD_NUL | (flags_), NULL, label_)

VALUE(addr, "addr", 4, FIELD_IPV4, 0, NULL, "address");
VALUE(addrs, "addr", 4, FIELD_IPV4, FIELD_ARRAY, NULL, "addresses");
VALUE(mask, "mask", 4, FIELD_IPV4, FIELD_LINE, NULL, "subnet mask");
VALUE(routers, "router", 4, FIELD_IPV4, FIELD_ARRAY | FIELD_LINE, NULL, "routers");
VALUE(requested, "requested", 4, FIELD_IPV4, FIELD_LINE, NULL, "address asked for");
VALUE(server, "server", 4, FIELD_IPV4, FIELD_LINE, NULL, "server that is spoken to");
VALUE(number8, "value", 1, FIELD_DEC, 0, NULL, "number");
VALUE(number16, "value", 2, FIELD_DEC, 0, NULL, "number");
VALUE(numbers16, "value", 2, FIELD_DEC, FIELD_ARRAY, NULL, "numbers");
VALUE(flag, "on", 1, FIELD_BOOL, 0, NULL, "yes or no");
VALUE(seconds, "seconds", 4, FIELD_DEC, 0, NULL, "time, s");
VALUE(offset, "seconds", 4, FIELD_INT, 0, NULL, "offset to UTC, s");
VALUE(lease, "lease", 4, FIELD_DEC, FIELD_LINE, NULL, "time that the address is lent for, s");
VALUE(type, "type", 1, FIELD_DEC, FIELD_LINE, types, "kind of message");
VALUE(node, "node", 1, FIELD_DEC, 0, node_types, "how names are asked for");
VALUE(overload, "holds", 1, FIELD_DEC, 0, overloads, "fields that hold options");
VALUE(params, "wants", 1, FIELD_DEC, FIELD_ARRAY, option_names, "options asked for");
VALUE(arch, "arch", 2, FIELD_DEC, FIELD_ARRAY, architectures, "processors and firmware");
TEXT(text, "text", 0, "text");
TEXT(host, "host", FIELD_LINE, "name of the client");
TEXT(message, "message", FIELD_LINE, "why");
TEXT(class, "class", FIELD_LINE, "what the client is");
VALUE(interface, "version", 3, FIELD_HEX, 0, NULL, "kind and version of the interface (UNDI)");
VALUE(raw, "value", 0, FIELD_BYTES, FIELD_REST, NULL, "content");

static const struct field_when link_id = { { 16, 8 }, 1, { 1 } };

static const struct field client_id[] = {
	{ .name = "htype", BYTES(2, 1), .kind = FIELD_DEC, .reg = REG_ARPHRD,
	  .label = "kind of address, 0 and 255: of none", .ref = "RFC 2132 9.14" },
	{ .name = "mac", BYTES(3, 6), .kind = FIELD_MAC, .when = &link_id,
	  .label = "the client, by its link address", .ref = "RFC 2132 9.14" },
	{ .name = "id", .at = { 24, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "the client", .ref = "RFC 2132 9.14" },
};

static const struct value_name fqdn_flags[] = {
	{ 8, "no-update" }, { 4, "encoded" }, { 2, "overridden" }, { 1, "server-updates" },
	{ 0, NULL },
};

static const struct field_when fqdn_text = { { 21, 1 }, 1, { 0 } };

static const struct field fqdn[] = {
	{ .name = "flags", BYTES(2, 1), .kind = FIELD_FLAGS, .names = fqdn_flags,
	  .label = "who updates the name", .ref = "RFC 4702 2.1" },
	{ .name = "rcode1", BYTES(3, 1), .kind = FIELD_DEC, .label = "result, no longer used",
	  .ref = "RFC 4702 2.2" },
	{ .name = "rcode2", BYTES(4, 1), .kind = FIELD_DEC, .label = "result, no longer used",
	  .ref = "RFC 4702 2.2" },
	{ .name = "fqdn", .at = { 40, 0 }, .kind = FIELD_TEXT, .when = &fqdn_text,
	  .flags = FIELD_REST | FIELD_NUL | FIELD_LINE, .label = "name of the client",
	  .ref = "RFC 4702 2.3" },
	{ .name = "domain", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_ARRAY | FIELD_LINE,
	  .label = "the same as labels", .ref = "RFC 4702 2.3" },
};

static const struct field enterprise[] = {
	{ .name = "enterprise", BYTES(2, 4), .kind = FIELD_DEC,
	  .label = "number of the organisation", .ref = "RFC 3925 3" },
	{ .name = "len", BYTES(6, 1), .kind = FIELD_DEC, .label = "bytes of what it says",
	  .ref = "RFC 3925 3" },
	{ .name = "value", .at = { 56, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "what it says, and more organisations", .ref = "RFC 3925 3" },
};

static const struct field auth[] = {
	{ .name = "protocol_number", BYTES(2, 1), .kind = FIELD_DEC, .label = "method",
	  .ref = "RFC 3118 2" },
	{ .name = "algorithm", BYTES(3, 1), .kind = FIELD_DEC, .label = "algorithm",
	  .ref = "RFC 3118 2" },
	{ .name = "rdm", BYTES(4, 1), .kind = FIELD_DEC, .label = "replay detection",
	  .ref = "RFC 3118 2" },
	{ .name = "replay", BYTES(5, 8), .kind = FIELD_HEX, .label = "counter against replay",
	  .ref = "RFC 3118 2" },
	{ .name = "value", .at = { 104, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "authentication", .ref = "RFC 3118 2" },
};

static const struct field search[] = {
	{ .name = "domain", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_ARRAY,
	  .label = "domains that names are looked for in", .ref = "RFC 3397 2" },
};

enum { ROUTE_PREFIX, ROUTE_TO, ROUTE_VIA };

static const struct field route[] = {
	[ROUTE_PREFIX] = { .name = "prefix", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "bits of the destination", .ref = "RFC 3442" },
	[ROUTE_TO] = { .name = "to", .kind = FIELD_IPV4, .flags = FIELD_FOUND,
		.label = "destination", .ref = "RFC 3442" },
	[ROUTE_VIA] = { .name = "via", .kind = FIELD_IPV4, .flags = FIELD_FOUND,
		.label = "router", .ref = "RFC 3442" },
};

static const struct value_name agent_codes[] = {
	{ 1, "circuit" }, { 2, "remote" }, { 4, "docsis-class" }, { 5, "link" },
	{ 6, "subscriber" }, { 7, "radius" }, { 8, "auth" }, { 9, "vendor" }, { 10, "flags" },
	{ 11, "server-override" }, { 12, "relay" }, { 151, "vss" }, { 152, "vss-control" },
	{ 0, NULL },
};

static const struct field agent[] = {
	{ .name = "code", .at = { 0, 8 }, .kind = FIELD_DEC, .names = agent_codes,
	  .flags = FIELD_FOUND, .label = "what the relay says", .ref = "RFC 3046 2.0" },
	{ .name = "value", .kind = FIELD_BYTES, .flags = FIELD_FOUND, .label = "content",
	  .ref = "RFC 3046 2.0" },
};

static const struct opt_def route_group = { .kind = KIND_GROUP, .name = "route", FIELDS(route),
					    .ref = "RFC 3442" };
static const struct opt_def agent_group = { .kind = KIND_GROUP, .name = "sub", FIELDS(agent),
					    .ref = "RFC 3046 2.0" };

static void find_fqdn(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, 5);

	if (p && (p[2] & 4) && cur_left(c))
		dns_names(fi, &fqdn[4], c, true);
}

static void find_search(struct cur *c, struct finder *fi)
{
	cur_skip(c, 2);
	dns_names(fi, search, c, false);
}

/* Only the bytes of the destination that count are there. */
static void find_routes(struct cur *c, struct finder *fi)
{
	cur_skip(c, 2);
	while (cur_left(c)) {
		uint8_t bits = cur_u8(c), to[4] = { 0 };
		const uint8_t *p = cur_take(c, (bits + 7u) / 8), *via = cur_take(c, 4);

		if (bits > 32 || (!via && !fi->cut))
			return found_bad(fi, "route", bits);
		if (!via || !found_open(fi, &route_group))
			return;
		memcpy(to, p, (bits + 7u) / 8);
		found_number(fi, &route[ROUTE_PREFIX], bits);
		found_bytes(fi, &route[ROUTE_TO], to, 4);
		found_bytes(fi, &route[ROUTE_VIA], via, 4);
		found_close(fi);
	}
}

static void find_agent(struct cur *c, struct finder *fi)
{
	cur_skip(c, 2);
	while (cur_left(c)) {
		uint8_t code = cur_u8(c), n = cur_u8(c);
		const uint8_t *p = cur_take(c, n);

		if (!p && !fi->cut)
			return found_bad(fi, "length of a suboption", n);
		if (!p || !found_open(fi, &agent_group))
			return;
		found_number(fi, &agent[0], code);
		found_bytes(fi, &agent[1], p, n);
		found_close(fi);
	}
}

static const struct opt_def opts[] = {
	{ .kind = 0, .name = "pad", .min_bytes = 1, .max_bytes = 1, .ref = "RFC 2132 3.1" },
#define OPT(code, word, least, most, array, r, ...)                                                \
	{ .kind = code, .name = #word, .min_bytes = least, .max_bytes = most, FIELDS(array),       \
	  .ref = r, ##__VA_ARGS__ },
#define OPT0(code, word, r)                                                                        \
	{ .kind = code, .name = #word, .min_bytes = HEAD, .max_bytes = HEAD, .ref = r },
#include "proto/dhcp_opts.h"
#undef OPT
#undef OPT0
	{ .kind = 255, .name = "end", .min_bytes = 1, .max_bytes = 1, .ref = "RFC 2132 3.2" },
};

static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	if (!have || bytes < FIXED_BYTES || (p[0] != 1 && p[0] != 2))
		return false;
	return have < FIXED_BYTES || get_be32(p + 236) == COOKIE;
}

const struct proto proto_dhcp = {
	.name = "dhcp", .alias = "bootp", .label = "Host configuration", .ref = "RFC 2131",
	.min_bytes = FIXED_BYTES,
	FIELDS(fields),
	.tlv = &layout,
	OPTIONS(opts),
	.check = check, .find = find,
	.in = { { REG_UDP_PORT, 67 }, { REG_UDP_PORT, 68 }, { REG_UDP_PORT, 4011 } },
};
