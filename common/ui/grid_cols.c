// SPDX-License-Identifier: GPL-2.0-or-later
/* grid_cols - the columns of a grid: which are wanted, which fit, which one sorts (ui/grid.h). */
#include "ui/grid_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The width of the wanted columns whose rank is at most 'rank', with the blanks between. */
static unsigned int width_of(const struct grid *g, unsigned int rank)
{
	unsigned int sum = 0;

	for (unsigned int i = 0; i < g->n_cols; i++)
		if (g->wanted[i] && g->cols[i].rank <= rank)
			sum += g->cols[i].width + 1;
	return sum ? sum - 1 : 0;
}

void grid_lay_out(struct grid *g, unsigned int cols)
{
	unsigned int rank = 0, left, more;

	for (unsigned int i = 0; i < g->n_cols; i++)
		rank = MAX(rank, g->cols[i].rank);
	while (rank && width_of(g, rank) > cols)
		rank--;
	g->n_shown = 0;
	for (unsigned int i = 0; i < g->n_cols; i++)
		if (g->wanted[i] && g->cols[i].rank <= rank) {
			g->width[g->n_shown] = g->cols[i].width;
			g->shown[g->n_shown++] = i;
		}
	left = cols - MIN(cols, width_of(g, rank));
	for (unsigned int i = 0; i < g->n_shown && left; i++) {
		more = MIN(left, g->cols[g->shown[i]].grow);
		g->width[i] += more;
		left -= more;
	}
}

bool grid_shows(const struct grid *g, unsigned int col)
{
	return col < g->n_cols && g->wanted[col];
}

/* The sentence for a word that is no column's name. */
static int unknown(const struct grid *g, const char *word, size_t n, const char *what,
		   struct err *e)
{
	char names[360] = "";
	size_t used = 0;

	for (unsigned int i = 0; i < g->n_cols && used < sizeof(names); i++)
		used += snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
				 g->cols[i].name);
	return err_set(e, EINVAL, "%s: there is no column \"%.*s\", but %s", what, (int)MIN(n, 32u),
		       word, names);
}

static bool find(const struct grid *g, const char *word, size_t n, unsigned int *ret_col)
{
	for (unsigned int i = 0; i < g->n_cols; i++)
		if (strlen(g->cols[i].name) == n && !strncmp(g->cols[i].name, word, n)) {
			*ret_col = i;
			return true;
		}
	return false;
}

int grid_set_columns(struct grid *g, const char *list, const char *what, struct err *e)
{
	bool wanted[GRID_COLUMNS] = { false }, on;
	unsigned int col;
	size_t n;

	if (*list == '+' || *list == '-')
		memcpy(wanted, g->wanted, sizeof(wanted));
	for (;; list += n + 1) {
		n = strcspn(list, ",");
		on = *list != '-';
		if (*list == '+' || *list == '-') {
			list++;
			n--;
		}
		if (!find(g, list, n, &col))
			return unknown(g, list, n, what, e);
		wanted[col] = on;
		if (!list[n])
			break;
	}
	memcpy(g->wanted, wanted, sizeof(wanted));
	return 0;
}

void grid_get_columns(const struct grid *g, struct str *out)
{
	const char *between = "";

	for (unsigned int i = 0; i < g->n_cols; i++)
		if (g->wanted[i]) {
			str_addf(out, "%s%s", between, g->cols[i].name);
			between = ",";
		}
}

void grid_recall_columns(struct grid *g, const char *list)
{
	bool wanted[GRID_COLUMNS] = { false }, any = false;
	unsigned int col;
	size_t n;

	for (;; list += n + 1) {
		n = strcspn(list, ",");
		if (find(g, list, n, &col))
			any = wanted[col] = true;
		if (!list[n])
			break;
	}
	if (any)
		memcpy(g->wanted, wanted, sizeof(wanted));
}

int grid_set_sort(struct grid *g, const char *name, const char *what, struct err *e)
{
	bool reverse = *name == '-';
	unsigned int col;

	name += reverse;
	if (!find(g, name, strlen(name), &col))
		return unknown(g, name, strlen(name), what, e);
	g->sort = col;
	g->reverse = reverse;
	g->stale = true;
	return 0;
}

void grid_draw_menu(struct grid *g, struct canvas *c, unsigned int top, unsigned int height)
{
	unsigned int page = height - 1, first = g->menu_at >= page ? g->menu_at - page + 1 : 0;

	canvas_put(c, top, 0, c->cols, STYLE_HEAD, "columns: space shows and hides, enter goes back");
	for (unsigned int y = 0; y < page; y++) {
		unsigned int i = first + y;
		enum style style = i == g->menu_at ? STYLE_CURSOR : STYLE_PLAIN;

		canvas_put(c, top + 1 + y, 0, c->cols, STYLE_PLAIN, "");
		if (i >= g->n_cols)
			continue;
		canvas_put(c, top + 1 + y, 0, 4, style, g->wanted[i] ? "[x]" : "[ ]");
		canvas_put(c, top + 1 + y, 4, 20, style, g->cols[i].name);
		canvas_put(c, top + 1 + y, 24, c->cols > 24 ? c->cols - 24 : 0, style,
			   g->cols[i].help ? g->cols[i].help : g->cols[i].title);
	}
}
