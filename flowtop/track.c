// SPDX-License-Identifier: GPL-2.0-or-later
/* track - see track.h.
 *
 * Flows that began before anybody listened tell no end (nf_conntrack_events = 2, the default): they
 * leave when the time that the kernel gave them has passed and a question, or the next sweep, finds
 * them gone. The kernel's answers are made while it is asked, so the CPU time of a sweep is ours to
 * measure, and the next one waits until the budget has grown to it again. */
#include "track.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "base/attr.h"
#include "sys/clock.h"
#include "sys/proc.h"

enum {
	TURN_MESSAGES = 2000, /* a few milliseconds */
	ASKED = 1024,	      /* questions on their way */
	ASK_RCVBUF = 4 << 20,
	SECOND = 1000000000,
};

struct asked {
	uint32_t seq, row;
};

struct track {
	struct track_conf conf;
	struct ctsock *events, *dump, *ask;
	struct flows *flows;
	struct track_stats stats;
	struct asked asked[ASKED]; /* by the lower bits of their number */
	unsigned int n_asked;
	bool all_evented; /* every flow tells its end */
	uint32_t round;
	int64_t now_ns, sweep_start_ns, sweep_due_ns, sweep_used_ns, expiry_due_ns;
	bool lost_since; /* since the sweep in progress began */
};

static int64_t cpu_ns(void)
{
	struct timespec ts;

	return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts) < 0
		       ? 0
		       : (int64_t)ts.tv_sec * SECOND + ts.tv_nsec;
}

static void end_flow(struct track *t, uint32_t row, bool told)
{
	t->stats.ended++;
	if (t->conf.ended)
		t->conf.ended(t->conf.arg, flows_at(t->flows, row), told);
	flows_del(t->flows, row);
}

/* What the kernel says of a flow that is in the table, or is now. */
static void learn(struct track *t, const struct ct *c, bool event)
{
	uint32_t row = flows_find(t->flows, &c->key);
	struct flow *f;
	bool fresh;

	/* The same addresses again, and nobody told that the one before had ended. */
	if (row != FLOWS_NONE && flows_at(t->flows, row)->ct.id != c->id) {
		end_flow(t, row, false);
		row = FLOWS_NONE;
	}
	fresh = row == FLOWS_NONE;
	if (fresh)
		row = flows_add(t->flows, c);
	if (row == FLOWS_NONE)
		return;
	f = flows_at(t->flows, row);
	f->round = t->round;
	if (fresh) {
		f->seen_ns = t->now_ns;
		f->counted_ns = c->has_counters ? t->now_ns : 0;
		f->evented = event || t->all_evented;
		t->stats.began++;
	} else {
		flow_count(f, c, t->now_ns);
		f->ct.status = c->status;
		f->ct.mark = c->mark;
		f->ct.reply = c->reply;
		f->ct.start_ns = c->start_ns ?: f->ct.start_ns; /* the first event tells none */
		if (c->state != CT_NO_STATE)
			f->ct.state = c->state;
		if (c->timeout_s)
			f->ct.timeout_s = c->timeout_s;
	}
	/* Events of updates tell no time. */
	if (!f->evented && c->timeout_s)
		flows_set_expiry(t->flows, row, t->now_ns / SECOND + c->timeout_s + 1);
	f->told_ns = c->timeout_s ? t->now_ns : f->told_ns;
	if (fresh && t->conf.began)
		t->conf.began(t->conf.arg, row, f);
}

static void on_event(void *arg, enum ct_what what, const struct ct *c)
{
	struct track *t = arg;
	uint32_t row;

	t->stats.events++;
	if (what == CT_NEW)
		learn(t, c, true);
	if (what != CT_DESTROY)
		return;
	row = flows_find(t->flows, &c->key);
	if (row == FLOWS_NONE || flows_at(t->flows, row)->ct.id != c->id)
		return;
	struct flow *f = flows_at(t->flows, row);

	if (c->has_counters) {
		for (unsigned int d = 0; d < CT_DIRS; d++) {
			f->ct.packets[d] = c->packets[d];
			f->ct.bytes[d] = c->bytes[d];
		}
		f->ct.has_counters = true;
	}
	f->ct.start_ns = c->start_ns ?: f->ct.start_ns;
	f->ct.stop_ns = c->stop_ns;
	end_flow(t, row, true);
}

static void on_dump(void *arg, enum ct_what what, const struct ct *c)
{
	if (what == CT_NEW)
		learn(arg, c, false);
}

static void on_answer(void *arg, enum ct_what what, const struct ct *c)
{
	struct track *t = arg;
	struct asked *a;

	t->n_asked -= t->n_asked > 0;
	if (what == CT_NEW)
		learn(t, c, false);
	if (what != CT_GONE)
		return;
	a = &t->asked[c->id % ASKED];
	if (a->seq == c->id && a->row < flows_rows(t->flows) && flows_at(t->flows, a->row)->used)
		end_flow(t, a->row, false);
}

bool track_ask(struct track *t, uint32_t row)
{
	const struct flow *f = flows_at(t->flows, row);
	uint32_t seq;

	if (t->n_asked >= ASKED / 2 ||
	    ctsock_get(t->ask, &f->ct.key, f->ct.zone_of_orig, &seq, NULL) < 0)
		return false;
	t->asked[seq % ASKED] = (struct asked){ seq, row };
	t->n_asked++;
	return true;
}

static int start_sweep(struct track *t, struct err *e)
{
	int r = ctsock_dump(t->dump, &t->conf.filter, e);

	if (r < 0)
		return r;
	t->round++;
	t->stats.repairing = t->lost_since;
	t->lost_since = false;
	t->stats.sweeping = true;
	t->sweep_start_ns = t->now_ns;
	t->sweep_used_ns = 0;
	return 0;
}

/* All is told: what was there before and is not any more has ended. */
static void end_sweep(struct track *t)
{
	struct track_stats *s = &t->stats;
	int64_t rest;

	for (uint32_t row = 0; row < flows_rows(t->flows); row++) {
		const struct flow *f = flows_at(t->flows, row);

		if (f->used && f->round != t->round)
			end_flow(t, row, false);
	}
	s->sweeping = s->repairing = false;
	s->sweeps++;
	s->sweep_cpu_ns = t->sweep_used_ns;
	s->swept_ns = t->sweep_start_ns;
	rest = t->sweep_used_ns * 1000 / t->conf.budget_permille;
	/* What was lost is repaired with five times the budget. */
	if (t->lost_since)
		rest /= 5;
	s->sweep_every_ns = MAX(rest, t->conf.interval_ns);
	t->sweep_due_ns = t->sweep_start_ns + s->sweep_every_ns;
}

static int read_dump(struct track *t, struct err *e)
{
	int64_t before = cpu_ns();
	bool done;
	int n = ctsock_read(t->dump, TURN_MESSAGES, on_dump, t, &done, e);

	t->sweep_used_ns += cpu_ns() - before;
	if (n == -ENOBUFS) { /* an answer that did not fit: ask again */
		t->lost_since = true;
		done = true;
		n = 0;
	}
	if (n >= 0 && done)
		end_sweep(t);
	return n;
}

static int read_events(struct track *t, struct err *e)
{
	bool done;
	int n = ctsock_read(t->events, TURN_MESSAGES, on_event, t, &done, e);

	if (n != -ENOBUFS)
		return n;
	t->stats.lost = ctsock_drops(t->events);
	t->lost_since = true;
	if (!t->stats.sweeping)
		t->sweep_due_ns = MIN(t->sweep_due_ns, t->now_ns);
	return 1;
}

/* Asks after flows whose time has passed and whose end nobody tells. */
static void ask_expired(struct track *t)
{
	uint32_t at = 0, row, now_s = t->now_ns / SECOND;

	t->expiry_due_ns = t->now_ns + SECOND / 2;
	while (flows_expired(t->flows, now_s, &at, &row)) {
		/* Too many to ask for each: a sweep answers all of them. */
		if (!track_ask(t, row)) {
			t->sweep_due_ns = MIN(t->sweep_due_ns, t->now_ns);
			return;
		}
		flows_set_expiry(t->flows, row, now_s + 2);
	}
}

int track_turn(struct track *t, int64_t now_ns, struct err *e)
{
	bool done;
	int n, more = 0;

	t->now_ns = now_ns;
	if (t->stats.sweeping) {
		n = read_dump(t, e);
		if (n < 0)
			return n;
		more |= n > 0;
	}
	n = read_events(t, e);
	if (n < 0)
		return n;
	more |= n > 0;
	n = ctsock_read(t->ask, TURN_MESSAGES, on_answer, t, &done, e);
	if (n == -ENOBUFS)
		t->n_asked = 0;
	else if (n < 0)
		return n;
	if (now_ns >= t->expiry_due_ns && !t->stats.sweeping)
		ask_expired(t);
	if (!t->stats.sweeping && now_ns >= t->sweep_due_ns) {
		n = start_sweep(t, e);
		if (n < 0)
			return n;
		more = 1;
	}
	return more;
}

int64_t track_due_ns(const struct track *t)
{
	return t->stats.sweeping ? t->now_ns + SECOND / 10
				 : MIN(t->sweep_due_ns, t->expiry_due_ns);
}

void track_fds(const struct track *t, int ret_fds[TRACK_FDS])
{
	ret_fds[0] = ctsock_fd(t->events);
	ret_fds[1] = ctsock_fd(t->dump);
	ret_fds[2] = ctsock_fd(t->ask);
}

unsigned int track_rcvbuf(const struct track *t)
{
	return ctsock_rcvbuf(t->events);
}

struct flows *track_flows(struct track *t)
{
	return t->flows;
}

void track_get_stats(const struct track *t, struct track_stats *ret_s)
{
	*ret_s = t->stats;
	ret_s->lost = ctsock_drops(t->events);
}

void track_close(struct track *t)
{
	if (!t)
		return;
	ctsock_close(t->events);
	ctsock_close(t->dump);
	ctsock_close(t->ask);
	flows_free(t->flows);
	free(t);
}

void track_close_p(struct track **t)
{
	track_close(*t);
}

int track_open(const struct track_conf *conf, struct track **ret_t, struct err *e)
{
	AUTO(track_close_p) struct track *t = calloc(1, sizeof(*t));
	char value[8];
	uint64_t seed;
	int r;

	if (!t)
		return err_set(e, ENOMEM, "out of memory");
	t->conf = *conf;
	t->now_ns = t->stats.opened_ns = clock_mono_ns();
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = t->now_ns;
	t->all_evented = sysctl_get("net.netfilter.nf_conntrack_events", value, sizeof(value),
				    NULL) == 1 &&
			 value[0] == '1';
	r = flows_new(seed, &t->flows, e);
	if (!r) /* first, so that nothing happens unheard during the dump */
		r = ctsock_open(true, conf->rcvbuf_bytes, &t->events, e);
	if (!r)
		r = ctsock_open(false, ASK_RCVBUF, &t->dump, e);
	if (!r)
		r = ctsock_open(false, ASK_RCVBUF, &t->ask, e);
	if (!r)
		r = start_sweep(t, e);
	if (r < 0)
		return r;
	*ret_t = TAKE(t, NULL);
	return 0;
}
