// SPDX-License-Identifier: GPL-2.0-or-later
/* record - probes and answers as a capture file (--pcap), from the IP header on. Used by engine. */
#ifndef ASTRACE_RECORD_H
#define ASTRACE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct capwrite;

/* Creates 'path' as pcapng of raw IP packets. Returns 0 with '*ret_w' or -errno with 'e'. */
int record_open(const char *path, struct capwrite **ret_w, struct err *e) MUST_USE;

/* Adds the 'n' bytes at 'p', sent or received at 'at_ns' (CLOCK_MONOTONIC). NULL 'w' is fine. */
int record_put(struct capwrite *w, const uint8_t *p, uint32_t n, int64_t at_ns, bool sent,
	       struct err *e) MUST_USE;

/* The same for a packet of the kernel's own that leaves, whose checksum is completed in place. */
int record_put_own(struct capwrite *w, uint8_t *p, uint32_t n, int64_t at_ns,
		   struct err *e) MUST_USE;

/* Ends the file. */
int record_close(struct capwrite *w, struct err *e) MUST_USE;

#endif
