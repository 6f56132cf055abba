// SPDX-License-Identifier: GPL-2.0-or-later
/* tui - what the files of the screen share: tui.c has the loop and the keys, tui_draw.c what is
 * drawn, tui_grids.c the tables. */
#ifndef FLOWTOP_TUI_H
#define FLOWTOP_TUI_H

#include "app.h"
#include "fill.h"
#include "kinds.h"
#include "side.h"
#include "ui/remember.h"
#include "ui/screen.h"

enum tui_view { VIEW_LIST, VIEW_DETAIL, VIEW_FILL, VIEW_HELP };

enum { TUI_HISTORY = 120, TUI_TEXT = 256 };

struct tui {
	struct app *app;
	struct job job; /* ours to change: groups, bits */
	struct side *side;
	struct screen *screen;
	struct remember *remember;
	struct grid *flows, *groups, *fills;
	struct fill *fill; /* NULL until it is looked at */
	struct kinds kinds;
	enum tui_view view;
	uint64_t *frozen; /* while it is: what stood in each row, by tui_identity(); else NULL */
	size_t n_frozen;
	bool paused;	      /* of a recording */
	struct ct_key detail; /* the flow of VIEW_DETAIL */
	uint64_t history[TUI_HISTORY];
	size_t n_history;

	char filter[TUI_TEXT]; /* that is in effect */
	bool typing;
	char typed[TUI_TEXT], old_filter[TUI_TEXT], error[TUI_TEXT];
};

extern const struct screen_help tui_keys[];

/* Stays the same as long as the flow of a row lives, and costs nothing. */
uint64_t tui_identity(const struct tui *t, size_t row);

/* The grids, with the columns of last time. Return 0 or -errno with 'e'. */
int tui_grids_open(struct tui *t, struct err *e) MUST_USE;
void tui_grids_close(struct tui *t);

/* Keeps the columns for the next time. */
void tui_grids_keep(struct tui *t);

/* The grid that is shown; NULL: none is. */
struct grid *tui_grid(const struct tui *t);

/* Draws the whole screen and shows it. */
void tui_draw(struct tui *t);

#endif
