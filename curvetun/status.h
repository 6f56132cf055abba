// SPDX-License-Identifier: GPL-2.0-or-later
/* status - asks the running tunnels of a folder for their state (control.h) and prints it. */
#ifndef CURVETUN_STATUS_H
#define CURVETUN_STATUS_H

#include "base/str.h"
#include "folder.h"
#include "job.h"

/* Adds the state of each as a line of JSON. -ENOENT with 'e': none runs. */
int status_lines(const struct folder *f, struct str *out, struct err *e) MUST_USE;

/* The same in the form that 'job' asks for: text, JSON or OpenMetrics, these also to a file. */
int status_add(const struct folder *f, const struct job *job, struct str *out,
	       struct err *e) MUST_USE;

#endif
