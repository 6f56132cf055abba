// SPDX-License-Identifier: GPL-2.0-or-later
/* bus - frames that carry no IP as they are: IEEE 802.15.4 of sensors, CAN of vehicles, and the
 * sockets between a virtual machine and its host. */
#include "proto/found.h"
#include "proto/linktype.h"
#include "proto/tables.h"

#define MAC154 "IEEE 802.15.4 7.2"

static const struct value_name kinds154[] = {
	{ 0, "beacon" }, { 1, "data" }, { 2, "ack" }, { 3, "command" }, { 5, "multipurpose" },
	{ 6, "fragment" }, { 7, "extended" }, { 0, NULL },
};

static const struct value_name modes[] = {
	{ 0, "none" }, { 2, "short" }, { 3, "extended" }, { 0, NULL },
};

enum { KIND, SECURITY, PENDING, ACK, INTRA, SRC_MODE, FRAME_VERSION,
       DST_MODE, SEQ, DST_PAN, DST, DST_LONG, SRC_PAN, SRC, SRC_LONG };

static const struct field mac_fields[] = {
	[KIND] = ROW("kind", DEC, "kind of the frame", MAC154, BITS(5, 3), .names = kinds154,
		     .dflt = 1, .flags = FIELD_LINE),
	[SECURITY] = ROW("security", BOOL, "a security header follows", MAC154, BITS(4, 1)),
	[PENDING] = ROW("pending", BOOL, "more data waits", MAC154, BITS(3, 1)),
	[ACK] = ROW("ack", BOOL, "an acknowledgement is asked for", MAC154, BITS(2, 1)),
	[INTRA] = ROW("intra", BOOL, "both are of one network", MAC154, BITS(1, 1)),
	[SRC_MODE] = ROW("src_mode", DEC, "kind of source address", MAC154, BITS(8, 2),
			 .names = modes),
	[FRAME_VERSION] = ROW("version", DEC, "version", MAC154, BITS(10, 2)),
	[DST_MODE] = ROW("dst_mode", DEC, "kind of destination address", MAC154, BITS(12, 2),
			 .names = modes),
	[SEQ] = ROW("seq", DEC, "sequence number", MAC154, BYTES(2, 1), .flags = FIELD_LINE),
	[DST_PAN] = ROW("dst_pan", HEX, "network it goes to", MAC154, .at = { 0, 16 },
			.flags = FIELD_FOUND | FIELD_LINE),
	[DST] = ROW("dst", HEX, "node it goes to", MAC154, .at = { 0, 16 },
		    .flags = FIELD_FOUND | FIELD_LINE),
	[DST_LONG] = ROW("dst_long", HEX, "node it goes to", MAC154, .at = { 0, 64 },
			 .flags = FIELD_FOUND | FIELD_LINE),
	[SRC_PAN] = ROW("src_pan", HEX, "network it comes from", MAC154, .at = { 0, 16 },
			.flags = FIELD_FOUND),
	[SRC] = ROW("src", HEX, "node it comes from", MAC154, .at = { 0, 16 },
		    .flags = FIELD_FOUND | FIELD_LINE),
	[SRC_LONG] = ROW("src_long", HEX, "node it comes from", MAC154, .at = { 0, 64 },
			 .flags = FIELD_FOUND | FIELD_LINE),
};

static unsigned int address_bytes(unsigned int mode)
{
	return mode == 2 ? 2 : mode == 3 ? 8 : 0;
}

static uint32_t mac_bytes(const uint8_t *hdr)
{
	uint32_t dst = address_bytes(hdr[1] >> 2 & 3), src = address_bytes(hdr[1] >> 6);

	return 3 + dst + src + (dst ? 2 : 0) + (src && !(dst && (hdr[0] & 0x40)) ? 2 : 0);
}

/* A network and a node of 'mode', to the fields 'pan' and the one behind it or the next. */
static void address(struct cur *c, unsigned int mode, bool has_pan, const struct field *pan,
		    struct finder *fi)
{
	unsigned int n = address_bytes(mode);

	if (n && has_pan && cur_left(c) >= 2)
		found_number(fi, pan, cur_le16(c));
	if (!n || cur_left(c) < n)
		return;
	if (n == 2)
		found_number(fi, pan + 1, cur_le16(c));
	else
		found_number(fi, pan + 2, cur_le64(c));
}

static void mac_find(struct cur *c, struct finder *fi)
{
	unsigned int dst = c->p[1] >> 2 & 3, src = c->p[1] >> 6;
	bool intra = (c->p[0] & 0x40) && address_bytes(dst);

	cur_skip(c, 3);
	address(c, dst, true, &mac_fields[DST_PAN], fi);
	address(c, src, !intra, &mac_fields[SRC_PAN], fi);
}

const struct proto proto_ieee802154 = {
	.name = "ieee802154", .alias = "wpan", .label = "IEEE 802.15.4", .ref = "IEEE 802.15.4",
	.min_bytes = 3,
	.hdr_hook = mac_bytes,
	FIELDS(mac_fields),
	.find = mac_find,
	.in = { { REG_LINKTYPE, LINKTYPE_IEEE802_15_4 },
		{ REG_LINKTYPE, LINKTYPE_IEEE802_15_4_LINUX },
		{ REG_LINKTYPE, LINKTYPE_IEEE802_15_4_NOFCS }, { REG_INSIDE, INSIDE_802154 } },
};

#define TAP "tcpdump.org LINKTYPE_IEEE802_15_4_TAP"

static const struct field tap_fields[] = {
	ROW("version", DEC, "version", TAP, BYTES(0, 1)),
	ROW("len", DEC, "bytes of the header", TAP, BYTES(2, 2), .flags = FIELD_LE, .dflt = 4),
};

static const struct field tap_channel[] = {
	ROW("channel", DEC, "channel", TAP, BYTES(4, 2), .flags = FIELD_LE | FIELD_LINE),
	ROW("page", DEC, "page of channels", TAP, BYTES(6, 1)),
};

static const struct opt_def tap_opts[] = {
	{ .kind = 3, .name = "assignment", .min_bytes = 7, FIELDS(tap_channel), .ref = TAP },
};

static const struct tlv_layout tlv_tap = {
	.kind = { 0, 16 }, .len = { 16, 16 }, .unit = 1, .add = 4, .align = 4,
	.flags = TLV_LE | TLV_SHOWN,
};

const struct proto proto_wpantap = {
	.name = "wpantap", .label = "Radio header of IEEE 802.15.4", .ref = TAP,
	.flags = PROTO_LINK, .min_bytes = 4,
	.hdr = { .at = { 16, 16 }, .unit = 1, .le = true },
	FIELDS(tap_fields),
	.tlv = &tlv_tap,
	OPTIONS(tap_opts),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_802154 },
	.in = { { REG_LINKTYPE, LINKTYPE_IEEE802_15_4_TAP } },
};

#define CAN "ISO 11898-1, linux/can.h"

static const struct field can_fields[] = {
	ROW("extended", BOOL, "an identifier of 29 bits", CAN, BITS(0, 1)),
	ROW("remote", BOOL, "asks for the frame", CAN, BITS(1, 1)),
	ROW("error", BOOL, "tells of an error", CAN, BITS(2, 1)),
	ROW("id", HEX, "identifier", CAN, BITS(3, 29), .flags = FIELD_LINE),
	ROW("len", DEC, "bytes of data", CAN, BYTES(4, 1)),
	ROW("fd", HEX, "flags of CAN FD", CAN, BYTES(5, 1)),
};

const struct proto proto_can = {
	.name = "can", .label = "Controller area network", .ref = CAN, .min_bytes = 8,
	.total = { .at = { 32, 8 }, .unit = 1, .add = 8 },
	FIELDS(can_fields),
	.in = { { REG_LINKTYPE, LINKTYPE_CAN_SOCKETCAN } },
};

#define VSOCK "linux/vsockmon.h"

static const struct value_name ops[] = {
	{ 1, "connect" }, { 2, "disconnect" }, { 3, "control" }, { 4, "payload" }, { 0, NULL },
};

static const struct value_name transports[] = {
	{ 1, "none" }, { 2, "virtio" }, { 0, NULL },
};

static const struct field vsock_fields[] = {
	ROW("src", DEC, "context it comes from", VSOCK, BYTES(0, 8),
	    .flags = FIELD_LE | FIELD_LINE | FIELD_SRC),
	ROW("dst", DEC, "context it goes to", VSOCK, BYTES(8, 8),
	    .flags = FIELD_LE | FIELD_LINE | FIELD_DST),
	ROW("sport", DEC, "source port", VSOCK, BYTES(16, 4), .flags = FIELD_LE | FIELD_LINE),
	ROW("dport", DEC, "destination port", VSOCK, BYTES(20, 4), .flags = FIELD_LE | FIELD_LINE),
	ROW("op", DEC, "what is done", VSOCK, BYTES(24, 2), .names = ops, .dflt = 4,
	    .flags = FIELD_LE | FIELD_LINE),
	ROW("transport", DEC, "kind of transport", VSOCK, BYTES(26, 2), .names = transports,
	    .flags = FIELD_LE),
	ROW("len", DEC, "bytes of the header of the transport", VSOCK, BYTES(28, 2),
	    .flags = FIELD_LE),
	ROW("transport_header", BYTES, "that header", VSOCK, .at = { 256, 0 },
	    .flags = FIELD_REST),
};

const struct proto proto_vsock = {
	.name = "vsock", .label = "Sockets of virtual machines", .ref = VSOCK, .min_bytes = 32,
	.hdr = { .at = { 224, 16 }, .unit = 1, .add = 32, .le = true },
	FIELDS(vsock_fields),
	.in = { { REG_LINKTYPE, LINKTYPE_VSOCK } },
};
