// SPDX-License-Identifier: GPL-2.0-or-later
/* netmon - tells when network devices come, go, are renamed, or go up and down.
 * Holds what it last knew of each device, so that it can say what changed; after an overrun of the
 * socket it asks the kernel for the whole list and reports the differences. */
#ifndef SYS_NETMON_H
#define SYS_NETMON_H

#include "base/err.h"
#include "sys/netdev.h"

enum netmon_what {
	NETMON_ADDED,
	NETMON_REMOVED, /* deleted, or moved to another namespace */
	NETMON_RENAMED,
	NETMON_DOWN, /* IFF_UP is gone: AF_PACKET reports ENETDOWN */
	NETMON_UP,
	NETMON_NO_CARRIER, /* IFF_RUNNING is gone while up */
	NETMON_CARRIER,
	NETMON_MTU,
};

struct netmon_event {
	enum netmon_what what;
	struct netdev dev; /* as it is now (REMOVED: as it was) */
	char old_name[16]; /* RENAMED */
};

struct netmon;

/* Watches the caller's network namespace from now on. Returns 0 with '*ret_m', or -errno with 'e'.
 */
int netmon_open(struct netmon **ret_m, struct err *e) MUST_USE;
void netmon_close(struct netmon *m);
void netmon_close_p(struct netmon **m);

/* The descriptor to wait on for reading. Does not block. */
int netmon_fd(const struct netmon *m);

/* The next change. Returns 1 with '*ret_ev', 0 if there is none now, or -errno with 'e'. */
int netmon_next(struct netmon *m, struct netmon_event *ret_ev, struct err *e) MUST_USE;

/* A few words for the event: "removed", "renamed from eth0", "down". */
void netmon_text(const struct netmon_event *ev, char *buf, size_t size);

#endif
