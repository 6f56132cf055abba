// SPDX-License-Identifier: GPL-2.0-or-later
/* prove - see prove.h. */
#include "prove.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "cbpf/prove.h"
#include "cbpf/sim.h"
#include "step.h"
#include "ui/jsonw.h"

static const char *const words[] = {
	[PROVE_PROVED] = "proved",
	[PROVE_REFUTED] = "refuted",
	[PROVE_OPEN] = "not decided",
};

/* What one program does with the packet, here and in the kernel. */
struct side {
	const char *name;
	const struct source *s;
	struct sim sim;
	bool asked, accepted; /* the kernel: it answered, and that */
	uint32_t kept;
};

static void run_side(struct side *side, const struct prove *p, struct kernel *k)
{
	const struct sympkt_packet *pkt = &p->packet;
	const struct sock_fprog *prog = &side->s->p.prog;

	sim_begin(&side->sim, prog, pkt->data, pkt->cap_len, pkt->len, &pkt->aux);
	while (sim_step(&side->sim))
		;
	side->asked = pkt->plain && kernel_run(k, prog, pkt->data, pkt->cap_len, &side->accepted,
					       &side->kept) == 0;
}

/* The kernel gives each what the simulator gave. */
static bool kernel_agrees(const struct side *side, uint32_t cap_len)
{
	uint32_t v = side->sim.verdict;

	return side->accepted == (v != 0) && side->kept == MIN(v, cap_len);
}

static const char *kernel_text(const struct side sides[2], const struct prove *p)
{
	if (!p->packet.plain)
		return "the kernel was not asked: a socket of our own cannot deliver such a "
		       "packet";
	if (!sides[0].asked || !sides[1].asked)
		return "the kernel was not asked: it does not take the packet";
	return kernel_agrees(&sides[0], p->packet.cap_len) &&
			       kernel_agrees(&sides[1], p->packet.cap_len)
		       ? "the kernel, which was given the packet and both programs, says the same"
		       : "the kernel, which was given the packet and both programs, says otherwise";
}

static void add_refuted(const struct side sides[2], const struct prove *p, struct str *out)
{
	str_addf(out, "refuted: they differ on a packet of %u bytes\n", p->packet.len);
	for (unsigned int i = 0; i < 2; i++) {
		str_addf(out, "  %s: ", sides[i].name);
		step_add_end(sides[i].s, &sides[i].sim, out);
		str_addc(out, '\n');
	}
	pktout_add(&p->packet, out);
	str_addf(out, "%s\n", kernel_text(sides, p));
	if (p->only_short)
		str_add(out, "on packets that are long enough for all loads they are the same\n");
}

static void add_text(const struct side sides[2], const struct prove *p, struct str *out)
{
	switch (p->verdict) {
	case PROVE_PROVED:
		str_addf(out,
			 "proved: %s (%u instructions) and %s (%u) keep the same of every packet\n",
			 sides[0].name, sides[0].s->p.prog.len, sides[1].name,
			 sides[1].s->p.prog.len);
		break;
	case PROVE_REFUTED:
		add_refuted(sides, p, out);
		break;
	case PROVE_OPEN:
		str_addf(out, "not decided: %s\n", p->why);
		break;
	}
}

static void add_json(const struct side sides[2], const struct prove *p, struct str *out)
{
	struct jsonw j = jsonw_of(out);

	jsonw_object(&j, NULL);
	jsonw_str(&j, "result", words[p->verdict]);
	if (p->why)
		jsonw_str(&j, "reason", p->why);
	jsonw_array(&j, "programs");
	for (unsigned int i = 0; i < 2; i++) {
		const struct side *side = &sides[i];

		jsonw_object(&j, NULL);
		jsonw_str(&j, "name", side->name);
		jsonw_u64(&j, "instructions", side->s->p.prog.len);
		if (p->verdict == PROVE_REFUTED) {
			step_json_end(side->s, &side->sim, &j);
			if (side->asked)
				jsonw_str(&j, "kernel", side->accepted ? "accept" : "reject");
		}
		jsonw_end(&j);
	}
	jsonw_end(&j);
	if (p->verdict == PROVE_REFUTED) {
		jsonw_object(&j, "packet");
		pktout_json(&p->packet, &j);
		jsonw_end(&j);
		jsonw_bool(&j, "only_short_packets", p->only_short);
	}
	jsonw_line(&j);
}

int prove_report(const struct job *job, const struct source *const s[2], const char *other_name,
		 struct kernel *k, struct pktout *file, struct str *out, int *ret_status,
		 struct err *e)
{
	struct side sides[2] = { { .name = job->name, .s = s[0] },
				 { .name = other_name, .s = s[1] } };
	AUTO(prove_free) struct prove p = { 0 };
	int rc;

	rc = prove(&s[0]->p.prog, &s[1]->p.prog, PROVE_STEPS, &p, e);
	if (rc)
		return rc;
	log_info("%u gates, %llu steps", p.n_gates, (unsigned long long)p.steps);
	if (p.verdict == PROVE_REFUTED) {
		run_side(&sides[0], &p, k);
		run_side(&sides[1], &p, k);
		rc = pktout_put(file, job, &p.packet, e);
	}
	if (job->json)
		add_json(sides, &p, out);
	else
		add_text(sides, &p, out);
	*ret_status = p.verdict == PROVE_PROVED	   ? 0
		      : p.verdict == PROVE_REFUTED ? PROVE_EXIT_REFUTED
						   : PROVE_EXIT_OPEN;
	return rc;
}
