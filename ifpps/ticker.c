// SPDX-License-Identifier: GPL-2.0-or-later
/* ticker - see ticker.h. */
#include "ticker.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

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

static int sample(struct ticker *t, struct err *e)
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

static int on_time(void *arg, uint64_t n, struct err *e)
{
	struct clockwork *c = arg;
	int rc = 0;

	(void)n;
	if (c->t->paused)
		return 0;
	rc = sample(c->t, e);
	if (!rc)
		rc = c->t->sampled(c->t->arg, e);
	if (rc > 0 || (!rc && ++c->n_done >= c->t->job->n_samples))
		loop_stop(c->loop);
	return MIN(rc, 0);
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

int ticker_run(struct ticker *t, struct err *e)
{
	AUTO(loop_free_ref) struct loop *loop = NULL;
	AUTO(close_p) int signals = -1;
	struct clockwork c = { .t = t };
	int rc = loop_new(&loop, e);

	if (!rc)
		rc = sig_open(&signals, e);
	if (t->job->device)
		sampler_watch(t->sampler, t->job->device);
	if (!rc)
		rc = sample(t, e);
	if (!rc)
		rc = check_devices(t->job, &t->state->ifaces, e);
	if (!rc && t->started)
		rc = t->started(t->arg, e);
	if (rc)
		return rc;
	c.loop = loop;
	c.signals = signals;
	rc = loop_timer(loop, clock_mono_ns() + t->job->interval_ns, t->job->interval_ns, on_time,
			&c, e);
	if (rc >= 0)
		rc = loop_add(loop, signals, EPOLLIN, on_signal, &c, e);
	if (!rc && t->input)
		rc = loop_add(loop, STDIN_FILENO, EPOLLIN, on_input, &c, e);
	if (!rc)
		rc = loop_run(loop, e);
	return rc;
}
