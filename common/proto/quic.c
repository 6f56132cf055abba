// SPDX-License-Identifier: GPL-2.0-or-later
/* quic - the long headers of QUIC, versions 1 and 2: connection identifiers, tokens, lengths, the
 * versions of a negotiation; several packets in a datagram. Nothing is decrypted, so that the bits
 * under header protection are not shown. Of versions that are not known only what no version may
 * change is (RFC 8999). A datagram of short headers alone has nothing to be known by. */
#include "proto/found.h"
#include "proto/tables.h"

#define REF  "RFC 9000 17.2"
#define SAME "RFC 8999 5.1"

enum { HDR_BYTES = 7, CID_BYTES = 20, TAG_BYTES = 16, PACKETS = 16 };

#define V2 0x6b3343cf

static const struct value_name versions[] = {
	{ 0, "negotiation" }, { 1, "1" }, { V2, "2" }, { 0xff00001b, "draft-27" },
	{ 0xff00001d, "draft-29" }, { 0xff000020, "draft-32" }, { 0xff000022, "draft-34" },
	{ 0, NULL },
};

static const struct field fields[] = {
	{ .name = "long", BITS(0, 1), .kind = FIELD_BOOL, .dflt = 1, .label = "a long header",
	  .ref = SAME },
	{ .name = "fixed", BITS(1, 1), .kind = FIELD_BOOL, .dflt = 1,
	  .label = "1 in versions 1 and 2", .ref = REF },
	{ .name = "type", BITS(2, 2), .kind = FIELD_DEC, .flags = FIELD_VIEW,
	  .label = "type as its version numbers it", .ref = REF },
	{ .name = "version", BYTES(1, 4), .kind = FIELD_HEX, .names = versions, .dflt = 1,
	  .flags = FIELD_LINE, .label = "version, 0: the sender's versions follow", .ref = SAME },
	{ .name = "dcid_len", BYTES(5, 1), .kind = FIELD_DEC,
	  .label = "bytes of the destination's connection identifier", .ref = SAME },
	{ .name = "rest", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
	  .label = "bytes behind the packets that are none", .ref = "RFC 9000 12.2" },
};

enum { KIND, PACKET_VERSION, DCID, SCID, TOKEN, LEN, TAG, SUPPORTED, BYTES };
enum { INITIAL, ZERO_RTT, HANDSHAKE, RETRY, NEGOTIATION, SHORT, OTHER };

static const struct value_name kinds[] = {
	{ INITIAL, "initial" }, { ZERO_RTT, "0-rtt" }, { HANDSHAKE, "handshake" },
	{ RETRY, "retry" }, { NEGOTIATION, "version-negotiation" }, { SHORT, "short" },
	{ OTHER, "other" }, { 0, NULL },
};

static const struct field packet[] = {
	[KIND] = { .name = "kind", .at = { 0, 8 }, .kind = FIELD_DEC, .names = kinds,
		   .flags = FIELD_FOUND | FIELD_LINE,
		   .label = "what it is, in the numbers of version 1", .ref = REF },
	[PACKET_VERSION] = { .name = "version", .at = { 0, 32 }, .kind = FIELD_HEX, .names = versions,
		      .flags = FIELD_FOUND, .label = "version", .ref = SAME },
	[DCID] = { .name = "dcid", .kind = FIELD_BYTES, .flags = FIELD_FOUND | FIELD_LINE,
		   .label = "connection identifier of the destination", .ref = SAME },
	[SCID] = { .name = "scid", .kind = FIELD_BYTES, .flags = FIELD_FOUND | FIELD_LINE,
		   .label = "connection identifier of the source", .ref = SAME },
	[TOKEN] = { .name = "token", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		    .label = "token that proves the address", .ref = "RFC 9000 17.2.2" },
	[LEN] = { .name = "len", .at = { 0, 62 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		  .label = "bytes of packet number and payload", .ref = REF },
	[TAG] = { .name = "tag", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		  .label = "integrity tag of a retry", .ref = "RFC 9001 5.8" },
	[SUPPORTED] = { .name = "supported", .at = { 0, 32 }, .kind = FIELD_HEX,
			.names = versions, .flags = FIELD_FOUND | FIELD_ARRAY | FIELD_LINE,
			.label = "versions that the server takes", .ref = "RFC 8999 6" },
	[BYTES] = { .name = "bytes", .at = { 0, 16 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		    .label = "bytes of a packet whose length is not stated",
		    .ref = "RFC 9000 17.3" },
};

static const struct opt_def groups[] = {
	{ .kind = KIND_GROUP, .name = "packet", FIELDS(packet), .ref = "RFC 9000 12.2" },
};

/* True for versions with the layout of version 1. */
static bool known(uint32_t version)
{
	return version == 1 || version == V2 || (version >= 0xff000017 && version <= 0xff000022);
}

/* An integer of 1 to 8 bytes (RFC 9000 16). */
static uint64_t cur_varint(struct cur *c)
{
	uint64_t v = cur_u8(c);
	unsigned int more = (1u << (v >> 6)) - 1;

	v &= 0x3f;
	while (more--)
		v = v << 8 | cur_u8(c);
	return c->failed ? 0 : v;
}

/* A run of 'n' bytes as 'f'. False when there are fewer, which is a lie but where cut. */
static bool run(struct finder *fi, const struct field *f, struct cur *c, uint64_t n,
		const char *what)
{
	if (c->failed || n > cur_left(c)) {
		if (!fi->cut)
			found_bad(fi, what, n);
		return false;
	}
	if (n)
		found_bytes(fi, f, c->p, n);
	cur_skip(c, n);
	return true;
}

static unsigned int kind_of(uint8_t first, uint32_t version)
{
	unsigned int type = first >> 4 & 3;

	if (version == 0)
		return NEGOTIATION;
	if (!known(version))
		return OTHER;
	/* version 2 numbers them one higher (RFC 9369 3.2) */
	return version == V2 ? (type + 3) & 3 : type;
}

/* What stands behind the identifiers. False when nothing follows it. */
static bool body(struct finder *fi, unsigned int kind, struct cur *c)
{
	uint64_t n;

	if (kind == NEGOTIATION) {
		while (cur_left(c) >= 4)
			found_number(fi, &packet[SUPPORTED], cur_be32(c));
		if (cur_left(c) && !fi->cut)
			found_bad(fi, "bytes behind the versions", cur_left(c));
		return false;
	}
	if (kind == RETRY) {
		n = cur_left(c);
		if (n < TAG_BYTES)
			return run(fi, &packet[TAG], c, TAG_BYTES, "bytes of a tag") && false;
		return run(fi, &packet[TOKEN], c, n - (fi->cut ? 0 : TAG_BYTES), "") &&
		       run(fi, &packet[TAG], c, cur_left(c), "") && false;
	}
	if (kind == OTHER) {
		found_number(fi, &packet[BYTES], cur_left(c));
		return false;
	}
	if (kind == INITIAL && !run(fi, &packet[TOKEN], c, cur_varint(c), "length of the token"))
		return false;
	n = cur_varint(c);
	if (c->failed)
		return run(fi, &packet[TOKEN], c, 1, "bytes of a length");
	found_number(fi, &packet[LEN], n);
	if (n > cur_left(c) && !fi->cut)
		found_bad(fi, "length of a packet", n);
	if (n > cur_left(c))
		return false;
	cur_skip(c, n);
	return true;
}

/* One packet with a long header. False when nothing can be read behind it. */
static bool long_packet(struct finder *fi, struct cur *c)
{
	const uint8_t *p = cur_take(c, 5);
	uint32_t version;
	unsigned int kind;
	uint8_t n;

	if (!p)
		return false;
	version = get_be32(p + 1);
	kind = kind_of(*p, version);
	found_number(fi, &packet[KIND], kind);
	found_number(fi, &packet[PACKET_VERSION], version);
	n = cur_u8(c);
	if (known(version) && n > CID_BYTES)
		return found_bad(fi, "length of the identifier", n), false;
	if (!run(fi, &packet[DCID], c, n, "length of the identifier"))
		return false;
	n = cur_u8(c);
	if (known(version) && n > CID_BYTES)
		return found_bad(fi, "length of the identifier", n), false;
	return run(fi, &packet[SCID], c, n, "length of the identifier") && body(fi, kind, c);
}

static void find(struct cur *c, struct finder *fi)
{
	bool more = true;

	for (unsigned int i = 0; more && cur_left(c) && (*c->p & 0xc0) && i < PACKETS; i++) {
		if (!found_open(fi, groups))
			return;
		if (*c->p & 0x80) {
			more = long_packet(fi, c);
		} else {
			found_number(fi, &packet[KIND], SHORT);
			found_number(fi, &packet[BYTES], cur_left(c));
			more = false;
			cur_skip(c, cur_left(c));
		}
		found_close(fi);
	}
	if (more && cur_left(c))
		found_bytes(fi, &fields[ARRAY_SIZE(fields) - 1], c->p, cur_left(c));
}

/* A version that is known, or one that is sent to see whether it is refused (RFC 9000 15). */
static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	uint32_t version;

	if (have < HDR_BYTES || bytes < HDR_BYTES || !(p[0] & 0x80))
		return false;
	version = get_be32(p + 1);
	if (bytes < HDR_BYTES + (uint32_t)p[5])
		return false;
	return known(version) ? p[5] <= CID_BYTES :
	       version == 0 || (version & 0x0f0f0f0f) == 0x0a0a0a0a;
}

const struct proto proto_quic = {
	.name = "quic", .label = "QUIC, long headers", .ref = "RFC 9000", .flags = PROTO_ALL,
	.min_bytes = HDR_BYTES,
	FIELDS(fields),
	OPTIONS(groups),
	.check = check, .find = find,
	.in = { { REG_UDP_PORT, 443 }, { REG_UDP_PORT, 80 }, { REG_UDP_PORT, 853 },
		{ REG_UDP_PORT, 4433 }, { REG_UDP_PORT, 4434 }, { REG_UDP_PORT, 8443 } },
};
