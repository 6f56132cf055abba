// SPDX-License-Identifier: GPL-2.0-or-later
/* expr - the program of this run, when it is given as a filter expression. */
#ifndef BPFC_EXPR_H
#define BPFC_EXPR_H

#include "job.h"
#include "source.h"

/* Compiles job->expr into '*s', which source_read() has seen. Returns 0, or -errno with 'e' naming
 * the column and what was expected there. */
int expr_source(const struct job *job, struct source *s, struct err *e) MUST_USE;

#endif
