// SPDX-License-Identifier: GPL-2.0-or-later
/* meter - what a device says of itself: frames that it passed on and frames that it dropped, and
 * the time spent sending. On veth the device counts what its peer took and what the peer's full
 * queue refused, so the figures are the far end's. */
#ifndef SENDER_METER_H
#define SENDER_METER_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct meter {
	const char *device;
	uint32_t sent_before, dropped_before; /* the kernel's counters, modulo 2^32 */
	uint64_t accepted, dropped;           /* since meter_open(), after meter_settle() */
	uint64_t go_ns, busy_ns;
};

/* Notes the counters of 'device' (kept, not copied). Returns 0 or -errno with 'e'. */
int meter_open(struct meter *m, const char *device, struct err *e) MUST_USE;

/* Starts and stops the clock of 'busy_ns'. */
void meter_go(struct meter *m);
void meter_halt(struct meter *m);

/* Waits, at most 200 ms, until the device accounts for all 'attempted' frames (queues empty later
 * than the last send returns), then sets 'accepted' and 'dropped', which is all the rest. Returns 0
 * or -errno with 'e'. */
int meter_settle(struct meter *m, uint64_t attempted, struct err *e) MUST_USE;

#endif
