// SPDX-License-Identifier: GPL-2.0-or-later
/* work - makes keys, and prints keys, clients and servers. */
#ifndef CURVETUN_WORK_H
#define CURVETUN_WORK_H

#include "base/err.h"
#include "base/str.h"
#include "job.h"

/* Does what 'job' says, of which exactly one of -k, -x, -C and -S is set, and adds what is to be
 * printed to 'out'. Returns 0 or -errno with 'e'. */
int work(const struct job *job, struct str *out, struct err *e) MUST_USE;

#endif
