// SPDX-License-Identifier: GPL-2.0-or-later
/* device - see device.h. */
#include "device.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "lists.h"

enum { GSO_BYTES = 60000 }; /* of one read, so that its pieces go in one send */

static struct netconf_net net_of(const struct net *n)
{
	struct netconf_net out = { .family = AF_INET6, .prefix = n->prefix };

	memcpy(out.addr, n->addr, 16);
	if (net_is_4(n)) {
		out.family = AF_INET;
		out.prefix -= 96;
		memcpy(out.addr, n->addr + 12, 4);
	}
	return out;
}

int device_read(const struct job *job, struct device_conf *ret_d, struct err *e)
{
	const char *name = job->dev ? job->dev : job->server ? "curves%d" : "curvec%d";
	struct device_conf d = { .mtu = job->mtu };
	struct netconf_net n;
	struct net net;
	unsigned int i;

	if (snprintf(d.name, sizeof(d.name), "%s", name) >= (int)sizeof(d.name))
		return err_set(e, EINVAL, "'%.64s' cannot name a network device", name);
	for (i = 0; i < job->addresses.n; i++) {
		if (lists_address(job->addresses.v[i], &net, e))
			return -EINVAL;
		d.addrs[d.n_addrs++] = net_of(&net);
	}
	for (i = 0; i < job->routes.n; i++) {
		if (lists_net(job->routes.v[i], &net, e))
			return -EINVAL;
		n = net_of(&net);
		if (n.prefix)
			d.routes[d.n_routes++] = n;
		else
			d.all[n.family == AF_INET6] = true;
	}
	*ret_d = d;
	return 0;
}

static void close_tun(struct tun *t)
{
	tun_close(t);
}

int device_open(const struct device_conf *d, struct nl_sock *nl, struct tun *ret_t, struct err *e)
{
	AUTO(close_tun) struct tun t = { .fd = -1 };
	unsigned int i;
	int rc = tun_open(d->name, true, &t, e);

	for (i = 0; i < d->n_addrs && !rc; i++)
		rc = netconf_addr(nl, t.ifindex, &d->addrs[i], e);
	rc = rc ? rc : netconf_up(nl, t.ifindex, d->mtu, GSO_BYTES, e);
	for (i = 0; i < d->n_routes && !rc; i++)
		rc = netconf_route(nl, t.ifindex, &d->routes[i], e);
	if (rc)
		return rc;
	*ret_t = t;
	t.fd = -1;
	return 0;
}
