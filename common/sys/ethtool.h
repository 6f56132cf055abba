// SPDX-License-Identifier: GPL-2.0-or-later
/* ethtool - what a device's driver tells: speed, name, offloads. Through the ethtool ioctl on a
 * socket of the handle, which stays usable only until a sandbox is entered (ioctl is refused
 * there). */
#ifndef SYS_ETHTOOL_H
#define SYS_ETHTOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct ethtool_info {
	uint64_t speed_bps; /* 0 unknown, or no carrier */
	char driver[32];    /* "" unknown */
	char bus[32];	    /* "0000:00:04.0"; "" for virtual devices */
	/* Offloads that change what a capture sees. */
	bool rx_vlan; /* the 802.1Q tag is stripped */
	bool gro, gro_hw, lro;
	bool tso, gso, tx_csum, rx_csum;
};

/* Asks about device 'dev' of the caller's namespace. What the driver does not tell stays 0: that is
 * no error. Returns 0 with '*ret_i', or -errno with 'e' (-ENODEV). */
int ethtool_get(const char *dev, struct ethtool_info *ret_i, struct err *e) MUST_USE;

/* How many receive queues device 'dev' has in use; 0: its driver does not tell. */
uint32_t ethtool_rx_queues(const char *dev);

/* Calls 'fn' for each statistic that the driver of 'dev' keeps ("rx_queue_0_drops"). Returns 0, also
 * when it keeps none, or -errno with 'e' (-ENODEV). */
typedef void (*ethtool_stat_fn)(void *arg, const char *name, uint64_t v);
int ethtool_stats(const char *dev, ethtool_stat_fn fn, void *arg, struct err *e) MUST_USE;

/* True if packets are merged or cut between the wire and the tap, so that the NIC's packet counts
 * and those of the tap are not comparable. */
bool ethtool_merges(const struct ethtool_info *i);

#endif
