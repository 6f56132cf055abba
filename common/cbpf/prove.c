// SPDX-License-Identifier: GPL-2.0-or-later
/* prove - see prove.h. */
#include "cbpf/prove.h"

#include <errno.h>
#include <string.h>

#include "cbpf/check.h"
#include "cbpf/insn.h"
#include "cbpf/symex.h"
#include "cbpf/vm.h"

/* The bit that verdicts 'a' and 'b' keep different parts of the packet. */
static uint32_t differ(struct sympkt *s, uint32_t a, uint32_t b)
{
	struct words *ws = s->ws;
	uint32_t whole_a = bit_and(s->c, word_any(ws, a), word_ge(ws, a, s->cap_len));
	uint32_t whole_b = bit_and(s->c, word_any(ws, b), word_ge(ws, b, s->cap_len));

	return bit_and(s->c, bit_not(word_eq(ws, a, b)), bit_not(bit_and(s->c, whole_a, whole_b)));
}

static uint32_t kept(uint32_t keep, uint32_t cap_len)
{
	return MIN(keep, cap_len);
}

/* Runs both over the packet that was found; the refutation counts if they do differ. */
static int confirm(const struct sock_fprog *progs[2], const struct sympkt *s, struct prove *ret,
		   struct err *e)
{
	struct sympkt_packet *p = &ret->packet;
	int rc = sympkt_packet(s, p);

	for (unsigned int i = 0; rc == 0 && i < 2; i++) {
		AUTO(vm_free_p) struct vm *vm = NULL;

		rc = vm_new(progs[i], &vm, e);
		if (rc == 0)
			ret->keep[i] = vm_run(vm, p->data, p->cap_len, p->len, &p->aux);
	}
	if (rc)
		return rc;
	if (!ret->keep[0] == !ret->keep[1] &&
	    kept(ret->keep[0], p->cap_len) == kept(ret->keep[1], p->cap_len)) {
		ret->verdict = PROVE_OPEN;
		sympkt_packet_free(p);
		return 0;
	}
	ret->verdict = PROVE_REFUTED;
	return 0;
}

static bool loads(const struct sock_fprog *progs[2], uint32_t ad)
{
	return (insn_ad_mask(progs[0]) | insn_ad_mask(progs[1])) >> ad / 4 & 1;
}

/* Why a packet that the question has is none that the programs differ on. */
static const char *why_unconfirmed(const struct sock_fprog *progs[2])
{
	if (loads(progs, SKF_AD_RANDOM))
		return "they differ by what 'ld rand' gives, which is another number each time";
	if (loads(progs, SKF_AD_NLATTR) || loads(progs, SKF_AD_NLATTR_NEST))
		return "it depends on where netlink attributes are, which is not followed";
	return "the packet that was found does not show the difference";
}

static const char *why_late(const struct sock_fprog *progs[2])
{
	for (unsigned int i = 0; i < 2; i++)
		for (unsigned int k = 0; k < progs[i]->len; k++) {
			const struct sock_filter *f = &progs[i]->filter[k];

			if (BPF_CLASS(f->code) == BPF_ALU &&
			    (BPF_OP(f->code) == BPF_MUL || BPF_OP(f->code) == BPF_DIV ||
			     BPF_OP(f->code) == BPF_MOD))
				return "their multiplications or divisions take more work than "
				       "this question may";
		}
	return "the ways through them take more work than this question may";
}

/* 'question' asks for a difference, 'fails' says that a load fails in either. A packet that is long
 * enough for all loads shows more, and is looked for first. */
static int decide(const struct sock_fprog *progs[2], struct sympkt *s, uint32_t question,
		  uint32_t fails, uint64_t *steps, struct prove *ret, struct err *e)
{
	uint32_t assumed[2 + SYMPKT_MORE] = { question, bit_not(fails) };
	int rc = sympkt_solve(s, assumed, 2, steps);

	ret->why = NULL;
	if (rc == 0) {
		ret->only_short = true;
		rc = sympkt_solve(s, assumed, 1, steps);
	}
	if (rc == 1) {
		rc = confirm(progs, s, ret, e);
		if (rc == 0 && ret->verdict == PROVE_OPEN)
			ret->why = why_unconfirmed(progs);
		return rc;
	}
	if (rc == -ETIME) {
		ret->verdict = PROVE_OPEN;
		ret->why = why_late(progs);
		return 0;
	}
	ret->verdict = PROVE_PROVED;
	return rc;
}

static int compare(const struct sock_fprog *progs[2], uint64_t steps, struct prove *ret,
		   struct err *e)
{
	AUTO(sympkt_free_p) struct sympkt *s = sympkt_new();
	struct symex run[2] = { 0 };
	uint64_t left = steps;
	int rc = s ? 0 : -ENOMEM;

	for (unsigned int i = 0; rc == 0 && i < 2; i++)
		rc = symex_run(progs[i], s, &run[i]);
	if (rc == 0) {
		uint32_t question = differ(s, run[0].verdict, run[1].verdict);
		uint32_t fails = bit_or(s->c, run[0].fail, run[1].fail);

		ret->n_gates = circuit_size(s->c);
		rc = decide(progs, s, question, fails, &left, ret, e);
	}
	ret->steps = steps - left;
	symex_free(&run[0]);
	symex_free(&run[1]);
	return rc;
}

int prove(const struct sock_fprog *a, const struct sock_fprog *b, uint64_t steps, struct prove *ret,
	  struct err *e)
{
	const struct sock_fprog *progs[] = { a, b };
	struct prove p = { 0 };
	int rc = 0;

	for (unsigned int i = 0; rc == 0 && i < 2; i++)
		rc = check_prog(progs[i], e);
	if (rc)
		return rc;
	if (a->len == b->len && !memcmp(a->filter, b->filter, a->len * sizeof(a->filter[0]))) {
		*ret = p;
		return 0;
	}
	rc = compare(progs, steps, &p, e);
	if (rc == -ENOMEM) {
		prove_free(&p);
		return err_sys(e, ENOMEM, "the comparison");
	}
	*ret = p;
	return rc;
}

void prove_free(struct prove *p)
{
	sympkt_packet_free(&p->packet);
	*p = (struct prove){ 0 };
}
