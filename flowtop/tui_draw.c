// SPDX-License-Identifier: GPL-2.0-or-later
/* tui_draw - what stands on flowtop's screen; see tui.h. Two lines of summary, the view, a line of
 * status. */
#include "tui.h"

#include <inttypes.h>
#include <time.h>

#include "base/str.h"
#include "sys/clock.h"
#include "ui/fmt.h"

enum { TOP = 2 /* rows of the summary */ };

const struct screen_help tui_keys[] = {
	{ "q", "quit" },
	{ "?", "this help" },
	{ "enter", "a flow in depth; the flows of a group; esc goes back" },
	{ "/", "filter, as it is typed: tcp and dport 443 and rate > 1M" },
	{ "s", "search words in rows" },
	{ "g", "group by host, net, port, process, user, ..." },
	{ "w", "who fills the table" },
	{ "f", "freeze, and go on" },
	{ "b", "bits or bytes" },
	{ "left right", "of a recording: ten moments back, on; home, end" },
	{ NULL, NULL },
};

static void draw_source(const struct tui *t, struct canvas *c, unsigned int x)
{
	const struct app *a = t->app;
	const struct track_stats *s = &a->stats;
	time_t then = a->show.env.real_ns / NS_PER_S;
	char when[24] = "";
	size_t place, n;
	struct tm tm;

	if (!a->player) {
		canvas_putf(c, 0, x, STYLE_PLAIN, "  own cost %s CPU",
			    fmt_percent(app_cpu_ns(a),
					MAX(clock_mono_ns() - s->opened_ns, 1ll)).s);
		return;
	}
	place = player_place(a->player, &n);
	if (localtime_r(&then, &tm))
		strftime(when, sizeof(when), "%H:%M:%S", &tm);
	canvas_putf(c, 0, x, STYLE_STRONG, "  %zu of %zu%s  %s", place + 1, n,
		    t->paused ? " stopped" : "", when);
}

static void draw_summary(const struct tui *t, struct canvas *c)
{
	AUTO(str_free) struct str kinds = { 0 };
	const struct app *a = t->app;
	const struct track_stats *s = &a->stats;
	const struct ctstat_table *k = &a->table;
	unsigned int x;

	canvas_put(c, 0, 0, c->cols, STYLE_STRONG, "");
	x = canvas_putf(c, 0, 0, STYLE_STRONG, "flowtop  %s flows, table %s full (of %s)",
			fmt_thousands(a->n_all).s, fmt_percent(k->entries, k->max).s,
			fmt_count(k->max).s);
	x = canvas_putf(c, 0, x, STYLE_PLAIN, "  %s events/s",
			fmt_count((uint64_t)a->events_per_s).s);
	if (s->lost)
		x = canvas_putf(c, 0, x, STYLE_BAD, "  %s LOST%s", fmt_count(s->lost).s,
				s->repairing ? ", repairing" : "");
	if (!s->sweeps)
		x = canvas_putf(c, 0, x, STYLE_WARN, "  reading the table");
	if (t->frozen)
		x = canvas_putf(c, 0, x, STYLE_WARN, "  FROZEN");
	draw_source(t, c, x);
	x = canvas_putf(c, 1, 0, k->insert_failed ? STYLE_WARN : STYLE_PLAIN,
			"%s insert failures", fmt_count(k->insert_failed).s);
	x = canvas_putf(c, 1, x, k->early_drop ? STYLE_WARN : STYLE_PLAIN, "  %s early drops",
			fmt_count(k->early_drop).s);
	if (k->drop)
		x = canvas_putf(c, 1, x, STYLE_BAD, "  %s packets without room",
				fmt_count(k->drop).s);
	kinds_text(&t->kinds, &kinds);
	canvas_putf(c, 1, x, STYLE_PLAIN, "  %s", str_text(&kinds));
}

/* What stands behind the words of a grid in the line of status. */
static void add_state(const struct tui *t, struct str *text)
{
	const struct app *a = t->app;

	if (a->only.group)
		str_addf(text, "  %s: %s", job_group_name(a->only.group), a->only.name);
	if (t->filter[0])
		str_addf(text, "  filter: %s", t->filter);
	if (a->stats.swept_ns)
		str_addf(text, "  counters up to %" PRId64 " s old",
			 (int64_t)((a->show.env.now_ns - a->stats.swept_ns) / NS_PER_S));
}

static void draw_status(const struct tui *t, struct canvas *c)
{
	AUTO(str_free) struct str text = { 0 };
	double s;

	str_addc(&text, ' ');
	if (t->typing) {
		str_addf(&text, "filter: %s_  %s", t->typed, t->error);
	} else {
		if (tui_grid(t))
			grid_status(tui_grid(t), &text);
		if (t->view != VIEW_LIST)
			str_add(&text, "  esc: back");
		if (t->view == VIEW_FILL) {
			s = fill_table_forecast_s(t->fill, t->app->table.max);
			str_addf(&text, "  the table is full %s%s",
				 s < 0 || s > 1e6 ? "never" : "in ",
				 s < 0 || s > 1e6 ? "" : fmt_duration((uint64_t)s * NS_PER_S).s);
		} else {
			add_state(t, &text);
		}
		str_add(&text, "  ?: keys");
	}
	canvas_put(c, c->rows - 1, 0, c->cols, STYLE_HEAD, str_text(&text));
}

static void draw_detail(struct tui *t, struct canvas *c)
{
	uint32_t row = flows_find(t->app->flows, &t->detail);
	AUTO(str_free) struct str text = { 0 };
	const struct flow *f;
	unsigned int y = TOP;

	if (row == FLOWS_NONE) {
		canvas_putf(c, y, 0, STYLE_WARN, "This flow has ended.");
		return;
	}
	f = flows_at(t->app->flows, row);
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

void tui_draw(struct tui *t)
{
	const struct screen_help *lists[] = { tui_keys, grid_help };
	struct canvas *c = screen_canvas(t->screen);

	if (c->rows < TOP + 3 || c->cols < 20) {
		canvas_putf(c, 0, 0, STYLE_PLAIN, "too small");
	} else if (t->view == VIEW_HELP) {
		screen_draw_help(c, "flowtop: keys", lists, ARRAY_SIZE(lists));
	} else {
		if (t->view == VIEW_DETAIL)
			draw_detail(t, c);
		else
			grid_draw(tui_grid(t), c, TOP, c->rows - TOP - 1);
		draw_summary(t, c);
		draw_status(t, c);
	}
	screen_show(t->screen);
}
