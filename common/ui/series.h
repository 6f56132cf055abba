// SPDX-License-Identifier: GPL-2.0-or-later
/* series - values over time of the few that weigh most among many, for a picture by ui/curves: each
 * has a name and some kinds of values ("received", "sent"). Keeps a bounded number of points: when
 * there are more, each two become their mean. */
#ifndef UI_SERIES_H
#define UI_SERIES_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "ui/curves.h"

enum { SERIES_POINTS = 2048, SERIES_KINDS = 4, SERIES_NAME = 48 };

struct series;

/* Series of 'n_kinds' kinds of values. Returns 0 with '*ret_s' owned by the caller, or -ENOMEM with
 * 'e'. */
int series_new(unsigned int n_kinds, struct series **ret_s, struct err *e) MUST_USE;
void series_free(struct series *s);

/* Begins a moment, 'x' seconds after the first one. False: it is one of those between points, and
 * nothing is added. */
bool series_begin(struct series *s, double x);

/* Adds the values 'v' (one a kind; NAN: none) of the series that 'key' stands for, called 'name'
 * from now on. The CURVES_MAX with the largest 'weight' are kept; one that comes later has no
 * values before. Returns 0, or -ENOMEM with 'e'. */
int series_add(struct series *s, uint64_t key, const char *name, double weight, const double *v,
	       struct err *e) MUST_USE;

/* The curves of one kind, lent to 'panel', the heaviest first. */
void series_panel(const struct series *s, unsigned int kind, struct curve_panel *panel);

/* Points that there are, and the moment of the last. */
size_t series_points(const struct series *s, double *ret_x);

#endif
