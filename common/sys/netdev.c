// SPDX-License-Identifier: GPL-2.0-or-later
/* netdev - see netdev.h. */
#include "sys/netdev.h"

#include <errno.h>
#include <netlink/route/link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "sys/nl.h"

struct netdev_ctl {
	struct nl_sock *nl;
};

static void link_put_p(struct rtnl_link **l)
{
	rtnl_link_put(*l);
}

static void cache_put_p(struct nl_cache **c)
{
	nl_cache_put(*c);
}

int netdev_open(struct netdev_ctl **ret_c, struct err *e)
{
	struct netdev_ctl *c = calloc(1, sizeof(*c));
	int rc;

	if (!c)
		return err_sys(e, ENOMEM, "network devices");
	rc = nl_open(NETLINK_ROUTE, &c->nl, e);
	if (rc) {
		free(c);
		return rc;
	}
	*ret_c = c;
	return 0;
}

void netdev_close(struct netdev_ctl *c)
{
	if (!c)
		return;
	nl_socket_free(c->nl);
	free(c);
}

void netdev_close_p(struct netdev_ctl **c)
{
	netdev_close(*c);
}

bool netdev_name_ok(const char *name)
{
	size_t n = strlen(name);

	if (!n || n >= sizeof(((struct netdev *)0)->name) || !strcmp(name, ".") ||
	    !strcmp(name, ".."))
		return false;
	return strcspn(name, "/: \t\n\v\f\r") == n;
}

static void fill(struct netdev *d, struct rtnl_link *l)
{
	struct nl_addr *mac = rtnl_link_get_addr(l);
	const char *name = rtnl_link_get_name(l), *kind = rtnl_link_get_type(l);

	memset(d, 0, sizeof(*d));
	snprintf(d->name, sizeof(d->name), "%s", name ? name : "");
	snprintf(d->kind, sizeof(d->kind), "%s", kind ? kind : "");
	d->ifindex = rtnl_link_get_ifindex(l);
	d->flags = rtnl_link_get_flags(l);
	d->mtu = rtnl_link_get_mtu(l);
	d->hatype = rtnl_link_get_arptype(l);
	d->master = rtnl_link_get_master(l);
	/* what a veth stands on is its peer, which may be in another namespace */
	d->lower = streq(d->kind, "veth") ? 0 : rtnl_link_get_link(l);
	d->n_rx_queues = rtnl_link_get_num_rx_queues(l);
	d->n_tx_queues = rtnl_link_get_num_tx_queues(l);
	if (mac && nl_addr_get_len(mac) <= sizeof(d->mac)) {
		d->mac_bytes = nl_addr_get_len(mac);
		memcpy(d->mac, nl_addr_get_binary_addr(mac), d->mac_bytes);
	}
}

static int by_index(const void *a, const void *b)
{
	const struct netdev *x = a, *y = b;

	return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

int netdev_list(struct netdev_ctl *c, struct netdev **ret_d, size_t *ret_n, struct err *e)
{
	AUTO(cache_put_p) struct nl_cache *cache = NULL;
	struct nl_object *o;
	struct netdev *d;
	size_t n = 0;
	int rc;

	rc = rtnl_link_alloc_cache(c->nl, AF_UNSPEC, &cache);
	if (rc < 0)
		return nl_fail(e, rc, "list the network devices");
	d = calloc(nl_cache_nitems(cache) + 1, sizeof(*d));
	if (!d)
		return err_sys(e, ENOMEM, "list the network devices");
	for (o = nl_cache_get_first(cache); o; o = nl_cache_get_next(o))
		fill(&d[n++], (struct rtnl_link *)o);
	qsort(d, n, sizeof(*d), by_index);
	*ret_d = d;
	*ret_n = n;
	return 0;
}

/* Asks the kernel for one device. Returns 0 with a reference in '*ret_l', or -errno with 'e'. */
static int ask(struct netdev_ctl *c, const char *name, int ifindex, struct rtnl_link **ret_l,
	       struct err *e)
{
	int rc;

	if (name && !netdev_name_ok(name))
		return err_set(e, ENODEV, "there is no network device \"%.64s\"", name);
	if (!name && ifindex <= 0)
		return err_set(e, ENODEV, "there is no network device number %d", ifindex);
	rc = rtnl_link_get_kernel(c->nl, name ? 0 : ifindex, name, ret_l);
	if (rc == -NLE_NODEV || rc == -NLE_OBJ_NOTFOUND)
		return name ? err_set(e, ENODEV, "there is no network device \"%s\"", name)
			    : err_set(e, ENODEV, "there is no network device number %d", ifindex);
	if (rc < 0)
		return nl_fail(e, rc, "ask for network device %s", name ? name : "by number");
	return 0;
}

int netdev_get(struct netdev_ctl *c, const char *name, int ifindex, struct netdev *ret_d,
	       struct err *e)
{
	AUTO(link_put_p) struct rtnl_link *l = NULL;
	int rc = ask(c, name, ifindex, &l, e);

	if (rc)
		return rc;
	fill(ret_d, l);
	return 0;
}

int netdev_stats(struct netdev_ctl *c, int ifindex, struct netdev_stats *ret_s, struct err *e)
{
	AUTO(link_put_p) struct rtnl_link *l = NULL;
	int rc = ask(c, NULL, ifindex, &l, e);

	if (rc)
		return rc;
	*ret_s = (struct netdev_stats){
		.rx_packets = rtnl_link_get_stat(l, RTNL_LINK_RX_PACKETS),
		.rx_bytes = rtnl_link_get_stat(l, RTNL_LINK_RX_BYTES),
		.rx_errors = rtnl_link_get_stat(l, RTNL_LINK_RX_ERRORS),
		.rx_dropped = rtnl_link_get_stat(l, RTNL_LINK_RX_DROPPED),
		.rx_missed = rtnl_link_get_stat(l, RTNL_LINK_RX_MISSED_ERR),
		.rx_nohandler = rtnl_link_get_stat(l, RTNL_LINK_RX_NOHANDLER),
		.rx_fifo = rtnl_link_get_stat(l, RTNL_LINK_RX_FIFO_ERR),
		.rx_over = rtnl_link_get_stat(l, RTNL_LINK_RX_OVER_ERR),
		.rx_crc = rtnl_link_get_stat(l, RTNL_LINK_RX_CRC_ERR),
		.rx_frame = rtnl_link_get_stat(l, RTNL_LINK_RX_FRAME_ERR),
		.rx_length = rtnl_link_get_stat(l, RTNL_LINK_RX_LEN_ERR),
		.multicast = rtnl_link_get_stat(l, RTNL_LINK_MULTICAST),
		.tx_packets = rtnl_link_get_stat(l, RTNL_LINK_TX_PACKETS),
		.tx_bytes = rtnl_link_get_stat(l, RTNL_LINK_TX_BYTES),
		.tx_errors = rtnl_link_get_stat(l, RTNL_LINK_TX_ERRORS),
		.tx_dropped = rtnl_link_get_stat(l, RTNL_LINK_TX_DROPPED),
		.tx_fifo = rtnl_link_get_stat(l, RTNL_LINK_TX_FIFO_ERR),
		.tx_carrier = rtnl_link_get_stat(l, RTNL_LINK_TX_CARRIER_ERR),
		.collisions = rtnl_link_get_stat(l, RTNL_LINK_COLLISIONS),
	};
	return 0;
}
