// SPDX-License-Identifier: GPL-2.0-or-later
/* grid - the table of a monitor's screen: columns that come and go with the width, sorting, a
 * filter, a cursor that stays on its row while rows move, a menu of columns. Draws on a canvas and
 * takes keys; the rows stay with the program, which answers questions about them (struct grid_ops).
 * Rows that nobody sees are not sorted to the end and cost no text. */
#ifndef UI_GRID_H
#define UI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "ui/canvas.h"
#include "ui/screen.h"

enum { GRID_COLUMNS = 64 };

struct grid_column {
	const char *name;   /* for options and keys: "rx-rate"; unique */
	const char *title;  /* over the column */
	const char *help;   /* for the menu of columns */
	unsigned int width; /* columns of the screen, at least 1 */
	unsigned int grow;  /* up to so many more where the screen has them */
	unsigned int rank;  /* where it is narrow, the higher ranks go first; 0 never goes */
	bool left;	    /* text begins at the left, and the filter looks at it */
	bool hidden;	    /* only when asked for */
	bool rising;	    /* sorts small ones first; else the largest stand on top */
};

struct grid_cell {
	struct str text; /* empty on entry */
	enum style style;
	unsigned int width; /* that it will have */
	const uint64_t *spark; /* drawn as bars instead of the text, scaled to 'spark_max' */
	size_t n_spark;
	uint64_t spark_max;
};

/* 'arg' and row numbers below 'n' are those that grid_rows() was given. */
struct grid_ops {
	void (*cell)(void *arg, size_t row, unsigned int col, struct grid_cell *ret);
	/* < 0, 0, > 0 as for qsort(), rising. */
	int (*compare)(void *arg, size_t a, size_t b, unsigned int col);
	/* What stays the same while rows move; also breaks ties of sorting. */
	uint64_t (*id)(void *arg, size_t row);
	/* True if 'word' of the filter (lower case) is in the row. NULL: looks at the cells whose
	 * text begins at the left. */
	bool (*match)(void *arg, size_t row, const char *word);
};

struct grid;

/* A grid of the 'n' columns 'cols' (kept, not copied), sorted by the first one. Returns 0 with
 * '*ret_g' owned by the caller, or -errno with 'e'. */
int grid_new(const struct grid_column *cols, unsigned int n, const struct grid_ops *ops, void *arg,
	     struct grid **ret_g, struct err *e) MUST_USE;
void grid_free(struct grid *g);
void grid_free_p(struct grid **g);

/* The rows are 'n' now, or are others: filters and sorts them when drawn next.
 * Returns 0, or -ENOMEM with 'e'. */
int grid_rows(struct grid *g, size_t n, struct err *e) MUST_USE;

/* Draws head and rows into 'height' rows of the canvas from 'top' on, over its whole width. */
void grid_draw(struct grid *g, struct canvas *c, unsigned int top, unsigned int height);

/* Takes a key: the cursor's, '<' '>' 'r' (sorting), '/' (filter), 'o' (menu of columns). True if it
 * was one of ours, and every key while a filter is typed or the menu is open. */
bool grid_key(struct grid *g, int key);
extern const struct screen_help grid_help[];

/* True while a filter is typed or the menu is open: every key is the grid's then. */
bool grid_takes_all(const struct grid *g);

/* The row under the cursor; false if there is none. */
bool grid_cursor(const struct grid *g, size_t *ret_row);

/* True if column 'col' is on the screen, or would be if it were wide enough. What is not need not
 * be asked of the kernel. */
bool grid_shows(const struct grid *g, unsigned int col);

/* Shows the columns of a list, "name,rx-rate", alone or, each word with a '+' or '-' before it,
 * besides and without; sorts by column 'name' ('-name': the other way round); sets the filter.
 * 'what' names it in the sentence. Return 0, or -EINVAL with 'e', which lists the names. */
int grid_set_columns(struct grid *g, const char *list, const char *what, struct err *e) MUST_USE;
int grid_set_sort(struct grid *g, const char *name, const char *what, struct err *e) MUST_USE;
void grid_set_filter(struct grid *g, const char *text);

/* Adds the list of columns that are shown, "name,rx-rate"; takes such a list of any origin: names
 * that no column has are passed over, and nothing changes if none is left. */
void grid_get_columns(const struct grid *g, struct str *out);
void grid_recall_columns(struct grid *g, const char *list);

/* Adds "sorted by X, 3 of 10 rows, filter: text" for a line of status, or the filter that is
 * typed. */
void grid_status(const struct grid *g, struct str *out);

/* The row that stands at 'place' (0: on top) as arranged last; false behind the last one. */
bool grid_row_at(const struct grid *g, size_t place, size_t *ret_row);

#endif
