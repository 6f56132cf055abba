// SPDX-License-Identifier: GPL-2.0-or-later
/* netlink - messages between the kernel and programs, as nlmon delivers them: the cooked header,
 * then messages one after another, each with a header of its family and attributes by name.
 * Numbers are in the byte order of the machine that captured them. Little endian is read; where
 * the length of the first message only makes sense the other way round, bytes are shown. */
#include "proto/found.h"
#include "proto/linktype.h"
#include "proto/netlink_attrs.h"
#include "proto/tables.h"

#define REF  "linux/netlink.h"
#define LINK "tcpdump.org LINKTYPE_NETLINK"

enum { HDR_BYTES = NL_HDR_BYTES };

static const struct value_name directions[] = {
	{ 0, "to-host" }, { 3, "other" }, { 4, "outgoing" }, { 6, "to-user" }, { 7, "to-kernel" },
	{ 0, NULL },
};

static const struct value_name families[] = {
	{ 0, "route" }, { 2, "usersock" }, { 4, "sock-diag" }, { 6, "xfrm" }, { 7, "selinux" },
	{ 8, "iscsi" }, { 9, "audit" }, { 10, "fib-lookup" }, { 11, "connector" },
	{ 12, "netfilter" }, { 15, "kobject-uevent" }, { 16, "generic" }, { 18, "scsi-transport" },
	{ 20, "rdma" }, { 21, "crypto" }, { 22, "smc" }, { 0, NULL },
};

static const struct field link_fields[] = {
	{ .name = "pkttype", BYTES(0, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .names = directions, .dflt = 4, .label = "where the message went", .ref = LINK },
	{ .name = "hatype", BYTES(2, 2), .kind = FIELD_DEC, .reg = REG_ARPHRD, .dflt = 824,
	  .label = "ARPHRD_ type of the interface", .ref = LINK },
	{ .name = "family", BYTES(14, 2), .kind = FIELD_DEC, .reg = REG_NETLINK,
	  .names = families, .label = "netlink family", .ref = LINK },
};

const struct proto proto_nlmon = {
	.name = "nlmon", .label = "Netlink cooked header", .ref = LINK, .flags = PROTO_LINK,
	.min_bytes = 16,
	FIELDS(link_fields),
	.next = { .reg = REG_NETLINK, BYTES(14, 2) },
	.in = { { REG_LINKTYPE, LINKTYPE_NETLINK } },
};

static const struct value_name flag_names[] = {
	{ 0x0001, "request" }, { 0x0002, "multi" }, { 0x0004, "ack" }, { 0x0008, "echo" },
	{ 0x0010, "dump-interrupted" }, { 0x0020, "dump-filtered" }, { 0x0100, "root-or-replace" },
	{ 0x0200, "match-or-excl" }, { 0x0400, "atomic-or-create" }, { 0x0800, "append" },
	{ 0, NULL },
};

static const struct value_name route_types[] = {
	{ 1, "noop" }, { 2, "error" }, { 3, "done" }, { 4, "overrun" }, { 16, "newlink" },
	{ 17, "dellink" }, { 18, "getlink" }, { 19, "setlink" }, { 20, "newaddr" },
	{ 21, "deladdr" }, { 22, "getaddr" }, { 24, "newroute" }, { 25, "delroute" },
	{ 26, "getroute" }, { 28, "newneigh" }, { 29, "delneigh" }, { 30, "getneigh" },
	{ 32, "newrule" }, { 33, "delrule" }, { 34, "getrule" }, { 36, "newqdisc" },
	{ 37, "delqdisc" }, { 38, "getqdisc" }, { 40, "newtclass" }, { 41, "deltclass" },
	{ 42, "gettclass" }, { 44, "newtfilter" }, { 45, "deltfilter" }, { 46, "gettfilter" },
	{ 48, "newaction" }, { 49, "delaction" }, { 50, "getaction" }, { 52, "newprefix" },
	{ 58, "getmulticast" }, { 62, "getanycast" }, { 64, "newneightbl" }, { 66, "getneightbl" },
	{ 67, "setneightbl" }, { 68, "newnduseropt" }, { 72, "newaddrlabel" },
	{ 74, "getaddrlabel" }, { 78, "getdcb" }, { 80, "newnetconf" }, { 82, "getnetconf" },
	{ 84, "newmdb" }, { 85, "delmdb" }, { 86, "getmdb" }, { 88, "newnsid" }, { 89, "delnsid" },
	{ 90, "getnsid" }, { 92, "newstats" }, { 94, "getstats" }, { 100, "newchain" },
	{ 101, "delchain" }, { 102, "getchain" }, { 104, "newnexthop" }, { 105, "delnexthop" },
	{ 106, "getnexthop" }, { 112, "newvlan" }, { 113, "delvlan" }, { 114, "getvlan" },
	{ 0, NULL },
};

static const struct value_name generic_types[] = {
	{ 1, "noop" }, { 2, "error" }, { 3, "done" }, { 4, "overrun" }, { 16, "control" },
	{ 17, "vfs-quota" }, { 18, "pmcraid" }, { 0, NULL },
};

/* Subsystem * 256 + message. */
static const struct value_name netfilter_types[] = {
	{ 1, "noop" }, { 2, "error" }, { 3, "done" }, { 4, "overrun" }, { 16, "batch-begin" },
	{ 17, "batch-end" }, { 0x100, "ct-new" }, { 0x101, "ct-get" }, { 0x102, "ct-delete" },
	{ 0x103, "ct-get-ctrzero" }, { 0x104, "ct-stats-cpu" }, { 0x105, "ct-stats" },
	{ 0x200, "exp-new" }, { 0x201, "exp-get" }, { 0x202, "exp-delete" },
	{ 0x300, "queue-packet" }, { 0x301, "queue-verdict" }, { 0x302, "queue-config" },
	{ 0x400, "log-packet" }, { 0x401, "log-config" }, { 0x600, "set-none" },
	{ 0x601, "set-protocol" }, { 0x602, "set-create" }, { 0x603, "set-destroy" },
	{ 0xa00, "nft-newtable" }, { 0xa01, "nft-gettable" }, { 0xa02, "nft-deltable" },
	{ 0xa03, "nft-newchain" }, { 0xa04, "nft-getchain" }, { 0xa05, "nft-delchain" },
	{ 0xa06, "nft-newrule" }, { 0xa07, "nft-getrule" }, { 0xa08, "nft-delrule" },
	{ 0xa09, "nft-newset" }, { 0xa0a, "nft-getset" }, { 0xa0b, "nft-delset" },
	{ 0xa0c, "nft-newsetelem" }, { 0xa0d, "nft-getsetelem" }, { 0xa0e, "nft-delsetelem" },
	{ 0xa0f, "nft-newgen" }, { 0xa10, "nft-getgen" }, { 0, NULL },
};

static const struct value_name diag_types[] = {
	{ 1, "noop" }, { 2, "error" }, { 3, "done" }, { 4, "overrun" }, { 18, "tcp" },
	{ 19, "dccp" }, { 20, "by-family" }, { 21, "destroy" }, { 0, NULL },
};

static const struct value_name plain_types[] = {
	{ 1, "noop" }, { 2, "error" }, { 3, "done" }, { 4, "overrun" }, { 0, NULL },
};

#define HEADER(types)                                                                              \
	{ .name = "len", BYTES(0, 4), .kind = FIELD_DEC, .flags = FIELD_LE, .dflt = HDR_BYTES,     \
	  .label = "bytes of the first message", .ref = REF },                                     \
	{ .name = "type", BYTES(4, 2), .kind = FIELD_DEC, .flags = FIELD_LE | FIELD_LINE,          \
	  .names = types, .label = "kind of the first message", .ref = REF },                      \
	{ .name = "flags", BYTES(6, 2), .kind = FIELD_FLAGS, .flags = FIELD_LE | FIELD_LINE,       \
	  .names = flag_names, .label = "flags", .ref = REF },                                     \
	{ .name = "seq", BYTES(8, 4), .kind = FIELD_DEC, .flags = FIELD_LE,                        \
	  .label = "sequence number", .ref = REF },                                                \
	{ .name = "port", BYTES(12, 4), .kind = FIELD_DEC, .flags = FIELD_LE | FIELD_LINE,         \
	  .label = "port, often the number of the process", .ref = REF }

static const struct field route_fields[] = { HEADER(route_types) };
static const struct field generic_fields[] = { HEADER(generic_types) };
static const struct field netfilter_fields[] = { HEADER(netfilter_types) };
static const struct field diag_fields[] = { HEADER(diag_types) };
static const struct field plain_fields[] = { HEADER(plain_types) };

#define MESSAGES(fields) { .name = "message", FIELDS(fields), .ref = REF,                          \
			   .label = "each message in turn" }

static const struct opt_def route_group[] = { MESSAGES(route_fields) };
static const struct opt_def generic_group[] = { MESSAGES(generic_fields) };
static const struct opt_def netfilter_group[] = { MESSAGES(netfilter_fields) };
static const struct opt_def diag_group[] = { MESSAGES(diag_fields) };
static const struct opt_def plain_group[] = { MESSAGES(plain_fields) };

/* All messages of 'c': those of the kernel itself the same everywhere, others by 'body'. */
static void find_messages(struct cur *c, struct finder *fi, const struct opt_def *group,
			  void (*body)(struct finder *, unsigned int, struct cur *))
{
	while (cur_left(c) >= HDR_BYTES) {
		const uint8_t *p = c->p;
		uint32_t n = get_le32(p);
		unsigned int type = get_le16(p + 4);
		struct cur one;

		if (n < HDR_BYTES || (n > cur_left(c) && !fi->cut))
			return found_bad(fi, "bytes of a message", n);
		if (!found_open(fi, group))
			return;
		found_fields(fi, group->fields, group->n_fields, p, HDR_BYTES);
		one = cur_sub(c, MIN(n, cur_left(c)));
		cur_skip(&one, HDR_BYTES);
		if (type == 2 || type == 3)
			nl_error(fi, get_le16(p + 6), &one);
		else if (type >= 16)
			body(fi, type, &one);
		found_close(fi);
		/* messages begin at multiples of 4 */
		cur_skip(c, MIN(-n & 3, cur_left(c)));
	}
}

static void no_body(struct finder *fi, unsigned int type, struct cur *c)
{
	(void)fi;
	(void)type;
	(void)c;
}

static void find_route(struct cur *c, struct finder *fi)
{
	find_messages(c, fi, route_group, nl_route);
}

static void find_generic(struct cur *c, struct finder *fi)
{
	find_messages(c, fi, generic_group, nl_generic);
}

static void find_netfilter(struct cur *c, struct finder *fi)
{
	find_messages(c, fi, netfilter_group, nl_netfilter);
}

static void find_diag(struct cur *c, struct finder *fi)
{
	find_messages(c, fi, diag_group, nl_diag);
}

static void find_plain(struct cur *c, struct finder *fi)
{
	find_messages(c, fi, plain_group, no_body);
}

static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have >= HDR_BYTES && get_le32(p) >= HDR_BYTES && get_le32(p) <= bytes;
}

#define FAMILY(tag, word, kind)                                                                    \
	.name = tag, .label = word, .ref = REF, .flags = PROTO_ALL, .min_bytes = HDR_BYTES,        \
	FIELDS(kind##_fields), OPTIONS(kind##_group), .check = check, .find = find_##kind

const struct proto proto_rtnl = {
	FAMILY("rtnl", "Netlink: links, addresses, routes, neighbours, queues", route),
	.in = { { REG_NETLINK, 0 } },
};

const struct proto proto_genl = {
	FAMILY("genl", "Netlink: generic families", generic),
	.in = { { REG_NETLINK, 16 } },
};

const struct proto proto_nfnl = {
	FAMILY("nfnl", "Netlink: netfilter", netfilter),
	.in = { { REG_NETLINK, 12 } },
};

const struct proto proto_nldiag = {
	FAMILY("nldiag", "Netlink: sockets", diag),
	.in = { { REG_NETLINK, 4 } },
};

const struct proto proto_nl = {
	FAMILY("nl", "Netlink: other families", plain),
	.in = { { REG_NETLINK, 1 }, { REG_NETLINK, 2 }, { REG_NETLINK, 6 }, { REG_NETLINK, 7 },
		{ REG_NETLINK, 9 }, { REG_NETLINK, 10 }, { REG_NETLINK, 11 }, { REG_NETLINK, 18 },
		{ REG_NETLINK, 21 } },
};
