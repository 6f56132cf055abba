// SPDX-License-Identifier: GPL-2.0-or-later
/* netconf - sets up a network device of the program's own by rtnetlink: size, up, addresses,
 * routes. All of it goes with the device. */
#ifndef SYS_NETCONF_H
#define SYS_NETCONF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct nl_sock;

/* An address with the length of its network's prefix; IPv4 in the first four bytes. */
struct netconf_net {
	int family; /* AF_INET, AF_INET6 */
	uint8_t addr[16];
	uint8_t prefix;
};

/* Brings device 'ifindex' up with 'mtu' and without IPv6 addresses of the kernel's making; nothing
 * the kernel joins for it is longer than 'gso_bytes'. 's' is a socket of nl_open(). All return 0 or
 * -errno with 'e'. */
int netconf_up(struct nl_sock *s, int ifindex, uint32_t mtu, uint32_t gso_bytes,
	       struct err *e) MUST_USE;

/* Adds an address, IPv6 without detection of duplicates. */
int netconf_addr(struct nl_sock *s, int ifindex, const struct netconf_net *n,
		 struct err *e) MUST_USE;

/* Adds a route through the device, which must be up. */
int netconf_route(struct nl_sock *s, int ifindex, const struct netconf_net *n,
		  struct err *e) MUST_USE;

/* Sends all traffic of 'family' through the device, but for packets with 'mark' and what routes
 * other than the default one lead elsewhere; or takes that back ('add' false). The routes are in
 * 'table', which must be free. */
int netconf_all(struct nl_sock *s, int ifindex, int family, uint32_t mark, uint32_t table, bool add,
		struct err *e) MUST_USE;

#endif
