// SPDX-License-Identifier: GPL-2.0-or-later
/* plotter - gathers rates over time for --plot: of the devices that carry most, of the CPUs. */
#ifndef IFPPS_PLOTTER_H
#define IFPPS_PLOTTER_H

#include "base/str.h"
#include "job.h"
#include "state.h"

struct plotter;

int plotter_new(const struct job *job, struct plotter **ret_p, struct err *e) MUST_USE;
void plotter_free(struct plotter *p);

/* Returns 0, or -ENOMEM with 'e'. */
int plotter_add(struct plotter *p, const struct state *st, struct err *e) MUST_USE;

/* Adds the picture. */
void plotter_svg(struct plotter *p, struct str *out);

#endif
