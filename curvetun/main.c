// SPDX-License-Identifier: GPL-2.0-or-later
/* curvetun - a multi-user IP tunnel: its keys, its lists of clients and servers, its ends.
 * This file turns the command line into a struct job (options.c) and hands it to work(). */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/log.h"
#include "job.h"
#include "sys/fd.h"
#include "ui/optdoc.h"
#include "ui/optfile.h"
#include "work.h"

enum { EXIT_BAD_USAGE = 2 };

static int fail(const struct err *e, int status)
{
	log_warn("%s", e->text);
	return status;
}

/* What does not go together. */
static int validate(struct job *job, int n_words, char **words, struct err *e)
{
	int n = job->keygen + job->export + job->clients + job->servers + job->server +
		!!job->client;

	job->status = n_words == 1 && streq(words[0], "status");
	if (n_words && !job->status)
		return err_set(e, EINVAL, "%s: no such option (--help lists them)", words[0]);
	if (n + job->status != 1)
		return err_set(e, EINVAL, "one of -k, -x, -C, -S, -s, -c and status is wanted (--help tells more)");
	if (job->server && job->port == OPT_UNSET)
		return err_set(e, EINVAL, "a server needs a port: -p");
	if (!job->server && job->port != OPT_UNSET)
		return err_set(e, EINVAL, "-p goes with -s; a client finds the port in the file servers");
	if (job->user && !job->keygen)
		return err_set(e, EINVAL, "--user goes with -k");
	if (job->metrics && (!job->status || job->json))
		return err_set(e, EINVAL, "--openmetrics goes with status alone, without --json");
	if (job->json && (job->keygen || job->server || job->client))
		return err_set(e, EINVAL, "--json goes with -x, -C, -S and status");
	return 0;
}

/* The command line, and before it the file that it names. */
static int parse(int argc, char **argv, struct arena *strings, struct job *job, int *ret_n_words,
		 struct err *e)
{
	char **copy = arena_alloc(strings, (argc + 1) * sizeof(*copy));
	struct job first = *job;
	int rc;

	if (!copy)
		return err_sys(e, ENOMEM, "options");
	memcpy(copy, argv, argc * sizeof(*copy)); /* parsing moves them about */
	rc = opt_parse(&curvetun_options, argc, copy, &first, ret_n_words, e);
	if (!rc && first.config)
		rc = optfile_parse(&curvetun_options, first.config, strings, job, e);
	if (!rc && job->config)
		rc = err_set(e, EINVAL, "%s: --config in a file leads nowhere", first.config);
	return rc ? rc : opt_parse(&curvetun_options, argc, argv, job, ret_n_words, e);
}

int main(int argc, char **argv)
{
	AUTO(str_free) struct str out = { 0 };
	AUTO(arena_free) struct arena strings = { 0 };
	struct err e = { 0 };
	struct job job = { 0 };
	int n_words;

	log_init("curvetun", LOG_WARN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of write() */
	if (opt_defaults(&curvetun_options, &job, &e) < 0)
		return fail(&e, EXIT_FAILURE);
	if (parse(argc, argv, &strings, &job, &n_words, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	if (optdoc_page(&curvetun_options, job.help, job.version, job.completion, &out))
		return fd_print_text(&out, &e) ? fail(&e, EXIT_FAILURE) : 0;
	if (job.verbose)
		log_init("curvetun", LOG_INFO);
	if (validate(&job, n_words, argv + 1, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	if (work(&job, &out, &e) || fd_print_text(&out, &e))
		return fail(&e, EXIT_FAILURE);
	return 0;
}
