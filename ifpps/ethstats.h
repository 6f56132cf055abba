// SPDX-License-Identifier: GPL-2.0-or-later
/* ethstats - the standard statistics of a network device (IEEE 802.3 clause 30, RFC 2819) by
 * ethtool netlink (Linux 5.13), of which those that count losses are taken; what a driver counts
 * under names of its own is sys/ethtool.h's. */
#ifndef IFPPS_ETHSTATS_H
#define IFPPS_ETHSTATS_H

#include "base/bytes.h"

struct ethstats;

typedef void (*ethstats_fn)(void *arg, const char *name, uint64_t v);

/* Opens for devices of the caller's namespace. NULL: this kernel has none, or no memory. */
struct ethstats *ethstats_open(void);
void ethstats_close(struct ethstats *s);

/* Calls 'fn' for each statistic that device 'ifindex' has: "mac.FrameCheckSequenceErrors". A driver
 * that has none is no error. */
void ethstats_read(struct ethstats *s, int ifindex, ethstats_fn fn, void *arg);

/* The same of an answer (ETHTOOL_MSG_STATS_GET_REPLY) without its struct genlmsghdr. Pure. */
void ethstats_message(struct cur c, ethstats_fn fn, void *arg);

#endif
