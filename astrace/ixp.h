// SPDX-License-Identifier: GPL-2.0-or-later
/* ixp - prefixes of Internet exchange points from a file of the user's: "PREFIX/LENGTH NAME" a
 * line, or CAIDA's list of exchanges, a JSON object a line. Used by know. */
#ifndef ASTRACE_IXP_H
#define ASTRACE_IXP_H

#include "addr.h"
#include "base/err.h"

struct ixp;

/* Reads the file at 'path'. Returns 0 with '*ret_x' owned by the caller, or -errno with 'e', which
 * names the line that is neither. */
int ixp_open(const char *path, struct ixp **ret_x, struct err *e) MUST_USE;
void ixp_close(struct ixp *x);

/* The exchange whose prefix 'a' is in, the longest one; NULL for none. Escape it for terminals. */
const char *ixp_name(const struct ixp *x, const struct addr *a);

#endif
