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

int udp_open(uint16_t port, bool offload, struct udp *ret_u, struct err *e)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	AUTO(close_p) int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int off = 0, on = 1, n;
	socklen_t size = sizeof(n);
	struct udp u = { 0 };

	if (fd < 0)
		return err_sys(e, errno, "open a UDP socket");
	(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		return err_sys(e, errno, "bind UDP port %u", port);
	u.rcvbuf = buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, UDP_BUFFER);
	u.sndbuf = buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, UDP_BUFFER);
	u.gro = offload && !setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof(on));
	u.gso = offload && !getsockopt(fd, SOL_UDP, UDP_SEGMENT, &n, &size);
	u.fd = TAKE(fd, -1);
	set_cutting(&u, IP_PMTUDISC_DONT, IPV6_PMTUDISC_DONT);
	*ret_u = u;
	return 0;
}

void udp_close(struct udp *u)
{
	if (u->fd >= 0)
		close(u->fd);
	u->fd = -1;
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

ssize_t udp_recv(struct udp *u, uint8_t *buf, size_t size, struct sockaddr_in6 *ret_from,
		 size_t *ret_piece)
{
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { buf, size };
	struct msghdr m = { .msg_name = ret_from, .msg_namelen = sizeof(*ret_from),
			    .msg_iov = &iov, .msg_iovlen = 1,
			    .msg_control = control, .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(u->fd, &m, MSG_DONTWAIT);
	struct cmsghdr *c;
	int piece = 0;

	if (n < 0)
		return -errno;
	for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
		if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO)
			memcpy(&piece, CMSG_DATA(c), sizeof(piece));
	*ret_piece = piece > 0 ? (size_t)piece : (size_t)n;
	return n;
}

static int send_one(struct udp *u, const uint8_t *buf, size_t n, size_t piece,
		    const struct sockaddr_in6 *to)
{
	union {
		char buf[CMSG_SPACE(sizeof(uint16_t))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { (void *)buf, n };
	struct msghdr m = { .msg_name = (void *)to, .msg_namelen = sizeof(*to),
			    .msg_iov = &iov, .msg_iovlen = 1 };
	uint16_t size = piece;
	struct cmsghdr *c;

	if (piece < n) {
		m.msg_control = control.buf;
		m.msg_controllen = sizeof(control.buf);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_UDP;
		c->cmsg_type = UDP_SEGMENT;
		c->cmsg_len = CMSG_LEN(sizeof(size));
		memcpy(CMSG_DATA(c), &size, sizeof(size));
	}
	while (sendmsg(u->fd, &m, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int udp_send(struct udp *u, const uint8_t *buf, size_t n, size_t piece,
	     const struct sockaddr_in6 *to)
{
	int rc = 0, one;

	if (u->gso || n <= piece) {
		rc = send_one(u, buf, n, piece, to);
		if (n <= piece || (rc != -EIO && rc != -EINVAL && rc != -EMSGSIZE))
			return rc;
		/* EIO: the device computes no checksums. The others: longer than the path takes,
		 * which one alone may be, in fragments. */
		if (rc == -EIO)
			u->gso = false;
		rc = 0;
	}
	for (; n; n -= MIN(n, piece), buf += piece) {
		one = send_one(u, buf, MIN(n, piece), n, to);
		rc = one ? one : rc;
	}
	return rc;
}

int udp_send_whole(struct udp *u, const uint8_t *buf, size_t n, const struct sockaddr_in6 *to)
{
	int rc;

	set_cutting(u, IP_PMTUDISC_PROBE, IPV6_PMTUDISC_PROBE);
	rc = send_one(u, buf, n, n, to);
	set_cutting(u, IP_PMTUDISC_DONT, IPV6_PMTUDISC_DONT);
	return rc;
}
