// SPDX-License-Identifier: GPL-2.0-or-later
/* icmp - Internet control messages, version 4. Errors quote the beginning of a packet. */
#include "proto/icmp_both.h"
#include "proto/tables.h"

static const struct value_name types[] = {
	{ 0, "echo-reply" }, { 3, "unreachable" }, { 4, "source-quench" }, { 5, "redirect" },
	{ 8, "echo-request" }, { 9, "router-advert" }, { 10, "router-solicit" },
	{ 11, "time-exceeded" }, { 12, "bad-parameter" }, { 13, "timestamp-request" },
	{ 14, "timestamp-reply" }, { 17, "mask-request" }, { 18, "mask-reply" },
	{ 42, "extended-echo-request" }, { 43, "extended-echo-reply" }, { 0, NULL },
};

static const struct field_when echo = { { 0, 8 }, 6, { 0, 8, 13, 14, 17, 18 } };
static const struct field_when asks = { { 0, 8 }, 1, { 42 } };
static const struct field_when tells = { { 0, 8 }, 1, { 43 } };
static const struct field_when extended = { { 0, 8 }, 2, { 42, 43 } };
static const struct field_when quotes = { { 0, 8 }, 3, { 3, 11, 12 } };
static const struct field_when unreachable = { { 0, 8 }, 1, { 3 } };
static const struct field_when redirect = { { 0, 8 }, 1, { 5 } };
static const struct field_when param = { { 0, 8 }, 1, { 12 } };
static const struct field_when stamps = { { 0, 8 }, 2, { 13, 14 } };
static const struct field_when mask = { { 0, 8 }, 2, { 17, 18 } };

static const struct field_when errors = { { 0, 8 }, 5, { 3, 4, 5, 11, 12 } };

#define REF "RFC 792"

static const struct value_name codes[] = {
	{ 0x0300, "net-unreachable" }, { 0x0301, "host-unreachable" },
	{ 0x0302, "protocol-unreachable" }, { 0x0303, "port-unreachable" },
	{ 0x0304, "frag-needed" }, { 0x0305, "source-route-failed" }, { 0x0306, "net-unknown" },
	{ 0x0307, "host-unknown" }, { 0x0308, "host-isolated" }, { 0x0309, "net-prohibited" },
	{ 0x030a, "host-prohibited" }, { 0x030b, "net-tos" }, { 0x030c, "host-tos" },
	{ 0x030d, "admin-prohibited" }, { 0x030e, "host-precedence" },
	{ 0x030f, "precedence-cutoff" }, { 0x0500, "net" }, { 0x0501, "host" },
	{ 0x0502, "tos-net" }, { 0x0503, "tos-host" }, { 0x0900, "normal" },
	{ 0x0910, "not-common-traffic" }, { 0x0b00, "ttl" }, { 0x0b01, "reassembly" },
	{ 0x0c00, "pointer" }, { 0x0c01, "option-missing" }, { 0x0c02, "bad-length" },
	ICMP_EXTENDED_CODES(43), { 0, NULL },
};

static const struct field fields[] = {
	{ .name = "type", BYTES(0, 1), .kind = FIELD_DEC, .names = types, .flags = FIELD_LINE,
	  .label = "message type", .ref = REF },
	{ .name = "code", BYTES(1, 1), .kind = FIELD_DEC, .flags = FIELD_LINE | FIELD_PAIR,
	  .names = codes, .label = "code within the type", .ref = "IANA icmp-parameters" },
	{ .name = "csum", .alias = "checksum", BYTES(2, 2), .kind = FIELD_HEX,
	  .label = "checksum of header and payload", .ref = REF },
	{ .name = "id", BYTES(4, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &echo,
	  .label = "identifier", .ref = REF },
	{ .name = "seq", BYTES(6, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &echo,
	  .label = "sequence number", .ref = REF },
	ICMP_EXTENDED_FIELDS(asks, tells, extended),
	ICMP_QUOTED_FIELD(5, "4", quotes),
	{ .name = "mtu", BYTES(6, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &unreachable,
	  .label = "MTU of the next hop", .ref = "RFC 1191 4" },
	{ .name = "addr", .alias = "gateway", BYTES(4, 4), .kind = FIELD_IPV4,
	  .flags = FIELD_LINE, .when = &redirect, .label = "better gateway", .ref = REF },
	{ .name = "pointer", BYTES(4, 1), .kind = FIELD_DEC, .when = &param,
	  .label = "offset of the fault", .ref = REF },
	{ .name = "originate", BYTES(8, 4), .kind = FIELD_DEC, .when = &stamps,
	  .label = "time of sending, ms since midnight", .ref = REF },
	{ .name = "receive", BYTES(12, 4), .kind = FIELD_DEC, .when = &stamps,
	  .label = "time of receiving, ms since midnight", .ref = REF },
	{ .name = "transmit", BYTES(16, 4), .kind = FIELD_DEC, .when = &stamps,
	  .label = "time of answering, ms since midnight", .ref = REF },
	{ .name = "mask", BYTES(8, 4), .kind = FIELD_IPV4, .when = &mask,
	  .label = "address mask", .ref = "RFC 950" },
};

static const struct len_case lengths[] = {
	{ 13, 20 }, { 14, 20 }, { 17, 12 }, { 18, 12 }, { 0, 0 },
};

static void next(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n)
{
	n->quoted = field_when_holds(&errors, hdr, hdr_bytes);
	if (field_when_holds(&quotes, hdr, hdr_bytes))
		icmpext_tail(hdr, hdr_bytes, hdr[5] * 4u, n);
}

const struct proto proto_icmp = {
	.name = "icmp", .alias = "icmp4 icmpv4", .label = "Internet control messages",
	.ref = REF, .min_bytes = 8,
	.hdr = { .at = { 0, 8 }, .cases = lengths },
	FIELDS(fields),
	.next = { .reg = REG_IP_VERSION, .fixed = 4, .when = &errors,
		  .also = INSIDE_ICMPEXT, .also_when = &asks },
	.next_hook = next,
	.csum = { .kind = CSUM_ALL, BYTES(2, 2) },
	.in = { { REG_IP_PROTO, 1 } },
};
