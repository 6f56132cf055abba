// SPDX-License-Identifier: GPL-2.0-or-later
/* linkmsg - what rtnetlink's messages say of devices, into a sample's links. Pure, through struct
 * cur: messages of a kernel or of a recording. Source: rtnetlink(7), if_link.h. */
#ifndef IFPPS_LINKMSG_H
#define IFPPS_LINKMSG_H

#include "base/bytes.h"
#include "sample.h"

/* The message without its struct nlmsghdr. */

/* RTM_NEWLINK, RTM_DELLINK: fills number, name, kind, flags, ... of '*l'; its counters are left
 * alone. False if it is none about a device (bridges and IPv6 use the same types), or cut. */
bool linkmsg_link(struct cur msg, struct link *l);

/* RTM_NEWSTATS: the counters of device '*ret_ifindex'. */
bool linkmsg_stats(struct cur msg, int *ret_ifindex, uint64_t ret_v[N_COUNTERS]);

/* A queueing discipline and what it counts. */
struct qdisc {
	int ifindex;
	uint32_t handle, parent;
	char kind[16];
	uint64_t drops, overlimits, requeues;
	uint32_t backlog_bytes, backlog_packets; /* at this moment */
};

/* RTM_NEWQDISC. False if it is cut or says nothing of counts. */
bool linkmsg_qdisc(struct cur msg, struct qdisc *ret_q);

#endif
