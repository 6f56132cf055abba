// SPDX-License-Identifier: GPL-2.0-or-later
/* smoke - is the host under test still alive? Asks it by ICMP echo requests, through the routes of
 * the system. One thread a probe. */
#ifndef TRAFGEN_SMOKE_H
#define TRAFGEN_SMOKE_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct smoke;

/* Opens a probe of 'host', an IPv4 or IPv6 address, and makes sure that it answers. Needs
 * CAP_NET_RAW. 0, or -errno with 'e' (-EHOSTUNREACH: it does not answer). */
int smoke_open(const char *host, struct smoke **ret_s, struct err *e) MUST_USE;
void smoke_close(struct smoke *s);

/* Asks up to five times, for two seconds in all. Returns 1 when it answers, 0 when not, -EINTR when
 * 'wake_fd' became readable, or -errno with 'e'. */
int smoke_alive(struct smoke *s, int wake_fd, struct err *e) MUST_USE;

/* Adds a packet as a script. */
void smoke_script(const uint8_t *bytes, uint32_t n, struct str *out);

#endif
