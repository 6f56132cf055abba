// SPDX-License-Identifier: GPL-2.0-or-later
/* out - the ways flows are shown. Each runs until it is done or a signal ends it. */
#ifndef FLOWTOP_OUT_H
#define FLOWTOP_OUT_H

#include "app.h"

/* --once: what there is, counted over one interval, as text, CSV or JSON. Returns 0 or -errno with
 * 'e'. */
int out_once(struct app *a, struct err *e) MUST_USE;

/* --json: everything each interval, or with --ended each flow as it ends. */
int out_stream(struct app *a, struct err *e) MUST_USE;

/* --openmetrics and --listen. */
int out_metrics(struct app *a, struct err *e) MUST_USE;

/* The screen. */
int out_screen(struct app *a, struct err *e) MUST_USE;

/* Sorts what app_choose() chose as --sort says; by rate where it says nothing. Returns 0, or
 * -EINVAL with 'e', which lists the columns. */
int out_sort(struct app *a, struct err *e) MUST_USE;

/* Adds the account of the tracker itself to the object that is open. */
void out_summary_json(const struct app *a, struct jsonw *j);

#endif
