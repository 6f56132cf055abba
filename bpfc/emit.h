// SPDX-License-Identifier: GPL-2.0-or-later
/* emit - the program of this run in the format that was asked for. */
#ifndef BPFC_EMIT_H
#define BPFC_EMIT_H

#include "base/str.h"
#include "job.h"
#include "source.h"

/* Adds the program in the format of 'job' to 'out'. Returns 0, or -errno with 'e' for what the
 * format cannot hold. */
int emit(const struct job *job, const struct source *s, struct str *out, struct err *e) MUST_USE;

#endif
