// SPDX-License-Identifier: GPL-2.0-or-later
/* wifi - monitor interfaces of wireless devices through nl80211 (generic netlink): a second one
 * beside the device, on its channel, that shows raw 802.11 frames with radiotap headers; the device
 * itself goes on as it is. Source: linux/nl80211.h. */
#ifndef SYS_WIFI_H
#define SYS_WIFI_H

#include <net/if.h>
#include <stdint.h>

#include "base/err.h"

struct nl_msg;
struct nlmsghdr;

/* Stands in for the kernel in tests: what it answers to 'request', up to 'room' bytes into 'reply'.
 * Returns their number (0: acknowledged without any) or -errno. */
struct wifi_io {
	void *arg;
	int (*exchange)(void *arg, const struct nlmsghdr *request, void *reply, int room);
	int (*up)(void *arg, const char *dev);
	unsigned int (*index)(void *arg, const char *dev); /* 0: there is none */
};

enum { WIFI_TEST_FAMILY = 0x1b }; /* of nl80211, where an io stands in for the kernel */

/* Name of the monitor interface of 'dev': "wlan0mon", cut to fit. */
void wifi_monitor_name(const char *dev, char ret_name[IF_NAMESIZE]);

/* Whether wireless device 'dev' is in monitor mode itself (1) or not (0). -errno with 'e' if it is
 * none, or the kernel knows no wireless devices. 'io' NULL: the kernel. */
int wifi_is_monitor(const struct wifi_io *io, const char *dev, struct err *e) MUST_USE;

/* Whether 'dev' has the monitor interface of wifi_monitor_name() (1) or not (0); -errno with 'e' if
 * something else has its name. */
int wifi_has_monitor(const struct wifi_io *io, const char *dev, struct err *e) MUST_USE;

/* Makes it and sets it up; takes it away. Both need CAP_NET_ADMIN. 0 or -errno with 'e'. */
int wifi_add_monitor(const struct wifi_io *io, const char *dev, struct err *e) MUST_USE;
int wifi_del_monitor(const struct wifi_io *io, const char *dev, struct err *e) MUST_USE;

#endif
