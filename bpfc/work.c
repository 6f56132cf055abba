// SPDX-License-Identifier: GPL-2.0-or-later
/* work - see work.h. */
#include "work.h"

#include <errno.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "cbpf/disasm.h"
#include "check.h"
#include "debug.h"
#include "dot.h"
#include "ebpfout.h"
#include "emit.h"
#include "expr.h"
#include "fields.h"
#include "kernel.h"
#include "packets.h"
#include "pktout.h"
#include "prove.h"
#include "run.h"
#include "source.h"
#include "sys/fd.h"
#include "sys/priv.h"
#include "sys/sandbox.h"
#include "witness.h"

/* -V: the program as it was understood, beside the output. */
static void explain(const struct source *s)
{
	AUTO(str_free) struct str text = { 0 };

	str_addf(&text, "%s, %u instructions",
		 s->format == PROGFMT_NONE ? "expression" : progfmt_name(s->format), s->p.prog.len);
	if (s->p.n_far)
		str_addf(&text, ", %u jumps led through a ja", s->p.n_far);
	str_add(&text, "\n");
	disasm_prog(&text, &s->p.prog);
	if (fd_write_text(STDERR_FILENO, &text, "standard error", NULL) < 0)
		return; /* nobody reads it */
}

/* What a job works with. */
struct work {
	const struct job *job;
	struct source s;
	int capture; /* descriptor */

	/* --prove */
	struct job other_job;
	struct source other;
	struct kernel kernel;
	struct pktout file; /* --witness too */
};

static void work_free(struct work *w)
{
	struct err late;

	source_free(&w->s);
	source_free(&w->other);
	kernel_close(&w->kernel);
	if (pktout_close(&w->file, &late))
		log_warn("%s", late.text);
	close_p(&w->capture);
}

/* Reads the program of 'job', and compiles an expression. */
static int open_program(const struct job *job, struct source *s, struct err *e)
{
	int rc = source_read(job, s, e);

	return rc == 0 && job->expr ? expr_source(job, s, e) : rc;
}

static int open_other(struct work *w, struct err *e)
{
	const struct str *text = &w->s.text;

	job_other(w->job, &w->other_job);
	kernel_open(&w->kernel);
	if (w->other_job.optimise) {
		str_add_n(&w->other.text, str_text(text), text->len);
		return w->other.text.failed ? err_sys(e, ENOMEM, "%s", w->job->name) : 0;
	}
	return open_program(&w->other_job, &w->other, e);
}

/* Opens and reads all that is named. Only the expression is looked at, which comes from the user
 * and may ask for names. */
static int open_all(struct work *w, struct err *e)
{
	const struct job *job = w->job;
	const char *capture = job->run ? job->run : job->debug;
	int rc;

	rc = open_program(job, &w->s, e);
	if (rc == 0 && job->mode == MODE_PROVE)
		rc = open_other(w, e);
	if (rc == 0)
		rc = pktout_open(job, &w->file, e);
	if (rc == 0 && capture) {
		w->capture = packets_file(capture, e);
		rc = MIN(w->capture, 0);
	}
	return rc;
}

/* No more is needed than to read and write what is open. What comes from outside is looked at after
 * this; --jit loads a program, and so goes without. */
static int confine(const struct job *job, struct err *e)
{
	const struct sandbox_needs needs = { .flags = job->prove ? SANDBOX_FILTER : 0 };
	struct sandbox_report report;
	int rc;

	if (job->mode == MODE_JIT)
		return 0;
	rc = priv_drop(NULL, NULL, 0, e);
	if (rc == 0)
		rc = sandbox_enter(&needs, &report, e);
	if (rc == 0)
		log_info("%s", report.text);
	return rc;
}

static int prove_two(struct work *w, struct str *out, int *ret_status, struct err *e)
{
	const struct source *const both[] = { &w->s, &w->other };
	int rc = 0;

	if (!w->other_job.expr)
		rc = source_parse(&w->other_job, &w->other, e);
	if (rc == 0)
		rc = check_before_run(&w->other, e);
	if (rc == 0 && w->other_job.optimise)
		rc = source_optimise(&w->other_job, &w->other, e);
	return rc ? rc
		  : prove_report(w->job, both, w->other_job.name, &w->kernel, &w->file, out,
				 ret_status, e);
}

static int use(struct work *w, const int *stop, struct str *out, int *ret_status, struct err *e)
{
	const struct job *job = w->job;
	int rc;

	if (job->mode == MODE_CHECK)
		return check_report(job, &w->s, out, e);
	if (job->mode == MODE_EMIT) {
		rc = check_before_emit(job, &w->s, e);
		return rc ? rc : emit(job, &w->s, out, e);
	}
	rc = check_before_run(&w->s, e);
	if (rc)
		return rc;
	switch (job->mode) {
	case MODE_RUN:
		return run(job, &w->s, w->capture, stop, e);
	case MODE_DEBUG:
		return debug(job, &w->s, w->capture, e);
	case MODE_PROVE:
		return prove_two(w, out, ret_status, e);
	case MODE_WITNESS:
		return witness_report(job, &w->s, &w->file, stop, out, e);
	case MODE_DOT:
		return dot_add(job, &w->s, out, e);
	default:
		return ebpfout_jit(job, &w->s, out, e);
	}
}

int work(const struct job *job, const int *stop, struct str *out, int *ret_status, struct err *e)
{
	AUTO(work_free) struct work w = { .job = job, .capture = -1, .kernel = { { -1, -1 } } };
	int rc;

	if (job->mode == MODE_FIELDS)
		return fields_add(job, out, e);
	rc = open_all(&w, e);
	if (rc == 0)
		rc = confine(job, e);
	if (rc == 0 && !job->expr)
		rc = source_parse(job, &w.s, e);
	if (rc == 0 && job->optimise && !job->expr)
		rc = source_optimise(job, &w.s, e);
	if (rc)
		return rc;
	if (job->verbose)
		explain(&w.s);
	rc = use(&w, stop, out, ret_status, e);
	return rc ? rc : pktout_close(&w.file, e);
}
