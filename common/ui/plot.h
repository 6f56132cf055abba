// SPDX-License-Identifier: GPL-2.0-or-later
/* plot - a picture of figures as SVG: bars with their values as text, and values over time. It has
 * no background and follows the reader's light or dark colours; colour never carries meaning alone.
 * All text is escaped. */
#ifndef UI_PLOT_H
#define UI_PLOT_H

#include <stdint.h>

#include "base/str.h"

struct plot {
	struct str body;
	unsigned int y; /* where the next part begins */
};

/* A bar; 'indent' in steps. */
struct plot_bar {
	const char *label;
	const char *text; /* beside it */
	uint64_t value;
	unsigned int indent;
};

/* Zeroed, a plot is empty. Adds a line of text below what is there. */
void plot_note(struct plot *p, const char *text);

/* Adds bars under a heading, on one scale. */
void plot_bars(struct plot *p, const char *head, const struct plot_bar *bars, unsigned int n);

/* Adds 'n' values, one step each, under a heading; 'most' is what the largest is, 'from' and 'to'
 * what the ends are. */
void plot_steps(struct plot *p, const char *head, const uint64_t *values, unsigned int n,
		const char *most, const char *from, const char *to);

/* Adds the whole picture, titled, to 'out'. */
void plot_finish(struct plot *p, const char *title, struct str *out);
void plot_free(struct plot *p);

#endif
