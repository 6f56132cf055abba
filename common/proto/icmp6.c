// SPDX-License-Identifier: GPL-2.0-or-later
/* icmp6 - Internet control messages, version 6, with neighbour discovery and its options. */
#include "base/str.h"
#include "proto/found.h"
#include "proto/icmp_both.h"
#include "proto/tables.h"

static const struct value_name types[] = {
	{ 1, "unreachable" }, { 2, "too-big" }, { 3, "time-exceeded" }, { 4, "bad-parameter" },
	{ 128, "echo-request" }, { 129, "echo-reply" }, { 130, "mld-query" },
	{ 131, "mld-report" }, { 132, "mld-done" }, { 133, "router-solicit" },
	{ 134, "router-advert" }, { 135, "neighbour-solicit" }, { 136, "neighbour-advert" },
	{ 137, "redirect" }, { 143, "mld2-report" }, { 160, "extended-echo-request" },
	{ 161, "extended-echo-reply" }, { 0, NULL },
};

static const struct field_when too_big = { { 0, 8 }, 1, { 2 } };
static const struct field_when param = { { 0, 8 }, 1, { 4 } };
static const struct field_when echo = { { 0, 8 }, 2, { 128, 129 } };
static const struct field_when asks = { { 0, 8 }, 1, { 160 } };
static const struct field_when tells = { { 0, 8 }, 1, { 161 } };
static const struct field_when extended = { { 0, 8 }, 2, { 160, 161 } };
static const struct field_when quotes = { { 0, 8 }, 2, { 1, 3 } };
static const struct field_when mld = { { 0, 8 }, 3, { 130, 131, 132 } };
static const struct field_when mld2 = { { 0, 8 }, 1, { 143 } };
static const struct field_when router = { { 0, 8 }, 1, { 134 } };
static const struct field_when advert = { { 0, 8 }, 1, { 136 } };
static const struct field_when target = { { 0, 8 }, 3, { 135, 136, 137 } };
static const struct field_when redirect = { { 0, 8 }, 1, { 137 } };
static const struct field_when discovery = { { 0, 8 }, 5, { 133, 134, 135, 136, 137 } };

static const struct field_when errors = { { 0, 8 }, 4, { 1, 2, 3, 4 } };

static const struct value_name codes[] = {
	{ 0x0100, "no-route" }, { 0x0101, "admin-prohibited" }, { 0x0102, "beyond-scope" },
	{ 0x0103, "address-unreachable" }, { 0x0104, "port-unreachable" },
	{ 0x0105, "source-policy" }, { 0x0106, "reject-route" }, { 0x0107, "source-route-failed" },
	{ 0x0108, "headers-too-long" }, { 0x0300, "hop-limit" }, { 0x0301, "reassembly" },
	{ 0x0400, "header-field" }, { 0x0401, "next-header" }, { 0x0402, "option" },
	{ 0x0403, "first-fragment-incomplete" }, { 0x0404, "segment-upper-layer" },
	{ 0x0405, "next-header-intermediate" }, { 0x0406, "extension-too-big" },
	{ 0x0407, "chain-too-long" }, { 0x0408, "too-many-extensions" },
	{ 0x0409, "too-many-options" }, { 0x040a, "option-too-big" },
	ICMP_EXTENDED_CODES(161), { 0, NULL },
};

static const struct value_name ra_flags[] = {
	{ 0x80, "managed" }, { 0x40, "other" }, { 0x20, "home-agent" }, { 0, NULL },
};

static const struct value_name na_flags[] = {
	{ 0x80, "router" }, { 0x40, "solicited" }, { 0x20, "override" }, { 0, NULL },
};

#define REF "RFC 4443 2.1"
#define ND  "RFC 4861 4"
#define MLD "RFC 2710 3"

static const struct field fields[] = {
	{ .name = "type", BYTES(0, 1), .kind = FIELD_DEC, .names = types, .flags = FIELD_LINE,
	  .dflt = 128, .label = "message type", .ref = REF },
	{ .name = "code", BYTES(1, 1), .kind = FIELD_DEC, .flags = FIELD_LINE | FIELD_PAIR,
	  .names = codes, .label = "code within the type", .ref = "IANA icmpv6-parameters" },
	{ .name = "csum", .alias = "checksum", BYTES(2, 2), .kind = FIELD_HEX,
	  .label = "checksum with the pseudo header", .ref = "RFC 4443 2.3" },
	{ .name = "mtu", BYTES(4, 4), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &too_big,
	  .label = "MTU of the next hop", .ref = "RFC 4443 3.2" },
	{ .name = "pointer", BYTES(4, 4), .kind = FIELD_DEC, .when = &param,
	  .label = "offset of the fault", .ref = "RFC 4443 3.4" },
	{ .name = "id", BYTES(4, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &echo,
	  .label = "identifier", .ref = "RFC 4443 4.1" },
	{ .name = "seq", BYTES(6, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &echo,
	  .label = "sequence number", .ref = "RFC 4443 4.1" },
	ICMP_EXTENDED_FIELDS(asks, tells, extended),
	ICMP_QUOTED_FIELD(4, "8", quotes),
	{ .name = "delay", BYTES(4, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &mld,
	  .label = "longest delay of the answer, ms", .ref = MLD },
	{ .name = "group", BYTES(8, 16), .kind = FIELD_IPV6, .flags = FIELD_LINE, .when = &mld,
	  .label = "multicast address", .ref = MLD },
	{ .name = "records", BYTES(6, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &mld2,
	  .label = "number of group records", .ref = "RFC 3810 5.2" },
	{ .name = "suppress", .at = { 0, 1 }, .kind = FIELD_BOOL, .flags = FIELD_FOUND,
	  .label = "routers do not update their timers", .ref = "RFC 3810 5.1.7" },
	{ .name = "qrv", .at = { 0, 3 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .label = "robustness of the querier", .ref = "RFC 3810 5.1.8" },
	{ .name = "qqic", .at = { 0, 8 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .label = "interval of queries, s; from 128 on a float", .ref = "RFC 3810 5.1.9" },
	{ .name = "sources", .at = { 0, 16 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .label = "number of sources asked for", .ref = "RFC 3810 5.1.10" },
	{ .name = "source", .kind = FIELD_IPV6, .flags = FIELD_FOUND | FIELD_ARRAY | FIELD_LINE,
	  .label = "sources asked for", .ref = "RFC 3810 5.1.11" },
	{ .name = "hops", BYTES(4, 1), .kind = FIELD_DEC, .when = &router,
	  .label = "hop limit for hosts", .ref = ND },
	{ .name = "ra_flags", BYTES(5, 1), .kind = FIELD_FLAGS, .names = ra_flags,
	  .when = &router, .label = "flags of the router", .ref = ND },
	{ .name = "lifetime", BYTES(6, 2), .kind = FIELD_DEC, .when = &router,
	  .label = "lifetime of the router, s", .ref = ND },
	{ .name = "reachable", BYTES(8, 4), .kind = FIELD_DEC, .when = &router,
	  .label = "reachable time, ms", .ref = ND },
	{ .name = "retrans", BYTES(12, 4), .kind = FIELD_DEC, .when = &router,
	  .label = "retransmission time, ms", .ref = ND },
	{ .name = "na_flags", BYTES(4, 1), .kind = FIELD_FLAGS, .names = na_flags,
	  .when = &advert, .label = "flags of the answer", .ref = ND },
	{ .name = "target", BYTES(8, 16), .kind = FIELD_IPV6, .flags = FIELD_LINE,
	  .when = &target, .label = "target address", .ref = ND },
	{ .name = "dst", BYTES(24, 16), .kind = FIELD_IPV6, .when = &redirect,
	  .label = "redirected destination", .ref = ND },
};

static const struct field lladdr[] = {
	{ .name = "addr", BYTES(2, 6), .kind = FIELD_MAC, .label = "link address", .ref = ND },
};

static const struct value_name prefix_flags[] = {
	{ 0x80, "on-link" }, { 0x40, "autonomous" }, { 0, NULL },
};

static const struct field prefix[] = {
	{ .name = "len", BYTES(2, 1), .kind = FIELD_DEC, .label = "prefix length, bits", .ref = ND },
	{ .name = "flags", BYTES(3, 1), .kind = FIELD_FLAGS, .names = prefix_flags,
	  .label = "flags", .ref = ND },
	{ .name = "valid", BYTES(4, 4), .kind = FIELD_DEC, .label = "valid lifetime, s", .ref = ND },
	{ .name = "preferred", BYTES(8, 4), .kind = FIELD_DEC, .label = "preferred lifetime, s",
	  .ref = ND },
	{ .name = "prefix", BYTES(16, 16), .kind = FIELD_IPV6, .label = "prefix", .ref = ND },
};

static const struct field mtu[] = {
	{ .name = "value", BYTES(4, 4), .kind = FIELD_DEC, .label = "MTU of the link", .ref = ND },
};

static const struct field rdnss[] = {
	{ .name = "lifetime", BYTES(4, 4), .kind = FIELD_DEC, .label = "lifetime, s",
	  .ref = "RFC 8106 5.1" },
	{ .name = "addr", BYTES(8, 16), .kind = FIELD_IPV6, .flags = FIELD_ARRAY,
	  .label = "addresses of name servers", .ref = "RFC 8106 5.1" },
};

static const struct field nonce[] = {
	{ .name = "value", .at = { 16, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "nonce", .ref = "RFC 3971 5.3" },
};

static const struct value_name record_types[] = {
	{ 1, "is-include" }, { 2, "is-exclude" }, { 3, "to-include" }, { 4, "to-exclude" },
	{ 5, "allow" }, { 6, "block" }, { 0, NULL },
};

#define MLD2 "RFC 3810 5.2.4"

static const struct field record[] = {
	{ .name = "type", BYTES(0, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .names = record_types, .label = "what the record says", .ref = "RFC 3810 5.2.12" },
	{ .name = "aux", BYTES(1, 1), .kind = FIELD_DEC,
	  .label = "auxiliary data in words of 4 bytes", .ref = MLD2 },
	{ .name = "sources", BYTES(2, 2), .kind = FIELD_DEC, .label = "number of sources",
	  .ref = MLD2 },
	{ .name = "group", BYTES(4, 16), .kind = FIELD_IPV6, .flags = FIELD_LINE,
	  .label = "multicast address", .ref = MLD2 },
	{ .name = "source", BYTES(20, 16), .kind = FIELD_IPV6, .flags = FIELD_ARRAY | FIELD_LINE,
	  .label = "sources", .ref = MLD2 },
};

static const struct opt_def opts[] = {
	{ .kind = KIND_GROUP, .name = "record", FIELDS(record), .ref = MLD2 },
	{ .kind = 1, .name = "slla", .min_bytes = 8, FIELDS(lladdr), .ref = ND },
	{ .kind = 2, .name = "tlla", .min_bytes = 8, FIELDS(lladdr), .ref = ND },
	{ .kind = 3, .name = "prefix", .min_bytes = 32, .max_bytes = 32, FIELDS(prefix), .ref = ND },
	{ .kind = 4, .name = "redirected", .min_bytes = 8, .ref = ND },
	{ .kind = 5, .name = "mtu", .min_bytes = 8, .max_bytes = 8, FIELDS(mtu), .ref = ND },
	{ .kind = 14, .name = "nonce", .min_bytes = 8, FIELDS(nonce), .ref = "RFC 3971 5.3" },
	{ .kind = 25, .name = "rdnss", .min_bytes = 24, FIELDS(rdnss), .ref = "RFC 8106 5.1" },
};

static const struct field *field_called(const char *name)
{
	const struct field *f = fields;

	while (!streq(f->name, name))
		f++;
	return f;
}

/* What version 2 adds to a query (RFC 3810 5.1). */
static void find_query(struct cur *c, struct finder *fi)
{
	const struct field *f = field_called("suppress");
	const uint8_t *p = cur_take(c, 4);
	unsigned int n;

	if (!p)
		return;
	found_number(fi, f++, p[0] >> 3 & 1);
	found_number(fi, f++, p[0] & 7);
	found_number(fi, f++, p[1]);
	n = get_be16(p + 2);
	found_number(fi, f++, n);
	for (unsigned int i = 0; i < n; i++) {
		p = cur_take(c, 16);
		if (!p)
			return fi->cut ? (void)0 : found_bad(fi, "number of sources", n);
		found_bytes(fi, f, p, 16);
	}
}

static void find_records(struct cur *c, struct finder *fi, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		const uint8_t *p = cur_peek(c, 20);
		size_t bytes = p ? 20 + get_be16(p + 2) * 16u : 20;

		if (!p || cur_left(c) < bytes) {
			if (!fi->cut)
				found_bad(fi, p ? "number of sources" : "number of records",
					  p ? get_be16(p + 2) : n);
			return;
		}
		found_group(fi, opts, p, bytes);
		cur_skip(c, bytes + p[1] * 4u);
	}
}

static void find(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, 8);

	if (p[0] == 143) {
		find_records(c, fi, get_be16(p + 6));
	} else if (p[0] == 130) {
		cur_skip(c, 16);
		if (cur_left(c))
			find_query(c, fi);
	}
}

static const struct field_when groups = { { 0, 8 }, 2, { 130, 143 } };

static const struct len_case lengths[] = {
	{ 130, 24 }, { 131, 24 }, { 132, 24 }, { 134, 16 },
	{ 135, 24 }, { 136, 24 }, { 137, 40 }, { 0, 0 },
};

static void next(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n)
{
	n->quoted = field_when_holds(&errors, hdr, hdr_bytes);
	if (field_when_holds(&quotes, hdr, hdr_bytes))
		icmpext_tail(hdr, hdr_bytes, hdr[4] * 8u, n);
}

const struct proto proto_icmp6 = {
	.name = "icmp6", .alias = "icmpv6", .label = "Internet control messages, version 6",
	.ref = "RFC 4443", .flags = PROTO_ALL, .all_when = &groups, .min_bytes = 8,
	.hdr = { .at = { 0, 8 }, .cases = lengths },
	FIELDS(fields),
	.next = { .reg = REG_IP_VERSION, .fixed = 6, .when = &errors,
		  .also = INSIDE_ICMPEXT, .also_when = &asks },
	.next_hook = next,
	.csum = { .kind = CSUM_PSEUDO, BYTES(2, 2) },
	.tlv = &tlv_nd, .opt_when = &discovery,
	OPTIONS(opts),
	.find = find,
	.in = { { REG_IP_PROTO, 58 } },
};
