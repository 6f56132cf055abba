// SPDX-License-Identifier: GPL-2.0-or-later
/* ifaces - see ifaces.h. Table and sample are both in order of numbers: one pass joins them. */
#include "ifaces.h"

#include <errno.h>
#include <linux/if.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "sys/clock.h"
#include "ui/fmt.h"

uint64_t iface_drops(const uint64_t v[N_COUNTERS])
{
	return v[RX_DROPPED] + v[RX_MISSED] + v[TX_DROPPED];
}

uint64_t iface_errors(const uint64_t v[N_COUNTERS])
{
	return v[RX_ERRORS] + v[TX_ERRORS];
}

const char *iface_state(const struct link *l)
{
	switch (l->operstate) {
	case IF_OPER_UP:
		return "up";
	case IF_OPER_LOWERLAYERDOWN:
		return "lower-down";
	case IF_OPER_TESTING:
		return "testing";
	case IF_OPER_DORMANT:
		return "dormant";
	case IF_OPER_NOTPRESENT:
		return "absent";
	}
	if (!(l->flags & IFF_UP))
		return "down";
	return l->flags & IFF_RUNNING ? "up" : "no-carrier";
}

/* Rates between the mark 'then' and the last one; 'then' NULL: nothing is known of the time. */
static void add_rates(struct marks *k, const struct mark *then, const struct mark *now)
{
	k->newest_rate = k->n_rates ? (k->newest_rate + 1) % HISTORY : 0;
	k->n_rates = MIN(k->n_rates + 1, (unsigned int)HISTORY);
	for (int m = MARK_RX_BYTES; m <= MARK_TX_BYTES; m++) {
		float *rate = &k->rate[m][k->newest_rate];

		*rate = NAN;
		if (then)
			*rate = fmt_rate(now->sum[m] - then->sum[m], now->mono_ns - then->mono_ns);
	}
}

/* Counters began anew: no mean goes over this moment, and graphs have a gap. */
static void forget_marks(struct marks *k)
{
	if (k && k->n)
		add_rates(k, NULL, NULL);
	if (k)
		k->n = 0;
}

static int add_mark(struct iface *i, struct err *e)
{
	struct marks *k = i->marks;
	struct mark *m;

	if (k && k->n && i->mono_ns - k->mark[k->newest].mono_ns < MARK_NS)
		return 0;
	if (!k) {
		k = i->marks = calloc(1, sizeof(*k));
		if (!k)
			return err_sys(e, ENOMEM, "history of %s", i->now.name);
	}
	k->newest = k->n ? (k->newest + 1) % MARKS : 0;
	k->n = MIN(k->n + 1, (unsigned int)MARKS);
	m = &k->mark[k->newest];
	m->mono_ns = i->mono_ns;
	m->sum[MARK_RX_BYTES] = i->sum[RX_BYTES];
	m->sum[MARK_TX_BYTES] = i->sum[TX_BYTES];
	m->sum[MARK_RX_PACKETS] = i->sum[RX_PACKETS];
	m->sum[MARK_TX_PACKETS] = i->sum[TX_PACKETS];
	m->sum[MARK_DROPS] = iface_drops(i->sum);
	m->sum[MARK_ERRORS] = iface_errors(i->sum);
	if (k->n > 1)
		add_rates(k, &k->mark[(k->newest + MARKS - 1) % MARKS], m);
	return 0;
}

static void take_peak(uint64_t *peak, const struct iface *i, enum counter c)
{
	uint64_t v;

	if (iface_bps(i, c, &v))
		*peak = MAX(*peak, v);
}

/* Takes the next reading of the same device. */
static int advance(struct iface *i, const struct link *l, int64_t mono_ns, struct err *e)
{
	i->now = *l;
	i->rated = false;
	i->there = true;
	if (!l->fresh)
		return 0;
	if (i->mono_ns && mono_ns > i->mono_ns) {
		i->dt_ns = mono_ns - i->mono_ns;
		i->rated = counter_deltas(i->prev, l->v, i->d);
		i->resets += !i->rated;
		if (!i->rated)
			forget_marks(i->marks);
	}
	for (int c = 0; i->rated && c < N_COUNTERS; c++)
		i->sum[c] += i->d[c];
	memcpy(i->prev, l->v, sizeof(i->prev));
	i->mono_ns = mono_ns;
	take_peak(&i->peak_rx_bps, i, RX_BYTES);
	take_peak(&i->peak_tx_bps, i, TX_BYTES);
	return add_mark(i, e);
}

static bool same(const struct iface *i, const struct link *l)
{
	return i->now.ifindex == l->ifindex && i->now.birth == l->birth;
}

int ifaces_update(struct ifaces *t, const struct sample *s, struct err *e)
{
	struct iface *v = calloc(s->n_links + 1, sizeof(*v));
	size_t old = 0;
	int rc = 0;

	if (!v)
		return err_sys(e, ENOMEM, "%zu network devices", s->n_links);
	for (size_t i = 0; i < s->n_links; i++) {
		while (old < t->n && t->v[old].now.ifindex < s->links[i].ifindex)
			free(t->v[old++].marks);
		if (old < t->n && same(&t->v[old], &s->links[i]))
			v[i] = t->v[old++];
		if (!rc)
			rc = advance(&v[i], &s->links[i], s->mono_ns, e);
	}
	while (old < t->n)
		free(t->v[old++].marks);
	free(t->v);
	t->v = v;
	t->n = s->n_links;
	t->dt_ns = t->mono_ns ? s->mono_ns - t->mono_ns : 0;
	t->mono_ns = s->mono_ns;
	t->real_ns = s->real_ns;
	return rc;
}

void ifaces_free(struct ifaces *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->v[i].marks);
	free(t->v);
	*t = (struct ifaces){ 0 };
}

const struct iface *ifaces_find(const struct ifaces *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (streq(t->v[i].now.name, name))
			return &t->v[i];
	return NULL;
}

bool iface_rate(const struct iface *i, enum counter c, uint64_t *ret_v)
{
	if (!i->rated)
		return false;
	*ret_v = fmt_rate(i->d[c], i->dt_ns);
	return true;
}

bool iface_bps(const struct iface *i, enum counter bytes, uint64_t *ret_v)
{
	if (!i->rated || i->d[bytes] > UINT64_MAX / 8)
		return false;
	*ret_v = fmt_rate(i->d[bytes] * 8, i->dt_ns);
	return true;
}

/* The mark 'back' places before the newest. */
static const struct mark *mark_at(const struct marks *k, unsigned int back)
{
	return &k->mark[(k->newest + MARKS - back) % MARKS];
}

bool iface_mean(const struct iface *i, enum mark_value m, int64_t window_ns, uint64_t *ret_v)
{
	const struct mark *now, *then;
	unsigned int back = 1;

	if (!i->marks || i->marks->n < 2)
		return false;
	now = mark_at(i->marks, 0);
	/* A sample that came a little early still closes its second. */
	while (back + 1 < i->marks->n &&
	       now->mono_ns - mark_at(i->marks, back)->mono_ns < window_ns - NS_PER_S / 20)
		back++;
	then = mark_at(i->marks, back);
	*ret_v = fmt_rate(now->sum[m] - then->sum[m], now->mono_ns - then->mono_ns);
	return true;
}

size_t iface_history(const struct iface *i, enum mark_value m, uint64_t *ret_v, size_t max)
{
	const struct marks *k = i->marks;
	size_t n = k && m <= MARK_TX_BYTES ? MIN(max, (size_t)k->n_rates) : 0;

	for (size_t at = 0; at < n; at++) {
		float rate = k->rate[m][(k->newest_rate + HISTORY - (n - 1 - at)) % HISTORY];

		ret_v[at] = isnan(rate) ? IFACE_NO_RATE : (uint64_t)rate;
	}
	return n;
}
