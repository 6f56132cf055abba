// SPDX-License-Identifier: GPL-2.0-or-later
/* once - see out.h. */
#include "out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/str.h"
#include "sys/clock.h"
#include "side.h"
#include "sys/fd.h"
#include "ui/table.h"
#include "ui/term.h"

enum { OWNERS_MS = 2000 };

struct order {
	const struct app *app;
	unsigned int col;
	bool reverse;
};

static int compare_rows(const void *a, const void *b, void *arg)
{
	const struct order *o = arg;
	struct flows *t = o->app->flows;
	const struct flow *fa = flows_at(t, *(const uint32_t *)a);
	const struct flow *fb = flows_at(t, *(const uint32_t *)b);
	int r = show_compare(&o->app->show, fa, fb, o->col);

	if (!r)
		r = memcmp(&fb->ct.key, &fa->ct.key, sizeof(fa->ct.key));
	return o->reverse ? -r : r;
}

static int compare_groups(const void *a, const void *b, void *arg)
{
	const struct order *o = arg;
	const struct group *ga = groups_at(o->app->groups, *(const uint32_t *)a);
	const struct group *gb = groups_at(o->app->groups, *(const uint32_t *)b);
	int r = group_compare(ga, gb, o->col);

	if (!r)
		r = strcmp(gb->name, ga->name);
	return o->reverse ? -r : r;
}

/* The column called 'name', and whether its largest values stand on top. */
static int find_column(const struct app *a, const char *name, struct order *o, struct err *e)
{
	const struct grid_column *cols = a->job->group ? group_cols : show_cols;
	unsigned int n = a->job->group ? N_GROUP_COLS : N_COLS;
	AUTO(str_free) struct str all = { 0 };
	bool other_way = name[0] == '-';

	for (unsigned int i = 0; i < n; i++) {
		if (streq(cols[i].name, name + other_way)) {
			o->col = i;
			o->reverse = cols[i].rising == other_way;
			return 0;
		}
		str_addf(&all, "%s%s", i ? ", " : "", cols[i].name);
	}
	return err_set(e, EINVAL, "--sort %s: there is no such column; there are %s", name,
		       str_text(&all));
}

int out_sort(struct app *a, struct err *e)
{
	struct order o = { .app = a };
	size_t n = a->job->group ? groups_count(a->groups) : a->n_rows;
	int r = find_column(a, a->job->sort ? a->job->sort : "rate", &o, e);

	if (r < 0)
		return r;
	if (a->job->group) {
		/* Groups are sorted by their numbers, in the place of flows. */
		if (n > a->room_rows) {
			uint32_t *more = realloc(a->rows, n * sizeof(*more));

			if (!more)
				return err_set(e, ENOMEM, "out of memory");
			a->rows = more;
			a->room_rows = n;
		}
		for (size_t i = 0; i < n; i++)
			a->rows[i] = i;
		a->n_rows = n;
	}
	qsort_r(a->rows, n, sizeof(*a->rows), a->job->group ? compare_groups : compare_rows, &o);
	return 0;
}

static void cell(const struct app *a, size_t i, unsigned int col, struct str *out)
{
	if (a->job->group)
		group_cell(&a->show, groups_at(a->groups, a->rows[i]), col, out);
	else
		show_cell(&a->show, flows_at(a->flows, a->rows[i]), col, out);
}

static bool wanted(const struct app *a, const struct grid_column *c)
{
	return !c->hidden ||
	       (a->job->show_src && (streq(c->name, "src") || streq(c->name, "sport")));
}

static void print_table(const struct app *a, size_t n, struct str *out)
{
	const struct grid_column *cols = a->job->group ? group_cols : show_cols;
	unsigned int n_cols = a->job->group ? N_GROUP_COLS : N_COLS, k = 0;
	char align[N_COLS + 1] = "";
	AUTO(table_free) struct table t = table_of(align);
	AUTO(str_free) struct str text = { 0 }, safe = { 0 };

	for (unsigned int c = 0; c < n_cols; c++)
		if (wanted(a, &cols[c]))
			align[k++] = cols[c].left ? 'l' : 'r';
	for (size_t i = 0; i <= n; i++)
		for (unsigned int c = 0; c < n_cols; c++) {
			if (!wanted(a, &cols[c]))
				continue;
			str_clear(&text);
			str_clear(&safe);
			if (i)
				cell(a, i - 1, c, &text);
			else
				str_add(&text, cols[c].title);
			term_add_safe(&safe, str_text(&text), text.len);
			table_cell(&t, str_text(&safe));
		}
	table_print(&t, 0, out);
}

static void print_csv(const struct app *a, size_t n, struct str *out)
{
	const struct grid_column *cols = a->job->group ? group_cols : show_cols;
	unsigned int n_cols = a->job->group ? N_GROUP_COLS : N_COLS;
	AUTO(str_free) struct str text = { 0 };
	size_t begin;

	for (size_t i = 0; i <= n; i++) {
		for (unsigned int c = 0; c < n_cols; c++) {
			str_clear(&text);
			if (i)
				cell(a, i - 1, c, &text);
			else
				str_add(&text, cols[c].name);
			if (c)
				str_addc(out, ',');
			begin = out->len;
			term_add_safe(out, str_text(&text), text.len);
			str_quote_csv(out, begin);
		}
		str_add(out, "\r\n");
	}
}

static void print_json(const struct app *a, size_t n, struct str *out)
{
	struct jsonw j = jsonw_of(out);

	for (size_t i = 0; i < n; i++) {
		jsonw_object(&j, NULL);
		if (a->job->group)
			group_json(groups_at(a->groups, a->rows[i]), &j);
		else
			show_json(&a->show, flows_at(a->flows, a->rows[i]), &j);
		jsonw_line(&j);
	}
	jsonw_object(&j, NULL);
	jsonw_object(&j, "summary");
	out_summary_json(a, &j);
	jsonw_line(&j);
}

/* What is chosen now, sorted, as far as --top. */
static int print_now(struct app *a, struct side *side, struct err *e)
{
	AUTO(str_free) struct str out = { 0 };
	size_t n;
	int r = app_choose(a, e);

	if (!r)
		r = side_take(side, e);
	if (!r)
		r = out_sort(a, e);
	if (r < 0)
		return r;
	n = a->job->top == OPT_UNSET ? a->n_rows : MIN(a->n_rows, a->job->top);
	if (a->job->json)
		print_json(a, n, &out);
	else if (a->job->csv)
		print_csv(a, n, &out);
	else
		print_table(a, n, &out);
	return fd_write_text(STDOUT_FILENO, &out, "standard output", e);
}

void out_summary_json(const struct app *a, struct jsonw *j)
{
	const struct track_stats *s = &a->stats;

	jsonw_fixed(j, "time", a->show.env.real_ns, 9);
	jsonw_u64(j, "flows", a->n_all);
	jsonw_u64(j, a->job->group ? "groups" : "chosen", a->n_rows);
	jsonw_u64(j, "kernel_flows", a->table.entries);
	jsonw_u64(j, "kernel_max", a->table.max);
	jsonw_u64(j, "insert_failed", a->table.insert_failed);
	jsonw_u64(j, "dropped", a->table.drop);
	jsonw_u64(j, "early_dropped", a->table.early_drop);
	jsonw_u64(j, "events", s->events);
	jsonw_fixed(j, "events_per_s", a->events_per_s * 10, 1);
	jsonw_u64(j, "events_lost", s->lost);
	jsonw_bool(j, "complete", s->sweeps && !s->repairing);
	if (s->swept_ns)
		jsonw_fixed(j, "oldest_counters_s",
			    (a->show.env.now_ns - s->swept_ns) / NS_PER_MS, 3);
	else
		jsonw_null(j, "oldest_counters_s");
	jsonw_fixed(j, "cpu_s", app_cpu_ns(a) / NS_PER_MS, 3);
}

/* Processes that are new are known a moment after their flows. */
static int look_up_owners(struct app *a, struct err *e)
{
	int64_t late = clock_mono_ns() + OWNERS_MS * NS_PER_MS;
	int events = 0, r = app_choose(a, e);

	while (!r && owners_wait(a->owners) && !(events & APP_STOP) && clock_mono_ns() < late) {
		events = app_wait(a, clock_mono_ns() + NS_PER_S / 100, false, e);
		r = MIN(events, 0);
	}
	return r;
}

int out_once(struct app *a, struct err *e)
{
	int events = 0, r = find_column(a, a->job->sort ? a->job->sort : "rate",
					&(struct order){ .app = a }, e);

	if (!r)
		r = app_confine(a, 0, NULL, 0, e);
	if (r < 0)
		return r;
	/* Of a recording, its last moment. */
	while (!(a->player ? events & APP_OVER : app_has_rates(a)) && !(events & APP_STOP)) {
		events = app_wait(a, clock_mono_ns() + NS_PER_S / 20, false, e);
		if (events < 0)
			return events;
	}
	return look_up_owners(a, e) ?: print_now(a, NULL, e);
}

struct stream {
	struct app *app;
	struct str out;
};

static void print_ended(void *arg, const struct flow *f, bool told)
{
	struct stream *s = arg;
	struct jsonw j = jsonw_of(&s->out);
	struct flow known = *f;

	if (!job_wants(s->app->job, f->ct.key.family, f->ct.key.proto) ||
	    !filter_match(s->app->filter, f, &s->app->show.env))
		return;
	if (!told)
		known.ct.stop_ns = 0;
	jsonw_object(&j, NULL);
	jsonw_bool(&j, "ended", true);
	/* Else the totals are those that were seen last. */
	jsonw_bool(&j, "final", told);
	show_json(&s->app->show, &known, &j);
	jsonw_line(&j);
}

/* Prints flows that ended as they do. */
static int stream_ended(struct stream *s, struct err *e)
{
	int events = 0, r = 0;

	s->app->ended = print_ended;
	s->app->arg = s;
	while (!r && !(events & APP_STOP)) {
		events = app_wait(s->app, clock_mono_ns() + NS_PER_S / 10, false, e);
		if (events < 0)
			return events;
		r = s->out.len ? fd_write_text(STDOUT_FILENO, &s->out, "standard output", e) : 0;
	}
	s->app->ended = NULL;
	return r;
}

/* Prints everything each interval. */
static int stream_all(struct app *a, struct side *side, struct err *e)
{
	int64_t due = clock_mono_ns() + a->job->interval_ns;
	int events = 0, r = 0;

	while (!r && !(events & (APP_STOP | APP_OVER))) {
		events = app_wait(a, due, false, e);
		if (events < 0)
			return events;
		if (!(events & APP_DUE))
			continue;
		due += a->job->interval_ns;
		r = print_now(a, side, e);
	}
	return r;
}

int out_stream(struct app *a, struct err *e)
{
	struct stream s = { .app = a };
	struct side *side;
	const char *folder;
	int r = side_open(a, &side, e), late;

	folder = side_folder(side);
	if (!r)
		r = app_confine(a, 0, &folder, 1, e);
	if (!r)
		r = a->job->ended ? stream_ended(&s, e) : stream_all(a, side, e);
	str_free(&s.out);
	late = side_close(side, !r, r ? NULL : e);
	return r ? r : late;
}
