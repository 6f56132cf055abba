// SPDX-License-Identifier: GPL-2.0-or-later
/* switchtag - what switches and bridges add to Ethernet frames: Cisco's inter-switch link, tags of
 * Broadcom and Marvell chips, of provider backbones and port extenders, of rings without loss; and
 * headers of capture devices before frames. */
#include "base/bytes.h"
#include "proto/linktype.h"
#include "proto/tables.h"

#define ISL "Cisco inter-switch link"

static const struct value_name isl_kinds[] = {
	{ 0, "ethernet" }, { 1, "token-ring" }, { 2, "fddi" }, { 3, "atm" }, { 0, NULL },
};

static const struct field isl_fields[] = {
	ROW("dst", HEX, "destination", ISL, BYTES(0, 5), .dflt = 0x01000c0000),
	ROW("kind", DEC, "kind of the frame", ISL, BITS(40, 4), .names = isl_kinds),
	ROW("user", DEC, "priority", ISL, BITS(44, 4)),
	ROW("src", MAC, "source address", ISL, BYTES(6, 6)),
	ROW("len", DEC, "bytes behind the length", ISL, BYTES(12, 2)),
	ROW("llc", HEX, "LLC of SNAP", ISL, BYTES(14, 3), .dflt = 0xaaaa03),
	ROW("hsa", HEX, "organisation of the source", ISL, BYTES(17, 3)),
	ROW("vlan", DEC, "VLAN of the frame", ISL, BITS(160, 15), .flags = FIELD_LINE),
	ROW("bpdu", BOOL, "a frame of spanning tree or discovery", ISL, BITS(175, 1)),
	ROW("index", DEC, "port of the switch", ISL, BYTES(22, 2)),
};

static const struct field_when isl_eth = { { 40, 4 }, 1, { 0 } };

bool isl_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return bytes >= 26 && have >= 5 && (p[0] == 1 || p[0] == 3) &&
	       get_be32(p + 1) == 0x000c0000 &&
	       (have < 17 || (get_be16(p + 14) == 0xaaaa && p[16] == 3));
}

const struct proto proto_isl = {
	.name = "isl", .label = "Inter-switch link", .ref = ISL,
	.min_bytes = 26,
	FIELDS(isl_fields),
	.check = isl_check,
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH, .when = &isl_eth },
	.in = { { REG_LINKTYPE, LINKTYPE_ETHERNET } },
};

#define DSA "tcpdump.org LINKTYPE_DSA_TAG"

#define TAGGED(name_, label_, tag_bytes, linktype)                                                 \
	static const struct field name_##_fields[] = {                                             \
		ROW("dst", MAC, "destination address", DSA, BYTES(0, 6),                           \
		    .flags = FIELD_LINE | FIELD_DST),                                              \
		ROW("src", MAC, "source address", DSA, BYTES(6, 6),                                \
		    .flags = FIELD_LINE | FIELD_SRC),                                              \
		ROW("tag", BYTES, "tag of the switch", DSA, BYTES(12, tag_bytes),                  \
		    .flags = FIELD_LINE),                                                          \
		ROW("type", HEX, "ethertype of what follows", DSA, BYTES(12 + (tag_bytes), 2),     \
		    .reg = REG_ETHERTYPE),                                                         \
	};                                                                                         \
	const struct proto proto_##name_ = {                                                       \
		.name = #name_, .label = label_, .ref = DSA, .flags = PROTO_LINK,                  \
		.min_bytes = 14 + (tag_bytes),                                                     \
		FIELDS(name_##_fields),                                                            \
		.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(12 + (tag_bytes), 2) },        \
		.in = { { REG_LINKTYPE, linktype } },                                              \
	}

TAGGED(brcm, "Ethernet with a tag of Broadcom's switches", 4, LINKTYPE_DSA_TAG_BRCM);
TAGGED(dsa, "Ethernet with a tag of Marvell's switches", 4, LINKTYPE_DSA_TAG_DSA);
TAGGED(edsa, "Ethernet with a long tag of Marvell's switches", 8, LINKTYPE_DSA_TAG_EDSA);

/* 'n' bytes, then an Ethernet frame. */
#define BEFORE(name_, label_, n, ref_, linktype)                                                   \
	static const struct field name_##_fields[] = {                                             \
		ROW("tag", BYTES, "what stands before the frame", ref_, BYTES(0, n)),              \
	};                                                                                         \
	const struct proto proto_##name_ = {                                                       \
		.name = #name_, .label = label_, .ref = ref_, .flags = PROTO_LINK, .min_bytes = n, \
		FIELDS(name_##_fields),                                                            \
		.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH },                                \
		.in = { { REG_LINKTYPE, linktype } },                                              \
	}

BEFORE(brcmpre, "Tag of Broadcom's switches before a frame", 4, DSA, LINKTYPE_DSA_TAG_BRCM_PREPEND);
BEFORE(netanalyzer, "Header of a netANALYZER", 4, "tcpdump.org LINKTYPE_NETANALYZER",
       LINKTYPE_NETANALYZER);
BEFORE(netanalyzert, "Header of a netANALYZER and preamble", 12, "tcpdump.org LINKTYPE_NETANALYZER",
       LINKTYPE_NETANALYZER_TRANSPARENT);
BEFORE(epon, "Preamble of EPON", 8, "IEEE 802.3 65.1.3", LINKTYPE_EPON);

#define DOCSIS "SCTE 22-1 6.2"

static const struct field docsis_fields[] = {
	ROW("kind", DEC, "kind of the frame, 0: Ethernet, 3: MAC", DOCSIS, BITS(0, 2)),
	ROW("parm", DEC, "kind of the MAC frame", DOCSIS, BITS(2, 5)),
	ROW("extended", BOOL, "an extended header follows", DOCSIS, BITS(7, 1)),
	ROW("mac_parm", DEC, "its bytes", DOCSIS, BYTES(1, 1)),
	ROW("len", DEC, "bytes of extended header and frame", DOCSIS, BYTES(2, 2)),
};

static const struct field_when docsis_eth = { { 0, 7 }, 1, { 0 } };

static uint32_t docsis_bytes(const uint8_t *hdr)
{
	return 6 + (hdr[0] & 1 ? hdr[1] : 0);
}

const struct proto proto_docsis = {
	.name = "docsis", .label = "Cable modem frame", .ref = DOCSIS, .flags = PROTO_LINK,
	.min_bytes = 6,
	.hdr_hook = docsis_bytes,
	.total = { .at = { 16, 16 }, .unit = 1, .add = 6, .when = &docsis_eth },
	FIELDS(docsis_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH, .when = &docsis_eth },
	.in = { { REG_LINKTYPE, LINKTYPE_DOCSIS } },
};

#define TYPE_BEHIND(off, ref_)                                                                     \
	ROW("type", HEX, "ethertype of what follows", ref_, BYTES(off, 2), .reg = REG_ETHERTYPE)

#define HSR "IEC 62439-3 5.7"

static const struct field hsr_fields[] = {
	ROW("path", DEC, "path", HSR, BITS(0, 4)),
	ROW("size", DEC, "bytes of the tag and what follows", HSR, BITS(4, 12)),
	ROW("seq", DEC, "sequence number", HSR, BYTES(2, 2), .flags = FIELD_LINE),
	TYPE_BEHIND(4, HSR),
};

const struct proto proto_hsr = {
	.name = "hsr", .label = "Ring without loss", .ref = "IEC 62439-3", .min_bytes = 6,
	FIELDS(hsr_fields),
	.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(4, 2) },
	.in = { { REG_ETHERTYPE, 0x892f } },
};

#define ITAG "IEEE 802.1Q 9.7"

static const struct field pbb_fields[] = {
	ROW("pcp", DEC, "priority code point", ITAG, BITS(0, 3)),
	ROW("dei", BOOL, "drop eligible indicator", ITAG, BITS(3, 1)),
	ROW("uca", BOOL, "customer addresses are used", ITAG, BITS(4, 1)),
	ROW("sid", DEC, "service instance", ITAG, BYTES(1, 3), .flags = FIELD_LINE),
};

const struct proto proto_pbb = {
	.name = "pbb", .alias = "itag", .label = "Provider backbone bridge", .ref = "IEEE 802.1Q 9.7",
	.min_bytes = 4, .flags = PROTO_TUNNEL,
	FIELDS(pbb_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH },
	.in = { { REG_ETHERTYPE, 0x88e7 } },
};

#define ETAG "IEEE 802.1BR 7.5"

static const struct field etag_fields[] = {
	ROW("pcp", DEC, "priority code point", ETAG, BITS(0, 3)),
	ROW("dei", BOOL, "drop eligible indicator", ETAG, BITS(3, 1)),
	ROW("ingress", DEC, "channel it came in by", ETAG, BITS(4, 12)),
	ROW("group", DEC, "group of the channel", ETAG, BITS(18, 2)),
	ROW("ecid", DEC, "channel", ETAG, BITS(20, 12), .flags = FIELD_LINE),
	TYPE_BEHIND(6, ETAG),
};

const struct proto proto_etag = {
	.name = "etag", .label = "Bridge port extension", .ref = "IEEE 802.1BR", .min_bytes = 8,
	FIELDS(etag_fields),
	.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(6, 2) },
	.in = { { REG_ETHERTYPE, 0x893f } },
};

#define VNTAG "Cisco VN-Tag"

static const struct field vntag_fields[] = {
	ROW("out", BOOL, "from the bridge to a port", VNTAG, BITS(0, 1)),
	ROW("list", BOOL, "the destination is a list of ports", VNTAG, BITS(1, 1)),
	ROW("dst", DEC, "port it goes to", VNTAG, BITS(2, 14), .flags = FIELD_LINE),
	ROW("looped", BOOL, "sent back to where it came from", VNTAG, BITS(16, 1)),
	ROW("version", DEC, "version", VNTAG, BITS(18, 2)),
	ROW("src", DEC, "port it comes from", VNTAG, BITS(20, 12), .flags = FIELD_LINE),
	TYPE_BEHIND(4, VNTAG),
};

const struct proto proto_vntag = {
	.name = "vntag", .label = "Tag of a virtual interface", .ref = VNTAG, .min_bytes = 6,
	FIELDS(vntag_fields),
	.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(4, 2) },
	.in = { { REG_ETHERTYPE, 0x8926 } },
};

#define TRILL "RFC 6325 3"

static const struct field trill_fields[] = {
	ROW("version", DEC, "version", TRILL, BITS(0, 2)),
	ROW("multicast", BOOL, "to several bridges", TRILL, BITS(4, 1)),
	ROW("options", DEC, "words of 4 bytes of options", TRILL, BITS(5, 5)),
	ROW("hops", DEC, "hops left", TRILL, BITS(10, 6), .dflt = 63),
	ROW("egress", DEC, "bridge it goes to", TRILL, BYTES(2, 2), .flags = FIELD_LINE),
	ROW("ingress", DEC, "bridge it comes from", TRILL, BYTES(4, 2), .flags = FIELD_LINE),
};

const struct proto proto_trill = {
	.name = "trill", .label = "Links joined by routing bridges", .ref = "RFC 6325",
	.min_bytes = 6, .flags = PROTO_TUNNEL,
	.hdr = { .at = { 5, 5 }, .unit = 4, .add = 6 },
	FIELDS(trill_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_ETH },
	.in = { { REG_ETHERTYPE, 0x22f3 } },
};
