// SPDX-License-Identifier: GPL-2.0-or-later
/* tui_grids - the tables of flowtop's screen; see tui.h. */
#include "tui.h"

#include <linux/netfilter/nf_conntrack_common.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/str.h"

static const struct flow *flow_of(void *arg, size_t row)
{
	struct tui *t = arg;

	return flows_at(t->app->flows, t->app->rows[row]);
}

uint64_t tui_identity(const struct tui *t, size_t row)
{
	uint32_t at = t->app->rows[row];

	return (uint64_t)flows_at(t->app->flows, at)->ct.id << 32 | at;
}

/* True if a frozen row's flow is not there any more. */
static bool has_ended(const struct tui *t, size_t row)
{
	const struct flow *f = flows_at(t->app->flows, t->app->rows[row]);

	return t->frozen && (!f->used || tui_identity(t, row) != t->frozen[row]);
}

static void flow_cell(void *arg, size_t row, unsigned int col, struct grid_cell *ret)
{
	struct tui *t = arg;
	const struct flow *f = flow_of(t, row);

	if (has_ended(t, row)) {
		str_add(&ret->text, col == COL_STATE || col == COL_DST ? "(ended)" : "");
		return;
	}
	show_cell(&t->app->show, f, col, &ret->text);
	if (col == COL_STATE && !(f->ct.status & IPS_SEEN_REPLY))
		ret->style = STYLE_WARN;
	else if (col == COL_PROTO || col == COL_FLAGS)
		ret->style = STYLE_FAINT;
}

static int flow_compare(void *arg, size_t a, size_t b, unsigned int col)
{
	struct tui *t = arg;

	if (has_ended(t, a) || has_ended(t, b))
		return has_ended(t, b) - has_ended(t, a);
	return show_compare(&t->app->show, flow_of(t, a), flow_of(t, b), col);
}

static uint64_t flow_id(void *arg, size_t row)
{
	const struct tui *t = arg;

	return t->frozen ? t->frozen[row] : tui_identity(t, row);
}

static const struct group *group_of(void *arg, size_t row)
{
	return groups_at(((struct tui *)arg)->app->groups, row);
}

static void draw_group_cell(void *arg, size_t row, unsigned int col, struct grid_cell *ret)
{
	group_cell(&((struct tui *)arg)->app->show, group_of(arg, row), col, &ret->text);
}

static int compare_groups(void *arg, size_t a, size_t b, unsigned int col)
{
	return group_compare(group_of(arg, a), group_of(arg, b), col);
}

static uint64_t group_id(void *arg, size_t row)
{
	const char *name = group_of(arg, row)->name;

	return hash_bytes(name, strlen(name), 0);
}

static const struct fill_row *fill_of(void *arg, size_t row)
{
	return fill_at(((struct tui *)arg)->fill, row);
}

static void draw_fill_cell(void *arg, size_t row, unsigned int col, struct grid_cell *ret)
{
	fill_cell(((struct tui *)arg)->fill, fill_of(arg, row), col, &ret->text);
}

static int compare_fills(void *arg, size_t a, size_t b, unsigned int col)
{
	return fill_compare(fill_of(arg, a), fill_of(arg, b), col);
}

static uint64_t fill_id(void *arg, size_t row)
{
	const struct fill_row *r = fill_of(arg, row);

	return hash_bytes(&r->who, sizeof(r->who), r->family << 8 | r->proto);
}

static const struct grid_ops flow_ops = { flow_cell, flow_compare, flow_id, NULL };
static const struct grid_ops group_ops = { draw_group_cell, compare_groups, group_id, NULL };
static const struct grid_ops fill_ops = { draw_fill_cell, compare_fills, fill_id, NULL };

/* The grids by the names under which their columns are kept. */
static const struct {
	const char *name;
	size_t at;
} kept[] = {
	{ "flow-columns", offsetof(struct tui, flows) },
	{ "group-columns", offsetof(struct tui, groups) },
	{ "fill-columns", offsetof(struct tui, fills) },
};

static struct grid *kept_grid(const struct tui *t, size_t i)
{
	return *(struct grid *const *)((const char *)t + kept[i].at);
}

int tui_grids_open(struct tui *t, struct err *e)
{
	const char *sort = t->job.sort ? t->job.sort : "rate", *list;
	int r = grid_new(show_cols, N_COLS, &flow_ops, t, &t->flows, e);

	if (!r)
		r = grid_new(group_cols, N_GROUP_COLS, &group_ops, t, &t->groups, e);
	if (!r)
		r = grid_new(fill_cols, N_FILL_COLS, &fill_ops, t, &t->fills, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		list = remember_get(t->remember, kept[i].name);
		if (list)
			grid_recall_columns(kept_grid(t, i), list);
	}
	if (t->job.show_src)
		r = grid_set_columns(t->flows, "+src", "-s", e);
	if (!r)
		r = grid_set_sort(t->job.group ? t->groups : t->flows, sort, "--sort", e);
	if (!r)
		r = grid_set_sort(t->job.group ? t->flows : t->groups, "rate", "--sort", e);
	return r ? r : grid_set_sort(t->fills, "entries", "--sort", e);
}

void tui_grids_close(struct tui *t)
{
	grid_free(t->flows);
	grid_free(t->groups);
	grid_free(t->fills);
}

void tui_grids_keep(struct tui *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		AUTO(str_free) struct str list = { 0 };

		grid_get_columns(kept_grid(t, i), &list);
		remember_set(t->remember, kept[i].name, str_text(&list));
	}
}

struct grid *tui_grid(const struct tui *t)
{
	return t->view == VIEW_FILL   ? t->fills
	       : t->view != VIEW_LIST ? NULL
	       : t->job.group	      ? t->groups
				      : t->flows;
}
