// SPDX-License-Identifier: GPL-2.0-or-later
/* debug - the interactive debugger: stops at instructions, steps forward and back, shows registers,
 * memory and packet, over the packets of a capture file. Commands come from standard input, by hand
 * or from a script. */
#ifndef BPFC_DEBUG_H
#define BPFC_DEBUG_H

#include "base/err.h"
#include "job.h"
#include "source.h"

/* Runs the debugger over the packets of file 'fd', which job->debug names, until `quit` or the end
 * of standard input. The program has passed the kernel's
 * check. A command that is wrong is told and, from a terminal, asked for again; in a script it ends
 * the run. Returns 0 or -errno with 'e'. */
int debug(const struct job *job, const struct source *s, int fd, struct err *e) MUST_USE;

#endif
