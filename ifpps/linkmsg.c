// SPDX-License-Identifier: GPL-2.0-or-later
/* linkmsg - see linkmsg.h. */
#include "linkmsg.h"

#include <string.h>
#include <sys/socket.h>
#include <linux/gen_stats.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "nlattr.h"

static void take_text(struct cur at, char *to, size_t size)
{
	size_t n = strnlen((const char *)at.p, cur_left(&at));

	n = MIN(n, size - 1);
	memcpy(to, at.p, n);
	to[n] = '\0';
}

static void take_info(struct cur at, struct link *l)
{
	uint16_t type;
	struct cur a;

	while (nlattr_next(&at, &type, &a))
		if (type == IFLA_INFO_KIND)
			take_text(a, l->kind, sizeof(l->kind));
}

bool linkmsg_link(struct cur c, struct link *l)
{
	uint8_t family = cur_u8(&c);
	uint16_t type;
	struct cur a;

	cur_skip(&c, 1);
	l->hatype = cur_le16(&c);
	l->ifindex = cur_le32(&c);
	l->flags = cur_le32(&c);
	cur_skip(&c, 4);
	if (c.failed || family != AF_UNSPEC || l->ifindex <= 0)
		return false;
	l->name[0] = '\0';
	while (nlattr_next(&c, &type, &a)) {
		switch (type) {
		case IFLA_IFNAME:
			take_text(a, l->name, sizeof(l->name));
			break;
		case IFLA_MTU:
			l->mtu = cur_le32(&a);
			break;
		case IFLA_OPERSTATE:
			l->operstate = cur_u8(&a);
			break;
		case IFLA_LINK_NETNSID:
			l->far_peer = true;
			break;
		case IFLA_LINKINFO:
			take_info(a, l);
			break;
		}
	}
	return l->name[0] != '\0';
}

bool linkmsg_stats(struct cur c, int *ret_ifindex, uint64_t ret_v[N_COUNTERS])
{
	bool found = false;
	uint16_t type;
	struct cur a;

	cur_skip(&c, 4);
	*ret_ifindex = cur_le32(&c);
	cur_skip(&c, 4);
	if (c.failed || *ret_ifindex <= 0)
		return false;
	while (nlattr_next(&c, &type, &a)) {
		if (type != IFLA_STATS_LINK_64)
			continue;
		/* Older kernels know fewer counters: the rest reads as 0. */
		found = cur_left(&a) >= 8 * (RX_NOHANDLER + 1u);
		for (int i = 0; i < N_COUNTERS; i++)
			ret_v[i] = cur_le64(&a);
	}
	return found;
}

/* struct gnet_stats_queue within TCA_STATS2. */
static bool take_queue(struct cur at, struct qdisc *q)
{
	uint16_t type;
	struct cur a;

	while (nlattr_next(&at, &type, &a)) {
		if (type != TCA_STATS_QUEUE)
			continue;
		q->backlog_packets = cur_le32(&a);
		q->backlog_bytes = cur_le32(&a);
		q->drops = cur_le32(&a);
		q->requeues = cur_le32(&a);
		q->overlimits = cur_le32(&a);
		return !a.failed;
	}
	return false;
}

bool linkmsg_qdisc(struct cur c, struct qdisc *ret_q)
{
	struct qdisc q = { 0 };
	bool found = false;
	uint16_t type;
	struct cur a;

	cur_skip(&c, 4);
	q.ifindex = cur_le32(&c);
	q.handle = cur_le32(&c);
	q.parent = cur_le32(&c);
	cur_skip(&c, 4);
	if (c.failed || q.ifindex <= 0)
		return false;
	while (nlattr_next(&c, &type, &a)) {
		if (type == TCA_KIND)
			take_text(a, q.kind, sizeof(q.kind));
		else if (type == TCA_STATS2)
			found = take_queue(a, &q);
	}
	*ret_q = q;
	return found;
}
