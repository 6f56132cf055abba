// SPDX-License-Identifier: GPL-2.0-or-later
/* dhcp6 - address configuration of IPv6 hosts: messages of clients and servers, and those of
 * relays, which carry a whole message in an option. Options within options come by hook. */
#include "proto/found.h"
#include "proto/tables.h"

#define REF   "RFC 8415 8"
#define RELAY "RFC 8415 9"

enum { HEAD = 4, FIXED_BYTES = 4, RELAY_BYTES = 34, RELAY_FORWARD = 12, RELAY_REPLY = 13 };

static const struct tlv_layout layout = {
	.kind = { 0, 16 }, .len = { 16, 16 }, .unit = 1, .add = 4,
	.flags = TLV_TO_END | TLV_LINES | TLV_SHOWN,
};

static const struct value_name types[] = {
	{ 1, "solicit" }, { 2, "advertise" }, { 3, "request" }, { 4, "confirm" }, { 5, "renew" },
	{ 6, "rebind" }, { 7, "reply" }, { 8, "release" }, { 9, "decline" }, { 10, "reconfigure" },
	{ 11, "information-request" }, { RELAY_FORWARD, "relay-forward" },
	{ RELAY_REPLY, "relay-reply" }, { 14, "lease-query" }, { 15, "lease-query-reply" },
	{ 16, "lease-query-done" }, { 17, "lease-query-data" }, { 18, "reconfigure-request" },
	{ 19, "reconfigure-reply" }, { 20, "dhcpv4-query" }, { 21, "dhcpv4-response" },
	{ 22, "active-lease-query" }, { 23, "start-tls" }, { 36, "addr-reg-inform" },
	{ 37, "addr-reg-reply" }, { 0, NULL },
};

static const struct field_when relay = { { 0, 8 }, 2, { RELAY_FORWARD, RELAY_REPLY } };
static const struct field_when low = { { 0, 8 }, 8, { 1, 2, 3, 4, 5, 6, 7, 8 } };
static const struct field_when high = { { 0, 8 }, 8, { 9, 10, 11, 14, 15, 16, 17, 22 } };

static const struct field fields[] = {
	{ .name = "type", BYTES(0, 1), .kind = FIELD_DEC, .names = types, .dflt = 1,
	  .flags = FIELD_LINE, .label = "kind of message", .ref = "RFC 8415 7.3" },
	{ .name = "xid", BYTES(1, 3), .kind = FIELD_HEX, .flags = FIELD_LINE, .when = &low,
	  .label = "number of the exchange", .ref = REF },
	{ .name = "xid", BYTES(1, 3), .kind = FIELD_HEX, .flags = FIELD_LINE, .when = &high,
	  .label = "number of the exchange", .ref = REF },
	{ .name = "hops", BYTES(1, 1), .kind = FIELD_DEC, .when = &relay,
	  .label = "relays passed", .ref = RELAY },
	{ .name = "link", BYTES(2, 16), .kind = FIELD_IPV6, .when = &relay, .flags = FIELD_LINE,
	  .label = "address that tells the client's link", .ref = RELAY },
	{ .name = "peer", BYTES(18, 16), .kind = FIELD_IPV6, .when = &relay, .flags = FIELD_LINE,
	  .label = "client or relay that the message is from or to", .ref = RELAY },
};

static const struct value_name duid_types[] = {
	{ 1, "link-time" }, { 2, "enterprise" }, { 3, "link" }, { 4, "uuid" }, { 0, NULL },
};

static const struct field_when duid_time = { { 32, 16 }, 1, { 1 } };
static const struct field_when duid_time_mac = { { 32, 32 }, 1, { 0x00010001 } };
static const struct field_when duid_link_mac = { { 32, 32 }, 1, { 0x00030001 } };
static const struct field_when duid_enterprise = { { 32, 16 }, 1, { 2 } };

static const struct field duid[] = {
	{ .name = "type", BYTES(4, 2), .kind = FIELD_DEC, .names = duid_types,
	  .label = "how the identifier is made", .ref = "RFC 8415 11.1" },
	{ .name = "time", BYTES(8, 4), .kind = FIELD_DEC, .when = &duid_time,
	  .label = "when it was made, s since 2000", .ref = "RFC 8415 11.2" },
	{ .name = "mac", BYTES(12, 6), .kind = FIELD_MAC, .when = &duid_time_mac,
	  .label = "link address in it", .ref = "RFC 8415 11.2" },
	{ .name = "mac", BYTES(8, 6), .kind = FIELD_MAC, .when = &duid_link_mac,
	  .label = "link address in it", .ref = "RFC 8415 11.4" },
	{ .name = "enterprise", BYTES(6, 4), .kind = FIELD_DEC, .when = &duid_enterprise,
	  .label = "number of the organisation", .ref = "RFC 8415 11.3" },
	{ .name = "duid", .at = { 32, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "the identifier, all of it", .ref = "RFC 8415 11.1" },
};

static const struct field ia[] = {
	{ .name = "iaid", BYTES(4, 4), .kind = FIELD_HEX,
	  .label = "number of the association at the client", .ref = "RFC 8415 21.4" },
	{ .name = "t1", BYTES(8, 4), .kind = FIELD_DEC, .label = "time to renewal, s",
	  .ref = "RFC 8415 21.4" },
	{ .name = "t2", BYTES(12, 4), .kind = FIELD_DEC,
	  .label = "time to asking all servers, s", .ref = "RFC 8415 21.4" },
};

static const struct field ia_ta[] = {
	{ .name = "iaid", BYTES(4, 4), .kind = FIELD_HEX,
	  .label = "number of the association at the client", .ref = "RFC 8415 21.5" },
};

static const struct field ia_addr[] = {
	{ .name = "addr", BYTES(4, 16), .kind = FIELD_IPV6, .flags = FIELD_LINE,
	  .label = "address", .ref = "RFC 8415 21.6" },
	{ .name = "preferred", BYTES(20, 4), .kind = FIELD_DEC,
	  .label = "time that it is preferred, s", .ref = "RFC 8415 21.6" },
	{ .name = "valid", BYTES(24, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "time that it is valid, s", .ref = "RFC 8415 21.6" },
};

static const struct field ia_prefix[] = {
	{ .name = "preferred", BYTES(4, 4), .kind = FIELD_DEC,
	  .label = "time that it is preferred, s", .ref = "RFC 8415 21.22" },
	{ .name = "valid", BYTES(8, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "time that it is valid, s", .ref = "RFC 8415 21.22" },
	{ .name = "prefix_len", BYTES(12, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "bits of the prefix", .ref = "RFC 8415 21.22" },
	{ .name = "prefix", BYTES(13, 16), .kind = FIELD_IPV6, .flags = FIELD_LINE,
	  .label = "prefix", .ref = "RFC 8415 21.22" },
};

static const struct value_name statuses[] = {
	{ 0, "success" }, { 1, "unspecified" }, { 2, "no-addresses" }, { 3, "no-binding" },
	{ 4, "not-on-link" }, { 5, "use-multicast" }, { 6, "no-prefix" }, { 7, "unknown-query" },
	{ 8, "malformed-query" }, { 9, "not-configured" }, { 10, "not-allowed" },
	{ 11, "query-terminated" }, { 12, "data-missing" }, { 13, "catch-up-complete" },
	{ 14, "not-supported" }, { 15, "tls-refused" }, { 0, NULL },
};

static const struct field status[] = {
	{ .name = "status", BYTES(4, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .names = statuses, .label = "result", .ref = "RFC 8415 21.13" },
	{ .name = "message", .at = { 48, 0 }, .kind = FIELD_TEXT, .flags = FIELD_REST | FIELD_NUL,
	  .label = "the same in words", .ref = "RFC 8415 21.13" },
};

static const struct value_name option_names[] = {
#define OPT(code, word, ...) { code, #word },
#define OPT0 OPT
#include "proto/dhcp6_opts.h"
#undef OPT
#undef OPT0
	{ 0, NULL },
};

#define VALUE(array, word, n_, kind_, flags_, names_, label_, ref_)                                \
	static const struct field array[] = {                                                      \
		{ .name = word, BYTES(4, n_), .kind = kind_, .flags = flags_, .names = names_,     \
		  .label = label_, .ref = ref_ },                                                  \
	}

VALUE(codes, "wants", 2, FIELD_DEC, FIELD_ARRAY, option_names, "options asked for", "RFC 8415 21.7");
VALUE(number8, "value", 1, FIELD_DEC, 0, types, "kind of message", "RFC 8415 21.19");
VALUE(preference, "value", 1, FIELD_DEC, 0, NULL, "the higher the better", "RFC 8415 21.8");
VALUE(elapsed, "hundredths", 2, FIELD_DEC, 0, NULL, "time tried, 1/100 s", "RFC 8415 21.9");
VALUE(seconds, "seconds", 4, FIELD_DEC, 0, NULL, "time, s", "RFC 8415 21.23");
VALUE(addr, "addr", 16, FIELD_IPV6, 0, NULL, "address", "RFC 8415 21.12");
VALUE(addrs, "addr", 16, FIELD_IPV6, FIELD_ARRAY, NULL, "addresses", "RFC 3646 3");
VALUE(text, "text", 0, FIELD_TEXT, FIELD_REST | FIELD_NUL, NULL, "text", "RFC 8415 21");
VALUE(raw, "value", 0, FIELD_BYTES, FIELD_REST, NULL, "content", "RFC 8415 21.1");
VALUE(relayed, "type", 0, FIELD_BYTES, FIELD_FOUND, NULL, "the message", "RFC 8415 21.10");

static const struct field enterprise[] = {
	{ .name = "enterprise", BYTES(4, 4), .kind = FIELD_DEC,
	  .label = "number of the organisation", .ref = "RFC 8415 21.16" },
	{ .name = "value", .at = { 64, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "what it says", .ref = "RFC 8415 21.16" },
};

static const struct field auth[] = {
	{ .name = "method", BYTES(4, 1), .kind = FIELD_DEC, .label = "method",
	  .ref = "RFC 8415 21.11" },
	{ .name = "algorithm", BYTES(5, 1), .kind = FIELD_DEC, .label = "algorithm",
	  .ref = "RFC 8415 21.11" },
	{ .name = "rdm", BYTES(6, 1), .kind = FIELD_DEC, .label = "replay detection",
	  .ref = "RFC 8415 21.11" },
	{ .name = "replay", BYTES(7, 8), .kind = FIELD_HEX, .label = "counter against replay",
	  .ref = "RFC 8415 21.11" },
	{ .name = "value", .at = { 120, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "authentication", .ref = "RFC 8415 21.11" },
};

static const struct value_name fqdn_flags[] = {
	{ 4, "no-update" }, { 2, "overridden" }, { 1, "server-updates" }, { 0, NULL },
};

static const struct field fqdn[] = {
	{ .name = "flags", BYTES(4, 1), .kind = FIELD_FLAGS, .names = fqdn_flags,
	  .label = "who updates the name", .ref = "RFC 4704 4.1" },
	{ .name = "fqdn", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_ARRAY | FIELD_LINE,
	  .label = "name of the client", .ref = "RFC 4704 4.2" },
};

static const struct field domains[] = {
	{ .name = "domain", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_ARRAY,
	  .label = "domains", .ref = "RFC 8415 10" },
};

static const struct field link_addr[] = {
	{ .name = "htype", BYTES(4, 2), .kind = FIELD_DEC, .reg = REG_ARPHRD,
	  .label = "kind of address", .ref = "RFC 6939 4" },
	{ .name = "mac", BYTES(6, 6), .kind = FIELD_MAC, .flags = FIELD_LINE,
	  .label = "link address of the client", .ref = "RFC 6939 4" },
};

/* What an option within another begins with, and what a relayed message does. */
static const struct field sub[] = {
	{ .name = "code", BYTES(0, 2), .kind = FIELD_DEC, .names = option_names,
	  .label = "which option", .ref = "RFC 8415 21.1" },
};

static const struct opt_def sub_group = { .kind = KIND_GROUP, .name = "option", FIELDS(sub),
					  .ref = "RFC 8415 21.1" };
static const struct opt_def message_group = { .kind = KIND_GROUP, .name = "message",
					      FIELDS(fields), .ref = "RFC 8415 21.10" };

/* Options to the end of 'c', each a group of its fields and, deeper, of its own options. */
static void find_options(struct cur *c, struct finder *fi)
{
	while (cur_left(c)) {
		const uint8_t *p = cur_peek(c, 4);
		uint32_t n = p ? 4u + get_be16(p + 2) : 4;
		const struct opt_def *def;

		if (!p || n > cur_left(c))
			return fi->cut ? (void)0 : found_bad(fi, "length of an option", n - 4);
		if (!found_open(fi, &sub_group))
			return;
		found_fields(fi, sub, ARRAY_SIZE(sub), p, n);
		def = proto_opt(&proto_dhcp6, get_be16(p));
		if (def && n < def->min_bytes)
			found_bad(fi, "length of an option", n - 4);
		else
			found_fields(fi, def ? def->fields : raw, def ? def->n_fields : 1, p, n);
		if (def && def->find && n >= def->min_bytes) {
			struct cur in = cur_of(p, n);

			def->find(&in, fi);
		}
		found_close(fi);
		cur_skip(c, n);
	}
}

static void find_ia(struct cur *c, struct finder *fi)
{
	cur_skip(c, 16);
	find_options(c, fi);
}

static void find_ia_ta(struct cur *c, struct finder *fi)
{
	cur_skip(c, 8);
	find_options(c, fi);
}

static void find_ia_addr(struct cur *c, struct finder *fi)
{
	cur_skip(c, 28);
	find_options(c, fi);
}

static void find_ia_prefix(struct cur *c, struct finder *fi)
{
	cur_skip(c, 29);
	find_options(c, fi);
}

static bool is_relay(const uint8_t *p)
{
	return p[0] == RELAY_FORWARD || p[0] == RELAY_REPLY;
}

static void find_message(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, 4) ? c->p : NULL;
	uint32_t n = p && cur_left(c) && is_relay(p) ? RELAY_BYTES : FIXED_BYTES;

	if (!p || cur_left(c) < n)
		return fi->cut ? (void)0 : found_bad(fi, "bytes of a relayed message", cur_left(c));
	if (!found_open(fi, &message_group))
		return;
	found_fields(fi, fields, ARRAY_SIZE(fields), p, n);
	cur_skip(c, n);
	find_options(c, fi);
	found_close(fi);
}

static void find_fqdn(struct cur *c, struct finder *fi)
{
	cur_skip(c, 5);
	dns_names(fi, &fqdn[1], c, true);
}

static void find_domains(struct cur *c, struct finder *fi)
{
	cur_skip(c, 4);
	dns_names(fi, domains, c, false);
}

static const struct opt_def opts[] = {
#define OPT(code, word, least, most, array, r, ...)                                                \
	{ .kind = code, .name = #word, .min_bytes = least, .max_bytes = most, FIELDS(array),       \
	  .ref = r, ##__VA_ARGS__ },
#define OPT0(code, word, r)                                                                        \
	{ .kind = code, .name = #word, .min_bytes = HEAD, .max_bytes = HEAD, .ref = r },
#include "proto/dhcp6_opts.h"
#undef OPT
#undef OPT0
};

static const struct len_case lengths[] = {
	{ RELAY_FORWARD, RELAY_BYTES }, { RELAY_REPLY, RELAY_BYTES }, { 0, 0 },
};

static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have && bytes >= FIXED_BYTES && field_value_name(fields, p[0]);
}

const struct proto proto_dhcp6 = {
	.name = "dhcp6", .alias = "dhcpv6", .label = "Host configuration of IPv6",
	.ref = "RFC 8415", .min_bytes = FIXED_BYTES,
	.hdr = { .at = { 0, 8 }, .cases = lengths },
	FIELDS(fields),
	.tlv = &layout,
	OPTIONS(opts),
	.check = check,
	.in = { { REG_UDP_PORT, 546 }, { REG_UDP_PORT, 547 } },
};
