// SPDX-License-Identifier: GPL-2.0-or-later
/* bpfc - assembler, disassembler, checker and simulator of classic BPF.
 * This file turns the command line into a struct job (options.c, job.c), reads the program
 * (source.c) and hands it to what the job wants. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/atomic.h"
#include "base/log.h"
#include "base/str.h"
#include "cbpf/asm.h"
#include "cbpf/disasm.h"
#include "check.h"
#include "debug.h"
#include "dot.h"
#include "ebpfout.h"
#include "emit.h"
#include "job.h"
#include "packets.h"
#include "run.h"
#include "source.h"
#include "sys/fd.h"
#include "sys/priv.h"
#include "sys/sandbox.h"
#include "ui/optdoc.h"

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

/* One write of all output; a reader that went away is no failure of ours. */
static int print(const struct str *out, struct err *e)
{
	int rc = out->failed ? -ENOMEM : fd_write_full(STDOUT_FILENO, str_text(out), out->len);

	return rc && rc != -EPIPE ? err_sys(e, -rc, "standard output") : 0;
}

/* -h, -v, -d and --completion; false if none of them was given. */
static bool page(const struct job *job, struct str *out)
{
	if (job->help)
		optdoc_help(&bpfc_options, out);
	else if (job->version)
		str_add(out, "bpfc " VERSION "\n");
	else if (job->dump)
		asm_describe(out);
	else if (job->completion == COMPLETION_BASH)
		optdoc_bash(&bpfc_options, out);
	else if (job->completion == COMPLETION_ZSH)
		optdoc_zsh(&bpfc_options, out);
	else if (job->completion == COMPLETION_MDOC)
		optdoc_mdoc(&bpfc_options, out);
	else
		return false;
	return true;
}

/* -V: the program as it was understood, beside the output. */
static void explain(const struct source *s)
{
	AUTO(str_free) struct str text = { 0 };

	str_addf(&text, "%s, %u instructions", progfmt_name(s->format), s->p.prog.len);
	if (s->p.n_far)
		str_addf(&text, ", %u jumps led through a ja", s->p.n_far);
	str_add(&text, "\n");
	disasm_prog(&text, &s->p.prog);
	if (fd_write_full(STDERR_FILENO, str_text(&text), text.len) < 0)
		return; /* nobody reads it */
}

/* No more is needed than to read and write what is open. What comes from outside is looked at after
 * this; --jit loads a program, and so goes without. */
static int confine(struct err *e)
{
	const struct sandbox_needs needs = { 0 };
	struct sandbox_report report;
	int rc;

	rc = priv_drop(NULL, NULL, 0, e);
	if (rc == 0)
		rc = sandbox_enter(&needs, &report, e);
	if (rc == 0)
		log_info("%s", report.text);
	return rc;
}

static int use(const struct job *job, const struct source *s, int fd, struct str *out,
	       struct err *e)
{
	int rc;

	if (job->mode == MODE_CHECK)
		return check_report(job, s, out, e);
	if (job->mode == MODE_EMIT) {
		rc = check_before_emit(job, s, e);
		return rc ? rc : emit(job, s, out, e);
	}
	rc = check_before_run(s, e);
	if (rc)
		return rc;
	switch (job->mode) {
	case MODE_RUN:
		return run(job, s, fd, &stopped, e);
	case MODE_DEBUG:
		return debug(job, s, fd, e);
	case MODE_DOT:
		return dot_add(job, s, out, e);
	default:
		return ebpfout_jit(job, s, out, e);
	}
}

static int work(const struct job *job, struct str *out, struct err *e)
{
	AUTO(source_free) struct source s = { 0 };
	const char *capture = job->run ? job->run : job->debug;
	AUTO(close_p) int fd = -1;
	int rc;

	rc = source_read(job, &s, e);
	if (rc == 0 && capture) {
		fd = packets_file(capture, e);
		rc = MIN(fd, 0);
	}
	if (job->mode == MODE_RUN) {
		catch_stop(SIGINT);
		catch_stop(SIGTERM);
	}
	if (rc == 0 && job->mode != MODE_JIT)
		rc = confine(e);
	if (rc == 0)
		rc = source_parse(job, &s, e);
	if (rc)
		return rc;
	if (job->verbose)
		explain(&s);
	return use(job, &s, fd, out, e);
}

int main(int argc, char **argv)
{
	AUTO(str_free) struct str out = { 0 };
	struct err e = { 0 }, late = { 0 };
	struct job job;
	int n_words, rc;

	log_init("bpfc", LOG_WARN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of write() */
	if (job_init(&job, &e) < 0)
		return fail(&e, EXIT_FAILURE);
	if (opt_parse(&bpfc_options, argc, argv, &job, &n_words, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	if (page(&job, &out))
		return print(&out, &e) ? fail(&e, EXIT_FAILURE) : 0;
	if (job_validate(&job, argv + 1, n_words, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	if (job.verbose)
		log_init("bpfc", LOG_INFO);
	rc = work(&job, &out, &e);
	if (print(&out, &late))
		return fail(&late, EXIT_FAILURE);
	return rc ? fail(&e, EXIT_FAILURE) : 0;
}
