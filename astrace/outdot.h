// SPDX-License-Identifier: GPL-2.0-or-later
/* outdot - traces as one graph for dot(1): addresses are nodes, with their AS; who leads to whom
 * are edges, all branches of --paths too. Hops without answer are dotted. */
#ifndef ASTRACE_OUTDOT_H
#define ASTRACE_OUTDOT_H

#include "base/str.h"
#include "know.h"
#include "target.h"

void outdot_head(struct str *out);
void outdot_target(const struct target *t, struct know *k, struct str *out);
void outdot_tail(struct str *out);

#endif
