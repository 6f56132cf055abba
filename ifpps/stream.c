// SPDX-License-Identifier: GPL-2.0-or-later
/* stream - see stream.h. */
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "drops.h"
#include "out.h"
#include "queues.h"
#include "sys/fd.h"
#include "ticker.h"

struct streamer {
	const struct job *job;
	struct state state;
	struct str text;
	bool began;
	struct drops drops;
	struct queues *queues; /* of one device that is recorded; NULL: nobody records */
	struct sampler *sampler;
};

/* Recordings hold what the screen could ask besides the samples. */
static int keep_views(struct streamer *s, struct err *e)
{
	int rc = 0;

	if (s->job->drops)
		rc = drops_update(&s->drops, s->sampler, &s->state, e);
	if (!rc && s->queues)
		rc = queues_update(s->queues, s->job->device, s->sampler, e);
	if (!rc && s->job->record)
		(void)!sampler_text(s->sampler, "/proc/net/wireless", &s->text, NULL);
	str_clear(&s->text);
	return rc;
}

static int sampled(void *arg, struct err *e)
{
	struct streamer *s = arg;
	int rc = keep_views(s, e);

	if (rc || s->job->mode == MODE_SILENT)
		return rc;
	if (!s->began && !s->job->omit_header) {
		if (s->job->mode == MODE_CSV)
			out_csv_head(s->job, &s->state, &s->text);
		else if (s->job->mode == MODE_TABLE)
			out_table_head(&s->text);
	}
	s->began = true;
	if (s->job->mode == MODE_CSV)
		out_csv(s->job, &s->state, &s->text);
	else if (s->job->mode == MODE_TABLE)
		out_table(s->job, &s->state, &s->text);
	else if (s->job->mode == MODE_METRICS)
		out_metrics(s->job, &s->state, &s->text);
	else
		out_json(s->job, &s->state, &s->text);
	rc = fd_write_text(STDOUT_FILENO, &s->text, "standard output", e);
	return rc == -EPIPE ? 1 : rc;
}

/* Metrics are totals, which the first sample has. */
static int started(void *arg, struct err *e)
{
	struct streamer *s = arg;
	const struct iface *i = s->job->device ? ifaces_find(&s->state.ifaces, s->job->device) :
						 NULL;
	bool totals = s->job->mode == MODE_METRICS ||
		      (s->job->mode == MODE_SILENT && s->job->metrics);
	int rc;

	/* Of one device that is named, its driver is asked too. */
	if (i)
		drops_driver(&s->drops, i->now.ifindex);
	if (i && s->job->record) {
		s->queues = malloc(sizeof(*s->queues));
		if (!s->queues)
			return err_sys(e, ENOMEM, "queues");
		queues_open(s->queues, i->now.ifindex, s->sampler);
	}
	rc = s->job->mode == MODE_METRICS ? sampled(s, e) : keep_views(s, e);
	return rc ? rc : totals && s->job->n_samples == 1;
}

int stream(const struct job *job, struct sampler *sampler, struct err *e)
{
	struct streamer s = { .job = job, .sampler = sampler };
	struct ticker t = { .job = job, .sampler = sampler, .state = &s.state, .started = started,
			    .sampled = sampled, .arg = &s };
	int rc;

	t.needs = job->mode == MODE_CSV ? NEED_ALL & ~NEED_SOFTNET :
		  job->mode == MODE_TABLE ? NEED_LINKS :
		  NEED_ALL & ~(NEED_INTERRUPTS | NEED_PROCESSES);
	if (job->drops) {
		drops_open(&s.drops, sampler);
		s.state.drops = &s.drops;
	}
	rc = ticker_run(&t, e);
	drops_close(&s.drops);
	if (s.queues)
		queues_close(s.queues);
	free(s.queues);
	state_free(&s.state);
	str_free(&s.text);
	return rc;
}
