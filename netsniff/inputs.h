// SPDX-License-Identifier: GPL-2.0-or-later
/* inputs - what the names on the command line are (device, file, folder), and which options go with
 * which source and sink. Part of job_validate(). */
#ifndef NETSNIFF_INPUTS_H
#define NETSNIFF_INPUTS_H

#include "job.h"

/* Sets 'source' and 'sink' of '*job' from its names. Returns 0, or -errno with 'e'. */
int inputs_kinds(struct job *job, struct err *e) MUST_USE;

/* Refuses options that do nothing with this source and sink. Returns 0, or -EINVAL with 'e'. */
int inputs_combine(const struct job *job, struct err *e) MUST_USE;

/* Refuses what is no file: a filter expression given where option 'what' takes a file. */
int inputs_check_filter(const char *what, const char *name, struct err *e) MUST_USE;

#endif
