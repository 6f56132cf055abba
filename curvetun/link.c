// SPDX-License-Identifier: GPL-2.0-or-later
/* link - see link.h. One timer, set to the next thing to be done: an idle line wakes up for its
 * pings and its new keys alone. */
#include "link.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/log.h"
#include "core.h"
#include "ctl.h"
#include "mtu.h"
#include "stamps.h"
#include "sys/clock.h"
#include "trial.h"
#include "tunnel.h"
#include "ui/jsonw.h"

#define TRY_FIRST_NS (1 * NS_PER_S)
#define TRY_LAST_NS  (5 * NS_PER_S)
#define PROBE_NS     (300 * NS_PER_MS)
#define ANSWER_NS(l) MAX(PROBE_NS, 3 * (l)->rtt_ns)

enum { PROBE_TRIES = 2 };

/* The line over one carrier. */
struct way {
	struct peer *peer; /* NULL: none */
	bool trying;
	unsigned int n_tries; /* since it last had new keys */
	int64_t next_try_ns, wait_ns;
	struct conn *conn; /* of TCP: the handshake under way */
};

struct link {
	struct link_conf conf;
	struct tunnel *t;
	int timer;
	int64_t timer_ns; /* when it goes off; 0: it is not set */
	struct way way[2];
	struct way *now; /* that data goes */
	bool up, told_disk;
	int64_t asked_ns; /* first message sent since the peer was last heard; 0 none */
	uint32_t n_pings;
	struct {
		unsigned int i, n_tries; /* candidate of mtu.h */
		uint32_t number;
		int64_t until_ns; /* 0: none is looked for */
	} probe;
	struct trial trial;
	int64_t rtt_ns; /* of the last pong; 0 none */
};

static int on_timer(void *arg, uint64_t periods, struct err *e);

static int on_names(void *arg, uint64_t events UNUSED, struct err *e UNUSED)
{
	struct link *l = arg;
	struct sockaddr_in6 addrs[RESOLVER_ADDRS];
	int n = resolver_answer(l->conf.names, addrs);

	if (n < 0) {
		loop_del(l->t->loop, l->conf.names->fd);
		resolver_stop(l->conf.names);
	}
	if (n > 0) {
		memcpy(l->conf.addrs, addrs, sizeof(addrs));
		l->conf.n_addrs = n;
	}
	return 0;
}

int link_new(struct tunnel *t, const struct link_conf *conf, struct err *e)
{
	struct link *l = calloc(1, sizeof(*l));

	if (!l)
		return err_sys(e, ENOMEM, "the line to the server");
	l->conf = *conf;
	l->t = t;
	l->way[CARRIER_UDP].peer = conf->peer[CARRIER_UDP];
	l->way[CARRIER_TCP].peer = conf->peer[CARRIER_TCP];
	l->now = &l->way[conf->first];
	t->link = l;
	l->timer = loop_timer(t->loop, 0, 0, on_timer, l, e);
	if (l->timer >= 0 && conf->names->fd >= 0)
		return loop_add(t->loop, conf->names->fd, EPOLLIN, on_names, l, e);
	return l->timer < 0 ? l->timer : 0;
}

void link_free(struct link *l)
{
	free(l);
}

struct peer *link_peer(struct link *l)
{
	return l->now->peer;
}

static struct way *way_of(struct link *l, const struct peer *p)
{
	return &l->way[p->carrier];
}

static struct way *other(struct link *l, const struct way *w)
{
	return w == l->way ? &l->way[1] : l->way;
}

static const char *name_of(const struct link *l, const struct way *w)
{
	return w == &l->way[CARRIER_TCP] ? "TCP" : "UDP";
}

/* The moment of the next thing to be done. */
static int64_t next_ns(const struct link *l)
{
	const struct peer *p = l->now->peer;
	int64_t at = INT64_MAX;
	unsigned int i;

	if (l->probe.until_ns)
		at = l->probe.until_ns;
	if (l->trial.until_ns)
		at = MIN(at, l->trial.until_ns);
	for (i = 0; i < 2; i++)
		if (l->way[i].peer && l->way[i].next_try_ns)
			at = MIN(at, l->way[i].next_try_ns);
	if (p->cur)
		at = MIN(at, p->cur->born_ns + SESSION_REKEY_NS);
	if (l->asked_ns)
		at = MIN(at, l->asked_ns + LINK_DEAD_NS);
	else if (l->conf.keepalive_ns && l->up)
		at = MIN(at, MAX(p->sent_ns, p->heard_ns) + l->conf.keepalive_ns);
	return at;
}

static int arm(struct link *l, struct err *e)
{
	int64_t at = next_ns(l);

	/* A timer that is too early finds nothing to do and is set again: cheaper than setting it
	 * with every packet. */
	if ((l->timer_ns && at >= l->timer_ns) || at == INT64_MAX)
		return 0;
	l->timer_ns = at;
	return loop_timer_set(l->timer, at, 0, e);
}

/* Makes a first message. Its stamp is above those of both carriers, and on disk. */
static int first(struct link *l, struct peer *p, struct core *core, int64_t now_ns, uint8_t *msg,
		 struct err *e)
{
	int rc;

	if (p->twin)
		p->stamp = MAX(p->stamp, p->twin->stamp);
	rc = core_first(core, p, now_ns, clock_real_ns(), msg);
	if (rc)
		return err_set(e, -rc, "the server's key in the file servers cannot be one");
	rc = stamps_put(l->t->stamps, p, true);
	if (rc && !l->told_disk)
		log_warn("the file stamps is not written: %s", strerror(-rc));
	l->told_disk = rc != 0;
	return 0;
}

/* Begins a handshake with the next address. When none answers, they may be others by now. */
static int try(struct link *l, struct way *w, int64_t now_ns, struct err *e)
{
	struct peer *p = w->peer;
	struct sockaddr_in6 *at = &l->conf.addrs[w->n_tries % l->conf.n_addrs];
	uint8_t msg[MSG_FIRST_BYTES];
	int rc;

	/* The address that answered last is tried first. */
	if (p->cur && !w->n_tries)
		at = &p->at;
	if (++w->n_tries % LINK_TRIES == 0)
		resolver_ask(l->conf.names);
	w->next_try_ns = now_ns + w->wait_ns + randombytes_uniform(NS_PER_S / 4);
	w->wait_ns = MIN(2 * w->wait_ns, TRY_LAST_NS);
	if (w == &l->way[CARRIER_TCP]) {
		if (w->conn)
			tcp_drop(w->conn);
		w->conn = tcp_connect(l->t->tcp, at);
		return 0;
	}
	if (at != &p->at)
		p->at = *at;
	rc = first(l, p, l->t->core, now_ns, msg, e);
	if (!rc)
		(void)!udp_send(&l->t->udp, msg, sizeof(msg), sizeof(msg), at, 0);
	return rc;
}

int link_tcp_up(struct link *l, struct conn *c, int64_t now_ns, struct err *e)
{
	struct way *w = &l->way[CARRIER_TCP];
	uint8_t msg[MSG_FIRST_BYTES];
	int rc;

	if (c != w->conn) {
		tcp_drop(c);
		return 0;
	}
	rc = first(l, w->peer, l->t->core_tcp, now_ns, msg, e);
	if (!rc)
		tcp_plain(c, msg, sizeof(msg));
	return rc;
}

static int start(struct link *l, struct way *w, int64_t now_ns, struct err *e)
{
	if (!w->peer || w->trying)
		return 0;
	w->trying = true;
	w->n_tries = 0;
	w->wait_ns = TRY_FIRST_NS;
	return try(l, w, now_ns, e);
}

int link_begin(struct link *l, int64_t now_ns, struct err *e)
{
	int rc = start(l, l->now, now_ns, e);

	return rc ? rc : arm(l, e);
}

int link_again(struct link *l, struct peer *p, int64_t now_ns, struct err *e)
{
	struct way *w = way_of(l, p);
	int rc = w->trying ? try(l, w, now_ns, e) : 0;

	return rc ? rc : arm(l, e);
}

static int ping(struct link *l, int64_t now_ns, struct err *e)
{
	struct peer *p = l->now->peer;
	struct ctl c = { .type = CTL_PING, .flags = p->plain_in ? CTL_F_PLAIN : 0,
			 .number = ++l->n_pings, .time = now_ns, .size = p->mtu };

	(void)!tunnel_tell(l->t, p, &c, CTL_BYTES, now_ns);
	if (!l->asked_ns)
		l->asked_ns = now_ns;
	return arm(l, e);
}

/* Looks for the longest packet that passes both ways (RFC 8899): each size twice, then the next. */
static void probe(struct link *l, int64_t now_ns)
{
	struct ctl c = { .type = CTL_PROBE, .number = ++l->n_pings, .time = now_ns };
	uint16_t size;
	int rc;

	for (;; l->probe.i++, l->probe.n_tries = 0) {
		size = mtu_candidate(l->conf.mtu, l->probe.i);
		l->probe.until_ns = 0;
		if (!size || l->now->peer->carrier == CARRIER_TCP)
			return;
		if (l->probe.n_tries++ == PROBE_TRIES)
			continue;
		rc = tunnel_tell(l->t, l->now->peer, &c, size, now_ns);
		if (rc != -EMSGSIZE)
			break;
	}
	l->probe.number = c.number;
	l->probe.until_ns = now_ns + ANSWER_NS(l);
}

/* Tries bursts, once for each time that a line over UDP comes up. */
static int try_bursts(struct link *l, int64_t now_ns, struct err *e)
{
	struct peer *p = l->now->peer;
	bool news;

	l->trial.until_ns = p->carrier == CARRIER_UDP ? l->trial.until_ns : 0;
	if (!l->trial.until_ns || now_ns < l->trial.until_ns)
		return 0;
	news = trial_turn(&l->trial, l->t, p, l->n_pings + 1, now_ns, ANSWER_NS(l));
	l->n_pings += TRIAL_NUMBERS;
	return news ? ping(l, now_ns, e) : 0;
}

/* Gives the carrier up that the line was on. */
static void leave(struct way *w)
{
	if (w->peer && w->peer->conn)
		tcp_finish(w->peer->conn);
	w->trying = false;
	w->next_try_ns = 0;
}

int link_keyed(struct link *l, struct peer *p, int64_t now_ns, struct err *e)
{
	struct way *w = way_of(l, p), *rest = other(l, w);
	bool preferred = w == &l->way[l->conf.first];
	int rc;

	if (!l->up || l->now != w) {
		log_info("connected over %s", name_of(l, w));
		trial_begin(&l->trial);
	}
	w->trying = false;
	w->n_tries = 0;
	w->next_try_ns = 0;
	w->conn = NULL;
	if (l->now != w)
		leave(l->now);
	else
		leave(rest);
	l->now = w;
	l->up = true;
	l->asked_ns = 0;
	if (!preferred && rest->peer) {
		rest->n_tries = 0;
		rest->next_try_ns = now_ns + LINK_RETURN_NS;
	}
	rc = tunnel_watch(l->t, true, e);
	rc = rc ? rc : ping(l, now_ns, e);
	l->probe.i = l->probe.n_tries = 0;
	probe(l, now_ns);
	rc = rc ? rc : try_bursts(l, now_ns, e);
	return rc ? rc : arm(l, e);
}

static int down(struct link *l, struct err *e)
{
	if (l->up && !l->t->no_names)
		log_info("the line to the server is dead");
	l->up = false;
	return tunnel_watch(l->t, false, e);
}

int link_lost(struct link *l, struct peer *p, int64_t now_ns, struct err *e)
{
	int rc = way_of(l, p) == l->now ? down(l, e) : 0;

	return rc ? rc : link_begin(l, now_ns, e);
}

int link_tcp_gone(struct link *l, struct conn *c, int64_t now_ns, struct err *e)
{
	struct way *w = &l->way[CARRIER_TCP];

	if (c == w->conn)
		w->conn = NULL; /* the timer tries again */
	if (w != l->now || !c->peer || w->peer->conn || w->trying)
		return 0;
	return link_lost(l, w->peer, now_ns, e);
}

int link_sent(struct link *l, int64_t now_ns, struct err *e)
{
	const struct peer *p = l->now->peer;

	if (!l->asked_ns && p->sent_ns == now_ns)
		l->asked_ns = now_ns;
	if (!l->now->trying && core_due(p, now_ns))
		return link_begin(l, now_ns, e);
	return arm(l, e);
}

int link_pong(struct link *l, const struct ctl *c, int64_t now_ns, struct err *e)
{
	if ((int64_t)c->time <= now_ns)
		l->rtt_ns = now_ns - c->time;
	trial_answer(&l->trial, c->number);
	if (l->probe.until_ns && c->number == l->probe.number) {
		l->probe.until_ns = 0;
		l->now->peer->mtu = c->size;
		if (c->size < l->conf.mtu)
			log_info("packets of %u bytes pass", c->size);
		return ping(l, now_ns, e); /* tells the server */
	}
	return arm(l, e);
}

void link_report(const struct link *l, struct jsonw *j)
{
	unsigned int tries = l->way[0].n_tries + l->way[1].n_tries;
	char text[80];

	if (l->up && !l->now->trying)
		snprintf(text, sizeof(text), "up");
	else if (l->up)
		snprintf(text, sizeof(text), "asking for new keys, %u times", l->now->n_tries);
	else
		snprintf(text, sizeof(text), "no answer to %u handshakes", tries);
	jsonw_str(j, "state", text);
	jsonw_str(j, "carrier", !l->up ? NULL : l->now == &l->way[CARRIER_TCP] ? "tcp" : "udp");
	if (l->rtt_ns)
		jsonw_fixed(j, "rtt_ms", l->rtt_ns / NS_PER_US, 3);
	else
		jsonw_null(j, "rtt_ms");
}

/* One way's time has come: another try. */
static int retry(struct link *l, struct way *w, int64_t now_ns, struct err *e)
{
	struct way *rest = other(l, w);
	int rc = 0;

	if (!w->peer || !w->next_try_ns || now_ns < w->next_try_ns)
		return 0;
	if (w->trying) {
		rc = try(l, w, now_ns, e);
	} else { /* the better carrier again, once */
		w->wait_ns = LINK_RETURN_NS;
		rc = try(l, w, now_ns, e);
		w->next_try_ns = now_ns + LINK_RETURN_NS;
	}
	if (!rc && w->trying && w->n_tries > LINK_TRIES && (w == l->now || !l->up))
		rc = start(l, rest, now_ns, e);
	return rc;
}

static int on_timer(void *arg, uint64_t periods UNUSED, struct err *e)
{
	struct link *l = arg;
	struct peer *p = l->now->peer;
	int64_t now_ns = clock_mono_ns();
	int rc = 0;

	l->timer_ns = 0;
	if (l->probe.until_ns && now_ns >= l->probe.until_ns)
		probe(l, now_ns);
	rc = try_bursts(l, now_ns, e);
	if (p->heard_ns >= l->asked_ns)
		l->asked_ns = 0;
	if (!rc && l->up && (!p->cur || session_over(p->cur, now_ns)))
		rc = down(l, e);
	rc = rc ? rc : retry(l, &l->way[0], now_ns, e);
	rc = rc ? rc : retry(l, &l->way[1], now_ns, e);
	if (rc)
		return rc;
	if (l->up && (core_due(p, now_ns) ||
		      (l->asked_ns && now_ns - l->asked_ns >= LINK_DEAD_NS))) {
		l->asked_ns = 0;
		return link_begin(l, now_ns, e);
	}
	if (l->up && l->conf.keepalive_ns && !l->asked_ns &&
	    now_ns - MAX(p->sent_ns, p->heard_ns) >= l->conf.keepalive_ns)
		return ping(l, now_ns, e);
	return arm(l, e);
}
