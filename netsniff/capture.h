// SPDX-License-Identifier: GPL-2.0-or-later
/* capture - moves blocks from the rings of one or more interfaces to files, the terminal, or the
 * flight recorder, until a signal, -n or the end of the devices. */
#ifndef NETSNIFF_CAPTURE_H
#define NETSNIFF_CAPTURE_H

#include "base/err.h"
#include "job.h"

/* Runs a job whose source is devices and whose sink is no device. Prints the account.
 * Returns 0, or -errno with 'e'. */
int capture_run(const struct job *job, struct err *e) MUST_USE;

#endif
