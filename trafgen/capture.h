// SPDX-License-Identifier: GPL-2.0-or-later
/* capture - a capture file as a packet program: its packets in their order, each with the moment at
 * which it came, and changed as --set says. All of it is kept in memory. */
#ifndef TRAFGEN_CAPTURE_H
#define TRAFGEN_CAPTURE_H

#include "base/err.h"
#include "comp.h"
#include "job.h"

/* Compiles the capture file job->path. Returns 0 with '*ret_g' to be freed by prog_free(), or
 * -errno with 'e': damaged, another link type, no packets, an assignment that cannot be done. */
int capture_read(const struct job *job, const struct comp_opts *o, struct prog *ret_g,
		 struct err *e) MUST_USE;

#endif
