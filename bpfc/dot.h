// SPDX-License-Identifier: GPL-2.0-or-later
/* dot - the control flow of a program as a graph for dot(1): a box a run of instructions, an edge a
 * jump. */
#ifndef BPFC_DOT_H
#define BPFC_DOT_H

#include "base/err.h"
#include "job.h"
#include "source.h"

/* Adds the graph of the program, which has passed the kernel's check, to 'out'. What no way reaches
 * is drawn dashed. Returns 0 or -ENOMEM with 'e'. */
int dot_add(const struct job *job, const struct source *s, struct str *out, struct err *e) MUST_USE;

#endif
