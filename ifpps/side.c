// SPDX-License-Identifier: GPL-2.0-or-later
/* side - see side.h. */
#include "side.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "out.h"
#include "pack.h"
#include "plotter.h"
#include "sys/fd.h"
#include "ui/metrics.h"
#include "ui/record.h"
#include "ui/serve.h"

struct side {
	const struct job *job;
	const struct state *st;
	const struct notes *notes;
	struct record_writer *record;
	struct serve *serve;
	struct plotter *plotter;
	struct str text;
};

static int page(void *arg, struct str *out)
{
	struct side *s = arg;

	if (!s->st->n_samples)
		return -EAGAIN;
	out_metrics(s->job, s->st, out);
	return 0;
}

static bool to_file(const struct job *job)
{
	return job->metrics && !streq(job->metrics, "-");
}

int side_open(const struct job *job, const struct state *st, const struct notes *notes,
	      struct side **ret_s, struct err *e)
{
	struct side *s = calloc(1, sizeof(*s));
	int rc = 0;

	if (!s)
		return err_sys(e, ENOMEM, "outputs");
	s->job = job;
	s->st = st;
	s->notes = notes;
	if (job->listen)
		rc = serve_open(job->listen, METRICS_TYPE, page, s, &s->serve, e);
	if (!rc && job->record)
		rc = record_create(job->record, "ifpps", &s->record, e);
	if (!rc && to_file(job))
		rc = fd_replace_check(job->metrics, e);
	if (!rc && job->plot)
		rc = fd_replace_check(job->plot, e);
	if (!rc && job->plot)
		rc = plotter_new(job, &s->plotter, e);
	if (rc) {
		if (side_close(s, false, NULL))
			return rc;
		return rc;
	}
	if (s->serve)
		log_info("listening on port %u", serve_port(s->serve));
	*ret_s = s;
	return 0;
}

int side_sampled(struct side *s, struct err *e)
{
	const struct sample *now = &s->st->now;
	int rc = 0;

	if (s->record) {
		str_clear(&s->text);
		pack_sample(now, &s->text);
		notes_pack(s->notes, &s->text);
		rc = s->text.failed ? err_sys(e, ENOMEM, "record to %s", s->job->record) :
		     record_add(s->record, now->mono_ns, now->real_ns, s->text.p, s->text.len, e);
		str_clear(&s->text);
	}
	if (!rc && to_file(s->job)) {
		out_metrics(s->job, s->st, &s->text);
		rc = fd_replace_text(s->job->metrics, &s->text, e);
	}
	if (!rc && s->plotter)
		rc = plotter_add(s->plotter, s->st, e);
	if (s->serve)
		serve_turn(s->serve);
	return rc;
}

int side_fd(const struct side *s)
{
	return s->serve ? serve_fd(s->serve) : -1;
}

void side_turn(struct side *s)
{
	if (s->serve)
		serve_turn(s->serve);
}

int side_close(struct side *s, bool ok, struct err *e)
{
	int rc = 0, late;

	if (!s)
		return 0;
	if (ok && s->plotter) {
		plotter_svg(s->plotter, &s->text);
		rc = fd_replace_text(s->job->plot, &s->text, e);
	}
	late = record_finish(s->record, rc ? NULL : e);
	serve_close(s->serve);
	plotter_free(s->plotter);
	str_free(&s->text);
	free(s);
	return rc ? rc : late;
}
