// SPDX-License-Identifier: GPL-2.0-or-later
/* ctsock - see ctsock.h. Messages are read into a buffer of our own and not by libnl's receive
 * function, which allocates for each datagram. */
#include "ctsock.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "sys/nl.h"
#include "sys/priv.h"

enum { BUFFER_BYTES = 256 << 10 };

struct ctsock {
	struct nl_sock *nl;
	int fd;
	uint32_t seq;
	uint8_t *buf;
};

void ctsock_close(struct ctsock *s)
{
	if (!s)
		return;
	nl_sock_free_p(&s->nl);
	free(s->buf);
	free(s);
}

void ctsock_close_p(struct ctsock **s)
{
	ctsock_close(*s);
}

static int listen_to_events(struct ctsock *s, struct err *e)
{
	int r = nl_socket_add_memberships(s->nl, NFNLGRP_CONNTRACK_NEW, NFNLGRP_CONNTRACK_UPDATE,
					  NFNLGRP_CONNTRACK_DESTROY, 0);

	return r < 0 ? priv_fail(e, nl_errno(r), CAP_NET_ADMIN, "connection tracking events") : 0;
}

static int set_rcvbuf(int fd, int option, unsigned int bytes)
{
	return setsockopt(fd, SOL_SOCKET, option, &bytes, sizeof(bytes));
}

int ctsock_open(bool events, unsigned int rcvbuf_bytes, struct ctsock **ret_s, struct err *e)
{
	AUTO(ctsock_close_p) struct ctsock *s = calloc(1, sizeof(*s));
	int r;

	if (s)
		s->buf = malloc(BUFFER_BYTES);
	if (!s || !s->buf)
		return err_set(e, ENOMEM, "out of memory");
	r = nl_open(NETLINK_NETFILTER, &s->nl, e);
	if (r < 0)
		return r;
	s->fd = nl_socket_get_fd(s->nl);
	r = nl_socket_set_nonblocking(s->nl);
	if (r < 0)
		return nl_fail(e, r, "conntrack socket");
	if (set_rcvbuf(s->fd, SO_RCVBUFFORCE, rcvbuf_bytes) < 0 &&
	    set_rcvbuf(s->fd, SO_RCVBUF, rcvbuf_bytes) < 0)
		return err_sys(e, errno, "conntrack socket: receive buffer");
	if (events)
		r = listen_to_events(s, e);
	if (r < 0)
		return r;
	*ret_s = TAKE(s, NULL);
	return 0;
}

int ctsock_fd(const struct ctsock *s)
{
	return s->fd;
}

unsigned int ctsock_rcvbuf(const struct ctsock *s)
{
	unsigned int bytes = 0;
	socklen_t n = sizeof(bytes);

	return getsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &bytes, &n) < 0 ? 0 : bytes;
}

uint64_t ctsock_drops(const struct ctsock *s)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t n = sizeof(info);

	return getsockopt(s->fd, SOL_SOCKET, SO_MEMINFO, info, &n) < 0 ? 0 : info[SK_MEMINFO_DROPS];
}

/* A request with the head that all of them have; NULL when out of memory. */
static struct nl_msg *request(struct ctsock *s, int flags, uint8_t family)
{
	struct nfgenmsg head = { .nfgen_family = family, .version = NFNETLINK_V0 };
	struct nl_msg *m = nlmsg_alloc();
	int type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;

	if (m && (!nlmsg_put(m, NL_AUTO_PORT, ++s->seq, type, sizeof(head), flags) ||
		  !memcpy(nlmsg_data(nlmsg_hdr(m)), &head, sizeof(head)))) {
		nlmsg_free(m);
		return NULL;
	}
	return m;
}

static int send_request(struct ctsock *s, struct nl_msg *m, bool built, struct err *e)
{
	int r = m && built ? nl_send(s->nl, m) : -NLE_NOMEM;

	nlmsg_free(m);
	return r < 0 ? nl_fail(e, r, "asking for connections") : 0;
}

int ctsock_dump(struct ctsock *s, const struct ctsock_filter *f, struct err *e)
{
	struct nl_msg *m = request(s, NLM_F_REQUEST | NLM_F_DUMP, f ? f->family : AF_UNSPEC);

	return send_request(s, m, true, e);
}

static bool put_addresses(struct nl_msg *m, const struct ct_key *k)
{
	struct nlattr *nest = nla_nest_start(m, CTA_TUPLE_IP);
	bool v6 = k->family == AF_INET6;
	int n = v6 ? 16 : 4;

	if (!nest || nla_put(m, v6 ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, n, k->orig.src.addr) < 0 ||
	    nla_put(m, v6 ? CTA_IP_V6_DST : CTA_IP_V4_DST, n, k->orig.dst.addr) < 0)
		return false;
	return nla_nest_end(m, nest) == 0;
}

static bool put_proto(struct nl_msg *m, const struct ct_key *k)
{
	struct nlattr *nest = nla_nest_start(m, CTA_TUPLE_PROTO);
	uint16_t src = htons(k->orig.src.port), dst = htons(k->orig.dst.port);
	int icmp = k->proto == IPPROTO_ICMP	? CTA_PROTO_ICMP_ID
		   : k->proto == IPPROTO_ICMPV6 ? CTA_PROTO_ICMPV6_ID
						: 0;

	if (!nest || nla_put_u8(m, CTA_PROTO_NUM, k->proto) < 0)
		return false;
	if (icmp && (nla_put_u16(m, icmp, src) < 0 ||
		     nla_put_u8(m, icmp + 1, k->orig.dst.port >> 8) < 0 ||
		     nla_put_u8(m, icmp + 2, k->orig.dst.port & 255) < 0))
		return false;
	if (!icmp && (nla_put_u16(m, CTA_PROTO_SRC_PORT, src) < 0 ||
		      nla_put_u16(m, CTA_PROTO_DST_PORT, dst) < 0))
		return false;
	return nla_nest_end(m, nest) == 0;
}

static bool put_tuple(struct nl_msg *m, const struct ct_key *k, bool zone_of_orig)
{
	struct nlattr *nest = nla_nest_start(m, CTA_TUPLE_ORIG);

	return nest && put_addresses(m, k) && put_proto(m, k) &&
	       (!zone_of_orig || nla_put_u16(m, CTA_TUPLE_ZONE, htons(k->zone)) == 0) &&
	       nla_nest_end(m, nest) == 0 &&
	       (zone_of_orig || !k->zone || nla_put_u16(m, CTA_ZONE, htons(k->zone)) == 0);
}

int ctsock_get(struct ctsock *s, const struct ct_key *key, bool zone_of_orig, uint32_t *ret_seq,
	       struct err *e)
{
	struct nl_msg *m = request(s, NLM_F_REQUEST, key->family);

	*ret_seq = s->seq;

	return send_request(s, m, m && put_tuple(m, key, zone_of_orig), e);
}

/* What one message is to the reader of a dump. A single connection that is not there is answered
 * by an error, which is the answer. */
static int take_message(const struct nlmsghdr *h, ctsock_fn fn, void *arg,
			bool *ret_done, struct err *e)
{
	enum ct_what what;
	struct ct c;
	int code;

	if (h->nlmsg_type == NLMSG_DONE) {
		*ret_done = true;
		return 0;
	}
	if (h->nlmsg_type == NLMSG_ERROR) {
		if (h->nlmsg_len < NLMSG_HDRLEN + sizeof(struct nlmsgerr))
			return 0;
		code = -((const struct nlmsgerr *)NLMSG_DATA(h))->error;
		c = (struct ct){ .id = h->nlmsg_seq };
		if (code == ENOENT)
			fn(arg, CT_GONE, &c);
		if (code <= 0 || code == ENOENT)
			return 0;
		return priv_fail(e, code, CAP_NET_ADMIN, "connection tracking");
	}
	what = ct_parse(h, h->nlmsg_len, &c);
	if (what != CT_OTHER)
		fn(arg, what, &c);
	return 0;
}

int ctsock_read(struct ctsock *s, unsigned int max_messages, ctsock_fn fn, void *arg,
		bool *ret_done, struct err *e)
{
	unsigned int n = 0;
	ssize_t got;
	int r, left;

	*ret_done = false;
	while (n < max_messages && !*ret_done) {
		got = recv(s->fd, s->buf, BUFFER_BYTES, MSG_DONTWAIT);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (got < 0)
			return errno == ENOBUFS ? -ENOBUFS
						: err_sys(e, errno, "reading connections");
		left = got;
		for (struct nlmsghdr *h = (struct nlmsghdr *)s->buf; nlmsg_ok(h, left);
		     h = nlmsg_next(h, &left)) {
			r = take_message(h, fn, arg, ret_done, e);
			if (r < 0)
				return r;
			n++;
		}
	}
	return n;
}
