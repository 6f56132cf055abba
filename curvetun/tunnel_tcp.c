// SPDX-License-Identifier: GPL-2.0-or-later
/* tunnel_tcp - what the tunnel makes of messages that come over TCP (tcp.h). */
#include <errno.h>

#include "base/bytes.h"
#include "link.h"
#include "stamps.h"
#include "tunnel.h"

int tunnel_tcp_up(struct tunnel *t, struct conn *c, int64_t now_ns, struct err *e)
{
	return t->link && link_tcp_up(t->link, c, now_ns, e) ? -ECANCELED : 0;
}

int tunnel_tcp_gone(struct tunnel *t, struct conn *c, int64_t now_ns, struct err *e)
{
	return t->link ? link_tcp_gone(t->link, c, now_ns, e) : 0;
}

/* A client stopped reading its device when the connection was full. */
int tunnel_tcp_room(struct tunnel *t, struct conn *c, struct err *e)
{
	return t->link && c->peer == link_peer(t->link) ? tunnel_watch(t, true, e) : 0;
}

/* A server answers; from here on the connection has keys. */
static int answer(struct conn *c, const struct core_event *ev)
{
	tcp_plain(c, ev->out, ev->n_out);
	if (!ev->peer || c->dead) /* a cookie: another first message is to follow */
		return c->dead ? -EPROTO : 0;
	return tcp_keyed(c, ev->peer, ev->peer->next) ? 0 : -EPROTO;
}

/* A client has keys: data goes to this connection, the one before is read to its end. */
static int keyed(struct tunnel *t, struct conn *c, struct peer *p, int64_t now_ns, struct err *e)
{
	struct conn *old = p->conn;

	if (!tcp_keyed(c, p, p->cur))
		return -EPROTO;
	p->conn = c;
	if (old && old != c)
		tcp_finish(old);
	return link_keyed(t->link, p, now_ns, e) ? -ECANCELED : 0;
}

int tunnel_tcp_plain(struct tunnel *t, struct conn *c, uint8_t *msg, size_t n, int64_t now_ns,
		     struct err *e)
{
	struct core_event ev;

	switch (core_input(t->core_tcp, msg, n, &c->at, now_ns, &ev)) {
	case CORE_ANSWER:
		return tunnel_sweep_soon(t, now_ns, e) ? -ECANCELED : answer(c, &ev);
	case CORE_KEYED:
		return tunnel_sweep_soon(t, now_ns, e) ? -ECANCELED :
							 keyed(t, c, ev.peer, now_ns, e);
	case CORE_COOKIE:
		return link_tcp_up(t->link, c, now_ns, e) ? -ECANCELED : 0;
	case CORE_DATA:
		return -EPROTO;
	case CORE_DROP:
		t->n_dropped++;
		t->reason = ev.reason;
	}
	return -EPROTO;
}

int tunnel_tcp_data(struct tunnel *t, struct conn *c, uint8_t *msg, size_t n, int64_t now_ns,
		    struct err *e)
{
	struct core_event ev;
	size_t len;

	t->got.tos = 0;
	if (core_input(t->core_tcp, msg, n, &c->at, now_ns, &ev) != CORE_DATA ||
	    ev.peer != c->peer)
		return -EPROTO;
	if (ev.confirmed) {
		(void)!stamps_put(t->stamps, ev.peer, false);
		ev.peer->conn = c;
	}
	while (ev.n_data >= 2) {
		len = get_le16(ev.data);
		if (len > ev.n_data - 2)
			return -EPROTO;
		if (tunnel_deliver(t, ev.peer, ev.data + 2, len, ev.flags, now_ns, e))
			return -ECANCELED;
		ev.data += 2 + len;
		ev.n_data -= 2 + len;
	}
	tunnel_flush(t);
	return ev.n_data ? -EPROTO : 0;
}
