// SPDX-License-Identifier: GPL-2.0-or-later
/* diff - see diff.h. Here is what is sent when; diffhear.c takes what comes back. */
#include "diff.h"

#include <errno.h>
#include <netinet/tcp.h>

#include "base/log.h"
#include "proto/csum.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum { AT_ONCE = 8, BEYOND = 2, UNREACHED = 6 };
enum stage { STAGE_CONTROL, STAGE_TEST, STAGE_AFTERWARDS };

static const int64_t JOIN_NS = 3500 * NS_PER_MS, ROUND_NS = 1100 * NS_PER_MS;

static struct diff_trial *next_trial(struct diff *d, struct diff_trial *t)
{
	struct diff_trial *all = &d->trial[0][0][0];
	size_t n = sizeof(d->trial) / sizeof(*all);

	if (!t)
		return all;
	if (t == &d->afterwards)
		return NULL;
	return t + 1 < all + n ? t + 1 : &d->afterwards;
}

static int bind_trial(const struct diff_needs *n, struct diff_trial *t, struct err *e)
{
	const struct linger at_once = { .l_onoff = 1 };
	struct sockaddr_storage ss;
	int on = 1, rc = 0;

	t->fd = socket(n->dst.family,
		       (n->udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (t->fd < 0)
		return err_sys(e, errno, "sockets for --diff");
	setsockopt(t->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (!n->udp) {
		setsockopt(t->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
		setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	}
	if (n->dev && setsockopt(t->fd, SOL_SOCKET, SO_BINDTODEVICE, n->dev, strlen(n->dev) + 1))
		rc = err_sys(e, errno, "device %s", n->dev);
	if (!rc && bind(t->fd, (struct sockaddr *)&ss, addr_sockaddr(&n->src, t->port, 0, &ss)))
		rc = err_sys(e, errno, "port %u for --diff", t->port);
	return rc;
}

/* The checksum that the kernel gives a datagram with payload 'p'. */
static uint16_t datagram_csum(const struct diff *d, const struct payload *p, uint16_t port)
{
	uint8_t head[8];
	uint32_t n = p->n + sizeof(head);
	uint64_t sum = d->src.family == AF_INET6 ? csum_pseudo6(d->src.b, d->dst.b, IPPROTO_UDP, n)
						 : csum_pseudo4(d->src.b, d->dst.b, IPPROTO_UDP, n);

	put_be16(head, port);
	put_be16(head + 2, d->dport);
	put_be16(head + 4, n);
	put_be16(head + 6, 0);
	return csum_fold(csum_add(csum_add(sum, head, sizeof(head)), p->bytes, p->n));
}

static int open_trials(const struct diff_needs *n, struct diff *d, struct err *e)
{
	uint16_t port = n->low_port + DIFF_PORTS;
	int rc = 0;

	for (struct diff_trial *t = next_trial(d, NULL); t && !rc; t = next_trial(d, t)) {
		size_t i = t == &d->afterwards ? 0 : t - &d->trial[0][0][0];

		t->slot = i % (DIFF_HOPS + 1);
		t->test = i / (DIFF_HOPS + 1) % 2;
		t->port = port + t->slot + i / (2 * (DIFF_HOPS + 1)) * (DIFF_HOPS + 1);
		if (t == &d->afterwards)
			t->port = port + DIFF_ROUNDS * (DIFF_HOPS + 1);
		if (t->slot > n->max)
			continue;
		if (d->test.udp)
			t->csum = datagram_csum(d, t->test ? &d->test : &d->control, t->port);
		rc = bind_trial(n, t, e);
	}
	return rc;
}

int diff_open(const struct diff_needs *n, struct diff **ret_d, struct err *e)
{
	struct diff *d = calloc(1, sizeof(*d));
	int rc;

	if (!d)
		return err_set(e, ENOMEM, "out of memory");
	for (struct diff_trial *t = next_trial(d, NULL); t; t = next_trial(d, t))
		t->fd = -1;
	d->dport = n->dport;
	d->low_port = n->low_port;
	d->src = n->src;
	d->dst = n->dst;
	d->first = n->first;
	d->last = MIN(n->max, DIFF_HOPS);
	rc = payload_make(n->test, n->udp, &d->test, e);
	if (!rc && n->control)
		rc = payload_make(n->control, n->udp, &d->control, e);
	else if (!rc)
		rc = payload_control(&d->test, d->control_text, &d->control, e);
	if (!rc)
		rc = open_trials(n, d, e);
	if (rc)
		diff_close(d);
	else
		*ret_d = d;
	return rc;
}

static int set_ttl(const struct diff *d, const struct diff_trial *t, int ttl)
{
	if (d->dst.family == AF_INET6)
		return setsockopt(t->fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &ttl, sizeof(ttl));
	return setsockopt(t->fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
}

/* The far end is told by a reset that goes all the way. */
static void hang_up(const struct diff *d, struct diff_trial *t)
{
	if (t->fd < 0)
		return;
	if (t->slot && t->state != DIFF_UNUSED)
		(void)set_ttl(d, t, -1);
	close(TAKE(t->fd, -1));
}

void diff_close(struct diff *d)
{
	if (!d)
		return;
	for (struct diff_trial *t = next_trial(d, NULL); t; t = next_trial(d, t))
		hang_up(d, t);
	free(d);
}

unsigned int diff_bits(const struct diff *d, bool test, unsigned int slot)
{
	unsigned int bits = 0;

	for (unsigned int r = 0; r < DIFF_ROUNDS; r++)
		bits |= d->trial[r][test][slot].seen;
	return bits;
}

/* True if slot 's' is worth a trial of this stage and round. */
static bool wanted(const struct diff *d, unsigned int s, bool test)
{
	struct diff_finding f = diff_found(d);
	uint8_t far = f.far;
	unsigned int c = diff_bits(d, false, s), t = diff_bits(d, true, s), want;

	if (s && (s < d->first || s > d->last || (far && s > far)))
		return false;
	if (!d->round)
		return true;
	if (f.verdict == DIFF_NO_CONTROL)
		return !s && !test;
	/* both again, so that they are compared under the same conditions */
	if (test)
		return d->trial[d->round][0][s].state == DIFF_OVER;
	want = s && (!far || s < far) ? DIFF_TIME : DIFF_FAR;
	return !(c & want) || !(t & want);
}

static void begin_stage(struct diff *d, unsigned int stage, int64_t now_ns)
{
	d->stage = stage;
	d->n_open = 0;
	if (stage == STAGE_CONTROL)
		d->round_ns = now_ns;
	if (stage == STAGE_AFTERWARDS) {
		d->afterwards.state = DIFF_WAITING;
		d->n_open = 1;
		return;
	}
	for (unsigned int s = 0; s <= DIFF_HOPS; s++) {
		struct diff_trial *t = &d->trial[d->round][stage == STAGE_TEST][s];

		if (t->fd < 0 || !wanted(d, s, stage == STAGE_TEST))
			continue;
		t->state = DIFF_WAITING;
		d->n_open++;
	}
}

void diff_begin(struct diff *d, const struct sweep *s, int64_t now_ns)
{
	unsigned int last = sweep_last(s);

	d->begun = true;
	d->rtt_ns = s->max_rtt_ns;
	/* the path of these connections may be another one, and somewhat longer */
	last += s->end && s->reached ? BEYOND : UNREACHED;
	d->last = MIN(d->last, MAX(last, d->first));
	begin_stage(d, STAGE_CONTROL, now_ns);
}

static void over(struct diff *d, struct diff_trial *t)
{
	hang_up(d, t);
	t->state = DIFF_OVER;
	d->n_open--;
}

static int start(struct diff *d, struct diff_trial *t, int64_t now_ns, struct err *e)
{
	struct sockaddr_storage ss;
	socklen_t n = addr_sockaddr(&d->dst, d->dport, 0, &ss);

	t->began_ns = now_ns;
	t->state = DIFF_CONNECTING;
	d->n_begun++;
	if (!connect(t->fd, (struct sockaddr *)&ss, n) || errno == EINPROGRESS)
		return 0;
	if (errno == EACCES || errno == EPERM)
		return err_sys(e, errno, "connect to %s", addr_text(&d->dst).s);
	log_info("connect to %s: %s", addr_text(&d->dst).s, strerror(errno));
	t->seen |= DIFF_UNCONNECTED;
	over(d, t);
	return 0;
}

/* The handshake is complete, or is none: the payload leaves. */
static int speak(struct diff *d, struct diff_trial *t, int64_t now_ns, struct err *e)
{
	const struct payload *p = t->test ? &d->test : &d->control;
	ssize_t n;

	if (t->slot && set_ttl(d, t, t->slot))
		return err_sys(e, errno, "hop limit %u", t->slot);
	n = send(t->fd, p->bytes, p->n, MSG_NOSIGNAL);
	if (n == (ssize_t)p->n) {
		t->state = DIFF_SENT;
		t->sent_ns = now_ns;
		return 0;
	}
	/* the packet socket hears of a handshake a little before the socket itself does */
	if (n < 0 && (errno == EAGAIN || errno == ENOTCONN) && now_ns < t->began_ns + JOIN_NS) {
		(void)(t->slot && set_ttl(d, t, -1));
		return 0;
	}
	t->seen |= DIFF_UNCONNECTED;
	over(d, t);
	return 0;
}

/* Until when trial 't' is waited for, as things stand. */
static int64_t patience(const struct diff *d, const struct diff_trial *t)
{
	if (t->state == DIFF_CONNECTING)
		return t->began_ns + JOIN_NS;
	if (t->heard_ns)
		return t->heard_ns + MAX(d->rtt_ns, 200 * NS_PER_MS);
	return t->sent_ns + MAX(3 * d->rtt_ns, NS_PER_S);
}

static int turn_trial(struct diff *d, struct diff_trial *t, int64_t now_ns, int64_t *wake,
		      struct err *e)
{
	int rc = 0;

	if (t->state == DIFF_CONNECTING && (t->joined || d->test.udp))
		rc = speak(d, t, now_ns, e);
	if (rc || t->state == DIFF_OVER)
		return rc;
	if (t->state == DIFF_CONNECTING && t->seen & DIFF_UNCONNECTED)
		over(d, t);
	else if (now_ns >= patience(d, t)) {
		t->seen |= t->state == DIFF_CONNECTING ? DIFF_UNCONNECTED : 0;
		over(d, t);
	} else if (t->state == DIFF_CONNECTING && t->joined) {
		*wake = MIN(*wake, now_ns + NS_PER_MS);
	} else {
		*wake = MIN(*wake, patience(d, t));
	}
	return 0;
}

static int turn_stage(struct diff *d, int64_t now_ns, int64_t *wake, struct err *e)
{
	unsigned int active = 0;
	int rc = 0;

	for (struct diff_trial *t = next_trial(d, NULL); t && !rc; t = next_trial(d, t)) {
		/* the one that goes all the way comes last: a filter may block all that follows */
		if (t->state == DIFF_WAITING && active < AT_ONCE && (t->slot || d->n_open == 1))
			rc = start(d, t, now_ns, e);
		if (!rc && (t->state == DIFF_CONNECTING || t->state == DIFF_SENT))
			rc = turn_trial(d, t, now_ns, wake, e);
		active += t->state == DIFF_CONNECTING || t->state == DIFF_SENT;
	}
	return rc;
}

/* Another round is of use: something is missing. */
static bool again(const struct diff *d)
{
	for (unsigned int s = 0; s <= d->last; s++)
		if (wanted(d, s, false))
			return true;
	return false;
}

static void next_stage(struct diff *d, int64_t now_ns, int64_t *wake)
{
	if (d->stage == STAGE_CONTROL && diff_found(d).verdict != DIFF_NO_CONTROL) {
		begin_stage(d, STAGE_TEST, now_ns);
		return;
	}
	if (d->stage == STAGE_AFTERWARDS) {
		d->blocked = !(d->afterwards.seen & DIFF_FAR) && diff_bits(d, false, 0) & DIFF_FAR;
		d->done = true;
		return;
	}
	if (d->round + 1 < DIFF_ROUNDS) {
		d->round++;
		if (again(d) && now_ns < d->round_ns + ROUND_NS) {
			d->round--;
			*wake = MIN(*wake, d->round_ns + ROUND_NS);
			return;
		}
		if (again(d)) {
			begin_stage(d, STAGE_CONTROL, now_ns);
			return;
		}
	}
	begin_stage(d, STAGE_AFTERWARDS, now_ns);
}

int diff_turn(struct diff *d, int64_t now_ns, int64_t *ret_wake, struct err *e)
{
	int rc = turn_stage(d, now_ns, ret_wake, e);

	if (rc || d->n_open)
		return rc;
	next_stage(d, now_ns, ret_wake);
	if (!d->done && d->n_open)
		*ret_wake = now_ns;
	return 0;
}
