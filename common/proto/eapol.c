// SPDX-License-Identifier: GPL-2.0-or-later
/* eapol - authentication over LANs: its head, EAP and the frames of key exchanges. */
#include "proto/found.h"
#include "proto/tables.h"

#define REF "IEEE 802.1X 11.3"
#define EAP "RFC 3748 4"
#define KEY "IEEE 802.11 12.7.2"

static const struct value_name packet_types[] = {
	{ 0, "eap" }, { 1, "start" }, { 2, "logoff" }, { 3, "key" }, { 4, "asf-alert" },
	{ 5, "mka" }, { 6, "announcement-generic" }, { 7, "announcement-specific" },
	{ 8, "announcement-request" }, { 0, NULL },
};

static const struct field fields[] = {
	{ .name = "version", BYTES(0, 1), .kind = FIELD_DEC, .dflt = 2, .label = "version",
	  .ref = REF },
	{ .name = "type", BYTES(1, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .names = packet_types, .dflt = 1, .label = "kind of packet", .ref = REF },
	{ .name = "len", BYTES(2, 2), .kind = FIELD_DEC, .label = "bytes that follow", .ref = REF },
};

const struct proto proto_eapol = {
	.name = "eapol", .label = "Authentication over LANs", .ref = "IEEE 802.1X",
	.min_bytes = 4,
	.total = { .at = { 16, 16 }, .unit = 1, .add = 4 },
	FIELDS(fields),
	.next = { .reg = REG_EAPOL, BYTES(1, 1) },
	.in = { { REG_ETHERTYPE, 0x888e } },
};

static const struct value_name codes[] = {
	{ 1, "request" }, { 2, "response" }, { 3, "success" }, { 4, "failure" }, { 5, "initiate" },
	{ 6, "finish" }, { 0, NULL },
};

static const struct value_name methods[] = {
	{ 1, "identity" }, { 2, "notification" }, { 3, "nak" }, { 4, "md5" }, { 5, "otp" },
	{ 6, "gtc" }, { 13, "tls" }, { 17, "leap" }, { 18, "sim" }, { 21, "ttls" }, { 23, "aka" },
	{ 25, "peap" }, { 26, "mschapv2" }, { 29, "mschapv2-peap" }, { 33, "tlv" }, { 43, "fast" },
	{ 46, "pax" }, { 47, "psk" }, { 48, "sake" }, { 49, "ikev2" }, { 50, "aka-prime" },
	{ 51, "gpsk" }, { 52, "pwd" }, { 53, "eke" }, { 55, "teap" }, { 254, "expanded" },
	{ 255, "experimental" }, { 0, NULL },
};

static const struct field_when asks = { { 0, 8 }, 2, { 1, 2 } };

static const struct field eap_fields[] = {
	{ .name = "code", BYTES(0, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = codes,
	  .dflt = 3, .label = "kind of message", .ref = EAP },
	{ .name = "id", BYTES(1, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "identifier, the same in question and answer", .ref = EAP },
	{ .name = "len", BYTES(2, 2), .kind = FIELD_DEC, .label = "bytes of the message",
	  .ref = EAP },
	{ .name = "type", BYTES(4, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = methods,
	  .when = &asks, .label = "method", .ref = "RFC 3748 5" },
	{ .name = "identity", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_LINE,
	  .label = "name of who asks to get in", .ref = "RFC 3748 5.1" },
	{ .name = "wanted", .at = { 0, 8 }, .kind = FIELD_DEC, .flags = FIELD_FOUND | FIELD_ARRAY,
	  .names = methods, .label = "methods that would do", .ref = "RFC 3748 5.3" },
};

enum { IDENTITY = 4, WANTED };

static void eap_find(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, 5);
	size_t n = cur_left(c);

	if (!p || p[0] != 2 || !n)
		return;
	if (p[4] == 1)
		found_bytes(fi, &eap_fields[IDENTITY], c->p, n);
	for (size_t i = 0; p[4] == 3 && i < n; i++)
		found_number(fi, &eap_fields[WANTED], c->p[i]);
}

static const struct len_case eap_lengths[] = { { 1, 5 }, { 2, 5 }, { 0, 0 } };

const struct proto proto_eap = {
	.name = "eap", .label = "Extensible authentication", .ref = "RFC 3748",
	.flags = PROTO_ALL, .min_bytes = 4,
	.hdr = { .at = { 0, 8 }, .cases = eap_lengths },
	.total = { .at = { 16, 16 }, .unit = 1 },
	FIELDS(eap_fields),
	.find = eap_find,
	.in = { { REG_EAPOL, 0 } },
};

static const struct value_name descriptors[] = {
	{ 1, "rc4" }, { 2, "rsn" }, { 254, "wpa" }, { 0, NULL },
};

static const struct value_name key_bits[] = {
	{ 0x0008, "pairwise" }, { 0x0040, "install" }, { 0x0080, "ack" }, { 0x0100, "mic" },
	{ 0x0200, "secure" }, { 0x0400, "error" }, { 0x0800, "request" }, { 0x1000, "encrypted" },
	{ 0x2000, "smk" }, { 0, NULL },
};

static const struct value_name key_versions[] = {
	{ 0, "defined-by-akm" }, { 1, "md5-rc4" }, { 2, "sha1-aes" }, { 3, "cmac-aes" },
	{ 0, NULL },
};

static const struct field key_fields[] = {
	{ .name = "descriptor", BYTES(0, 1), .kind = FIELD_DEC, .names = descriptors, .dflt = 2,
	  .label = "kind of descriptor", .ref = KEY },
	{ .name = "info", BYTES(1, 2), .kind = FIELD_FLAGS, .flags = FIELD_LINE, .names = key_bits,
	  .label = "what this message of the exchange is", .ref = KEY },
	{ .name = "version", BITS(21, 3), .kind = FIELD_DEC, .flags = FIELD_VIEW,
	  .names = key_versions, .label = "version of the descriptor", .ref = KEY },
	{ .name = "index", BITS(18, 2), .kind = FIELD_DEC, .flags = FIELD_VIEW,
	  .label = "key number, WPA only", .ref = KEY },
	{ .name = "key_len", BYTES(3, 2), .kind = FIELD_DEC, .label = "bytes of the key",
	  .ref = KEY },
	{ .name = "replay", BYTES(5, 8), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "replay counter", .ref = KEY },
	{ .name = "nonce", BYTES(13, 32), .kind = FIELD_BYTES, .label = "nonce", .ref = KEY },
	{ .name = "iv", BYTES(45, 16), .kind = FIELD_BYTES, .label = "initial vector", .ref = KEY },
	{ .name = "rsc", BYTES(61, 8), .kind = FIELD_BYTES, .label = "receive sequence counter",
	  .ref = KEY },
	{ .name = "key_id", BYTES(69, 8), .kind = FIELD_BYTES, .label = "reserved", .ref = KEY },
	{ .name = "mic", BYTES(77, 16), .kind = FIELD_BYTES,
	  .label = "integrity code, of the 16 bytes that most suites have", .ref = KEY },
	{ .name = "data_len", BYTES(93, 2), .kind = FIELD_DEC, .label = "bytes of key data",
	  .ref = KEY },
	{ .name = "data", .at = { 760, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "key data, often encrypted", .ref = KEY },
};

static bool key_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	return have && (p[0] == 2 || p[0] == 254);
}

const struct proto proto_eapolkey = {
	.name = "eapolkey", .label = "Key exchange of 802.11", .ref = KEY, .flags = PROTO_ALL,
	.min_bytes = 95,
	FIELDS(key_fields),
	.check = key_check,
	.in = { { REG_EAPOL, 3 } },
};
