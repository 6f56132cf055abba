// SPDX-License-Identifier: GPL-2.0-or-later
/* outcsv - traces as comma-separated values (RFC 4180), a row a hop. */
#ifndef ASTRACE_OUTCSV_H
#define ASTRACE_OUTCSV_H

#include "base/str.h"
#include "know.h"
#include "target.h"

/* The row of names. */
void outcsv_head(struct str *out);
void outcsv_target(const struct target *t, struct know *k, struct str *out);

#endif
