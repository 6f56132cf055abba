// SPDX-License-Identifier: GPL-2.0-or-later
/* view_drops - the ledger of drops as a table (view.h). */
#include "view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/str.h"
#include "ui/fmt.h"

enum col { COL_SOURCE, COL_WHAT, COL_LAST, COL_SINCE, COL_TOTAL, COL_MEANS, COL_TEXT, N_COLS };

static const struct grid_column columns[N_COLS] = {
	[COL_SOURCE] = { "source", "WHERE", "who counts", 8, 0, 0, .left = true, .rising = true },
	[COL_WHAT] = { "what", "WHAT", "name of the counter or reason", 20, 16, 0, .left = true,
		       .rising = true },
	[COL_LAST] = { "last", "NOW", "in the last interval", 6, 2, .rank = 0 },
	[COL_SINCE] = { "since", "SINCE", "since the ledger was opened", 7, 4, .rank = 0 },
	[COL_TOTAL] = { "total", "TOTAL", "as the kernel has it", 11, 4, .rank = 2 },
	[COL_MEANS] = { "means", "MEANS", "loss or harmless", 8, 0, 0, .left = true,
			.rising = true },
	[COL_TEXT] = { "text", "", "in a sentence", 25, 60, 1, .left = true, .rising = true },
};

static const struct drop_line *line_of(void *arg, size_t row)
{
	const struct view_drops *v = arg;

	return &v->drops->line[v->rows[row]];
}

static void number(struct grid_cell *ret, const struct drop_line *l, uint64_t n)
{
	str_add(&ret->text, ret->width < 10 ? fmt_count(n).s : fmt_thousands(n).s);
	ret->style = n && l->loss ? STYLE_BAD : STYLE_PLAIN;
}

static void cell(void *arg, size_t row, unsigned int col, struct grid_cell *ret)
{
	const struct drop_line *l = line_of(arg, row);

	switch (col) {
	case COL_SOURCE:
		str_add(&ret->text, drops_source(l->source));
		break;
	case COL_WHAT:
		str_add(&ret->text, l->name);
		break;
	case COL_LAST:
		number(ret, l, l->fresh ? l->now - l->prev : 0);
		break;
	case COL_SINCE:
		number(ret, l, l->now - l->base);
		break;
	case COL_TOTAL:
		/* Reasons and places are counted since the ledger was opened only. */
		str_add(&ret->text, l->source >= DROP_REASON ? "-" : fmt_thousands(l->now).s);
		break;
	case COL_MEANS:
		str_add(&ret->text, l->loss ? "loss" : "harmless");
		break;
	case COL_TEXT:
		str_add(&ret->text, l->text);
		break;
	}
}

static int compare(void *arg, size_t a, size_t b, unsigned int col)
{
	const struct drop_line *x = line_of(arg, a), *y = line_of(arg, b);
	uint64_t p, q;

	switch (col) {
	case COL_SOURCE:
		return (int)x->source - (int)y->source;
	case COL_WHAT:
		return strcmp(x->name, y->name);
	case COL_MEANS:
		return y->loss - x->loss;
	case COL_TEXT:
		return strcmp(x->text, y->text);
	}
	p = col == COL_LAST ? x->now - x->prev : col == COL_SINCE ? x->now - x->base : x->now;
	q = col == COL_LAST ? y->now - y->prev : col == COL_SINCE ? y->now - y->base : y->now;
	return (p > q) - (p < q);
}

static uint64_t id(void *arg, size_t row)
{
	const struct drop_line *l = line_of(arg, row);

	return hash_bytes(l->name, strlen(l->name), (uint64_t)l->source << 32 | l->ifindex);
}

static const struct grid_ops ops = { .cell = cell, .compare = compare, .id = id };

int view_drops_open(struct view_drops *v, const struct drops *d, struct err *e)
{
	*v = (struct view_drops){ .drops = d };
	return grid_new(columns, N_COLS, &ops, v, &v->grid, e);
}

void view_drops_close(struct view_drops *v)
{
	grid_free(v->grid);
	free(v->rows);
}

int view_drops_update(struct view_drops *v, int ifindex, struct err *e)
{
	const struct drops *d = v->drops;
	uint32_t *rows = reallocarray(v->rows, d->n + 1, sizeof(*rows));
	size_t n = 0;

	if (!rows)
		return err_sys(e, ENOMEM, "ledger of drops");
	v->rows = rows;
	for (size_t i = 0; i < d->n; i++)
		if ((!d->line[i].ifindex || d->line[i].ifindex == ifindex) && d->line[i].now)
			rows[n++] = i;
	return grid_rows(v->grid, n, e);
}
