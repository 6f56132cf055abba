// SPDX-License-Identifier: GPL-2.0-or-later
/* tls - records of TLS, several in a segment, with the alerts and the hellos that are not
 * encrypted: names of servers, protocols, versions, ciphers. A record may go on in the next
 * segment and a hello in the next record, which is not wrong. */
#include "proto/found.h"
#include "proto/tables.h"
#include "proto/tls_names.h"

#define REF   "RFC 8446 5.1"
#define HELLO "RFC 8446 4.1.2"
#define EXT   "RFC 8446 4.2"

enum { HDR_BYTES = 5, RECORD_BYTES = 16384 + 2048, ALERT = 21, HANDSHAKE = 22, CLIENT_HELLO = 1,
       SERVER_HELLO = 2, RECORDS = 64 };

static const struct value_name types[] = {
	{ 20, "change-cipher" }, { ALERT, "alert" }, { HANDSHAKE, "handshake" },
	{ 23, "application" }, { 24, "heartbeat" }, { 0, NULL },
};

static const struct field fields[] = {
	{ .name = "type", BYTES(0, 1), .kind = FIELD_DEC, .names = types, .dflt = HANDSHAKE,
	  .label = "kind of the first record", .ref = REF },
	{ .name = "version", BYTES(1, 2), .kind = FIELD_HEX, .names = tls_versions, .dflt = 0x0303,
	  .label = "version of the first record, which since 1.3 says little", .ref = REF },
	{ .name = "len", BYTES(3, 2), .kind = FIELD_DEC, .dflt = 1,
	  .label = "bytes of the first record", .ref = REF },
};

static const struct field record[] = {
	{ .name = "type", BYTES(0, 1), .kind = FIELD_DEC, .names = types, .flags = FIELD_LINE,
	  .label = "kind of record", .ref = REF },
	{ .name = "version", BYTES(1, 2), .kind = FIELD_HEX, .names = tls_versions,
	  .label = "version, which since 1.3 says little", .ref = REF },
	{ .name = "len", BYTES(3, 2), .kind = FIELD_DEC, .label = "bytes behind these",
	  .ref = REF },
	{ .name = "later", .at = { 0, 16 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .label = "bytes of it that later segments have", .ref = REF },
};

static const struct value_name levels[] = { { 1, "warning" }, { 2, "fatal" }, { 0, NULL } };

static const struct field alert[] = {
	{ .name = "level", BYTES(0, 1), .kind = FIELD_DEC, .names = levels, .flags = FIELD_LINE,
	  .label = "level", .ref = "RFC 8446 6" },
	{ .name = "description", BYTES(1, 1), .kind = FIELD_DEC, .names = tls_alerts,
	  .flags = FIELD_LINE, .label = "what is wrong", .ref = "RFC 8446 6" },
};

static const struct value_name messages[] = {
	{ 0, "hello-request" }, { CLIENT_HELLO, "client-hello" }, { SERVER_HELLO, "server-hello" },
	{ 3, "hello-verify" }, { 4, "new-session-ticket" }, { 5, "end-of-early-data" },
	{ 8, "encrypted-extensions" }, { 11, "certificate" }, { 12, "server-key-exchange" },
	{ 13, "certificate-request" }, { 14, "server-hello-done" }, { 15, "certificate-verify" },
	{ 16, "client-key-exchange" }, { 20, "finished" }, { 21, "certificate-url" },
	{ 22, "certificate-status" }, { 24, "key-update" }, { 25, "compressed-certificate" },
	{ 254, "message-hash" }, { 0, NULL },
};

enum { MESSAGE, MESSAGE_BYTES, HELLO_VERSION, SESSION, CIPHER, EXTENSION, SNI, ALPN, VERSIONS,
       GROUPS, SIGNATURE, SHARE };

static const struct field handshake[] = {
	[MESSAGE] = { .name = "message", .at = { 0, 8 }, .kind = FIELD_DEC, .names = messages,
		      .flags = FIELD_FOUND | FIELD_LINE, .label = "message",
		      .ref = "RFC 8446 4" },
	[MESSAGE_BYTES] = { .name = "message_bytes", .at = { 0, 24 }, .kind = FIELD_DEC,
			    .flags = FIELD_FOUND, .label = "its bytes", .ref = "RFC 8446 4" },
	[HELLO_VERSION] = { .name = "hello_version", .at = { 0, 16 }, .kind = FIELD_HEX,
		      .names = tls_versions, .flags = FIELD_FOUND,
		      .label = "version of the hello, up to 1.2", .ref = HELLO },
	[SESSION] = { .name = "session", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		      .label = "session identifier", .ref = HELLO },
	[CIPHER] = { .name = "cipher", .at = { 0, 16 }, .kind = FIELD_HEX, .names = tls_ciphers,
		     .flags = FIELD_FOUND | FIELD_ARRAY,
		     .label = "ciphers offered, or the one chosen", .ref = HELLO },
	[EXTENSION] = { .name = "extension", .at = { 0, 16 }, .kind = FIELD_DEC,
			.names = tls_extensions, .flags = FIELD_FOUND | FIELD_ARRAY,
			.label = "extensions", .ref = EXT },
	[SNI] = { .name = "sni", .kind = FIELD_TEXT,
		  .flags = FIELD_FOUND | FIELD_ARRAY | FIELD_LINE,
		  .label = "name of the server that is asked for", .ref = "RFC 6066 3" },
	[ALPN] = { .name = "alpn", .kind = FIELD_TEXT,
		   .flags = FIELD_FOUND | FIELD_ARRAY | FIELD_LINE,
		   .label = "protocols offered, or the one chosen", .ref = "RFC 7301 3.1" },
	[VERSIONS] = { .name = "versions", .at = { 0, 16 }, .kind = FIELD_HEX,
		       .names = tls_versions, .flags = FIELD_FOUND | FIELD_ARRAY,
		       .label = "versions offered, or the one chosen", .ref = "RFC 8446 4.2.1" },
	[GROUPS] = { .name = "groups", .at = { 0, 16 }, .kind = FIELD_DEC, .names = tls_groups,
		     .flags = FIELD_FOUND | FIELD_ARRAY, .label = "groups for keys",
		     .ref = "RFC 8446 4.2.7" },
	[SIGNATURE] = { .name = "signature", .at = { 0, 16 }, .kind = FIELD_HEX,
			.names = tls_signatures, .flags = FIELD_FOUND | FIELD_ARRAY,
			.label = "signatures that are understood", .ref = "RFC 8446 4.2.3" },
	[SHARE] = { .name = "share", .at = { 0, 16 }, .kind = FIELD_DEC, .names = tls_groups,
		    .flags = FIELD_FOUND | FIELD_ARRAY, .label = "groups of the keys that are sent",
		    .ref = "RFC 8446 4.2.8" },
};

static const struct opt_def groups[] = {
	{ .kind = KIND_GROUP, .name = "record", FIELDS(record), .ref = REF },
	{ .kind = KIND_GROUP, .name = "alert", FIELDS(alert), .ref = "RFC 8446 6" },
	{ .kind = KIND_GROUP, .name = "handshake", FIELDS(handshake), .ref = "RFC 8446 4" },
};

/* A hello while it is read. */
struct hello {
	struct finder *fi;
	bool server;
	bool open; /* it goes on elsewhere: a short read is no lie */
};

static void lie(const struct hello *h, const char *what, uint64_t value)
{
	if (!h->open)
		found_bad(h->fi, what, value);
}

/* The vector of up to 'n' length bytes at 'c'. What is missing of it is a lie, or elsewhere. */
static struct cur vector(const struct hello *h, struct cur *c, unsigned int n, const char *what)
{
	uint32_t bytes = n == 1 ? cur_u8(c) : cur_be16(c);

	if (!c->failed && bytes <= cur_left(c))
		return cur_sub(c, bytes);
	lie(h, what, bytes);
	c->failed = true;
	return cur_sub(c, cur_left(c));
}

static void numbers(const struct hello *h, struct cur *c, unsigned int field)
{
	while (cur_left(c) >= 2)
		found_number(h->fi, &handshake[field], cur_be16(c));
}

static void server_names(const struct hello *h, struct cur *c)
{
	struct cur list = vector(h, c, 2, "length of the server names");

	while (cur_left(&list)) {
		uint8_t type = cur_u8(&list);
		struct cur name = vector(h, &list, 2, "length of a server name");

		if (list.failed)
			return;
		if (type == 0)
			found_bytes(h->fi, &handshake[SNI], name.p, cur_left(&name));
	}
}

static void protocols(const struct hello *h, struct cur *c)
{
	struct cur list = vector(h, c, 2, "length of the protocols");

	while (cur_left(&list)) {
		struct cur name = vector(h, &list, 1, "length of a protocol");

		if (list.failed)
			return;
		found_bytes(h->fi, &handshake[ALPN], name.p, cur_left(&name));
	}
}

/* Of a server one, in the message that asks for another hello without a key. */
static void shares(const struct hello *h, struct cur *c)
{
	struct cur list = h->server ? *c : vector(h, c, 2, "length of the key shares");

	while (cur_left(&list)) {
		uint16_t group = cur_be16(&list);

		if (list.failed)
			return lie(h, "length of the key shares", 1);
		found_number(h->fi, &handshake[SHARE], group);
		if (h->server)
			return;
		(void)vector(h, &list, 2, "length of a key");
	}
}

static void extension(const struct hello *h, unsigned int type, struct cur *c)
{
	struct cur list;

	switch (type) {
	case 0:
		if (cur_left(c))
			server_names(h, c);
		return;
	case 10:
		list = vector(h, c, 2, "length of the groups");
		return numbers(h, &list, GROUPS);
	case 13:
		list = vector(h, c, 2, "length of the signatures");
		return numbers(h, &list, SIGNATURE);
	case 16:
		return protocols(h, c);
	case 43:
		list = h->server ? *c : vector(h, c, 1, "length of the versions");
		return numbers(h, &list, VERSIONS);
	case 51:
		return shares(h, c);
	}
}

/* First the list of all, then what is in those that tell most: each once (RFC 8446 4.2). */
static void extensions(const struct hello *h, struct cur *c)
{
	struct hello quiet = { .fi = h->fi, .server = h->server, .open = true };
	struct cur again = *c;
	uint64_t seen = 0;

	while (cur_left(&again) >= 2) {
		found_number(h->fi, &handshake[EXTENSION], cur_be16(&again));
		(void)vector(&quiet, &again, 2, "");
	}
	while (cur_left(c)) {
		unsigned int type = cur_be16(c);
		struct cur in = vector(h, c, 2, "length of an extension");

		if (c->failed && !h->open)
			return;
		if (type < 64 && (seen >> type & 1))
			return found_bad(h->fi, "extension twice", type);
		if (type < 64)
			seen |= UINT64_C(1) << type;
		extension(h, type, &in);
	}
}

/* RFC 8446 4.1.2 and 4.1.3; 'c' is behind type and length. */
static void hello(const struct hello *h, struct cur *c)
{
	size_t bytes = cur_left(c);
	uint16_t version = cur_be16(c);
	struct cur part;

	if (c->failed)
		return lie(h, "bytes of a hello", bytes);
	found_number(h->fi, &handshake[HELLO_VERSION], version);
	cur_skip(c, 32);
	part = vector(h, c, 1, "length of the session");
	if (cur_left(&part))
		found_bytes(h->fi, &handshake[SESSION], part.p, cur_left(&part));
	if (c->failed)
		return;
	part = h->server ? cur_sub(c, 2) : vector(h, c, 2, "length of the ciphers");
	numbers(h, &part, CIPHER);
	if (h->server)
		cur_skip(c, 1);
	else if (!c->failed)
		(void)vector(h, c, 1, "length of the compressions");
	if (c->failed || !cur_left(c))
		return;
	part = vector(h, c, 2, "length of the extensions");
	extensions(h, &part);
}

/* The messages in a record, if they are not encrypted: a type and a length that can be. */
static void messages_of(struct finder *fi, struct cur *c, bool open)
{
	while (cur_left(c) >= 4) {
		unsigned int type = c->p[0], n = get_be32(c->p) & 0xffffff;
		struct hello h = { .fi = fi, .server = type == SERVER_HELLO,
				   .open = open || n > cur_left(c) - 4 };
		struct cur in;

		if (!field_value_name(&handshake[MESSAGE], type) || n > 1 << 17 ||
		    !found_open(fi, &groups[2]))
			return;
		found_number(fi, &handshake[MESSAGE], type);
		found_number(fi, &handshake[MESSAGE_BYTES], n);
		cur_skip(c, 4);
		in = cur_sub(c, MIN(n, cur_left(c)));
		if (type == CLIENT_HELLO || type == SERVER_HELLO)
			hello(&h, &in);
		found_close(fi);
	}
}

static bool plausible(const uint8_t *p)
{
	unsigned int n = get_be16(p + 3);

	return p[0] >= 20 && p[0] <= 24 && p[1] == 3 && p[2] <= 4 && n <= RECORD_BYTES &&
	       (n || p[0] == 23);
}

static void find(struct cur *c, struct finder *fi)
{
	for (unsigned int i = 0; cur_left(c) >= HDR_BYTES && i < RECORDS; i++) {
		const uint8_t *p = cur_take(c, HDR_BYTES);
		uint32_t n = get_be16(p + 3), have = MIN(n, cur_left(c));
		struct cur in = cur_sub(c, have);

		if (!plausible(p))
			return found_bad(fi, "kind and version of a record", get_be32(p) >> 8);
		if (!found_open(fi, &groups[0]))
			return;
		found_fields(fi, record, ARRAY_SIZE(record), p, HDR_BYTES);
		if (have < n && !fi->cut)
			found_number(fi, &record[3], n - have);
		if (p[0] == HANDSHAKE)
			messages_of(fi, &in, have < n);
		else if (p[0] == ALERT && n == 2 && have == n)
			found_group(fi, &groups[1], in.p, 2);
		found_close(fi);
	}
}

static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return bytes >= HDR_BYTES && have >= HDR_BYTES && plausible(p);
}

const struct proto proto_tls = {
	.name = "tls", .alias = "ssl", .label = "Transport layer security", .ref = "RFC 8446",
	.flags = PROTO_ALL, .min_bytes = HDR_BYTES,
	FIELDS(fields),
	OPTIONS(groups),
	.check = check, .find = find,
	.in = { { REG_TCP_PORT, 443 }, { REG_TCP_PORT, 8443 }, { REG_TCP_PORT, 465 },
		{ REG_TCP_PORT, 563 }, { REG_TCP_PORT, 636 }, { REG_TCP_PORT, 853 },
		{ REG_TCP_PORT, 989 }, { REG_TCP_PORT, 990 }, { REG_TCP_PORT, 992 },
		{ REG_TCP_PORT, 993 }, { REG_TCP_PORT, 995 }, { REG_TCP_PORT, 5061 },
		{ REG_TCP_PORT, 5671 }, { REG_TCP_PORT, 6443 }, { REG_TCP_PORT, 6514 },
		{ REG_TCP_PORT, 8883 }, { REG_TCP_PORT, 25 }, { REG_TCP_PORT, 110 },
		{ REG_TCP_PORT, 143 }, { REG_TCP_PORT, 389 }, { REG_TCP_PORT, 587 },
		{ REG_TCP_PORT, 5222 }, { REG_TCP_PORT, 5432 } },
};
