// SPDX-License-Identifier: GPL-2.0-or-later
/* helper - a second process that keeps the privilege which the tunnel gives up, for the few things
 * that need it later: a list of typed requests, answered by a number or a descriptor. It reads
 * nothing from outside and parses no file. When the tunnel ends, however it ends, it undoes what
 * would outlive it. */
#ifndef CURVETUN_HELPER_H
#define CURVETUN_HELPER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "device.h"
#include "folder.h"

/* Packets of the carriers themselves, which do not go through the tunnel, and the routes of what
 * does when it is everything. */
enum { HELPER_MARK = 0x63757276, HELPER_TABLE = 0x6375 };

struct helper {
	int fd; /* -1: none runs */
};

struct helper_conf {
	const struct folder *folder;
	const char *socket_name; /* file of the control socket in it, removed at the end */
	const struct device_conf *dev; /* all traffic of a family goes through it if it says so */
	int ifindex;
};

/* True if some does, so that the carriers' sockets are to be marked. */
static inline bool helper_marks(const struct helper_conf *conf)
{
	return conf->dev->all[0] || conf->dev->all[1];
}

/* Sets the rules, starts the process. Returns 0 with '*ret_h' or -errno with 'e'. */
int helper_start(const struct helper_conf *conf, struct helper *ret_h, struct err *e) MUST_USE;
void helper_stop(struct helper *h);

/* A descriptor of the file clients as it is now, to be closed; or -errno with 'e'. */
int helper_clients(struct helper *h, struct err *e) MUST_USE;

/* Makes the device again, which somebody has deleted. Returns its descriptor, or -errno with
 * 'e'. */
int helper_device(struct helper *h, struct err *e) MUST_USE;

/* A TCP socket over IPv6 and IPv4 that does not block, marked if need be; or -errno. */
int helper_socket(struct helper *h) MUST_USE;

#endif
