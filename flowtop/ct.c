// SPDX-License-Identifier: GPL-2.0-or-later
/* ct - see ct.h. Attributes are taken apart by libnl-3, which checks their lengths. */
#include "ct.h"

#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

#include "base/bytes.h"

_Static_assert(sizeof(struct ct_key) == 40, "keys are compared as bytes");

/* The value of an attribute of just 'n' bytes, NULL if it has another length or is not there. */
static const uint8_t *value_of(struct nlattr *a, size_t n)
{
	return a && (size_t)nla_len(a) == n ? nla_data(a) : NULL;
}

static uint64_t u64_of(struct nlattr *a)
{
	const uint8_t *p = value_of(a, 8);

	return p ? get_be64(p) : 0;
}

static uint32_t u32_of(struct nlattr *a)
{
	const uint8_t *p = value_of(a, 4);

	return p ? get_be32(p) : 0;
}

static uint16_t u16_of(struct nlattr *a)
{
	const uint8_t *p = value_of(a, 2);

	return p ? get_be16(p) : 0;
}

static uint8_t u8_of(struct nlattr *a)
{
	const uint8_t *p = value_of(a, 1);

	return p ? *p : 0;
}

/* The attributes inside 'a' by their type; false if there is none. */
static bool open_nest(struct nlattr *a, struct nlattr **ret_tb, int max)
{
	return a && nla_parse_nested(ret_tb, max, a, NULL) == 0;
}

static bool parse_addresses(struct nlattr *a, struct ct_tuple *t, uint8_t *ret_family)
{
	struct nlattr *ip[CTA_IP_MAX + 1];
	const uint8_t *src, *dst;

	if (!open_nest(a, ip, CTA_IP_MAX))
		return false;
	*ret_family = ip[CTA_IP_V6_SRC] ? AF_INET6 : AF_INET;
	if (*ret_family == AF_INET6) {
		src = value_of(ip[CTA_IP_V6_SRC], 16);
		dst = value_of(ip[CTA_IP_V6_DST], 16);
	} else {
		src = value_of(ip[CTA_IP_V4_SRC], 4);
		dst = value_of(ip[CTA_IP_V4_DST], 4);
	}
	if (!src || !dst)
		return false;
	memcpy(t->src.addr, src, *ret_family == AF_INET6 ? 16 : 4);
	memcpy(t->dst.addr, dst, *ret_family == AF_INET6 ? 16 : 4);
	return true;
}

static bool parse_proto(struct nlattr *a, struct ct_tuple *t, uint8_t *ret_proto)
{
	struct nlattr *p[CTA_PROTO_MAX + 1];

	if (!open_nest(a, p, CTA_PROTO_MAX) || !value_of(p[CTA_PROTO_NUM], 1))
		return false;
	*ret_proto = u8_of(p[CTA_PROTO_NUM]);
	if (*ret_proto == IPPROTO_ICMP) {
		t->src.port = u16_of(p[CTA_PROTO_ICMP_ID]);
		t->dst.port = u8_of(p[CTA_PROTO_ICMP_TYPE]) << 8 | u8_of(p[CTA_PROTO_ICMP_CODE]);
	} else if (*ret_proto == IPPROTO_ICMPV6) {
		t->src.port = u16_of(p[CTA_PROTO_ICMPV6_ID]);
		t->dst.port =
			u8_of(p[CTA_PROTO_ICMPV6_TYPE]) << 8 | u8_of(p[CTA_PROTO_ICMPV6_CODE]);
	} else {
		t->src.port = u16_of(p[CTA_PROTO_SRC_PORT]);
		t->dst.port = u16_of(p[CTA_PROTO_DST_PORT]);
	}
	return true;
}

/* '*ret_zone' is set where one direction has a zone of its own, which stands in its tuple. */
static bool parse_tuple(struct nlattr *a, struct ct_tuple *t, uint8_t *ret_family,
			uint8_t *ret_proto, uint16_t *ret_zone)
{
	struct nlattr *tb[CTA_TUPLE_MAX + 1];

	if (!open_nest(a, tb, CTA_TUPLE_MAX))
		return false;
	*ret_zone = u16_of(tb[CTA_TUPLE_ZONE]);
	return parse_addresses(tb[CTA_TUPLE_IP], t, ret_family) &&
	       parse_proto(tb[CTA_TUPLE_PROTO], t, ret_proto);
}

static uint8_t parse_state(struct nlattr *a)
{
	struct nlattr *info[CTA_PROTOINFO_MAX + 1], *tb[CTA_PROTOINFO_TCP_MAX + 1] = { NULL };

	/* The state is attribute 1 of each of them. */
	_Static_assert((int)CTA_PROTOINFO_TCP_STATE == (int)CTA_PROTOINFO_SCTP_STATE &&
			       (int)CTA_PROTOINFO_TCP_STATE == (int)CTA_PROTOINFO_DCCP_STATE,
		       "one place for the state");
	if (!open_nest(a, info, CTA_PROTOINFO_MAX))
		return CT_NO_STATE;
	for (int i = CTA_PROTOINFO_TCP; i <= CTA_PROTOINFO_SCTP; i++)
		if (open_nest(info[i], tb, CTA_PROTOINFO_TCP_MAX) &&
		    value_of(tb[CTA_PROTOINFO_TCP_STATE], 1))
			return u8_of(tb[CTA_PROTOINFO_TCP_STATE]);
	return CT_NO_STATE;
}

static void parse_counters(struct nlattr *a, struct ct *c, enum ct_dir dir)
{
	struct nlattr *tb[CTA_COUNTERS_MAX + 1];

	if (!open_nest(a, tb, CTA_COUNTERS_MAX))
		return;
	c->has_counters = true;
	c->packets[dir] = u64_of(tb[CTA_COUNTERS_PACKETS]);
	c->bytes[dir] = u64_of(tb[CTA_COUNTERS_BYTES]);
}

static void parse_rest(struct nlattr **tb, struct ct *c)
{
	struct nlattr *nest[CTA_TIMESTAMP_MAX + 1], *help[CTA_HELP_MAX + 1];

	c->state = parse_state(tb[CTA_PROTOINFO]);
	parse_counters(tb[CTA_COUNTERS_ORIG], c, CT_ORIG);
	parse_counters(tb[CTA_COUNTERS_REPLY], c, CT_REPLY);
	c->id = u32_of(tb[CTA_ID]);
	c->status = u32_of(tb[CTA_STATUS]);
	c->mark = u32_of(tb[CTA_MARK]);
	c->timeout_s = u32_of(tb[CTA_TIMEOUT]);
	c->key.zone = u16_of(tb[CTA_ZONE]);
	if (open_nest(tb[CTA_TIMESTAMP], nest, CTA_TIMESTAMP_MAX)) {
		c->start_ns = u64_of(nest[CTA_TIMESTAMP_START]);
		c->stop_ns = u64_of(nest[CTA_TIMESTAMP_STOP]);
	}
	if (open_nest(tb[CTA_HELP], help, CTA_HELP_MAX) && help[CTA_HELP_NAME])
		nla_strlcpy((char *)c->helper, help[CTA_HELP_NAME], sizeof(c->helper));
}

enum ct_what ct_parse(const void *m, size_t n, struct ct *ret)
{
	struct nlmsghdr h;
	struct nlattr *tb[CTA_MAX + 1];
	const size_t head = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct nfgenmsg));
	uint8_t reply_family, reply_proto;
	uint16_t zone, reply_zone;

	*ret = (struct ct){ .state = CT_NO_STATE };
	if (n < head)
		return CT_OTHER;
	memcpy(&h, m, sizeof(h));
	if (h.nlmsg_len < head || h.nlmsg_len > n ||
	    NFNL_SUBSYS_ID(h.nlmsg_type) != NFNL_SUBSYS_CTNETLINK ||
	    nla_parse(tb, CTA_MAX, (struct nlattr *)((uint8_t *)m + head), h.nlmsg_len - head,
		      NULL) < 0 ||
	    !parse_tuple(tb[CTA_TUPLE_ORIG], &ret->key.orig, &ret->key.family, &ret->key.proto,
			 &zone) ||
	    !parse_tuple(tb[CTA_TUPLE_REPLY], &ret->reply, &reply_family, &reply_proto,
			 &reply_zone))
		return CT_OTHER;
	parse_rest(tb, ret);
	ret->zone_of_orig = !tb[CTA_ZONE] && zone;
	if (ret->zone_of_orig)
		ret->key.zone = zone;
	switch (NFNL_MSG_TYPE(h.nlmsg_type)) {
	case IPCTNL_MSG_CT_NEW:
		return CT_NEW;
	case IPCTNL_MSG_CT_DELETE:
		return CT_DESTROY;
	default:
		return CT_OTHER;
	}
}

const char *ct_state_name(uint8_t proto, uint8_t state)
{
	/* nf_conntrack_tcp.h, nf_conntrack_sctp.h, nf_conntrack_dccp.h */
	static const char *const tcp[] = { "NONE",	 "SYN_SENT",   "SYN_RECV", "ESTABLISHED",
					   "FIN_WAIT",	 "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT",
					   "CLOSE",	 "SYN_SENT2" };
	static const char *const sctp[] = { "NONE",	     "CLOSED",	      "COOKIE_WAIT",
					    "COOKIE_ECHOED", "ESTABLISHED",   "SHUTDOWN_SENT",
					    "SHUTDOWN_RECD", "SHUTDOWN_ACK_SENT",
					    "HEARTBEAT_SENT", "HEARTBEAT_ACKED" };
	static const char *const dccp[] = { "NONE",	"REQUEST",  "RESPOND", "PARTOPEN", "OPEN",
					    "CLOSEREQ", "CLOSING", "TIMEWAIT" };

	switch (proto) {
	case IPPROTO_TCP:
		return state < ARRAY_SIZE(tcp) ? tcp[state] : NULL;
	case IPPROTO_SCTP:
		return state < ARRAY_SIZE(sctp) ? sctp[state] : NULL;
	case IPPROTO_DCCP:
		return state < ARRAY_SIZE(dccp) ? dccp[state] : NULL;
	default:
		return NULL;
	}
}

const char *ct_proto_name(uint8_t proto)
{
	static const struct {
		uint8_t proto;
		const char *name;
	} names[] = { { IPPROTO_TCP, "tcp" },	{ IPPROTO_UDP, "udp" },
		      { IPPROTO_UDPLITE, "udplite" }, { IPPROTO_ICMP, "icmp" },
		      { IPPROTO_ICMPV6, "icmp6" }, { IPPROTO_SCTP, "sctp" },
		      { IPPROTO_DCCP, "dccp" }, { IPPROTO_GRE, "gre" },
		      { IPPROTO_ESP, "esp" },	{ IPPROTO_AH, "ah" },
		      { IPPROTO_IGMP, "igmp" }, { IPPROTO_IPV6, "ip6" } };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].proto == proto)
			return names[i].name;
	return NULL;
}

static bool differ(const struct ct_end *a, const struct ct_end *b, bool ports)
{
	return memcmp(a->addr, b->addr, sizeof(a->addr)) || (ports && a->port != b->port);
}

static bool has_ports(const struct ct *c)
{
	return c->key.proto != IPPROTO_ICMP && c->key.proto != IPPROTO_ICMPV6;
}

bool ct_has_snat(const struct ct *c)
{
	return differ(&c->key.orig.src, &c->reply.dst, has_ports(c));
}

bool ct_has_dnat(const struct ct *c)
{
	return differ(&c->key.orig.dst, &c->reply.src, has_ports(c));
}
