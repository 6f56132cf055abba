// SPDX-License-Identifier: GPL-2.0-or-later
/* work - see work.h. */
#include "work.h"

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
#include "packets.h"
#include "run.h"
#include "source.h"
#include "sys/fd.h"
#include "sys/priv.h"
#include "sys/sandbox.h"

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
};

static void work_free(struct work *w)
{
	source_free(&w->s);
	close_p(&w->capture);
}

/* Opens and reads all that is named. Only the expression is looked at, which comes from the user
 * and may ask for names. */
static int open_all(struct work *w, struct err *e)
{
	const struct job *job = w->job;
	const char *capture = job->run ? job->run : job->debug;
	int rc;

	rc = source_read(job, &w->s, e);
	if (rc == 0 && job->expr)
		rc = expr_source(job, &w->s, e);
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
	const struct sandbox_needs needs = { 0 };
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

static int use(struct work *w, const int *stop, struct str *out, struct err *e)
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
	case MODE_DOT:
		return dot_add(job, &w->s, out, e);
	default:
		return ebpfout_jit(job, &w->s, out, e);
	}
}

int work(const struct job *job, const int *stop, struct str *out, struct err *e)
{
	AUTO(work_free) struct work w = { .job = job, .capture = -1 };
	int rc;

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
	return use(&w, stop, out, e);
}
