// SPDX-License-Identifier: GPL-2.0-or-later
/* out - samples as text for other programs: each function adds to a buffer. */
#ifndef IFPPS_OUT_H
#define IFPPS_OUT_H

#include "base/str.h"
#include "job.h"
#include "state.h"

/* gnuplot's columns of one device, those of netsniff-ng's ifpps (out_csv.c). The row is left out
 * while the device is not there, or nothing is known of the interval. */
void out_csv_head(const struct job *job, const struct state *st, struct str *out);
void out_csv(const struct job *job, const struct state *st, struct str *out);

/* A row a device (out_table.c). */
void out_table_head(struct str *out);
void out_table(const struct job *job, const struct state *st, struct str *out);

/* One JSON object and a newline (out_json.c). */
void out_json(const struct job *job, const struct state *st, struct str *out);

/* OpenMetrics text up to its "# EOF" (out_metrics.c). */
void out_metrics(const struct job *job, const struct state *st, struct str *out);

#endif
