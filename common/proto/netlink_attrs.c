// SPDX-License-Identifier: GPL-2.0-or-later
/* netlink_attrs - see netlink_attrs.h. An attribute is named in a list of its message; one that
 * comes twice is told as bad and given once. */
#include "proto/netlink_attrs.h"

#include "proto/tables.h"

#define REF "linux/rtnetlink.h"

static const struct value_name families[] = {
	{ 0, "any" }, { 1, "unix" }, { 2, "ip" }, { 7, "bridge" }, { 10, "ip6" }, { 16, "netlink" },
	{ 17, "packet" }, { 28, "mpls" }, { 45, "mctp" }, { 0, NULL },
};

static const struct value_name link_bits[] = {
	{ 0x1, "up" }, { 0x2, "broadcast" }, { 0x4, "debug" }, { 0x8, "loopback" },
	{ 0x10, "point-to-point" }, { 0x40, "running" }, { 0x80, "noarp" },
	{ 0x100, "promiscuous" }, { 0x200, "all-multicast" }, { 0x400, "master" },
	{ 0x800, "slave" }, { 0x1000, "multicast" }, { 0x10000, "lower-up" },
	{ 0x20000, "dormant" }, { 0x40000, "echo" }, { 0, NULL },
};

static const struct value_name operstates[] = {
	{ 0, "unknown" }, { 1, "not-present" }, { 2, "down" }, { 3, "lower-down" },
	{ 4, "testing" }, { 5, "dormant" }, { 6, "up" }, { 0, NULL },
};

static const struct value_name scopes[] = {
	{ 0, "global" }, { 200, "site" }, { 253, "link" }, { 254, "host" }, { 255, "nowhere" },
	{ 0, NULL },
};

static const struct value_name protocols[] = {
	{ 0, "unspecified" }, { 1, "redirect" }, { 2, "kernel" }, { 3, "boot" }, { 4, "static" },
	{ 9, "router-advert" }, { 11, "zebra" }, { 12, "bird" }, { 16, "dhcp" }, { 42, "babel" },
	{ 186, "bgp" }, { 187, "isis" }, { 188, "ospf" }, { 189, "rip" }, { 192, "eigrp" },
	{ 0, NULL },
};

static const struct value_name route_kinds[] = {
	{ 0, "unspecified" }, { 1, "unicast" }, { 2, "local" }, { 3, "broadcast" },
	{ 4, "anycast" }, { 5, "multicast" }, { 6, "blackhole" }, { 7, "unreachable" },
	{ 8, "prohibit" }, { 9, "throw" }, { 10, "nat" }, { 0, NULL },
};

static const struct value_name neigh_bits[] = {
	{ 0x01, "incomplete" }, { 0x02, "reachable" }, { 0x04, "stale" }, { 0x08, "delay" },
	{ 0x10, "probe" }, { 0x20, "failed" }, { 0x40, "noarp" }, { 0x80, "permanent" },
	{ 0, NULL },
};

static const struct value_name errnos[] = {
	{ 1, "not-permitted" }, { 2, "no-entry" }, { 3, "no-process" }, { 11, "again" },
	{ 12, "no-memory" }, { 13, "access" }, { 16, "busy" }, { 17, "exists" },
	{ 19, "no-device" }, { 22, "invalid" }, { 33, "out-of-domain" }, { 34, "range" },
	{ 92, "no-protocol" }, { 95, "not-supported" }, { 99, "no-address" },
	{ 100, "network-down" }, { 101, "unreachable" }, { 105, "no-buffer" }, { 110, "timeout" },
	{ 0, NULL },
};

static const struct value_name socket_states[] = {
	{ 1, "established" }, { 2, "syn-sent" }, { 3, "syn-received" }, { 4, "fin-wait-1" },
	{ 5, "fin-wait-2" }, { 6, "time-wait" }, { 7, "close" }, { 8, "close-wait" },
	{ 9, "last-ack" }, { 10, "listen" }, { 11, "closing" }, { 0, NULL },
};

enum { V_ERROR, V_TEXT, V_FAULT, V_FAMILY, V_INDEX, V_LINK_TYPE, V_LINK_FLAGS, V_NAME, V_MTU,
       V_LLADDR, V_LLADDR_BYTES, V_BROADCAST_MAC, V_LINK, V_MASTER, V_QDISC, V_OPERSTATE, V_TXQLEN,
       V_CARRIER, V_KIND, V_PREFIX, V_SCOPE, V_ADDR, V_ADDR6, V_LOCAL, V_LOCAL6, V_BROADCAST,
       V_LABEL, V_DST_LEN, V_SRC_LEN, V_TOS, V_TABLE, V_PROTOCOL_BY, V_ROUTE_KIND, V_DST, V_DST6,
       V_SRC, V_SRC6, V_OIF, V_IIF, V_GATEWAY, V_GATEWAY6, V_PREFSRC, V_PREFSRC6, V_PRIORITY,
       V_STATE, V_HANDLE, V_PARENT, V_FWMARK, V_COMMAND, V_GENL_VERSION, V_FAMILY_ID, V_HDR_SIZE,
       V_MAX_ATTR, V_NF_VERSION, V_RES_ID, V_IP_PROTOCOL, V_SPORT, V_DPORT, V_STATUS, V_TIMEOUT,
       V_CT_MARK, V_CT_ID, V_ZONE, V_PACKETS, V_BYTES, V_SOCKET_STATE, V_STATES };

static const struct field v[] = {
	[V_ERROR] = { .name = "error", .at = { 0, 32 }, .kind = FIELD_INT,
		.flags = FIELD_FOUND | FIELD_LINE, .names = errnos,
		.label = "result, negative: number of an error", .ref = "linux/netlink.h" },
	[V_TEXT] = { .name = "text", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "what the kernel says of it", .ref = "linux/netlink.h" },
	[V_FAULT] = { .name = "fault", .at = { 0, 32 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "offset of the attribute that is at fault", .ref = "linux/netlink.h" },
	[V_FAMILY] = { .name = "family", .at = { 0, 8 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.names = families, .label = "address family", .ref = REF },
	[V_INDEX] = { .name = "index", .at = { 0, 32 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .label = "number of the interface", .ref = REF },
	[V_LINK_TYPE] = { .name = "link_type", .at = { 0, 16 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .reg = REG_ARPHRD, .label = "type of the interface",
		.ref = REF },
	[V_LINK_FLAGS] = { .name = "link_flags", .at = { 0, 32 }, .kind = FIELD_FLAGS,
		.flags = FIELD_FOUND | FIELD_LINE, .names = link_bits,
		.label = "flags of the interface", .ref = REF },
	[V_NAME] = { .name = "name", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "name", .ref = REF },
	[V_MTU] = { .name = "mtu", .at = { 0, 32 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "MTU", .ref = REF },
	[V_LLADDR] = { .name = "lladdr", .kind = FIELD_MAC, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "link address", .ref = REF },
	[V_LLADDR_BYTES] = { .name = "lladdr_bytes", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		.label = "link address of another length", .ref = REF },
	[V_BROADCAST_MAC] = { .name = "broadcast_mac", .kind = FIELD_MAC, .flags = FIELD_FOUND,
		.label = "broadcast address of the link", .ref = REF },
	[V_LINK] = { .name = "link", .at = { 0, 32 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "interface below", .ref = REF },
	[V_MASTER] = { .name = "master", .at = { 0, 32 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "interface above", .ref = REF },
	[V_QDISC] = { .name = "qdisc", .kind = FIELD_TEXT, .flags = FIELD_FOUND,
		.label = "queueing discipline", .ref = REF },
	[V_OPERSTATE] = { .name = "operstate", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .names = operstates, .label = "state",
		.ref = REF },
	[V_TXQLEN] = { .name = "txqlen", .at = { 0, 32 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "length of the queue", .ref = REF },
	[V_CARRIER] = { .name = "carrier", .at = { 0, 8 }, .kind = FIELD_BOOL, .flags = FIELD_FOUND,
		.label = "has a carrier", .ref = REF },
	[V_KIND] = { .name = "kind", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "kind", .ref = REF },
	[V_PREFIX] = { .name = "prefix", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .label = "prefix length, bits", .ref = REF },
	[V_SCOPE] = { .name = "scope", .at = { 0, 8 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.names = scopes, .label = "scope", .ref = REF },
	[V_ADDR] = { .name = "addr", .kind = FIELD_IPV4, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "address", .ref = REF },
	[V_ADDR6] = { .name = "addr6", .kind = FIELD_IPV6, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "address", .ref = REF },
	[V_LOCAL] = { .name = "local", .kind = FIELD_IPV4, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "own address", .ref = REF },
	[V_LOCAL6] = { .name = "local6", .kind = FIELD_IPV6, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "own address", .ref = REF },
	[V_BROADCAST] = { .name = "broadcast", .kind = FIELD_IPV4, .flags = FIELD_FOUND,
		.label = "broadcast address", .ref = REF },
	[V_LABEL] = { .name = "label", .kind = FIELD_TEXT, .flags = FIELD_FOUND,
		.label = "label of the address", .ref = REF },
	[V_DST_LEN] = { .name = "dst_len", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .label = "bits of the destination", .ref = REF },
	[V_SRC_LEN] = { .name = "src_len", .at = { 0, 8 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "bits of the source", .ref = REF },
	[V_TOS] = { .name = "tos", .at = { 0, 8 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "type of service", .ref = REF },
	[V_TABLE] = { .name = "table", .at = { 0, 32 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "table", .ref = REF },
	[V_PROTOCOL_BY] = { .name = "protocol_by", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .names = protocols, .label = "who made the route",
		.ref = REF },
	[V_ROUTE_KIND] = { .name = "route_kind", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .names = route_kinds, .label = "kind", .ref = REF },
	[V_DST] = { .name = "dst", .kind = FIELD_IPV4, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "destination", .ref = REF },
	[V_DST6] = { .name = "dst6", .kind = FIELD_IPV6, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "destination", .ref = REF },
	[V_SRC] = { .name = "src", .kind = FIELD_IPV4, .flags = FIELD_FOUND, .label = "source",
		.ref = REF },
	[V_SRC6] = { .name = "src6", .kind = FIELD_IPV6, .flags = FIELD_FOUND, .label = "source",
		.ref = REF },
	[V_OIF] = { .name = "oif", .at = { 0, 32 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .label = "interface out", .ref = REF },
	[V_IIF] = { .name = "iif", .at = { 0, 32 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "interface in", .ref = REF },
	[V_GATEWAY] = { .name = "gateway", .kind = FIELD_IPV4, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "next router", .ref = REF },
	[V_GATEWAY6] = { .name = "gateway6", .kind = FIELD_IPV6, .flags = FIELD_FOUND | FIELD_LINE,
		.label = "next router", .ref = REF },
	[V_PREFSRC] = { .name = "prefsrc", .kind = FIELD_IPV4, .flags = FIELD_FOUND,
		.label = "source address preferred", .ref = REF },
	[V_PREFSRC6] = { .name = "prefsrc6", .kind = FIELD_IPV6, .flags = FIELD_FOUND,
		.label = "source address preferred", .ref = REF },
	[V_PRIORITY] = { .name = "priority", .at = { 0, 32 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "priority or metric", .ref = REF },
	[V_STATE] = { .name = "state", .at = { 0, 16 }, .kind = FIELD_FLAGS,
		.flags = FIELD_FOUND | FIELD_LINE, .names = neigh_bits,
		.label = "state of the neighbour", .ref = REF },
	[V_HANDLE] = { .name = "handle", .at = { 0, 32 }, .kind = FIELD_HEX, .flags = FIELD_FOUND,
		.label = "handle of the queue", .ref = REF },
	[V_PARENT] = { .name = "parent", .at = { 0, 32 }, .kind = FIELD_HEX,
		.flags = FIELD_FOUND | FIELD_LINE, .label = "its parent", .ref = REF },
	[V_FWMARK] = { .name = "fwmark", .at = { 0, 32 }, .kind = FIELD_HEX, .flags = FIELD_FOUND,
		.label = "mark", .ref = REF },
	[V_COMMAND] = { .name = "command", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .label = "command", .ref = "linux/genetlink.h" },
	[V_GENL_VERSION] = { .name = "genl_version", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "version", .ref = "linux/genetlink.h" },
	[V_FAMILY_ID] = { .name = "family_id", .at = { 0, 16 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "number of the family", .ref = "linux/genetlink.h" },
	[V_HDR_SIZE] = { .name = "hdr_size", .at = { 0, 32 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "bytes of the family's header",
		.ref = "linux/genetlink.h" },
	[V_MAX_ATTR] = { .name = "max_attr", .at = { 0, 32 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "highest attribute", .ref = "linux/genetlink.h" },
	[V_NF_VERSION] = { .name = "nf_version", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND, .label = "version", .ref = "linux/netfilter/nfnetlink.h" },
	[V_RES_ID] = { .name = "res_id", .at = { 0, 16 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "resource", .ref = "linux/netfilter/nfnetlink.h" },
	[V_IP_PROTOCOL] = { .name = "ip_protocol", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .reg = REG_IP_PROTO, .label = "protocol",
		.ref = "linux/netfilter/nfnetlink_conntrack.h" },
	[V_SPORT] = { .name = "sport", .at = { 0, 16 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .label = "source port",
		.ref = "linux/netfilter/nfnetlink_conntrack.h" },
	[V_DPORT] = { .name = "dport", .at = { 0, 16 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .label = "destination port",
		.ref = "linux/netfilter/nfnetlink_conntrack.h" },
	[V_STATUS] = { .name = "status", .at = { 0, 32 }, .kind = FIELD_HEX, .flags = FIELD_FOUND,
		.label = "status", .ref = "linux/netfilter/nfnetlink_conntrack.h" },
	[V_TIMEOUT] = { .name = "timeout", .at = { 0, 32 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "seconds until it is forgotten",
		.ref = "linux/netfilter/nfnetlink_conntrack.h" },
	[V_CT_MARK] = { .name = "ct_mark", .at = { 0, 32 }, .kind = FIELD_HEX, .flags = FIELD_FOUND,
		.label = "mark", .ref = "linux/netfilter/nfnetlink_conntrack.h" },
	[V_CT_ID] = { .name = "ct_id", .at = { 0, 32 }, .kind = FIELD_HEX, .flags = FIELD_FOUND,
		.label = "identifier", .ref = "linux/netfilter/nfnetlink_conntrack.h" },
	[V_ZONE] = { .name = "zone", .at = { 0, 16 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "zone", .ref = "linux/netfilter/nfnetlink_conntrack.h" },
	[V_PACKETS] = { .name = "packets", .at = { 0, 64 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "packets", .ref = "linux/netfilter/nfnetlink_conntrack.h" },
	[V_BYTES] = { .name = "bytes", .at = { 0, 64 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		.label = "bytes", .ref = "linux/netfilter/nfnetlink_conntrack.h" },
	[V_SOCKET_STATE] = { .name = "socket_state", .at = { 0, 8 }, .kind = FIELD_DEC,
		.flags = FIELD_FOUND | FIELD_LINE, .names = socket_states, .label = "state",
		.ref = "linux/inet_diag.h" },
	[V_STATES] = { .name = "states", .at = { 0, 32 }, .kind = FIELD_HEX, .flags = FIELD_FOUND,
		.label = "states asked for, a bit each", .ref = "linux/inet_diag.h" },
};

#define CT "linux/netfilter/nfnetlink_conntrack.h"

static const struct opt_def groups[] = {
	{ .name = "linkinfo", FIELDS(v), .ref = REF },
	{ .name = "orig", FIELDS(v), .ref = CT },
	{ .name = "reply", FIELDS(v), .ref = CT },
	{ .name = "orig_counters", FIELDS(v), .ref = CT },
	{ .name = "reply_counters", FIELDS(v), .ref = CT },
};

enum { HERE, LINKINFO, ORIG, REPLY, ORIG_COUNTERS, REPLY_COUNTERS };

/* An attribute: its value, or ('list') the attributes inside it, in group 'group' or, HERE, among
 * the others. 'be': in network order. An IPv6 address or odd link address is the field behind. */
struct attr {
	uint16_t type;
	uint8_t field;
	uint8_t group;
	bool be;
	const struct attr *list;
};

#define END { .type = UINT16_MAX }

static const struct attr kind_attrs[] = { { 1, .field = V_KIND }, END };

static const struct attr link_attrs[] = {
	{ 1, .field = V_LLADDR }, { 2, .field = V_BROADCAST_MAC }, { 3, .field = V_NAME },
	{ 4, .field = V_MTU }, { 5, .field = V_LINK }, { 6, .field = V_QDISC },
	{ 10, .field = V_MASTER }, { 13, .field = V_TXQLEN }, { 16, .field = V_OPERSTATE },
	{ 18, .group = LINKINFO, .list = kind_attrs }, { 33, .field = V_CARRIER }, END
};

static const struct attr addr_attrs[] = {
	{ 1, .field = V_ADDR }, { 2, .field = V_LOCAL }, { 3, .field = V_LABEL },
	{ 4, .field = V_BROADCAST }, END
};

static const struct attr route_attrs[] = {
	{ 1, .field = V_DST }, { 2, .field = V_SRC }, { 3, .field = V_IIF }, { 4, .field = V_OIF },
	{ 5, .field = V_GATEWAY }, { 6, .field = V_PRIORITY }, { 7, .field = V_PREFSRC },
	{ 16, .field = V_FWMARK }, END
};

static const struct attr neigh_attrs[] = {
	{ 1, .field = V_DST }, { 2, .field = V_LLADDR }, { 9, .field = V_MASTER }, END
};

static const struct attr rule_attrs[] = {
	{ 1, .field = V_DST }, { 2, .field = V_SRC }, { 3, .field = V_NAME },
	{ 6, .field = V_PRIORITY }, { 10, .field = V_FWMARK }, END
};

static const struct attr queue_attrs[] = { { 1, .field = V_KIND }, END };

static const struct attr control_attrs[] = {
	{ 1, .field = V_FAMILY_ID }, { 2, .field = V_NAME }, { 4, .field = V_HDR_SIZE },
	{ 5, .field = V_MAX_ATTR }, END
};

static const struct attr ip_attrs[] = {
	{ 1, .field = V_SRC }, { 2, .field = V_DST }, { 3, .field = V_SRC }, { 4, .field = V_DST },
	END
};

static const struct attr proto_attrs[] = {
	{ 1, .field = V_IP_PROTOCOL }, { 2, .field = V_SPORT, .be = true },
	{ 3, .field = V_DPORT, .be = true }, END
};

static const struct attr tuple_attrs[] = {
	{ 1, .list = ip_attrs }, { 2, .list = proto_attrs },
	{ 3, .field = V_ZONE, .be = true }, END
};

static const struct attr counter_attrs[] = {
	{ 1, .field = V_PACKETS, .be = true }, { 2, .field = V_BYTES, .be = true }, END
};

static const struct attr ct_attrs[] = {
	{ 1, .group = ORIG, .list = tuple_attrs }, { 2, .group = REPLY, .list = tuple_attrs },
	{ 3, .field = V_STATUS, .be = true }, { 7, .field = V_TIMEOUT, .be = true },
	{ 8, .field = V_CT_MARK, .be = true },
	{ 9, .group = ORIG_COUNTERS, .list = counter_attrs },
	{ 10, .group = REPLY_COUNTERS, .list = counter_attrs },
	{ 12, .field = V_CT_ID, .be = true }, { 18, .field = V_ZONE, .be = true }, END
};

static const struct attr error_attrs[] = {
	{ 1, .field = V_TEXT }, { 2, .field = V_FAULT }, END
};

enum { DEPTH = 4 };

/* Values and groups that an object has already. */
struct seen {
	uint64_t bits[2];
};

static bool again(struct seen *s, unsigned int i)
{
	bool was = s->bits[i / 64] >> i % 64 & 1;

	s->bits[i / 64] |= 1ull << i % 64;
	return was;
}

static uint64_t number(const struct attr *a, const uint8_t *p, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | p[a->be ? i : n - 1 - i];
	return value;
}

static void give(struct finder *fi, struct seen *seen, const struct attr *a, const struct cur *c)
{
	const struct field *f = &v[a->field];
	size_t n = cur_left(c);

	if (f->kind == FIELD_IPV4 && n == 16)
		f++;
	else if (f->kind == FIELD_MAC && n != 6)
		f = &v[V_LLADDR_BYTES];
	if ((f->kind == FIELD_IPV4 && n != 4) || (field_is_number(f) && (!n || n > 8)) ||
	    (f->kind == FIELD_IPV6 && n != 16))
		return found_bad(fi, "length of an attribute", n);
	if (again(seen, f - v))
		return found_bad(fi, "attribute that came before", a->type);
	if (field_is_number(f))
		return found_number(fi, f, number(a, c->p, n));
	while (f->kind == FIELD_TEXT && n && !c->p[n - 1])
		n--;
	found_bytes(fi, f, c->p, n);
}

/* Attributes of 'c' that 'list' names. Depth is bounded by 'depth'. */
static void attrs(struct finder *fi, struct seen *seen, const struct attr *list, struct cur *c,
		  unsigned int depth)
{
	while (cur_left(c) >= 4) {
		unsigned int n = cur_le16(c), type = cur_le16(c) & 0x3fff;
		const struct attr *a = list;
		struct seen inner = { 0 };
		struct cur value;

		if (n < 4 || n - 4 > cur_left(c))
			return fi->cut ? (void)0 : found_bad(fi, "length of an attribute", n);
		value = cur_sub(c, n - 4);
		cur_skip(c, MIN(-n & 3, cur_left(c)));
		while (a->type != type && a->type != UINT16_MAX)
			a++;
		if (a->type == UINT16_MAX || depth == DEPTH)
			continue;
		if (!a->list) {
			give(fi, seen, a, &value);
		} else if (!a->group) {
			attrs(fi, seen, a->list, &value, depth + 1);
		} else if (again(seen, ARRAY_SIZE(v) + a->group)) {
			found_bad(fi, "attribute that came before", type);
		} else if (found_open(fi, &groups[a->group - 1])) {
			attrs(fi, &inner, a->list, &value, depth + 1);
			found_close(fi);
		}
	}
}

_Static_assert(ARRAY_SIZE(v) + REPLY_COUNTERS < 128, "bits of struct seen");

/* A fixed header: a field, where it stands, how many bytes. */
struct head {
	uint8_t field, off, bytes;
};

static bool head(struct finder *fi, struct seen *seen, struct cur *c, const struct head *h,
		 unsigned int n, unsigned int size)
{
	const uint8_t *p = cur_take(c, size);

	if (!p) {
		if (!fi->cut)
			found_bad(fi, "bytes of the family's header", cur_left(c));
		return false;
	}
	for (unsigned int i = 0; i < n; i++) {
		struct attr a = { .field = h[i].field };

		again(seen, h[i].field);
		found_number(fi, &v[h[i].field], number(&a, p + h[i].off, h[i].bytes));
	}
	return true;
}

static const struct head link_head[] = {
	{ V_FAMILY, 0, 1 }, { V_LINK_TYPE, 2, 2 }, { V_INDEX, 4, 4 }, { V_LINK_FLAGS, 8, 4 },
};
static const struct head addr_head[] = {
	{ V_FAMILY, 0, 1 }, { V_PREFIX, 1, 1 }, { V_SCOPE, 3, 1 }, { V_INDEX, 4, 4 },
};
static const struct head route_head[] = {
	{ V_FAMILY, 0, 1 }, { V_DST_LEN, 1, 1 }, { V_SRC_LEN, 2, 1 }, { V_TOS, 3, 1 },
	{ V_TABLE, 4, 1 }, { V_PROTOCOL_BY, 5, 1 }, { V_SCOPE, 6, 1 }, { V_ROUTE_KIND, 7, 1 },
};
static const struct head neigh_head[] = {
	{ V_FAMILY, 0, 1 }, { V_INDEX, 4, 4 }, { V_STATE, 8, 2 }, { V_ROUTE_KIND, 11, 1 },
};
static const struct head rule_head[] = {
	{ V_FAMILY, 0, 1 }, { V_DST_LEN, 1, 1 }, { V_SRC_LEN, 2, 1 }, { V_TOS, 3, 1 },
	{ V_TABLE, 4, 1 },
};
static const struct head queue_head[] = {
	{ V_FAMILY, 0, 1 }, { V_INDEX, 4, 4 }, { V_HANDLE, 8, 4 }, { V_PARENT, 12, 4 },
};
static const struct head generic_head[] = { { V_COMMAND, 0, 1 }, { V_GENL_VERSION, 1, 1 } };
static const struct head netfilter_head[] = { { V_FAMILY, 0, 1 }, { V_NF_VERSION, 1, 1 } };

#define HEAD(h) h, ARRAY_SIZE(h)

void nl_route(struct finder *fi, unsigned int type, struct cur *c)
{
	static const struct {
		const struct head *head;
		uint8_t n, bytes;
		const struct attr *list;
	} kinds[] = {
		{ HEAD(link_head), 16, link_attrs },   { HEAD(addr_head), 8, addr_attrs },
		{ HEAD(route_head), 12, route_attrs }, { HEAD(neigh_head), 12, neigh_attrs },
		{ HEAD(rule_head), 12, rule_attrs },   { HEAD(queue_head), 20, queue_attrs },
		{ HEAD(queue_head), 20, queue_attrs }, { HEAD(queue_head), 20, queue_attrs },
	};
	unsigned int kind = (type - 16) / 4;
	struct seen seen = { 0 };

	/* requests of old programs have one byte, the family */
	if (kind >= ARRAY_SIZE(kinds) || cur_left(c) < 4)
		return;
	if (head(fi, &seen, c, kinds[kind].head, kinds[kind].n, kinds[kind].bytes))
		attrs(fi, &seen, kinds[kind].list, c, 0);
}

/* Only the family that tells of families has a fixed number. */
void nl_generic(struct finder *fi, unsigned int type, struct cur *c)
{
	struct seen seen = { 0 };

	if (head(fi, &seen, c, HEAD(generic_head), 4) && type == 16)
		attrs(fi, &seen, control_attrs, c, 0);
}

void nl_netfilter(struct finder *fi, unsigned int type, struct cur *c)
{
	struct seen seen = { 0 };

	if (head(fi, &seen, c, HEAD(netfilter_head), 4) && type >> 8 == 1 && (type & 0xff) < 4)
		attrs(fi, &seen, ct_attrs, c, 0);
}

/* A request of 56 bytes asks, an answer of at least 72 has a socket. */
void nl_diag(struct finder *fi, unsigned int type, struct cur *c)
{
	const uint8_t *p = c->p;
	size_t n = cur_left(c);

	if (type != 20 || n < 4)
		return;
	found_number(fi, &v[V_FAMILY], p[0]);
	if (n >= 72) {
		found_number(fi, &v[V_SPORT], get_be16(p + 4));
		found_number(fi, &v[V_DPORT], get_be16(p + 6));
		found_number(fi, &v[V_SOCKET_STATE], p[1]);
	} else if (n >= 8) {
		found_number(fi, &v[V_IP_PROTOCOL], p[1]);
		found_number(fi, &v[V_STATES], get_le32(p + 4));
	}
}

void nl_error(struct finder *fi, unsigned int flags, struct cur *c)
{
	const uint8_t *p = cur_take(c, 4);
	struct seen seen = { 0 };
	uint32_t quoted;

	if (!p)
		return;
	found_number(fi, &v[V_ERROR], get_le32(p));
	/* the request follows, capped to its header or whole, then words (NLM_F_ACK_TLVS) */
	if (!(flags & 0x200) || cur_left(c) < NL_HDR_BYTES)
		return;
	quoted = flags & 0x100 ? NL_HDR_BYTES : get_le32(c->p);
	if (quoted > cur_left(c))
		return fi->cut ? (void)0 : found_bad(fi, "bytes of the request", quoted);
	cur_skip(c, MIN((uint32_t)ALIGN_UP(quoted, 4), cur_left(c)));
	attrs(fi, &seen, error_attrs, c, 0);
}
