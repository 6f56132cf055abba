// SPDX-License-Identifier: GPL-2.0-or-later
/* tui - the screen of flowtop; see out.h. Rows are chosen anew each interval and when a key asks;
 * those on the screen are asked for one by one, so that their rates are never old. */
#include "out.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/hash.h"
#include "base/str.h"
#include "sys/clock.h"
#include "ui/fmt.h"
#include "ui/screen.h"

enum view { VIEW_LIST, VIEW_DETAIL, VIEW_HELP };

enum { HISTORY = 120, FIRST_MS = 150 };

struct tui {
	struct app *app;
	struct job job; /* ours to change: groups, bits */
	struct screen *screen;
	struct grid *flows, *groups;
	enum view view;
	uint64_t *frozen; /* while it is: what stood in each row, by identity(); else NULL */
	struct ct_key detail; /* the flow of VIEW_DETAIL */
	uint64_t history[HISTORY];
	size_t n_history;
	char typed[256], error[200]; /* the filter while it is typed */
	bool typing;
	char filter[256];
};

static const struct screen_help keys[] = {
	{ "q", "quit" },
	{ "?", "this help" },
	{ "enter", "a flow in depth; the flows of a group; esc goes back" },
	{ "F", "filter of all flows: tcp and dport 443 and rate > 1M" },
	{ "g", "group by host, net, port, process, user, ..." },
	{ "f", "freeze, and go on" },
	{ "b", "bits or bytes" },
	{ NULL, NULL },
};

static const struct flow *flow_of(void *arg, size_t row)
{
	struct tui *t = arg;

	return flows_at(track_flows(t->app->track), t->app->rows[row]);
}

/* Stays the same as long as the flow lives, and costs nothing. */
static uint64_t identity(const struct tui *t, size_t row)
{
	uint32_t at = t->app->rows[row];

	return (uint64_t)flows_at(track_flows(t->app->track), at)->ct.id << 32 | at;
}

/* True if a frozen row's flow is not there any more. */
static bool has_ended(const struct tui *t, size_t row)
{
	const struct flow *f = flows_at(track_flows(t->app->track), t->app->rows[row]);

	return t->frozen && (!f->used || identity(t, row) != t->frozen[row]);
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

	return t->frozen ? t->frozen[row] : identity(t, row);
}

static const struct grid_ops flow_ops = { flow_cell, flow_compare, flow_id, NULL };

static const struct group *group_of(void *arg, size_t row)
{
	return groups_at(((struct tui *)arg)->app->groups, row);
}

static void draw_group_cell(void *arg, size_t row, unsigned int col, struct grid_cell *ret)
{
	group_cell(&((struct tui *)arg)->app->show, group_of(arg, row), col, &ret->text);
}

static int compare_two_groups(void *arg, size_t a, size_t b, unsigned int col)
{
	return group_compare(group_of(arg, a), group_of(arg, b), col);
}

static uint64_t group_id(void *arg, size_t row)
{
	const char *name = group_of(arg, row)->name;

	return hash_bytes(name, strlen(name), 0);
}

static const struct grid_ops group_ops = { draw_group_cell, compare_two_groups, group_id, NULL };

static struct grid *shown(const struct tui *t)
{
	return t->job.group ? t->groups : t->flows;
}

static int choose(struct tui *t, struct err *e)
{
	int r = app_choose(t->app, e);

	if (!r)
		r = grid_rows(t->flows, t->job.group ? 0 : t->app->n_rows, e);
	return r ? r : grid_rows(t->groups, t->job.group ? groups_count(t->app->groups) : 0, e);
}

/* Fresh counters and owners for what is on the screen. */
static void look_at_shown(struct tui *t)
{
	uint32_t row;
	size_t at;

	if (t->view == VIEW_DETAIL) {
		row = flows_find(track_flows(t->app->track), &t->detail);
		if (row != FLOWS_NONE)
			app_look(t->app, row);
	}
	if (t->job.group || t->frozen)
		return;
	for (unsigned int i = 0; i < screen_canvas(t->screen)->rows; i++)
		if (grid_row_at(t->flows, i, &at))
			app_look(t->app, t->app->rows[at]);
}

static void draw_title(const struct tui *t, struct canvas *c)
{
	const struct app *a = t->app;
	struct track_stats s;
	uint64_t count, max;
	unsigned int x;

	track_get_stats(a->track, &s);
	acct_fill(&count, &max);
	canvas_put(c, 0, 0, c->cols, STYLE_STRONG, "");
	x = canvas_putf(c, 0, 0, STYLE_STRONG, "flowtop  %s flows, table %s full (%s of %s)",
			fmt_thousands(a->n_all).s, fmt_percent(count, max).s,
			fmt_count(count).s, fmt_count(max).s);
	x = canvas_putf(c, 0, x, STYLE_PLAIN, "  %s events", fmt_count(s.events).s);
	if (s.lost)
		x = canvas_putf(c, 0, x, STYLE_BAD, "  %s LOST%s", fmt_count(s.lost).s,
				s.repairing ? ", repairing" : "");
	if (!s.sweeps)
		x = canvas_putf(c, 0, x, STYLE_WARN, "  reading the table");
	x = canvas_putf(c, 0, x, STYLE_PLAIN, "  own cost %s CPU",
			fmt_percent(clock_cpu_ns(), MAX(clock_mono_ns() - s.opened_ns, 1ll)).s);
	if (t->frozen)
		canvas_putf(c, 0, x, STYLE_WARN, "  FROZEN");
}

static void draw_status(const struct tui *t, struct canvas *c)
{
	AUTO(str_free) struct str text = { 0 };
	struct track_stats s;

	track_get_stats(t->app->track, &s);
	str_addc(&text, ' ');
	if (t->typing) {
		str_addf(&text, "filter: %s_  %s", t->typed, t->error);
	} else {
		if (t->view == VIEW_LIST)
			grid_status(shown(t), &text);
		else
			str_add(&text, "esc: back");
		if (t->filter[0])
			str_addf(&text, "  filter: %s", t->filter);
		if (s.swept_ns)
			str_addf(&text, "  counters up to %" PRId64 " s old",
				 (int64_t)((clock_mono_ns() - s.swept_ns) / NS_PER_S));
		str_add(&text, "  ?: keys");
	}
	canvas_put(c, c->rows - 1, 0, c->cols, STYLE_HEAD, str_text(&text));
}

static void draw_detail(struct tui *t, struct canvas *c)
{
	uint32_t row = flows_find(track_flows(t->app->track), &t->detail);
	AUTO(str_free) struct str text = { 0 };
	const struct flow *f;
	unsigned int y = 2;

	if (row == FLOWS_NONE) {
		canvas_putf(c, 2, 0, STYLE_WARN, "This flow has ended.");
		return;
	}
	f = flows_at(track_flows(t->app->track), row);
	for (unsigned int col = 0; col < N_COLS && y + 6 < c->rows; col++) {
		str_clear(&text);
		show_cell(&t->app->show, f, col, &text);
		if (!text.len)
			continue;
		canvas_put(c, y, 0, 14, STYLE_HEAD, show_cols[col].title);
		canvas_put(c, y++, 15, c->cols > 15 ? c->cols - 15 : 0, STYLE_PLAIN,
			   str_text(&text));
	}
	if (y + 3 < c->rows)
		canvas_graph(c, y + 1, 0, MIN(c->rows - y - 2, 8u), c->cols, STYLE_ACCENT,
			     t->history, t->n_history, 0);
}

static void draw(struct tui *t)
{
	const struct screen_help *lists[] = { keys, grid_help };
	struct canvas *c = screen_canvas(t->screen);

	if (c->rows < 4 || c->cols < 20) {
		canvas_putf(c, 0, 0, STYLE_PLAIN, "too small");
	} else if (t->view == VIEW_HELP) {
		screen_draw_help(c, "flowtop: keys", lists, ARRAY_SIZE(lists));
	} else {
		if (t->view == VIEW_DETAIL)
			draw_detail(t, c);
		else
			grid_draw(shown(t), c, 1, c->rows - 2);
		draw_title(t, c);
		draw_status(t, c);
	}
	screen_show(t->screen);
}

/* The rate of the flow in depth, as its history goes on. */
static void note_history(struct tui *t)
{
	uint32_t row = flows_find(track_flows(t->app->track), &t->detail);
	double rate = 0;

	if (t->view != VIEW_DETAIL || row == FLOWS_NONE)
		return;
	if (t->n_history == HISTORY) {
		memmove(t->history, t->history + 1, (HISTORY - 1) * sizeof(*t->history));
		t->n_history--;
	}
	t->history[t->n_history++] =
		show_flow_rate(flows_at(track_flows(t->app->track), row), &rate) ? rate
										 : CANVAS_NO_VALUE;
}

static void open_detail(struct tui *t)
{
	size_t at;

	if (!grid_cursor(shown(t), &at))
		return;
	if (t->job.group) { /* its flows: those whose name the filter of the grid finds */
		grid_set_filter(t->flows, group_of(t, at)->name);
		t->job.group = GROUP_NONE;
		return;
	}
	t->detail = flow_of(t, at)->ct.key;
	t->n_history = 0;
	t->view = VIEW_DETAIL;
}

/* The filter that was typed takes effect, or says what is wrong with it. */
static void set_filter(struct tui *t)
{
	struct filter *f = NULL;
	struct err e = { 0 };

	if (filter_parse(t->typed, &f, &e) < 0) {
		snprintf(t->error, sizeof(t->error), "%.180s", e.text);
		return;
	}
	filter_free(t->app->filter);
	t->app->filter = f;
	strcpy(t->filter, t->typed);
	t->typing = false;
}

static void type_key(struct tui *t, int key)
{
	size_t n = strlen(t->typed);

	t->error[0] = '\0';
	if (key == SCREEN_ENTER)
		set_filter(t);
	else if (key == SCREEN_ESC)
		t->typing = false;
	else if (key == SCREEN_BACKSPACE && n)
		t->typed[n - 1] = '\0';
	else if (key >= ' ' && key < 127 && n + 1 < sizeof(t->typed)) {
		t->typed[n] = key;
		t->typed[n + 1] = '\0';
	}
}

/* Rows stay where they are, and say when their flow has ended. */
static void freeze(struct tui *t)
{
	size_t n = t->app->n_rows;
	uint64_t *ids = t->frozen || t->job.group ? NULL : malloc((n + 1) * sizeof(*ids));

	for (size_t i = 0; ids && i < n; i++)
		ids[i] = identity(t, i);
	free(t->frozen);
	t->frozen = ids;
}

/* Returns 1 to quit. */
static int press(struct tui *t, int key)
{
	if (t->typing) {
		type_key(t, key);
		return 0;
	}
	if (t->view == VIEW_HELP) {
		t->view = VIEW_LIST;
		return 0;
	}
	if (t->view == VIEW_LIST && grid_key(shown(t), key))
		return 0;
	switch (key) {
	case 'q':
		return 1;
	case '?':
		t->view = VIEW_HELP;
		break;
	case SCREEN_ENTER:
		open_detail(t);
		break;
	case SCREEN_ESC:
		grid_set_filter(t->flows, "");
		t->view = VIEW_LIST;
		break;
	case 'F':
		strcpy(t->typed, t->filter);
		t->typing = true;
		break;
	case 'g':
		free(TAKE(t->frozen, NULL));
		t->job.group = (t->job.group + 1) % (GROUP_ZONE + 1);
		break;
	case 'f':
		freeze(t);
		break;
	case 'b':
		t->job.bits = !t->job.bits;
		break;
	}
	return 0;
}

static int take_keys(struct tui *t)
{
	int key, r = 0;

	while (!r && (key = screen_key(t->screen)) != SCREEN_NO_KEY)
		r = press(t, key);
	return r;
}

static int loop(struct tui *t, struct err *e)
{
	int64_t due = clock_mono_ns() + FIRST_MS * NS_PER_MS;
	int events, r = 0;

	for (;;) {
		events = app_wait(t->app, due, true, e);
		if (events < 0)
			return events;
		if (events & APP_STOP)
			return 0;
		if (events & APP_RESIZE)
			r = screen_resize(t->screen, e);
		if (!r && events & APP_INPUT && take_keys(t))
			return 0;
		if (!r && !t->frozen)
			r = choose(t, e);
		if (r < 0)
			return r;
		if (events & APP_DUE) {
			due = MAX(due + (int64_t)t->job.interval_ns, clock_mono_ns());
			note_history(t);
		}
		draw(t);
		look_at_shown(t);
	}
}

static int open_grids(struct tui *t, struct err *e)
{
	const char *sort = t->job.sort ? t->job.sort : "rate";
	int r = grid_new(show_cols, N_COLS, &flow_ops, t, &t->flows, e);

	if (!r)
		r = grid_new(group_cols, N_GROUP_COLS, &group_ops, t, &t->groups, e);
	if (!r && t->job.show_src)
		r = grid_set_columns(t->flows, "+src", "-s", e);
	if (!r)
		r = grid_set_sort(t->job.group ? t->groups : t->flows, sort, "--sort", e);
	if (!r)
		r = grid_set_sort(t->job.group ? t->flows : t->groups, "rate", "--sort", e);
	return r;
}

int out_screen(struct app *a, struct err *e)
{
	struct tui t = { .app = a, .job = *a->job };
	int r;

	a->job = a->show.job = &t.job;
	if (a->job->filter)
		snprintf(t.filter, sizeof(t.filter), "%.250s", a->job->filter);
	r = open_grids(&t, e);
	if (!r)
		r = screen_open(&t.screen, e);
	if (r == -ENOTTY)
		err_set(e, ENOTTY, "the screen wants a terminal; --once and --json do not");
	if (!r)
		r = loop(&t, e);
	free(t.frozen);
	screen_close(t.screen);
	grid_free(t.flows);
	grid_free(t.groups);
	return r;
}
