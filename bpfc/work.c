// SPDX-License-Identifier: GPL-2.0-or-later
/* work - see work.h. */
#include "work.h"

#include <unistd.h>

#include "base/log.h"
#include "cbpf/disasm.h"
#include "check.h"
#include "debug.h"
#include "dot.h"
#include "ebpfout.h"
#include "emit.h"
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

static int use(const struct job *job, const struct source *s, int fd, const int *stop,
	       struct str *out, struct err *e)
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
		return run(job, s, fd, stop, e);
	case MODE_DEBUG:
		return debug(job, s, fd, e);
	case MODE_DOT:
		return dot_add(job, s, out, e);
	default:
		return ebpfout_jit(job, s, out, e);
	}
}

int work(const struct job *job, const int *stop, struct str *out, struct err *e)
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
	if (rc == 0 && job->mode != MODE_JIT)
		rc = confine(e);
	if (rc == 0)
		rc = source_parse(job, &s, e);
	if (rc)
		return rc;
	if (job->verbose)
		explain(&s);
	return use(job, &s, fd, stop, out, e);
}
