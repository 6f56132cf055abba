// SPDX-License-Identifier: GPL-2.0-or-later
/* curves - values over time with axes as an SVG picture, beside the bars of ui/plot: panels below
 * each other, each with its unit and its curves. Made for paper too: black on white, curves told
 * apart by dashes as well as colours. */
#ifndef UI_CURVES_H
#define UI_CURVES_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { CURVES_MAX = 8 };

/* A point: seconds since the beginning and a value; a NAN value breaks the line. */
struct curve_point {
	double x, y;
};

struct curve {
	const char *name;
	const struct curve_point *p;
	size_t n;
};

struct curve_panel {
	const char *title, *unit; /* "received", "bit/s" */
	struct curve curve[CURVES_MAX];
	unsigned int n_curves;
	double max; /* top of the scale; 0: what the curves need */
};

/* Adds the picture. Texts may hold anything. */
void curves_svg(const char *title, const char *subtitle, const struct curve_panel *panels,
		unsigned int n_panels, struct str *out);

#endif
