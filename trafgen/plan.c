// SPDX-License-Identifier: GPL-2.0-or-later
/* plan - see plan.h. This file looks things up; planmake.c lays them down. */
#include "plan.h"

#include <stdlib.h>

void plan_free(struct plan *p)
{
	free(p->slots);
	free(p->bits_before);
	free(p->lanes);
	free(p->turns);
	*p = (struct plan){ 0 };
}

static const struct lane *lane_of(const struct plan *p, unsigned int w)
{
	return &p->lanes[p->prog->by_cpu ? w : 0];
}

bool plan_idle(const struct plan *p, unsigned int w)
{
	return !lane_of(p, w)->n_slots;
}

uint64_t plan_share(const struct plan *p, unsigned int w, uint64_t n)
{
	uint64_t all = (uint64_t)p->in_a_row * p->n_workers, before = (uint64_t)p->in_a_row * w;
	uint64_t rest = n % all, busy = 0, rank = 0;

	if (!p->prog->by_cpu)
		return n / all * p->in_a_row +
		       (rest > before ? MIN(rest - before, (uint64_t)p->in_a_row) : 0);
	if (plan_idle(p, w))
		return 0;
	for (unsigned int i = 0; i < p->n_workers; i++) {
		busy += !plan_idle(p, i);
		rank += i < w && !plan_idle(p, i);
	}
	return n / busy + (rank < n % busy);
}

/* Number in the common order of worker 'w's packet 'i'. */
static uint64_t number_of(const struct plan *p, unsigned int w, uint64_t i)
{
	if (p->n_workers == 1)
		return i;
	return (i / p->in_a_row * p->n_workers + w) * p->in_a_row + i % p->in_a_row;
}

static const struct turn *turn_at(const struct plan *p, uint64_t in_round)
{
	uint32_t low = 0, high = p->n_turns;

	if (p->turn_packets)
		return &p->turns[in_round / p->turn_packets];
	while (high - low > 1) {
		uint32_t mid = (low + high) / 2;

		if (p->turns[mid].first <= in_round)
			low = mid;
		else
			high = mid;
	}
	return &p->turns[low];
}

/* The lane of packet 'n' of the order, and its number in that lane. */
static const struct lane *find_lane(const struct plan *p, uint64_t n, uint64_t *ret_in_lane)
{
	const struct lane *l = p->lanes;
	const struct turn *t;
	uint64_t in_round;

	*ret_in_lane = n;
	if (p->n_lanes == 1)
		return l;
	in_round = n % p->round_packets;
	t = turn_at(p, in_round);
	l += t->lane;
	*ret_in_lane = n / p->round_packets * l->per_round + t->nth + (in_round - t->first);
	return l;
}

const struct packet *plan_at(const struct plan *p, unsigned int w, uint64_t i,
			     uint64_t ret_index[N_INDEX], uint32_t *ret_slot)
{
	uint64_t n = p->prog->by_cpu ? i : number_of(p, w, i), in_lane = i, round;
	const struct lane *l = p->prog->by_cpu ? lane_of(p, w) : find_lane(p, n, &in_lane);
	const struct slot *s;
	uint32_t at;

	round = in_lane / l->n_slots;
	at = in_lane - round * l->n_slots;
	if (p->job->random)
		at = prog_below(prog_random(plan_key(p, l - p->lanes), in_lane), l->n_slots);
	s = &p->slots[l->first_slot + at];
	/* in random order the index counts what was sent, whatever it was: values never repeat */
	ret_index[INDEX_OWN] = (p->job->random ? in_lane : round * s->times + s->nth) * s->share +
			       s->rank;
	ret_index[INDEX_ALL] = p->prog->by_cpu ? i * p->n_workers + w : n;
	ret_index[INDEX_ROUND] = p->prog->by_cpu ? round * p->n_workers + w : round;
	*ret_slot = l->first_slot + at;
	return &p->prog->packets[s->packet];
}

/* Bits of the first 'n' packets of lane 'l'; where they are not known, as many as there are on
 * average. */
static uint64_t bits_of(const struct plan *p, const struct lane *l, uint64_t n)
{
	uint64_t round = n / l->n_slots;

	if (p->job->random)
		return (unsigned __int128)n * l->bits / l->n_slots;
	return round * l->bits + p->bits_before[l->first_slot + (n - round * l->n_slots)];
}

/* The same of the whole order. */
static uint64_t bits_before(const struct plan *p, uint64_t n)
{
	long double bits = 0;

	if (p->n_lanes == 1)
		return bits_of(p, p->lanes, n);
	for (uint32_t i = 0; i < p->n_lanes; i++)
		bits += (long double)p->lanes[i].per_round * p->lanes[i].bits / p->lanes[i].n_slots;
	return bits / p->round_packets * n;
}

int64_t plan_moment_ns(const struct plan *p, unsigned int w, uint64_t i)
{
	uint64_t n = number_of(p, w, i), round, in_round, in_turn;
	const struct lane *l = lane_of(p, w);
	const struct turn *t;

	if (p->job->original)
		return MIN((__int128)(n / p->prog->n_packets) * p->prog->round_ns +
				   p->prog->at_ns[n % p->prog->n_packets],
			   (__int128)INT64_MAX / 2);
	/* workers that count their own take turns, and share bits out evenly */
	if (p->prog->by_cpu)
		return job_moment_ns(p->job, w + i * p->n_workers,
				     bits_of(p, l, i) * p->n_workers);
	if (!p->round_num)
		return job_moment_ns(p->job, n, bits_before(p, n));
	round = n / p->round_packets;
	in_round = n - round * p->round_packets;
	t = turn_at(p, in_round);
	l = &p->lanes[t->lane];
	in_turn = in_round - t->first;
	return (int64_t)((unsigned __int128)round * p->round_num / p->round_den) + t->at_ns +
	       (int64_t)(in_turn / l->burst * l->burst * l->spacing_ns);
}
