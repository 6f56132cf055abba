// SPDX-License-Identifier: GPL-2.0-or-later
/* plotter - gathers the rates of groups over time, and draws those with the highest. */
#ifndef FLOWTOP_PLOTTER_H
#define FLOWTOP_PLOTTER_H

#include "app.h"

struct plotter;

/* Groups as the job of 'a' (kept) says, else by host. Returns 0 with '*ret_p' owned by the caller,
 * or -ENOMEM with 'e'. */
int plotter_new(const struct app *a, struct plotter **ret_p, struct err *e) MUST_USE;
void plotter_free(struct plotter *p);

/* Takes the flows that app_choose() chose. Returns 0, or -ENOMEM with 'e'. */
int plotter_add(struct plotter *p, struct err *e) MUST_USE;

/* Adds the picture. */
void plotter_svg(const struct plotter *p, struct str *out);

#endif
