// SPDX-License-Identifier: GPL-2.0-or-later
/* check - whether the program of this run may be written or run, and where not. */
#ifndef BPFC_CHECK_H
#define BPFC_CHECK_H

#include "job.h"
#include "source.h"

/* Before the program is written: refuses what no machine would run, warns on standard error of
 * what this kernel refuses; --seccomp refuses that as well. Returns 0 or -EINVAL with 'e'. */
int check_before_emit(const struct job *job, const struct source *s, struct err *e) MUST_USE;

/* Before it is run: refuses all that the kernel refuses. */
int check_before_run(const struct source *s, struct err *e) MUST_USE;

/* --check: adds the verdict to 'out'. Returns 0 or -EINVAL with 'e'; with --json the reason is in
 * 'out' as well. */
int check_report(const struct job *job, const struct source *s, struct str *out,
		 struct err *e) MUST_USE;

#endif
