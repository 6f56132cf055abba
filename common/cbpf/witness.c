// SPDX-License-Identifier: GPL-2.0-or-later
/* witness - see witness.h. Each packet is run, and the way it took forbidden for those that follow.
 */
#include "cbpf/witness.h"

#include <errno.h>
#include <stdlib.h>

#include "cbpf/check.h"
#include "cbpf/insn.h"
#include "cbpf/sim.h"
#include "cbpf/symex.h"

/* What is known of an outcome. */
enum known { OPEN, COVERED, IMPOSSIBLE, GIVEN_UP };

struct witness {
	const struct sock_fprog *prog;
	struct sympkt *s;
	struct symex run;
	uint64_t steps;
	uint8_t *known;	   /* enum known, by outcome_at() */
	unsigned int *way; /* outcome_at() of each step of the packet at hand, none twice */
	unsigned int n_way;
	unsigned int next; /* outcome to be looked at, all before it are not OPEN */
};

static unsigned int outcome_at(unsigned int i, enum witness_outcome o)
{
	return i * WITNESS_N_OUTCOMES + o;
}

static bool is_branch(const struct sock_filter *f)
{
	return BPF_CLASS(f->code) == BPF_JMP && BPF_OP(f->code) != BPF_JA && f->jt != f->jf;
}

/* The bit that a packet has this outcome. */
static uint32_t outcome_bit(const struct witness *w, unsigned int i, enum witness_outcome o)
{
	const struct symex_step *st = &w->run.steps[i];
	struct circuit *c = w->s->c;

	if (o == WITNESS_FAIL)
		return bit_and(c, st->reach, st->fail);
	if (!is_branch(&w->prog->filter[i]))
		return o == WITNESS_TRUE ? bit_and(c, st->reach, bit_not(st->fail)) : BIT_FALSE;
	return bit_and(c, st->reach, o == WITNESS_TRUE ? st->cond : bit_not(st->cond));
}

int witness_new(const struct sock_fprog *prog, uint64_t steps, struct witness **ret, struct err *e)
{
	struct witness *w;
	int rc = check_prog(prog, e);

	if (rc)
		return rc;
	w = calloc(1, sizeof(*w));
	if (!w)
		return err_sys(e, ENOMEM, "witness packets");
	w->prog = prog;
	w->steps = steps;
	w->s = sympkt_new();
	w->known = calloc(prog->len, WITNESS_N_OUTCOMES);
	w->way = calloc(prog->len, sizeof(*w->way));
	if (!w->s || !w->known || !w->way || symex_run(prog, w->s, &w->run)) {
		witness_free(w);
		return err_sys(e, ENOMEM, "witness packets");
	}
	*ret = w;
	return 0;
}

void witness_free(struct witness *w)
{
	if (!w)
		return;
	symex_free(&w->run);
	sympkt_free(w->s);
	free(w->known);
	free(w->way);
	free(w);
}

void witness_free_p(struct witness **w)
{
	witness_free(*w);
}

/* Whether what was found has this outcome. */
static bool outcome_found(const struct witness *w, unsigned int i, enum witness_outcome o)
{
	const struct symex_step *st = &w->run.steps[i];
	const struct circuit *c = w->s->c;

	if (!circuit_value(c, st->reach))
		return false;
	if (o == WITNESS_FAIL)
		return circuit_value(c, st->fail);
	if (is_branch(&w->prog->filter[i]))
		return circuit_value(c, st->cond) == (o == WITNESS_TRUE);
	return !circuit_value(c, st->fail);
}

/* Executes one instruction and tells which one and its outcome. */
static bool one_step(struct sim *sim, unsigned int *ret_i, enum witness_outcome *ret_o)
{
	const struct sock_filter *f = &sim->prog->filter[sim->pc];
	unsigned int i = sim->pc, target;
	bool on;

	*ret_i = i;
	*ret_o = is_branch(f) && sim_jump(sim, &target) && target != i + 1 + f->jt ? WITNESS_FALSE
										   : WITNESS_TRUE;
	on = sim_step(sim);
	if (sim->end == SIM_RANGE || sim->end == SIM_DIVIDE)
		*ret_o = WITNESS_FAIL;
	return on;
}

/* Runs the packet, marks the outcomes it has, and forbids its way. False, and nothing done, if that
 * is not the way it was found for: fields that are not followed decide there. */
static bool take_way(struct witness *w, const struct sympkt_packet *p)
{
	struct circuit *c = w->s->c;
	uint32_t way = BIT_TRUE;
	enum witness_outcome o;
	bool same = true, on;
	struct sim sim;
	unsigned int i;

	w->n_way = 0;
	sim_begin(&sim, w->prog, p->data, p->cap_len, p->len, &p->aux);
	do {
		on = one_step(&sim, &i, &o);
		same &= outcome_found(w, i, o);
		w->way[w->n_way++] = outcome_at(i, o);
	} while (on);
	if (!same)
		return false;
	for (unsigned int j = 0; j < w->n_way; j++) {
		w->known[w->way[j]] = COVERED;
		way = bit_and(c, way, outcome_bit(w, w->way[j] / WITNESS_N_OUTCOMES,
						  w->way[j] % WITNESS_N_OUTCOMES));
	}
	circuit_demand(c, bit_not(way), bit_not(way));
	return true;
}

/* Whether packet 'p' cut to 'cap_len' bytes of 'len' goes the way at hand. */
static bool goes_same_way(const struct witness *w, const struct sympkt_packet *p, uint32_t cap_len,
			  uint32_t len)
{
	enum witness_outcome o;
	struct sim sim;
	unsigned int i, n = 0;
	bool on, same;

	sim_begin(&sim, w->prog, p->data, cap_len, len, &p->aux);
	do {
		on = one_step(&sim, &i, &o);
		same = n < w->n_way && w->way[n++] == outcome_at(i, o);
	} while (on && same);
	return same && n == w->n_way;
}

/* Bytes of 'p' that it looks at on the way at hand; all, where it addresses them as the kernel
 * does. */
static uint32_t bytes_read(const struct witness *w, const struct sympkt_packet *p)
{
	uint32_t most = 0;
	struct sim sim;

	sim_begin(&sim, w->prog, p->data, p->cap_len, p->len, &p->aux);
	do {
		const struct sock_filter *f = &w->prog->filter[sim.pc];
		uint32_t mode = BPF_MODE(f->code), at = f->k + (mode == BPF_IND ? sim.x : 0), ad;
		uint32_t size = mode == BPF_MSH || BPF_SIZE(f->code) == BPF_B ? 1 :
				BPF_SIZE(f->code) == BPF_H		      ? 2 :
										4;

		if (BPF_CLASS(f->code) > BPF_LDX || insn_is_ad(f, &ad) ||
		    (mode != BPF_ABS && mode != BPF_IND && mode != BPF_MSH))
			continue;
		if (at > INT32_MAX)
			return p->cap_len;
		if ((uint64_t)at + size <= p->cap_len)
			most = MAX(most, at + size);
	} while (sim_step(&sim));
	return most;
}

/* Takes from the end of 'p' what its way does not need. */
static void shorten(const struct witness *w, struct sympkt_packet *p)
{
	uint32_t need = bytes_read(w, p);
	uint32_t len = p->len == p->cap_len ? need : need + 1;

	if (goes_same_way(w, p, need, len))
		p->len = len;
	else if (!goes_same_way(w, p, need, p->len))
		return;
	p->cap_len = need;
}

static int look_for(struct witness *w, uint32_t bit)
{
	uint32_t assumed[1 + SYMPKT_MORE] = { bit };
	uint64_t left = w->steps;

	return sympkt_find(w->s, assumed, 1, &left);
}

static int next_way(struct witness *w)
{
	unsigned int n = w->prog->len * WITNESS_N_OUTCOMES;
	int rc;

	for (; w->next < n; w->next++) {
		uint8_t *known = &w->known[w->next];

		if (*known != OPEN)
			continue;
		rc = look_for(w, outcome_bit(w, w->next / WITNESS_N_OUTCOMES,
					     w->next % WITNESS_N_OUTCOMES));
		if (rc == 1 || rc == -ENOMEM)
			return rc;
		*known = rc == 0 ? IMPOSSIBLE : GIVEN_UP;
	}
	return look_for(w, BIT_TRUE);
}

int witness_next(struct witness *w, struct sympkt_packet *ret, struct err *e)
{
	struct sympkt_packet p = { 0 };
	bool all;
	int rc;

	do {
		rc = next_way(w);
		all = witness_has_all_outcomes(w);
		if (rc == 1 && sympkt_packet(w->s, &p))
			rc = -ENOMEM;
		if (rc == -ENOMEM)
			return err_sys(e, ENOMEM, "witness packets");
		if (rc < 1)
			return rc;
		if (take_way(w, &p)) {
			shorten(w, &p);
			*ret = p;
			return 1;
		}
		sympkt_packet_free(&p);
		if (!all)
			w->known[w->next] = GIVEN_UP;
	} while (!all);
	return -ETIME;
}

bool witness_covered(const struct witness *w, unsigned int i, enum witness_outcome o)
{
	return w->known[outcome_at(i, o)] == COVERED;
}

bool witness_impossible(const struct witness *w, unsigned int i, enum witness_outcome o)
{
	return w->known[outcome_at(i, o)] == IMPOSSIBLE;
}

bool witness_has_all_outcomes(const struct witness *w)
{
	return w->next >= w->prog->len * WITNESS_N_OUTCOMES;
}
