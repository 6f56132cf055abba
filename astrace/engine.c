// SPDX-License-Identifier: GPL-2.0-or-later
/* engine - see engine.h. */
#include "engine.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/log.h"
#include "outcsv.h"
#include "outdot.h"
#include "outjson.h"
#include "proto/linktype.h"
#include "proto/render.h"
#include "proto/walk.h"
#include "record.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/loop.h"
#include "sys/sig.h"
#include "text.h"

enum { BURST = 64, NAMES_MS = 1000 };

/* After so many probes answers are looked at: that of a target that is near spares the rest. */
enum { LOOK_AFTER = 16 };

/* Output that nobody reads ends the run like Ctrl-C. */
static int flush_out(struct engine *g, struct err *e)
{
	int rc = g->out.len || g->out.failed
			 ? fd_write_text(STDOUT_FILENO, &g->out, "standard output", e)
			 : 0;

	if (rc == -EPIPE) {
		g->stopped = true;
		str_clear(&g->out);
		return 0;
	}
	return rc;
}

static void show_packet(struct engine *g, const uint8_t *p, uint32_t n, int family)
{
	struct walk *w = calloc(1, sizeof(*w));
	const struct render_style style = { .no_payload = false };
	const struct render_meta meta = { .dir = 0 };

	if (!w)
		return;
	walk_packet(family == AF_INET ? 228 : 229, p, n, n, w);
	render_text(&g->out, w, &meta, &style);
	free(w);
}

static int record(struct engine *g, const uint8_t *p, uint32_t n, int64_t at_ns, bool sent,
		  struct err *e)
{
	g->n_recorded += g->record != NULL;
	return record_put(g->record, p, n, at_ns, sent, e);
}

/* The target that 'a' is about by its addresses; NULL if it is about none. */
static struct target *about(struct engine *g, const struct answer *a)
{
	const struct addr *to = a->quote.present ? &a->quote.dst : &a->from;

	for (unsigned int i = g->first; i < g->begun; i++)
		if (addr_eq(&g->target[i].addr, to))
			return &g->target[i];
	return NULL;
}

static int hand_out(struct engine *g, const struct answer *a, int64_t at_ns, struct err *e)
{
	struct target *t = about(g, a);
	int rc;

	if (t && t->diff && diff_answer(t->diff, a, at_ns, g->record ? g->n_recorded + 1 : 0)) {
		know_ask(g->know, &a->from);
		return 1;
	}
	if (t) {
		rc = target_answer(t, a, false, at_ns, e);
		if (rc > 0)
			know_ask(g->know, &a->from);
		return rc;
	}
	/* a box on the way may have put another destination into it */
	for (unsigned int i = g->first; i < g->begun && a->quote.present; i++) {
		rc = target_answer(&g->target[i], a, true, at_ns, e);
		if (rc)
			return rc;
	}
	return 0;
}

static int take_answers(struct engine *g, int family, struct err *e)
{
	struct arrival in = { 0 };
	int n, rc;

	for (;;) {
		n = wire_take(g->wire, family, &in);
		if (n == -ENETDOWN)
			return err_set(e, ENETDOWN, "the device went down");
		if (n < 0)
			return err_sys(e, -n, "receiving answers");
		if (!n)
			return 0;
		if (in.outgoing) {
			g->n_recorded += g->record != NULL;
			if (record_put_own(g->record, in.p, in.n, in.at_ns, e))
				return -e->code;
			continue;
		}
		g->n_packets++;
		rc = in.understood ? hand_out(g, &in.a, in.at_ns, e) : 0;
		g->n_strange += !rc;
		if (rc > 0 && in.p)
			rc = record(g, in.p, in.n, in.at_ns, false, e) ? -e->code : 1;
		if (rc < 0)
			return rc;
		if (rc && in.p && g->job->show_packet)
			show_packet(g, in.p, in.n, family);
	}
}

static int on_answer4(void *arg, uint64_t events, struct err *e)
{
	(void)events;
	return take_answers(arg, AF_INET, e);
}

static int on_answer6(void *arg, uint64_t events, struct err *e)
{
	(void)events;
	return take_answers(arg, AF_INET6, e);
}

static int on_names(void *arg, uint64_t events, struct err *e)
{
	struct engine *g = arg;

	(void)events;
	(void)e;
	know_turn(g->know);
	return 0;
}

static int begin(struct engine *g, struct target *t, struct err *e)
{
	return target_begin(t, g->job, g->low_port, g->key, clock_mono_ns(), e);
}

/* Begins targets anew that 'all' or, as nobody answered, have nothing to be watched. */
static int ask_anew(struct engine *g, bool all, struct err *e)
{
	int rc = 0;

	for (unsigned int i = 0; i < g->begun && !rc; i++) {
		if (!all && !g->target[i].done)
			continue;
		target_forget(&g->target[i]);
		rc = begin(g, &g->target[i], e);
	}
	return rc;
}

static int do_wish(struct engine *g, int wish, struct err *e)
{
	if (wish == WATCH_AGAIN)
		return ask_anew(g, true, e);
	if (wish == WATCH_QUIT)
		g->stopped = true;
	for (unsigned int i = 0; wish == WATCH_RESET && i < g->begun; i++)
		cycles_reset(&g->target[i].cycles);
	return MIN(wish, 0);
}

static int on_signal(void *arg, uint64_t events, struct err *e)
{
	struct engine *g = arg;
	enum sig_event ev = sig_next(g->sig_fd);

	(void)events;
	if (ev == SIG_EVENT_STOP)
		g->stopped = true;
	if (ev == SIG_EVENT_RESIZE && g->watch)
		return do_wish(g, watch_input(g->watch, true, e), e);
	return 0;
}

static int on_key(void *arg, uint64_t events, struct err *e)
{
	struct engine *g = arg;

	(void)events;
	return do_wish(g, watch_input(g->watch, false, e), e);
}

static int send_one(struct engine *g, struct target *t, const struct due *d, struct err *e)
{
	uint8_t buf[PROBE_MAX];
	uint32_t n = probe_build(d->kind, d->id, buf);
	int64_t now = clock_mono_ns();
	int rc = wire_send(g->wire, d->kind, d->id, buf, n);

	if (rc == -EAGAIN || rc == -ENOBUFS)
		return rc;
	if (rc == -EMSGSIZE && d->of != DUE_MTU)
		return err_set(e, EMSGSIZE, "probes of %u bytes are larger than the device takes",
			       n);
	if (rc == -EPERM)
		log_info("a probe to %s was not let out (a firewall here)", addr_text(&t->addr).s);
	else if (rc && rc != -EMSGSIZE)
		return err_sys(e, -rc, "send to %s", addr_text(&t->addr).s);
	target_sent(t, d, now, rc);
	return rc ? 0 : record(g, buf, n, now, true, e);
}

/* Sends what is due. Returns 0 with '*ret_wake' the next moment worth looking, or -errno. */
static int send_due(struct engine *g, int64_t *ret_wake, struct err *e)
{
	int64_t step = NS_PER_S / (int64_t)g->job->rate, now = clock_mono_ns();
	unsigned int n = 0;
	struct due due;
	int rc;

	*ret_wake = INT64_MAX;
	g->paced_ns = MAX(g->paced_ns, now - BURST * step);
	for (unsigned int i = g->first; i < g->begun; i++) {
		struct target *t = &g->target[i];
		int64_t wake = INT64_MAX;

		while (!t->done && target_next(t, now, &due, &wake)) {
			if (g->paced_ns > now) {
				*ret_wake = MIN(*ret_wake, g->paced_ns);
				return 0;
			}
			rc = send_one(g, t, &due, e);
			if (rc == -EAGAIN || rc == -ENOBUFS) {
				*ret_wake = now + NS_PER_MS;
				return 0;
			}
			if (rc)
				return rc;
			g->paced_ns += step;
			if (++n == LOOK_AFTER) {
				*ret_wake = now;
				return 0;
			}
		}
		if (!t->done && t->diff && t->diff->begun &&
		    diff_turn(t->diff, clock_mono_ns(), &wake, e))
			return -e->code;
		if (!t->done)
			*ret_wake = MIN(*ret_wake, wake);
	}
	return 0;
}

static int begin_more(struct engine *g, struct err *e)
{
	int rc = 0;

	while (!rc && g->begun < g->n_targets && g->begun - g->first < ENGINE_ACTIVE)
		rc = begin(g, &g->target[g->begun++], e);
	return rc;
}

/* Names of a target that is done, while they may still come. */
static bool names_awaited(struct engine *g, const struct target *t, int64_t now_ns)
{
	return know_pending(g->know) && now_ns < t->ended_ns + NAMES_MS * NS_PER_MS && !g->stopped;
}

/* Forms that are printed a target at a time. */
static void print_whole(struct engine *g, const struct target *t)
{
	if (g->job->form == FORM_JSON)
		outjson_target(t, g->know, &g->out);
	else if (g->job->form == FORM_CSV)
		outcsv_target(t, g->know, &g->out);
	else
		outdot_target(t, g->know, &g->out);
}

/* Prints what is ready, the targets in their order. */
static int show(struct engine *g, struct err *e)
{
	int64_t now = clock_mono_ns();

	for (unsigned int i = g->first; i < g->begun; i++)
		if (target_judge(&g->target[i], now, e))
			return -e->code;
	if (g->watch) {
		int rc = ask_anew(g, false, e);

		return rc ? rc : watch_show(g->watch, g->target, g->n_targets, now, e);
	}
	while (g->first < g->begun) {
		struct target *t = &g->target[g->first];

		if (g->job->form != FORM_TEXT) {
			if (!t->done || names_awaited(g, t, now))
				break;
			print_whole(g, t);
		} else {
			if (!t->printed)
				t->printed = text_progress(t, g->job, g->know, now, &g->out);
			if (!t->printed || names_awaited(g, t, now))
				break;
			text_late_names(t, g->know, &g->out);
			if (g->first + 1 < g->n_targets)
				str_add(&g->out, "\n");
		}
		target_end(t);
		g->first++;
	}
	return flush_out(g, e);
}

/* After a signal: what is known is printed, and said to be a part. */
static int show_rest(struct engine *g, struct err *e)
{
	for (unsigned int i = g->first; i < g->begun; i++) {
		struct target *t = &g->target[i];

		if (t->done)
			continue;
		t->done = t->given_up = true;
		t->chosen = t->chosen < 0 ? target_sweep(t) - t->sweep : t->chosen;
		t->ended_ns = clock_mono_ns();
	}
	return show(g, e);
}

static int watch_all(struct engine *g, struct loop *l, struct err *e)
{
	int rc = loop_add(l, g->sig_fd, EPOLLIN, on_signal, g, e);

	if (!rc && wire_fd(g->wire, AF_INET) >= 0)
		rc = loop_add(l, wire_fd(g->wire, AF_INET), EPOLLIN, on_answer4, g, e);
	if (!rc && wire_fd(g->wire, AF_INET6) >= 0)
		rc = loop_add(l, wire_fd(g->wire, AF_INET6), EPOLLIN, on_answer6, g, e);
	if (!rc && g->watch)
		rc = loop_add(l, STDIN_FILENO, EPOLLIN, on_key, g, e);
	if (!rc && know_fd(g->know) >= 0)
		rc = loop_add(l, know_fd(g->know), EPOLLIN, on_names, g, e);
	return rc;
}

static int wait_ms(int64_t wake)
{
	int64_t left = wake - clock_mono_ns();

	/* names and the moment at which a scout has won are looked for now and then */
	return left <= 0 ? 0 : MIN((left + NS_PER_MS - 1) / NS_PER_MS, 100);
}

int engine_open(struct engine *g, struct err *e)
{
	int rc = loop_new(&g->loop, e);

	return rc ? rc : watch_all(g, g->loop, e);
}

int engine_run(struct engine *g, struct err *e)
{
	int64_t wake = 0;
	int rc = 0;

	if (g->job->form == FORM_CSV)
		outcsv_head(&g->out);
	if (g->job->form == FORM_DOT)
		outdot_head(&g->out);

	while (!rc && !g->stopped && g->first < g->n_targets) {
		rc = begin_more(g, e);
		if (!rc)
			rc = send_due(g, &wake, e);
		if (!rc)
			rc = loop_turn(g->loop, wait_ms(wake), e) < 0 ? -e->code : 0;
		if (!rc)
			rc = show(g, e);
	}
	if (g->watch) {
		/* what is said from here on goes to the terminal as it was */
		watch_close(TAKE(g->watch, NULL));
		return rc;
	}
	if (!rc && g->stopped)
		rc = show_rest(g, e);
	if (!rc && g->job->form == FORM_DOT) {
		outdot_tail(&g->out);
		rc = flush_out(g, e);
	}
	if (!rc && wire_lost(g->wire))
		log_warn("%llu answers were lost here: the socket was full",
			 (unsigned long long)wire_lost(g->wire));
	return rc;
}
