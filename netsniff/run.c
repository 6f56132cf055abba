// SPDX-License-Identifier: GPL-2.0-or-later
/* run - see run.h. Chooses the path that a job's source and sink ask for, and prints the account:
 * as text on standard error, as JSON on standard output where that is free. */
#include "run.h"

#include <errno.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "capture.h"
#include "copy.h"
#include "keep.h"
#include "namelists.h"
#include "notes.h"
#include "replay.h"
#include "stats.h"
#include "sys/fd.h"
#include "sys/sig.h"
#include "ui/jsonw.h"

/* Where the account goes. */
static int account_fd(const struct job *job)
{
	return job->json && job->sink != SINK_STDOUT ? STDOUT_FILENO : STDERR_FILENO;
}

static int run_copy(const struct job *job, int sig_fd, struct keep *keep, struct err *e)
{
	AUTO(str_free) struct str text = { 0 };
	struct jsonw j = jsonw_of(&text);
	struct copy_account a;
	int r = copy_run(job, sig_fd, keep, &a, e), printed;

	/* A run that did not begin has nothing to account for. */
	if (r == -EPIPE || (r < 0 && !a.duration_ns))
		return r;
	if (job->json) {
		jsonw_object(&j, NULL);
		jsonw_object(&j, "account");
		copy_report_json(&a, &j);
		jsonw_line(&j);
	} else {
		copy_report_text(&a, &text);
	}
	printed = fd_write_text(account_fd(job), &text, "printing the account",
				r < 0 ? NULL : e);
	if (r >= 0)
		r = keep_end(keep, e);
	if (keep->n_unknown_type)
		log_warn("-t left out %llu packets whose direction the file does not record",
			 (unsigned long long)keep->n_unknown_type);
	return r < 0 ? r : printed;
}

static int run_job(const struct job *job, struct err *e)
{
	AUTO(keep_free) struct keep keep = { 0 };
	AUTO(close_p) int sig_fd = -1;
	int r;

	if (job->source == SOURCE_FILES && job->sink == SINK_DEVICE)
		return replay_command(job, e);
	if (job->source == SOURCE_DEVICES)
		return capture_run(job, e);
	r = sig_open(&sig_fd, e);
	if (!r)
		r = keep_open(job, &keep, e);
	if (r < 0)
		return r;
	return run_copy(job, sig_fd, &keep, e);
}

/* The statistics of what was kept; not where nobody reads, nor of a run that never began. */
static int print_stats(const struct job *job, int done, struct err *e)
{
	int r;

	if (!job->stats || done == -EPIPE || done == -EINTR || (done < 0 && !job->stats->packets))
		return done;
	r = stats_print(job, job->stats, done < 0 ? NULL : e);
	return done < 0 ? done : r;
}

int run(struct job *job, struct err *e)
{
	int r = namelists_open(job->names, &job->namelists, e);

	if (!r)
		r = notes_open(job, &job->notes, e);
	if (!r)
		r = stats_open(job, &job->stats, e);
	if (!r)
		r = print_stats(job, run_job(job, e), e);
	stats_close(job->stats);
	notes_close(job->notes);
	namelists_close(&job->namelists);
	return r;
}
