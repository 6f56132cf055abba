// SPDX-License-Identifier: GPL-2.0-or-later
/* netmon - see netmon.h. One message may bring several changes (renamed and up): the device that is
 * known is brought to the state told change by change, each an event of its own. */
#include "sys/netmon.h"

#include <errno.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/rtnetlink.h>

#include "sys/fd.h"
#include "sys/nl.h"

#define MESSAGE_BYTES 32768 /* NLMSG_GOODSIZE of the largest page, and what "ip monitor" uses */

struct known {
	struct netdev now;  /* as told last */
	struct netdev told; /* as the caller was told */
	bool there, new;
};

struct netmon {
	struct nl_sock *nl;
	struct netdev_ctl *ctl; /* for the whole list, after an overrun */
	struct known *dev;
	size_t n_dev, max_dev;
	size_t scan; /* devices below have nothing to tell */
	char buf[MESSAGE_BYTES];
};

static struct known *find(struct netmon *m, int ifindex)
{
	for (size_t i = 0; i < m->n_dev; i++)
		if (m->dev[i].told.ifindex == ifindex)
			return &m->dev[i];
	return NULL;
}

/* Notes the present state of a device. Returns 0 or -errno. */
static int note(struct netmon *m, const struct netdev *d, struct err *e)
{
	struct known *k = find(m, d->ifindex);
	struct known *grown;
	size_t max;

	if (!k) {
		if (m->n_dev == m->max_dev) {
			max = m->max_dev ? m->max_dev * 2 : 16;
			grown = reallocarray(m->dev, max, sizeof(*grown));
			if (!grown)
				return err_sys(e, ENOMEM, "watch the network devices");
			m->dev = grown;
			m->max_dev = max;
		}
		k = &m->dev[m->n_dev++];
		*k = (struct known){ .told = *d, .new = true };
	}
	k->now = *d;
	k->there = true;
	return 0;
}

/* Asks for the whole list. What is not on it is gone. */
static int resync(struct netmon *m, struct err *e)
{
	AUTO(free_p) struct netdev *list = NULL;
	size_t n;
	int rc;

	rc = netdev_list(m->ctl, &list, &n, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < m->n_dev; i++)
		m->dev[i].there = false;
	for (size_t i = 0; i < n; i++) {
		rc = note(m, &list[i], e);
		if (rc)
			return rc;
	}
	return 0;
}

int netmon_open(struct netmon **ret_m, struct err *e)
{
	AUTO(netmon_close_p) struct netmon *m = calloc(1, sizeof(*m));
	int rc;

	if (!m)
		return err_sys(e, ENOMEM, "watch the network devices");
	rc = netdev_open(&m->ctl, e);
	if (rc)
		return rc;
	rc = nl_open(NETLINK_ROUTE, &m->nl, e);
	if (rc)
		return rc;
	/* Join before the list is read, so that nothing falls between. */
	rc = nl_socket_add_membership(m->nl, RTNLGRP_LINK);
	if (rc < 0)
		return nl_fail(e, rc, "watch the network devices");
	rc = fd_set_nonblock(nl_socket_get_fd(m->nl), 1);
	if (rc)
		return err_sys(e, -rc, "watch the network devices");
	rc = resync(m, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < m->n_dev; i++)
		m->dev[i].new = false;
	m->scan = m->n_dev;
	*ret_m = TAKE(m, NULL);
	return 0;
}

void netmon_close(struct netmon *m)
{
	if (!m)
		return;
	nl_socket_free(m->nl);
	netdev_close(m->ctl);
	free(m->dev);
	free(m);
}

void netmon_close_p(struct netmon **m)
{
	netmon_close(*m);
}

int netmon_fd(const struct netmon *m)
{
	return nl_socket_get_fd(m->nl);
}

/* The next difference between what 'k' is and what the caller was told. False: none. */
static bool next_change(struct known *k, struct netmon_event *ev)
{
	uint32_t changed = k->now.flags ^ k->told.flags;

	*ev = (struct netmon_event){ 0 };
	if (!k->there) {
		ev->what = NETMON_REMOVED;
	} else if (k->new) {
		ev->what = NETMON_ADDED;
		k->new = false;
		k->told = k->now;
	} else if (strcmp(k->now.name, k->told.name)) {
		ev->what = NETMON_RENAMED;
		memcpy(ev->old_name, k->told.name, sizeof(ev->old_name));
		memcpy(k->told.name, k->now.name, sizeof(k->told.name));
	} else if (changed & IFF_UP) {
		ev->what = k->now.flags & IFF_UP ? NETMON_UP : NETMON_DOWN;
		k->told.flags = k->now.flags;
	} else if (changed & IFF_RUNNING && k->now.flags & IFF_UP) {
		ev->what = k->now.flags & IFF_RUNNING ? NETMON_CARRIER : NETMON_NO_CARRIER;
		k->told.flags = k->now.flags;
	} else if (k->now.mtu != k->told.mtu) {
		ev->what = NETMON_MTU;
		k->told.mtu = k->now.mtu;
	} else {
		k->told = k->now;
		return false;
	}
	ev->dev = k->now;
	return true;
}

static int next_pending(struct netmon *m, struct netmon_event *ev)
{
	for (; m->scan < m->n_dev; m->scan++) {
		struct known *k = &m->dev[m->scan];

		if (!next_change(k, ev))
			continue;
		if (ev->what == NETMON_REMOVED)
			*k = m->dev[--m->n_dev];
		return 1;
	}
	return 0;
}

/* Reads an RTM_NEWLINK or RTM_DELLINK into what is known. */
static int take(struct netmon *m, struct nlmsghdr *h, struct err *e)
{
	struct nlattr *at[IFLA_MAX + 1];
	struct ifinfomsg *info;
	struct netdev d = { 0 };
	struct known *k;

	if (h->nlmsg_type != RTM_NEWLINK && h->nlmsg_type != RTM_DELLINK)
		return 0;
	if (nlmsg_parse(h, sizeof(*info), at, IFLA_MAX, NULL) < 0)
		return 0;
	info = nlmsg_data(h);
	/* Bridges and IPv6 speak on this group too, of ports and addresses, not of devices. */
	if (info->ifi_family != AF_UNSPEC || !at[IFLA_IFNAME])
		return 0;
	k = find(m, info->ifi_index);
	if (h->nlmsg_type == RTM_DELLINK) {
		if (k)
			k->there = false;
		return 0;
	}
	if (k)
		d = k->now;
	d.ifindex = info->ifi_index;
	d.flags = info->ifi_flags;
	d.hatype = info->ifi_type;
	nla_strlcpy(d.name, at[IFLA_IFNAME], sizeof(d.name));
	if (at[IFLA_MTU])
		d.mtu = nla_get_u32(at[IFLA_MTU]);
	if (at[IFLA_ADDRESS] && nla_len(at[IFLA_ADDRESS]) <= (int)sizeof(d.mac)) {
		d.mac_bytes = nla_len(at[IFLA_ADDRESS]);
		memcpy(d.mac, nla_data(at[IFLA_ADDRESS]), d.mac_bytes);
	}
	return note(m, &d, e);
}

/* Reads one datagram. Returns 1, 0 if there is none, or -errno. */
static int receive(struct netmon *m, struct err *e)
{
	ssize_t n = recv(nl_socket_get_fd(m->nl), m->buf, sizeof(m->buf), 0);
	struct nlmsghdr *h = (struct nlmsghdr *)m->buf;
	int left = n, rc;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0 && errno == ENOBUFS) {
		rc = resync(m, e);
		return rc ? rc : 1;
	}
	if (n < 0)
		return err_sys(e, errno, "read changes of the network devices");
	for (; nlmsg_ok(h, left); h = nlmsg_next(h, &left)) {
		rc = take(m, h, e);
		if (rc)
			return rc;
	}
	return 1;
}

int netmon_next(struct netmon *m, struct netmon_event *ret_ev, struct err *e)
{
	int rc;

	for (;;) {
		if (next_pending(m, ret_ev))
			return 1;
		rc = receive(m, e);
		if (rc <= 0)
			return rc;
		m->scan = 0;
	}
}

void netmon_text(const struct netmon_event *ev, char *buf, size_t size)
{
	static const char *const words[] = {
		[NETMON_ADDED] = "added",
		[NETMON_REMOVED] = "removed",
		[NETMON_RENAMED] = "renamed from",
		[NETMON_DOWN] = "down",
		[NETMON_UP] = "up",
		[NETMON_NO_CARRIER] = "no carrier",
		[NETMON_CARRIER] = "carrier",
		[NETMON_MTU] = "MTU now",
	};

	if (ev->what == NETMON_RENAMED)
		snprintf(buf, size, "renamed from %s", ev->old_name);
	else if (ev->what == NETMON_MTU)
		snprintf(buf, size, "MTU now %u", ev->dev.mtu);
	else
		snprintf(buf, size, "%s", words[ev->what]);
}
