// SPDX-License-Identifier: GPL-2.0-or-later
/* ppi - link headers of captures: per-packet information before a frame of another link type,
 * Solaris' ipnet, Cisco HDLC. */
#include "proto/linktype.h"
#include "proto/tables.h"

#define PPI "PPI packet header format 1.0.7"

static const struct value_name ppi_flags[] = { { 1, "aligned" }, { 0, NULL } };

static const struct field ppi_fields[] = {
	{ .name = "version", BYTES(0, 1), .kind = FIELD_DEC, .label = "version", .ref = PPI },
	{ .name = "flags", BYTES(1, 1), .kind = FIELD_FLAGS, .names = ppi_flags, .label = "flags",
	  .ref = PPI },
	{ .name = "len", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LE, .dflt = 8,
	  .label = "bytes of the header", .ref = PPI },
	{ .name = "dlt", BYTES(4, 4), .kind = FIELD_DEC, .flags = FIELD_LE, .dflt = 105,
	  .label = "link type of what follows", .ref = PPI },
};

static const struct field common[] = {
	{ .name = "tsf", BYTES(4, 8), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "time of the station, us", .ref = "PPI 4.1.2" },
	{ .name = "flags", BYTES(12, 2), .kind = FIELD_HEX, .flags = FIELD_LE,
	  .label = "1: with FCS, 2: time in ms, 4: bad FCS, 8: bad PHY", .ref = "PPI 4.1.2" },
	{ .name = "rate", BYTES(14, 2), .kind = FIELD_DEC, .flags = FIELD_LE,
	  .label = "rate, 500 kbit/s", .ref = "PPI 4.1.2" },
	{ .name = "freq", BYTES(16, 2), .kind = FIELD_DEC, .flags = FIELD_LE | FIELD_LINE,
	  .label = "frequency, MHz", .ref = "PPI 4.1.2" },
	{ .name = "channel_flags", BYTES(18, 2), .kind = FIELD_HEX, .flags = FIELD_LE,
	  .label = "flags of the channel", .ref = "PPI 4.1.2" },
	{ .name = "signal", BYTES(22, 1), .kind = FIELD_INT, .flags = FIELD_LINE,
	  .label = "signal, dBm", .ref = "PPI 4.1.2" },
	{ .name = "noise", BYTES(23, 1), .kind = FIELD_INT, .label = "noise, dBm",
	  .ref = "PPI 4.1.2" },
};

static const struct opt_def ppi_opts[] = {
	{ .kind = 2, .name = "common", .min_bytes = 24, FIELDS(common), .ref = "PPI 4.1.2" },
};

static const struct tlv_layout tlv_ppi = {
	.kind = { 0, 16 }, .len = { 16, 16 }, .unit = 1, .add = 4,
	.flags = TLV_LE | TLV_LINES | TLV_SHOWN,
};

const struct proto proto_ppi = {
	.name = "ppi", .label = "Per-packet information", .ref = PPI, .flags = PROTO_LINK,
	.min_bytes = 8,
	.hdr = { .at = { 16, 16 }, .unit = 1, .le = true },
	FIELDS(ppi_fields),
	.next = { .reg = REG_LINKTYPE, .le = true, BYTES(4, 4) },
	.tlv = &tlv_ppi,
	OPTIONS(ppi_opts),
	.in = { { REG_LINKTYPE, LINKTYPE_PPI } },
};

#define IPNET "Solaris ipnet(4D), tcpdump.org LINKTYPE_IPNET"

static const struct value_name hooks[] = {
	{ 1, "in" }, { 2, "out" }, { 3, "loopback" }, { 0, NULL },
};

static const struct field ipnet_fields[] = {
	{ .name = "version", BYTES(0, 1), .kind = FIELD_DEC, .dflt = 1, .label = "version",
	  .ref = IPNET },
	{ .name = "family", BYTES(1, 1), .kind = FIELD_DEC, .dflt = 2,
	  .label = "2: IPv4, 26: IPv6", .ref = IPNET },
	{ .name = "way", BYTES(2, 2), .kind = FIELD_DEC, .names = hooks,
	  .label = "which way it went", .ref = IPNET },
	{ .name = "len", BYTES(4, 4), .kind = FIELD_DEC, .label = "bytes of the packet",
	  .ref = IPNET },
	{ .name = "ifindex", BYTES(8, 4), .kind = FIELD_DEC, .label = "interface", .ref = IPNET },
	{ .name = "group", BYTES(12, 4), .kind = FIELD_DEC, .label = "group of interfaces",
	  .ref = IPNET },
	{ .name = "src_zone", BYTES(16, 4), .kind = FIELD_DEC, .flags = FIELD_LINE | FIELD_SRC,
	  .label = "zone it comes from", .ref = IPNET },
	{ .name = "dst_zone", BYTES(20, 4), .kind = FIELD_DEC, .flags = FIELD_LINE | FIELD_DST,
	  .label = "zone it goes to", .ref = IPNET },
};

const struct proto proto_ipnet = {
	.name = "ipnet", .label = "Solaris ipnet", .ref = IPNET, .flags = PROTO_LINK,
	.min_bytes = 24,
	FIELDS(ipnet_fields),
	.next = { .reg = REG_IPNET, BYTES(1, 1) },
	.in = { { REG_LINKTYPE, LINKTYPE_IPNET } },
};

static const struct value_name stations[] = {
	{ 0x0f, "unicast" }, { 0x8f, "multicast" }, { 0, NULL },
};

static const struct field chdlc_fields[] = {
	{ .name = "addr", BYTES(0, 1), .kind = FIELD_HEX, .names = stations, .dflt = 0x0f,
	  .label = "address", .ref = "RFC 1547 4.3.1" },
	{ .name = "ctrl", BYTES(1, 1), .kind = FIELD_HEX, .label = "control",
	  .ref = "RFC 1547 4.3.1" },
	{ .name = "type", BYTES(2, 2), .kind = FIELD_HEX, .reg = REG_ETHERTYPE, .dflt = 0x0800,
	  .label = "ethertype of what follows", .ref = "RFC 1547 4.3.1" },
};

const struct proto proto_chdlc = {
	.name = "chdlc", .label = "Cisco HDLC", .ref = "RFC 1547 4.3.1", .flags = PROTO_LINK,
	.min_bytes = 4,
	FIELDS(chdlc_fields),
	.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(2, 2) },
	.in = { { REG_LINKTYPE, LINKTYPE_C_HDLC }, { REG_INSIDE, INSIDE_CHDLC } },
};
