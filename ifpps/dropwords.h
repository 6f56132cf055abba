// SPDX-License-Identifier: GPL-2.0-or-later
/* dropwords - what drops are called and what they mean: is something lost that somebody wanted, or
 * did the system do as it was told. Pure tables. */
#ifndef IFPPS_DROPWORDS_H
#define IFPPS_DROPWORDS_H

#include <stdbool.h>

struct dropword {
	const char *name;
	bool loss; /* else harmless: refused by rule, or nobody's */
	const char *text;
};

/* The words for a reason of the kernel ("NO_SOCKET"), or for one that is not listed. */
const struct dropword *dropword_reason(const char *name);

/* The words for a counter of /proc/net/snmp, snmp6 or netstat ("Udp.NoPorts"); NULL: it counts no
 * drops. */
const struct dropword *dropword_protocol(const char *name);

/* The words for a counter of devices; NULL: it counts no drops. */
const struct dropword *dropword_device(const char *name);

/* The words for a statistic of a standard ("mac.AlignmentErrors", ethstats.h), or of a driver
 * ("rx_queue_0_drops") that sounds like loss; NULL: it does not. Drivers name them as they like, so
 * this goes by parts of names. */
const struct dropword *dropword_driver(const char *name);

#endif
