// SPDX-License-Identifier: GPL-2.0-or-later
/* paths - see paths.h. */
#include "paths.h"

#include <errno.h>

#include "sys/clock.h"

enum { KEY_MARK = 0x70617468, IN_FLIGHT = 5, REPEAT_SEQ = 32, TOKENS = 5, TRIES = 5 };

/* A Linux router that has used up its answers has one more a second. */
#define TOKEN_NS (1100 * NS_PER_MS)

static double power(double x, unsigned int n)
{
	double r = 1;

	for (; n; n /= 2, x *= x)
		if (n & 1)
			r *= x;
	return r;
}

/* The chance that n flows over m equally likely routers leave one out. */
static double chance_to_miss(unsigned int m, unsigned int n)
{
	double sum = 0, binomial = 1;

	/* inclusion and exclusion: the sum over i of (-1)^(i+1) C(m, i) (1 - i/m)^n */
	for (unsigned int i = 1; i < m; i++) {
		double term;

		binomial = binomial * (m - i + 1) / i;
		term = binomial * power((double)(m - i) / m, n);
		sum += i % 2 ? term : -term;
		if (term < 1e-9)
			break;
	}
	return sum;
}

unsigned int paths_flows_needed(unsigned int k, double confidence)
{
	unsigned int m = k + 1, n = m;

	/* for few flows the sum is of large terms of either sign: begin where it is small */
	while (m * power((double)(m - 1) / m, n) > 0.5)
		n++;
	while (n < PATHS_FLOWS && chance_to_miss(m, n) > 1 - confidence)
		n++;
	return n;
}

static int iface_of(struct paths_hop *h, const struct addr *a);

/* The sweep was the first flow. */
static void seed(struct paths_hop *h, const struct hop *from)
{
	h->n_asked = 1;
	if (!from->seen) {
		h->flow[0].state = PATHS_SILENT;
		h->n_silent = 1;
		return;
	}
	h->flow[0].state = PATHS_SEEN + iface_of(h, &from->seen->answer.from);
	h->iface[0].n = 1;
	h->iface[0].min_rtt_ns = from->seen->rtt_ns;
}

int paths_begin(struct paths *p, const struct sweep *s, unsigned int confidence_percent,
		bool by_dst, struct err *e)
{
	*p = (struct paths){ .kind = s->kind, .begun = true };
	p->kind.key ^= KEY_MARK;
	p->kind.by_dst = by_dst;
	p->confidence = confidence_percent / 100.0;
	p->first = s->rules.first;
	p->last = sweep_last(s) - (s->end ? 1 : 0);
	p->wait_ns = s->max_rtt_ns * 5 / 4 + 20 * NS_PER_MS;
	p->hop = calloc(p->last + 2u, sizeof(*p->hop));
	if (!p->hop)
		return err_set(e, ENOMEM, "out of memory");
	for (unsigned int i = p->first; i <= p->last; i++) {
		p->hop[i].flow = calloc(PATHS_FLOWS, sizeof(*p->hop[i].flow));
		if (!p->hop[i].flow)
			return err_set(e, ENOMEM, "out of memory");
		seed(&p->hop[i], &s->hop[i]);
	}
	return 0;
}

void paths_free(struct paths *p)
{
	for (unsigned int i = p->first; p->hop && i <= p->last; i++)
		free(p->hop[i].flow);
	free(p->hop);
	p->hop = NULL;
}

static unsigned int flows_needed(struct paths *p, unsigned int k)
{
	if (!p->needs[k])
		p->needs[k] = paths_flows_needed(k, p->confidence);
	return p->needs[k];
}

/* Between two hops that both branch the rule holds for each address of the first by itself: true if
 * one of them has not had enough flows to be believed to lead to no more of the second. */
static bool edges_open(struct paths *p, const struct paths_hop *h, const struct paths_hop *next)
{
	for (unsigned int a = 0; a < h->n_ifaces; a++) {
		unsigned int n = 0, k = 0;
		bool seen[PATHS_IFACES] = { false };

		for (unsigned int i = 0; i < MIN(h->n_asked, next->n_asked); i++) {
			unsigned int to = next->flow[i].state;

			if (h->flow[i].state != PATHS_SEEN + a || to == PATHS_UNASKED)
				continue;
			n++;
			if (to >= PATHS_SEEN && !seen[to - PATHS_SEEN]) {
				seen[to - PATHS_SEEN] = true;
				k++;
			}
		}
		if (n < flows_needed(p, MAX(k, 1u)))
			return true;
	}
	return false;
}

/* How many flows hop 'ttl' is to be asked by, as things stand. */
static unsigned int needed(struct paths *p, uint8_t ttl)
{
	struct paths_hop *h = &p->hop[ttl], *before = &p->hop[ttl - 1], *next = &p->hop[ttl + 1];
	unsigned int n = flows_needed(p, MAX(h->n_ifaces, 1u));

	/* a hop that never answers is not asked by many */
	if (!h->n_ifaces)
		return h->n_silent >= 3 ? h->n_asked : n;
	if (ttl > p->first && before->n_ifaces > 1) {
		n = MAX(n, before->n_asked);
		if (h->n_ifaces > 1 && !h->n_open && h->n_asked >= n && edges_open(p, before, h))
			n = h->n_asked + 1;
	}
	/* what the hop behind was asked by is asked here too */
	if (ttl < p->last && h->n_ifaces > 1 && next->n_ifaces > 1)
		n = MAX(n, next->n_asked);
	return MIN(n, (unsigned int)PATHS_FLOWS);
}

/* Silence that is no loss: somebody here has used his answers up. */
static bool explained(const struct paths_hop *h)
{
	for (unsigned int i = 0; i < h->n_ifaces; i++)
		if (h->iface[i].n >= TOKENS)
			return true;
	return false;
}

static void settle(struct paths_hop *h, struct paths_flow *f)
{
	f->state = PATHS_SILENT;
	h->n_silent++;
	h->n_open--;
}

/* The next thing to do at hop 'ttl'; false if none is due now. */
static bool hop_next(struct paths *p, uint8_t ttl, int64_t now_ns, struct probe_id *ret_id,
		     int64_t *wake)
{
	struct paths_hop *h = &p->hop[ttl];
	unsigned int room = IN_FLIGHT * MAX(h->n_ifaces, 1u);
	int64_t due;

	for (unsigned int i = 0; h->n_open && i < h->n_asked; i++) {
		struct paths_flow *f = &h->flow[i];

		if (f->state != PATHS_ASKED)
			continue;
		if (now_ns >= f->sent_ns + p->wait_ns && (f->tries == TRIES || explained(h))) {
			settle(h, f);
			continue;
		}
		due = f->sent_ns + (f->tries > 1 && f->tries < TRIES ? TOKEN_NS : p->wait_ns);
		if (now_ns >= due) {
			*ret_id = (struct probe_id){ i, ttl, f->tries };
			return true;
		}
		*wake = MIN(*wake, due);
	}
	/* early, while routers have answers left */
	if (h->n_ifaces > 1 && h->n_repeated < PATHS_REPEATS) {
		*ret_id = (struct probe_id){ 0, ttl, REPEAT_SEQ + h->n_repeated };
		return true;
	}
	if (h->n_asked < needed(p, ttl) && h->n_open < room) {
		*ret_id = (struct probe_id){ h->n_asked, ttl, 0 };
		return true;
	}
	if (h->n_repeated > h->n_repeats_seen && now_ns < h->repeated_ns + p->wait_ns)
		*wake = MIN(*wake, h->repeated_ns + p->wait_ns);
	return false;
}

bool paths_next(struct paths *p, int64_t now_ns, struct probe_id *ret_id, int64_t *ret_wake)
{
	*ret_wake = INT64_MAX;
	if (p->done || !p->begun)
		return false;
	for (unsigned int i = p->first; i <= p->last; i++)
		if (hop_next(p, i, now_ns, ret_id, ret_wake))
			return true;
	p->done = *ret_wake == INT64_MAX;
	return false;
}

void paths_sent(struct paths *p, struct probe_id id, int64_t now_ns)
{
	struct paths_hop *h = &p->hop[id.ttl];
	struct paths_flow *f = &h->flow[id.flow];

	p->n_sent++;
	if (id.seq >= REPEAT_SEQ) {
		h->n_repeated++;
		h->repeated_ns = now_ns;
		return;
	}
	if (f->state == PATHS_UNASKED) {
		f->state = PATHS_ASKED;
		h->n_asked = id.flow + 1u;
		h->n_open++;
	}
	f->tries++;
	f->sent_ns = now_ns;
}

/* The number of address 'a' at 'h', which is added; -1 when there is no room. */
static int iface_of(struct paths_hop *h, const struct addr *a)
{
	for (unsigned int i = 0; i < h->n_ifaces; i++)
		if (addr_eq(&h->iface[i].addr, a))
			return i;
	if (h->n_ifaces == PATHS_IFACES) {
		h->too_many = true;
		return -1;
	}
	h->iface[h->n_ifaces].addr = *a;
	h->iface[h->n_ifaces].min_rtt_ns = INT64_MAX;
	return h->n_ifaces++;
}

void paths_answer(struct paths *p, struct probe_id id, const struct answer *a, int64_t now_ns)
{
	struct paths_hop *h;
	struct paths_flow *f;
	int i;

	if (id.ttl < p->first || id.ttl > p->last || id.flow >= PATHS_FLOWS)
		return;
	h = &p->hop[id.ttl];
	f = &h->flow[id.flow];
	if (f->state == PATHS_UNASKED)
		return;
	i = iface_of(h, &a->from);
	if (i < 0)
		return;
	if (f->state >= PATHS_SEEN && f->state != PATHS_SEEN + i)
		h->per_packet = true;
	if (id.seq >= REPEAT_SEQ)
		h->n_repeats_seen++;
	if (id.seq < REPEAT_SEQ && f->sent_ns)
		h->iface[i].min_rtt_ns = MIN(h->iface[i].min_rtt_ns, now_ns - f->sent_ns);
	else if (id.seq >= REPEAT_SEQ)
		h->iface[i].min_rtt_ns = MIN(h->iface[i].min_rtt_ns, now_ns - h->repeated_ns);
	if (f->state >= PATHS_SEEN)
		return;
	if (f->state == PATHS_SILENT)
		h->n_silent--;
	else
		h->n_open--;
	f->state = PATHS_SEEN + i;
	h->iface[i].n++;
}

bool paths_leads(const struct paths *p, uint8_t ttl, unsigned int a, unsigned int b)
{
	const struct paths_hop *h = &p->hop[ttl], *next = &p->hop[ttl + 1];

	if (ttl >= p->last)
		return false;
	if (h->n_ifaces == 1 || next->n_ifaces == 1)
		return true;
	for (unsigned int i = 0; i < MIN(h->n_asked, next->n_asked); i++)
		if (h->flow[i].state == PATHS_SEEN + a && next->flow[i].state == PATHS_SEEN + b)
			return true;
	return false;
}
