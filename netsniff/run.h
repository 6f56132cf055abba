// SPDX-License-Identifier: GPL-2.0-or-later
/* run - carries out a job: opens its sources and sinks, moves packets, prints the account. */
#ifndef NETSNIFF_RUN_H
#define NETSNIFF_RUN_H

#include "job.h"

/* Does what the validated 'job' says until its sources end, its limits are reached or a signal ends
 * it. Returns 0, or -errno with 'e'; -EPIPE when nobody reads standard output any more. */
int run(struct job *job, struct err *e) MUST_USE;

#endif
