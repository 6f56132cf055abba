// SPDX-License-Identifier: GPL-2.0-or-later
/* closed - what --print-closed says of a finished file. */
#ifndef NETSNIFF_CLOSED_H
#define NETSNIFF_CLOSED_H

#include <stdint.h>

#include "job.h"

/* Prints a line, of text or JSON as 'job' asks, on standard output: file 'name' is finished and
 * holds 'packets' in 'bytes'. */
void closed_print(const struct job *job, const char *name, uint64_t packets, uint64_t bytes);

#endif
