// SPDX-License-Identifier: GPL-2.0-or-later
/* mobility - the messages of mobile IPv6 between hosts, their homes and those they speak with, with
 * their options. */
#include "proto/proto.h"
#include "proto/tables.h"

#define REF "RFC 6275 6.1"

enum { REFRESH, HOME_INIT, CARE_INIT, HOME_TEST, CARE_TEST, UPDATE, ANSWER, ERROR };

static const struct value_name types[] = {
	{ REFRESH, "refresh-request" }, { HOME_INIT, "home-test-init" },
	{ CARE_INIT, "care-of-test-init" }, { HOME_TEST, "home-test" },
	{ CARE_TEST, "care-of-test" }, { UPDATE, "binding-update" },
	{ ANSWER, "binding-acknowledgement" }, { ERROR, "binding-error" },
	{ 8, "fast-binding-update" }, { 9, "fast-binding-acknowledgement" },
	{ 10, "fast-neighbour-advertisement" }, { 12, "home-agent-switch" }, { 13, "heartbeat" },
	{ 14, "handover-initiate" }, { 15, "handover-acknowledge" },
	{ 16, "binding-revocation" }, { 0, NULL },
};

static const struct value_name update_flags[] = {
	{ 0x8000, "acknowledge" }, { 0x4000, "home" }, { 0x2000, "link-local" },
	{ 0x1000, "key-management" }, { 0x0800, "map" }, { 0x0400, "router" },
	{ 0x0200, "proxy" }, { 0x0100, "force-udp" }, { 0x0080, "tlv" }, { 0x0040, "bulk" },
	{ 0, NULL },
};

static const struct value_name answer_flags[] = {
	{ 0x80, "key-management" }, { 0x40, "router" }, { 0x20, "proxy" }, { 0x10, "tlv" },
	{ 0x08, "bulk" }, { 0, NULL },
};

static const struct value_name statuses[] = {
	{ 0, "accepted" }, { 1, "prefix-discovery-necessary" }, { 128, "unspecified" },
	{ 129, "prohibited" }, { 130, "no-resources" }, { 131, "home-registration-unsupported" },
	{ 132, "not-home-subnet" }, { 133, "not-home-agent" }, { 134, "duplicate-address" },
	{ 135, "sequence-out-of-window" }, { 136, "home-nonce-expired" },
	{ 137, "care-of-nonce-expired" }, { 138, "nonces-expired" },
	{ 139, "registration-type-change" }, { 140, "mobile-router-prohibited" },
	{ 141, "invalid-prefix" }, { 142, "not-authorised-for-prefix" }, { 0, NULL },
};

static const struct value_name errors[] = {
	{ 1, "unknown-binding" }, { 2, "unknown-type" }, { 0, NULL },
};

static const struct field_when inits = { { 16, 8 }, 2, { HOME_INIT, CARE_INIT } };
static const struct field_when tests = { { 16, 8 }, 2, { HOME_TEST, CARE_TEST } };
static const struct field_when update = { { 16, 8 }, 2, { UPDATE, 8 } };
static const struct field_when answer = { { 16, 8 }, 2, { ANSWER, 9 } };
static const struct field_when error = { { 16, 8 }, 1, { ERROR } };

static const struct field fields[] = {
	{ .name = "next", .alias = "nh nexthdr proto", BYTES(0, 1), .kind = FIELD_DEC,
	  .reg = REG_IP_PROTO, .dflt = 59, .label = "what follows, so far nothing", .ref = REF },
	{ .name = "len", .alias = "hdrlen", BYTES(1, 1), .kind = FIELD_DEC,
	  .label = "header length in 8 bytes, the first not counted", .ref = REF },
	{ .name = "type", BYTES(2, 1), .kind = FIELD_DEC, .names = types, .flags = FIELD_LINE,
	  .dflt = UPDATE, .label = "message", .ref = REF },
	{ .name = "csum", .alias = "checksum", BYTES(4, 2), .kind = FIELD_HEX,
	  .label = "checksum with the pseudo header", .ref = REF },
	{ .name = "cookie", BYTES(8, 8), .kind = FIELD_BYTES, .when = &inits,
	  .label = "cookie that comes back", .ref = "RFC 6275 6.1.3" },
	{ .name = "nonce", BYTES(6, 2), .kind = FIELD_DEC, .when = &tests,
	  .label = "number of the nonce", .ref = "RFC 6275 6.1.5" },
	{ .name = "cookie", BYTES(8, 8), .kind = FIELD_BYTES, .when = &tests,
	  .label = "cookie of the question", .ref = "RFC 6275 6.1.5" },
	{ .name = "token", BYTES(16, 8), .kind = FIELD_BYTES, .when = &tests,
	  .label = "token that the key is made of", .ref = "RFC 6275 6.1.5" },
	{ .name = "seq", BYTES(6, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &update,
	  .label = "sequence number", .ref = "RFC 6275 6.1.7" },
	{ .name = "flags", BYTES(8, 2), .kind = FIELD_FLAGS, .names = update_flags,
	  .when = &update, .label = "flags", .ref = "RFC 6275 6.1.7" },
	{ .name = "lifetime", BYTES(10, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .when = &update, .label = "lifetime in units of 4 s", .ref = "RFC 6275 6.1.7" },
	{ .name = "status", BYTES(6, 1), .kind = FIELD_DEC, .names = statuses,
	  .flags = FIELD_LINE, .when = &answer, .label = "result", .ref = "RFC 6275 6.1.8" },
	{ .name = "flags", BYTES(7, 1), .kind = FIELD_FLAGS, .names = answer_flags,
	  .when = &answer, .label = "flags", .ref = "RFC 6275 6.1.8" },
	{ .name = "seq", BYTES(8, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &answer,
	  .label = "sequence number", .ref = "RFC 6275 6.1.8" },
	{ .name = "lifetime", BYTES(10, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .when = &answer, .label = "lifetime in units of 4 s", .ref = "RFC 6275 6.1.8" },
	{ .name = "status", BYTES(6, 1), .kind = FIELD_DEC, .names = errors,
	  .flags = FIELD_LINE, .when = &error, .label = "error", .ref = "RFC 6275 6.1.9" },
	{ .name = "home", BYTES(8, 16), .kind = FIELD_IPV6, .flags = FIELD_LINE, .when = &error,
	  .label = "home address in question", .ref = "RFC 6275 6.1.9" },
};

/* Up to the options; of types without fields here up to what all have. */
static uint32_t fixed_bytes(const uint8_t *hdr)
{
	static const uint8_t bytes[] = {
		[REFRESH] = 8,	  [HOME_INIT] = 16, [CARE_INIT] = 16, [HOME_TEST] = 24,
		[CARE_TEST] = 24, [UPDATE] = 12,    [ANSWER] = 12,    [ERROR] = 24,
		[8] = 12,	  [9] = 12,
	};

	return hdr[2] < ARRAY_SIZE(bytes) ? bytes[hdr[2]] : 8;
}

static const struct field refresh[] = {
	{ .name = "interval", BYTES(2, 2), .kind = FIELD_DEC,
	  .label = "time to the next update in units of 4 s", .ref = "RFC 6275 6.2.4" },
};

static const struct field care_of[] = {
	{ .name = "addr", BYTES(2, 16), .kind = FIELD_IPV6, .flags = FIELD_LINE,
	  .label = "care-of address", .ref = "RFC 6275 6.2.5" },
};

static const struct field nonces[] = {
	{ .name = "home", BYTES(2, 2), .kind = FIELD_DEC, .label = "number of the home nonce",
	  .ref = "RFC 6275 6.2.6" },
	{ .name = "care", BYTES(4, 2), .kind = FIELD_DEC, .label = "number of the care-of nonce",
	  .ref = "RFC 6275 6.2.6" },
};

static const struct field auth[] = {
	{ .name = "data", .at = { 16, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "authenticator", .ref = "RFC 6275 6.2.7" },
};

static const struct field prefix[] = {
	{ .name = "len", BYTES(3, 1), .kind = FIELD_DEC, .label = "prefix length, bits",
	  .ref = "RFC 3963 4.3" },
	{ .name = "prefix", BYTES(4, 16), .kind = FIELD_IPV6, .label = "prefix",
	  .ref = "RFC 3963 4.3" },
};

static const struct field identifier[] = {
	{ .name = "subtype", BYTES(2, 1), .kind = FIELD_DEC, .label = "1: a network access identifier",
	  .ref = "RFC 4283 3" },
	{ .name = "id", .at = { 24, 0 }, .kind = FIELD_TEXT, .flags = FIELD_REST | FIELD_LINE,
	  .label = "who the host is", .ref = "RFC 4283 3" },
};

static const struct opt_def opts[] = {
	{ .kind = 0, .name = "pad1", .ref = "RFC 6275 6.2.2" },
	{ .kind = 1, .name = "padn", .min_bytes = 2, .ref = "RFC 6275 6.2.3" },
	{ .kind = 2, .name = "refresh", .min_bytes = 4, .max_bytes = 4, FIELDS(refresh),
	  .ref = "RFC 6275 6.2.4" },
	{ .kind = 3, .name = "care_of", .min_bytes = 18, .max_bytes = 18, FIELDS(care_of),
	  .ref = "RFC 6275 6.2.5" },
	{ .kind = 4, .name = "nonces", .min_bytes = 6, .max_bytes = 6, FIELDS(nonces),
	  .ref = "RFC 6275 6.2.6" },
	{ .kind = 5, .name = "auth", .min_bytes = 2, FIELDS(auth), .ref = "RFC 6275 6.2.7" },
	{ .kind = 6, .name = "network", .min_bytes = 20, FIELDS(prefix), .ref = "RFC 3963 4.3" },
	{ .kind = 8, .name = "identifier", .min_bytes = 3, FIELDS(identifier), .ref = "RFC 4283 3" },
	{ .kind = 22, .name = "home_network", .min_bytes = 20, FIELDS(prefix),
	  .ref = "RFC 5213 8.3" },
};

const struct proto proto_mobility = {
	.name = "mobility", .alias = "mip6 ip6mob", .label = "Mobile IPv6", .ref = "RFC 6275",
	.min_bytes = 8,
	.hdr = { .at = { 8, 8 }, .unit = 8, .add = 8 },
	.hdr_hook = fixed_bytes,
	FIELDS(fields),
	.next = { .reg = REG_IP_PROTO, BYTES(0, 1) },
	.csum = { .kind = CSUM_PSEUDO, BYTES(4, 2) },
	.tlv = &tlv_ip6,
	OPTIONS(opts),
	.in = { { REG_IP_PROTO, 135 } },
};
