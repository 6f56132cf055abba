// SPDX-License-Identifier: GPL-2.0-or-later
/* netdevmsg - what the generic netlink family "netdev" says of queues, NAPI instances and page
 * pools. Pure, through struct cur: messages of a kernel or of a recording. The numbers are those of
 * Documentation/netlink/specs/netdev.yaml (Linux 6.9), which Debian 12's headers lack. */
#ifndef IFPPS_NETDEVMSG_H
#define IFPPS_NETDEVMSG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

enum netdev_cmd { NETDEV_PAGE_POOL_GET = 5, NETDEV_PAGE_POOL_STATS_GET = 9, NETDEV_QUEUE_GET = 10,
		  NETDEV_NAPI_GET = 11, NETDEV_QSTATS_GET = 12 };

/* Attributes of requests. */
enum { NETDEV_QUEUE_IFINDEX = 2, NETDEV_NAPI_IFINDEX = 1, NETDEV_QSTATS_IFINDEX = 1,
       NETDEV_QSTATS_SCOPE = 4, NETDEV_SCOPE_QUEUE = 1 };

struct queue_msg {
	uint32_t ifindex, id, napi;
	bool tx, has_napi;
};

struct napi_msg {
	uint32_t ifindex, id, irq;
	bool has_irq;
};

struct qstats_msg {
	uint32_t ifindex, id;
	bool tx;
	uint64_t packets, bytes, drops; /* drops: hardware's, and buffers that could not be had */
};

/* A page pool: where a driver's receive buffers come from and go back to. */
struct pool_msg {
	uint64_t id;
	uint32_t ifindex, napi;
	bool has_napi, detached; /* detached: its queue is gone, packets still hold pages */
	uint64_t inflight, inflight_bytes; /* pages that are out, and their bytes */
};

struct pool_stats_msg {
	uint64_t id;
	uint64_t fast, slow;	    /* pages from the pool, and from the page allocator */
	uint64_t failed;	    /* the pool was empty, which forced a slow one */
	uint64_t recycled, released; /* pages that came back, and that were given up */
};

/* The message without its struct genlmsghdr. False: something needed is missing, or it lies. */
bool netdevmsg_queue(struct cur c, struct queue_msg *ret);
bool netdevmsg_napi(struct cur c, struct napi_msg *ret);
bool netdevmsg_qstats(struct cur c, struct qstats_msg *ret);
bool netdevmsg_pool(struct cur c, struct pool_msg *ret);
bool netdevmsg_pool_stats(struct cur c, struct pool_stats_msg *ret);

#endif
