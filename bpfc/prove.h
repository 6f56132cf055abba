// SPDX-License-Identifier: GPL-2.0-or-later
/* prove - tells people whether two programs are the same, or shows the packet on which they are
 * not, and what the kernel says of it. */
#ifndef BPFC_PROVE_H
#define BPFC_PROVE_H

#include "base/err.h"
#include "base/str.h"
#include "job.h"
#include "kernel.h"
#include "pktout.h"
#include "source.h"

enum { PROVE_EXIT_REFUTED = 1, PROVE_EXIT_OPEN = 3 };

/* Compares the programs of 's', which job->name and 'other_name' name in sentences. Adds what comes
 * of it to 'out', puts the packet into 'file', and sets '*ret_status' to the status to exit with.
 * Returns 0 or -errno with 'e'. */
int prove_report(const struct job *job, const struct source *const s[2], const char *other_name,
		 struct kernel *k, struct pktout *file, struct str *out, int *ret_status,
		 struct err *e) MUST_USE;

#endif
