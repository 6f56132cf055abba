// SPDX-License-Identifier: GPL-2.0-or-later
/* netsniff - capture, analyse, replay and redirect packets.
 * This file turns the command line into a struct job (options.c, job.c) and hands it to run(). */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "formats.h"
#include "job.h"
#include "protos.h"
#include "run.h"
#include "sys/fd.h"
#include "ui/optdoc.h"

enum { EXIT_BAD_USAGE = 2 };

static int fail(const struct err *e, int status)
{
	log_warn("%s", e->text);
	return status;
}

/* -h, -v, -D, --proto and --completion; -1 if none of them was given. */
static int print_and_exit(const struct job *job)
{
	AUTO(str_free) struct str page = { 0 };
	struct err e = { 0 };
	int r = 0;

	if (job->dump_types && !job->help && !job->version)
		formats_describe(&page);
	else if (job->proto && !job->help && !job->version)
		r = protos_describe(job->proto, job->json, &page, &e);
	else if (!optdoc_page(&netsniff_options, job->help, job->version, job->completion, &page))
		return -1;
	if (r)
		return fail(&e, EXIT_BAD_USAGE);
	r = fd_print_text(&page, &e);
	return r ? fail(&e, EXIT_FAILURE) : 0;
}

int main(int argc, char **argv)
{
	AUTO(str_free) struct str words = { 0 };
	struct err e = { 0 };
	struct job job;
	int n_words, r;

	log_init("netsniff", LOG_WARN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of write() */
	if (job_init(&job, &e) < 0)
		return fail(&e, EXIT_FAILURE);
	if (opt_parse(&netsniff_options, argc, argv, &job, &n_words, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	r = print_and_exit(&job);
	if (r >= 0)
		return r;
	if (job.verbose)
		log_init("netsniff", LOG_INFO);
	if (n_words && job.filter) {
		err_set(&e, EINVAL, "a filter from -f %s and another one, '%s'", job.filter, argv[1]);
		return fail(&e, EXIT_BAD_USAGE);
	}
	for (int i = 1; i <= n_words; i++)
		str_addf(&words, i > 1 ? " %s" : "%s", argv[i]);
	if (n_words)
		job.filter = str_text(&words);
	r = job_validate(&job, &e);
	if (r < 0)
		return fail(&e, r == -EINVAL || r == -ERANGE ? EXIT_BAD_USAGE : EXIT_FAILURE);
	r = run(&job, &e);
	if (r == -EPIPE)
		return 0;
	return r < 0 ? fail(&e, EXIT_FAILURE) : 0;
}
