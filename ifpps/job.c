// SPDX-License-Identifier: GPL-2.0-or-later
/* job - see job.h. */
#include "job.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "sys/netdev.h"

static bool is_pattern(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

bool job_wants(const struct job *job, const char *name)
{
	for (unsigned int i = 0; i < job->devices.n; i++)
		if (!fnmatch(job->devices.v[i], name, 0))
			return true;
	return !job->devices.n;
}

static int take_devices(struct job *job, char **words, int n_words, struct err *e)
{
	struct opt_list *d = &job->devices;

	for (int i = 0; i < n_words; i++) {
		if (d->n == OPT_LIST_MAX)
			return err_set(e, EINVAL, "at most %d devices can be named", OPT_LIST_MAX);
		d->v[d->n++] = words[i];
	}
	for (unsigned int i = 0; i < d->n; i++)
		if (!is_pattern(d->v[i]) && !netdev_name_ok(d->v[i]))
			return err_set(e, EINVAL, "\"%.64s\" is not the name of a network device",
				       d->v[i]);
	if (d->n == 1 && !is_pattern(d->v[0]))
		job->device = d->v[0];
	return 0;
}

/* Something is written besides the screen; instead of it where there is no terminal, or a picture
 * is all that is wanted of a recording. */
static bool silent(const struct job *job)
{
	return job->side && (!isatty(STDOUT_FILENO) || (job->play && job->plot));
}

static int choose_mode(struct job *job, struct err *e)
{
	bool print = job->metrics && streq(job->metrics, "-");

	job->side = job->listen || job->plot || job->record || (job->metrics && !print);
	if (job->csv + job->json + print > 1)
		return err_set(e, EINVAL, "-c, --json and --openmetrics do not go together");
	job->mode = job->json ? MODE_JSON : print ? MODE_METRICS :
		    job->csv ? (job->device ? MODE_CSV : MODE_TABLE) :
		    silent(job) ? MODE_SILENT : MODE_SCREEN;
	if (job->omit_header && !job->csv)
		return err_set(e, EINVAL, "-o goes with -c");
	if (job->loop && !job->csv && !print)
		return err_set(e, EINVAL, "-l goes with -c and --openmetrics");
	if (job->mode != MODE_SCREEN && (job->columns || job->sort || job->filter))
		return err_set(e, EINVAL, "--columns, --sort and --filter are for the screen");
	if (job->drops && job->mode != MODE_SCREEN && !job->json && !job->record)
		return err_set(e, EINVAL, "--drops goes with the screen, --json and --record");
	if (job->once && job->loop)
		return err_set(e, EINVAL, "-l and --once do not go together");
	return 0;
}

static int check_sources(const struct job *job, struct err *e)
{
	if (job->proc_root && (job->netns || job->promisc))
		return err_set(e, EINVAL, "--proc-root goes with neither --netns nor -p");
	if (job->play && (job->netns || job->promisc || job->proc_root || job->record ||
			  job->listen))
		return err_set(e, EINVAL,
			       "--play goes with none of --netns, --proc-root, --record, --listen, -p");
	if (job->speed != 1 && !job->play)
		return err_set(e, EINVAL, "--speed goes with --play");
	if (job->promisc && !job->device)
		return err_set(e, EINVAL, "-p wants one device");
	return 0;
}

int job_validate(struct job *job, char **words, int n_words, struct err *e)
{
	int rc = take_devices(job, words, n_words, e);
	bool once;

	if (!rc)
		rc = choose_mode(job, e);
	if (!rc)
		rc = check_sources(job, e);
	if (rc)
		return rc;
	/* -c prints once unless -l is given, as ever; the rest goes on until it is stopped, or a
	 * recording ends. */
	once = job->mode == MODE_CSV || job->mode == MODE_TABLE || job->mode == MODE_METRICS;
	job->n_samples = job->count != OPT_UNSET ? job->count :
			 job->once || (once && !job->loop && !job->play) ? 1 : UINT64_MAX;
	return 0;
}
