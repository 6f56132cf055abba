// SPDX-License-Identifier: GPL-2.0-or-later
/* flight - the flight recorder: the newest packets stay where the kernel put them, in lent blocks
 * of the rings, and are written only when something happens: a signal, a packet that the trigger
 * accepts, or loss. Nothing is copied, and nothing is allocated while it runs. */
#ifndef NETSNIFF_FLIGHT_H
#define NETSNIFF_FLIGHT_H

#include "base/err.h"
#include "setup.h"

struct flight;

int flight_open(struct setup *s, struct flight **ret_f, struct err *e) MUST_USE;
void flight_close(struct flight *f);

/* Takes what lane 'i' has: holds it, lets the oldest go, writes while recording. Returns the blocks
 * taken or -errno with 'e'. */
int flight_turn(struct flight *f, uint32_t i, struct err *e) MUST_USE;

/* Something happened: writes what is held, and what comes for --flight-after. */
int flight_trigger(struct flight *f, const char *why, struct err *e) MUST_USE;

/* Ends a recording whose time is over. */
int flight_tick(struct flight *f, struct err *e) MUST_USE;

/* The run ends: what is held and not being recorded is let go. With 'failed' (not 0) what is being
 * recorded counts as not written. */
void flight_end(struct flight *f, int failed);

#endif
