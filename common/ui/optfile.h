// SPDX-License-Identifier: GPL-2.0-or-later
/* optfile - options from a file, for --config: a long name a line, without its dashes, and behind a
 * blank or '=' its argument. Empty lines and those that begin with '#' say nothing. */
#ifndef UI_OPTFILE_H
#define UI_OPTFILE_H

#include "base/arena.h"
#include "ui/opt.h"

/* Parses the file 'path' into '*job', which opt_defaults() has seen; what the command line says is
 * to be parsed afterwards. Strings live in 'a'. Returns 0, or -errno with 'e', which names the
 * line. */
int optfile_parse(const struct opt_table *t, const char *path, struct arena *a, void *job,
		  struct err *e) MUST_USE;

#endif
