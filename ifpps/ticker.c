// SPDX-License-Identifier: GPL-2.0-or-later
/* ticker - see ticker.h. */
#include "ticker.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "side.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/loop.h"
#include "sys/sig.h"

struct clockwork {
	struct ticker *t;
	struct loop *loop;
	int signals;
	uint64_t n_done;
};

/* Takes a sample into the state; -ENODATA, without a sentence: a recording is over. */
static int take(struct ticker *t, struct err *e)
{
	struct state *st = t->state;
	int64_t start = clock_cpu_ns();
	int rc = state_keep_host(st, e);

	if (!rc)
		rc = sampler_read(t->sampler, t->needs, &st->now, e);
	if (!rc)
		rc = ifaces_update(&st->ifaces, &st->now, e);
	if (!st->n_samples++)
		st->first_ns = st->now.mono_ns;
	else
		st->cost_ns += clock_cpu_ns() - start;
	return rc;
}

/* What is written besides a view comes behind it, as it keeps what the view asked. 'rc' is what
 * the view returned. */
static int write_besides(struct ticker *t, int rc, struct err *e)
{
	int late = rc >= 0 ? side_sampled(t->side, e) : 0;

	return late ? late : rc;
}

/* Sets the timer for the sample of a recording that comes next; none: it stands still. */
static int arm(struct ticker *t, struct err *e)
{
	int64_t gap = sampler_gap_ns(t->sampler);

	t->paused |= gap < 0;
	if (gap < 0)
		return loop_timer_set(t->timer, 0, 0, e);
	return loop_timer_set(t->timer, clock_mono_ns() + gap / (int64_t)t->job->speed, 0, e);
}

static int on_time(void *arg, uint64_t n, struct err *e)
{
	struct clockwork *c = arg;
	int rc = 0;

	(void)n;
	side_turn(c->t->side);
	if (c->t->paused)
		return sampler_plays(c->t->sampler) ? loop_timer_set(c->t->timer, clock_mono_ns() +
							NS_PER_S / 10, 0, e) : 0;
	rc = take(c->t, e);
	/* First, so that the screen shows that it was the last one. */
	if (!rc && sampler_plays(c->t->sampler))
		rc = arm(c->t, e);
	if (!rc)
		rc = write_besides(c->t, c->t->sampled(c->t->arg, e), e);
	if (rc > 0 || (!rc && ++c->n_done >= c->t->job->n_samples))
		loop_stop(c->loop);
	return MIN(rc, 0);
}

/* A recording as text has no clock to wait for. */
static int run_through(struct ticker *t, struct err *e)
{
	uint64_t n = 0;
	int rc = 0;

	while (!rc && n++ < t->job->n_samples && !sig_stop_pending()) {
		rc = take(t, e);
		if (!rc)
			rc = write_besides(t, t->sampled(t->arg, e), e);
	}
	return rc == -ENODATA || rc > 0 ? 0 : rc;
}

int ticker_seek(struct ticker *t, size_t place, struct err *e)
{
	struct state *st = t->state;
	size_t n, from;
	int rc = 0;

	(void)sampler_place(t->sampler, &n);
	place = MIN(place, n - 1);
	from = place > HISTORY ? place - HISTORY : 0;
	state_free(st);
	*st = (struct state){ 0 };
	sampler_seek(t->sampler, from);
	for (; !rc && from <= place; from++)
		rc = take(t, e);
	return rc ? rc : arm(t, e);
}

static int on_side(void *arg, uint64_t events, struct err *e)
{
	struct ticker *t = arg;

	(void)events;
	(void)e;
	side_turn(t->side);
	return 0;
}

static int on_signal(void *arg, uint64_t events, struct err *e)
{
	struct clockwork *c = arg;
	enum sig_event ev;

	(void)events;
	while ((ev = sig_next(c->signals)) != SIG_EVENT_NONE) {
		if (ev == SIG_EVENT_STOP)
			loop_stop(c->loop);
		else if (ev == SIG_EVENT_RESIZE && c->t->input)
			return c->t->input(c->t->arg, true, e);
	}
	return 0;
}

static int on_input(void *arg, uint64_t events, struct err *e)
{
	struct clockwork *c = arg;
	int rc = c->t->input(c->t->arg, false, e);

	(void)events;
	if (rc > 0)
		loop_stop(c->loop);
	return MIN(rc, 0);
}

/* A device that was named without wildcards has to be there at first. */
static int check_devices(const struct job *job, const struct ifaces *t, struct err *e)
{
	for (unsigned int i = 0; i < job->devices.n; i++)
		if (!strpbrk(job->devices.v[i], "*?[") && !ifaces_find(t, job->devices.v[i]))
			return err_set(e, ENODEV, "there is no network device \"%s\"",
				       job->devices.v[i]);
	return 0;
}

static void loop_free_ref(struct loop **l)
{
	loop_free(*l);
}

/* Puts timer, signals and descriptors into the loop, and turns it. */
static int turn(struct clockwork *c, struct err *e)
{
	struct ticker *t = c->t;
	int64_t period = sampler_plays(t->sampler) ? 0 : t->job->interval_ns;
	int rc;

	t->timer = loop_timer(c->loop, clock_mono_ns() + t->job->interval_ns, period, on_time, c,
			      e);
	rc = MIN(t->timer, 0);
	if (!rc && !period)
		rc = arm(t, e);
	if (!rc)
		rc = loop_add(c->loop, c->signals, EPOLLIN, on_signal, c, e);
	if (!rc && side_fd(t->side) >= 0)
		rc = loop_add(c->loop, side_fd(t->side), EPOLLIN, on_side, t, e);
	if (!rc && t->input)
		rc = loop_add(c->loop, STDIN_FILENO, EPOLLIN, on_input, c, e);
	return rc ? rc : loop_run(c->loop, e);
}

int ticker_run(struct ticker *t, struct err *e)
{
	AUTO(loop_free_ref) struct loop *loop = NULL;
	AUTO(close_p) int signals = -1;
	struct clockwork c = { .t = t };
	int rc = loop_new(&loop, e), late;

	if (!rc)
		rc = sig_open(&signals, e);
	if (!rc)
		rc = side_open(t->job, t->state, sampler_notes(t->sampler), &t->side, e);
	if (rc)
		return rc;
	if (t->job->device)
		sampler_watch(t->sampler, t->job->device);
	c.loop = loop;
	c.signals = signals;
	rc = take(t, e);
	if (!rc)
		rc = check_devices(t->job, &t->state->ifaces, e);
	if (!rc)
		rc = write_besides(t, t->started ? t->started(t->arg, e) : 0, e);
	if (!rc && sampler_plays(t->sampler) && t->job->mode != MODE_SCREEN)
		rc = run_through(t, e);
	else if (!rc)
		rc = turn(&c, e);
	if (side_fd(t->side) >= 0)
		loop_del(loop, side_fd(t->side));
	late = side_close(t->side, rc >= 0, rc ? NULL : e);
	return rc < 0 ? rc : late;
}
