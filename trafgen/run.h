// SPDX-License-Identifier: GPL-2.0-or-later
/* run - executes a packet program: into a file, or through a device by one worker a CPU. */
#ifndef TRAFGEN_RUN_H
#define TRAFGEN_RUN_H

#include "base/err.h"
#include "comp.h"
#include "job.h"
#include "prog.h"

/* The addresses of device 'name' in the namespace of the caller: what headers hold where a script
 * says nothing. What it has not is left alone. */
void device_addrs(const char *name, struct comp_addrs *ret);

/* Writes the packets to a file. 0, or -errno with 'e'. Prints the report either way. */
int run_file(const struct job *job, const struct prog *g, struct err *e) MUST_USE;

/* Sends them through the device until all are sent, the time is up or a signal comes. 0, or -errno
 * with 'e'. Prints the report either way. */
int run_device(const struct job *job, const struct prog *g, struct err *e) MUST_USE;

struct report;

/* Prints 'r' as the job asks: text on standard error, JSON on standard output. */
int run_print(const struct job *job, const struct report *r, struct err *e) MUST_USE;

#endif
