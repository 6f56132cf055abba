// SPDX-License-Identifier: GPL-2.0-or-later
/* planmake - lays down a plan: the slots of each lane by the weights of packets, then the turns of
 * streams, by their weights, one after the other, or by their rates. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "plan.h"

enum { MAX_SLOTS = 1 << 24 };

#define NS_PER_S 1000000000ull

/* A rate is met to this part of it. */
#define RATE_ERROR 0.001L

/* What has its turn at 'at', the 'nth' time; of two at once the lower 'who' goes first. */
struct event {
	uint64_t at;
	uint32_t who, nth;
};

static int by_time(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->who < y->who ? -1 : x->who > y->who;
}

/* Adds 'n' events of 'who', evenly spread over a round of length 'round', the first 'phase'
 * halves of a gap from its begin. */
static uint64_t add_events(struct event *ev, uint64_t at, uint32_t who, uint32_t n, uint64_t round,
			   unsigned int phase)
{
	for (uint32_t i = 0; i < n; i++)
		ev[at++] = (struct event){
			(unsigned __int128)round * (2ull * i + phase) / (2ull * n), who, i
		};
	return at;
}

/* --- lanes --------------------------------------------------------------------------------- */

static bool sends(const struct packet *p, unsigned int w)
{
	return p->cpu_first < 0 ||
	       (w >= (unsigned int)p->cpu_first && w <= (unsigned int)p->cpu_last);
}

/* Which of the workers that send 'p' worker 'w' is, and how many they are. */
static void rank_of(const struct packet *p, unsigned int w, unsigned int n_workers, struct slot *s)
{
	s->rank = s->share = 0;
	for (unsigned int i = 0; i < n_workers; i++) {
		if (!sends(p, i))
			continue;
		s->rank += i < w;
		s->share++;
	}
}

static bool in_lane(const struct plan *p, const struct packet *pk, unsigned int who)
{
	return p->prog->by_cpu ? sends(pk, who) : pk->stream == who;
}

/* The slots of lane 'l', which are those of stream or worker 'who': each packet's turns evenly
 * spread over the round; with equal weights as they stand in the script. */
static void fill_lane(struct plan *p, struct lane *l, unsigned int who, struct event *ev)
{
	const struct prog *g = p->prog;
	uint64_t n = 0;
	bool equal = true;

	for (uint32_t i = 0; i < g->n_packets; i++) {
		if (!in_lane(p, &g->packets[i], who))
			continue;
		equal &= g->packets[i].weight == 1;
		n = add_events(ev, n, i, g->packets[i].weight, 1ull << 62, 1);
	}
	if (!equal)
		qsort(ev, n, sizeof(*ev), by_time);
	l->first_slot = p->n_slots;
	l->n_slots = n;
	l->burst = 1;
	for (uint64_t i = 0; i < n; i++) {
		const struct packet *pk = &g->packets[ev[i].who];
		struct slot *s = &p->slots[p->n_slots];

		*s = (struct slot){ .packet = ev[i].who, .times = pk->weight, .nth = ev[i].nth,
				    .share = 1 };
		if (g->by_cpu)
			rank_of(pk, who, p->n_workers, s);
		p->bits_before[p->n_slots++] = l->bits;
		l->bits += 8ull * pk->len;
	}
}

static int make_lanes(struct plan *p, struct err *e)
{
	const struct prog *g = p->prog;
	size_t n_lanes = g->by_cpu ? p->n_workers : g->n_streams;
	AUTO(free_p) struct event *ev = NULL;
	uint64_t total = 0;

	for (size_t i = 0; i < g->n_packets; i++)
		total += (uint64_t)g->packets[i].weight * (g->by_cpu ? p->n_workers : 1);
	if (total > MAX_SLOTS)
		return err_set(e, E2BIG, "the weights of all packets add up to %llu, at most %d",
			       (unsigned long long)total, MAX_SLOTS);
	ev = calloc(total + 1, sizeof(*ev));
	p->slots = calloc(total + 1, sizeof(*p->slots));
	p->bits_before = calloc(total + 1, sizeof(*p->bits_before));
	p->lanes = calloc(n_lanes, sizeof(*p->lanes));
	if (!ev || !p->slots || !p->bits_before || !p->lanes)
		return err_sys(e, ENOMEM, "planning packets");
	for (size_t i = 0; i < n_lanes; i++) {
		struct lane *l = &p->lanes[p->n_lanes];

		*l = (struct lane){ 0 };
		fill_lane(p, l, i, ev);
		if (!g->by_cpu) {
			l->stream = &g->streams[i];
			l->burst = g->streams[i].burst;
		}
		p->n_lanes += l->n_slots || g->by_cpu;
	}
	return 0;
}

/* --- turns --------------------------------------------------------------------------------- */

/* Makes turns of the 'n' events, each of so many packets as 'packets' says of its lane. */
static int put_turns(struct plan *p, const struct event *ev, uint64_t n, const uint64_t *packets,
		     struct err *e)
{
	p->turns = calloc(n, sizeof(*p->turns));
	if (!p->turns)
		return err_sys(e, ENOMEM, "planning packets");
	p->turn_packets = MIN(packets[ev[0].who], (uint64_t)UINT32_MAX);
	for (uint64_t i = 0; i < n; i++) {
		struct lane *l = &p->lanes[ev[i].who];

		p->turns[i] = (struct turn){ .first = p->round_packets, .nth = l->per_round,
					     .at_ns = ev[i].at, .lane = ev[i].who };
		p->round_packets += packets[ev[i].who];
		l->per_round += packets[ev[i].who];
		if (packets[ev[i].who] != p->turn_packets)
			p->turn_packets = 0;
	}
	p->n_turns = n;
	return 0;
}

/* Streams without rates: each has as many turns as it weighs. */
static int by_weight(struct plan *p, struct event *ev, uint64_t *packets, struct err *e)
{
	uint64_t n = 0;
	bool equal = true;

	for (uint32_t i = 0; i < p->n_lanes; i++) {
		packets[i] = p->lanes[i].burst;
		equal &= p->lanes[i].stream->weight == 1;
		n = add_events(ev, n, i, p->lanes[i].stream->weight, 1ull << 62, 1);
	}
	if (!equal)
		qsort(ev, n, sizeof(*ev), by_time);
	return put_turns(p, ev, n, packets, e);
}

/* Streams one after the other, each with its count. */
static int in_sequence(struct plan *p, struct event *ev, uint64_t *packets, struct err *e)
{
	long double at = 0;

	for (uint32_t i = 0; i < p->n_lanes; i++) {
		const struct lane *l = &p->lanes[i];

		packets[i] = l->stream->count;
		ev[i] = (struct event){ llroundl(at), i, 0 };
		at += l->stream->count * l->spacing_ns;
	}
	p->round_num = llroundl(at);
	p->round_den = 1;
	return put_turns(p, ev, p->n_lanes, packets, e);
}

/* --- rates --------------------------------------------------------------------------------- */

/* Turns a second, in lowest terms. */
struct ratio {
	uint64_t num, den;
};

static uint64_t gcd(unsigned __int128 a, unsigned __int128 b)
{
	while (b) {
		unsigned __int128 rest = a % b;

		a = b;
		b = rest;
	}
	return a >> 64 ? 1 : a;
}

static struct ratio ratio_of(unsigned __int128 num, unsigned __int128 den)
{
	uint64_t g = gcd(num, den);

	num /= g;
	den /= g;
	while (num >> 63 || den >> 63) {
		num >>= 1;
		den >>= 1;
	}
	return (struct ratio){ MAX(num, (unsigned __int128)1), MAX(den, (unsigned __int128)1) };
}

/* How often a second 'l' has its burst. A rate in bits is one of packets of average length. */
static struct ratio bursts_of(const struct lane *l)
{
	const struct stream *s = l->stream;

	if (s->pace.mode == PACE_PPS)
		return ratio_of(s->pace.rate, s->burst);
	if (s->pace.mode == PACE_BPS)
		return ratio_of((unsigned __int128)s->pace.rate * l->n_slots,
				(unsigned __int128)l->bits * s->burst);
	return ratio_of(NS_PER_S, s->gap_ns);
}

static long double value_of(struct ratio r)
{
	return (long double)r.num / r.den;
}

/* How many turns each lane has in a round: exactly if there is a round that is short enough, else
 * as nearly as RATE_ERROR. Sets the round's length. */
static int count_turns(struct plan *p, const struct ratio *u, uint32_t *n_turns, struct err *e)
{
	struct ratio round = { .num = 1, .den = 0 }; /* seconds */
	long double sum = 0, all = 0, seconds;

	for (uint32_t i = 0; i < p->n_lanes; i++) {
		unsigned __int128 lcm = (unsigned __int128)round.num * (u[i].den /
						gcd(round.num, u[i].den));

		round.num = lcm >> 63 ? 1ull << 63 : (uint64_t)lcm;
		round.den = gcd(round.den, u[i].num);
		sum += value_of(u[i]);
	}
	seconds = value_of(round);
	all = sum * seconds;
	if (all > PLAN_MAX_TURNS || round.num >> 63) {
		seconds = PLAN_MAX_TURNS / sum / 2;
		round = ratio_of(llroundl(seconds * NS_PER_S), NS_PER_S);
	}
	for (uint32_t i = 0; i < p->n_lanes; i++) {
		long double n = value_of(u[i]) * seconds;

		n_turns[i] = MAX(llroundl(n), 1ll);
		if (fabsl(n_turns[i] / n - 1) > RATE_ERROR)
			return err_set(e, EINVAL, "line %u: the rate of stream %s is too far from "
				       "those of others: one round of all streams would have more "
				       "than %u turns", p->lanes[i].stream->line,
				       p->lanes[i].stream->name, PLAN_MAX_TURNS);
	}
	round = ratio_of((unsigned __int128)round.num * NS_PER_S, round.den);
	p->round_num = round.num;
	p->round_den = round.den;
	return 0;
}

/* Streams with rates: bursts in the order of their moments. */
static int by_rate(struct plan *p, uint64_t *packets, struct err *e)
{
	AUTO(free_p) struct ratio *u = calloc(p->n_lanes, sizeof(*u));
	AUTO(free_p) uint32_t *n_turns = calloc(p->n_lanes, sizeof(*n_turns));
	AUTO(free_p) struct event *ev = calloc(2 * PLAN_MAX_TURNS, sizeof(*ev));
	uint64_t n = 0;
	int rc;

	if (!u || !n_turns || !ev)
		return err_sys(e, ENOMEM, "planning packets");
	for (uint32_t i = 0; i < p->n_lanes; i++) {
		u[i] = bursts_of(&p->lanes[i]);
		packets[i] = p->lanes[i].burst;
	}
	rc = count_turns(p, u, n_turns, e);
	for (uint32_t i = 0; !rc && i < p->n_lanes; i++)
		n = add_events(ev, n, i, n_turns[i], p->round_num / p->round_den, 0);
	if (rc)
		return rc;
	qsort(ev, n, sizeof(*ev), by_time);
	return put_turns(p, ev, n, packets, e);
}

/* --- streams ------------------------------------------------------------------------------- */

static int not_together(const struct lane *with, const struct lane *without, const char *what,
			struct err *e)
{
	const struct stream *a = with->stream, *b = without->stream;

	if (!b->name[0])
		return err_set(e, EINVAL, "line %u: stream %s has a %s, packets outside of streams "
			       "have none: put them into a stream", a->line, a->name, what);
	return err_set(e, EINVAL, "line %u: stream %s has no %s, stream %s has one: give all or "
		       "none of them one", b->line, b->name, what, a->name);
}

static int check_streams(const struct plan *p, bool *ret_counts, bool *ret_rates, struct err *e)
{
	const struct lane *l, *counts[2] = { NULL }, *rates[2] = { NULL };

	for (l = p->lanes; l < p->lanes + p->n_lanes; l++) {
		counts[l->stream->count > 0] = l;
		rates[l->stream->pace.mode != PACE_FAST] = l;
	}
	if (counts[0] && counts[1])
		return not_together(counts[1], counts[0], "count", e);
	if (rates[0] && rates[1])
		return not_together(rates[1], rates[0], "rate or gap", e);
	if (rates[1] && p->job->paced)
		return err_set(e, EINVAL, "line %u: stream %s has a rate of its own, and -b or -t "
			       "gives another", rates[1]->stream->line, rates[1]->stream->name);
	*ret_counts = counts[1];
	*ret_rates = rates[1];
	return 0;
}

static int make_turns(struct plan *p, struct err *e)
{
	AUTO(free_p) uint64_t *packets = calloc(p->n_lanes, sizeof(*packets));
	AUTO(free_p) struct event *ev = NULL;
	bool counts = false, rates = false;
	uint64_t total = 0;
	int rc = check_streams(p, &counts, &rates, e);

	if (rc)
		return rc;
	for (uint32_t i = 0; i < p->n_lanes; i++) {
		struct lane *l = &p->lanes[i];

		total += l->stream->weight;
		if (rates)
			l->spacing_ns = NS_PER_S / value_of(bursts_of(l)) / l->burst;
	}
	p->paced |= rates;
	if (p->n_lanes == 1 && !rates)
		return 0;
	if (total > PLAN_MAX_TURNS)
		return err_set(e, E2BIG, "the weights of all streams add up to %llu, at most %u",
			       (unsigned long long)total, PLAN_MAX_TURNS);
	ev = calloc(total, sizeof(*ev));
	if (!packets || !ev)
		return err_sys(e, ENOMEM, "planning packets");
	if (counts)
		return in_sequence(p, ev, packets, e);
	return rates ? by_rate(p, packets, e) : by_weight(p, ev, packets, e);
}

int plan_make(const struct prog *g, const struct job *job, unsigned int n_workers,
	      unsigned int in_a_row, struct plan *ret_p, struct err *e)
{
	struct plan p = { .prog = g, .job = job, .n_workers = n_workers,
			  .in_a_row = MAX(in_a_row, 1u), .paced = job->paced };
	int rc = make_lanes(&p, e);

	if (!rc && !g->by_cpu)
		rc = make_turns(&p, e);
	if (rc)
		plan_free(&p);
	else
		*ret_p = p;
	return rc;
}
