// SPDX-License-Identifier: GPL-2.0-or-later
/* tunnel - see tunnel.h. A read of the TUN device becomes a burst of datagrams, a received burst
 * one or a few writes. */
#include "tunnel.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/bytes.h"
#include "ctl.h"
#include "cut.h"
#include "link.h"
#include "stamps.h"
#include "sys/clock.h"

#define SWEEP_NS (20 * NS_PER_S)

/* --- from the device to a peer ---------------------------------------------------------------- */

/* Who gets the packet; NULL nobody. */
static struct peer *peer_for(struct tunnel *t, const struct inner *ip)
{
	uint8_t dst[16];
	struct peer *p;

	if (t->link)
		return link_peer(t->link);
	inner_addr(ip, true, dst);
	p = owners_find(t->owners, dst);
	t->n_unowned += !p;
	return p;
}

static bool family_ok(const struct tunnel *t, const struct inner *ip)
{
	return ip->v6 ? !t->only4 : !t->only6;
}

/* Seals the pieces of one packet into the burst. */
static int seal_all(struct tunnel *t, struct peer *p, struct cut *c, int64_t now_ns)
{
	size_t n;
	int rc;

	while ((n = cut_next_bytes(c))) {
		uint8_t *msg = burst_room(&t->out, p, n + MSG_OVERHEAD);

		cut_next(c, msg + MSG_HEAD);
		rc = core_seal(p, c->flags, msg, n, now_ns);
		if (rc)
			return rc;
		burst_add(&t->out, n + MSG_OVERHEAD);
		p->tx_bytes += n;
	}
	return 0;
}

static int pass_out(struct tunnel *t, size_t n, int64_t now_ns, struct err *e)
{
	struct virtio_net_hdr h;
	struct peer *p;
	struct cut c;
	int rc;

	if (n < sizeof(h))
		return 0;
	memcpy(&h, t->read, sizeof(h));
	if (!cut_begin(&c, &h, t->read + sizeof(h), n - sizeof(h), false) || !family_ok(t, &c.ip))
		return 0;
	p = peer_for(t, &c.ip);
	if (!p || !p->cur)
		return 0;
	if (p->cur->can & MSG_CAN_CSUM &&
	    !cut_begin(&c, &h, t->read + sizeof(h), n - sizeof(h), true))
		return 0;
	rc = seal_all(t, p, &c, now_ns);
	p->sent_ns = now_ns;
	return rc && t->link ? link_lost(t->link, now_ns, e) : 0;
}

static int on_tun(void *arg, uint64_t events UNUSED, struct err *e)
{
	struct tunnel *t = arg;
	int64_t now_ns = clock_mono_ns();
	int i, rc = 0;
	ssize_t n;

	for (i = 0; i < TUNNEL_TURN && !rc && t->watching; i++) {
		n = read(t->tun.fd, t->read, sizeof(t->read));
		if (n < 0 && errno == EBADFD)
			return err_set(e, ENODEV, "the device %s was removed", t->tun.name);
		if (n <= 0)
			break;
		rc = pass_out(t, n, now_ns, e);
	}
	burst_send(&t->out);
	if (t->link && !rc)
		rc = link_sent(t->link, now_ns, e);
	return rc;
}

int tunnel_tell(struct tunnel *t, struct peer *p, const struct ctl *c, size_t n, int64_t now_ns)
{
	uint8_t msg[MSG_OVERHEAD + 65536 - 2 * MSG_OVERHEAD];
	int rc;

	memset(msg + MSG_HEAD, 0, n);
	ctl_write(c, msg + MSG_HEAD);
	rc = core_seal(p, 0, msg, n, now_ns);
	if (rc)
		return rc;
	p->sent_ns = now_ns;
	return udp_send(&t->udp, msg, n + MSG_OVERHEAD, n + MSG_OVERHEAD, &p->at);
}

/* --- from a peer to the device ---------------------------------------------------------------- */

static void write_in(struct tunnel *t)
{
	if (!t->in.n)
		return;
	join_finish(&t->in);
	if (writev(t->tun.fd, t->in.iov, t->in.n + 1) < 0)
		t->n_unwritten++;
	join_done(&t->in);
}

static int on_ctl(struct tunnel *t, const struct core_event *ev, int64_t now_ns, struct err *e)
{
	struct ctl c;

	if (!ctl_read(ev->data, ev->n_data, &c))
		return 0;
	if (c.type == CTL_PONG)
		return t->link ? link_pong(t->link, &c, now_ns, e) : 0;
	c.type = CTL_PONG;
	c.size = ev->n_data;
	(void)!tunnel_tell(t, ev->peer, &c, CTL_BYTES, now_ns); /* as if it were lost on the way */
	return 0;
}

static int on_data(struct tunnel *t, const struct core_event *ev, int64_t now_ns, struct err *e)
{
	struct peer *p = ev->peer;
	struct inner ip;
	uint8_t src[16];

	/* Its first message was no repetition: none before it counts again, a restart later. */
	if (ev->confirmed)
		(void)!stamps_put(t->stamps, p, false);
	if (!ev->n_data)
		return 0;
	if (ev->data[0] < 0x40)
		return on_ctl(t, ev, now_ns, e);
	if (!inner_read(ev->data, ev->n_data, &ip) || !family_ok(t, &ip))
		return 0;
	inner_addr(&ip, false, src);
	if (t->owners && !owners_may(t->owners, src, p, now_ns)) {
		p->n_spoofed++;
		return 0;
	}
	p->rx_bytes += ev->n_data;
	if (!join_add(&t->in, ev->data, ev->n_data, &ip, ev->flags)) {
		write_in(t);
		(void)!join_add(&t->in, ev->data, ev->n_data, &ip, ev->flags);
	}
	return 0;
}

/* While there are sessions, those that are over are looked for. */
static int sweep_soon(struct tunnel *t, int64_t now_ns, struct err *e)
{
	if (t->sweeping)
		return 0;
	t->sweeping = true;
	return loop_timer_set(t->sweeper, now_ns + SWEEP_NS, 0, e);
}

static int on_sweep(void *arg, uint64_t periods UNUSED, struct err *e)
{
	struct tunnel *t = arg;
	int64_t now_ns = clock_mono_ns();

	t->sweeping = false;
	return core_sweep(t->core, now_ns) ? sweep_soon(t, now_ns, e) : 0;
}

static int on_message(struct tunnel *t, uint8_t *msg, size_t n, int64_t now_ns, struct err *e)
{
	struct core_event ev;
	int rc;

	switch (core_input(t->core, msg, n, &t->from, now_ns, &ev)) {
	case CORE_DATA:
		return on_data(t, &ev, now_ns, e);
	case CORE_ANSWER:
		(void)!udp_send(&t->udp, ev.out, ev.n_out, ev.n_out, &t->from);
		return sweep_soon(t, now_ns, e);
	case CORE_KEYED:
		rc = sweep_soon(t, now_ns, e);
		return rc ? rc : link_keyed(t->link, now_ns, e);
	case CORE_COOKIE:
		return link_again(t->link, now_ns, e);
	case CORE_DROP:
		t->n_dropped++;
		t->reason = ev.reason;
	}
	return 0;
}

static int on_udp(void *arg, uint64_t events UNUSED, struct err *e)
{
	struct tunnel *t = arg;
	int64_t now_ns = clock_mono_ns();
	size_t piece, at;
	int i, rc = 0;
	ssize_t n;

	for (i = 0; i < TUNNEL_TURN && !rc; i++) {
		n = udp_recv(&t->udp, t->recv, sizeof(t->recv), &t->from, &piece);
		if (n <= 0)
			break;
		for (at = 0; at < (size_t)n && !rc; at += piece)
			rc = on_message(t, t->recv + at, MIN(piece, (size_t)n - at), now_ns, e);
		write_in(t);
	}
	return rc;
}

int tunnel_watch(struct tunnel *t, bool on, struct err *e)
{
	if (on == t->watching)
		return 0;
	t->watching = on;
	if (on)
		return loop_add(t->loop, t->tun.fd, EPOLLIN, on_tun, t, e);
	loop_del(t->loop, t->tun.fd);
	return 0;
}

int tunnel_start(struct tunnel *t, struct err *e)
{
	int rc;

	t->out.udp = &t->udp;
	t->in.tso = t->tun.tso;
	t->in.uso = t->tun.uso;
	t->sweeper = loop_timer(t->loop, 0, 0, on_sweep, t, e);
	if (t->sweeper < 0)
		return t->sweeper;
	rc = loop_add(t->loop, t->udp.fd, EPOLLIN, on_udp, t, e);
	rc = rc ? rc : control_start(&t->control, t, e);
	return rc || t->link ? rc : tunnel_watch(t, true, e);
}
