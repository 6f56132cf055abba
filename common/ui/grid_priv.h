// SPDX-License-Identifier: GPL-2.0-or-later
/* grid_priv - what the files of ui/grid share. */
#ifndef UI_GRID_PRIV_H
#define UI_GRID_PRIV_H

#include "ui/grid.h"

enum { GRID_FILTER = 64 };

enum grid_mode { GRID_MOVING, GRID_TYPING, GRID_MENU };

struct grid {
	const struct grid_column *cols;
	unsigned int n_cols;
	const struct grid_ops *ops;
	void *arg;

	bool wanted[GRID_COLUMNS];
	unsigned int shown[GRID_COLUMNS], width[GRID_COLUMNS], n_shown; /* as laid out last */
	unsigned int sort;
	bool reverse;
	char filter[GRID_FILTER], old_filter[GRID_FILTER];

	uint32_t *order; /* row numbers as shown; sorted as far as anybody looks */
	size_t max_order, n, n_all;
	bool stale; /* to be arranged */

	size_t at, top; /* places in 'order' */
	unsigned int page;
	bool moved, has_id; /* the cursor follows row 'id' */
	uint64_t id;

	enum grid_mode mode;
	unsigned int menu_at;
	struct grid_cell cell;
};

const struct grid_cell *grid_cell_of(struct grid *g, size_t row, unsigned int col,
				     unsigned int width);

/* Chooses columns and their widths for 'cols' columns of the screen. */
void grid_lay_out(struct grid *g, unsigned int cols);

void grid_draw_menu(struct grid *g, struct canvas *c, unsigned int top, unsigned int height);

/* Remembers the row under the cursor. */
void grid_note_cursor(struct grid *g);

#endif
