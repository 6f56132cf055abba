// SPDX-License-Identifier: GPL-2.0-or-later
/* device - the tunnel's TUN device with its addresses and routes: made at the start, and by the
 * helper once more when somebody has deleted it. */
#ifndef CURVETUN_DEVICE_H
#define CURVETUN_DEVICE_H

#include "base/err.h"
#include "job.h"
#include "sys/netconf.h"
#include "sys/tun.h"

struct device_conf {
	char name[16]; /* %d in it stands for the first free number */
	uint32_t mtu;
	unsigned int n_addrs, n_routes;
	struct netconf_net addrs[OPT_LIST_MAX], routes[OPT_LIST_MAX];
	bool all[2]; /* of IPv4, of IPv6, which is not a route but the helper's rules (helper.h) */
};

/* Reads what 'job' says of it. Returns 0 with '*ret_d' or -EINVAL with 'e'. */
int device_read(const struct job *job, struct device_conf *ret_d, struct err *e) MUST_USE;

/* Makes it. 'nl' is a socket of nl_open(NETLINK_ROUTE). Returns 0 with '*ret_t', to be closed, or
 * -errno with 'e'. */
struct nl_sock;
int device_open(const struct device_conf *d, struct nl_sock *nl, struct tun *ret_t,
		struct err *e) MUST_USE;

#endif
