// SPDX-License-Identifier: GPL-2.0-or-later
/* wire_user - see wire_user.h. Sources: ip(7), ipv6(7), icmp(7), Documentation/networking of the
 * error queue in linux/errqueue.h. */
#include "wire_user.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/bytes.h"
#include "sys/clock.h"
#include "sys/fd.h"

#ifndef IP_RECVERR_RFC4884
#define IP_RECVERR_RFC4884 26 /* Linux 5.9 */
#endif
#ifndef IPV6_RECVERR_RFC4884
#define IPV6_RECVERR_RFC4884 31
#endif

enum { HOLES = 64, HEAD = 8, DATA = 65536 };

/* A socket and what the probes of it have in common. */
struct user_sock {
	int fd, family;
	enum method method;
	uint16_t port;	 /* source */
	bool hole;	 /* of the pool for hops that are asked again */
	struct addr dst; /* hole: the one probe that it was used for */
	struct probe_id id;
};

struct wire_user {
	int epoll;
	struct user_sock sock[4 + 2 * HOLES];
	unsigned int n;
	uint32_t scope;
	uint8_t buf[HEAD + DATA];
};

static int set(int fd, int level, int what, int value)
{
	return setsockopt(fd, level, what, &value, sizeof(value));
}

static int set_up(int fd, int family, const struct wire_needs *n)
{
	int one = n->df ? IP_PMTUDISC_PROBE : IP_PMTUDISC_DONT;

	(void)set(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
	if (n->dev && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, n->dev, strlen(n->dev) + 1))
		return -errno;
	if (family == AF_INET) {
		(void)set(fd, IPPROTO_IP, IP_RECVERR_RFC4884, 1);
		(void)set(fd, IPPROTO_IP, IP_RECVTTL, 1);
		(void)set(fd, IPPROTO_IP, IP_MTU_DISCOVER, one);
		return set(fd, IPPROTO_IP, IP_RECVERR, 1) ? -errno : 0;
	}
	(void)set(fd, IPPROTO_IPV6, IPV6_RECVERR_RFC4884, 1);
	(void)set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
	(void)set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
	return set(fd, IPPROTO_IPV6, IPV6_RECVERR, 1) ? -errno : 0;
}

/* Adds a socket bound to 'port' (0: any) to 'u'. 0 or -errno. */
static int add(struct wire_user *u, int family, enum method m, uint16_t port, bool hole,
	       const struct wire_needs *n)
{
	int proto = m == METHOD_UDP	 ? IPPROTO_UDP
		    : family == AF_INET6 ? IPPROTO_ICMPV6
					 : IPPROTO_ICMP;
	struct user_sock *s = &u->sock[u->n];
	struct epoll_event ev = { .events = EPOLLIN, .data.u32 = u->n };
	struct addr any = { .family = family };
	struct sockaddr_storage ss;
	socklen_t len;

	s->fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, proto);
	if (s->fd < 0)
		return -errno;
	u->n++;
	s->family = family;
	s->method = m;
	s->hole = hole;
	len = addr_sockaddr(n->src.family == family ? &n->src : &any, port, u->scope, &ss);
	if (set_up(s->fd, family, n) || bind(s->fd, (struct sockaddr *)&ss, len))
		return -errno;
	s->port = port;
	return epoll_ctl(u->epoll, EPOLL_CTL_ADD, s->fd, &ev) ? -errno : 0;
}

static int open_family(struct wire_user *u, int family, const struct wire_needs *n, struct err *e)
{
	int rc = add(u, family, METHOD_UDP, n->low_port, false, n);

	for (int i = 0; !rc && i < HOLES; i++)
		rc = add(u, family, METHOD_UDP, 0, true, n);
	if (rc)
		return err_sys(e, -rc, "opening sockets without privilege");
	/* the system may keep ping sockets to some groups: then there are none */
	if (add(u, family, METHOD_ICMP, n->low_port, false, n) && u->n &&
	    u->sock[u->n - 1].method == METHOD_ICMP) {
		close_p(&u->sock[u->n - 1].fd);
		u->n--;
	}
	return 0;
}

int wire_user_open(const struct wire_needs *n, struct wire_user **ret_u, struct err *e)
{
	struct wire_user *u = calloc(1, sizeof(*u));
	int rc = 0;

	if (!u)
		return err_set(e, ENOMEM, "out of memory");
	u->scope = n->scope;
	u->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (u->epoll < 0)
		rc = err_sys(e, errno, "open an epoll descriptor");
	if (!rc && n->ip4)
		rc = open_family(u, AF_INET, n, e);
	if (!rc && n->ip6)
		rc = open_family(u, AF_INET6, n, e);
	if (rc)
		wire_user_close(u);
	else
		*ret_u = u;
	return rc;
}

void wire_user_close(struct wire_user *u)
{
	if (!u)
		return;
	for (unsigned int i = 0; i < u->n; i++)
		close_p(&u->sock[i].fd);
	close_p(&u->epoll);
	free(u);
}

int wire_user_fd(const struct wire_user *u)
{
	return u->epoll;
}

bool wire_user_pings(const struct wire_user *u, int family)
{
	for (unsigned int i = 0; i < u->n; i++)
		if (u->sock[i].method == METHOD_ICMP && u->sock[i].family == family)
			return true;
	return false;
}

/* The socket for probe 'id': the flow's own; for a hop asked again one of the pool. */
static struct user_sock *choose(struct wire_user *u, const struct probe_kind *k, struct probe_id id)
{
	struct user_sock *plain = NULL;

	for (unsigned int i = 0; i < u->n; i++) {
		struct user_sock *s = &u->sock[i];

		if (s->family != k->dst.family || s->method != k->method)
			continue;
		if (!s->hole)
			plain = s;
		if (s->hole && id.seq && !s->id.ttl) {
			s->id = id;
			s->dst = k->dst;
			return s;
		}
	}
	return plain;
}

static void add_control(struct msghdr *m, int level, int type, int value)
{
	struct cmsghdr *c = (struct cmsghdr *)((char *)m->msg_control + m->msg_controllen);

	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(sizeof(value));
	memcpy(CMSG_DATA(c), &value, sizeof(value));
	m->msg_controllen += CMSG_SPACE(sizeof(value));
}

int wire_user_send(struct wire_user *u, const struct probe_kind *k, struct probe_id id,
		   const uint8_t *buf, uint32_t n)
{
	struct user_sock *s = choose(u, k, id);
	bool six = k->dst.family == AF_INET6;
	uint32_t skip = probe_l4(k) + (k->method == METHOD_UDP ? 8 : 0);
	union {
		char space[2 * CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct iovec iov = { (void *)(buf + skip), n - skip };
	struct sockaddr_storage to;
	struct msghdr m = {
		.msg_name = &to, .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control
	};

	if (!s)
		return -EPERM;
	m.msg_namelen =
		addr_sockaddr(&k->dst, k->method == METHOD_UDP ? k->dport : 0, u->scope, &to);
	add_control(&m, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_HOPLIMIT : IP_TTL, id.ttl);
	add_control(&m, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_TCLASS : IP_TOS, k->tos);
	/* an error that waits comes first; it is read from the queue, the probe sent again */
	for (int tries = 0; tries < 8; tries++)
		if (sendmsg(s->fd, &m, 0) >= 0)
			return 0;
		else if (errno == EAGAIN || errno == ENOBUFS || errno == EMSGSIZE ||
			 errno == EINVAL)
			return -errno;
	return -errno;
}

/* The kind of an error by its type and code. */
static uint8_t kind_of(const struct sock_extended_err *ee)
{
	if (ee->ee_origin == SO_EE_ORIGIN_ICMP)
		return ee->ee_type == 11   ? ANSWER_TIME
		       : ee->ee_type == 12 ? ANSWER_PARAMETER
		       : ee->ee_type != 3  ? ANSWER_NONE
		       : ee->ee_code == 4  ? ANSWER_BIG
					   : ANSWER_UNREACHABLE;
	return ee->ee_type == 3	  ? ANSWER_TIME
	       : ee->ee_type == 4 ? ANSWER_PARAMETER
	       : ee->ee_type == 2 ? ANSWER_BIG
	       : ee->ee_type == 1 ? ANSWER_UNREACHABLE
				  : ANSWER_NONE;
}

static void take_error(struct user_sock *s, const struct sock_extended_err *ee, uint32_t n,
		       const struct sockaddr_storage *name, uint8_t *buf, struct answer *a)
{
	struct sockaddr_storage from = { 0 };
	uint32_t quoted = n;

	if (ee->ee_origin != SO_EE_ORIGIN_ICMP && ee->ee_origin != SO_EE_ORIGIN_ICMP6)
		return;
	memcpy(&from, SO_EE_OFFENDER(ee),
	       s->family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
	a->kind = kind_of(ee);
	a->type = ee->ee_type;
	a->code = ee->ee_code;
	a->mtu = a->kind == ANSWER_BIG ? MIN(ee->ee_info, 0xffffu) : 0;
	a->from = addr_from_sockaddr(&from);
	if (ee->ee_rfc4884.len && ee->ee_rfc4884.len < n) {
		quoted = ee->ee_rfc4884.len;
		if (ee->ee_rfc4884.flags & SO_EE_RFC4884_FLAG_INVALID)
			a->has_ext = a->ext_bad = true;
		else
			answer_extensions(buf + HEAD + quoted, n - quoted, a);
	}
	a->quote = (struct quote){ .present = true,
				   .blind = true,
				   .proto = s->method == METHOD_UDP ? IPPROTO_UDP
					    : s->family == AF_INET6 ? IPPROTO_ICMPV6
								    : IPPROTO_ICMP };
	a->quote.dst = addr_from_sockaddr(name);
	a->quote.src.family = s->family;
	/* a ping socket hands the quoted ICMP header out, a UDP socket what follows its own */
	a->quote.l4 = s->method == METHOD_UDP ? buf : buf + HEAD;
	a->quote.l4_bytes = quoted + (s->method == METHOD_UDP ? HEAD : 0);
	if (s->method == METHOD_ICMP && quoted < HEAD)
		a->kind = ANSWER_NONE;
	put_be16(buf, s->port);
	put_be16(buf + 2, ntohs(((const struct sockaddr_in *)name)->sin_port));
}

static void take_reply(struct user_sock *s, uint32_t n, const struct sockaddr_storage *name,
		       uint8_t *buf, struct answer *a)
{
	const uint8_t *p = buf + HEAD;

	a->from = addr_from_sockaddr(name);
	a->sport = ntohs(((const struct sockaddr_in *)name)->sin_port);
	a->dport = s->port;
	a->kind = s->method == METHOD_UDP ? ANSWER_UDP : n >= 8 ? ANSWER_ECHO : ANSWER_NONE;
	if (a->kind != ANSWER_ECHO)
		return;
	a->type = p[0];
	a->id = get_be16(p + 4);
	a->seq = get_be16(p + 6);
	a->data = p + 8;
	a->data_bytes = n - 8;
}

struct controls {
	const struct sock_extended_err *ee;
	int64_t at_ns;
	int ttl;
};

static struct controls read_controls(struct msghdr *m)
{
	struct controls r = { .at_ns = clock_mono_ns() };

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		bool ip = c->cmsg_level == IPPROTO_IP, six = c->cmsg_level == IPPROTO_IPV6;
		struct timespec ts;
		int64_t ago;

		if ((ip && c->cmsg_type == IP_RECVERR) || (six && c->cmsg_type == IPV6_RECVERR))
			r.ee = (const struct sock_extended_err *)CMSG_DATA(c);
		if ((ip && c->cmsg_type == IP_TTL) || (six && c->cmsg_type == IPV6_HOPLIMIT))
			memcpy(&r.ttl, CMSG_DATA(c), sizeof(r.ttl));
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
			ago = clock_real_ns() - (ts.tv_sec * NS_PER_S + ts.tv_nsec);
			if (ago > 0 && ago < NS_PER_S)
				r.at_ns -= ago;
		}
	}
	return r;
}

/* 1, 0 when there is nothing, -errno. */
static int take_from(struct wire_user *u, struct user_sock *s, int flags, struct arrival *ret)
{
	union {
		char space[512];
		struct cmsghdr align;
	} control;
	struct sockaddr_storage name = { 0 };
	struct iovec iov = { u->buf + HEAD, DATA };
	struct msghdr m = { .msg_name = &name,
			    .msg_namelen = sizeof(name),
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = &control,
			    .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(s->fd, &m, flags);
	struct controls c;

	if (n < 0)
		return 0; /* nothing there, or an error that the queue tells of */
	memset(u->buf, 0, HEAD);
	*ret = (struct arrival){ 0 };
	c = read_controls(&m);
	ret->at_ns = c.at_ns;
	if (flags & MSG_ERRQUEUE && c.ee)
		take_error(s, c.ee, n, &name, u->buf, &ret->a);
	else if (!(flags & MSG_ERRQUEUE))
		take_reply(s, n, &name, u->buf, &ret->a);
	ret->a.ttl = c.ttl;
	ret->a.to.family = s->family;
	if (s->hole && s->id.ttl)
		ret->a.told = s->id;
	ret->understood = ret->a.kind != ANSWER_NONE;
	return 1;
}

int wire_user_take(struct wire_user *u, struct arrival *ret)
{
	struct epoll_event ev[16];
	int n = epoll_wait(u->epoll, ev, ARRAY_SIZE(ev), 0);

	for (int i = 0; i < n; i++) {
		struct user_sock *s = &u->sock[ev[i].data.u32];

		if (take_from(u, s, MSG_ERRQUEUE, ret) > 0 || take_from(u, s, 0, ret) > 0)
			return 1;
	}
	return 0;
}
