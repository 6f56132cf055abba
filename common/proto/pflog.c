// SPDX-License-Identifier: GPL-2.0-or-later
/* pflog - what packet filters and systems put before the packets that they log: OpenBSD's pf, the
 * netfilter log of Linux, Apple's pktap, Symantec's firewall. */
#include "base/bytes.h"
#include "proto/linktype.h"
#include "proto/tables.h"

#define PFLOG "OpenBSD pflog(4)"

enum { PFLOG_BYTES = 61 };

static const struct value_name actions[] = {
	{ 0, "pass" }, { 1, "block" }, { 2, "scrub" }, { 3, "no-scrub" }, { 4, "nat" },
	{ 5, "no-nat" }, { 6, "binat" }, { 7, "no-binat" }, { 8, "rdr" }, { 9, "no-rdr" },
	{ 10, "synproxy-drop" }, { 11, "defer" }, { 12, "match" }, { 0, NULL },
};

static const struct value_name reasons[] = {
	{ 0, "match" }, { 1, "bad-offset" }, { 2, "fragment" }, { 3, "short" }, { 4, "normalize" },
	{ 5, "memory" }, { 6, "bad-timestamp" }, { 7, "congestion" }, { 8, "ip-option" },
	{ 9, "proto-cksum" }, { 10, "state-mismatch" }, { 11, "state-insert" },
	{ 12, "state-limit" }, { 13, "src-limit" }, { 14, "synproxy" }, { 15, "translate" },
	{ 16, "no-route" }, { 0, NULL },
};

static const struct value_name ways[] = { { 0, "in-out" }, { 1, "in" }, { 2, "out" }, { 0, NULL } };

static const struct field pflog_fields[] = {
	ROW("len", DEC, "bytes of the header without its padding", PFLOG, BYTES(0, 1),
	    .dflt = PFLOG_BYTES),
	ROW("family", DEC, "address family", PFLOG, BYTES(1, 1), .dflt = 2),
	ROW("action", DEC, "what the rule does", PFLOG, BYTES(2, 1), .names = actions,
	    .flags = FIELD_LINE),
	ROW("reason", DEC, "why", PFLOG, BYTES(3, 1), .names = reasons),
	ROW("ifname", TEXT, "interface", PFLOG, BYTES(4, 16), .flags = FIELD_NUL | FIELD_LINE),
	ROW("ruleset", TEXT, "set of rules", PFLOG, BYTES(20, 16), .flags = FIELD_NUL),
	ROW("rule", DEC, "number of the rule", PFLOG, BYTES(36, 4), .flags = FIELD_LINE),
	ROW("subrule", DEC, "number in the set", PFLOG, BYTES(40, 4)),
	ROW("uid", DEC, "user of the socket", PFLOG, BYTES(44, 4), .flags = FIELD_LE),
	ROW("pid", DEC, "process of the socket", PFLOG, BYTES(48, 4), .flags = FIELD_LE),
	ROW("rule_uid", DEC, "user who made the rule", PFLOG, BYTES(52, 4), .flags = FIELD_LE),
	ROW("rule_pid", DEC, "process that made it", PFLOG, BYTES(56, 4), .flags = FIELD_LE),
	ROW("dir", DEC, "which way it went", PFLOG, BYTES(60, 1), .names = ways,
	    .flags = FIELD_LINE),
};

/* The length is rounded up to words. */
static uint32_t pflog_bytes(const uint8_t *hdr)
{
	return (hdr[0] + 3u) & ~3u;
}

const struct proto proto_pflog = {
	.name = "pflog", .label = "Log of OpenBSD's packet filter", .ref = PFLOG,
	.flags = PROTO_LINK, .min_bytes = 44,
	.hdr_hook = pflog_bytes,
	FIELDS(pflog_fields),
	.next = { .reg = REG_FAMILY, BYTES(1, 1) },
	.in = { { REG_LINKTYPE, LINKTYPE_PFLOG } },
};

#define NFLOG "linux/netfilter/nfnetlink_log.h"

enum { ATTR_PAYLOAD = 9 };

static const struct field nflog_fields[] = {
	ROW("family", DEC, "address family", NFLOG, BYTES(0, 1), .dflt = 2),
	ROW("version", DEC, "version", NFLOG, BYTES(1, 1)),
	ROW("group", DEC, "group it was logged to", NFLOG, BYTES(2, 2), .flags = FIELD_LINE),
};

#define NUMBER(name_, label_)                                                                      \
	static const struct field attr_##name_[] = {                                               \
		ROW(#name_, DEC, label_, NFLOG, BYTES(4, 4), .flags = FIELD_LINE),                 \
	}

NUMBER(mark, "mark of the packet");
NUMBER(indev, "interface it came in by");
NUMBER(outdev, "interface it goes out by");
NUMBER(uid, "user of the socket");
NUMBER(gid, "group of the socket");

static const struct field attr_packet[] = {
	ROW("type", HEX, "ethertype", NFLOG, BYTES(4, 2), .reg = REG_ETHERTYPE),
	ROW("hook", DEC, "netfilter hook", NFLOG, BYTES(6, 1)),
};

static const struct field attr_prefix[] = {
	ROW("prefix", TEXT, "what the rule says before it", NFLOG, .at = { 32, 0 },
	    .flags = FIELD_REST | FIELD_NUL | FIELD_LINE),
};

#define ATTR(k, name_)                                                                             \
	{ .kind = k, .name = #name_, .min_bytes = 8, FIELDS(attr_##name_), .ref = NFLOG }

static const struct opt_def attrs[] = {
	ATTR(1, packet), ATTR(2, mark), ATTR(4, indev), ATTR(5, outdev), ATTR(10, prefix),
	ATTR(11, uid), ATTR(14, gid),
};

/* In the byte order of the host, which is little endian on most. */
static const struct tlv_layout tlv_nflog = {
	.kind = { 16, 16 }, .len = { 0, 16 }, .unit = 1, .align = 4, .flags = TLV_LE | TLV_SHOWN,
};

static uint32_t nflog_bytes(const uint8_t *hdr)
{
	(void)hdr;
	return 4;
}

/* The attribute with the packet ends the header; it is the last. */
static uint32_t nflog_scan(const uint8_t *hdr, uint32_t have, uint32_t bytes)
{
	uint32_t at = 4;

	while (have - at >= 4 && get_le16(hdr + at + 2) != ATTR_PAYLOAD) {
		uint32_t n = get_le16(hdr + at);

		if (n < 4 || ALIGN_UP(n, 4) > have - at)
			break;
		at += ALIGN_UP(n, 4);
	}
	return have - at >= 4 ? at : have + (have < bytes);
}

const struct proto proto_nflog = {
	.name = "nflog", .label = "Netfilter log of Linux", .ref = NFLOG, .flags = PROTO_LINK,
	.min_bytes = 4,
	.hdr_hook = nflog_bytes, .hdr_scan = nflog_scan,
	FIELDS(nflog_fields),
	.tlv = &tlv_nflog,
	OPTIONS(attrs),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_NFLOG },
	.in = { { REG_LINKTYPE, LINKTYPE_NFLOG } },
};

static const struct field payload_fields[] = {
	ROW("len", DEC, "bytes of attribute and packet", NFLOG, BYTES(0, 2), .flags = FIELD_LE),
	ROW("kind", DEC, "kind of the attribute", NFLOG, BYTES(2, 2), .dflt = ATTR_PAYLOAD,
	    .flags = FIELD_LE),
};

static bool payload_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have >= 4 && bytes >= 4 && get_le16(p + 2) == ATTR_PAYLOAD;
}

const struct proto proto_nfpayload = {
	.name = "nfpayload", .label = "Packet in a netfilter log", .ref = NFLOG,
	.flags = PROTO_LINK, .min_bytes = 4,
	.total = { .at = { 0, 16 }, .unit = 1, .le = true },
	FIELDS(payload_fields),
	.check = payload_check,
	.next = { .reg = REG_IP_VERSION, .peek = true, BITS(0, 4) },
	.in = { { REG_INSIDE, INSIDE_NFLOG } },
};

#define PKTAP "tcpdump.org LINKTYPE_PKTAP"

static const struct field pktap_fields[] = {
	ROW("len", DEC, "bytes of the header", PKTAP, BYTES(0, 2), .flags = FIELD_LE, .dflt = 108),
	ROW("kind", DEC, "kind of record, 1: a packet", PKTAP, BYTES(4, 4), .flags = FIELD_LE,
	    .dflt = 1),
	ROW("dlt", DEC, "link type of what follows", PKTAP, BYTES(8, 4), .flags = FIELD_LE,
	    .dflt = 1),
	ROW("ifname", TEXT, "interface", PKTAP, BYTES(12, 24), .flags = FIELD_NUL | FIELD_LINE),
	ROW("flags", HEX, "flags, 1: in, 2: out", PKTAP, BYTES(36, 4), .flags = FIELD_LE),
	ROW("family", DEC, "address family", PKTAP, BYTES(40, 4), .flags = FIELD_LE),
	ROW("pid", DEC, "process", PKTAP, BYTES(52, 4), .flags = FIELD_LE | FIELD_LINE),
	ROW("command", TEXT, "its name", PKTAP, BYTES(56, 20), .flags = FIELD_NUL | FIELD_LINE),
};

const struct proto proto_pktap = {
	.name = "pktap", .label = "Apple's packet tap", .ref = PKTAP, .flags = PROTO_LINK,
	.min_bytes = 108,
	.hdr = { .at = { 0, 16 }, .unit = 1, .le = true },
	FIELDS(pktap_fields),
	.next = { .reg = REG_LINKTYPE, .le = true, BYTES(8, 4) },
	.in = { { REG_LINKTYPE, LINKTYPE_PKTAP }, { REG_LINKTYPE, 149 } },
};

#define SYMANTEC "tcpdump.org LINKTYPE_SYMANTEC_FIREWALL"

static const struct field symantec_fields[] = {
	ROW("type", HEX, "ethertype of what follows", SYMANTEC, BYTES(6, 2), .reg = REG_ETHERTYPE,
	    .dflt = 0x0800, .flags = FIELD_LINE),
};

const struct proto proto_symantec = {
	.name = "symantec", .label = "Symantec firewall", .ref = SYMANTEC, .flags = PROTO_LINK,
	.min_bytes = 44,
	FIELDS(symantec_fields),
	.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(6, 2) },
	.in = { { REG_LINKTYPE, LINKTYPE_SYMANTEC_FIREWALL } },
};
