// SPDX-License-Identifier: GPL-2.0-or-later
/* grid_key - what the keys do to a grid (ui/grid.h). */
#include "ui/grid_priv.h"

#include <string.h>

const struct screen_help grid_help[] = {
	{ "up down", "move the cursor, also k j, page keys, home, end" },
	{ "< >", "sort by the column before or behind" },
	{ "r", "reverse the order" },
	{ "/", "filter: words that a row must hold, !word: must not" },
	{ "o", "choose the columns" },
	{ "esc", "cursor back to the top, without filter" },
	{ NULL, NULL },
};

static void move_to(struct grid *g, size_t place)
{
	if (!g->n)
		return;
	if (!g->moved) {
		/* Only the top was sorted as yet. */
		g->moved = g->stale = true;
		g->has_id = false;
	}
	g->at = MIN(place, g->n - 1);
	if (!g->stale)
		grid_note_cursor(g);
}

static bool move_key(struct grid *g, int key)
{
	size_t page = MAX(g->page, 1u), at = g->at;

	switch (key) {
	case SCREEN_UP:
	case 'k':
		move_to(g, at ? at - 1 : 0);
		return true;
	case SCREEN_DOWN:
	case 'j':
		/* The first one only shows the cursor, on the first row. */
		move_to(g, g->moved ? at + 1 : 0);
		return true;
	case SCREEN_PAGE_UP:
		move_to(g, at > page ? at - page : 0);
		return true;
	case SCREEN_PAGE_DOWN:
		move_to(g, at + page);
		return true;
	case SCREEN_HOME:
		move_to(g, 0);
		return true;
	case SCREEN_END:
		move_to(g, g->n ? g->n - 1 : 0);
		return true;
	}
	return false;
}

/* The shown column 'step' places behind the one that sorts. */
static void sort_beside(struct grid *g, int step)
{
	unsigned int i;

	for (i = 0; i < g->n_shown && g->shown[i] != g->sort; i++)
		;
	if (g->n_shown)
		g->sort = g->shown[i == g->n_shown ? 0 : (i + g->n_shown + step) % g->n_shown];
	g->reverse = false;
	g->stale = true;
}

static void type(struct grid *g, int key)
{
	size_t n = strlen(g->filter);

	if (key == SCREEN_ENTER || key == SCREEN_ESC) {
		if (key == SCREEN_ESC)
			memcpy(g->filter, g->old_filter, sizeof(g->filter));
		g->mode = GRID_MOVING;
	} else if (key == SCREEN_BACKSPACE && n) {
		g->filter[n - 1] = '\0';
	} else if (key == 'U' - '@') {
		g->filter[0] = '\0';
	} else if (key >= ' ' && key < 127 && n + 1 < sizeof(g->filter)) {
		g->filter[n] = key;
		g->filter[n + 1] = '\0';
	}
	g->stale = true;
}

static void menu_key(struct grid *g, int key)
{
	switch (key) {
	case SCREEN_UP:
	case 'k':
		g->menu_at -= g->menu_at > 0;
		break;
	case SCREEN_DOWN:
	case 'j':
		g->menu_at += g->menu_at + 1 < g->n_cols;
		break;
	case ' ':
		g->wanted[g->menu_at] = !g->wanted[g->menu_at];
		break;
	case SCREEN_ENTER:
	case SCREEN_ESC:
	case 'o':
	case 'q':
		g->mode = GRID_MOVING;
		break;
	}
}

bool grid_takes_all(const struct grid *g)
{
	return g->mode != GRID_MOVING;
}

bool grid_key(struct grid *g, int key)
{
	if (g->mode == GRID_TYPING) {
		type(g, key);
		return true;
	}
	if (g->mode == GRID_MENU) {
		menu_key(g, key);
		return true;
	}
	switch (key) {
	case '<':
		sort_beside(g, -1);
		return true;
	case '>':
		sort_beside(g, 1);
		return true;
	case 'r':
		g->reverse = !g->reverse;
		g->stale = true;
		return true;
	case '/':
		memcpy(g->old_filter, g->filter, sizeof(g->filter));
		g->mode = GRID_TYPING;
		return true;
	case 'o':
		g->mode = GRID_MENU;
		return true;
	case SCREEN_ESC:
		if (!g->moved && !*g->filter)
			return false;
		g->filter[0] = '\0';
		g->moved = g->has_id = false;
		g->stale = true;
		return true;
	}
	return move_key(g, key);
}
