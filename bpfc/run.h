// SPDX-License-Identifier: GPL-2.0-or-later
/* run - the program of this run over a capture file: verdicts, counts, steps, coverage. */
#ifndef BPFC_RUN_H
#define BPFC_RUN_H

#include "base/err.h"
#include "job.h"
#include "source.h"

/* Runs the program over the packets of file 'fd', which job->run names, and prints to standard
 * output what 'job' asks for. The program has passed the kernel's check. Ends early, with the
 * counts up to there, when a signal handler sets '*stop'. Returns 0 or -errno with 'e'; what was
 * found before is printed. */
int run(const struct job *job, const struct source *s, int fd, const int *stop,
	struct err *e) MUST_USE;

#endif
