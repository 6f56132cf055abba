// SPDX-License-Identifier: GPL-2.0-or-later
/* capture - see capture.h. The loop: wait for a ring, a signal or a deadline; lend up to a batch of
 * blocks of one ring; print, write, give them back; next ring. A block goes back only when its
 * packets are written or counted as something else. */
#include "capture.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "base/log.h"
#include "flight.h"
#include "lane.h"
#include "out.h"
#include "setup.h"
#include "sys/clock.h"
#include "sys/netmon.h"
#include "sys/sig.h"

enum {
	DRAIN_NS = 2 * 1000000000ll, /* at the end: the open block closes within its retire time */
	COUNT_NS = 1000000000ll,     /* the kernel's 32-bit counters are read this often */
};

struct capture {
	const struct job *job;
	struct setup *setup; /* lanes, output, descriptors */
	struct account account;
	struct flight *flight;
	uint64_t left;       /* packets until -n is reached */
	bool stop, failed;
	int64_t count_ns, report_ns;
	struct pollfd *fds;
};

static void take_count(struct lane *l, const struct out_count *c)
{
	l->written += c->written;
	l->written_bytes += c->written_bytes;
	l->not_written += c->not_written;
}

static int print_block(struct capture *c, struct lane *l, const struct block *b, uint64_t n,
		       struct err *e)
{
	struct sink *k = c->setup->print;
	uint32_t pos = 0;
	struct pkt p;
	int rc = 0;

	for (; !rc && n && block_next(b, &pos, &p); n--) {
		p.iface = l - c->setup->lanes;
		rc = k->ops->put(k, &c->setup->as_source, &p, e);
	}
	return rc;
}

/* Hands one block on; it stays lent. */
static int consume(struct capture *c, struct lane *l, const struct block *b, struct err *e)
{
	uint64_t n = MIN((uint64_t)b->n_pkts, c->left);
	struct out_count oc = { 0 };
	int rc = 0;

	l->rejected += b->n_pkts - n;
	if (c->left != UINT64_MAX)
		c->left -= n;
	if (!n)
		return 0;
	if (c->setup->print)
		rc = print_block(c, l, b, n, e);
	if (!c->setup->out) {
		l->written += n;
		return rc;
	}
	if (!rc)
		rc = out_block(c->setup->out, b, l - c->setup->lanes, n, &oc, e);
	take_count(l, &oc);
	if (rc && !oc.not_written)
		l->not_written += n;
	return rc;
}

static int settle(struct capture *c, struct lane *l, struct err *e)
{
	struct out_count oc;
	int rc;

	if (!c->setup->out)
		return 0;
	rc = out_flush(c->setup->out, &oc, e);
	take_count(l, &oc);
	return rc;
}

/* One batch of one ring. Returns the blocks moved, or -errno. */
static int turn(struct capture *c, struct lane *l, struct err *e)
{
	unsigned int room = c->setup->out ? out_room(c->setup->out) : 1;
	struct block b;
	int rc = 0, n = 0;

	for (; !rc && room && ring_rx_get(l->ring, &b); room--, n++)
		rc = consume(c, l, &b, e);
	if (!n)
		return 0;
	if (!rc)
		rc = settle(c, l, e);
	for (int i = 0; i < n; i++)
		ring_rx_put(l->ring);
	return rc ? rc : n;
}

static int turn_all(struct capture *c, struct err *e)
{
	int rc, n = 0;
	uint32_t i;

	for (i = 0; i < c->setup->n_lanes; i++) {
		rc = c->flight ? flight_turn(c->flight, i, e) : turn(c, &c->setup->lanes[i], e);
		if (rc < 0)
			return rc;
		n += rc;
	}
	if (c->setup->print && n)
		rc = c->setup->print->ops->settle(c->setup->print, true, e);
	else
		rc = 0;
	return rc ? rc : n;
}

static int on_signal(struct capture *c, struct err *e)
{
	switch (sig_next(c->setup->sig_fd)) {
	case SIG_EVENT_STOP:
		c->stop = true;
		return 0;
	case SIG_EVENT_ROTATE:
		return c->setup->out && !c->flight ? out_rotate(c->setup->out, e) : 0;
	case SIG_EVENT_TRIGGER:
		return c->flight ? flight_trigger(c->flight, "signal", e) : 0;
	default:
		return 0;
	}
}

static struct lane *lane_of(struct capture *c, int ifindex)
{
	uint32_t i;

	for (i = 0; i < c->setup->n_lanes; i++)
		if (c->setup->lanes[i].dev.ifindex == ifindex)
			return &c->setup->lanes[i];
	return NULL;
}

/* A device that goes away ends its part; one that is renamed or down is waited for. */
static int on_device(struct capture *c, const struct netmon_event *ev, struct err *e)
{
	struct lane *l = lane_of(c, ev->dev.ifindex);
	uint32_t i, alive = 0;

	if (!l) {
		if (ev->what == NETMON_ADDED && c->setup->all_devices)
			log_warn("%s appeared after the start and is not captured", ev->dev.name);
		return 0;
	}
	switch (ev->what) {
	case NETMON_REMOVED:
		l->gone = true;
		break;
	case NETMON_RENAMED:
		log_warn("%s is now called %s; the capture goes on", ev->old_name, ev->dev.name);
		memcpy(l->dev.name, ev->dev.name, sizeof(l->dev.name));
		return 0;
	case NETMON_DOWN:
		log_warn("%s is down; waiting for it to come up", ev->dev.name);
		return 0;
	default:
		return 0;
	}
	for (i = 0; i < c->setup->n_lanes; i++)
		alive += !c->setup->lanes[i].gone;
	if (alive) {
		log_warn("%s was removed; the capture goes on without it", l->dev.name);
		return 0;
	}
	c->stop = c->failed = true;
	return err_set(e, ENODEV, "%s was removed; the capture has ended", l->dev.name);
}

static int on_devices(struct capture *c, struct err *e)
{
	struct netmon_event ev;
	struct err gone = { 0 };
	int rc;

	while ((rc = netmon_next(c->setup->netmon, &ev, e)) == 1)
		if (on_device(c, &ev, &gone) == -ENODEV)
			*e = gone;
	return rc;
}

/* When the next deadline is, as a timeout for poll(), ms rounded up. */
static int timeout_ms(const struct capture *c)
{
	int64_t now = clock_mono_ns(), due = c->count_ns;

	due = MIN(due, c->report_ns);
	if (c->setup->out)
		due = MIN(due, out_due_ns(c->setup->out));
	if (c->flight)
		due = MIN(due, now + (int64_t)c->setup->retire_ms * 1000000);
	return due <= now ? 0 : (due - now + 999999) / 1000000;
}

static int wait_events(struct capture *c, struct err *e)
{
	struct setup *s = c->setup;
	nfds_t n = 2;
	uint32_t i;
	int rc;

	c->fds[0] = (struct pollfd){ .fd = s->sig_fd, .events = POLLIN };
	c->fds[1] = (struct pollfd){ .fd = netmon_fd(s->netmon), .events = POLLIN };
	/* A ring whose blocks are held would be reported as readable all the time. */
	for (i = 0; i < s->n_lanes && !c->flight; i++)
		if (!s->lanes[i].gone)
			c->fds[n++] = (struct pollfd){ .fd = ring_rx_fd(s->lanes[i].ring),
						       .events = POLLIN };
	rc = poll(c->fds, n, timeout_ms(c));
	if (rc < 0 && errno != EINTR)
		return err_sys(e, errno, "poll");
	if (rc <= 0)
		return 0;
	for (i = 2; i < n; i++)
		if (c->fds[i].revents & POLLERR)
			for (uint32_t k = 0; k < s->n_lanes; k++)
				if (ring_rx_fd(s->lanes[k].ring) == c->fds[i].fd)
					(void)ring_rx_error(s->lanes[k].ring);
	rc = c->fds[0].revents ? on_signal(c, e) : 0;
	if (!rc && c->fds[1].revents)
		rc = on_devices(c, e);
	return rc;
}

static int on_time(struct capture *c, struct err *e)
{
	int64_t now = clock_mono_ns();
	struct ring_rx_count rc_count;
	uint32_t i;

	if (now >= c->count_ns) {
		for (i = 0; i < c->setup->n_lanes; i++)
			ring_rx_count(c->setup->lanes[i].ring, &rc_count);
		c->count_ns = now + COUNT_NS;
	}
	if (now >= c->report_ns) {
		account_interval(&c->account);
		c->report_ns += c->job->stats_interval_ns;
	}
	if (c->flight)
		return flight_tick(c->flight, e);
	return c->setup->out ? out_tick(c->setup->out, e) : 0;
}

static int loop(struct capture *c, struct err *e)
{
	int rc = 0;

	while (!rc && !c->stop && c->left) {
		rc = turn_all(c, e);
		if (rc >= 0)
			rc = on_time(c, e);
		if (!rc && c->left)
			rc = wait_events(c, e);
	}
	return rc;
}

static bool all_idle(struct capture *c)
{
	uint32_t i;

	for (i = 0; i < c->setup->n_lanes; i++)
		if (!ring_rx_idle(c->setup->lanes[i].ring))
			return false;
	return true;
}

/* Reception ends; what the rings hold is still written, so that the account closes. */
static int drain(struct capture *c, int before, struct err *e)
{
	int64_t deadline = clock_mono_ns() + DRAIN_NS;
	struct err *quiet = before ? NULL : e;
	int rc = before, n;
	struct block b;
	uint32_t i;

	for (i = 0; i < c->setup->n_lanes; i++)
		if (ring_rx_stop(c->setup->lanes[i].ring, quiet) < 0 && !rc)
			rc = -EIO;
	if (c->flight)
		flight_end(c->flight);
	while (!all_idle(c) && clock_mono_ns() < deadline) {
		if (!rc) {
			n = turn_all(c, e);
			rc = MIN(n, 0);
		} else {
			/* The output failed: account for what cannot be written. */
			for (i = 0, n = 0; i < c->setup->n_lanes; i++)
				while (ring_rx_get(c->setup->lanes[i].ring, &b)) {
					c->setup->lanes[i].not_written += b.n_pkts;
					ring_rx_put(c->setup->lanes[i].ring);
					n++;
				}
		}
		if (!n)
			clock_sleep_until(clock_mono_ns() + 1000000);
	}
	if (c->flight)
		flight_end(c->flight);
	return rc;
}

int capture_run(const struct job *job, struct err *e)
{
	struct capture c = { .job = job, .left = job->n_packets ? job->n_packets : UINT64_MAX };
	struct err gone = { 0 };
	int rc, end;

	rc = setup_open(job, &c.setup, e);
	if (rc)
		return rc;
	c.fds = calloc(2 + c.setup->n_lanes, sizeof(*c.fds));
	if (!c.fds)
		rc = err_set(e, ENOMEM, "out of memory");
	if (!rc && job->flight_bytes != OPT_UNSET)
		rc = flight_open(c.setup, &c.flight, e);
	if (!rc)
		rc = setup_start(c.setup, e);
	if (!rc) {
		account_start(&c.account, c.setup);
		c.count_ns = clock_mono_ns() + COUNT_NS;
		c.report_ns = job->stats_interval_ns == OPT_UNSET ? INT64_MAX :
			      clock_mono_ns() + (int64_t)job->stats_interval_ns;
		rc = loop(&c, e);
		if (c.failed)
			gone = *e;
		rc = drain(&c, rc, e);
		end = c.setup->out ? out_end(c.setup->out, rc ? NULL : e) : 0;
		rc = rc ? rc : end;
		account_end(&c.account);
		if (!rc && c.failed) {
			*e = gone;
			rc = -ENODEV;
		}
	}
	flight_close(c.flight);
	free(c.fds);
	setup_close(c.setup);
	return rc;
}
