// SPDX-License-Identifier: GPL-2.0-or-later
/* plotter - see plotter.h. What a group weighs is what it has carried so far. */
#include "plotter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "sys/clock.h"
#include "ui/fmt.h"
#include "ui/series.h"

enum { WEIGHTS = 4096 };

enum { SENT, RECEIVED, FLOWS, KINDS };

/* What a group has carried, in a table that forgets the light ones. */
struct weight {
	uint64_t key;
	double bytes;
};

struct plotter {
	const struct app *app;
	struct job job; /* of our own grouping */
	struct groups *groups;
	struct series *series;
	struct weight weights[WEIGHTS];
	int64_t first_ns, first_real_ns, last_ns;
};

int plotter_new(const struct app *a, struct plotter **ret_p, struct err *e)
{
	struct plotter *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return err_set(e, ENOMEM, "out of memory");
	p->app = a;
	p->job = *a->job;
	if (!p->job.group)
		p->job.group = GROUP_HOST;
	r = groups_new(&p->groups, e);
	if (!r)
		r = series_new(KINDS, &p->series, e);
	if (r < 0) {
		plotter_free(p);
		return r;
	}
	*ret_p = p;
	return 0;
}

void plotter_free(struct plotter *p)
{
	if (!p)
		return;
	groups_free(p->groups);
	series_free(p->series);
	free(p);
}

/* The bytes of 'key' so far, 'bytes' more than before. */
static double weigh(struct plotter *p, uint64_t key, double bytes)
{
	struct weight *w = &p->weights[key % WEIGHTS];

	if (w->key != key && w->bytes > bytes)
		return bytes; /* the place of a heavier one */
	if (w->key != key)
		*w = (struct weight){ .key = key };
	w->bytes += bytes;
	return w->bytes;
}

static int add_group(struct plotter *p, const struct group *g, double seconds, struct err *e)
{
	uint64_t key = hash_bytes(g->name, strlen(g->name), 0);
	double v[KINDS] = { 8 * g->byte_rate[CT_ORIG], 8 * g->byte_rate[CT_REPLY], g->flows };
	double bytes = (g->byte_rate[CT_ORIG] + g->byte_rate[CT_REPLY]) * seconds;

	return series_add(p->series, key, g->name, weigh(p, key, bytes), v, e);
}

int plotter_add(struct plotter *p, struct err *e)
{
	const struct app *a = p->app;
	struct show show = a->show;
	int64_t now_ns = a->show.env.now_ns;
	double seconds;
	int r = 0;

	show.job = &p->job;
	if (!p->first_ns) {
		p->first_ns = p->last_ns = now_ns;
		p->first_real_ns = a->show.env.real_ns;
	}
	seconds = (now_ns - p->last_ns) / 1e9;
	p->last_ns = now_ns;
	groups_clear(p->groups);
	for (size_t i = 0; i < a->n_rows && !r; i++) {
		const struct flow *f = flows_at(a->flows, a->rows[i]);

		if (f->used)
			r = groups_add(p->groups, &show, f, e);
	}
	if (r || !series_begin(p->series, (now_ns - p->first_ns) / 1e9))
		return r;
	for (size_t i = 0; i < groups_count(p->groups) && !r; i++)
		r = add_group(p, groups_at(p->groups, i), seconds, e);
	return r;
}

void plotter_svg(const struct plotter *p, struct str *out)
{
	struct curve_panel panels[KINDS] = {
		[SENT] = { .title = "sent by the initiators", .unit = "bit/s" },
		[RECEIVED] = { .title = "replies", .unit = "bit/s" },
		[FLOWS] = { .title = "flows", .unit = "" },
	};
	time_t from = p->first_real_ns / NS_PER_S;
	char when[40] = "", text[160], title[80];
	struct tm tm;
	double last;

	for (int k = 0; k < KINDS; k++)
		series_panel(p->series, k, &panels[k]);
	if (localtime_r(&from, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(title, sizeof(title), "flowtop: flows by %s", job_group_name(p->job.group));
	snprintf(text, sizeof(text), "from %s, %s, %zu points", when,
		 fmt_duration(p->last_ns - p->first_ns).s, series_points(p->series, &last));
	curves_svg(title, text, panels, KINDS, out);
}
