// SPDX-License-Identifier: GPL-2.0-or-later
/* netconf - see netconf.h. */
#include "sys/netconf.h"

#include <errno.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/inet6.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <stdio.h>
#include <linux/fib_rules.h>

#include "sys/nl.h"

static void link_put_p(struct rtnl_link **l)
{
	rtnl_link_put(*l);
}

static void addr_put_p(struct rtnl_addr **a)
{
	rtnl_addr_put(*a);
}

static void route_put_p(struct rtnl_route **r)
{
	rtnl_route_put(*r);
}

static void nl_addr_put_p(struct nl_addr **a)
{
	nl_addr_put(*a);
}

static struct nl_addr *nl_addr_of(const struct netconf_net *n)
{
	struct nl_addr *a = nl_addr_build(n->family, n->addr, n->family == AF_INET ? 4 : 16);

	if (a)
		nl_addr_set_prefixlen(a, n->prefix);
	return a;
}

/* IFLA_GSO_MAX_SIZE, which libnl 3.7 cannot set. */
static int set_gso(struct nl_sock *s, int ifindex, uint32_t bytes)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC, .ifi_index = ifindex };
	struct nl_msg *m = nlmsg_alloc_simple(RTM_NEWLINK, 0);
	int rc = -NLE_NOMEM;

	if (m && !nlmsg_append(m, &info, sizeof(info), NLMSG_ALIGNTO) &&
	    !nla_put_u32(m, IFLA_GSO_MAX_SIZE, bytes))
		rc = nl_send_sync(s, m); /* frees it */
	return rc;
}

int netconf_up(struct nl_sock *s, int ifindex, uint32_t mtu, uint32_t gso_bytes, struct err *e)
{
	AUTO(link_put_p) struct rtnl_link *old = rtnl_link_alloc();
	AUTO(link_put_p) struct rtnl_link *l = rtnl_link_alloc();
	AUTO(link_put_p) struct rtnl_link *six = rtnl_link_alloc();
	int rc;

	if (!l || !old || !six)
		return err_sys(e, ENOMEM, "set up device %d", ifindex);
	rtnl_link_set_ifindex(old, ifindex);
	rtnl_link_set_ifindex(six, ifindex);
	/* Both are refinements: a kernel without IPv6, or an old one, does without. */
	if (rtnl_link_inet6_set_addr_gen_mode(six, rtnl_link_inet6_str2addrgenmode("none")) >= 0)
		(void)rtnl_link_change(s, old, six, 0);
	(void)set_gso(s, ifindex, gso_bytes);
	rtnl_link_set_mtu(l, mtu);
	rtnl_link_set_flags(l, IFF_UP);
	rc = rtnl_link_change(s, old, l, 0);
	return rc < 0 ? nl_fail(e, rc, "bring device %d up", ifindex) : 0;
}

static const char *text_of(const struct netconf_net *n, char *buf, size_t size)
{
	AUTO(nl_addr_put_p) struct nl_addr *a = nl_addr_of(n);

	return a ? nl_addr2str(a, buf, size) : "?";
}

int netconf_addr(struct nl_sock *s, int ifindex, const struct netconf_net *n, struct err *e)
{
	AUTO(addr_put_p) struct rtnl_addr *a = rtnl_addr_alloc();
	AUTO(nl_addr_put_p) struct nl_addr *addr = nl_addr_of(n);
	char text[80];
	int rc;

	if (!a || !addr)
		return err_sys(e, ENOMEM, "set an address");
	rtnl_addr_set_ifindex(a, ifindex);
	rtnl_addr_set_local(a, addr);
	rtnl_addr_set_prefixlen(a, n->prefix);
	if (n->family == AF_INET6)
		rtnl_addr_set_flags(a, IFA_F_NODAD);
	rc = rtnl_addr_add(s, a, 0);
	return rc < 0 ? nl_fail(e, rc, "set the address %s", text_of(n, text, sizeof(text))) : 0;
}

int netconf_route(struct nl_sock *s, int ifindex, const struct netconf_net *n, struct err *e)
{
	AUTO(route_put_p) struct rtnl_route *r = rtnl_route_alloc();
	AUTO(nl_addr_put_p) struct nl_addr *dst = nl_addr_of(n);
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
	char text[80];
	int rc;

	if (!r || !dst || !hop) {
		rtnl_route_nh_free(hop);
		return err_sys(e, ENOMEM, "set a route");
	}
	rtnl_route_nh_set_ifindex(hop, ifindex);
	rtnl_route_add_nexthop(r, hop);
	rtnl_route_set_family(r, n->family);
	rtnl_route_set_scope(r, n->family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE);
	rc = rtnl_route_set_dst(r, dst);
	if (rc >= 0)
		rc = rtnl_route_add(s, r, 0);
	return rc < 0 ? nl_fail(e, rc, "set the route to %s", text_of(n, text, sizeof(text))) : 0;
}

/* One rule: 'mark' 0 asks the main table for all but its default route, else 'table' for all that
 * does not bear the mark. libnl 3.7 knows neither condition. */
static int rule(struct nl_sock *s, int family, uint32_t mark, uint32_t table, bool add)
{
	struct fib_rule_hdr h = { .family = family, .action = FR_ACT_TO_TBL,
				  .flags = mark ? FIB_RULE_INVERT : 0 };
	struct nl_msg *m = nlmsg_alloc_simple(add ? RTM_NEWRULE : RTM_DELRULE,
					      add ? NLM_F_CREATE | NLM_F_EXCL : 0);
	int rc;

	if (!m)
		return -NLE_NOMEM;
	rc = nlmsg_append(m, &h, sizeof(h), NLMSG_ALIGNTO);
	rc = rc ? rc : nla_put_u32(m, FRA_TABLE, mark ? table : RT_TABLE_MAIN);
	rc = rc ? rc : nla_put_u32(m, FRA_PRIORITY, mark ? 32765 : 32764);
	if (!rc && mark)
		rc = nla_put_u32(m, FRA_FWMARK, mark);
	else if (!rc)
		rc = nla_put_u32(m, FRA_SUPPRESS_PREFIXLEN, 0);
	if (rc) {
		nlmsg_free(m);
		return rc;
	}
	return nl_send_sync(s, m); /* frees it */
}

static int default_route(struct nl_sock *s, int ifindex, int family, uint32_t table)
{
	struct rtmsg h = { .rtm_family = family, .rtm_table = RT_TABLE_UNSPEC,
			   .rtm_protocol = RTPROT_STATIC, .rtm_type = RTN_UNICAST,
			   .rtm_scope = family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE };
	struct nl_msg *m = nlmsg_alloc_simple(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
	int rc = m ? nlmsg_append(m, &h, sizeof(h), NLMSG_ALIGNTO) : -NLE_NOMEM;

	rc = rc ? rc : nla_put_u32(m, RTA_TABLE, table);
	rc = rc ? rc : nla_put_u32(m, RTA_OIF, ifindex);
	if (rc) {
		nlmsg_free(m);
		return rc;
	}
	return nl_send_sync(s, m);
}

int netconf_all(struct nl_sock *s, int ifindex, int family, uint32_t mark, uint32_t table, bool add,
		struct err *e)
{
	int rc = add ? default_route(s, ifindex, family, table) : 0;

	if (rc >= 0)
		rc = rule(s, family, mark, table, add);
	if (rc >= 0 || !add)
		rc = rule(s, family, 0, table, add);
	return rc < 0 ? nl_fail(e, rc, "send all traffic through device %d", ifindex) : 0;
}
