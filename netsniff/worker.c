// SPDX-License-Identifier: GPL-2.0-or-later
/* worker - see worker.h. */
#include "worker.h"

#include <errno.h>
#include <unistd.h>

#include "base/atomic.h"
#include "base/log.h"
#include "pkt/inplace.h"
#include "sys/clock.h"
#include "sys/cpu.h"

enum {
	SEND_BATCH = 256,
	DRAIN_NS = 2 * 1000000000ll, /* at the end: the open block closes within its retire time */
	COUNT_NS = 1000000000ll,     /* the kernel's 32-bit counters are read this often */
	NAP_NS = 1000000,
	/* The recorder's free part of the ring, 8 MiB or more, has to outlast this at full rate. */
	FLIGHT_WAIT_NS = 4000000,
};

static void take_count(struct lane *l, const struct out_count *c)
{
	l->written += c->written;
	l->written_bytes += c->written_bytes;
	l->not_written += c->not_written;
}

/* How many of 'n' packets are still wanted; they are taken from what -n leaves. */
static uint64_t take_wanted(struct worker *w, uint64_t n)
{
	uint64_t left;

	if (!w->state->limited)
		return n;
	left = atomic_get(&w->state->left);
	while (!atomic_swap_if(&w->state->left, &left, left - MIN(n, left)))
		;
	return MIN(n, left);
}

static int print_block(struct worker *w, struct lane *l, const struct block *b, uint64_t n,
		       struct err *e)
{
	struct sink *k = w->setup->print;
	uint32_t pos = 0;
	struct pkt p;
	int rc = 0;

	for (; !rc && n && block_next(b, &pos, &p); n--) {
		p.iface = l - w->setup->lanes;
		rc = k->ops->put(k, &w->setup->as_source, &p, e);
	}
	return rc;
}

/* Sends the first 'n' packets of 'b' on. Those that the sender was given count as written: its own
 * account says which of them left. */
static int send_block(struct worker *w, struct lane *l, const struct block *b, uint64_t n,
		      struct err *e)
{
	struct replay *r = w->setup->replay;
	struct pkt p[SEND_BATCH];
	unsigned int k, i;
	uint64_t given;
	uint32_t pos = 0;
	int rc = 0;

	while (n && rc >= 0) {
		given = replay_offered(r);
		for (k = 0; k < SEND_BATCH && k < n && block_next(b, &pos, &p[k]);)
			k++;
		rc = replay_put(r, p, k, e);
		given = replay_offered(r) - given;
		l->written += given;
		for (i = 0; i < given; i++)
			l->written_bytes += p[i].cap_len;
		n -= given;
		if (given < k)
			break;
	}
	l->not_written += n;
	return MIN(rc, 0);
}

/* All packets of 'b' as they are. */
static int consume_whole(struct worker *w, struct lane *l, const struct block *b, struct err *e)
{
	uint64_t n = take_wanted(w, b->n_pkts);
	struct out_count c = { 0 };
	int rc = 0;

	l->rejected += b->n_pkts - n;
	if (!n)
		return 0;
	if (w->setup->print)
		rc = print_block(w, l, b, n, e);
	if (w->setup->replay && !rc)
		return send_block(w, l, b, n, e);
	if (!w->out) {
		*(rc ? &l->not_written : &l->written) += n;
		return rc;
	}
	if (!rc)
		rc = out_block(w->out, b, l - w->lanes, n, &c, e);
	else
		l->not_written += n;
	take_count(l, &c);
	return rc;
}

/* The packets of 'b' one by one, without their tunnels. After a failure the rest is not written. */
static int consume_inner(struct worker *w, struct lane *l, const struct block *b, struct err *e)
{
	struct unwrap *u = &w->setup->unwraps[w->lanes->thread];
	struct sink *k = w->setup->print;
	struct out_count c = { 0 };
	int rc = w->out ? out_make_room(w->out, b->used_bytes, &c, e) : 0;
	uint32_t pos = 0;
	struct pkt p;

	take_count(l, &c);
	while (block_next(b, &pos, &p)) {
		if (rc) {
			l->not_written++;
			continue;
		}
		if (!unwrap_packet(u, l, &p) || !take_wanted(w, 1)) {
			l->rejected++;
			continue;
		}
		p.flags = inplace_flags(p.dir);
		p.iface = l - w->setup->lanes;
		rc = k ? k->ops->put(k, &w->setup->as_source, &p, e) : 0;
		if (rc || !w->out)
			*(rc ? &l->not_written : &l->written) += 1;
		else
			rc = out_packet(w->out, &p, l - w->lanes, e);
	}
	return rc;
}

/* Hands one block on; it stays lent. */
static int consume(struct worker *w, struct lane *l, const struct block *b, struct err *e)
{
	if (w->setup->unwraps)
		return consume_inner(w, l, b, e);
	return consume_whole(w, l, b, e);
}

static void put_blocks(struct lane *l, uint32_t n)
{
	while (n--)
		lane_put(l);
}

/* Waits for the writer thread and gives its blocks back. */
static int reap(struct worker *w, struct err *e)
{
	struct out_count c;
	int rc;

	if (!w->under_way)
		return 0;
	rc = out_wait(w->out, &c, e);
	take_count(w->under_way_of, &c);
	put_blocks(w->under_way_of, w->under_way);
	w->under_way = 0;
	return rc;
}

int worker_adopt(struct worker *w, const struct netdev *dev, struct err *e)
{
	int rc;

	fairlock_take(w->lanes->lock);
	rc = reap(w, e);
	if (!rc)
		rc = setup_adopt(w->setup, dev, e);
	w->n_lanes += !rc;
	fairlock_leave(w->lanes->lock);
	return rc;
}

/* The blocks of one batch are laid out: gives them to the writer, or writes them. */
static int settle(struct worker *w, struct lane *l, uint32_t n, struct err *e)
{
	struct out_count c = { 0 };
	int rc = 0;

	if (w->out && out_is_threaded(w->out)) {
		rc = reap(w, e);
		if (!rc) {
			out_submit(w->out);
			w->under_way = n;
			w->under_way_of = l;
			return 0;
		}
	}
	if (w->out && out_flush(w->out, &c, rc ? NULL : e) < 0 && !rc)
		rc = -EIO;
	take_count(l, &c);
	put_blocks(l, n);
	return rc;
}

/* One batch of one ring. Returns the blocks moved, or -errno. */
static int turn(struct worker *w, struct lane *l, struct err *e)
{
	unsigned int room = w->out ? out_room(w->out) : 1;
	struct out_count c;
	struct err ignored;
	struct block b;
	int rc = 0, n = 0;

	/* What a flush has written is counted for one interface. */
	if (w->under_way && w->under_way_of != l)
		rc = reap(w, e);
	for (; !rc && room && lane_get(l, &b); room--, n++)
		rc = consume(w, l, &b, e);
	if (!n)
		return rc ? rc : reap(w, e);
	if (!rc) {
		rc = settle(w, l, n, e);
		return rc ? rc : n;
	}
	/* What was taken before the failure is still tried, for the account. */
	(void)!reap(w, &ignored);
	if (w->out && out_flush(w->out, &c, &ignored) <= 0)
		take_count(l, &c);
	put_blocks(l, n);
	return rc;
}

static int on_time(struct worker *w, struct err *e)
{
	unsigned int rotate = atomic_get(&w->state->rotate);
	int64_t now = clock_mono_ns();
	struct ring_rx_count count;
	uint32_t i;
	int rc = 0;

	if (now >= w->count_ns) {
		for (i = 0; i < w->n_lanes; i++)
			lane_count(&w->lanes[i], &count);
		w->count_ns = now + COUNT_NS;
	}
	if (w->flight)
		return flight_tick(w->flight, e);
	if (!w->out)
		return 0;
	if (rotate != w->rotated || out_due_ns(w->out) <= now)
		rc = reap(w, e);
	if (!rc && rotate != w->rotated) {
		w->rotated = rotate;
		rc = out_rotate(w->out, e);
	}
	return rc ? rc : out_tick(w->out, e);
}

static int turn_lanes(struct worker *w, struct err *e)
{
	int rc, n = 0;
	uint32_t i;

	for (i = 0; i < w->n_lanes; i++) {
		rc = w->flight ? flight_turn(w->flight, i, e) : turn(w, &w->lanes[i], e);
		if (rc < 0)
			return rc;
		n += rc;
	}
	return n;
}

int worker_turn(struct worker *w, struct err *e)
{
	struct sink *k = w->setup->print;
	int rc, n;

	fairlock_take(w->lanes->lock);
	n = turn_lanes(w, e);
	rc = n < 0 ? n : on_time(w, e);
	fairlock_leave(w->lanes->lock);
	if (!rc && n && k)
		rc = k->ops->settle(k, true, e);
	return rc ? rc : n;
}

int worker_wait(struct worker *w, int64_t due_ns, struct err *e)
{
	int64_t now = clock_mono_ns();
	nfds_t n = 2, i;
	uint32_t k;
	int rc;

	due_ns = MIN(due_ns, w->count_ns);
	if (w->out && !w->flight)
		due_ns = MIN(due_ns, out_due_ns(w->out));
	if (w->flight)
		due_ns = MIN(due_ns, now + FLIGHT_WAIT_NS);
	/* A ring whose blocks are held would be reported as readable all the time. */
	for (k = 0; k < w->n_lanes && !w->flight; k++)
		if (!atomic_get(&w->lanes[k].gone))
			w->fds[n++] = (struct pollfd){ .fd = lane_fd(&w->lanes[k]),
						       .events = POLLIN };
	rc = poll(w->fds, n, due_ns <= now ? 0 : (due_ns - now + 999999) / 1000000);
	if (rc < 0 && errno != EINTR)
		return err_sys(e, errno, "poll");
	for (i = 2; i < n && rc > 0; i++)
		if (w->fds[i].revents & POLLERR)
			for (k = 0; k < w->n_lanes; k++)
				if (w->lanes[k].ring && lane_fd(&w->lanes[k]) == w->fds[i].fd)
					(void)ring_rx_error(w->lanes[k].ring);
	if (rc <= 0)
		w->fds[0].revents = w->fds[1].revents = 0;
	return 0;
}

static bool all_idle(struct worker *w)
{
	uint32_t i;

	for (i = 0; i < w->n_lanes; i++)
		if (!lane_idle(&w->lanes[i]))
			return false;
	return true;
}

/* The output failed: what arrives is accounted for as not written. */
static int give_up_blocks(struct worker *w)
{
	struct block b;
	uint32_t i;
	int n = 0;

	for (i = 0; i < w->n_lanes; i++)
		for (; lane_get(&w->lanes[i], &b); n++) {
			w->lanes[i].not_written += b.n_pkts;
			lane_put(&w->lanes[i]);
		}
	return n;
}

/* What was counted as written while it waited in a buffer, and was lost with it. */
static void take_lost(struct worker *w)
{
	struct out_count lost;
	uint32_t i;

	for (i = 0; w->out && i < w->n_lanes; i++) {
		out_lost(w->out, i, &lost);
		w->lanes[i].written -= lost.not_written;
		w->lanes[i].written_bytes -= lost.written_bytes;
		w->lanes[i].not_written += lost.not_written;
	}
}

int worker_end(struct worker *w, int before, struct err *e)
{
	int64_t deadline = clock_mono_ns() + DRAIN_NS; /* for progress: a disk may be slow */
	int rc = before, reaped, n;

	reaped = reap(w, rc ? NULL : e);
	rc = rc ? rc : reaped;
	if (w->flight)
		flight_end(w->flight, rc);
	while (!all_idle(w) && clock_mono_ns() < deadline) {
		if (rc) {
			n = give_up_blocks(w);
		} else {
			n = turn_lanes(w, e);
			rc = MIN(n, 0);
		}
		if (n > 0)
			deadline = clock_mono_ns() + DRAIN_NS;
		else if (!n)
			clock_sleep_until(clock_mono_ns() + NAP_NS);
	}
	reaped = reap(w, rc ? NULL : e);
	rc = rc ? rc : reaped;
	if (w->flight)
		flight_end(w->flight, rc);
	if (w->out && out_end(w->out, rc ? NULL : e) < 0 && !rc)
		rc = -EIO;
	take_lost(w);
	return rc;
}

void *worker_thread(void *worker)
{
	struct worker *w = worker;
	struct err *e = &w->err;
	uint64_t woken;
	int rc = 0;

	if (w->cpu >= 0)
		rc = cpu_pin(w->cpu, e);
	while (rc >= 0 && !atomic_get(&w->state->stop)) {
		rc = worker_turn(w, e);
		if (rc > 0)
			continue;
		w->fds[0] = (struct pollfd){ .fd = w->wake_fd, .events = POLLIN };
		w->fds[1] = (struct pollfd){ .fd = -1 };
		if (!rc)
			rc = worker_wait(w, INT64_MAX, e);
		if (w->fds[0].revents && read(w->wake_fd, &woken, sizeof(woken)) < 0)
			continue;
	}
	if (rc < 0)
		atomic_put(&w->state->stop, 1);
	w->rc = MIN(rc, 0);
	return NULL;
}
