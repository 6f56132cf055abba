// SPDX-License-Identifier: GPL-2.0-or-later
/* work - carries a job out: reads what it names, gives up privileges, and hands the program to what
 * is to be done with it. */
#ifndef BPFC_WORK_H
#define BPFC_WORK_H

#include "base/str.h"
#include "job.h"

/* Does what 'job' says and adds what is to be printed at the end to 'out'. A signal handler sets
 * '*stop' to end --run or --witness early. '*ret_status' is set where there is more than one way of
 * being done. Returns 0 or -errno with 'e'; 'out' may hold something then, too. */
int work(const struct job *job, const int *stop, struct str *out, int *ret_status,
	 struct err *e) MUST_USE;

#endif
