// SPDX-License-Identifier: GPL-2.0-or-later
/* capture - see capture.h. Makes the workers, one for each thread; the first is the main thread,
 * which also hears signals and devices and prints the account. */
#include "capture.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "account.h"
#include "base/atomic.h"
#include "base/log.h"
#include "flight.h"
#include "setup.h"
#include "stuck.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/sig.h"
#include "worker.h"

enum { LOOK_NS = 500000000 };

struct capture {
	const struct job *job;
	struct setup *setup;
	struct stuck *stuck;
	struct account account;
	struct capture_state state;
	struct worker workers[JOB_MAX_THREADS];
	uint32_t n_workers, n_running; /* threads started, the main one not counted */
	int64_t report_ns;
	int64_t look_ns; /* when to look around again */
	struct err gone; /* set when the last device or the namespace went away */
};

/* Tells the other workers that the shared state has changed. */
static void wake_all(struct capture *c)
{
	uint64_t one = 1;
	uint32_t i;

	for (i = 1; i < c->n_workers; i++)
		if (write(c->workers[i].wake_fd, &one, sizeof(one)) < 0)
			log_warn("wake a thread: %s", strerror(errno));
}

static int on_signal(struct capture *c, struct err *e)
{
	struct worker *first = &c->workers[0];

	switch (sig_next(c->setup->sig_fd)) {
	case SIG_EVENT_STOP:
		atomic_put(&c->state.stop, 1);
		stuck_stopping(c->stuck);
		return 0;
	case SIG_EVENT_ROTATE:
		atomic_put(&c->state.rotate, c->state.rotate + 1);
		wake_all(c);
		return 0;
	case SIG_EVENT_TRIGGER:
		return first->flight ? flight_trigger(first->flight, "signal", e) : 0;
	default:
		return 0;
	}
}

/* A device that came up after the start. */
static void adopt(struct capture *c, const struct netdev *dev)
{
	struct err e = { 0 };

	if (worker_adopt(&c->workers[0], dev, &e) < 0)
		log_warn("%s came up after the start and is not captured: %s", dev->name, e.text);
	else
		log_info("%s came up and is captured too", dev->name);
}

/* A device that goes away ends its part; one that is renamed or down is waited for. */
static void on_device(struct capture *c, const struct netmon_event *ev)
{
	struct setup *s = c->setup;
	uint32_t i, alive = 0, ours = 0;

	if (s->replay && ev->what == NETMON_REMOVED && ev->dev.ifindex == s->out_ifindex) {
		err_set(&c->gone, ENODEV, "%s was removed; the redirection has ended",
			ev->dev.name);
		atomic_put(&c->state.stop, 1);
		return;
	}
	for (i = 0; i < s->n_lanes; i++) {
		if (s->lanes[i].dev.ifindex == ev->dev.ifindex) {
			ours++;
			if (ev->what == NETMON_REMOVED)
				atomic_put(&s->lanes[i].gone, true);
			fairlock_take(s->lanes[i].lock);
			memcpy(s->lanes[i].dev.name, ev->dev.name, sizeof(ev->dev.name));
			fairlock_leave(s->lanes[i].lock);
		}
		alive += !s->lanes[i].gone;
	}
	if (!ours) {
		if (s->all_devices && ev->dev.flags & IFF_UP &&
		    (ev->what == NETMON_ADDED || ev->what == NETMON_UP))
			adopt(c, &ev->dev);
		return;
	}
	if (ev->what == NETMON_RENAMED)
		log_warn("%s is now called %s; the capture goes on", ev->old_name, ev->dev.name);
	else if (ev->what == NETMON_DOWN)
		log_warn("%s is down; waiting for it to come up", ev->dev.name);
	else if (ev->what == NETMON_REMOVED && alive)
		log_warn("%s was removed; the capture goes on without it", ev->dev.name);
	else if (ev->what == NETMON_REMOVED) {
		err_set(&c->gone, ENODEV, "%s was removed; the capture has ended", ev->dev.name);
		atomic_put(&c->state.stop, 1);
	}
}

static int on_devices(struct capture *c, struct err *e)
{
	struct netmon_event ev;
	int rc;

	while ((rc = netmon_next(c->setup->netmon, &ev, e)) == 1)
		on_device(c, &ev);
	return rc;
}

/* What is looked at now and then; worker_wait() returns at least once a second. A namespace lives
 * on while our sockets are in it, empty: its end is the end of the capture. */
static void look_around(struct capture *c)
{
	int64_t now = clock_mono_ns();

	if (now < c->look_ns)
		return;
	c->look_ns = now + LOOK_NS;
	if (c->setup->netns_watch && netns_watch_gone(c->setup->netns_watch, &c->gone))
		atomic_put(&c->state.stop, 1);
}

static bool done(const struct capture *c)
{
	return atomic_get(&c->state.stop) || stuck_gave_up(c->stuck) ||
	       (c->state.limited && !atomic_get(&c->state.left));
}

static int loop(struct capture *c, struct err *e)
{
	struct worker *w = &c->workers[0];
	int rc = 0;

	while (rc >= 0 && !done(c)) {
		rc = worker_turn(w, e);
		if (clock_mono_ns() >= c->report_ns) {
			account_interval(&c->account);
			/* After a stop (SIGSTOP, a slow disk) nothing is made up for. */
			while (c->report_ns <= clock_mono_ns())
				c->report_ns += c->job->stats_interval_ns;
		}
		look_around(c);
		w->fds[0] = (struct pollfd){ .fd = c->setup->sig_fd, .events = POLLIN };
		w->fds[1] = (struct pollfd){ .fd = netmon_fd(c->setup->netmon), .events = POLLIN };
		/* After a busy turn only a look at signals and devices. */
		if (rc >= 0 && !done(c))
			rc = worker_wait(w, rc ? 0 : c->report_ns, e);
		if (!rc && w->fds[0].revents)
			rc = on_signal(c, e);
		if (!rc && w->fds[1].revents)
			rc = on_devices(c, e);
	}
	return MIN(rc, 0); /* a turn tells how many blocks it moved */
}

static int start_threads(struct capture *c, struct err *e)
{
	struct worker *w;
	int code;

	while (c->n_running + 1 < c->n_workers) {
		w = &c->workers[c->n_running + 1];
		code = pthread_create(&w->thread, NULL, worker_thread, w);
		if (code)
			return err_sys(e, code, "start a capture thread");
		c->n_running++;
	}
	return 0;
}

static int join_threads(struct capture *c, struct err *e)
{
	int rc = 0;

	atomic_put(&c->state.stop, 1);
	wake_all(c);
	for (; c->n_running; c->n_running--) {
		struct worker *w = &c->workers[c->n_running];

		pthread_join(w->thread, NULL);
		if (w->rc && !rc) {
			rc = w->rc;
			*e = w->err;
		}
	}
	return rc;
}

/* Divides the lanes among the workers: each has one ring of every device. */
static int make_workers(struct capture *c, struct err *e)
{
	struct setup *s = c->setup;
	uint32_t i, each = s->n_lanes / s->n_threads;
	struct worker *w;

	for (i = 0; i < s->n_threads; i++) {
		w = &c->workers[i];
		*w = (struct worker){
			.setup = s,
			.state = &c->state,
			.lanes = s->lanes + i * each,
			.n_lanes = each,
			.out = s->outs ? s->outs[i] : NULL,
			.cpu = s->n_threads > 1 && c->job->n_cpus ?
				(int)c->job->cpus[i % c->job->n_cpus] : -1,
			.wake_fd = -1,
			.fds = calloc(2 + each + s->n_spares, sizeof(struct pollfd)),
		};
		c->n_workers++;
		w->wake_fd = i ? eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : -1;
		if (!w->fds || (i && w->wake_fd < 0))
			return err_sys(e, ENOMEM, "capture threads");
	}
	return c->job->flight_bytes == OPT_UNSET ? 0 : flight_open(s, &c->workers[0].flight, e);
}

/* Runs the capture that is set up; the account is printed whatever comes of it. */
static int capture(struct capture *c, struct err *e)
{
	struct err other = { 0 };
	int rc, rc_other;
	uint32_t i;

	account_start(&c->account, c->setup);
	c->report_ns = c->job->stats_interval_ns == OPT_UNSET ? INT64_MAX :
		       clock_mono_ns() + (int64_t)c->job->stats_interval_ns;
	rc = start_threads(c, e);
	if (!rc)
		rc = loop(c, e);
	rc_other = join_threads(c, &other);
	for (i = 0; i < c->setup->n_lanes; i++)
		if (lane_stop(&c->setup->lanes[i], rc ? NULL : e) < 0 && !rc)
			rc = -EIO;
	for (i = 0; i < c->n_workers; i++) {
		int own = i ? c->workers[i].rc : rc;
		int end = worker_end(&c->workers[i], own, rc || rc_other ? NULL : e);

		rc = rc ? rc : i ? (rc_other ? 0 : end) : end;
	}
	if (c->setup->replay)
		replay_finish(c->setup->replay);
	c->account.no_stdout = stuck_gave_up(c->stuck);
	account_end(&c->account);
	if (c->account.no_stdout && rc == -EPIPE)
		rc = err_set(e, EINTR, "standard output took nothing; interrupted, "
			     "what it has not taken is lost");
	if (!rc && rc_other) {
		*e = other;
		rc = rc_other;
	}
	if (!rc && c->gone.code) {
		*e = c->gone;
		rc = -ENODEV;
	}
	return rc;
}

int capture_run(const struct job *job, struct err *e)
{
	struct capture *c = calloc(1, sizeof(*c));
	uint32_t i;
	int rc;

	if (!c)
		return err_set(e, ENOMEM, "out of memory");
	c->job = job;
	c->state.left = job->n_packets;
	c->state.limited = job->n_packets > 0;
	rc = setup_open(job, &c->setup, e);
	if (!rc)
		rc = make_workers(c, e);
	if (!rc)
		rc = setup_start(c->setup, e);
	if (!rc)
		rc = stuck_open(c->setup->sig_fd, &c->stuck, e);
	if (!rc)
		rc = capture(c, e);
	stuck_close(c->stuck);
	flight_close(c->workers[0].flight);
	for (i = 0; i < c->n_workers; i++) {
		free(c->workers[i].fds);
		close_p(&c->workers[i].wake_fd);
	}
	setup_close(c->setup);
	free(c);
	return rc;
}
