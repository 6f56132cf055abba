// SPDX-License-Identifier: GPL-2.0-or-later
/* list - targets by the thousand from a file (--targets): one a line, # begins a comment. Used by
 * work. */
#ifndef ASTRACE_LIST_H
#define ASTRACE_LIST_H

#include "base/err.h"
#include "base/str.h"

enum { LIST_MAX = 65536 };

/* Reads 'path' ("-": standard input) into 'text', which the words then point into. Returns 0 with
 * '*ret_words' (free()) and '*ret_n', or -errno with 'e': -E2BIG for more than LIST_MAX. */
int list_read(const char *path, struct str *text, char ***ret_words, unsigned int *ret_n,
	      struct err *e) MUST_USE;

#endif
