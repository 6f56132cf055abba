// SPDX-License-Identifier: GPL-2.0-or-later
/* l2tp - layer 2 tunnels, version 2 with PPP inside, version 3 over UDP and over IP with frames
 * inside. Of version 3 only the ends know how long cookie and sublayer are and what they carry: an
 * Ethernet frame is believed where one stands without doubt behind 0 to 12 bytes, else all is
 * payload. */
#include "proto/found.h"
#include "proto/tables.h"

#define V2  "RFC 2661 3.1"
#define V3  "RFC 3931 3.2.1"
#define UDP "RFC 3931 4.1.2.1"

enum { CONTROL = 0x80, LENGTH = 0x40, SEQUENCE = 8, OFFSET = 2, CONTROL_BYTES = 12 };

static const struct value_name flag_names[] = {
	{ CONTROL, "control" }, { LENGTH, "length" }, { SEQUENCE, "sequence" },
	{ OFFSET, "offset" }, { 1, "priority" }, { 0, NULL },
};

/* All that the check lets pass, by what stands where: a length before the identifiers or not, and
 * numbers and an offset behind them. */
static const struct field_when len = {
	{ 0, 8 }, 10, { 0x40, 0x41, 0x42, 0x43, 0x48, 0x49, 0x4a, 0x4b, 0xc8, 0xc9 } };
static const struct field_when no_len = {
	{ 0, 8 }, 10, { 0, 1, 2, 3, 8, 9, 0xa, 0xb, 0x88, 0x89 } };
static const struct field_when len_seq = { { 0, 8 }, 6, { 0x48, 0x49, 0x4a, 0x4b, 0xc8, 0xc9 } };
static const struct field_when no_len_seq = { { 0, 8 }, 6, { 8, 9, 0xa, 0xb, 0x88, 0x89 } };
static const struct field_when len_off = { { 0, 8 }, 2, { 0x42, 0x43 } };
static const struct field_when len_seq_off = { { 0, 8 }, 2, { 0x4a, 0x4b } };
static const struct field_when just_off = { { 0, 8 }, 2, { 2, 3 } };
static const struct field_when seq_off = { { 0, 8 }, 2, { 0xa, 0xb } };

#define AT(name_, off_, n_, kind_, when_, flags_, label_)                                          \
	{ .name = name_, BYTES(off_, n_), .kind = kind_, .when = when_, .flags = flags_,           \
	  .label = label_, .ref = V2 }

#define TUNNEL(off, when)  AT("tunnel", off, 2, FIELD_DEC, when, FIELD_LINE, "tunnel, 0: none yet")
#define SESSION(off, when)                                                          \
	AT("session", off, 2, FIELD_DEC, when, FIELD_LINE, "session, 0: the tunnel")
#define NS(off, when)      AT("ns", off, 2, FIELD_DEC, when, FIELD_LINE, "number of this message")
#define NR(off, when)      AT("nr", off, 2, FIELD_DEC, when, FIELD_LINE, "number expected next")
#define PAD(off, when)                                                              \
	AT("offset", off, 2, FIELD_DEC, when, 0, "bytes between header and payload")

static const struct field fields[] = {
	{ .name = "flags", BYTES(0, 1), .kind = FIELD_FLAGS, .names = flag_names,
	  .flags = FIELD_LINE, .label = "a control message, and which fields are there",
	  .ref = V2 },
	{ .name = "version", .alias = "ver", BITS(12, 4), .kind = FIELD_DEC, .dflt = 2,
	  .label = "version", .ref = V2 },
	AT("len", 2, 2, FIELD_DEC, &len, 0, "bytes of header and payload"),
	TUNNEL(4, &len), SESSION(6, &len), TUNNEL(2, &no_len), SESSION(4, &no_len),
	NS(8, &len_seq), NR(10, &len_seq), NS(6, &no_len_seq), NR(8, &no_len_seq),
	PAD(8, &len_off), PAD(12, &len_seq_off), PAD(6, &just_off), PAD(10, &seq_off),
};

#define AVP "RFC 2661 4.1"

static const struct value_name avp_flags[] = {
	{ 2, "mandatory" }, { 1, "hidden" }, { 0, NULL },
};

#define AVP_FLAGS                                                                                  \
	{ .name = "flags", BITS(0, 2), .kind = FIELD_FLAGS, .names = avp_flags, .label = "flags",  \
	  .ref = AVP }

/* A pair whose value is of one kind: a list of its flags and it, named after it. */
#define NUMBER(list, n_, kind_, names_, flags_, label_, ref_)                                      \
	static const struct field list[] = {                                                       \
		AVP_FLAGS,                                                                         \
		{ .name = "value", BYTES(6, n_), .kind = kind_, .names = names_, .flags = flags_,  \
		  .label = label_, .ref = ref_ },                                                  \
	}
#define REST(list, kind_, label_)                                                                  \
	static const struct field list[] = {                                                       \
		AVP_FLAGS,                                                                         \
		{ .name = "value", .at = { 48, 0 }, .kind = kind_, .flags = FIELD_REST,            \
		  .label = label_, .ref = "RFC 2661 4.4" },                                        \
	}

static const struct value_name messages[] = {
	{ 1, "sccrq" }, { 2, "sccrp" }, { 3, "scccn" }, { 4, "stopccn" }, { 6, "hello" },
	{ 7, "ocrq" }, { 8, "ocrp" }, { 9, "occn" }, { 10, "icrq" }, { 11, "icrp" },
	{ 12, "iccn" }, { 14, "cdn" }, { 15, "wen" }, { 16, "sli" }, { 20, "ack" }, { 0, NULL },
};

static const struct value_name pw_types[] = {
	{ 1, "frame-relay" }, { 4, "eth-vlan" }, { 5, "eth" }, { 6, "hdlc" }, { 7, "ppp" },
	{ 11, "ip" }, { 0, NULL },
};

static const struct value_name sublayers[] = {
	{ 0, "none" }, { 1, "default" }, { 2, "atm" }, { 0, NULL },
};

static const struct field message[] = {
	AVP_FLAGS,
	{ .name = "type", BYTES(6, 2), .kind = FIELD_DEC, .names = messages, .flags = FIELD_LINE,
	  .label = "kind of message", .ref = "RFC 2661 3.2" },
};

NUMBER(number16, 2, FIELD_DEC, NULL, 0, "number", "RFC 2661 4.4");
NUMBER(number32, 4, FIELD_DEC, NULL, 0, "number", "RFC 2661 4.4");
NUMBER(bits32, 4, FIELD_HEX, NULL, 0, "bits", "RFC 2661 4.4");
NUMBER(router, 4, FIELD_IPV4, NULL, 0, "number of the router", "RFC 3931 5.4.3");
NUMBER(connection, 4, FIELD_HEX, NULL, 0, "identifier", "RFC 3931 5.4.4");
NUMBER(pw_type, 2, FIELD_DEC, pw_types, 0, "what is carried", "RFC 3931 5.4.4");
NUMBER(sublayer, 2, FIELD_DEC, sublayers, 0, "what stands before it", "RFC 3931 5.4.4");
NUMBER(pw_list, 2, FIELD_DEC, pw_types, FIELD_ARRAY, "what can be carried", "RFC 3931 5.4.3");
REST(text, FIELD_TEXT, "name");
REST(blob, FIELD_BYTES, "value");

static const struct field result[] = {
	AVP_FLAGS,
	{ .name = "code", BYTES(6, 2), .kind = FIELD_DEC, .label = "result",
	  .ref = "RFC 2661 4.4.2" },
	{ .name = "error", BYTES(8, 2), .kind = FIELD_DEC, .label = "error",
	  .ref = "RFC 2661 4.4.2" },
	{ .name = "message", .at = { 80, 0 }, .kind = FIELD_TEXT, .flags = FIELD_REST,
	  .label = "error in words", .ref = "RFC 2661 4.4.2" },
};

static const struct field version[] = {
	AVP_FLAGS,
	{ .name = "version", BYTES(6, 1), .kind = FIELD_DEC, .label = "version",
	  .ref = "RFC 2661 4.4.3" },
	{ .name = "revision", BYTES(7, 1), .kind = FIELD_DEC, .label = "revision",
	  .ref = "RFC 2661 4.4.3" },
};

#define ONE(k, n, f, bytes_)                                                              \
	{ .kind = k, .name = n, .min_bytes = 6 + (bytes_), FIELDS(f), .ref = AVP }

/* Of vendor 0; hidden ones are longer (RFC 2661 4.3), so none has a longest. */
static const struct opt_def avps[] = {
	ONE(0, "message", message, 2), ONE(1, "result", result, 2), ONE(2, "version", version, 2),
	ONE(3, "framing_cap", bits32, 4), ONE(4, "bearer_cap", bits32, 4),
	ONE(6, "firmware", number16, 2), ONE(7, "host", text, 0), ONE(8, "vendor", text, 0),
	ONE(9, "tunnel", number16, 2), ONE(10, "window", number16, 2),
	ONE(11, "challenge", blob, 0), ONE(13, "response", blob, 0),
	ONE(14, "session", number16, 2), ONE(15, "serial", number32, 4),
	ONE(18, "bearer", bits32, 4), ONE(19, "framing", bits32, 4), ONE(21, "called", text, 0),
	ONE(22, "calling", text, 0), ONE(24, "tx_speed", number32, 4),
	ONE(38, "rx_speed", number32, 4), ONE(59, "digest", blob, 0), ONE(60, "router", router, 4),
	ONE(61, "connection", connection, 4), ONE(62, "pw_list", pw_list, 0),
	ONE(63, "local_session", connection, 4), ONE(64, "remote_session", connection, 4),
	ONE(65, "cookie", blob, 0), ONE(66, "remote_end", blob, 0),
	ONE(68, "pw_type", pw_type, 2),
	ONE(69, "sublayer", sublayer, 2), ONE(70, "sequencing", number16, 2),
	ONE(71, "circuit", number16, 2),
};

/* Vendor and type make the kind. */
static const struct tlv_layout tlv_avp = {
	.kind = { 16, 32 }, .len = { 6, 10 }, .unit = 1,
	.flags = TLV_TO_END | TLV_LINES | TLV_SHOWN,
};

static const struct field_when control = { { 0, 8 }, 2, { 0xc8, 0xc9 } };

static uint32_t hdr_bytes(const uint8_t *hdr)
{
	return 6u + (hdr[0] & LENGTH ? 2 : 0) + (hdr[0] & SEQUENCE ? 4 : 0) +
	       (hdr[0] & OFFSET ? 2 : 0);
}

/* With the gap that the offset field, the last of the header, tells of. */
static uint32_t with_gap(const uint8_t *hdr, uint32_t have, uint32_t bytes)
{
	uint32_t n = hdr_bytes(hdr);

	(void)bytes;
	return (hdr[0] & OFFSET) && have >= n ? n + get_be16(hdr + n - 2) : n;
}

static void next(const uint8_t *hdr, uint32_t bytes, struct next *n)
{
	(void)bytes;
	n->stop = hdr[0] & CONTROL;
}

/* The bits that are not flags are zero, a control message has length and numbers. */
static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	if (have < 2 || bytes < 6 || (p[0] & 0x34) || p[1] != 2)
		return false;
	return !(p[0] & CONTROL) || ((p[0] & ~1) == (CONTROL | LENGTH | SEQUENCE) && bytes >= 12);
}

const struct proto proto_l2tp = {
	.name = "l2tp", .label = "Layer 2 tunnel, version 2", .ref = "RFC 2661", .min_bytes = 6,
	.hdr_hook = hdr_bytes, .hdr_scan = with_gap,
	.total = { .at = { 16, 16 }, .unit = 1, .when = &len },
	FIELDS(fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_PPP },
	.next_hook = next,
	.tlv = &tlv_avp, .opt_off = CONTROL_BYTES, .opt_when = &control,
	OPTIONS(avps),
	.check = check,
	.in = { { REG_UDP_PORT, 1701 } },
};

static const struct field_when is_control = { { 0, 8 }, 1, { 0xc8 } };
static const struct field_when is_data = { { 0, 8 }, 1, { 0 } };

static const struct field fields3[] = {
	{ .name = "flags", BYTES(0, 1), .kind = FIELD_FLAGS, .names = flag_names,
	  .flags = FIELD_LINE, .label = "0xc8 in a control message, 0 in data", .ref = V3 },
	{ .name = "version", .alias = "ver", BITS(12, 4), .kind = FIELD_DEC, .dflt = 3,
	  .label = "version", .ref = V3 },
	{ .name = "len", BYTES(2, 2), .kind = FIELD_DEC, .when = &is_control,
	  .label = "bytes of the message", .ref = V3 },
	{ .name = "connection", BYTES(4, 4), .kind = FIELD_HEX, .when = &is_control,
	  .flags = FIELD_LINE, .label = "control connection, 0: none yet", .ref = V3 },
	{ .name = "session", BYTES(4, 4), .kind = FIELD_HEX, .when = &is_data,
	  .flags = FIELD_LINE, .label = "session", .ref = UDP },
	{ .name = "ns", BYTES(8, 2), .kind = FIELD_DEC, .when = &is_control, .flags = FIELD_LINE,
	  .label = "number of this message", .ref = V3 },
	{ .name = "nr", BYTES(10, 2), .kind = FIELD_DEC, .when = &is_control, .flags = FIELD_LINE,
	  .label = "number expected next", .ref = V3 },
	{ .name = "before", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
	  .label = "cookie and sublayer before the frame", .ref = "RFC 3931 4.6" },
};

/* True if a frame begins at 'p': Ethernet with what is met most, which says the same itself. */
static bool frame(const uint8_t *p, uint32_t have)
{
	if (have < 15 || (p[6] & 1))
		return false;
	switch (get_be16(p + 12)) {
	case 0x0800:
		return p[14] >> 4 == 4 && (p[14] & 15) >= 5;
	case 0x86dd:
		return p[14] >> 4 == 6;
	case 0x0806:
		return have >= 18 && get_be32(p + 14) == 0x00010800;
	case 0x8100:
		return have >= 18 && eth_plausible(p + 4, have - 4);
	}
	return false;
}

/* Bytes of cookie and sublayer before a frame in the 'have' bytes at 'p'; 0 if none is seen. */
static uint32_t before_frame(const uint8_t *p, uint32_t have)
{
	for (uint32_t n = 0; n <= 12 && n < have; n += 4)
		if (frame(p + n, have - n))
			return n;
	return 0;
}

static uint32_t hdr3_bytes(const uint8_t *hdr)
{
	return hdr[0] & CONTROL ? CONTROL_BYTES : 8;
}

static uint32_t hdr3_scan(const uint8_t *hdr, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	return hdr[0] & CONTROL ? CONTROL_BYTES : 8 + before_frame(hdr + 8, have - 8);
}

static void find3(struct cur *c, struct finder *fi)
{
	if (!(c->p[0] & CONTROL) && cur_left(c) > 8)
		found_bytes(fi, &fields3[ARRAY_SIZE(fields3) - 1], c->p + 8, cur_left(c) - 8);
}

static void next3(const uint8_t *hdr, uint32_t bytes, struct next *n)
{
	n->stop = (hdr[0] & CONTROL) || !frame(hdr + bytes, n->have);
}

static bool check3(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	if (have < 2 || bytes < 8 || (p[1] & 15) != 3)
		return false;
	return !p[0] || (p[0] == (CONTROL | LENGTH | SEQUENCE) && bytes >= CONTROL_BYTES);
}

const struct proto proto_l2tp3 = {
	.name = "l2tp3", .label = "Layer 2 tunnel, version 3", .ref = "RFC 3931", .min_bytes = 8,
	.hdr_hook = hdr3_bytes, .hdr_scan = hdr3_scan,
	.total = { .at = { 16, 16 }, .unit = 1, .when = &is_control },
	FIELDS(fields3),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH },
	.next_hook = next3,
	.tlv = &tlv_avp, .opt_off = CONTROL_BYTES, .opt_when = &is_control,
	OPTIONS(avps),
	.check = check3, .find = find3,
	.in = { { REG_UDP_PORT, 1701 }, { REG_INSIDE, INSIDE_L2TP } },
};

static const struct field ip_fields[] = {
	{ .name = "session", BYTES(0, 4), .kind = FIELD_HEX, .flags = FIELD_LINE, .dflt = 1,
	  .label = "session, 0: a control message follows", .ref = "RFC 3931 4.1.1.1" },
	{ .name = "before", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
	  .label = "cookie and sublayer before the frame", .ref = "RFC 3931 4.6" },
};

static const struct field_when ip_control = { { 0, 32 }, 1, { 0 } };

static uint32_t ip_scan(const uint8_t *hdr, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	return get_be32(hdr) ? 4 + before_frame(hdr + 4, have - 4) : 4;
}

static void ip_next(const uint8_t *hdr, uint32_t bytes, struct next *n)
{
	n->stop = n->value == INSIDE_ETH && !frame(hdr + bytes, n->have);
}

static void ip_find(struct cur *c, struct finder *fi)
{
	if (cur_left(c) > 4)
		found_bytes(fi, &ip_fields[1], c->p + 4, cur_left(c) - 4);
}

static bool ip_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have >= 4 && (get_be32(p) || (have >= 6 && check3(p + 4, have - 4, bytes - 4)));
}

const struct proto proto_l2tp3ip = {
	.name = "l2tp3ip", .label = "Layer 2 tunnel, version 3, over IP", .ref = "RFC 3931 4.1.1",
	.min_bytes = 4,
	.hdr_scan = ip_scan,
	FIELDS(ip_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH, .also = INSIDE_L2TP,
		  .also_when = &ip_control },
	.next_hook = ip_next,
	.check = ip_check, .find = ip_find,
	.in = { { REG_IP_PROTO, 115 } },
};
