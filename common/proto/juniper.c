// SPDX-License-Identifier: GPL-2.0-or-later
/* juniper - what Juniper's routers put before captured frames; without a link header the packet
 * stands behind the number of its address family. */
#include "base/bytes.h"
#include "proto/linktype.h"
#include "proto/tables.h"

#define REF "tcpdump.org LINKTYPE_JUNIPER_ETHER"

enum { MAGIC = 0x4d4743, EXTENDED = 0x80, NO_LINK = 0x02 };

static const struct value_name flags[] = {
	{ 0x80, "extended" }, { 0x02, "no-link-header" }, { 0x01, "in" }, { 0, NULL },
};

static const struct field fields[] = {
	ROW("magic", HEX, "\"MGC\"", REF, BYTES(0, 3), .dflt = MAGIC),
	ROW("flags", FLAGS, "flags", REF, BYTES(3, 1), .names = flags, .flags = FIELD_LINE),
	ROW("no_link", BOOL, "no link header follows", REF, BITS(30, 1), .flags = FIELD_VIEW),
};

static const struct field_when no_link = { { 30, 1 }, 1, { 1 } };
static const struct field_when link = { { 30, 1 }, 1, { 0 } };

static uint32_t bytes_without(const uint8_t *hdr)
{
	return hdr[3] & EXTENDED ? 6 : hdr[3] & NO_LINK ? 8 : 4;
}

static uint32_t scan(const uint8_t *hdr, uint32_t have, uint32_t bytes)
{
	uint32_t n = 4;

	(void)bytes;
	if (hdr[3] & EXTENDED) {
		if (have < 6)
			return have + 1;
		n = 6u + get_be16(hdr + 4);
	}
	return n + (hdr[3] & NO_LINK ? 4 : 0);
}

#define JUNIPER(name_, label_, inside_, ...)                                                       \
	const struct proto proto_##name_ = {                                                       \
		.name = #name_, .label = label_, .ref = REF, .flags = PROTO_LINK, .min_bytes = 4,  \
		.must = { { 0, 24 }, MAGIC },                                                      \
		.hdr_hook = bytes_without, .hdr_scan = scan,                                       \
		FIELDS(fields),                                                                    \
		.next = { .reg = REG_INSIDE, .fixed = inside_, .when = &link, .also = INSIDE_RAW,  \
			  .also_when = &no_link },                                                 \
		.in = { __VA_ARGS__ },                                                             \
	}

JUNIPER(juniper, "Juniper, Ethernet", INSIDE_ETH, { REG_LINKTYPE, LINKTYPE_JUNIPER_ETHER },
	{ REG_LINKTYPE, LINKTYPE_JUNIPER_PPPOE });
JUNIPER(juniperppp, "Juniper, PPP", INSIDE_PPP, { REG_LINKTYPE, LINKTYPE_JUNIPER_PPP });
JUNIPER(juniperfr, "Juniper, frame relay", INSIDE_FRELAY, { REG_LINKTYPE, LINKTYPE_JUNIPER_FRELAY });
JUNIPER(juniperchdlc, "Juniper, Cisco HDLC", INSIDE_CHDLC, { REG_LINKTYPE, LINKTYPE_JUNIPER_CHDLC });
