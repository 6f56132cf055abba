// SPDX-License-Identifier: GPL-2.0-or-later
/* link - see link.h. One timer, set to the next thing to be done: an idle line wakes up for its
 * pings and its new keys alone. */
#include "link.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "core.h"
#include "ctl.h"
#include "stamps.h"
#include "sys/clock.h"
#include "tunnel.h"
#include "ui/jsonw.h"

#define TRY_FIRST_NS (1 * NS_PER_S)
#define TRY_LAST_NS  (5 * NS_PER_S)

struct link {
	struct link_conf conf;
	struct tunnel *t;
	int timer;
	int64_t timer_ns; /* when it goes off; 0: it is not set */

	bool up, told_disk;
	bool trying;
	unsigned int n_tries;
	int64_t next_try_ns, wait_ns;

	int64_t asked_ns; /* first message sent since the peer was last heard; 0 none */
	uint32_t n_pings;
	int64_t rtt_ns; /* of the last pong; 0 none */
};

static int on_timer(void *arg, uint64_t periods, struct err *e);

int link_new(struct tunnel *t, const struct link_conf *conf, struct err *e)
{
	struct link *l = calloc(1, sizeof(*l));

	if (!l)
		return err_set(e, ENOMEM, "link: out of memory");
	l->conf = *conf;
	l->t = t;
	t->link = l;
	l->timer = loop_timer(t->loop, 0, 0, on_timer, l, e);
	return l->timer < 0 ? l->timer : 0;
}

void link_free(struct link *l)
{
	free(l);
}

struct peer *link_peer(struct link *l)
{
	return l->conf.peer;
}

/* The moment of the next thing to be done. */
static int64_t next_ns(const struct link *l)
{
	const struct peer *p = l->conf.peer;
	int64_t at = INT64_MAX;

	if (l->trying)
		return l->next_try_ns;
	if (p->cur)
		at = p->cur->born_ns + SESSION_REKEY_NS;
	if (l->asked_ns)
		at = MIN(at, l->asked_ns + LINK_DEAD_NS);
	else if (l->conf.keepalive_ns)
		at = MIN(at, MAX(p->sent_ns, p->heard_ns) + l->conf.keepalive_ns);
	return at;
}

static int arm(struct link *l, struct err *e)
{
	int64_t at = next_ns(l);

	/* A timer that is too early finds nothing to do and is set again: cheaper than setting it
	 * with every packet. */
	if (l->timer_ns && at >= l->timer_ns)
		return 0;
	if (at == INT64_MAX)
		return 0;
	l->timer_ns = at;
	return loop_timer_set(l->timer, at, 0, e);
}

/* Sends a first message to the next address. */
static int try(struct link *l, int64_t now_ns, struct err *e)
{
	struct peer *p = l->conf.peer;
	uint8_t msg[MSG_FIRST_BYTES];
	int rc;

	/* The address that answered last is tried first, and half of the times. */
	if (!l->up || l->n_tries)
		p->at = l->conf.addrs[l->n_tries % l->conf.n_addrs];
	rc = core_first(l->t->core, p, now_ns, clock_real_ns(), msg);
	if (rc)
		return err_set(e, -rc, "the server's key in the file servers cannot be one");
	rc = stamps_put(l->t->stamps, p, true);
	if (rc && !l->told_disk)
		log_warn("the file stamps is not written: %s", strerror(-rc));
	l->told_disk = rc != 0;
	(void)!udp_send(&l->t->udp, msg, sizeof(msg), sizeof(msg), &p->at);
	l->n_tries++;
	l->next_try_ns = now_ns + l->wait_ns + randombytes_uniform(NS_PER_S / 4);
	l->wait_ns = MIN(2 * l->wait_ns, TRY_LAST_NS);
	return arm(l, e);
}

int link_begin(struct link *l, int64_t now_ns, struct err *e)
{
	if (l->trying)
		return arm(l, e);
	l->trying = true;
	l->n_tries = 0;
	l->wait_ns = TRY_FIRST_NS;
	return try(l, now_ns, e);
}

int link_again(struct link *l, int64_t now_ns, struct err *e)
{
	return l->trying ? try(l, now_ns, e) : 0;
}

static int ping(struct link *l, int64_t now_ns, struct err *e)
{
	struct ctl c = { .type = CTL_PING, .number = ++l->n_pings, .time = now_ns };

	if (!tunnel_tell(l->t, l->conf.peer, &c, CTL_BYTES, now_ns) && !l->asked_ns)
		l->asked_ns = now_ns;
	return arm(l, e);
}

int link_keyed(struct link *l, int64_t now_ns, struct err *e)
{
	int rc;

	if (!l->up)
		log_info("connected");
	l->up = true;
	l->trying = false;
	l->asked_ns = 0;
	rc = tunnel_watch(l->t, true, e);
	return rc ? rc : ping(l, now_ns, e);
}

int link_lost(struct link *l, int64_t now_ns, struct err *e)
{
	int rc = tunnel_watch(l->t, false, e);

	if (l->up)
		log_info("the line to the server is dead");
	l->up = false;
	return rc ? rc : link_begin(l, now_ns, e);
}

int link_sent(struct link *l, int64_t now_ns, struct err *e)
{
	const struct peer *p = l->conf.peer;

	if (!l->asked_ns && p->sent_ns == now_ns)
		l->asked_ns = now_ns;
	if (!l->trying && core_due(p, now_ns))
		return link_begin(l, now_ns, e);
	return arm(l, e);
}

int link_pong(struct link *l, const struct ctl *c, int64_t now_ns, struct err *e)
{
	if ((int64_t)c->time <= now_ns)
		l->rtt_ns = now_ns - c->time;
	return arm(l, e);
}

void link_report(const struct link *l, struct jsonw *j)
{
	char text[80];

	if (l->up && !l->trying)
		snprintf(text, sizeof(text), "up");
	else if (l->up)
		snprintf(text, sizeof(text), "asking for new keys, %u times", l->n_tries);
	else
		snprintf(text, sizeof(text), "no answer to %u handshakes", l->n_tries);
	jsonw_str(j, "state", text);
	if (l->rtt_ns)
		jsonw_fixed(j, "rtt_ms", l->rtt_ns / NS_PER_US, 3);
	else
		jsonw_null(j, "rtt_ms");
}

static int on_timer(void *arg, uint64_t periods UNUSED, struct err *e)
{
	struct link *l = arg;
	struct peer *p = l->conf.peer;
	int64_t now_ns = clock_mono_ns();

	l->timer_ns = 0;
	if (p->heard_ns >= l->asked_ns)
		l->asked_ns = 0;
	if (l->trying) {
		if (now_ns < l->next_try_ns)
			return arm(l, e);
		if (!p->cur || session_over(p->cur, now_ns)) {
			int rc = tunnel_watch(l->t, false, e);

			l->up = false;
			if (rc)
				return rc;
		}
		return try(l, now_ns, e);
	}
	if (core_due(p, now_ns) || (l->asked_ns && now_ns - l->asked_ns >= LINK_DEAD_NS))
		return link_begin(l, now_ns, e);
	if (l->conf.keepalive_ns && !l->asked_ns &&
	    now_ns - MAX(p->sent_ns, p->heard_ns) >= l->conf.keepalive_ns)
		return ping(l, now_ns, e);
	return arm(l, e);
}
