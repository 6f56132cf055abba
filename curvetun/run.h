// SPDX-License-Identifier: GPL-2.0-or-later
/* run - opens and sets up all that a tunnel needs, gives up privilege, and runs it as server or as
 * client until it is told to end. */
#ifndef CURVETUN_RUN_H
#define CURVETUN_RUN_H

#include "folder.h"
#include "job.h"

/* Returns 0 after SIGINT or SIGTERM, or -errno with 'e'. */
int run_tunnel(const struct job *job, const struct folder *f, struct err *e) MUST_USE;

#endif
