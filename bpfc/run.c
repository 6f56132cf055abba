// SPDX-License-Identifier: GPL-2.0-or-later
/* run - see run.h. */
#include "run.h"

#include <errno.h>

#include "base/atomic.h"
#include "base/str.h"
#include "cbpf/asmout.h"
#include "coverage.h"
#include "packets.h"
#include "ranges.h"
#include "step.h"
#include "sys/fd.h"
#include "ui/fmt.h"
#include "ui/jsonw.h"

enum { FLUSH_BYTES = 65536 };

struct runner {
	const struct job *job;
	const struct source *s;
	const int *stop;
	struct packets packets;
	struct coverage coverage;
	struct str out;
	uint64_t n_accepted, n_rejected;
};

static int flush(struct runner *r, size_t at_least, struct err *e)
{
	if (r->out.len < at_least && !r->out.failed)
		return 0;
	return fd_write_text(STDOUT_FILENO, &r->out, "standard output", e);
}

static void trace_step(struct runner *r, const struct sim *sim, unsigned int pc, struct jsonw *j)
{
	AUTO(str_free) struct str text = { 0 };

	if (!r->job->json) {
		size_t begin = r->out.len;

		step_add_insn(r->s, pc, &r->out);
		if (r->out.len - begin < 60)
			str_pad(&r->out, ' ', 60 - (r->out.len - begin));
		str_add(&r->out, "  ");
		step_add_registers(sim, &r->out);
		str_addc(&r->out, '\n');
		return;
	}
	asmout_add_insn(&text, &r->s->p.prog, pc);
	jsonw_object(j, NULL);
	jsonw_u64(j, "instruction", pc);
	jsonw_str(j, "text", str_text(&text));
	step_json_registers(sim, j);
	jsonw_end(j);
}

/* Runs the packet at hand to its end. */
static void one_packet(struct runner *r)
{
	const struct job *job = r->job;
	const struct pkt *p = &r->packets.p;
	bool trace = job->trace && ranges_have(job->trace, r->packets.n);
	struct jsonw j = jsonw_of(&r->out);
	struct sim sim;
	bool on = true;

	sim_begin(&sim, &r->s->p.prog, p->data, p->cap_len, p->len, &r->packets.aux);
	if (job->json && (!job->summary || trace)) {
		jsonw_object(&j, NULL);
		jsonw_u64(&j, "packet", r->packets.n);
		if (trace)
			jsonw_array(&j, "steps");
	} else if (trace) {
		str_addf(&r->out, "packet %llu, %u bytes\n", (unsigned long long)r->packets.n,
			 p->len);
	}
	while (on) {
		unsigned int pc = sim.pc;

		coverage_step(&r->coverage, &sim);
		on = sim_step(&sim);
		if (trace)
			trace_step(r, &sim, pc, &j);
	}
	coverage_end(&r->coverage, &sim);
	r->n_accepted += sim.verdict != 0;
	r->n_rejected += sim.verdict == 0;
	if (job->summary && !trace)
		return;
	if (job->json) {
		if (trace)
			jsonw_end(&j);
		step_json_end(r->s, &sim, &j);
		jsonw_line(&j);
		return;
	}
	str_addf(&r->out, "%6llu  ", (unsigned long long)r->packets.n);
	step_add_end(r->s, &sim, &r->out);
	str_addc(&r->out, '\n');
}

static void totals(struct runner *r)
{
	uint64_t n = r->n_accepted + r->n_rejected;
	struct jsonw j = jsonw_of(&r->out);

	if (r->job->json) {
		jsonw_object(&j, NULL);
		jsonw_u64(&j, "packets", n);
		jsonw_u64(&j, "accepted", r->n_accepted);
		jsonw_u64(&j, "rejected", r->n_rejected);
		if (r->job->coverage)
			coverage_json(&r->coverage, r->s, &j);
		jsonw_line(&j);
		return;
	}
	if (r->job->coverage)
		coverage_add(&r->coverage, r->s, &r->out);
	coverage_add_rejecting(&r->coverage, r->s, &r->out);
	str_addf(&r->out, "%llu packets: %llu accepted (%s), %llu rejected\n",
		 (unsigned long long)n, (unsigned long long)r->n_accepted,
		 fmt_percent(r->n_accepted, n).s, (unsigned long long)r->n_rejected);
}

static int all_packets(struct runner *r, struct err *e)
{
	int rc;

	while (!atomic_get(r->stop)) {
		rc = packets_next(&r->packets, e);
		if (rc == -EINTR)
			continue;
		if (rc <= 0)
			return rc;
		one_packet(r);
		rc = flush(r, FLUSH_BYTES, e);
		if (rc)
			return rc;
	}
	return 0;
}

int run(const struct job *job, const struct source *s, int fd, const int *stop, struct err *e)
{
	struct runner r = { .job = job, .s = s, .stop = stop };
	struct err late = { 0 };
	int rc, written;

	rc = packets_open(fd, job->run, &r.packets, e);
	if (rc)
		return rc;
	rc = coverage_new(s->p.prog.len, &r.coverage, e);
	if (rc == 0) {
		rc = all_packets(&r, e);
		totals(&r);
		written = rc == -EPIPE ? 0 : flush(&r, 1, rc ? &late : e);
		rc = rc ? rc : written;
	}
	coverage_free(&r.coverage);
	packets_close(&r.packets);
	str_free(&r.out);
	return rc;
}
