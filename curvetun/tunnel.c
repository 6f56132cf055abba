// SPDX-License-Identifier: GPL-2.0-or-later
/* tunnel - see tunnel.h. A read of the TUN device becomes a burst of datagrams, a received burst
 * one or a few writes. */
#include "tunnel.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/log.h"
#include "ctl.h"
#include "cut.h"
#include "ecn.h"
#include "link.h"
#include "mtu.h"
#include "stamps.h"
#include "sys/clock.h"
#include "trial.h"

#define SWEEP_NS     (20 * NS_PER_S)
#define STRANGERS_NS (4 * NS_PER_MS)

enum { STRANGERS_TURN = 64, STRANGERS_MANY = 8 };

/* --- from the device to a peer ---------------------------------------------------------------- */

/* The line to a client that was heard last. */
static struct peer *live(struct peer *p)
{
	struct peer *twin = p->twin;

	return twin && twin->conn && twin->heard_ns > p->heard_ns ? twin : p;
}

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
	return p ? live(p) : NULL;
}

static bool family_ok(const struct tunnel *t, const struct inner *ip)
{
	return ip->v6 ? !t->only4 : !t->only6;
}

/* Seals the pieces of one packet into the burst. */
static int seal_all(struct tunnel *t, struct peer *p, struct cut *c, int64_t now_ns)
{
	uint8_t tos = ecn_outer(c->pkt, &c->ip, t->dscp);
	size_t n;
	int rc;

	while ((n = cut_next_bytes(c))) {
		uint8_t *msg = burst_room(&t->out, p, n + MSG_OVERHEAD, tos);

		cut_next(c, msg + MSG_HEAD);
		if (p->mtu)
			mtu_clamp(msg + MSG_HEAD, n, &c->ip, p->mtu, c->open);
		rc = core_seal(p, c->flags, msg, n, now_ns);
		if (rc)
			return rc;
		burst_add(&t->out, n + MSG_OVERHEAD);
		p->tx_bytes += n;
	}
	return 0;
}

/* The same into a connection. Packets that find no room are lost, as in any full queue. */
static void pack_all(struct tunnel *t, struct peer *p, struct cut *c, int64_t now_ns)
{
	uint8_t *room;
	size_t n;

	if (t->tcp_out && t->tcp_out != p->conn)
		(void)tcp_send(t->tcp, t->tcp_out, now_ns);
	t->tcp_out = p->conn;
	while (p->conn && (n = cut_next_bytes(c))) {
		room = tcp_room(p->conn, n, c->flags, now_ns);
		if (!room && tcp_send(t->tcp, p->conn, now_ns) && p->conn)
			room = tcp_room(p->conn, n, c->flags, now_ns);
		if (!room) {
			p->n_no_room++;
			return;
		}
		cut_next(c, room);
		tcp_add(p->conn, n);
		p->tx_bytes += n;
	}
}

/* As the router would where the way gets narrow. */
static void answer_too_big(struct tunnel *t, const struct peer *p, const struct cut *c, size_t n)
{
	struct virtio_net_hdr h = { 0 };
	uint8_t msg[MTU_ANSWER];
	struct iovec iov[] = { { &h, sizeof(h) }, { msg, 0 } };

	iov[1].iov_len = mtu_too_big(c->pkt, n, &c->ip, p->mtu, msg);
	if (writev(t->tun.fd, iov, 2) < 0)
		t->n_unwritten++;
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
	p->sent_ns = now_ns;
	if (p->carrier == CARRIER_UDP && p->mtu && !mtu_fit(&c, p->mtu)) {
		answer_too_big(t, p, &c, n - sizeof(h));
		return 0;
	}
	if (p->carrier == CARRIER_TCP) {
		pack_all(t, p, &c, now_ns);
		return 0;
	}
	rc = seal_all(t, p, &c, now_ns);
	return rc && t->link ? link_lost(t->link, p, now_ns, e) : 0;
}

/* Somebody has deleted the device. */
static int device_again(struct tunnel *t, struct err *e)
{
	bool watching = t->watching;
	struct err own = { 0 };
	int rc = tunnel_watch(t, false, e), fd;

	if (rc)
		return rc;
	close(t->tun.fd);
	t->tun.fd = fd = helper_device(&t->helper, &own);
	if (fd < 0)
		return err_set(e, ENODEV, "the device %s was removed: %s", t->tun.name, own.text);
	log_warn("the device %s was removed, and is made again", t->tun.name);
	return tunnel_watch(t, watching, e);
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
			return device_again(t, e);
		if (n <= 0)
			break;
		rc = pass_out(t, n, now_ns, e);
	}
	burst_send(&t->out);
	if (t->tcp_out && !tcp_send(t->tcp, t->tcp_out, now_ns) && t->link && !rc)
		rc = tunnel_watch(t, false, e); /* until there is room */
	t->tcp_out = NULL;
	if (t->link && !rc)
		rc = link_sent(t->link, now_ns, e);
	return rc;
}

static int tell_tcp(struct tunnel *t, struct peer *p, const struct ctl *c, size_t n, int64_t now_ns)
{
	uint8_t *room = p->conn ? tcp_room(p->conn, n, 0, now_ns) : NULL;

	if (!room)
		return -ENOBUFS;
	memset(room, 0, n);
	ctl_write(c, room);
	tcp_add(p->conn, n);
	(void)tcp_send(t->tcp, p->conn, now_ns);
	return 0;
}

int tunnel_tell(struct tunnel *t, struct peer *p, const struct ctl *c, size_t n, int64_t now_ns)
{
	uint8_t msg[UDP_MAX_BYTES];
	int rc;

	if (n > sizeof(msg) - MSG_OVERHEAD)
		return -EMSGSIZE;
	p->sent_ns = now_ns;
	if (p->carrier == CARRIER_TCP)
		return tell_tcp(t, p, c, n, now_ns);
	memset(msg + MSG_HEAD, 0, n);
	ctl_write(c, msg + MSG_HEAD);
	rc = core_seal(p, 0, msg, n, now_ns);
	if (rc)
		return rc;
	n += MSG_OVERHEAD;
	return n > MSG_OVERHEAD + CTL_BYTES ? udp_send_whole(&t->udp, msg, n, &p->at) :
					      udp_send(&t->udp, msg, n, n, &p->at, 0);
}

/* --- from a peer to the device ---------------------------------------------------------------- */

void tunnel_flush(struct tunnel *t)
{
	if (!t->in.n)
		return;
	join_finish(&t->in);
	if (writev(t->tun.fd, t->in.iov, t->in.n + 1) < 0)
		t->n_unwritten++;
	join_done(&t->in);
}

static int on_ctl(struct tunnel *t, struct peer *p, const uint8_t *data, size_t n, int64_t now_ns,
		  struct err *e)
{
	struct ctl c;

	if (!ctl_read(data, n, &c))
		return 0;
	if (c.type == CTL_PONG)
		return t->link ? link_pong(t->link, &c, now_ns, e) : 0;
	if (c.type == CTL_BURST) {
		if (p->carrier == CARRIER_UDP)
			trial_burst(t, p, c.number, c.time, now_ns);
		return 0;
	}
	if (c.type == CTL_PING && c.size >= MTU_LEAST)
		p->mtu = c.size;
	if (c.type == CTL_PING)
		p->plain_out = c.flags & CTL_F_PLAIN;
	/* What cannot be sent is as if it were lost on its way. */
	(void)!tunnel_tell(t, p,
			   &(struct ctl){ .type = CTL_PONG, .size = n, .number = c.number,
					  .time = c.time },
			   c.type == CTL_PROBE ? n : CTL_BYTES, now_ns);
	return 0;
}

int tunnel_deliver(struct tunnel *t, struct peer *p, uint8_t *data, size_t n, uint8_t flags,
		   int64_t now_ns, struct err *e)
{
	struct inner ip;
	uint8_t src[16];

	if (!n)
		return 0;
	if (data[0] < 0x40)
		return on_ctl(t, p, data, n, now_ns, e);
	if (!inner_read(data, n, &ip) || !family_ok(t, &ip))
		return 0;
	inner_addr(&ip, false, src);
	if (t->owners && !owners_may(t->owners, src, peer_base(p), now_ns)) {
		p->n_spoofed++;
		return 0;
	}
	if (!ecn_inner(data, &ip, t->got.tos)) {
		p->n_congested++;
		return 0;
	}
	p->rx_bytes += n;
	if (p->mtu)
		mtu_clamp(data, n, &ip, p->mtu, flags & MSG_F_PARTIAL);
	if (!join_add(&t->in, data, n, &ip, flags)) {
		tunnel_flush(t);
		(void)!join_add(&t->in, data, n, &ip, flags);
	}
	return 0;
}

/* While there are sessions, those that are over are looked for. */
int tunnel_sweep_soon(struct tunnel *t, int64_t now_ns, struct err *e)
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
	size_t n;

	t->sweeping = false;
	n = core_sweep(t->core, now_ns) + (t->core_tcp ? core_sweep(t->core_tcp, now_ns) : 0);
	return n ? tunnel_sweep_soon(t, now_ns, e) : 0;
}

static int on_message(struct tunnel *t, uint8_t *msg, size_t n, int64_t now_ns, struct err *e)
{
	struct core_event ev;
	int rc;

	switch (core_input(t->core, msg, n, &t->got.from, now_ns, &ev)) {
	case CORE_DATA:
		/* Its first message was no repetition: none before it counts again after a
		 * restart. */
		if (ev.confirmed)
			(void)!stamps_put(t->stamps, ev.peer, false);
		return tunnel_deliver(t, ev.peer, ev.data, ev.n_data, ev.flags, now_ns, e);
	case CORE_ANSWER:
		(void)!udp_send(&t->udp, ev.out, ev.n_out, ev.n_out, &t->got.from, 0);
		return tunnel_sweep_soon(t, now_ns, e);
	case CORE_KEYED:
		rc = tunnel_sweep_soon(t, now_ns, e);
		return rc ? rc : link_keyed(t->link, ev.peer, now_ns, e);
	case CORE_COOKIE:
		return link_again(t->link, ev.peer, now_ns, e);
	case CORE_DROP:
		t->n_dropped++;
		t->reason = ev.reason;
	}
	return 0;
}

/* Takes up to 'turn' bursts from 'fd'; '*ret_n': how many there were. */
static int receive(struct tunnel *t, int fd, int turn, int *ret_n, struct err *e)
{
	int64_t now_ns = clock_mono_ns();
	size_t piece, at;
	int i, rc = 0;
	ssize_t n;

	for (i = 0; i < turn && !rc; i++) {
		n = udp_recv(fd, t->recv, sizeof(t->recv), &t->got);
		piece = t->got.piece;
		if (n <= 0)
			break;
		for (at = 0; at < (size_t)n && !rc; at += piece)
			rc = on_message(t, t->recv + at, MIN(piece, (size_t)n - at), now_ns, e);
		tunnel_flush(t);
	}
	*ret_n = i;
	return rc;
}

static int on_udp(void *arg, uint64_t events UNUSED, struct err *e)
{
	struct tunnel *t = arg;
	int n;

	return receive(t, t->udp.fd, TUNNEL_TURN, &n, e);
}

/* When many come they are taken together, some every few milliseconds: a flood must not wake the
 * tunnel for each of its messages. */
static int on_strangers(void *arg, uint64_t events UNUSED, struct err *e)
{
	struct tunnel *t = arg;
	int n, rc = receive(t, t->udp.strangers, STRANGERS_TURN, &n, e);

	if (rc || n < STRANGERS_MANY)
		return rc;
	loop_del(t->loop, t->udp.strangers);
	return loop_timer_set(t->pause, clock_mono_ns() + STRANGERS_NS, 0, e);
}

static int on_pause(void *arg, uint64_t periods UNUSED, struct err *e)
{
	struct tunnel *t = arg;

	return loop_add(t->loop, t->udp.strangers, EPOLLIN, on_strangers, t, e);
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
	if (!rc && t->udp.strangers >= 0) {
		t->pause = loop_timer(t->loop, 0, 0, on_pause, t, e);
		rc = t->pause < 0 ? t->pause : on_pause(t, 0, e);
	}
	rc = rc || !t->tcp ? rc : tcp_start(t->tcp, t, e);
	rc = rc ? rc : control_start(&t->control, t, e);
	return rc || t->link ? rc : tunnel_watch(t, true, e);
}
