// SPDX-License-Identifier: GPL-2.0-or-later
/* meter - see meter.h. getifaddrs() gives a link's statistics of the namespace we are in, without
 * sysfs, which shows another one's after setns(). */
#include "meter.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_link.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/str.h"
#include "pace.h"

enum { SETTLE_NS = 200000000, LOOK_NS = 1000000 };

static void freeifaddrs_p(struct ifaddrs **p)
{
	freeifaddrs(*p);
}

static int counters(const char *device, uint32_t *ret_sent, uint32_t *ret_dropped, struct err *e)
{
	AUTO(freeifaddrs_p) struct ifaddrs *all = NULL;

	if (getifaddrs(&all) < 0)
		return err_sys(e, errno, "read interface statistics");
	for (const struct ifaddrs *a = all; a; a = a->ifa_next) {
		const struct rtnl_link_stats *stats = a->ifa_data;

		if (!stats || !a->ifa_addr || a->ifa_addr->sa_family != AF_PACKET ||
		    !streq(a->ifa_name, device))
			continue;
		*ret_sent = stats->tx_packets;
		*ret_dropped = stats->tx_dropped;
		return 0;
	}
	return err_set(e, ENODEV, "device %s: no statistics", device);
}

int meter_open(struct meter *m, const char *device, struct err *e)
{
	*m = (struct meter){ .device = device };
	return counters(device, &m->sent_before, &m->dropped_before, e);
}

void meter_go(struct meter *m)
{
	m->go_ns = now_ns();
}

void meter_halt(struct meter *m)
{
	m->busy_ns += now_ns() - m->go_ns;
}

int meter_settle(struct meter *m, uint64_t attempted, struct err *e)
{
	const struct timespec look = { .tv_nsec = LOOK_NS };
	uint64_t until = now_ns() + SETTLE_NS;
	uint32_t sent, dropped;

	do {
		int rc = counters(m->device, &sent, &dropped, e);

		if (rc < 0)
			return rc;
		m->accepted = sent - m->sent_before;
		dropped -= m->dropped_before;
		if (m->accepted + dropped >= attempted)
			break;
		nanosleep(&look, NULL);
	} while (now_ns() < until);
	/* A device that takes no redirected frames does not count them either. */
	m->dropped = attempted - MIN(m->accepted, attempted);
	return 0;
}
