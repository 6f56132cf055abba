// SPDX-License-Identifier: GPL-2.0-or-later
/* stream - see stream.h. */
#include "stream.h"

#include <errno.h>
#include <unistd.h>

#include "out.h"
#include "sys/fd.h"
#include "ticker.h"

struct streamer {
	const struct job *job;
	struct state state;
	struct str text;
	bool began;
};

static int sampled(void *arg, struct err *e)
{
	struct streamer *s = arg;
	int rc;

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
	else
		out_json(s->job, &s->state, &s->text);
	rc = fd_write_text(STDOUT_FILENO, &s->text, "standard output", e);
	return rc == -EPIPE ? 1 : rc;
}

int stream(const struct job *job, struct sampler *sampler, struct err *e)
{
	struct streamer s = { .job = job };
	struct ticker t = { .job = job, .sampler = sampler, .state = &s.state, .sampled = sampled,
			    .arg = &s };
	int rc;

	t.needs = job->mode == MODE_CSV ? NEED_ALL & ~NEED_SOFTNET :
		  job->mode == MODE_TABLE ? NEED_LINKS :
		  NEED_ALL & ~(NEED_INTERRUPTS | NEED_PROCESSES);
	rc = ticker_run(&t, e);
	state_free(&s.state);
	str_free(&s.text);
	return rc;
}
