// SPDX-License-Identifier: GPL-2.0-or-later
/* lan - link headers of local networks other than Ethernet: FDDI, token ring, ARCNET, IP over Fibre
 * Channel, FireWire and InfiniBand. */
#include "proto/found.h"
#include "proto/linktype.h"
#include "proto/tables.h"

#define ADDRESSES(off, ref)                                                                        \
	ROW("dst", MAC, "destination address", ref, BYTES(off, 6), .flags = FIELD_LINE | FIELD_DST), \
	ROW("src", MAC, "source address", ref, BYTES((off) + 6, 6), .flags = FIELD_LINE | FIELD_SRC)

#define FDDI "ISO 9314-2 7.3"

static const struct field fddi_fields[] = {
	ROW("fc", HEX, "frame control", FDDI, BYTES(0, 1), .dflt = 0x50),
	ADDRESSES(1, FDDI),
};

static const struct field_when fddi_llc = { { 0, 4 }, 2, { 5, 13 } };

const struct proto proto_fddi = {
	.name = "fddi", .label = "Fiber distributed data interface", .ref = "ISO 9314-2",
	.flags = PROTO_LINK, .min_bytes = 13,
	FIELDS(fddi_fields),
	.next = { .reg = REG_ETHERTYPE, .fixed = LINK_LLC, .when = &fddi_llc },
	.in = { { REG_LINKTYPE, LINKTYPE_FDDI } },
};

#define RING "IEEE 802.5 3.2"

enum { RING_BYTES = 14 };

static const struct field ring_fields[] = {
	ROW("ac", HEX, "access control", RING, BYTES(0, 1), .dflt = 0x10),
	ROW("fc", HEX, "frame control", RING, BYTES(1, 1), .dflt = 0x40),
	ADDRESSES(2, RING),
	ROW("route", BYTES, "route through bridges", "IEEE 802.5 3.3", .flags = FIELD_FOUND),
};

static const struct field_when ring_llc = { { 8, 2 }, 1, { 1 } };

static uint32_t ring_bytes(const uint8_t *hdr)
{
	(void)hdr;
	return RING_BYTES;
}

/* The first bit of the source address says that a route follows, which begins with its length. */
static uint32_t ring_scan(const uint8_t *hdr, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	if (!(hdr[8] & 0x80))
		return RING_BYTES;
	return have > RING_BYTES ? RING_BYTES + (hdr[RING_BYTES] & 31u) : have + 1;
}

static void ring_find(struct cur *c, struct finder *fi)
{
	cur_skip(c, RING_BYTES);
	if (cur_left(c))
		found_bytes(fi, &ring_fields[ARRAY_SIZE(ring_fields) - 1], c->p, cur_left(c));
}

const struct proto proto_tokenring = {
	.name = "tokenring", .alias = "tr", .label = "Token ring", .ref = "IEEE 802.5",
	.flags = PROTO_LINK, .min_bytes = RING_BYTES,
	.hdr_hook = ring_bytes, .hdr_scan = ring_scan,
	FIELDS(ring_fields),
	.find = ring_find,
	.next = { .reg = REG_ETHERTYPE, .fixed = LINK_LLC, .when = &ring_llc },
	.in = { { REG_LINKTYPE, LINKTYPE_IEEE802_5 } },
};

#define ARC "RFC 1201 2"

#define ARCNET_FIELDS(type_off, new_packet)                                                        \
	ROW("src", DEC, "source address", ARC, BYTES(0, 1), .flags = FIELD_LINE | FIELD_SRC),      \
	ROW("dst", DEC, "destination address", ARC, BYTES(1, 1), .flags = FIELD_LINE | FIELD_DST), \
	ROW("type", HEX, "system code", ARC, BYTES(type_off, 1), .names = codes, .dflt = 0xd4,     \
	    .flags = FIELD_LINE),                                                                  \
	ROW("split", HEX, "which fragment this is", ARC, BYTES((type_off) + 1, 1),                 \
	    .when = &(new_packet)),                                                                \
	ROW("seq", DEC, "sequence number", ARC, BYTES((type_off) + 2, 2), .when = &(new_packet))

static const struct value_name codes[] = {
	{ 0xc4, "ip6" }, { 0xd4, "ip" }, { 0xd5, "arp" }, { 0xd6, "rarp" }, { 0xf0, "old-ip" },
	{ 0xf1, "old-arp" }, { 0, NULL },
};

static const struct field_when arcnet_new = { { 16, 8 }, 4, { 0xc4, 0xd4, 0xd5, 0xd6 } };
static const struct field_when arclinux_new = { { 32, 8 }, 4, { 0xc4, 0xd4, 0xd5, 0xd6 } };

static const struct field arcnet_fields[] = { ARCNET_FIELDS(2, arcnet_new) };
static const struct field arclinux_fields[] = { ARCNET_FIELDS(4, arclinux_new) };

/* The older codes have no fragments (RFC 1051). */
static const struct len_case arcnet_len[] = { { 0xf0, 3 }, { 0xf1, 3 }, { 0, 0 } };
static const struct len_case arclinux_len[] = { { 0xf0, 5 }, { 0xf1, 5 }, { 0, 0 } };

const struct proto proto_arcnet = {
	.name = "arcnet", .label = "ARCNET", .ref = "RFC 1201", .flags = PROTO_LINK,
	.min_bytes = 3,
	.hdr = { .at = { 16, 8 }, .cases = arcnet_len, .other_bytes = 6 },
	FIELDS(arcnet_fields),
	.next = { .reg = REG_ARCNET, BYTES(2, 1) },
	.in = { { REG_LINKTYPE, LINKTYPE_ARCNET_BSD } },
};

const struct proto proto_arclinux = {
	.name = "arclinux", .label = "ARCNET as Linux has it", .ref = "RFC 1201",
	.flags = PROTO_LINK, .min_bytes = 5,
	.hdr = { .at = { 32, 8 }, .cases = arclinux_len, .other_bytes = 8 },
	FIELDS(arclinux_fields),
	.next = { .reg = REG_ARCNET, BYTES(4, 1) },
	.in = { { REG_LINKTYPE, LINKTYPE_ARCNET_LINUX } },
};

#define FC "RFC 2625 3"

static const struct field ipfc_fields[] = {
	ROW("dst", MAC, "destination address", FC, BYTES(2, 6), .flags = FIELD_LINE | FIELD_DST),
	ROW("src", MAC, "source address", FC, BYTES(10, 6), .flags = FIELD_LINE | FIELD_SRC),
};

const struct proto proto_ipfc = {
	.name = "ipfc", .label = "IP over Fibre Channel", .ref = "RFC 2625", .flags = PROTO_LINK,
	.min_bytes = 16,
	FIELDS(ipfc_fields),
	.next = { .reg = REG_ETHERTYPE, .fixed = LINK_LLC },
	.in = { { REG_LINKTYPE, LINKTYPE_IP_OVER_FC } },
};

#define FIREWIRE "tcpdump.org LINKTYPE_APPLE_IP_OVER_IEEE1394"

static const struct field firewire_fields[] = {
	ROW("dst", BYTES, "destination EUI-64", FIREWIRE, BYTES(0, 8)),
	ROW("src", BYTES, "source EUI-64", FIREWIRE, BYTES(8, 8)),
	ROW("type", HEX, "ethertype of what follows", FIREWIRE, BYTES(16, 2),
	    .reg = REG_ETHERTYPE),
};

const struct proto proto_firewire = {
	.name = "firewire", .label = "IP over IEEE 1394", .ref = FIREWIRE, .flags = PROTO_LINK,
	.min_bytes = 18,
	FIELDS(firewire_fields),
	.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(16, 2) },
	.in = { { REG_LINKTYPE, LINKTYPE_APPLE_IP_OVER_IEEE1394 } },
};

static const struct field ipoib_fields[] = {
	ROW("grh", BYTES, "global route header", "InfiniBand 8.3", BYTES(0, 40)),
	ROW("type", HEX, "ethertype of what follows", "RFC 4391 6", BYTES(40, 2),
	    .reg = REG_ETHERTYPE),
};

const struct proto proto_ipoib = {
	.name = "ipoib", .label = "IP over InfiniBand", .ref = "RFC 4391", .flags = PROTO_LINK,
	.min_bytes = 44,
	FIELDS(ipoib_fields),
	.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(40, 2) },
	.in = { { REG_LINKTYPE, LINKTYPE_IPOIB } },
};
