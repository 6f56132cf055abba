// SPDX-License-Identifier: GPL-2.0-or-later
/* ifpps - top-like statistics of network devices and the kernel.
 * This file turns the command line into a struct job (options.c, job.c) and hands it to work(). */
#include <signal.h>

#include "base/log.h"
#include "base/str.h"
#include "job.h"
#include "sys/fd.h"
#include "ui/optdoc.h"
#include "work.h"

enum { EXIT_BAD_USAGE = 2 };

static int fail(const struct err *e, int status)
{
	log_warn("%s", e->text);
	return status;
}

int main(int argc, char **argv)
{
	AUTO(str_free) struct str out = { 0 };
	struct err e = { 0 };
	struct job job = { 0 };
	int n_words;

	log_init("ifpps", LOG_WARN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of write() */
	if (opt_defaults(&ifpps_options, &job, &e) < 0)
		return fail(&e, EXIT_FAILURE);
	if (opt_parse(&ifpps_options, argc, argv, &job, &n_words, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	if (optdoc_page(&ifpps_options, job.help, job.version, job.completion, &out))
		return fd_print_text(&out, &e) ? fail(&e, EXIT_FAILURE) : 0;
	if (job_validate(&job, argv + 1, n_words, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	return work(&job, &e) ? fail(&e, EXIT_FAILURE) : 0;
}
