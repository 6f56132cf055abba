// SPDX-License-Identifier: GPL-2.0-or-later
/* links - see links.h. Notices are read before the counters and again behind them: what was born
 * between is not fresh, as its counters may be those of the device before it. */
#include "links.h"

#include <errno.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/rtnetlink.h>

#include "linkmsg.h"
#include "sys/clock.h"
#include "sys/ethtool.h"
#include "sys/fd.h"
#include "sys/nl.h"

enum {
	MESSAGE_BYTES = 256 * 1024,
	NOTICE_BYTES = 8 << 20, /* of the socket: some thousand notices between two samples */
	FEW = 4,		/* devices that are asked one by one */
};

struct known {
	struct link link;
	bool there;
	bool speed_known;
	uint32_t read; /* turn in which its counters came */
};

struct links {
	struct nl_sock *notices, *ask;
	struct known *dev; /* ascending by number */
	size_t n, max;
	uint32_t births, turn;
	links_qdisc_fn qdisc; /* of the question that is asked */
	void *qdisc_arg;
	uint8_t buf[MESSAGE_BYTES];
};

/* The place of number 'ifindex', or where it belongs. */
static size_t place(const struct links *l, int ifindex)
{
	size_t lo = 0, hi = l->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (l->dev[mid].link.ifindex < ifindex)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct known *find(struct links *l, int ifindex)
{
	size_t i = place(l, ifindex);

	return i < l->n && l->dev[i].link.ifindex == ifindex ? &l->dev[i] : NULL;
}

static int insert(struct links *l, int ifindex, struct known **ret_k, struct err *e)
{
	size_t i = place(l, ifindex), max;
	struct known *grown;

	if (l->n == SAMPLE_LINKS_MAX)
		return err_set(e, EFBIG, "more than %d network devices", SAMPLE_LINKS_MAX);
	if (l->n == l->max) {
		max = l->max ? l->max * 2 : 16;
		grown = reallocarray(l->dev, max, sizeof(*grown));
		if (!grown)
			return err_sys(e, ENOMEM, "watch the network devices");
		l->dev = grown;
		l->max = max;
	}
	memmove(l->dev + i + 1, l->dev + i, (l->n - i) * sizeof(*l->dev));
	l->n++;
	l->dev[i] = (struct known){ .link = { .ifindex = ifindex, .birth = ++l->births } };
	*ret_k = &l->dev[i];
	return 0;
}

static void drop(struct links *l, const struct known *k)
{
	size_t i = k - l->dev;

	memmove(l->dev + i, l->dev + i + 1, (l->n - i - 1) * sizeof(*l->dev));
	l->n--;
}

static struct cur body(struct nlmsghdr *h)
{
	return cur_of(nlmsg_data(h), nlmsg_datalen(h));
}

static int take_link(struct links *l, struct nlmsghdr *h, struct err *e)
{
	struct link now = { 0 };
	struct known *k;
	uint32_t birth;
	int rc;

	if ((h->nlmsg_type != RTM_NEWLINK && h->nlmsg_type != RTM_DELLINK) ||
	    !linkmsg_link(body(h), &now))
		return 0;
	k = find(l, now.ifindex);
	if (h->nlmsg_type == RTM_DELLINK) {
		if (k)
			drop(l, k);
		return 0;
	}
	if (!k) {
		rc = insert(l, now.ifindex, &k, e);
		if (rc)
			return rc;
	}
	/* A carrier that comes may bring another speed. */
	if ((k->link.flags ^ now.flags) & IFF_RUNNING)
		k->speed_known = false;
	birth = k->link.birth;
	now.speed_bps = k->link.speed_bps;
	memcpy(now.v, k->link.v, sizeof(now.v));
	k->link = now;
	k->link.birth = birth;
	k->there = true;
	return 0;
}

static int take_stats(struct links *l, struct nlmsghdr *h, struct err *e)
{
	uint64_t v[N_COUNTERS];
	struct known *k;
	int ifindex;

	(void)e;
	if (h->nlmsg_type != RTM_NEWSTATS || !linkmsg_stats(body(h), &ifindex, v))
		return 0;
	k = find(l, ifindex);
	if (k) {
		memcpy(k->link.v, v, sizeof(v));
		k->read = l->turn;
	}
	return 0;
}

typedef int (*take_fn)(struct links *l, struct nlmsghdr *h, struct err *e);

/* Asks, and takes the answers up to the last one. -ENODEV and -EINTR (the list changed meanwhile)
 * come without a sentence. */
static int question(struct links *l, int type, int flags, const void *data, size_t n, take_fn take,
		    struct err *e)
{
	int fd = nl_socket_get_fd(l->ask), left, rc, code;
	bool changed = false;
	struct nlmsghdr *h;
	ssize_t got;

	rc = nl_send_simple(l->ask, type, flags, (void *)data, n);
	if (rc < 0)
		return nl_fail(e, rc, "ask for the network devices");
	for (;;) {
		got = recv(fd, l->buf, sizeof(l->buf), 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(e, errno, "read the network devices");
		left = got;
		for (h = (struct nlmsghdr *)l->buf; nlmsg_ok(h, left); h = nlmsg_next(h, &left)) {
			changed |= (h->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
			if (h->nlmsg_type == NLMSG_DONE)
				return changed ? -EINTR : 0;
			if (h->nlmsg_type == NLMSG_ERROR) {
				code = nlmsg_datalen(h) >= 4 ? -*(int *)nlmsg_data(h) : EIO;
				return code ? err_sys(e, code, "ask for the network devices") : 0;
			}
			rc = take(l, h, e);
			if (rc)
				return rc;
			if (!(flags & NLM_F_DUMP))
				return 0;
		}
	}
}

/* Asks for all devices; those that are not on the list are gone. After lost notices ('lost') nobody
 * knows whether a number is still the same device's: all are born again. */
static int list(struct links *l, bool lost, struct err *e)
{
	struct ifinfomsg q = { .ifi_family = AF_UNSPEC };
	int rc, tries = 0;
	size_t kept = 0;

	do {
		for (size_t i = 0; i < l->n; i++)
			l->dev[i].there = false;
		rc = question(l, RTM_GETLINK, NLM_F_DUMP, &q, sizeof(q), take_link, e);
	} while (rc == -EINTR && ++tries < 8);
	if (rc && rc != -EINTR)
		return rc;
	for (size_t i = 0; i < l->n; i++) {
		if (!l->dev[i].there)
			continue;
		l->dev[kept] = l->dev[i];
		if (lost)
			l->dev[kept].link.birth = ++l->births;
		kept++;
	}
	l->n = kept;
	return 0;
}

/* Reads the notices that wait. */
static int hear(struct links *l, struct err *e)
{
	struct nlmsghdr *h;
	ssize_t got;
	int left, rc;

	for (;;) {
		got = recv(nl_socket_get_fd(l->notices), l->buf, sizeof(l->buf), MSG_DONTWAIT);
		if (got < 0 && errno == ENOBUFS) {
			rc = list(l, true, e);
			if (rc)
				return rc;
			continue;
		}
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno == EAGAIN ? 0 : err_sys(e, errno, "watch the network devices");
		left = got;
		for (h = (struct nlmsghdr *)l->buf; nlmsg_ok(h, left); h = nlmsg_next(h, &left)) {
			rc = take_link(l, h, e);
			if (rc)
				return rc;
		}
	}
}

int links_open(struct links **ret_l, struct err *e)
{
	AUTO(links_close_p) struct links *l = calloc(1, sizeof(*l));
	int rc, bytes = NOTICE_BYTES, fd;

	if (!l)
		return err_sys(e, ENOMEM, "network devices");
	rc = nl_open(NETLINK_ROUTE, &l->ask, e);
	if (!rc)
		rc = nl_open(NETLINK_ROUTE, &l->notices, e);
	if (rc)
		return rc;
	/* An answer is its own acknowledgement; a second one would be taken for the next answer. */
	nl_socket_disable_auto_ack(l->ask);
	fd = nl_socket_get_fd(l->notices);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	/* Join before the list is read, so that nothing falls between. */
	rc = nl_socket_add_membership(l->notices, RTNLGRP_LINK);
	if (rc < 0)
		return nl_fail(e, rc, "watch the network devices");
	rc = list(l, false, e);
	if (rc)
		return rc;
	*ret_l = TAKE(l, NULL);
	return 0;
}

void links_close(struct links *l)
{
	if (!l)
		return;
	nl_socket_free(l->ask);
	nl_socket_free(l->notices);
	free(l->dev);
	free(l);
}

void links_close_p(struct links **l)
{
	links_close(*l);
}

static void take_speed(struct known *k)
{
	struct ethtool_info info;

	if (k->speed_known)
		return;
	k->speed_known = true;
	k->link.speed_bps = !ethtool_get(k->link.name, &info, NULL) ? info.speed_bps : 0;
}

/* Asks for the counters: of a few devices by number, of many in one dump. */
static int ask_stats(struct links *l, links_wanted_fn wanted, void *arg, struct err *e)
{
	struct if_stats_msg q = { .filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64) };
	int few[FEW], rc;
	size_t n = 0;

	l->turn++;
	for (size_t i = 0; i < l->n; i++)
		if (!wanted || wanted(arg, &l->dev[i].link)) {
			take_speed(&l->dev[i]);
			if (n < FEW)
				few[n] = l->dev[i].link.ifindex;
			n++;
		}
	if (n > FEW) {
		rc = question(l, RTM_GETSTATS, NLM_F_DUMP, &q, sizeof(q), take_stats, e);
		return rc == -EINTR ? 0 : rc;
	}
	for (size_t i = 0; i < n; i++) {
		q.ifindex = few[i];
		rc = question(l, RTM_GETSTATS, 0, &q, sizeof(q), take_stats, e);
		if (rc && rc != -ENODEV)
			return rc;
	}
	return 0;
}

int links_read(struct links *l, links_wanted_fn wanted, void *arg, struct sample *s, struct err *e)
{
	uint32_t births;
	int rc;

	rc = hear(l, e);
	if (rc)
		return rc;
	births = l->births;
	s->mono_ns = clock_mono_ns();
	s->real_ns = clock_real_ns();
	rc = ask_stats(l, wanted, arg, e);
	if (!rc)
		rc = hear(l, e);
	if (!rc)
		rc = sample_room_links(s, l->n, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < l->n; i++) {
		s->links[i] = l->dev[i].link;
		s->links[i].fresh = l->dev[i].read == l->turn && l->dev[i].link.birth <= births;
	}
	s->n_links = l->n;
	return 0;
}

static int take_qdisc(struct links *l, struct nlmsghdr *h, struct err *e)
{
	struct qdisc q;

	if (h->nlmsg_type != RTM_NEWQDISC || !linkmsg_qdisc(body(h), &q))
		return 0;
	return l->qdisc(l->qdisc_arg, &q, e);
}

int links_qdiscs(struct links *l, links_qdisc_fn fn, void *arg, struct err *e)
{
	struct tcmsg q = { .tcm_family = AF_UNSPEC };
	int rc;

	l->qdisc = fn;
	l->qdisc_arg = arg;
	rc = question(l, RTM_GETQDISC, NLM_F_DUMP, &q, sizeof(q), take_qdisc, e);
	return rc == -EINTR ? 0 : rc;
}
