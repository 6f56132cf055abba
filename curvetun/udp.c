// SPDX-License-Identifier: GPL-2.0-or-later
/* udp - see udp.h. */
#include "udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/filter.h>

#include "msg.h"
#include "sys/fd.h"

/* By force where allowed, else as far as the system's limit goes. */
static int buffer(int fd, int force, int plain, int bytes)
{
	socklen_t n = sizeof(bytes);

	if (setsockopt(fd, SOL_SOCKET, force, &bytes, sizeof(bytes)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, plain, &bytes, sizeof(bytes));
	if (getsockopt(fd, SOL_SOCKET, plain, &bytes, &n) < 0)
		return 0;
	return bytes;
}

/* Data is sent as it fits what probes found out; only they are never cut. */
static void set_cutting(struct udp *u, int v4, int v6)
{
	(void)setsockopt(u->fd, IPPROTO_IP, IP_MTU_DISCOVER, &v4, sizeof(v4));
	(void)setsockopt(u->fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &v6, sizeof(v6));
}

static int bound(uint16_t port, bool shared, struct err *e)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	AUTO(close_p) int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int off = 0, on = 1;

	if (fd < 0)
		return err_sys(e, errno, "open a UDP socket");
	(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (shared)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		return err_sys(e, errno, "bind UDP port %u", port);
	return TAKE(fd, -1);
}

/* Two sockets of a server's port: the kernel puts messages of data into the first, all others into
 * the second. */
static int bound_twice(uint16_t port, struct udp *u, struct err *e)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MSG_DATA, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 1),
	};
	struct sock_fprog prog = { ARRAY_SIZE(code), code };
	int fd = bound(port, false, e); /* nobody else may have it */

	if (fd < 0)
		return fd;
	close(fd);
	u->fd = bound(port, true, e);
	u->strangers = u->fd < 0 ? -1 : bound(port, true, NULL);
	if (u->strangers >= 0 && setsockopt(u->fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &prog,
					    sizeof(prog)) < 0)
		close_p(&u->strangers);
	if (u->strangers >= 0)
		(void)buffer(u->strangers, SO_RCVBUFFORCE, SO_RCVBUF, UDP_STRANGERS);
	return u->fd < 0 ? u->fd : 0;
}

int udp_open(uint16_t port, bool offload, struct udp *ret_u, struct err *e)
{
	struct udp u = { .fd = -1, .strangers = -1 };
	socklen_t size = sizeof(int);
	int on = 1, n, rc = 0;

	if (port)
		rc = bound_twice(port, &u, e);
	else
		u.fd = bound(0, false, e);
	if (rc || u.fd < 0)
		return rc ? rc : u.fd;
	u.rcvbuf = buffer(u.fd, SO_RCVBUFFORCE, SO_RCVBUF, UDP_BUFFER);
	u.sndbuf = buffer(u.fd, SO_SNDBUFFORCE, SO_SNDBUF, UDP_BUFFER);
	(void)setsockopt(u.fd, IPPROTO_IP, IP_RECVTOS, &on, sizeof(on));
	(void)setsockopt(u.fd, IPPROTO_IPV6, IPV6_RECVTCLASS, &on, sizeof(on));
	u.gro = offload && !setsockopt(u.fd, SOL_UDP, UDP_GRO, &on, sizeof(on));
	u.gso = offload && !getsockopt(u.fd, SOL_UDP, UDP_SEGMENT, &n, &size);
	set_cutting(&u, IP_PMTUDISC_DONT, IPV6_PMTUDISC_DONT);
	*ret_u = u;
	return 0;
}

void udp_close(struct udp *u)
{
	if (u->fd >= 0)
		close(u->fd);
	if (u->strangers >= 0)
		close(u->strangers);
	u->fd = u->strangers = -1;
}

const char *addr_text(const struct sockaddr_in6 *at, char *text, size_t size)
{
	char addr[INET6_ADDRSTRLEN] = "?";
	bool v4 = IN6_IS_ADDR_V4MAPPED(&at->sin6_addr);

	inet_ntop(v4 ? AF_INET : AF_INET6, at->sin6_addr.s6_addr + (v4 ? 12 : 0), addr,
		  sizeof(addr));
	snprintf(text, size, v4 ? "%s:%u" : "[%s]:%u", addr, ntohs(at->sin6_port));
	return text;
}

/* Takes what control messages tell. */
static void take_control(struct msghdr *m, struct udp_got *g)
{
	struct cmsghdr *c;
	int v;

	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS) {
			g->tos = *CMSG_DATA(c); /* a byte, where IPv6 has an int */
			continue;
		}
		if (c->cmsg_len < CMSG_LEN(sizeof(v)))
			continue;
		memcpy(&v, CMSG_DATA(c), sizeof(v));
		if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO && v > 0)
			g->piece = v;
		else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_TCLASS)
			g->tos = v;
	}
}

ssize_t udp_recv(int fd, uint8_t *buf, size_t size, struct udp_got *ret_g)
{
	char control[3 * CMSG_SPACE(sizeof(int))];
	struct iovec iov = { buf, size };
	struct msghdr m = { .msg_name = &ret_g->from, .msg_namelen = sizeof(ret_g->from),
			    .msg_iov = &iov, .msg_iovlen = 1,
			    .msg_control = control, .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(fd, &m, MSG_DONTWAIT);

	if (n < 0)
		return -errno;
	ret_g->piece = n;
	ret_g->tos = 0;
	take_control(&m, ret_g);
	return n;
}

/* Adds a control message to 'm', whose buffer has room. */
static void add_control(struct msghdr *m, int level, int type, const void *value, size_t n)
{
	struct cmsghdr *c = (struct cmsghdr *)((char *)m->msg_control + m->msg_controllen);

	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(n);
	memcpy(CMSG_DATA(c), value, n);
	m->msg_controllen += CMSG_SPACE(n);
}

static int send_one(struct udp *u, const uint8_t *buf, size_t n, size_t piece,
		    const struct sockaddr_in6 *to, int tos)
{
	union {
		char buf[CMSG_SPACE(sizeof(uint16_t)) + CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { (void *)buf, n };
	struct msghdr m = { .msg_name = (void *)to, .msg_namelen = sizeof(*to),
			    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.buf };
	uint16_t size = piece;

	if (piece < n)
		add_control(&m, SOL_UDP, UDP_SEGMENT, &size, sizeof(size));
	if (tos && IN6_IS_ADDR_V4MAPPED(&to->sin6_addr))
		add_control(&m, IPPROTO_IP, IP_TOS, &tos, sizeof(tos));
	else if (tos)
		add_control(&m, IPPROTO_IPV6, IPV6_TCLASS, &tos, sizeof(tos));
	while (sendmsg(u->fd, &m, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int udp_send(struct udp *u, const uint8_t *buf, size_t n, size_t piece,
	     const struct sockaddr_in6 *to, uint8_t tos)
{
	int rc = 0, one;

	if (u->gso || n <= piece) {
		rc = send_one(u, buf, n, piece, to, tos);
		if (n <= piece || (rc != -EIO && rc != -EINVAL && rc != -EMSGSIZE))
			return rc;
		/* EIO: the device computes no checksums. The others: longer than the path takes,
		 * which one alone may be, in fragments. */
		if (rc == -EIO)
			u->gso = false;
		rc = 0;
	}
	for (; n; n -= MIN(n, piece), buf += piece) {
		one = send_one(u, buf, MIN(n, piece), n, to, tos);
		rc = one ? one : rc;
	}
	return rc;
}

int udp_send_whole(struct udp *u, const uint8_t *buf, size_t n, const struct sockaddr_in6 *to)
{
	int rc;

	set_cutting(u, IP_PMTUDISC_PROBE, IPV6_PMTUDISC_PROBE);
	rc = send_one(u, buf, n, n, to, 0);
	set_cutting(u, IP_PMTUDISC_DONT, IPV6_PMTUDISC_DONT);
	return rc;
}
