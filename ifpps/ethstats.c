// SPDX-License-Identifier: GPL-2.0-or-later
/* ethstats - see ethstats.h. Kernel contract: Documentation/networking/ethtool-netlink.rst,
 * STATS_GET. */
#include "ethstats.h"

#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdlib.h>

#include "nlattr.h"
#include "sys/nl.h"

/* Names of the standards, below those of their groups. */
static const struct {
	unsigned int group, id;
	const char *name;
} stats[] = {
	{ ETHTOOL_STATS_ETH_PHY, ETHTOOL_A_STATS_ETH_PHY_5_SYM_ERR, "phy.SymbolErrorDuringCarrier" },
	{ ETHTOOL_STATS_ETH_MAC, ETHTOOL_A_STATS_ETH_MAC_6_FCS_ERR, "mac.FrameCheckSequenceErrors" },
	{ ETHTOOL_STATS_ETH_MAC, ETHTOOL_A_STATS_ETH_MAC_7_ALIGN_ERR, "mac.AlignmentErrors" },
	{ ETHTOOL_STATS_ETH_MAC, ETHTOOL_A_STATS_ETH_MAC_10_LATE_COL, "mac.LateCollisions" },
	{ ETHTOOL_STATS_ETH_MAC, ETHTOOL_A_STATS_ETH_MAC_11_XS_COL,
	  "mac.FramesAbortedDueToXSColls" },
	{ ETHTOOL_STATS_ETH_MAC, ETHTOOL_A_STATS_ETH_MAC_12_TX_INT_ERR,
	  "mac.FramesLostDueToIntMACXmitError" },
	{ ETHTOOL_STATS_ETH_MAC, ETHTOOL_A_STATS_ETH_MAC_13_CS_ERR, "mac.CarrierSenseErrors" },
	{ ETHTOOL_STATS_ETH_MAC, ETHTOOL_A_STATS_ETH_MAC_15_RX_INT_ERR,
	  "mac.FramesLostDueToIntMACRcvError" },
	{ ETHTOOL_STATS_ETH_MAC, ETHTOOL_A_STATS_ETH_MAC_23_IR_LEN_ERR, "mac.InRangeLengthErrors" },
	{ ETHTOOL_STATS_ETH_MAC, ETHTOOL_A_STATS_ETH_MAC_24_OOR_LEN, "mac.OutOfRangeLengthField" },
	{ ETHTOOL_STATS_ETH_MAC, ETHTOOL_A_STATS_ETH_MAC_25_TOO_LONG_ERR, "mac.FrameTooLongErrors" },
	{ ETHTOOL_STATS_ETH_CTRL, ETHTOOL_A_STATS_ETH_CTRL_5_RX_UNSUP,
	  "ctrl.UnsupportedOpcodesReceived" },
	{ ETHTOOL_STATS_RMON, ETHTOOL_A_STATS_RMON_UNDERSIZE, "rmon.UndersizePkts" },
	{ ETHTOOL_STATS_RMON, ETHTOOL_A_STATS_RMON_OVERSIZE, "rmon.OversizePkts" },
	{ ETHTOOL_STATS_RMON, ETHTOOL_A_STATS_RMON_FRAG, "rmon.Fragments" },
	{ ETHTOOL_STATS_RMON, ETHTOOL_A_STATS_RMON_JABBER, "rmon.Jabbers" },
};

static void take_stat(struct cur c, unsigned int group, ethstats_fn fn, void *arg)
{
	uint16_t id;
	struct cur a;

	while (nlattr_next(&c, &id, &a))
		for (size_t i = 0; i < ARRAY_SIZE(stats); i++)
			if (stats[i].group == group && stats[i].id == id && cur_left(&a) >= 8)
				fn(arg, stats[i].name, cur_le64(&a));
}

static void take_group(struct cur c, ethstats_fn fn, void *arg)
{
	unsigned int group = UINT32_MAX;
	uint16_t type;
	struct cur a;

	/* The kernel writes the number of the group before its statistics. */
	while (nlattr_next(&c, &type, &a)) {
		if (type == ETHTOOL_A_STATS_GRP_ID)
			group = cur_le32(&a);
		else if (type == ETHTOOL_A_STATS_GRP_STAT)
			take_stat(a, group, fn, arg);
	}
}

void ethstats_message(struct cur c, ethstats_fn fn, void *arg)
{
	uint16_t type;
	struct cur a;

	while (nlattr_next(&c, &type, &a))
		if (type == ETHTOOL_A_STATS_GRP)
			take_group(a, fn, arg);
}

struct ethstats {
	struct nl_sock *nl;
	int family;
	ethstats_fn fn;
	void *arg;
};

struct ethstats *ethstats_open(void)
{
	struct ethstats *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	if (!nl_open(NETLINK_GENERIC, &s->nl, NULL)) {
		nl_socket_disable_seq_check(s->nl);
		s->family = genl_ctrl_resolve(s->nl, ETHTOOL_GENL_NAME);
		/* An answer is its own acknowledgement. */
		nl_socket_disable_auto_ack(s->nl);
		if (s->family >= 0)
			return s;
	}
	ethstats_close(s);
	return NULL;
}

void ethstats_close(struct ethstats *s)
{
	if (s)
		nl_socket_free(s->nl);
	free(s);
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *g = genlmsg_hdr(nlmsg_hdr(msg));
	struct ethstats *s = arg;

	if (g->cmd == ETHTOOL_MSG_STATS_GET_REPLY)
		ethstats_message(cur_of(genlmsg_attrdata(g, 0), genlmsg_attrlen(g, 0)), s->fn,
				 s->arg);
	return NL_OK;
}

/* The question: the device, and a set of all groups that there are names for. */
static int put_question(struct nl_msg *msg, int ifindex)
{
	static const uint32_t groups = 1u << ETHTOOL_STATS_ETH_PHY | 1u << ETHTOOL_STATS_ETH_MAC |
				       1u << ETHTOOL_STATS_ETH_CTRL | 1u << ETHTOOL_STATS_RMON;
	struct nlattr *nest = nla_nest_start(msg, ETHTOOL_A_STATS_HEADER | NLA_F_NESTED);
	int rc;

	if (!nest)
		return -1;
	rc = nla_put_u32(msg, ETHTOOL_A_HEADER_DEV_INDEX, ifindex);
	nla_nest_end(msg, nest);
	nest = nla_nest_start(msg, ETHTOOL_A_STATS_GROUPS | NLA_F_NESTED);
	if (rc < 0 || !nest)
		return -1;
	if (nla_put_flag(msg, ETHTOOL_A_BITSET_NOMASK) < 0 ||
	    nla_put_u32(msg, ETHTOOL_A_BITSET_SIZE, ETHTOOL_STATS_RMON + 1) < 0 ||
	    nla_put(msg, ETHTOOL_A_BITSET_VALUE, sizeof(groups), &groups) < 0)
		return -1;
	nla_nest_end(msg, nest);
	return 0;
}

void ethstats_read(struct ethstats *s, int ifindex, ethstats_fn fn, void *arg)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg)
		return;
	s->fn = fn;
	s->arg = arg;
	nl_socket_modify_cb(s->nl, NL_CB_VALID, NL_CB_CUSTOM, on_message, s);
	if (genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, s->family, 0, 0, ETHTOOL_MSG_STATS_GET,
			ETHTOOL_GENL_VERSION) &&
	    !put_question(msg, ifindex) && nl_send_auto(s->nl, msg) >= 0)
		nl_recvmsgs_default(s->nl);
	nlmsg_free(msg);
}
