// SPDX-License-Identifier: GPL-2.0-or-later
/* icmpext - what routers add to ICMP errors behind the packet they quote: labels of MPLS, names and
 * addresses of interfaces; and what extended echo requests ask about. */
#include "proto/icmp_both.h"

#include <string.h>

#include "proto/csum.h"
#include "proto/found.h"
#include "proto/tables.h"

#define REF     "RFC 4884 7"
#define OBJECT  "RFC 4884 8"
#define LABELS  "RFC 4950 3"
#define IFACE   "RFC 5837 4.1"
#define ABOUT   "RFC 8335 2.1"

const struct value_name icmp_neighbour_states[] = {
	{ 0, "reserved" }, { 1, "incomplete" }, { 2, "reachable" }, { 3, "stale" }, { 4, "delay" },
	{ 5, "probe" }, { 6, "failed" }, { 0, NULL },
};

const struct value_name icmp_interface_flags[] = {
	{ 4, "active" }, { 2, "ipv4" }, { 1, "ipv6" }, { 0, NULL },
};

enum { QUOTED_BYTES = 128, LEAST_BYTES = 8 };

static const struct field fields[] = {
	{ .name = "version", BITS(0, 4), .kind = FIELD_DEC, .dflt = 2, .label = "version",
	  .ref = REF },
	{ .name = "csum", .alias = "checksum", BYTES(2, 2), .kind = FIELD_HEX,
	  .label = "checksum of the extensions, 0: none", .ref = REF },
};

static const struct value_name classes[] = {
	{ 1, "mpls" }, { 2, "interface" }, { 3, "about" }, { 4, "extended-information" },
	{ 5, "node" }, { 0, NULL },
};

#define CLASS_FIELDS                                                                               \
	{ .name = "class", BYTES(2, 1), .kind = FIELD_DEC, .names = classes, .flags = FIELD_VIEW,  \
	  .label = "class of the object", .ref = OBJECT },                                         \
	{ .name = "ctype", BYTES(3, 1), .kind = FIELD_DEC, .label = "type within the class",       \
	  .ref = OBJECT }

static const struct field mpls[] = { CLASS_FIELDS };

static const struct field entry[] = {
	{ .name = "label", BITS(0, 20), .kind = FIELD_DEC, .flags = FIELD_LINE, .label = "label",
	  .ref = LABELS },
	{ .name = "tc", BITS(20, 3), .kind = FIELD_DEC, .label = "traffic class", .ref = LABELS },
	{ .name = "bottom", BITS(23, 1), .kind = FIELD_BOOL, .label = "the last of the stack",
	  .ref = LABELS },
	{ .name = "ttl", BITS(24, 8), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "time to live", .ref = LABELS },
};

static const struct value_name roles[] = {
	{ 0, "incoming" }, { 1, "part-of-incoming" }, { 2, "outgoing" }, { 3, "next-hop" },
	{ 0, NULL },
};

static const struct value_name contents[] = {
	{ 8, "index" }, { 4, "address" }, { 2, "name" }, { 1, "mtu" }, { 0, NULL },
};

enum { INDEX = 3, ADDR, ADDR6, NAME, MTU };

#define FOUND_FIELDS(ref_)                                                                         \
	[INDEX] = { .name = "ifindex", .at = { 0, 32 }, .kind = FIELD_DEC,                         \
		    .flags = FIELD_FOUND | FIELD_LINE, .label = "number of the interface",         \
		    .ref = ref_ },                                                                 \
	[ADDR] = { .name = "addr", .kind = FIELD_IPV4, .flags = FIELD_FOUND | FIELD_LINE,          \
		   .label = "its address", .ref = ref_ },                                          \
	[ADDR6] = { .name = "addr6", .kind = FIELD_IPV6, .flags = FIELD_FOUND | FIELD_LINE,        \
		    .label = "its address", .ref = ref_ },                                         \
	[NAME] = { .name = "ifname", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_LINE,        \
		   .label = "its name", .ref = ref_ }

static const struct field iface[] = {
	{ .name = "class", BYTES(2, 1), .kind = FIELD_DEC, .names = classes, .flags = FIELD_VIEW,
	  .label = "class of the object", .ref = OBJECT },
	{ .name = "role", BITS(24, 2), .kind = FIELD_DEC, .names = roles, .flags = FIELD_LINE,
	  .label = "which interface is told of", .ref = IFACE },
	{ .name = "has", BITS(28, 4), .kind = FIELD_FLAGS, .names = contents,
	  .label = "what is told of it", .ref = IFACE },
	FOUND_FIELDS("RFC 5837 4.2"),
	[MTU] = { .name = "mtu", .at = { 0, 32 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		  .label = "its MTU", .ref = IFACE },
};

static const struct value_name abouts[] = {
	{ 1, "name" }, { 2, "index" }, { 3, "address" }, { 0, NULL },
};

static const struct field about[] = {
	{ .name = "class", BYTES(2, 1), .kind = FIELD_DEC, .names = classes, .flags = FIELD_VIEW,
	  .label = "class of the object", .ref = OBJECT },
	{ .name = "ctype", BYTES(3, 1), .kind = FIELD_DEC, .names = abouts,
	  .label = "how the interface is named", .ref = ABOUT },
	{ .name = "family", BYTES(4, 2), .kind = FIELD_DEC, .flags = FIELD_VIEW,
	  .label = "address family", .ref = ABOUT },
	FOUND_FIELDS(ABOUT),
};

static void mpls_find(struct cur *c, struct finder *fi);
static void iface_find(struct cur *c, struct finder *fi);
static void about_find(struct cur *c, struct finder *fi);

static const struct opt_def objects[] = {
	{ .kind = KIND_GROUP, .name = "entry", FIELDS(entry), .ref = LABELS },
	{ .kind = 1, .name = "mpls", .min_bytes = 8, FIELDS(mpls), .find = mpls_find,
	  .ref = LABELS },
	{ .kind = 2, .name = "interface", .min_bytes = 4, FIELDS(iface), .find = iface_find,
	  .ref = IFACE },
	{ .kind = 3, .name = "about", .min_bytes = 4, FIELDS(about), .find = about_find,
	  .ref = ABOUT },
};

static void mpls_find(struct cur *c, struct finder *fi)
{
	cur_skip(c, 4);
	while (cur_left(c) >= 4)
		found_group(fi, objects, cur_take(c, 4), 4);
	if (cur_left(c) && !fi->cut)
		found_bad(fi, "bytes behind the labels", cur_left(c));
}

/* An address of 'n' bytes of 'family'. False when that has another length, or it is not there. */
static bool address(struct cur *c, const struct field *f, unsigned int family, unsigned int n,
		    struct finder *fi)
{
	const uint8_t *p = cur_peek(c, n);

	if (!p || n != (family == 1 ? 4 : 16) || family < 1 || family > 2)
		return false;
	found_bytes(fi, &f[family == 1 ? ADDR : ADDR6], p, n);
	cur_skip(c, n);
	return true;
}

static void iface_find(struct cur *c, struct finder *fi)
{
	unsigned int has = c->p[3];

	cur_skip(c, 4);
	if ((has & 8) && cur_left(c) >= 4)
		found_number(fi, &iface[INDEX], cur_be32(c));
	if (has & 4) {
		unsigned int family = cur_be16(c);

		cur_skip(c, 2);
		if (!address(c, iface, family, family == 2 ? 16 : 4, fi))
			return fi->cut ? (void)0 : found_bad(fi, "address family", family);
	}
	if (has & 2) {
		unsigned int n = cur_left(c) ? *c->p : 0;
		struct cur name = cur_sub(c, n);

		if (!n || name.failed)
			return fi->cut ? (void)0 : found_bad(fi, "length of the name", n);
		cur_skip(&name, 1);
		found_bytes(fi, &iface[NAME], name.p, strnlen((const char *)name.p,
							      cur_left(&name)));
	}
	if ((has & 1) && cur_left(c) >= 4)
		found_number(fi, &iface[MTU], cur_be32(c));
}

static void about_find(struct cur *c, struct finder *fi)
{
	unsigned int type = c->p[3];

	cur_skip(c, 4);
	if (type == 1 && cur_left(c)) {
		found_bytes(fi, &about[NAME], c->p, strnlen((const char *)c->p, cur_left(c)));
	} else if (type == 2 && cur_left(c) >= 4) {
		found_number(fi, &about[INDEX], cur_be32(c));
	} else if (type == 3) {
		unsigned int family = cur_be16(c), n = cur_u8(c);

		cur_skip(c, 1);
		if (!address(c, about, family, n, fi) && !fi->cut)
			found_bad(fi, "length of an address", n);
	}
}

static const struct tlv_layout tlv_objects = {
	.kind = { 16, 8 }, .len = { 0, 16 }, .unit = 1,
	.flags = TLV_TO_END | TLV_LINES | TLV_SHOWN,
};

static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have && bytes >= 4 && p[0] >> 4 == 2;
}

const struct proto proto_icmpext = {
	.name = "icmpext", .label = "Extensions of ICMP errors", .ref = "RFC 4884", .min_bytes = 4,
	FIELDS(fields),
	.csum = { .kind = CSUM_ALL, .zero_is_absent = true, BYTES(2, 2) },
	.tlv = &tlv_objects,
	OPTIONS(objects),
	.check = check,
	.in = { { REG_INSIDE, INSIDE_ICMPEXT } },
};

void icmpext_tail(const uint8_t *hdr, uint32_t hdr_bytes, uint32_t quoted_bytes, struct next *n)
{
	const uint8_t *p = hdr + hdr_bytes + QUOTED_BYTES;
	uint32_t bytes = n->total_bytes - hdr_bytes;

	n->tail = INSIDE_ICMPEXT;
	if (quoted_bytes) {
		n->tail_off = hdr_bytes + quoted_bytes;
		return;
	}
	/* routers older than the length field: behind 128 bytes, if the sum says so (5.5) */
	if (bytes < QUOTED_BYTES + LEAST_BYTES || n->have < bytes || *p >> 4 != 2 ||
	    get_be16(p + 2) == 0 || csum_fold(csum_add(0, p, bytes - QUOTED_BYTES)))
		return;
	n->tail_off = hdr_bytes + QUOTED_BYTES;
}
