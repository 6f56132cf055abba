// SPDX-License-Identifier: GPL-2.0-or-later
/* dropmon - where the kernel drops packets, by its drop monitor (generic netlink NET_DM, summary
 * alerts): functions instead of reasons, of the whole machine, for kernels on which reasons cannot
 * be counted by BPF. Needs CAP_NET_ADMIN, and CAP_SYSLOG for the names of functions. */
#ifndef IFPPS_DROPMON_H
#define IFPPS_DROPMON_H

#include "base/attr.h"
#include "base/bytes.h"
#include "base/err.h"

enum { DROPMON_PLACES = 1024 };

struct dropmon;

/* Switches it on. Returns 0 with '*ret_d', or -errno with 'e' (-EOPNOTSUPP: this kernel has none).
 */
int dropmon_open(struct dropmon **ret_d, struct err *e) MUST_USE;

/* Switches it off, unless somebody else had it on before. NULL: nothing. */
void dropmon_close(struct dropmon *d);

/* Calls 'fn' for each function in which packets were dropped since it was opened. */
typedef void (*dropmon_fn)(void *arg, const char *function, uint64_t n);
void dropmon_read(struct dropmon *d, dropmon_fn fn, void *arg);

/* Calls 'fn' for each place of an alert (NET_DM_CMD_ALERT) without its struct genlmsghdr. Pure. */
typedef void (*dropmon_place_fn)(void *arg, uint64_t pc, uint32_t n);
void dropmon_message(struct cur c, dropmon_place_fn fn, void *arg);

#endif
