// SPDX-License-Identifier: GPL-2.0-or-later
/* side - see side.h. */
#include "side.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>

#include "pack.h"
#include "plotter.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "ui/record.h"

struct side {
	struct app *app;
	struct record_writer *record;
	struct plotter *plotter;
	char *plot_path; /* taken apart by dirname() */
	const char *folder;
	struct str text;
};

static int open_plot(struct side *s, struct err *e)
{
	s->plot_path = strdup(s->app->job->plot);
	if (!s->plot_path)
		return err_set(e, ENOMEM, "out of memory");
	s->folder = dirname(s->plot_path);
	if (fd_replace_check(s->app->job->plot, e) < 0)
		return err_prefix(e, "--plot");
	return plotter_new(s->app, &s->plotter, e);
}

int side_open(struct app *a, struct side **ret_s, struct err *e)
{
	const struct job *job = a->job;
	struct side *s;
	int r = 0;

	*ret_s = NULL;
	if (!job->record && !job->plot)
		return 0;
	s = calloc(1, sizeof(*s));
	if (!s)
		return err_set(e, ENOMEM, "out of memory");
	s->app = a;
	if (job->record)
		r = record_create(job->record, "flowtop", &s->record, e);
	if (!r && job->plot)
		r = open_plot(s, e);
	if (r < 0) {
		(void)!side_close(s, false, NULL);
		return r;
	}
	*ret_s = s;
	return 0;
}

const char *side_folder(const struct side *s)
{
	return s ? s->folder : NULL;
}

static int add_moment(struct side *s, struct err *e)
{
	const struct app *a = s->app;
	const struct track_stats *t = &a->stats;
	const struct pack_head head = {
		.now_ns = a->show.env.now_ns,
		.v = {
			[PACK_EVENTS] = t->events, [PACK_LOST] = t->lost, [PACK_BEGAN] = t->began,
			[PACK_ENDED] = t->ended, [PACK_SWEEPS] = t->sweeps,
			[PACK_EVENTS_PER_S] = a->events_per_s * 10,
			[PACK_SWEPT_AGE_NS] = t->swept_ns ? a->show.env.now_ns - t->swept_ns : 0,
			[PACK_CPU_NS] = app_cpu_ns(a), [PACK_ENTRIES] = a->table.entries,
			[PACK_MAX] = a->table.max, [PACK_INSERT_FAILED] = a->table.insert_failed,
			[PACK_DROP] = a->table.drop, [PACK_EARLY_DROP] = a->table.early_drop,
		},
	};

	str_clear(&s->text);
	pack_table(&head, a->flows, a->rows, a->n_rows, a->owners, &s->text);
	if (s->text.failed)
		return err_set(e, ENOMEM, "--record %s: out of memory", a->job->record);
	return record_add(s->record, head.now_ns, a->show.env.real_ns, s->text.p, s->text.len, e);
}

int side_take(struct side *s, struct err *e)
{
	int r = 0;

	if (s && s->record)
		r = add_moment(s, e);
	if (!r && s && s->plotter)
		r = plotter_add(s->plotter, e);
	return r;
}

int side_close(struct side *s, bool ok, struct err *e)
{
	int r = 0, late;

	if (!s)
		return 0;
	if (s->plotter && ok) {
		str_clear(&s->text);
		plotter_svg(s->plotter, &s->text);
		r = fd_replace_text(s->app->job->plot, &s->text, e);
	}
	late = record_finish(s->record, r ? NULL : e);
	plotter_free(s->plotter);
	free(s->plot_path);
	str_free(&s->text);
	free(s);
	return r ? r : late;
}
