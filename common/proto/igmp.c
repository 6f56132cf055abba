// SPDX-License-Identifier: GPL-2.0-or-later
/* igmp - group management of IPv4, versions 1 to 3. Version 3 has sources and records by hook. */
#include "proto/found.h"
#include "proto/tables.h"

static const struct value_name types[] = {
	{ 0x11, "query" }, { 0x12, "report-1" }, { 0x13, "dvmrp" }, { 0x14, "pim-1" },
	{ 0x15, "cisco-trace" }, { 0x16, "report-2" }, { 0x17, "leave" },
	{ 0x1e, "traceroute-answer" }, { 0x1f, "traceroute" }, { 0x22, "report-3" },
	{ 0x30, "router-advert" }, { 0x31, "router-solicit" }, { 0x32, "router-terminate" },
	{ 0, NULL },
};

static const struct field_when grouped = { { 0, 8 }, 4, { 0x11, 0x12, 0x16, 0x17 } };
static const struct field_when report3 = { { 0, 8 }, 1, { 0x22 } };
static const struct field_when query = { { 0, 8 }, 1, { 0x11 } };

static const struct field fields[] = {
	{ .name = "type", BYTES(0, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = types,
	  .dflt = 0x16, .label = "message type", .ref = "RFC 3376 4" },
	{ .name = "resp", BYTES(1, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &query,
	  .label = "longest delay of the answer, 0.1 s; from 128 on a float",
	  .ref = "RFC 3376 4.1.1" },
	{ .name = "csum", .alias = "checksum", BYTES(2, 2), .kind = FIELD_HEX, .label = "checksum",
	  .ref = "RFC 3376 4" },
	{ .name = "group", BYTES(4, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE, .when = &grouped,
	  .label = "multicast address", .ref = "RFC 3376 4" },
	{ .name = "records", BYTES(6, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &report3,
	  .label = "number of group records", .ref = "RFC 3376 4.2.4" },
	{ .name = "suppress", .at = { 0, 1 }, .kind = FIELD_BOOL, .flags = FIELD_FOUND,
	  .label = "routers do not update their timers", .ref = "RFC 3376 4.1.5" },
	{ .name = "qrv", .at = { 0, 3 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .label = "robustness of the querier", .ref = "RFC 3376 4.1.6" },
	{ .name = "qqic", .at = { 0, 8 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .label = "interval of queries, s; from 128 on a float", .ref = "RFC 3376 4.1.7" },
	{ .name = "sources", .at = { 0, 16 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
	  .label = "number of sources asked for", .ref = "RFC 3376 4.1.8" },
	{ .name = "source", .kind = FIELD_IPV4, .flags = FIELD_FOUND | FIELD_ARRAY | FIELD_LINE,
	  .label = "sources asked for", .ref = "RFC 3376 4.1.9" },
};

enum { SUPPRESS = 5, QRV, QQIC, SOURCES, SOURCE };

static const struct value_name record_types[] = {
	{ 1, "is-include" }, { 2, "is-exclude" }, { 3, "to-include" }, { 4, "to-exclude" },
	{ 5, "allow" }, { 6, "block" }, { 0, NULL },
};

static const struct field record[] = {
	{ .name = "type", BYTES(0, 1), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .names = record_types, .label = "what the record says", .ref = "RFC 3376 4.2.12" },
	{ .name = "aux", BYTES(1, 1), .kind = FIELD_DEC,
	  .label = "auxiliary data in words of 4 bytes", .ref = "RFC 3376 4.2.4" },
	{ .name = "sources", BYTES(2, 2), .kind = FIELD_DEC, .label = "number of sources",
	  .ref = "RFC 3376 4.2.4" },
	{ .name = "group", BYTES(4, 4), .kind = FIELD_IPV4, .flags = FIELD_LINE,
	  .label = "multicast address", .ref = "RFC 3376 4.2.4" },
	{ .name = "source", BYTES(8, 4), .kind = FIELD_IPV4, .flags = FIELD_ARRAY | FIELD_LINE,
	  .label = "sources", .ref = "RFC 3376 4.2.4" },
};

static const struct opt_def groups[] = {
	{ .name = "record", FIELDS(record), .ref = "RFC 3376 4.2.4" },
};

static void find_query(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, 4);
	unsigned int n;

	if (!p)
		return;
	found_number(fi, &fields[SUPPRESS], p[0] >> 3 & 1);
	found_number(fi, &fields[QRV], p[0] & 7);
	found_number(fi, &fields[QQIC], p[1]);
	n = get_be16(p + 2);
	found_number(fi, &fields[SOURCES], n);
	for (unsigned int i = 0; i < n; i++) {
		p = cur_take(c, 4);
		if (!p)
			return fi->cut ? (void)0 : found_bad(fi, "number of sources", n);
		found_bytes(fi, &fields[SOURCE], p, 4);
	}
}

static void find_records(struct cur *c, struct finder *fi, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		const uint8_t *p = cur_peek(c, 8);
		size_t bytes = p ? 8 + get_be16(p + 2) * 4u : 8;

		if (!p || cur_left(c) < bytes) {
			if (!fi->cut)
				found_bad(fi, p ? "number of sources" : "number of records",
					  p ? get_be16(p + 2) : n);
			return;
		}
		found_group(fi, groups, p, bytes);
		cur_skip(c, bytes + p[1] * 4u);
	}
}

static void find(struct cur *c, struct finder *fi)
{
	const uint8_t *p = cur_take(c, 8);

	if (p[0] == 0x11 && cur_left(c))
		find_query(c, fi);
	else if (p[0] == 0x22)
		find_records(c, fi, get_be16(p + 6));
}

const struct proto proto_igmp = {
	.name = "igmp", .label = "Group management", .ref = "RFC 3376", .flags = PROTO_ALL,
	.min_bytes = 8,
	FIELDS(fields),
	.csum = { .kind = CSUM_ALL, BYTES(2, 2) },
	OPTIONS(groups),
	.find = find,
	.in = { { REG_IP_PROTO, 2 } },
};
