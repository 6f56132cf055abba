// SPDX-License-Identifier: GPL-2.0-or-later
/* netdevmsg - see netdevmsg.h. */
#include "netdevmsg.h"

#include "nlattr.h"

enum { QUEUE_ID = 1, QUEUE_IFINDEX, QUEUE_TYPE, QUEUE_NAPI_ID };
enum { NAPI_IFINDEX = 1, NAPI_ID, NAPI_IRQ };
enum { QSTATS_IFINDEX = 1, QSTATS_TYPE, QSTATS_ID, QSTATS_RX_PACKETS = 8, QSTATS_RX_BYTES,
       QSTATS_TX_PACKETS, QSTATS_TX_BYTES, QSTATS_RX_ALLOC_FAIL, QSTATS_RX_HW_DROPS,
       QSTATS_TX_HW_DROPS = 19 };
enum { POOL_ID = 1, POOL_IFINDEX, POOL_NAPI_ID, POOL_INFLIGHT, POOL_INFLIGHT_BYTES,
       POOL_DETACH_TIME };
enum { POOL_STATS_INFO = 1, POOL_STATS_ALLOC_FAST = 8, POOL_STATS_ALLOC_SLOW,
       POOL_STATS_ALLOC_SLOW_HIGH, POOL_STATS_ALLOC_EMPTY, POOL_STATS_ALLOC_REFILL,
       POOL_STATS_ALLOC_WAIVE, POOL_STATS_RECYCLE_CACHED, POOL_STATS_RECYCLE_CACHE_FULL,
       POOL_STATS_RECYCLE_RING, POOL_STATS_RECYCLE_RING_FULL, POOL_STATS_RECYCLE_RELEASED };

/* Unsigned integers of netlink specs may have 4 bytes or 8. */
static uint64_t number(struct cur a)
{
	return cur_left(&a) >= 8 ? cur_le64(&a) : cur_le32(&a);
}

bool netdevmsg_queue(struct cur c, struct queue_msg *ret)
{
	struct queue_msg q = { 0 };
	unsigned int seen = 0;
	uint16_t type;
	struct cur a;

	while (nlattr_next(&c, &type, &a)) {
		seen |= type < 32 ? 1u << type : 0;
		if (type == QUEUE_ID)
			q.id = number(a);
		else if (type == QUEUE_IFINDEX)
			q.ifindex = number(a);
		else if (type == QUEUE_TYPE)
			q.tx = number(a) == 1;
		else if (type == QUEUE_NAPI_ID)
			q.napi = number(a);
	}
	q.has_napi = seen & 1u << QUEUE_NAPI_ID;
	*ret = q;
	return seen & 1u << QUEUE_ID && seen & 1u << QUEUE_TYPE && q.ifindex;
}

bool netdevmsg_napi(struct cur c, struct napi_msg *ret)
{
	struct napi_msg n = { 0 };
	uint16_t type;
	struct cur a;

	while (nlattr_next(&c, &type, &a)) {
		if (type == NAPI_IFINDEX)
			n.ifindex = number(a);
		else if (type == NAPI_ID)
			n.id = number(a);
		else if (type == NAPI_IRQ) {
			n.irq = number(a);
			n.has_irq = true;
		}
	}
	*ret = n;
	return n.ifindex && n.id;
}

bool netdevmsg_qstats(struct cur c, struct qstats_msg *ret)
{
	struct qstats_msg q = { 0 };
	bool has_id = false;
	uint16_t type;
	struct cur a;

	while (nlattr_next(&c, &type, &a)) {
		uint64_t v = number(a);

		if (type == QSTATS_IFINDEX)
			q.ifindex = v;
		else if (type == QSTATS_TYPE)
			q.tx = v == 1;
		else if (type == QSTATS_ID) {
			q.id = v;
			has_id = true;
		} else if (type == QSTATS_RX_PACKETS || type == QSTATS_TX_PACKETS)
			q.packets = v;
		else if (type == QSTATS_RX_BYTES || type == QSTATS_TX_BYTES)
			q.bytes = v;
		else if (type == QSTATS_RX_ALLOC_FAIL || type == QSTATS_RX_HW_DROPS ||
			 type == QSTATS_TX_HW_DROPS)
			q.drops += v;
	}
	*ret = q;
	return q.ifindex && has_id;
}

bool netdevmsg_pool(struct cur c, struct pool_msg *ret)
{
	struct pool_msg p = { 0 };
	uint16_t type;
	struct cur a;

	while (nlattr_next(&c, &type, &a)) {
		uint64_t v = number(a);

		if (type == POOL_ID)
			p.id = v;
		else if (type == POOL_IFINDEX)
			p.ifindex = v;
		else if (type == POOL_NAPI_ID) {
			p.napi = v;
			p.has_napi = true;
		} else if (type == POOL_INFLIGHT)
			p.inflight = v;
		else if (type == POOL_INFLIGHT_BYTES)
			p.inflight_bytes = v;
		else if (type == POOL_DETACH_TIME)
			p.detached = true;
	}
	*ret = p;
	return p.id && p.ifindex;
}

bool netdevmsg_pool_stats(struct cur c, struct pool_stats_msg *ret)
{
	struct pool_stats_msg p = { 0 };
	uint16_t type, within;
	struct cur a, info;

	while (nlattr_next(&c, &type, &a)) {
		info = a;
		switch (type) {
		case POOL_STATS_INFO:
			while (nlattr_next(&info, &within, &a))
				if (within == POOL_ID)
					p.id = number(a);
			break;
		case POOL_STATS_ALLOC_FAST:
		case POOL_STATS_ALLOC_REFILL:
			p.fast += number(a);
			break;
		case POOL_STATS_ALLOC_SLOW:
		case POOL_STATS_ALLOC_SLOW_HIGH:
			p.slow += number(a);
			break;
		case POOL_STATS_ALLOC_EMPTY:
			p.failed = number(a);
			break;
		case POOL_STATS_RECYCLE_CACHED:
		case POOL_STATS_RECYCLE_RING:
			p.recycled += number(a);
			break;
		case POOL_STATS_RECYCLE_RING_FULL:
		case POOL_STATS_RECYCLE_RELEASED:
			p.released += number(a);
			break;
		}
	}
	*ret = p;
	return p.id;
}
