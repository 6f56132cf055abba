// SPDX-License-Identifier: GPL-2.0-or-later
/* netdev - network devices by rtnetlink: names, properties, 64-bit statistics.
 * A handle is opened once; its socket goes on working in a sandbox and after capabilities are gone.
 * Link speed, driver and offloads are in ethtool.h, changes in netmon.h. */
#ifndef SYS_NETDEV_H
#define SYS_NETDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct netdev {
	char name[16]; /* IFNAMSIZ */
	int ifindex;
	uint32_t flags; /* IFF_*: IFF_UP, IFF_RUNNING, IFF_LOOPBACK ... */
	uint32_t mtu;
	uint16_t hatype; /* ARPHRD_* */
	uint8_t mac[32]; /* MAX_ADDR_LEN */
	uint8_t mac_bytes;
	uint32_t n_rx_queues, n_tx_queues; /* 0 unknown */
	int master; /* ifindex of the bridge or bond that it is a port of; 0: none */
	int lower;  /* ifindex of the device that it stands on (VLAN, macvlan); 0: none */
	char kind[16];			   /* "veth", "bridge", ...; "" for hardware */
};

/* struct rtnl_link_stats64 without what no program shows; packets and bytes since the device
 * exists. */
struct netdev_stats {
	uint64_t rx_packets, rx_bytes, rx_errors, rx_dropped, rx_missed, rx_nohandler;
	uint64_t rx_fifo, rx_over, rx_crc, rx_frame, rx_length, multicast;
	uint64_t tx_packets, tx_bytes, tx_errors, tx_dropped, tx_fifo, tx_carrier;
	uint64_t collisions;
};

struct netdev_ctl;

/* Opens a handle for the caller's network namespace at this moment. Returns 0 with '*ret_c' owned
 * by the caller, or -errno with 'e'. */
int netdev_open(struct netdev_ctl **ret_c, struct err *e) MUST_USE;
void netdev_close(struct netdev_ctl *c);
void netdev_close_p(struct netdev_ctl **c);

/* All devices, ascending by ifindex, in memory of the caller's (free()). */
int netdev_list(struct netdev_ctl *c, struct netdev **ret_d, size_t *ret_n, struct err *e) MUST_USE;

/* One device, by name or, with 'name' NULL, by 'ifindex'. -ENODEV: there is none; the sentence
 * names it. */
int netdev_get(struct netdev_ctl *c, const char *name, int ifindex, struct netdev *ret_d,
	       struct err *e) MUST_USE;

/* Statistics of device 'ifindex'. -ENODEV: it is gone. */
int netdev_stats(struct netdev_ctl *c, int ifindex, struct netdev_stats *ret_s,
		 struct err *e) MUST_USE;

/* True if 'name' could name a device (the kernel's dev_valid_name()). */
bool netdev_name_ok(const char *name);

#endif
