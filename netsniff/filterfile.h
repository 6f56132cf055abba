// SPDX-License-Identifier: GPL-2.0-or-later
/* filterfile - the filter of -f and --trigger: a file from disk or standard input, checked, or an
 * expression, compiled. */
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

/* True if the argument of -f or --trigger names no file: it is a filter expression then. */
bool filterfile_is_expr(const char *name);

/* Compiles filter expression 'text' for packets of 'linktype', as a socket ('live') or as a capture
 * file has them. As filterfile_read(); -EINVAL for what is no expression, -ENOENT for a name that
 * nobody knows, -EOPNOTSUPP for what cannot be asked of this link type. */
int filterfile_compile(const char *what, const char *text, unsigned int linktype, bool live,
		       struct sock_fprog *ret_prog, struct err *e) MUST_USE;

/* Prints the instructions of 'prog' to standard output, or to standard error where that carries
 * packets or JSON. Returns 0 or -errno with 'e'. */
int filterfile_dump(const struct job *job, const struct sock_fprog *prog, struct err *e) MUST_USE;

#endif
