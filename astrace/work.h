// SPDX-License-Identifier: GPL-2.0-or-later
/* work - from the job to the end of the program: targets found, sockets opened, privilege given up,
 * the traces run and printed. */
#ifndef ASTRACE_WORK_H
#define ASTRACE_WORK_H

#include "job.h"

/* Does what 'job' asks for with the 'n' targets in 'words' besides job->host. Returns 0 or -errno
 * with 'e'. */
int work(const struct job *job, char **words, unsigned int n, struct err *e) MUST_USE;

#endif
