// SPDX-License-Identifier: GPL-2.0-or-later
/* tune - settings of the whole machine that a capture changes when asked to, and CPUs. What is
 * changed is put back by sys/restorer, whatever ends the run. */
#ifndef NETSNIFF_TUNE_H
#define NETSNIFF_TUNE_H

#include "setup.h"

/* Changes what --tune-sock-mem asks for, and says so. To be called before a namespace is entered:
 * these settings are those of the machine. Returns 0 or -errno with 'e'. */
int tune_host(struct setup *s, struct err *e) MUST_USE;

/* Changes what --hwtimestamp and --tune-irq ask for, in the devices' namespace, and says so. To be
 * called before rings are mapped. */
int tune_devices(struct setup *s, struct err *e) MUST_USE;

/* Puts back what was changed. */
void tune_stop(struct tuned *t);

/* Decides which CPUs run what, and pins the calling thread. With two CPUs of -b, or where at least
 * three CPUs do not take the devices' interrupts, a thread of its own writes: then a stall of the
 * disk does not keep the reader from its ring (Corey Satten's Gulp showed why). */
int tune_place(struct setup *s, struct err *e) MUST_USE;

#endif
