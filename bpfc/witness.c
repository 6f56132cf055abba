// SPDX-License-Identifier: GPL-2.0-or-later
/* witness - see witness.h. */
#include "witness.h"

#include <errno.h>

#include "base/atomic.h"
#include "cbpf/prove.h"
#include "cbpf/sim.h"
#include "cbpf/witness.h"
#include "step.h"
#include "ui/jsonw.h"

struct counts {
	uint64_t accepting, rejecting;
	bool all; /* there are no more ways */
};

static void add_packet(const struct job *job, const struct source *s, const struct sympkt_packet *p,
		       struct counts *n, struct str *out)
{
	struct jsonw j = jsonw_of(out);
	struct sim sim;

	sim_begin(&sim, &s->p.prog, p->data, p->cap_len, p->len, &p->aux);
	while (sim_step(&sim))
		;
	n->accepting += sim.verdict != 0;
	n->rejecting += sim.verdict == 0;
	if (job->json) {
		jsonw_object(&j, NULL);
		jsonw_u64(&j, "packet", n->accepting + n->rejecting);
		step_json_end(s, &sim, &j);
		pktout_json(p, &j);
		jsonw_line(&j);
		return;
	}
	str_addf(out, "%6llu  ", (unsigned long long)(n->accepting + n->rejecting));
	step_add_end(s, &sim, out);
	str_addc(out, '\n');
	pktout_add(p, out);
}

static const char *outcome_text(enum witness_outcome o, bool jump)
{
	return o == WITNESS_FAIL    ? "never fails"
	       : o == WITNESS_FALSE ? "always holds"
	       : jump		    ? "never holds"
				    : "is never reached";
}

/* What no packet does; that a load cannot fail is good and not told. */
static void add_impossible(const struct source *s, const struct witness *w, struct str *out)
{
	for (unsigned int i = 0; i < s->p.prog.len; i++) {
		const struct sock_filter *f = &s->p.prog.filter[i];
		bool jump = BPF_CLASS(f->code) == BPF_JMP && BPF_OP(f->code) != BPF_JA &&
			    f->jt != f->jf;
		bool yes = !witness_impossible(w, i, WITNESS_TRUE);
		bool no = jump && !witness_impossible(w, i, WITNESS_FALSE);
		bool fails = witness_covered(w, i, WITNESS_FAIL);
		const char *text;

		if (yes && (no || !jump))
			continue;
		text = outcome_text(!yes ? WITNESS_TRUE : WITNESS_FALSE, jump && no);
		step_add_insn(s, i, out);
		str_addf(out, "  (%s)\n", fails ? "always fails" : text);
	}
}

static void add_totals(const struct job *job, const struct source *s, const struct witness *w,
		       const struct counts *n, struct str *out)
{
	struct jsonw j = jsonw_of(out);

	if (job->json) {
		jsonw_object(&j, NULL);
		jsonw_u64(&j, "accepting", n->accepting);
		jsonw_u64(&j, "rejecting", n->rejecting);
		jsonw_bool(&j, "all_ways", n->all);
		jsonw_bool(&j, "all_outcomes", witness_has_all_outcomes(w));
		jsonw_line(&j);
		return;
	}
	add_impossible(s, w, out);
	str_addf(out, "%llu ways that accept and %llu that reject%s\n",
		 (unsigned long long)n->accepting, (unsigned long long)n->rejecting,
		 n->all ? ", which are all"
		 : witness_has_all_outcomes(w)
			 ? ": each outcome of each instruction, but not each way"
			 : ", and there may be more");
}

int witness_report(const struct job *job, const struct source *s, struct pktout *file,
		   const int *stop, struct str *out, struct err *e)
{
	AUTO(witness_free_p) struct witness *w = NULL;
	struct sympkt_packet p;
	struct counts n = { 0 };
	int rc;

	rc = witness_new(&s->p.prog, PROVE_STEPS, &w, e);
	if (rc)
		return rc;
	while (n.accepting + n.rejecting < job->most && !atomic_get(stop)) {
		rc = witness_next(w, &p, e);
		n.all = rc == 0;
		if (rc != 1)
			break;
		add_packet(job, s, &p, &n, out);
		rc = pktout_put(file, job, &p, e);
		sympkt_packet_free(&p);
		if (rc)
			return rc;
	}
	if (rc < 0 && rc != -ETIME)
		return rc;
	add_totals(job, s, w, &n, out);
	return 0;
}
