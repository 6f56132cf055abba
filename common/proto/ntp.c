// SPDX-License-Identifier: GPL-2.0-or-later
/* ntp - network time, versions 1 to 4: what clients and servers say, with extension fields and the
 * authenticator behind it, and the control and private messages that share the port. */
#include "proto/found.h"
#include "proto/tables.h"

#define REF "RFC 5905 7.3"
#define CTL "RFC 9327 2"
#define EXT "RFC 7822 3"

enum { TIME_BYTES = 48, CONTROL_BYTES = 12, PRIVATE_BYTES = 8, CONTROL = 6, PRIVATE = 7 };

static const struct value_name leaps[] = {
	{ 0, "none" }, { 1, "last-minute-61" }, { 2, "last-minute-59" }, { 3, "unsynchronised" },
	{ 0, NULL },
};

static const struct value_name modes[] = {
	{ 0, "reserved" }, { 1, "symmetric-active" }, { 2, "symmetric-passive" }, { 3, "client" },
	{ 4, "server" }, { 5, "broadcast" }, { CONTROL, "control" }, { PRIVATE, "private" },
	{ 0, NULL },
};

static const struct value_name strata[] = {
	{ 0, "unspecified" }, { 1, "primary" }, { 16, "unsynchronised" }, { 0, NULL },
};

static const struct value_name opcodes[] = {
	{ 1, "read-status" }, { 2, "read-variables" }, { 3, "write-variables" },
	{ 4, "read-clock" }, { 5, "write-clock" }, { 6, "set-trap" }, { 7, "trap" },
	{ 8, "configure" }, { 9, "export-configuration" }, { 10, "read-mru" },
	{ 11, "read-ordered-list" }, { 12, "request-nonce" }, { 31, "unset-trap" }, { 0, NULL },
};

static const struct value_name control_flags[] = {
	{ 4, "response" }, { 2, "error" }, { 1, "more" }, { 0, NULL },
};

static const struct field_when timed = { { 5, 3 }, 6, { 3, 4, 0, 1, 2, 5 } };
static const struct field_when control = { { 5, 3 }, 1, { CONTROL } };
static const struct field_when private = { { 5, 3 }, 1, { PRIVATE } };
static const struct field_when kiss = { { 0, 16 }, 8, { 0x2400, 0xe400, 0x1c00, 0xdc00, 0x2300,
							0xe300, 0x1b00, 0xdb00 } };
static const struct field_when primary = { { 8, 8 }, 1, { 1 } };
static const struct field_when near = { { 8, 8 }, 8, { 2, 3, 4, 5, 6, 7, 8, 9 } };
static const struct field_when far = { { 8, 8 }, 6, { 10, 11, 12, 13, 14, 15 } };

static const struct field fields[] = {
	{ .name = "leap", .alias = "li", BITS(0, 2), .kind = FIELD_DEC, .names = leaps,
	  .label = "warning of a leap second", .ref = REF },
	{ .name = "version", .alias = "vn", BITS(2, 3), .kind = FIELD_DEC, .dflt = 4,
	  .flags = FIELD_LINE, .label = "version", .ref = REF },
	{ .name = "mode", BITS(5, 3), .kind = FIELD_DEC, .names = modes, .dflt = 3,
	  .flags = FIELD_LINE, .label = "who speaks", .ref = REF },
	{ .name = "stratum", BYTES(1, 1), .kind = FIELD_DEC, .names = strata, .flags = FIELD_LINE,
	  .when = &timed, .label = "steps from a reference clock", .ref = REF },
	{ .name = "poll", BYTES(2, 1), .kind = FIELD_INT, .when = &timed,
	  .label = "logarithm of the time between messages, s", .ref = REF },
	{ .name = "precision", BYTES(3, 1), .kind = FIELD_INT, .when = &timed,
	  .label = "logarithm of the clock's precision, s", .ref = REF },
	{ .name = "delay", BYTES(4, 4), .kind = FIELD_DEC, .when = &timed,
	  .label = "way to the reference clock and back, 1/65536 s", .ref = REF },
	{ .name = "dispersion", BYTES(8, 4), .kind = FIELD_DEC, .when = &timed,
	  .label = "greatest error to the reference clock, 1/65536 s", .ref = REF },
	{ .name = "kiss", BYTES(12, 4), .kind = FIELD_TEXT, .flags = FIELD_LINE | FIELD_NUL,
	  .when = &kiss, .label = "why a server does not answer, as RATE or DENY",
	  .ref = "RFC 5905 7.4" },
	{ .name = "clock", BYTES(12, 4), .kind = FIELD_TEXT, .flags = FIELD_LINE | FIELD_NUL,
	  .when = &primary, .label = "kind of reference clock, as GPS", .ref = REF },
	{ .name = "refid", BYTES(12, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE, .when = &near,
	  .label = "server that the time is from, or a digest of its IPv6 address", .ref = REF },
	{ .name = "refid", BYTES(12, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE, .when = &far,
	  .label = "server that the time is from, or a digest of its IPv6 address", .ref = REF },
	{ .name = "reference", BYTES(16, 8), .kind = FIELD_HEX, .flags = FIELD_NTP, .when = &timed,
	  .label = "time when the clock was last set", .ref = REF },
	{ .name = "origin", BYTES(24, 8), .kind = FIELD_HEX, .flags = FIELD_NTP, .when = &timed,
	  .label = "time when the question left the client", .ref = REF },
	{ .name = "receive", BYTES(32, 8), .kind = FIELD_HEX, .flags = FIELD_NTP, .when = &timed,
	  .label = "time when the question reached the server", .ref = REF },
	{ .name = "transmit", BYTES(40, 8), .kind = FIELD_HEX, .flags = FIELD_NTP | FIELD_LINE,
	  .when = &timed, .label = "time when this message left", .ref = REF },
	{ .name = "control", BITS(8, 3), .kind = FIELD_FLAGS, .names = control_flags,
	  .flags = FIELD_LINE, .when = &control, .label = "flags of a control message",
	  .ref = CTL },
	{ .name = "opcode", BITS(11, 5), .kind = FIELD_DEC, .names = opcodes, .flags = FIELD_LINE,
	  .when = &control, .label = "what a control message asks for", .ref = "RFC 9327 2" },
	{ .name = "seq", BYTES(2, 2), .kind = FIELD_DEC, .when = &control,
	  .label = "number of the question", .ref = CTL },
	{ .name = "status", BYTES(4, 2), .kind = FIELD_HEX, .when = &control,
	  .label = "state of the system or the peer, or the error", .ref = "RFC 9327 3" },
	{ .name = "association", BYTES(6, 2), .kind = FIELD_DEC, .when = &control,
	  .label = "peer that is meant, 0: the system", .ref = CTL },
	{ .name = "offset", BYTES(8, 2), .kind = FIELD_DEC, .when = &control,
	  .label = "place of the data in the answer", .ref = CTL },
	{ .name = "count", BYTES(10, 2), .kind = FIELD_DEC, .when = &control,
	  .label = "bytes of data", .ref = CTL },
	{ .name = "implementation", BYTES(2, 1), .kind = FIELD_DEC, .when = &private,
	  .label = "whose private message", .ref = "ntp_request.h of ntpd" },
	{ .name = "request", BYTES(3, 1), .kind = FIELD_DEC, .when = &private, .flags = FIELD_LINE,
	  .label = "what a private message asks for", .ref = "ntp_request.h of ntpd" },
	{ .name = "data", .kind = FIELD_TEXT, .flags = FIELD_FOUND,
	  .label = "variables and values of a control message", .ref = CTL },
};

static const struct value_name ext_types[] = {
	{ 0x0104, "unique-identifier" }, { 0x0204, "nts-cookie" }, { 0x0304, "nts-placeholder" },
	{ 0x0404, "nts-authenticator" }, { 0x2005, "checksum-complement" }, { 0, NULL },
};

static const struct field extension[] = {
	{ .name = "type", BYTES(0, 2), .kind = FIELD_HEX, .names = ext_types,
	  .label = "what the extension field is", .ref = "RFC 8915 7.5" },
	{ .name = "len", BYTES(2, 2), .kind = FIELD_DEC, .label = "bytes of the extension field",
	  .ref = EXT },
	{ .name = "value", .at = { 32, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "content", .ref = EXT },
};

static const struct field mac[] = {
	{ .name = "key", BYTES(0, 4), .kind = FIELD_DEC,
	  .label = "number of the key, 0 alone: not accepted", .ref = REF },
	{ .name = "digest", .at = { 32, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "digest of the message", .ref = REF },
};

static const struct opt_def groups[] = {
	{ .name = "extension", FIELDS(extension), .ref = EXT },
	{ .name = "mac", FIELDS(mac), .ref = REF },
};

/* RFC 7822 3.1: up to 24 bytes are the authenticator, more begin with an extension field. */
static void find_extensions(struct cur *c, struct finder *fi)
{
	while (cur_left(c) > 24) {
		unsigned int n = get_be16(c->p + 2);
		const uint8_t *p = cur_peek(c, n);

		if (n < 4 || n % 4 || (!p && !fi->cut))
			return found_bad(fi, "length of an extension field", n);
		if (!p)
			return;
		found_group(fi, &groups[0], p, n);
		cur_skip(c, n);
	}
	if (fi->cut || !cur_left(c))
		return;
	if (cur_left(c) != 4 && cur_left(c) != 12 && cur_left(c) != 20 && cur_left(c) != 24)
		return found_bad(fi, "length of the authenticator", cur_left(c));
	found_group(fi, &groups[1], c->p, cur_left(c));
}

static void find(struct cur *c, struct finder *fi)
{
	unsigned int mode = c->p[0] & 7;

	if (mode == CONTROL) {
		const uint8_t *p = cur_take(c, CONTROL_BYTES);
		unsigned int n = p ? get_be16(p + 10) : 0;

		if (n > cur_left(c) && !fi->cut)
			return found_bad(fi, "bytes of data", n);
		if (n)
			found_bytes(fi, &fields[ARRAY_SIZE(fields) - 1], c->p, MIN(n, cur_left(c)));
	} else if (mode != PRIVATE && cur_take(c, TIME_BYTES)) {
		find_extensions(c, fi);
	}
}

static const struct len_case lengths[] = {
	{ CONTROL, CONTROL_BYTES }, { PRIVATE, PRIVATE_BYTES }, { 0, 0 },
};

/* A version that is, and a mode: 0 was the client's in version 1. */
static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	unsigned int version = have ? p[0] >> 3 & 7 : 0;

	return bytes >= PRIVATE_BYTES && version >= 1 && version <= 4 &&
	       ((p[0] & 7) || version == 1);
}

const struct proto proto_ntp = {
	.name = "ntp", .label = "Network time", .ref = "RFC 5905", .flags = PROTO_ALL,
	.min_bytes = PRIVATE_BYTES,
	.hdr = { .at = { 5, 3 }, .cases = lengths, .other_bytes = TIME_BYTES },
	FIELDS(fields),
	OPTIONS(groups),
	.check = check, .find = find,
	.in = { { REG_UDP_PORT, 123 } },
};
