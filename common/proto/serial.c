// SPDX-License-Identifier: GPL-2.0-or-later
/* serial - link headers of serial lines: SLIP, frame relay alone and in bundles, the byte that
 * tells which way a frame went, and the PPP of BSD/OS. */
#include "proto/found.h"
#include "proto/linktype.h"
#include "proto/names.h"
#include "proto/tables.h"

#define SLIP "tcpdump.org LINKTYPE_SLIP"

static const struct value_name ways[] = { { 0, "in" }, { 1, "out" }, { 0, NULL } };

static const struct value_name slip_kinds[] = {
	{ 4, "ip" }, { 7, "uncompressed" }, { 8, "compressed" }, { 0, NULL },
};

static const struct field slip_fields[] = {
	ROW("dir", DEC, "which way it went", SLIP, BYTES(0, 1), .names = ways),
	ROW("kind", DEC, "how the TCP header is written", SLIP, BITS(8, 4), .names = slip_kinds,
	    .dflt = 4),
	ROW("header", BYTES, "the compressed header", "RFC 1144", BYTES(1, 15),
	    .flags = FIELD_VIEW),
};

/* Behind a compressed header no IP packet stands. */
static const struct field_when slip_ip = { { 8, 1 }, 1, { 0 } };

const struct proto proto_slip = {
	.name = "slip", .label = "Serial line IP", .ref = "RFC 1055", .flags = PROTO_LINK,
	.min_bytes = 16,
	FIELDS(slip_fields),
	.next = { .reg = REG_IP_VERSION, .peek = true, .when = &slip_ip, BITS(0, 4) },
	.in = { { REG_LINKTYPE, LINKTYPE_SLIP } },
};

static const struct field bsdos_dir[] = {
	ROW("dir", DEC, "which way it went", SLIP "_BSDOS", BYTES(0, 1), .names = ways),
};

const struct proto proto_slipbsdos = {
	.name = "slipbsdos", .label = "Serial line IP of BSD/OS", .ref = "RFC 1055",
	.flags = PROTO_LINK, .min_bytes = 24,
	FIELDS(bsdos_dir),
	.next = { .reg = REG_IP_VERSION, .peek = true, BITS(0, 4) },
	.in = { { REG_LINKTYPE, LINKTYPE_SLIP_BSDOS } },
};

static const struct field pppbsdos_fields[] = {
	ROW("proto", HEX, "protocol", "RFC 1661 2", BYTES(5, 2), .flags = FIELD_LINE),
};

const struct proto proto_pppbsdos = {
	.name = "pppbsdos", .label = "Point-to-point protocol of BSD/OS", .ref = "RFC 1661",
	.flags = PROTO_LINK, .min_bytes = 24,
	FIELDS(pppbsdos_fields),
	.next = { .reg = REG_PPP, BYTES(5, 2) },
	.in = { { REG_LINKTYPE, LINKTYPE_PPP_BSDOS } },
};

#define DIRECTED(name_, label_, ref_, inside_, ...)                                                \
	static const struct field name_##_fields[] = {                                             \
		ROW("dir", DEC, "which way it went", ref_, BYTES(0, 1), .names = ways),            \
	};                                                                                         \
	const struct proto proto_##name_ = {                                                       \
		.name = #name_, .label = label_, .ref = ref_, .flags = PROTO_LINK, .min_bytes = 1, \
		FIELDS(name_##_fields),                                                            \
		.next = { .reg = REG_INSIDE, .fixed = inside_ },                                   \
		.in = { __VA_ARGS__ },                                                             \
	}

DIRECTED(pppdir, "PPP with its direction", "tcpdump.org LINKTYPE_PPP_WITH_DIR", INSIDE_PPP,
	 { REG_LINKTYPE, LINKTYPE_PPP_WITH_DIR });
DIRECTED(chdlcdir, "Cisco HDLC with its direction", "tcpdump.org LINKTYPE_C_HDLC_WITH_DIR",
	 INSIDE_CHDLC, { REG_LINKTYPE, LINKTYPE_C_HDLC_WITH_DIR });
DIRECTED(frelaydir, "Frame relay with its direction", "tcpdump.org LINKTYPE_FRELAY_WITH_DIR",
	 INSIDE_FRELAY, { REG_LINKTYPE, LINKTYPE_FRELAY_WITH_DIR });

/* pppd writes the direction where the address of HDLC framing is. */
static const struct field pppd_fields[] = {
	ROW("dir", DEC, "which way it went", "tcpdump.org LINKTYPE_PPP_PPPD", BYTES(0, 1),
	    .names = ways),
	ROW("ctrl", HEX, "unnumbered information", "RFC 1662 3.1", BYTES(1, 1), .dflt = 3),
};

const struct proto proto_pppd = {
	.name = "pppd", .label = "PPP as pppd writes it", .ref = "tcpdump.org LINKTYPE_PPP_PPPD",
	.flags = PROTO_LINK, .min_bytes = 2,
	FIELDS(pppd_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_PPP },
	.in = { { REG_LINKTYPE, LINKTYPE_PPP_PPPD } },
};

#define Q922 "ITU-T Q.922 3.3"

enum { FR_CR, FR_FECN, FR_BECN, FR_DE, FR_DLCI };

static const struct field frelay_fields[] = {
	[FR_CR] = ROW("cr", BOOL, "command or response", Q922, BITS(6, 1)),
	[FR_FECN] = ROW("fecn", BOOL, "congestion ahead", Q922, BITS(12, 1)),
	[FR_BECN] = ROW("becn", BOOL, "congestion behind", Q922, BITS(13, 1)),
	[FR_DE] = ROW("de", BOOL, "may be discarded", Q922, BITS(14, 1)),
	[FR_DLCI] = ROW("dlci", DEC, "data link connection identifier", Q922, .at = { 0, 23 },
			.flags = FIELD_FOUND | FIELD_LINE),
	/* the last byte of an address has its last bit set */
	ROW("end", BOOL, "the second byte is the last", Q922, BITS(15, 1), .flags = FIELD_VIEW,
	    .dflt = 1),
};

static uint32_t frelay_bytes(const uint8_t *hdr)
{
	(void)hdr;
	return 2;
}

static uint32_t frelay_scan(const uint8_t *hdr, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	if (hdr[1] & 1)
		return 2;
	if (have < 3)
		return have + 1;
	return hdr[2] & 1 ? 3 : 4;
}

static void frelay_find(struct cur *c, struct finder *fi)
{
	const uint8_t *p = c->p;
	uint32_t n = cur_left(c), dlci = (uint32_t)(p[0] >> 2) << 4 | p[1] >> 4;

	if (n == 3)
		dlci = dlci << 6 | p[2] >> 2;
	else if (n == 4)
		dlci = dlci << 13 | (uint32_t)(p[2] >> 1) << 6 | p[3] >> 2;
	found_number(fi, &frelay_fields[FR_DLCI], dlci);
}

const struct proto proto_frelay = {
	.name = "frelay", .alias = "fr frame-relay", .label = "Frame relay", .ref = "ITU-T Q.922",
	.flags = PROTO_LINK, .min_bytes = 2,
	.hdr_hook = frelay_bytes, .hdr_scan = frelay_scan,
	FIELDS(frelay_fields),
	.find = frelay_find,
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_FR },
	.in = { { REG_LINKTYPE, LINKTYPE_FRELAY }, { REG_INSIDE, INSIDE_FRELAY },
		{ REG_ETHERTYPE, 0x6559 } },
};

#define NLPID "RFC 2427 3"

static const struct value_name nlpids[] = {
	{ 0x08, "q.933" }, { 0x80, "snap" }, { 0x81, "clnp" }, { 0x82, "es-is" }, { 0x83, "is-is" },
	{ 0x8e, "ip6" }, { 0xb0, "compressed" }, { 0xb1, "fragment" }, { 0xcc, "ip" },
	{ 0xcf, "ppp" }, { 0, NULL },
};

static const struct field_when padded = { { 8, 8 }, 1, { 0 } };
static const struct field_when unpadded = { { 8, 1 }, 1, { 1 } };

static const struct field nlpid_fields[] = {
	ROW("ctrl", HEX, "unnumbered information", NLPID, BYTES(0, 1), .dflt = 3),
	ROW("nlpid", HEX, "network layer protocol", NLPID, BYTES(1, 1), .names = nlpids,
	    .when = &unpadded, .dflt = 0xcc, .flags = FIELD_LINE),
	ROW("nlpid", HEX, "network layer protocol, behind a byte of padding", NLPID, BYTES(2, 1),
	    .names = nlpids, .when = &padded, .flags = FIELD_LINE),
};

/* A byte of padding is zero. */
static const struct len_case nlpid_len[] = { { 0, 3 }, { 0, 0 } };

static bool nlpid_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have && bytes >= 2 && p[0] == 3;
}

const struct proto proto_nlpid = {
	.name = "nlpid", .label = "Multiprotocol over frame relay", .ref = "RFC 2427",
	.flags = PROTO_LINK, .min_bytes = 2,
	.hdr = { .at = { 8, 8 }, .cases = nlpid_len, .other_bytes = 2 },
	FIELDS(nlpid_fields),
	.check = nlpid_check,
	.next = { .reg = REG_NLPID, .back = true, .at = { 8, 8 } },
	.in = { { REG_INSIDE, INSIDE_FR } },
};

#define CISCO "Cisco frame relay encapsulation"

static const struct field ciscofr_fields[] = {
	ROW("type", HEX, "ethertype of what follows", CISCO, BYTES(0, 2), .reg = REG_ETHERTYPE,
	    .dflt = 0x0800, .flags = FIELD_LINE),
};

static bool ciscofr_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have >= 2 && bytes >= 2 && p[0] >= 6 && names_of(REG_ETHERTYPE, get_be16(p));
}

const struct proto proto_ciscofr = {
	.name = "ciscofr", .label = "Ethertype in frame relay", .ref = CISCO, .flags = PROTO_LINK,
	.min_bytes = 2,
	FIELDS(ciscofr_fields),
	.check = ciscofr_check,
	.next = { .reg = REG_ETHERTYPE, .min = 0x600, BYTES(0, 2) },
	.in = { { REG_INSIDE, INSIDE_FR } },
};

#define FRF16 "FRF.16.1 3"

static const struct field mfr_fields[] = {
	ROW("begin", BOOL, "begins a frame", FRF16, BITS(0, 1), .dflt = 1),
	ROW("end", BOOL, "ends a frame", FRF16, BITS(1, 1), .dflt = 1),
	ROW("control", BOOL, "controls the bundle", FRF16, BITS(2, 1)),
	ROW("seq_high", DEC, "upper bits of the sequence number", FRF16, BITS(3, 4)),
	ROW("seq", DEC, "lower bits of the sequence number", FRF16, BYTES(1, 1),
	    .flags = FIELD_LINE),
};

static const struct field_when first = { { 0, 3 }, 2, { 4, 6 } };

const struct proto proto_mfr = {
	.name = "mfr", .label = "Bundle of frame relay", .ref = "FRF.16.1", .flags = PROTO_LINK,
	.min_bytes = 2,
	FIELDS(mfr_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_FRELAY, .when = &first },
	.in = { { REG_LINKTYPE, LINKTYPE_MFR } },
};
