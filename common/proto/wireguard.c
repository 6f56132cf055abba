// SPDX-License-Identifier: GPL-2.0-or-later
/* wireguard - the four messages of WireGuard: what stands before and around what is encrypted. */
#include "base/bytes.h"
#include "proto/proto.h"
#include "proto/tables.h"

/* WireGuard: Next Generation Kernel Network Tunnel, Donenfeld, 2020. */
#define REF    "WireGuard white paper 5.4"
#define INIT   "WireGuard white paper 5.4.2"
#define ANSWER "WireGuard white paper 5.4.3"
#define DATA   "WireGuard white paper 5.4.6"
#define COOKIE "WireGuard white paper 5.4.7"

enum { INITIATION = 1, RESPONSE, COOKIE_REPLY, TRANSPORT };

static const struct value_name types[] = {
	{ INITIATION, "initiation" }, { RESPONSE, "response" }, { COOKIE_REPLY, "cookie-reply" },
	{ TRANSPORT, "data" }, { 0, NULL },
};

static const struct field_when initiation = { { 0, 8 }, 1, { INITIATION } };
static const struct field_when response = { { 0, 8 }, 1, { RESPONSE } };
static const struct field_when cookie = { { 0, 8 }, 1, { COOKIE_REPLY } };
static const struct field_when data = { { 0, 8 }, 1, { TRANSPORT } };
static const struct field_when sends = { { 0, 8 }, 2, { INITIATION, RESPONSE } };
static const struct field_when receives = { { 0, 8 }, 2, { COOKIE_REPLY, TRANSPORT } };

static const struct field fields[] = {
	{ .name = "type", BYTES(0, 1), .kind = FIELD_DEC, .names = types, .dflt = TRANSPORT,
	  .flags = FIELD_LINE, .label = "message", .ref = REF },
	{ .name = "reserved", BYTES(1, 3), .kind = FIELD_HEX, .label = "zero", .ref = REF },
	{ .name = "sender", BYTES(4, 4), .kind = FIELD_HEX, .flags = FIELD_LE | FIELD_LINE,
	  .when = &sends, .label = "index that the sender has for the session", .ref = INIT },
	{ .name = "receiver", BYTES(4, 4), .kind = FIELD_HEX, .flags = FIELD_LE | FIELD_LINE,
	  .when = &receives, .label = "index that the receiver has for the session", .ref = DATA },
	{ .name = "receiver", BYTES(8, 4), .kind = FIELD_HEX, .flags = FIELD_LE | FIELD_LINE,
	  .when = &response, .label = "index that the receiver has for the session",
	  .ref = ANSWER },
	{ .name = "ephemeral", BYTES(8, 32), .kind = FIELD_BYTES, .when = &initiation,
	  .label = "ephemeral public key", .ref = INIT },
	{ .name = "ephemeral", BYTES(12, 32), .kind = FIELD_BYTES, .when = &response,
	  .label = "ephemeral public key", .ref = ANSWER },
	{ .name = "static", BYTES(40, 48), .kind = FIELD_BYTES, .when = &initiation,
	  .label = "public key of the sender, encrypted", .ref = INIT },
	{ .name = "timestamp", BYTES(88, 28), .kind = FIELD_BYTES, .when = &initiation,
	  .label = "time, encrypted", .ref = INIT },
	{ .name = "empty", BYTES(44, 16), .kind = FIELD_BYTES, .when = &response,
	  .label = "nothing, encrypted", .ref = ANSWER },
	{ .name = "mac1", BYTES(116, 16), .kind = FIELD_BYTES, .when = &initiation,
	  .label = "code by the receiver's public key", .ref = "WireGuard white paper 5.4.4" },
	{ .name = "mac2", BYTES(132, 16), .kind = FIELD_BYTES, .when = &initiation,
	  .label = "code by a cookie, or zeros", .ref = "WireGuard white paper 5.4.4" },
	{ .name = "mac1", BYTES(60, 16), .kind = FIELD_BYTES, .when = &response,
	  .label = "code by the receiver's public key", .ref = "WireGuard white paper 5.4.4" },
	{ .name = "mac2", BYTES(76, 16), .kind = FIELD_BYTES, .when = &response,
	  .label = "code by a cookie, or zeros", .ref = "WireGuard white paper 5.4.4" },
	{ .name = "nonce", BYTES(8, 24), .kind = FIELD_BYTES, .when = &cookie, .label = "nonce",
	  .ref = COOKIE },
	{ .name = "cookie", BYTES(32, 32), .kind = FIELD_BYTES, .when = &cookie,
	  .label = "cookie, encrypted", .ref = COOKIE },
	{ .name = "counter", BYTES(8, 8), .kind = FIELD_DEC, .flags = FIELD_LE | FIELD_LINE,
	  .when = &data, .label = "number of the packet", .ref = DATA },
};

static const struct len_case lengths[] = {
	{ INITIATION, 148 }, { RESPONSE, 92 }, { COOKIE_REPLY, 64 }, { TRANSPORT, 16 }, { 0, 0 },
};

/* A type, three zeros, and what that type has; data carries at least a code of 16 bytes. */
static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	if (have < 4 || get_be32(p) & 0xffffff || p[0] < INITIATION || p[0] > TRANSPORT)
		return false;
	return p[0] == TRANSPORT ? bytes >= 32 : bytes >= lengths[p[0] - 1].bytes;
}

const struct proto proto_wireguard = {
	.name = "wireguard", .alias = "wg", .label = "WireGuard tunnel", .ref = REF,
	.min_bytes = 8,
	.hdr = { .at = { 0, 8 }, .cases = lengths },
	FIELDS(fields),
	.check = check,
	.in = { { REG_UDP_PORT, 51820 }, { REG_UDP_PORT, 51821 } },
};
