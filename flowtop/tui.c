// SPDX-License-Identifier: GPL-2.0-or-later
/* tui - the screen of flowtop; see out.h and tui.h. Rows are chosen anew each interval and when a
 * key asks; those on the screen are asked for one by one, so that their rates are never old. */
#include "tui.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "out.h"
#include "sys/clock.h"

enum { FIRST_MS = 150, SEEK = 10 };

static int choose(struct tui *t, struct err *e)
{
	struct app *a = t->app;
	int r = app_choose(a, e);

	if (r < 0)
		return r;
	kinds_count(&t->kinds, a);
	if (t->view == VIEW_FILL)
		fill_count(t->fill, a->flows, a->show.env.now_ns);
	r = grid_rows(t->flows, t->job.group ? 0 : a->n_rows, e);
	if (!r)
		r = grid_rows(t->groups, t->job.group ? groups_count(a->groups) : 0, e);
	return r ? r : grid_rows(t->fills, t->fill ? fill_rows(t->fill) : 0, e);
}

/* Fresh counters and owners for what is on the screen. */
static void look_at_shown(struct tui *t)
{
	uint32_t row;
	size_t at;

	if (t->view == VIEW_DETAIL) {
		row = flows_find(t->app->flows, &t->detail);
		if (row != FLOWS_NONE)
			app_look(t->app, row);
	}
	if (t->view != VIEW_LIST || t->job.group || t->frozen)
		return;
	for (unsigned int i = 0; i < screen_canvas(t->screen)->rows; i++)
		if (grid_row_at(t->flows, i, &at))
			app_look(t->app, t->app->rows[at]);
}

/* The rate of the flow in depth, as its history goes on. */
static void note_history(struct tui *t)
{
	uint32_t row = flows_find(t->app->flows, &t->detail);
	double rate = 0;

	if (t->view != VIEW_DETAIL || row == FLOWS_NONE)
		return;
	if (t->n_history == TUI_HISTORY) {
		memmove(t->history, t->history + 1, (TUI_HISTORY - 1) * sizeof(*t->history));
		t->n_history--;
	}
	t->history[t->n_history++] =
		show_flow_rate(flows_at(t->app->flows, row), &rate) ? rate : CANVAS_NO_VALUE;
}

static void unfreeze(struct tui *t)
{
	free(TAKE(t->frozen, NULL));
}

/* A recording stands still, and goes on. */
static void stop(struct tui *t, bool paused)
{
	t->paused = paused;
	player_pause(t->app->player, paused);
}

/* Rows stay where they are, and say when their flow has ended; a recording stands still. */
static void freeze(struct tui *t)
{
	size_t n = t->app->n_rows;

	if (t->app->player) {
		stop(t, !t->paused);
		return;
	}
	if (t->frozen || t->job.group) {
		unfreeze(t);
		return;
	}
	t->frozen = malloc((n + 1) * sizeof(*t->frozen));
	for (size_t i = 0; t->frozen && i < n; i++)
		t->frozen[i] = tui_identity(t, i);
}

static void open_row(struct tui *t)
{
	struct app *a = t->app;
	size_t at;

	if (t->view != VIEW_LIST || !grid_cursor(tui_grid(t), &at))
		return;
	if (t->job.group) {
		a->only.group = t->job.group;
		snprintf(a->only.name, sizeof(a->only.name), "%s", groups_at(a->groups, at)->name);
		t->job.group = GROUP_NONE;
		return;
	}
	t->detail = flows_at(a->flows, a->rows[at])->ct.key;
	t->n_history = 0;
	t->view = VIEW_DETAIL;
}

/* One step back: from a view to the list, from the flows of a group to the groups. */
static void go_back(struct tui *t)
{
	struct app *a = t->app;

	if (t->view == VIEW_LIST && a->only.group) {
		t->job.group = a->only.group;
		a->only.group = GROUP_NONE;
		unfreeze(t);
	}
	t->view = VIEW_LIST;
}

/* What is typed takes effect as soon as it is an expression; until then that before it stays. */
static void try_filter(struct tui *t, const char *text)
{
	struct filter *f = NULL;
	struct err e = { 0 };

	t->error[0] = '\0';
	if (filter_parse(text, &f, &e) < 0) {
		snprintf(t->error, sizeof(t->error), "%.250s", e.text);
		return;
	}
	unfreeze(t);
	filter_free(t->app->filter);
	t->app->filter = f;
	snprintf(t->filter, sizeof(t->filter), "%s", text);
}

static void type_key(struct tui *t, int key)
{
	size_t n = strlen(t->typed);

	if (key == SCREEN_ENTER) {
		t->typing = t->error[0]; /* not before it is one */
		return;
	}
	if (key == SCREEN_ESC) {
		t->typing = false;
		try_filter(t, t->old_filter);
		return;
	}
	if (key == SCREEN_BACKSPACE && n) {
		t->typed[n - 1] = '\0';
	} else if (key == 'U' - '@') {
		t->typed[0] = '\0';
	} else if (key >= ' ' && key < 127 && n + 1 < sizeof(t->typed)) {
		t->typed[n] = key;
		t->typed[n + 1] = '\0';
	}
	try_filter(t, t->typed);
}

static void begin_typing(struct tui *t)
{
	strcpy(t->typed, t->filter);
	strcpy(t->old_filter, t->filter);
	t->error[0] = '\0';
	t->typing = true;
}

static int open_fill(struct tui *t, struct err *e)
{
	int r = t->fill ? 0 : fill_new(&t->fill, e);

	if (!r)
		t->view = VIEW_FILL;
	return r;
}

/* Keys of a recording; false: it is none of them, or nothing is played. */
static bool seek(struct tui *t, int key, int *ret_r, struct err *e)
{
	size_t place, n;

	if (!t->app->player)
		return false;
	place = player_place(t->app->player, &n);
	if (key == SCREEN_LEFT)
		place -= MIN(place, (size_t)SEEK);
	else if (key == SCREEN_RIGHT)
		place += SEEK;
	else if (key == SCREEN_HOME)
		place = 0;
	else if (key == SCREEN_END)
		place = n - 1;
	else
		return false;
	*ret_r = app_seek(t->app, place, e);
	return true;
}

/* What the grid takes; 's' is its key for words, since '/' takes expressions. */
static bool press_grid(struct tui *t, int key)
{
	struct grid *g = tui_grid(t);
	bool taken;

	if (!g || (!grid_takes_all(g) && key == '/'))
		return false;
	taken = grid_key(g, !grid_takes_all(g) && key == 's' ? '/' : key);
	if (taken)
		tui_grids_keep(t);
	return taken;
}

/* Returns 1 to quit, or -errno with 'e'. */
static int press(struct tui *t, int key, struct err *e)
{
	int r = 0;

	if (t->typing) {
		type_key(t, key);
		return 0;
	}
	if (t->view == VIEW_HELP) {
		t->view = VIEW_LIST;
		return 0;
	}
	if (seek(t, key, &r, e) || press_grid(t, key))
		return r;
	switch (key) {
	case 'q':
		return 1;
	case '?':
		t->view = VIEW_HELP;
		break;
	case SCREEN_ENTER:
		open_row(t);
		break;
	case SCREEN_ESC:
		go_back(t);
		break;
	case '/':
		begin_typing(t);
		break;
	case 'g':
		unfreeze(t);
		t->app->only.group = GROUP_NONE;
		t->view = VIEW_LIST;
		t->job.group = (t->job.group + 1) % N_GROUPS;
		break;
	case 'w':
		return open_fill(t, e);
	case 'f':
		freeze(t);
		break;
	case 'b':
		t->job.bits = !t->job.bits;
		break;
	}
	return 0;
}

static int take_keys(struct tui *t, struct err *e)
{
	int key, r = 0;

	while (!r && (key = screen_key(t->screen)) != SCREEN_NO_KEY)
		r = press(t, key, e);
	return r;
}

/* Rows anew, unless they are frozen, and the screen with them. */
static int refresh(struct tui *t, bool due, struct err *e)
{
	int r = t->frozen ? 0 : choose(t, e);

	if (!r && due) {
		note_history(t);
		r = side_take(t->side, e);
	}
	if (r < 0)
		return r;
	tui_draw(t);
	look_at_shown(t);
	return 0;
}

static int loop(struct tui *t, struct err *e)
{
	int64_t due = clock_mono_ns() + FIRST_MS * NS_PER_MS;
	int events, r = 0;

	while (!r) {
		events = app_wait(t->app, due, true, e);
		if (events < 0)
			return events;
		if (events & APP_STOP)
			return 0;
		if (events & APP_OVER)
			stop(t, true);
		if (events & APP_RESIZE)
			r = screen_resize(t->screen, e);
		if (!r && events & APP_INPUT)
			r = take_keys(t, e);
		if (!r)
			r = refresh(t, events & APP_DUE, e);
		if (events & APP_DUE)
			due = MAX(due + (int64_t)t->job.interval_ns, clock_mono_ns());
	}
	return MIN(r, 0);
}

static int open_all(struct tui *t, struct err *e)
{
	int r = tui_grids_open(t, e);

	if (!r)
		r = side_open(t->app, &t->side, e);
	if (!r)
		r = screen_open(&t->screen, e);
	if (r == -ENOTTY)
		err_set(e, ENOTTY, "the screen wants a terminal; --once and --json do not");
	return r;
}

int out_screen(struct app *a, struct err *e)
{
	struct tui t = { .app = a, .job = *a->job };
	const char *folders[2];
	int r, late;

	a->job = a->show.job = &t.job;
	t.remember = remember_open("flowtop");
	if (a->job->filter)
		snprintf(t.filter, sizeof(t.filter), "%s", a->job->filter);
	r = open_all(&t, e);
	folders[0] = remember_folder(t.remember);
	folders[1] = side_folder(t.side);
	if (!r)
		r = app_confine(a, SANDBOX_TERMINAL, folders, ARRAY_SIZE(folders), e);
	if (!r)
		r = loop(&t, e);
	screen_close(t.screen);
	late = side_close(t.side, !r, r ? NULL : e);
	unfreeze(&t);
	tui_grids_close(&t);
	fill_free(t.fill);
	remember_close(t.remember);
	return r ? r : late;
}
