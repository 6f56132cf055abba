// SPDX-License-Identifier: GPL-2.0-or-later
/* cycles - see cycles.h. */
#include "cycles.h"

#include <errno.h>

#include "sys/clock.h"

enum { KEY_MARK = 0x6379636c };

static const double SURE = 0.95;

int cycles_begin(struct cycles *c, const struct sweep *s, uint32_t wanted, int64_t period_ns,
		 int64_t now_ns, struct err *e)
{
	*c = (struct cycles){ .kind = s->kind,
			      .begun = true,
			      .wanted = wanted,
			      .period_ns = period_ns,
			      .next_ns = now_ns };
	c->kind.key ^= KEY_MARK;
	c->first = c->next = s->rules.first;
	c->last = sweep_last(s);
	c->wait_ns = MAX(s->max_rtt_ns * 2, NS_PER_S);
	c->hop = calloc(c->last + 1u, sizeof(*c->hop));
	if (!c->hop)
		return err_set(e, ENOMEM, "out of memory");
	for (unsigned int i = c->first; i <= c->last; i++)
		if (s->hop[i].seen)
			c->hop[i].addr = s->hop[i].seen->answer.from;
	return 0;
}

void cycles_free(struct cycles *c)
{
	free(c->hop);
	c->hop = NULL;
}

bool cycles_next(struct cycles *c, int64_t now_ns, struct probe_id *ret_id, int64_t *ret_wake)
{
	*ret_wake = INT64_MAX;
	if (!c->begun || c->done)
		return false;
	if (c->wanted != CYCLES_ENDLESS && c->n == c->wanted) {
		/* answers to the last round */
		*ret_wake = c->next_ns - c->period_ns + c->wait_ns;
		c->done = now_ns >= *ret_wake;
		return false;
	}
	if (now_ns < c->next_ns) {
		*ret_wake = c->next_ns;
		return false;
	}
	*ret_id = (struct probe_id){ .ttl = c->next, .seq = c->n };
	return true;
}

static void end_cycle(struct cycles *c, int64_t now_ns)
{
	c->next = c->first;
	c->n++;
	/* what was missed while the machine slept is not made up for */
	c->next_ns = MAX(c->next_ns + c->period_ns, now_ns - c->wait_ns);
}

void cycles_sent(struct cycles *c, struct probe_id id, int64_t now_ns)
{
	struct cycles_hop *h = &c->hop[id.ttl];

	h->sent++;
	h->sent_ns[id.seq] = now_ns;
	h->rtt_ns[id.seq] = 0;
	c->next++;
	if (c->next > c->last)
		end_cycle(c, now_ns);
}

/* The target answers nearer than the sweep found it, where that had a hole. */
static void shorten(struct cycles *c, uint8_t ttl, int64_t now_ns)
{
	c->last = ttl;
	if (c->next > c->last)
		end_cycle(c, now_ns);
}

void cycles_answer(struct cycles *c, struct probe_id id, const struct answer *a, int64_t now_ns)
{
	struct cycles_hop *h;
	int64_t sent, rtt;
	double ms;

	if (id.ttl < c->first || id.ttl > c->last)
		return;
	h = &c->hop[id.ttl];
	sent = h->sent_ns[id.seq];
	if (!sent)
		return;
	h->sent_ns[id.seq] = 0;
	if (!h->addr.family)
		h->addr = a->from;
	if (id.ttl < c->last && answer_ends(a, &c->kind.dst) && addr_eq(&a->from, &c->kind.dst))
		shorten(c, id.ttl, now_ns);
	rtt = MAX(now_ns - sent, 1);
	h->rtt_ns[id.seq] = rtt;
	ms = rtt / 1e6;
	if (h->received) {
		h->jitter += rtt > h->last_ns ? (rtt - h->last_ns) / 1e6 : (h->last_ns - rtt) / 1e6;
		h->n_jitter++;
	}
	h->best_ns = h->received ? MIN(h->best_ns, rtt) : rtt;
	h->worst_ns = MAX(h->worst_ns, rtt);
	h->last_ns = rtt;
	h->sum += ms;
	h->squares += ms * ms;
	h->received++;
}

uint32_t cycles_open(const struct cycles *c, const struct cycles_hop *h, int64_t now_ns)
{
	uint32_t n = 0;

	for (unsigned int i = 0; i < CYCLES_RING; i++)
		n += h->sent_ns[i] && now_ns < h->sent_ns[i] + c->wait_ns;
	return n;
}

void cycles_reset(struct cycles *c)
{
	for (unsigned int i = c->first; c->hop && i <= c->last; i++)
		c->hop[i] = (struct cycles_hop){ .addr = c->hop[i].addr };
}

double cycles_fisher(uint32_t a, uint32_t n, uint32_t b, uint32_t m)
{
	uint32_t lost = a + b, low = lost > n ? lost - n : 0, high = MIN(lost, m);
	double term = 1, below = 0, all = 0;

	/* terms of the hypergeometric distribution, each from the one before; none is so large that
	 * their sum could not be held, as they are scaled when one is */
	for (uint32_t k = low; k <= high; k++) {
		all += term;
		if (k <= b)
			below += term;
		term *= (double)(m - k) * (lost - k) / ((k + 1.0) * (n - lost + k + 1.0));
		if (all > 1e200) {
			all /= 1e200;
			below /= 1e200;
			term /= 1e200;
		}
	}
	return all > 0 ? below / all : 1;
}

static unsigned int n_missing(const struct cycles *c)
{
	unsigned int n = 0;

	for (unsigned int i = c->first; i < c->last; i++)
		n += c->hop[i].received && c->hop[i].received < c->hop[i].sent;
	return n;
}

enum cycles_verdict cycles_judge(const struct cycles *c, uint8_t ttl, double *ret_confidence)
{
	const struct cycles_hop *h = &c->hop[ttl], *best = NULL;
	unsigned int n_behind = 0;
	double p;

	*ret_confidence = 0;
	if (!h->received)
		return CYCLES_SILENT;
	if (h->received == h->sent)
		return CYCLES_NONE;
	for (unsigned int i = ttl + 1u; i <= c->last; i++) {
		const struct cycles_hop *x = &c->hop[i];

		n_behind += x->received > 0;
		if (x->received && (!best || (uint64_t)x->received * best->sent >
						     (uint64_t)best->received * x->sent))
			best = x;
	}
	if (!best) {
		/* the last one: nothing behind it could tell */
		return ttl == c->last ? CYCLES_LOSS : CYCLES_UNCLEAR;
	}
	p = cycles_fisher(h->sent - h->received, h->sent, best->sent - best->received, best->sent);
	/* the best of several is good by chance sooner than one, and one of all hops that miss
	 * something is odd sooner than this one (Bonferroni): the confidence is that of a report */
	p = MIN(p * n_behind * n_missing(c), 1.0);
	*ret_confidence = 1 - p;
	if (1 - p >= SURE)
		return CYCLES_LIMIT;
	/* that nothing at all is missing behind it cannot be if loss were here, but for chance */
	return best->received < best->sent ? CYCLES_LOSS : CYCLES_UNCLEAR;
}

const char *cycles_words(enum cycles_verdict v)
{
	static const char *const words[] = { "none", "rate limit", "loss", "unclear", "silent" };

	return words[v];
}

double cycles_deviation(const struct cycles_hop *h)
{
	double mean, var, root;

	if (h->received < 2)
		return 0;
	mean = h->sum / h->received;
	var = h->squares / h->received - mean * mean;
	if (var <= 0)
		return 0;
	root = var > 1 ? var : 1;
	for (int i = 0; i < 60; i++)
		root = (root + var / root) / 2;
	return root;
}
