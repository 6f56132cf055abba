// SPDX-License-Identifier: GPL-2.0-or-later
/* wire - see wire.h. */
#include "wire.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cbpf/expr.h"
#include "cbpf/insn.h"
#include "proto/linktype.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/priv.h"
#include "wire_user.h"

enum { RCVBUF_BYTES = 8 << 20, PACKET_BYTES = 65536 };

struct wire {
	int send[2], recv[2]; /* IPv4, IPv6 */
	uint32_t scope;
	struct wire_user *user; /* instead of them, without privilege */
	uint64_t lost;
	uint8_t buf[PACKET_BYTES];
};

static int slot(int family)
{
	return family == AF_INET6;
}

static int bind_device(int fd, const char *dev, struct err *e)
{
	if (dev && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, dev, strlen(dev) + 1))
		return err_sys(e, errno, "device %s", dev);
	return 0;
}

static int open_send(struct wire *w, int family, const char *dev, struct err *e)
{
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
	int on = 1, room = RCVBUF_BYTES;

	if (fd < 0)
		return priv_fail(e, errno, CAP_NET_RAW, "sending probes");
	w->send[slot(family)] = fd;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_HDRINCL, &on, sizeof(on)))
		return err_sys(e, errno, "sending IPv6 headers of our own");
	return bind_device(fd, dev, e);
}

/* What may answer: errors, echo replies, and what comes to our ports. */
static void filter_text(char *out, size_t n, int family, const struct wire_needs *needs)
{
	unsigned int low = needs->low_port, top = low + PROBE_FLOWS - 1;
	const char *version = family == AF_INET ? "ip[0] & 0xf0 = 0x40" : "ip6[0] & 0xf0 = 0x60";
	int used;
	const char *icmp = family == AF_INET
				   ? "icmp[0] = 0 or icmp[0] = 3 or icmp[0] = 11 or icmp[0] = 12"
				   : "icmp6 and (ip6[40] = 129 or (ip6[40] >= 1 and ip6[40] <= 4))";

	used = snprintf(out, n, "(%s or ((tcp or udp) and dst portrange %u-%u)", icmp, low, top);
	if (needs->own_ports)
		snprintf(out + used, n - used, " or ((tcp or udp) and src portrange %u-%u)) and %s",
			 low + needs->own_ports, top, version);
	else
		snprintf(out + used, n - used, ")");
}

static int attach_filter(int fd, int family, const struct wire_needs *n, struct err *e)
{
	const struct expr_env env = {
		.linktype = family == AF_INET ? 228 : 229, /* IPV4, IPV6: from the IP header on */
		.netmask = EXPR_NETMASK_UNKNOWN,
		.mode = EXPR_LIVE,
	};
	struct sock_fprog prog;
	char text[384];
	int rc;

	filter_text(text, sizeof(text), family, n);
	rc = expr_compile(text, &env, &prog, e);
	if (rc)
		return rc;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)))
		rc = err_sys(e, errno, "filter of answers");
	insn_fprog_free(&prog);
	return rc;
}

/* The socket hears nothing until its filter stands. */
static int open_recv(struct wire *w, int family, const struct wire_needs *n, struct err *e)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET };
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1, deaf = !n->own_ports, room = RCVBUF_BYTES, rc;

	if (fd < 0)
		return priv_fail(e, errno, CAP_NET_RAW, "receiving answers");
	w->recv[slot(family)] = fd;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &deaf, sizeof(deaf));
	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)))
		return err_sys(e, errno, "time stamps of answers");
	rc = attach_filter(fd, family, n, e);
	if (rc)
		return rc;
	/* what leaves is only heard by who hears all protocols */
	at.sll_protocol = htons(n->own_ports	    ? ETH_P_ALL
				: family == AF_INET ? ETH_P_IP
						    : ETH_P_IPV6);
	if (n->dev)
		at.sll_ifindex = if_nametoindex(n->dev);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return err_sys(e, errno, "receiving answers");
	return 0;
}

static int open_limited(const struct wire_needs *n, struct wire *w, struct err *e)
{
	struct wire_needs needs = *n;

	needs.scope = w->scope;
	return wire_user_open(&needs, &w->user, e);
}

int wire_open(const struct wire_needs *n, struct wire **ret_w, struct err *e)
{
	struct wire *w = calloc(1, sizeof(*w));
	int rc = 0;

	if (!w)
		return err_set(e, ENOMEM, "out of memory");
	w->send[0] = w->send[1] = w->recv[0] = w->recv[1] = -1;
	w->scope = n->dev ? if_nametoindex(n->dev) : 0;
	if (n->dev && !w->scope)
		rc = err_set(e, ENODEV, "no device %s", n->dev);
	if (!rc && !priv_has(CAP_NET_RAW))
		rc = open_limited(n, w, e);
	for (int six = 0; six <= 1 && !rc && !w->user; six++) {
		int family = six ? AF_INET6 : AF_INET;

		if (!(six ? n->ip6 : n->ip4))
			continue;
		rc = open_send(w, family, n->dev, e);
		if (!rc)
			rc = open_recv(w, family, n, e);
	}
	if (rc)
		wire_close(w);
	else
		*ret_w = w;
	return rc;
}

void wire_close(struct wire *w)
{
	if (!w)
		return;
	for (int i = 0; i < 2; i++) {
		close_p(&w->send[i]);
		close_p(&w->recv[i]);
	}
	wire_user_close(w->user);
	free(w);
}

void wire_close_p(struct wire **w)
{
	wire_close(*w);
}

bool wire_limited(const struct wire *w)
{
	return w->user != NULL;
}

bool wire_can(const struct wire *w, enum method m, int family)
{
	if (!w->user || m == METHOD_UDP)
		return true;
	return m == METHOD_ICMP && wire_user_pings(w->user, family);
}

int wire_fd(const struct wire *w, int family)
{
	if (w->user)
		return family == AF_INET ? wire_user_fd(w->user) : -1;
	return w->recv[slot(family)];
}

int wire_send(struct wire *w, const struct probe_kind *k, struct probe_id id, const uint8_t *buf,
	      uint32_t n)
{
	struct sockaddr_storage to;
	struct addr dst;
	socklen_t len;

	if (w->user)
		return wire_user_send(w->user, k, id, buf, n);
	dst = probe_dst(k, id);
	len = addr_sockaddr(&dst, 0, w->scope, &to);
	if (sendto(w->send[slot(dst.family)], buf, n, 0, (struct sockaddr *)&to, len) < 0)
		return -errno;
	return 0;
}

/* When the kernel got the packet, on the monotonic clock; now, if it did not say. */
static int64_t arrival(struct msghdr *m)
{
	int64_t now = clock_mono_ns(), ago = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct timespec ts;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		ago = clock_real_ns() - (ts.tv_sec * NS_PER_S + ts.tv_nsec);
	}
	/* a clock that was set meanwhile is of no use */
	return ago > 0 && ago < NS_PER_S ? now - ago : now;
}

int wire_take(struct wire *w, int family, struct arrival *ret)
{
	union {
		char space[CMSG_SPACE(sizeof(struct timespec))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { w->buf, sizeof(w->buf) };
	struct sockaddr_ll from = { 0 };
	struct msghdr m = { .msg_name = &from,
			    .msg_namelen = sizeof(from),
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = &control,
			    .msg_controllen = sizeof(control) };
	ssize_t n;

	if (w->user)
		return wire_user_take(w->user, ret);
	n = recvmsg(w->recv[slot(family)], &m, 0);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	ret->p = w->buf;
	ret->n = n;
	ret->at_ns = arrival(&m);
	ret->outgoing = from.sll_pkttype == PACKET_OUTGOING;
	ret->understood = answer_parse(w->buf, n, &ret->a);
	return 1;
}

uint64_t wire_lost(struct wire *w)
{
	struct tpacket_stats st;

	for (int i = 0; i < 2; i++) {
		socklen_t n = sizeof(st);

		if (w->recv[i] >= 0 &&
		    !getsockopt(w->recv[i], SOL_PACKET, PACKET_STATISTICS, &st, &n))
			w->lost += st.tp_drops;
	}
	return w->lost;
}

int wire_source(const struct addr *dst, const char *dev, struct addr *ret, uint16_t *ret_mtu,
		struct err *e)
{
	AUTO(close_p) int fd = socket(dst->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage ss;
	socklen_t n;
	int mtu;

	if (fd < 0)
		return err_sys(e, errno, "source address");
	if (bind_device(fd, dev, e))
		return -e->code;
	n = addr_sockaddr(dst, 33434, dev ? if_nametoindex(dev) : 0, &ss);
	if (connect(fd, (struct sockaddr *)&ss, n))
		return err_sys(e, errno, "no way to %s", addr_text(dst).s);
	n = sizeof(ss);
	if (getsockname(fd, (struct sockaddr *)&ss, &n))
		return err_sys(e, errno, "source address");
	*ret = addr_from_sockaddr(&ss);
	n = sizeof(mtu);
	if (getsockopt(fd, dst->family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP,
		       dst->family == AF_INET6 ? IPV6_MTU : IP_MTU, &mtu, &n))
		mtu = 1500;
	*ret_mtu = MIN(mtu, 0xffff);
	return 0;
}
