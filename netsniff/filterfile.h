// SPDX-License-Identifier: GPL-2.0-or-later
/* filterfile - a filter file from disk or standard input, checked. For -f and --trigger. */
#ifndef NETSNIFF_FILTERFILE_H
#define NETSNIFF_FILTERFILE_H

#include <linux/filter.h>

#include "base/attr.h"
#include "base/err.h"
#include "job.h"

/* Reads filter file 'name' ("-": standard input), named by option 'what' in sentences. Returns 0
 * with '*ret_prog' owned by the caller (insn_fprog_free()), or -errno with 'e' naming file and
 * line. */
int filterfile_read(const char *what, const char *name, struct sock_fprog *ret_prog,
		    struct err *e) MUST_USE;

/* Prints the instructions of 'prog' to standard output, or to standard error where that carries
 * packets or JSON. Returns 0 or -errno with 'e'. */
int filterfile_dump(const struct job *job, const struct sock_fprog *prog, struct err *e) MUST_USE;

#endif
