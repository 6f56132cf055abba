// SPDX-License-Identifier: GPL-2.0-or-later
/* hwtstamp - hardware time stamping of a device: what it can, what is set, setting it.
 * The setting is the device's, for everybody: programs set it through sys/restorer.
 * Source: Documentation/networking/timestamping.rst. */
#ifndef SYS_HWTSTAMP_H
#define SYS_HWTSTAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct hwtstamp_caps {
	uint32_t so_flags;   /* SOF_TIMESTAMPING_* */
	uint32_t tx_types;   /* bit n: HWTSTAMP_TX_n */
	uint32_t rx_filters; /* bit n: HWTSTAMP_FILTER_n */
	int phc_index;	     /* /dev/ptpN; -1: none */
};

struct hwtstamp_setting {
	int tx_type, rx_filter; /* enum hwtstamp_tx_types, hwtstamp_rx_filters */
};

/* The way into the kernel: ioctl(2) where NULL is given; tests give their own. Returns 0 or -errno.
 */
struct hwtstamp_io {
	int (*ioctl)(void *arg, const char *dev, unsigned long request, void *data);
	void *arg;
};

/* What device 'dev' can. Returns 0 with '*ret_c', or -errno with 'e' (-ENODEV, -EOPNOTSUPP). */
int hwtstamp_caps(const struct hwtstamp_io *io, const char *dev, struct hwtstamp_caps *ret_c,
		  struct err *e) MUST_USE;

/* The present setting. -EOPNOTSUPP: the driver does not tell. */
int hwtstamp_get(const struct hwtstamp_io *io, const char *dev, struct hwtstamp_setting *ret_s,
		 struct err *e) MUST_USE;

/* Sets '*s' and checks that the driver took at least that: it may widen the filter, and '*s' then
 * shows what is set. -ERANGE: the driver cannot. Needs CAP_NET_ADMIN. */
int hwtstamp_set(const struct hwtstamp_io *io, const char *dev, struct hwtstamp_setting *s,
		 struct err *e) MUST_USE;

/* The setting that stamps every received packet, 'cur' being the present one (its transmit side is
 * kept). Returns 0, or -EOPNOTSUPP with a sentence saying what the device lacks. */
int hwtstamp_want_all(const char *dev, const struct hwtstamp_caps *c,
		      const struct hwtstamp_setting *cur, struct hwtstamp_setting *ret_s,
		      struct err *e) MUST_USE;

#endif
