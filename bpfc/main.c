// SPDX-License-Identifier: GPL-2.0-or-later
/* bpfc - assembler, disassembler, checker and simulator of classic BPF.
 * This file turns the command line into a struct job (options.c, job.c) and hands it to work(). */
#include <signal.h>

#include "base/atomic.h"
#include "base/log.h"
#include "base/str.h"
#include "cbpf/asm.h"
#include "job.h"
#include "sys/fd.h"
#include "ui/optdoc.h"
#include "work.h"

enum { EXIT_BAD_USAGE = 2 };

/* Set by the first SIGINT or SIGTERM, which ends --run with its counts; a second one ends it at
 * once. */
static int stopped;

static void on_stop(int sig)
{
	(void)sig;
	atomic_put(&stopped, 1);
}

/* What was ignored when we were started stays so (nohup). Reads of a pipe are to be interrupted. */
static void catch_stop(int sig)
{
	const struct sigaction act = { .sa_handler = on_stop, .sa_flags = SA_RESETHAND };
	struct sigaction old;

	if (sigaction(sig, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(sig, &act, NULL);
}

static int fail(const struct err *e, int status)
{
	log_warn("%s", e->text);
	return status;
}

/* -h, -v, -d and --completion; false if none of them was given. */
static bool page(const struct job *job, struct str *out)
{
	if (!job->dump || job->help || job->version)
		return optdoc_page(&bpfc_options, job->help, job->version, job->completion, out);
	asm_describe(out);
	return true;
}

int main(int argc, char **argv)
{
	AUTO(str_free) struct str out = { 0 };
	struct err e = { 0 }, late = { 0 };
	AUTO(job_free) struct job job = { 0 };
	int n_words, status = 0, rc;

	log_init("bpfc", LOG_WARN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of write() */
	if (job_init(&job, &e) < 0)
		return fail(&e, EXIT_FAILURE);
	if (opt_parse(&bpfc_options, argc, argv, &job, &n_words, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	if (page(&job, &out))
		return fd_print_text(&out, &e) ? fail(&e, EXIT_FAILURE) : 0;
	if (job_validate(&job, argv + 1, n_words, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	if (job.verbose)
		log_init("bpfc", LOG_INFO);
	if (job.mode == MODE_RUN || job.mode == MODE_WITNESS) {
		catch_stop(SIGINT);
		catch_stop(SIGTERM);
	}
	rc = work(&job, &stopped, &out, &status, &e);
	if (job.write && streq(job.write, "-")
		    ? fd_write_text(STDERR_FILENO, &out, "standard error", &late)
		    : fd_print_text(&out, &late))
		return fail(&late, EXIT_FAILURE);
	return rc ? fail(&e, EXIT_FAILURE) : status;
}
