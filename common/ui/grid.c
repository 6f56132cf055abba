// SPDX-License-Identifier: GPL-2.0-or-later
/* grid - see grid.h. Keys and the menu are in grid_key.c, choosing columns in grid_cols.c. */
#include "ui/grid.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/grid_priv.h"

int grid_new(const struct grid_column *cols, unsigned int n, const struct grid_ops *ops, void *arg,
	     struct grid **ret_g, struct err *e)
{
	struct grid *g;

	if (!n || n > GRID_COLUMNS)
		return err_set(e, EINVAL, "a table of %u columns", n);
	g = calloc(1, sizeof(*g));
	if (!g)
		return err_sys(e, ENOMEM, "table");
	g->cols = cols;
	g->n_cols = n;
	g->ops = ops;
	g->arg = arg;
	for (unsigned int i = 0; i < n; i++)
		g->wanted[i] = !cols[i].hidden;
	*ret_g = g;
	return 0;
}

void grid_free(struct grid *g)
{
	if (!g)
		return;
	str_free(&g->cell.text);
	free(g->order);
	free(g);
}

void grid_free_p(struct grid **g)
{
	grid_free(*g);
}

int grid_rows(struct grid *g, size_t n, struct err *e)
{
	uint32_t *grown;

	if (n > UINT32_MAX)
		return err_set(e, EFBIG, "a table of %zu rows", n);
	if (n > g->max_order) {
		grown = reallocarray(g->order, n + n / 2, sizeof(*grown));
		if (!grown)
			return err_sys(e, ENOMEM, "a table of %zu rows", n);
		g->order = grown;
		g->max_order = n + n / 2;
	}
	g->n_all = n;
	g->stale = true;
	return 0;
}

const struct grid_cell *grid_cell_of(struct grid *g, size_t row, unsigned int col,
				     unsigned int width)
{
	struct str text = g->cell.text;

	str_clear(&text);
	g->cell = (struct grid_cell){ .text = text, .width = width };
	g->ops->cell(g->arg, row, col, &g->cell);
	return &g->cell;
}

/* True if 'word' (lower case) is in 'text' in any case. */
static bool holds(const char *text, const char *word)
{
	size_t n = strlen(word), i;

	for (; *text; text++) {
		for (i = 0; i < n && tolower((unsigned char)text[i]) == word[i]; i++)
			;
		if (i == n)
			return true;
	}
	return !n;
}

static bool row_holds(struct grid *g, size_t row, const char *word)
{
	if (g->ops->match)
		return g->ops->match(g->arg, row, word);
	for (unsigned int i = 0; i < g->n_cols; i++)
		if (g->cols[i].left &&
		    holds(str_text(&grid_cell_of(g, row, i, g->cols[i].width)->text), word))
			return true;
	return false;
}

/* All words of the filter have to be in the row; those behind a '!' must not be. */
static bool passes(struct grid *g, size_t row)
{
	char words[GRID_FILTER], *save = NULL;

	memcpy(words, g->filter, sizeof(words));
	for (char *p = words; *p; p++)
		*p = tolower((unsigned char)*p);
	for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		bool not = w[0] == '!' && w[1];

		if (row_holds(g, row, w + not) == not)
			return false;
	}
	return true;
}

static int compare(const void *a, const void *b, void *arg)
{
	size_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	struct grid *g = arg;
	uint64_t p, q;
	int rc = g->ops->compare(g->arg, x, y, g->sort);

	if (rc)
		return g->cols[g->sort].rising != g->reverse ? rc : -rc;
	p = g->ops->id(g->arg, x);
	q = g->ops->id(g->arg, y);
	return (p > q) - (p < q);
}

/* Brings the first 'n' of the order to its front, unsorted, so that only what is seen is sorted: a
 * quick select, whose pivot is the lower middle one, so that each turn narrows. */
static void select_front(struct grid *g, size_t n)
{
	size_t lo = 0, hi = g->n;

	while (hi - lo > 1 && n > lo && n < hi) {
		uint32_t pivot = g->order[lo + (hi - lo - 1) / 2], t;
		size_t i = lo, j = hi - 1;

		for (;;) {
			while (compare(&g->order[i], &pivot, g) < 0)
				i++;
			while (compare(&pivot, &g->order[j], g) < 0)
				j--;
			if (i >= j)
				break;
			t = g->order[i];
			g->order[i++] = g->order[j];
			g->order[j--] = t;
		}
		if (n <= j + 1)
			hi = j + 1;
		else
			lo = j + 1;
	}
}

/* Finds the row that the cursor stands on by its identity; it is where it was, if that is gone. */
static void follow(struct grid *g)
{
	if (g->has_id)
		for (size_t i = 0; i < g->n; i++)
			if (g->ops->id(g->arg, g->order[i]) == g->id) {
				g->at = i;
				break;
			}
	if (g->at >= g->n)
		g->at = g->n ? g->n - 1 : 0;
}

void grid_note_cursor(struct grid *g)
{
	g->has_id = g->n > 0 && g->moved;
	if (g->has_id)
		g->id = g->ops->id(g->arg, g->order[g->at]);
}

/* Filters and sorts. A cursor that was moved is looked for in all rows, which have to be sorted
 * then; else the top of the table is all that counts. */
static void arrange(struct grid *g, size_t n_seen)
{
	size_t front;

	g->n = 0;
	for (size_t i = 0; i < g->n_all; i++)
		if (!*g->filter || passes(g, i))
			g->order[g->n++] = i;
	front = g->moved ? g->n : MIN(g->n, n_seen);
	if (front < g->n)
		select_front(g, front);
	if (front)
		qsort_r(g->order, front, sizeof(*g->order), compare, g);
	if (!g->moved)
		g->at = g->top = 0;
	follow(g);
	grid_note_cursor(g);
	g->stale = false;
}

static void draw_head(struct grid *g, struct canvas *c, unsigned int row)
{
	canvas_put(c, row, 0, c->cols, STYLE_HEAD, "");
	for (unsigned int i = 0, at = 0; i < g->n_shown; i++) {
		const struct grid_column *col = &g->cols[g->shown[i]];
		char text[64];

		/* The sorted column is marked where the mark fits. */
		snprintf(text, sizeof(text), "%s%s", col->title, g->shown[i] != g->sort ? "" :
			 col->rising != g->reverse ? "^" : "v");
		if (canvas_width(c, text) > g->width[i])
			snprintf(text, sizeof(text), "%s", col->title);
		(col->left ? canvas_put : canvas_put_right)(c, row, at, g->width[i], STYLE_HEAD,
							    text);
		at += g->width[i] + 1;
	}
}

static void draw_row(struct grid *g, struct canvas *c, unsigned int y, size_t place)
{
	bool cursor = g->moved && place == g->at;
	unsigned int at = 0;

	for (unsigned int i = 0; i < g->n_shown; i++) {
		unsigned int col = g->shown[i], width = g->width[i];
		const struct grid_cell *cell = grid_cell_of(g, g->order[place], col, width);

		if (cell->spark)
			canvas_spark(c, y, at, width, cell->style, cell->spark, cell->n_spark,
				     cell->spark_max);
		else
			(g->cols[col].left ? canvas_put : canvas_put_right)(
				c, y, at, width, cell->style, str_text(&cell->text));
		at += width + 1;
	}
	if (cursor)
		canvas_style(c, y, 0, c->cols, STYLE_CURSOR);
}

void grid_draw(struct grid *g, struct canvas *c, unsigned int top, unsigned int height)
{
	if (!height)
		return;
	g->page = height - 1;
	if (g->stale)
		arrange(g, g->page);
	if (g->at < g->top)
		g->top = g->at;
	if (g->at >= g->top + g->page)
		g->top = g->at - g->page + 1;
	if (g->top + g->page > g->n)
		g->top = g->n > g->page ? g->n - g->page : 0;
	grid_lay_out(g, c->cols);
	draw_head(g, c, top);
	for (unsigned int i = 0; i < g->page && g->top + i < g->n; i++)
		draw_row(g, c, top + 1 + i, g->top + i);
	if (g->mode == GRID_MENU)
		grid_draw_menu(g, c, top, height);
}

bool grid_cursor(const struct grid *g, size_t *ret_row)
{
	if (g->at >= g->n)
		return false;
	*ret_row = g->order[g->at];
	return true;
}

bool grid_row_at(const struct grid *g, size_t place, size_t *ret_row)
{
	if (place >= g->n)
		return false;
	*ret_row = g->order[place];
	return true;
}

void grid_set_filter(struct grid *g, const char *text)
{
	snprintf(g->filter, sizeof(g->filter), "%s", text);
	g->stale = true;
}

void grid_status(const struct grid *g, struct str *out)
{
	if (g->mode == GRID_TYPING) {
		str_addf(out, "filter: %s_", g->filter);
		return;
	}
	str_addf(out, "sorted by %s%s", g->cols[g->sort].name, g->reverse ? " (reversed)" : "");
	if (*g->filter)
		str_addf(out, ", %zu of %zu rows, filter: %s", g->n, g->n_all, g->filter);
}
