// SPDX-License-Identifier: GPL-2.0-or-later
/* cpp - runs the C preprocessor over a source, as bpfc --cpp and trafgen --cpp want it. */
#ifndef SYS_CPP_H
#define SYS_CPP_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* Has cpp(1) read file 'path' ("-": standard input) with the 'n_defs' macros of 'defs'
 * ("NAME" or "NAME=VALUE"), headers also from 'folder' unless NULL, and adds what it writes, line markers included, to 'out'. Its warnings
 * are silenced, its errors go to standard error. Returns 0, or -errno with 'e': -ENOENT no cpp,
 * -EFBIG more than 'max_bytes', -EINVAL cpp failed. */
int cpp_run(const char *path, const char *const *defs, unsigned int n_defs, const char *folder,
	    size_t max_bytes, struct str *out, struct err *e) MUST_USE;

#endif
