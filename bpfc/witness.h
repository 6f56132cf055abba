// SPDX-License-Identifier: GPL-2.0-or-later
/* witness - prints a packet for each way through the program of this run. */
#ifndef BPFC_WITNESS_H
#define BPFC_WITNESS_H

#include "base/err.h"
#include "base/str.h"
#include "job.h"
#include "pktout.h"
#include "source.h"

/* Adds the packets to 'out' and puts them into 'file', up to job->most of them; then which outcomes
 * of which instructions no packet has. Returns 0 or -errno with 'e'. */
int witness_report(const struct job *job, const struct source *s, struct pktout *file,
		   const int *stop, struct str *out, struct err *e) MUST_USE;

#endif
