// SPDX-License-Identifier: GPL-2.0-or-later
/* work - one run of ifpps, from the namespace to the last sample. */
#ifndef IFPPS_WORK_H
#define IFPPS_WORK_H

#include "job.h"

/* Does what 'job' says. Returns 0 or -errno with 'e'. */
int work(const struct job *job, struct err *e) MUST_USE;

#endif
