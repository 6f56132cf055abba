// SPDX-License-Identifier: GPL-2.0-or-later
/* sweep - see sweep.h. */
#include "sweep.h"

#include <errno.h>

#include "sys/clock.h"

enum { LOOK_AHEAD = 5 }; /* holes so far behind the farthest answer are asked again */

/* Then the window moves on without an answer. */
#define WINDOW_NS (300 * NS_PER_MS)

/* When a hop is asked again, after it was first asked, and for how long then. */
struct patience {
	int64_t first_ns, window_ns;
	int64_t step_ns; /* between probes within the window */
};

int sweep_init(struct sweep *s, const struct probe_kind *k, const struct sweep_rules *r,
	       struct err *e)
{
	*s = (struct sweep){ .kind = *k, .rules = *r, .next = r->first };
	s->hop = calloc(r->max + 1u, sizeof(*s->hop));
	return s->hop ? 0 : err_set(e, ENOMEM, "out of memory");
}

void sweep_free(struct sweep *s)
{
	for (unsigned int i = 0; s->hop && i <= s->rules.max; i++)
		free(s->hop[i].seen);
	free(s->hop);
	s->hop = NULL;
}

bool answer_ends(const struct answer *a, const struct addr *target)
{
	if (a->kind == ANSWER_ECHO || a->kind == ANSWER_TCP || a->kind == ANSWER_UDP)
		return true;
	if (a->kind == ANSWER_UNREACHABLE || a->kind == ANSWER_PARAMETER || a->kind == ANSWER_BIG)
		return true;
	return addr_eq(&a->from, target);
}

static bool from_target(const struct sweep *s, const struct answer *a)
{
	return addr_eq(&a->from, &s->kind.dst) || a->kind == ANSWER_ECHO || a->kind == ANSWER_TCP ||
	       a->kind == ANSWER_UDP;
}

static uint8_t last_asked(const struct sweep *s)
{
	return s->end ? s->end : s->rules.max;
}

/* The round trip of the nearest hops that answered, on either side; 0 if none did. */
static int64_t neighbour_rtt(const struct sweep *s, uint8_t ttl)
{
	int64_t rtt = 0;

	for (unsigned int i = ttl + 1u; i <= last_asked(s); i++)
		if (s->hop[i].seen) {
			rtt = s->hop[i].seen->rtt_ns;
			break;
		}
	for (unsigned int i = ttl; i-- > s->rules.first;)
		if (s->hop[i].seen) {
			rtt = MAX(rtt, s->hop[i].seen->rtt_ns);
			break;
		}
	return rtt;
}

static struct patience patience(const struct sweep *s, uint8_t ttl)
{
	/* the last probe leaves within so many quarters of the window: a Linux host that has just
	 * answered others has an answer a second to give */
	int64_t limit = s->rules.timeout_ns, rtt, last = 1;
	struct patience p;

	if (ttl < s->top) {
		rtt = neighbour_rtt(s, ttl);
		p.first_ns = rtt * 21 / 20 + 4 * NS_PER_MS;
		p.window_ns = MAX(3 * rtt, 200 * NS_PER_MS) * 9 / 10;
	} else if (s->top) {
		p.first_ns = MAX(s->max_rtt_ns * 5 / 4, 300 * NS_PER_MS);
		p.window_ns = MAX(3 * s->max_rtt_ns, 1100 * NS_PER_MS);
		last = 3;
	} else {
		p.first_ns = limit / 3;
		p.window_ns = limit - limit / 3;
	}
	p.first_ns = MIN(p.first_ns, limit);
	p.window_ns = MIN(p.window_ns, limit - p.first_ns);
	p.step_ns = s->rules.tries > 2 ? p.window_ns * last / 4 / (s->rules.tries - 2) : 0;
	return p;
}

/* Hops that no probe needs to fill any more. */
static bool out_of_range(const struct sweep *s, uint8_t ttl)
{
	if (s->scout)
		return ttl != s->rules.max;
	return ttl < s->rules.first || ttl > last_asked(s);
}

static bool worth_asking_again(const struct sweep *s, uint8_t ttl)
{
	return !s->top || ttl <= s->top + LOOK_AHEAD || ttl == s->rules.max;
}

/* A hop whose neighbours answered late was asked late as well. */
static int64_t settles_at(const struct sweep *s, uint8_t ttl)
{
	const struct hop *h = &s->hop[ttl];
	struct patience p = patience(s, ttl);

	return MAX(h->first_ns + p.first_ns + p.window_ns, h->last_ns + p.first_ns);
}

bool sweep_settled(const struct sweep *s, uint8_t ttl, int64_t now_ns)
{
	const struct hop *h = &s->hop[ttl];

	if (out_of_range(s, ttl) || h->seen)
		return true;
	if (!h->first_ns)
		return false;
	return now_ns >= settles_at(s, ttl);
}

/* When hop 'ttl' is to be asked next, or settles; INT64_MAX: never. '*ret_ask' tells which. */
static int64_t hop_due(const struct sweep *s, uint8_t ttl, bool *ret_ask)
{
	const struct hop *h = &s->hop[ttl];
	struct patience p = patience(s, ttl);
	int64_t due;

	*ret_ask = h->n_sent < s->rules.tries && worth_asking_again(s, ttl);
	if (!*ret_ask)
		return settles_at(s, ttl);
	due = h->first_ns + p.first_ns + (h->n_sent - 1) * p.step_ns;
	return h->n_sent > 1 ? MAX(due, h->last_ns + p.step_ns) : due;
}

/* With rules.window not all hops are asked at once, but so many beyond the farthest answer. */
static bool in_window(const struct sweep *s, uint8_t ttl)
{
	return s->scout || !s->rules.window || ttl <= s->rules.first || !s->hop[ttl - 1].first_ns ||
	       ttl < MAX(s->top, s->rules.first) + s->rules.window;
}

bool sweep_next(const struct sweep *s, int64_t now_ns, struct probe_id *ret_id, int64_t *ret_wake)
{
	int64_t wake = INT64_MAX, due;
	uint8_t next = s->scout ? s->rules.max : s->next;
	bool ask;

	if (next && next <= last_asked(s) && !s->hop[next].first_ns) {
		due = in_window(s, next) ? now_ns : s->hop[next - 1].first_ns + WINDOW_NS;
		if (due <= now_ns) {
			*ret_id = (struct probe_id){ .ttl = next };
			return true;
		}
		wake = due;
	}
	for (unsigned int i = s->rules.first; i <= last_asked(s); i++) {
		if (out_of_range(s, i) || s->hop[i].seen || !s->hop[i].first_ns)
			continue;
		due = hop_due(s, i, &ask);
		if (ask && due <= now_ns) {
			*ret_id = (struct probe_id){ .ttl = i, .seq = s->hop[i].n_sent };
			return true;
		}
		if (due > now_ns)
			wake = MIN(wake, due);
	}
	*ret_wake = wake;
	return false;
}

void sweep_sent(struct sweep *s, struct probe_id id, int64_t now_ns, bool failed)
{
	struct hop *h = &s->hop[id.ttl];

	if (!h->first_ns)
		h->first_ns = now_ns;
	h->last_ns = now_ns;
	h->sent_ns[id.seq % SWEEP_TIMES] = now_ns;
	h->n_sent++;
	s->n_sent++;
	s->n_send_failed += failed;
	/* what a scout asked is not asked anew */
	while (!s->scout && s->next && s->next <= s->rules.max && s->hop[s->next].first_ns)
		s->next = s->next == s->rules.max ? 0 : s->next + 1;
}

static void note_end(struct sweep *s, uint8_t ttl, const struct answer *a)
{
	if (!answer_ends(a, &s->kind.dst) || (s->end && ttl > s->end))
		return;
	if (ttl == s->end && s->reached)
		return;
	s->end = ttl;
	s->reached = from_target(s, a);
}

/* An answer that does not tell which probe it is of stands behind the farthest router. */
static uint8_t place_untold(const struct sweep *s)
{
	uint8_t ttl = s->rules.first;

	for (unsigned int i = s->rules.first; i <= s->rules.max; i++)
		if (s->hop[i].seen && s->hop[i].seen->id.ttl)
			ttl = i + (i < s->rules.max);
	return ttl;
}

/* A router answered where the target's untold answer was put: that moves on. */
static void move_untold(struct sweep *s, uint8_t ttl)
{
	struct hop *h = &s->hop[ttl];

	if (ttl == s->rules.max || s->hop[ttl + 1].seen)
		return;
	s->hop[ttl + 1].seen = h->seen;
	s->hop[ttl + 1].n_answers = h->n_answers;
	h->n_answers = 0;
	h->seen = NULL;
	s->end = ttl + 1;
	s->top = ttl + 1;
}

static int keep(struct sweep *s, uint8_t ttl, const struct seen *new, struct err *e)
{
	struct hop *h = &s->hop[ttl];

	if (h->seen && !h->seen->id.ttl && new->id.ttl)
		move_untold(s, ttl);
	h->n_answers++;
	if (h->seen) {
		if (addr_eq(&h->seen->answer.from, &new->answer.from)) {
			h->seen->n_same++;
		} else {
			h->n_others += h->n_others < 255;
			h->other = new->answer.from;
		}
		return 0;
	}
	h->seen = malloc(sizeof(*h->seen));
	if (!h->seen)
		return err_set(e, ENOMEM, "out of memory");
	*h->seen = *new;
	h->seen->answer.data = NULL;
	h->seen->answer.quote.l4 = NULL;
	s->top = MAX(s->top, ttl);
	s->max_rtt_ns = MAX(s->max_rtt_ns, new->rtt_ns);
	return 0;
}

int sweep_answer(struct sweep *s, struct probe_id id, enum match m, const struct answer *a,
		 int64_t now_ns, struct err *e)
{
	struct seen new = { .answer = *a, .id = id, .match = m };
	uint8_t ttl = id.ttl ? id.ttl : place_untold(s);
	uint16_t bit = 1u << id.seq % SWEEP_TIMES;
	struct hop *h = &s->hop[MIN(ttl, s->rules.max)];
	int64_t sent;

	if (ttl > s->rules.max || !h->first_ns || id.seq >= h->n_sent) {
		s->n_false++; /* of a probe that was never sent */
		return 0;
	}
	if (id.ttl ? h->answered & bit : h->seen != NULL) {
		s->n_twice++;
		return 0;
	}
	if (id.ttl)
		h->answered |= bit;
	s->n_answers++;
	sent = h->sent_ns[id.seq % SWEEP_TIMES];
	new.rtt_ns = MAX(now_ns - sent, 0);
	if (a->quote.present && !a->quote.blind)
		compare_quote(&s->kind, id, &a->quote, &new.compare);
	else
		compare_blind(&s->kind, &new.compare);
	if (keep(s, ttl, &new, e))
		return -ENOMEM;
	note_end(s, ttl, a);
	return 0;
}

bool sweep_done(const struct sweep *s, int64_t now_ns)
{
	for (unsigned int i = s->rules.first; i <= last_asked(s); i++)
		if (!sweep_settled(s, i, now_ns))
			return false;
	return true;
}

uint8_t sweep_last(const struct sweep *s)
{
	return s->end ? s->end : s->top;
}
