// SPDX-License-Identifier: GPL-2.0-or-later
/* flowtop - show the connections that the kernel tracks.
 * This file turns the command line into a struct job (options.c, job.c) and runs one output. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "app.h"
#include "base/log.h"
#include "base/str.h"
#include "out.h"
#include "sys/fd.h"
#include "ui/optdoc.h"

enum { EXIT_BAD_USAGE = 2 };

static int fail(const struct err *e, int status)
{
	log_warn("%s", e->text);
	return status;
}

static int run(const struct job *job, struct err *e)
{
	struct err late = { 0 };
	struct app a;
	int r = app_open(&a, job, e), closed;

	if (!r)
		r = job->once			     ? out_once(&a, e)
		    : job->json			     ? out_stream(&a, e)
		    : job->metrics || job->listen ? out_metrics(&a, e)
						     : out_screen(&a, e);
	closed = app_close(&a, &late);
	if (closed < 0)
		log_warn("%s", late.text);
	return r;
}

int main(int argc, char **argv)
{
	AUTO(str_free) struct str words = { 0 }, page = { 0 };
	struct filter *checked = NULL;
	struct err e = { 0 };
	struct job job = { 0 };
	int n_words, r;

	log_init("flowtop", LOG_WARN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of write() */
	if (opt_defaults(&flowtop_options, &job, &e) < 0)
		return fail(&e, EXIT_FAILURE);
	if (opt_parse(&flowtop_options, argc, argv, &job, &n_words, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	if (optdoc_page(&flowtop_options, job.help, job.version, job.completion, &page)) {
		if (job.help)
			filter_describe(&page);
		return fd_print_text(&page, &e) ? fail(&e, EXIT_FAILURE) : 0;
	}
	if (job.verbose)
		log_init("flowtop", LOG_INFO);
	if (n_words && job.filter) {
		err_set(&e, EINVAL, "a filter from -f and another one, '%s'", argv[1]);
		return fail(&e, EXIT_BAD_USAGE);
	}
	for (int i = 1; i <= n_words; i++)
		str_addf(&words, i > 1 ? " %s" : "%s", argv[i]);
	if (n_words)
		job.filter = str_text(&words);
	if (job_validate(&job, &e) < 0 ||
	    (job.filter && filter_parse(job.filter, &checked, &e) < 0))
		return fail(&e, EXIT_BAD_USAGE);
	filter_free(checked);
	r = run(&job, &e);
	if (r == -EPIPE)
		return 0;
	return r < 0 ? fail(&e, r == -EINVAL ? EXIT_BAD_USAGE : EXIT_FAILURE) : 0;
}
