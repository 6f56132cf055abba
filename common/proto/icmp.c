// SPDX-License-Identifier: GPL-2.0-or-later
/* icmp - Internet control messages, version 4. Errors quote the beginning of a packet. */
#include "proto/proto.h"
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

#define REF "RFC 792"

static const struct field fields[] = {
	{ .name = "type", BYTES(0, 1), .kind = FIELD_DEC, .names = types, .flags = FIELD_LINE,
	  .label = "message type", .ref = REF },
	{ .name = "code", BYTES(1, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "code within the type", .ref = REF },
	{ .name = "csum", .alias = "checksum", BYTES(2, 2), .kind = FIELD_HEX,
	  .label = "checksum of header and payload", .ref = REF },
	{ .name = "id", BYTES(4, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &echo,
	  .label = "identifier", .ref = REF },
	{ .name = "seq", BYTES(6, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &echo,
	  .label = "sequence number", .ref = REF },
	{ .name = "id", BYTES(4, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &extended,
	  .label = "identifier", .ref = "RFC 8335 2" },
	{ .name = "seq", BYTES(6, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &extended,
	  .label = "sequence number", .ref = "RFC 8335 2" },
	{ .name = "local", BITS(63, 1), .kind = FIELD_BOOL, .when = &asks,
	  .label = "asks about an interface of the node that answers", .ref = "RFC 8335 2" },
	{ .name = "state", BITS(56, 3), .kind = FIELD_DEC, .names = icmp_neighbour_states,
	  .flags = FIELD_LINE, .when = &tells, .label = "state of a neighbour", .ref = "RFC 8335 3" },
	{ .name = "is", BITS(61, 3), .kind = FIELD_FLAGS, .names = icmp_interface_flags,
	  .flags = FIELD_LINE, .when = &tells, .label = "what the interface is", .ref = "RFC 8335 3" },
	{ .name = "quoted", BYTES(5, 1), .kind = FIELD_DEC, .when = &quotes,
	  .label = "words of 4 bytes that are quoted before extensions, 0: not stated",
	  .ref = "RFC 4884 4" },
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
	if (hdr[0] == 42) {
		n->reg = REG_INSIDE;
		n->value = INSIDE_ICMPEXT;
		return;
	}
	if (hdr[0] != 3 && hdr[0] != 4 && hdr[0] != 5 && hdr[0] != 11 && hdr[0] != 12) {
		n->stop = true;
		return;
	}
	n->reg = REG_IP_VERSION;
	n->value = 4;
	n->quoted = true;
	if (field_when_holds(&quotes, hdr, hdr_bytes))
		icmpext_tail(hdr, hdr_bytes, hdr[5] * 4u, n);
}

const struct proto proto_icmp = {
	.name = "icmp", .alias = "icmp4 icmpv4", .label = "Internet control messages",
	.ref = REF, .min_bytes = 8,
	.hdr = { .at = { 0, 8 }, .cases = lengths },
	FIELDS(fields),
	.next_hook = next,
	.csum = { .kind = CSUM_ALL, BYTES(2, 2) },
	.in = { { REG_IP_PROTO, 1 } },
};
