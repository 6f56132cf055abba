// SPDX-License-Identifier: GPL-2.0-or-later
/* bfd - bidirectional forwarding detection: control packets on one hop, on several and on the
 * links of an aggregate. */
#include "proto/found.h"
#include "proto/tables.h"

#define REF "RFC 5880 4.1"

static const struct value_name diags[] = {
	{ 0, "none" }, { 1, "detection-time-expired" }, { 2, "echo-failed" },
	{ 3, "neighbour-down" }, { 4, "forwarding-reset" }, { 5, "path-down" },
	{ 6, "concatenated-path-down" }, { 7, "administratively-down" },
	{ 8, "reverse-concatenated-path-down" }, { 9, "mis-connectivity" }, { 0, NULL },
};

static const struct value_name states[] = {
	{ 0, "admin-down" }, { 1, "down" }, { 2, "init" }, { 3, "up" }, { 0, NULL },
};

static const struct value_name flag_names[] = {
	{ 0x20, "poll" }, { 0x10, "final" }, { 0x08, "control-plane-independent" },
	{ 0x04, "authenticated" }, { 0x02, "demand" }, { 0x01, "multipoint" }, { 0, NULL },
};

static const struct value_name auth_types[] = {
	{ 1, "password" }, { 2, "md5" }, { 3, "meticulous-md5" }, { 4, "sha1" },
	{ 5, "meticulous-sha1" }, { 0, NULL },
};

static const struct field fields[] = {
	{ .name = "version", BITS(0, 3), .kind = FIELD_DEC, .dflt = 1, .label = "version",
	  .ref = REF },
	{ .name = "diag", BITS(3, 5), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = diags,
	  .label = "why the session went down", .ref = REF },
	{ .name = "state", BITS(8, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = states,
	  .label = "state of the sender", .ref = REF },
	{ .name = "flags", BITS(10, 6), .kind = FIELD_FLAGS, .flags = FIELD_LINE,
	  .names = flag_names, .label = "flags", .ref = REF },
	{ .name = "mult", BYTES(2, 1), .kind = FIELD_DEC, .dflt = 3,
	  .label = "packets missed until the session is down", .ref = REF },
	{ .name = "len", BYTES(3, 1), .kind = FIELD_DEC, .dflt = 24, .label = "bytes of the packet",
	  .ref = REF },
	{ .name = "mine", BYTES(4, 4), .kind = FIELD_HEX, .flags = FIELD_LINE, .dflt = 1,
	  .label = "number of the session at the sender", .ref = REF },
	{ .name = "yours", BYTES(8, 4), .kind = FIELD_HEX, .flags = FIELD_LINE,
	  .label = "number of the session at the receiver", .ref = REF },
	{ .name = "tx", BYTES(12, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "shortest time between packets sent, us", .ref = REF },
	{ .name = "rx", BYTES(16, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "shortest time between packets received, us", .ref = REF },
	{ .name = "echo", BYTES(20, 4), .kind = FIELD_DEC,
	  .label = "shortest time between echo packets received, us", .ref = REF },
	{ .name = "auth_type", .at = { 0, 8 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .names = auth_types, .label = "authentication", .ref = "RFC 5880 4.2" },
	{ .name = "auth_key", .at = { 0, 8 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .label = "its key number", .ref = "RFC 5880 4.2" },
	{ .name = "auth_seq", .at = { 0, 32 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .label = "its sequence number", .ref = "RFC 5880 4.3" },
};

enum { AUTH_TYPE = 11, AUTH_KEY, AUTH_SEQ, FIXED_BYTES = 24 };

static void find(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, FIXED_BYTES), *auth;

	if (!(p[1] & 4))
		return;
	auth = cur_peek(c, 3);
	if (!auth)
		return fi->cut ? (void)0 : found_bad(fi, "bytes of authentication", 0);
	found_number(fi, &fields[AUTH_TYPE], auth[0]);
	if (auth[1] < 3 || (auth[1] > cur_left(c) && !fi->cut))
		return found_bad(fi, "bytes of authentication", auth[1]);
	found_number(fi, &fields[AUTH_KEY], auth[2]);
	if (auth[0] >= 2 && auth[0] <= 5 && cur_left(c) >= 8)
		found_number(fi, &fields[AUTH_SEQ], get_be32(auth + 4));
}

/* RFC 5880 6.8.6: version, length and the sender's number have to be right. */
static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have >= 8 && p[0] >> 5 == 1 && p[3] >= FIXED_BYTES && p[3] <= bytes &&
	       get_be32(p + 4) != 0;
}

const struct proto proto_bfd = {
	.name = "bfd", .label = "Bidirectional forwarding detection", .ref = "RFC 5880",
	.flags = PROTO_ALL, .min_bytes = FIXED_BYTES,
	.total = { .at = { 24, 8 }, .unit = 1 },
	FIELDS(fields),
	.check = check, .find = find,
	.in = { { REG_UDP_PORT, 3784 }, { REG_UDP_PORT, 4784 }, { REG_UDP_PORT, 6784 } },
};
