// SPDX-License-Identifier: GPL-2.0-or-later
/* tcp - see tcp.h. The connections are in an epoll set of their own, which is one source of the
 * tunnel's loop. */
#include "tcp.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "aead.h"
#include "helper.h"
#include "base/bytes.h"
#include "msg.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "tunnel.h"

#define STRANGER_NS (10 * NS_PER_S) /* and up to twice that more */

enum { EVENTS = 32 };

struct tcp {
	int listen, epoll, timer;
	struct tunnel *tun;
	struct conn *all;
	unsigned int n_strangers;
};

static void conn_free(struct conn *c)
{
	if (c->fd >= 0)
		close(c->fd);
	aead_free(c->frame[0]);
	aead_free(c->frame[1]);
	free(c->in);
	free(c->out);
	free(c);
}

static int listen_on(uint16_t port, int *ret_fd, struct err *e)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	AUTO(close_p) int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1, off = 0;

	if (fd < 0)
		return err_sys(e, errno, "open a TCP socket");
	(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* handed on */
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 128) < 0)
		return err_sys(e, errno, "listen on TCP port %u", port);
	*ret_fd = TAKE(fd, -1);
	return 0;
}

int tcp_open(uint16_t port, struct tcp **ret_t, struct err *e)
{
	struct tcp *t = calloc(1, sizeof(*t));
	struct epoll_event ev = { .events = EPOLLIN };
	int rc = 0;

	if (!t)
		return err_sys(e, ENOMEM, "TCP carrier");
	t->listen = t->timer = -1;
	t->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (t->epoll < 0)
		rc = err_sys(e, errno, "TCP carrier");
	if (!rc && port)
		rc = listen_on(port, &t->listen, e);
	if (!rc && port && epoll_ctl(t->epoll, EPOLL_CTL_ADD, t->listen, &ev) < 0)
		rc = err_sys(e, errno, "TCP carrier");
	if (rc) {
		tcp_free(t);
		return rc;
	}
	*ret_t = t;
	return 0;
}

void tcp_free(struct tcp *t)
{
	struct conn *c;

	if (!t)
		return;
	while ((c = t->all)) {
		t->all = c->next;
		conn_free(c);
	}
	close_p(&t->listen);
	close_p(&t->epoll);
	free(t);
}

/* A connection in the set, waiting for 'events'. */
static struct conn *conn_new(struct tcp *t, int fd, uint32_t events, const struct sockaddr_in6 *at)
{
	struct conn *c = calloc(1, sizeof(*c));
	struct epoll_event ev = { .events = events, .data.ptr = c };

	if (!c || epoll_ctl(t->epoll, EPOLL_CTL_ADD, fd, &ev) < 0) {
		free(c);
		close(fd);
		return NULL;
	}
	c->fd = fd;
	c->at = *at;
	c->next = t->all;
	t->all = c;
	return c;
}

static void wait_for(struct tcp *t, struct conn *c, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = c };

	(void)epoll_ctl(t->epoll, EPOLL_CTL_MOD, c->fd, &ev);
}

struct conn *tcp_connect(struct tcp *t, const struct sockaddr_in6 *at)
{
	int fd = helper_socket(&t->tun->helper), on = 1;
	struct conn *c;

	if (fd < 0)
		return NULL;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 && errno != EINPROGRESS) {
		close(fd);
		return NULL;
	}
	c = conn_new(t, fd, EPOLLOUT, at);
	if (c)
		c->connecting = true;
	return c;
}

void tcp_drop(struct conn *c)
{
	c->dead = true;
	if (c->peer && c->peer->conn == c)
		c->peer->conn = NULL;
}

void tcp_finish(struct conn *c)
{
	if (c->peer && c->peer->conn == c)
		c->peer->conn = NULL;
	shutdown(c->fd, SHUT_WR);
}

bool tcp_keyed(struct conn *c, struct peer *p, struct session *s)
{
	if (!c->in)
		c->in = malloc(TCP_FRAME);
	if (!c->out)
		c->out = malloc(TCP_OUT);
	if (!c->in || !c->out || !s->frame[0])
		return false;
	c->frame[0] = TAKE(s->frame[0], NULL);
	c->frame[1] = TAKE(s->frame[1], NULL);
	c->peer = p;
	return true;
}

void tcp_plain(struct conn *c, const void *msg, size_t n)
{
	/* The first bytes of a connection: there is room, or it is of no use. */
	if (send(c->fd, msg, n, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)n)
		tcp_drop(c);
}

/* --- sending ---------------------------------------------------------------------------------- */

/* Makes a frame of the packets gathered. */
static void close_frame(struct conn *c, int64_t now_ns)
{
	uint8_t *head = c->out + c->out_bytes, *msg = head + TCP_LENGTH;
	size_t n = c->pack + MSG_OVERHEAD;

	if (!c->pack)
		return;
	c->pack = 0;
	if (core_seal(c->peer, c->flags, msg, n - MSG_OVERHEAD, now_ns))
		return;
	put_le16(head, n);
	if (aead_seal(c->frame[1], c->n_out++, NULL, 0, head, 2)) {
		tcp_drop(c);
		return;
	}
	c->out_bytes += TCP_LENGTH + n;
}

uint8_t *tcp_room(struct conn *c, size_t n, uint8_t flags, int64_t now_ns)
{
	if (c->dead || !c->out || n + 2 > TCP_MESSAGE - MSG_OVERHEAD)
		return NULL;
	if (c->pack && (c->flags != flags || c->pack + n + 2 > TCP_MESSAGE - MSG_OVERHEAD))
		close_frame(c, now_ns);
	if (c->out_bytes + TCP_FRAME > TCP_OUT)
		return NULL;
	c->flags = flags;
	return c->out + c->out_bytes + TCP_LENGTH + MSG_HEAD + c->pack + 2;
}

void tcp_add(struct conn *c, size_t n)
{
	put_le16(c->out + c->out_bytes + TCP_LENGTH + MSG_HEAD + c->pack, n);
	c->pack += n + 2;
}

bool tcp_send(struct tcp *t, struct conn *c, int64_t now_ns)
{
	ssize_t n;

	if (c->dead || !c->out)
		return true;
	close_frame(c, now_ns);
	if (c->out_at == c->out_bytes)
		return true;
	n = send(c->fd, c->out + c->out_at, c->out_bytes - c->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		tcp_drop(c);
		return true;
	}
	c->out_at += MAX(n, 0);
	if (c->out_at == c->out_bytes) {
		c->out_at = c->out_bytes = 0;
		return true;
	}
	memmove(c->out, c->out + c->out_at, c->out_bytes - c->out_at);
	c->out_bytes -= c->out_at;
	c->out_at = 0;
	wait_for(t, c, EPOLLIN | EPOLLOUT);
	return false;
}

/* --- receiving -------------------------------------------------------------------------------- */

/* Bytes of the message at 'p' before keys, by its type; 0: there is none of it. */
static size_t plain_bytes(uint8_t type)
{
	return type == MSG_FIRST ? MSG_FIRST_BYTES : type == MSG_ANSWER ? MSG_ANSWER_BYTES :
	       type == MSG_COOKIE ? MSG_COOKIE_BYTES : 0;
}

/* Takes one message or frame of the 'n' bytes at 'p'. Returns the bytes it took, 0 when it is not
 * whole, or -errno when no sense can be made of what follows. */
static ssize_t take(struct tcp *t, struct conn *c, uint8_t *p, size_t n, int64_t now_ns,
		    struct err *e)
{
	size_t len;
	int rc;

	if (!c->frame[0]) {
		len = plain_bytes(p[0]);
		if (!len)
			return -EPROTO;
		if (n < len)
			return 0;
		rc = tunnel_tcp_plain(t->tun, c, p, len, now_ns, e);
		return rc ? rc : (ssize_t)len;
	}
	if (c->in_length) {
		len = c->in_length;
	} else {
		if (n < TCP_LENGTH)
			return 0;
		if (aead_open(c->frame[0], c->n_in++, NULL, 0, p, TCP_LENGTH))
			return -EPROTO;
		len = get_le16(p);
		if (len > TCP_MESSAGE || len < MSG_OVERHEAD)
			return -EPROTO;
		c->in_length = len;
		return TCP_LENGTH;
	}
	if (n < len)
		return 0;
	c->in_length = 0;
	rc = tunnel_tcp_data(t->tun, c, p, len, now_ns, e);
	return rc ? rc : (ssize_t)len;
}

/* A stranger that made no sense is read no more, and stays until its time has come. */
static void ignore(struct tcp *t, struct conn *c)
{
	if (c->peer || !c->close_ns)
		tcp_drop(c);
	else
		wait_for(t, c, 0);
	c->ignored = true;
}

static int on_bytes(struct tcp *t, struct conn *c, int64_t now_ns, struct err *e)
{
	uint8_t *buf = t->tun->recv;
	size_t size = sizeof(t->tun->recv), n = c->in_bytes, at = 0;
	ssize_t got, took = 1;

	if (!c->in) {
		c->in = malloc(TCP_FRAME);
		if (!c->in) {
			tcp_drop(c);
			return 0;
		}
	}
	memcpy(buf, c->in, n);
	got = read(c->fd, buf + n, size - n);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (!got && !c->peer && c->close_ns) {
		ignore(t, c);
		return 0;
	}
	if (got <= 0) {
		tcp_drop(c);
		return tunnel_tcp_gone(t->tun, c, now_ns, e);
	}
	n += got;
	while (at < n && (took = take(t, c, buf + at, n - at, now_ns, e)) > 0)
		at += took;
	if (took == -ECANCELED)
		return -e->code;
	if (took < 0) {
		ignore(t, c);
		return 0;
	}
	c->in_bytes = n - at;
	if (c->in_bytes > TCP_FRAME)
		tcp_drop(c);
	else
		memcpy(c->in, buf + at, c->in_bytes);
	return 0;
}

/* --- strangers -------------------------------------------------------------------------------- */

static bool same_net(const struct sockaddr_in6 *a, const struct sockaddr_in6 *b)
{
	return !memcmp(&a->sin6_addr, &b->sin6_addr, IN6_IS_ADDR_V4MAPPED(&a->sin6_addr) ? 16 : 8);
}

static void accept_one(struct tcp *t, int64_t now_ns)
{
	struct sockaddr_in6 at;
	socklen_t size = sizeof(at);
	int fd = accept4(t->listen, (struct sockaddr *)&at, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
	unsigned int near = 0;
	struct conn *c;

	if (fd < 0)
		return;
	for (c = t->all; c; c = c->next)
		near += !c->peer && !c->dead && same_net(&c->at, &at);
	if (t->n_strangers >= TCP_STRANGERS || near >= TCP_STRANGERS_NET) {
		close(fd);
		return;
	}
	c = conn_new(t, fd, EPOLLIN, &at);
	if (!c)
		return;
	c->close_ns = now_ns + STRANGER_NS + (int64_t)randombytes_uniform(20000) * NS_PER_MS;
	if (!t->n_strangers++)
		(void)!loop_timer_set(t->timer, now_ns + NS_PER_S, NS_PER_S, NULL);
}

/* Closes strangers whose time has come, and frees what is dead. */
static void reap(struct tcp *t, int64_t now_ns)
{
	struct conn **p = &t->all, *c;

	t->n_strangers = 0;
	while ((c = *p)) {
		if (!c->peer && c->close_ns && now_ns >= c->close_ns)
			c->dead = true;
		if (c->dead) {
			*p = c->next;
			conn_free(c);
			continue;
		}
		t->n_strangers += !c->peer && c->close_ns;
		p = &c->next;
	}
}

static int on_timer(void *arg, uint64_t periods UNUSED, struct err *e)
{
	struct tcp *t = arg;

	reap(t, clock_mono_ns());
	return t->n_strangers ? 0 : loop_timer_set(t->timer, 0, 0, e);
}

/* --- events ----------------------------------------------------------------------------------- */

static int on_conn(struct tcp *t, struct conn *c, uint32_t events, int64_t now_ns, struct err *e)
{
	int error = 0, rc = 0;
	socklen_t size = sizeof(error);

	if (c->dead)
		return 0;
	if (c->connecting) {
		(void)getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
		c->connecting = false;
		if (error) {
			tcp_drop(c);
			return tunnel_tcp_gone(t->tun, c, now_ns, e);
		}
		wait_for(t, c, EPOLLIN);
		return tunnel_tcp_up(t->tun, c, now_ns, e);
	}
	if (events & EPOLLOUT && tcp_send(t, c, now_ns)) {
		wait_for(t, c, EPOLLIN);
		rc = tunnel_tcp_room(t->tun, c, e);
	}
	if (!rc && !c->dead && events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
		if (c->ignored)
			tcp_drop(c); /* it is reset */
		else
			rc = on_bytes(t, c, now_ns, e);
	}
	return rc;
}

static int on_events(void *arg, uint64_t events UNUSED, struct err *e)
{
	struct tcp *t = arg;
	struct epoll_event ev[EVENTS];
	int64_t now_ns = clock_mono_ns();
	int i, rc = 0, n = epoll_wait(t->epoll, ev, EVENTS, 0);

	for (i = 0; i < n && !rc; i++) {
		if (ev[i].data.ptr)
			rc = on_conn(t, ev[i].data.ptr, ev[i].events, now_ns, e);
		else
			accept_one(t, now_ns);
	}
	reap(t, now_ns);
	return rc;
}

int tcp_start(struct tcp *t, struct tunnel *tun, struct err *e)
{
	t->tun = tun;
	t->timer = loop_timer(tun->loop, 0, 0, on_timer, t, e);
	return t->timer < 0 ? t->timer : loop_add(tun->loop, t->epoll, EPOLLIN, on_events, t, e);
}
