// SPDX-License-Identifier: GPL-2.0-or-later
/* script - the text that a job's packets are compiled from: a file, standard input, the command
 * line, or what the C preprocessor makes of one of them. */
#ifndef TRAFGEN_SCRIPT_H
#define TRAFGEN_SCRIPT_H

#include "base/err.h"
#include "base/str.h"
#include "job.h"

/* Adds the text to 'out'. 0 or -errno with 'e', which names the file. */
int script_read(const struct job *job, struct str *out, struct err *e) MUST_USE;

/* The script that --example prints. */
const char *script_example(void);

#endif
