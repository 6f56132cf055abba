// SPDX-License-Identifier: GPL-2.0-or-later
/* sockdiag - see sockdiag.h. The kernel answers while it is asked, so nothing waits here. */
#include "sockdiag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "sys/nl.h"

/* States in which the kernel keeps a rest of a socket, which has no user: tcp_states.h. */
enum { STATE_SYN_RECV = 3, STATE_TIME_WAIT = 6, STATE_NEW_SYN_RECV = 12 };

struct sockdiag {
	struct nl_sock *nl;
	int fd;
	uint32_t seq;
};

struct request {
	struct nlmsghdr head;
	struct inet_diag_req_v2 req;
};

int sockdiag_open(struct sockdiag **ret_d, struct err *e)
{
	struct sockdiag *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return err_set(e, ENOMEM, "out of memory");
	r = nl_open(NETLINK_SOCK_DIAG, &d->nl, e);
	if (r < 0) {
		free(d);
		return r;
	}
	d->fd = nl_socket_get_fd(d->nl);
	*ret_d = d;
	return 0;
}

void sockdiag_close(struct sockdiag *d)
{
	if (!d)
		return;
	nl_sock_free_p(&d->nl);
	free(d);
}

void sockdiag_close_p(struct sockdiag **d)
{
	sockdiag_close(*d);
}

static bool read_socket(const struct nlmsghdr *h, const struct ct_end *peer,
			struct sockdiag_socket *ret_s)
{
	const struct inet_diag_msg *m = NLMSG_DATA(h);
	struct nlattr *tb[INET_DIAG_CGROUP_ID + 1];

	if (h->nlmsg_type != SOCK_DIAG_BY_FAMILY || h->nlmsg_len < NLMSG_LENGTH(sizeof(*m)))
		return false;
	if (m->idiag_state == STATE_SYN_RECV || m->idiag_state == STATE_TIME_WAIT ||
	    m->idiag_state == STATE_NEW_SYN_RECV)
		return false;
	*ret_s = (struct sockdiag_socket){
		.inode = m->idiag_inode,
		.uid = m->idiag_uid,
		.cookie = (uint64_t)m->id.idiag_cookie[1] << 32 | m->id.idiag_cookie[0],
		.exact = m->id.idiag_dport == htons(peer->port),
	};
	if (nlmsg_parse((struct nlmsghdr *)h, sizeof(*m), tb, INET_DIAG_CGROUP_ID, NULL) == 0 &&
	    tb[INET_DIAG_CGROUP_ID] && nla_len(tb[INET_DIAG_CGROUP_ID]) == 8)
		ret_s->cgroup = nla_get_u64(tb[INET_DIAG_CGROUP_ID]);
	return true;
}

int sockdiag_find(struct sockdiag *d, uint8_t family, uint8_t proto, const struct ct_end *local,
		  const struct ct_end *peer, struct sockdiag_socket *ret_s)
{
	struct request r = {
		.head = { .nlmsg_len = sizeof(r), .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			  .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = ++d->seq },
		.req = { .sdiag_family = family, .sdiag_protocol = proto,
			 .id = { .idiag_sport = htons(local->port),
				 .idiag_dport = htons(peer->port),
				 .idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE } } },
	};
	char buf[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct nlmsghdr *h = (const struct nlmsghdr *)buf;
	ssize_t n;

	/* A single UDP socket is asked for with its ends swapped, "for historical reasons". */
	if (proto != IPPROTO_TCP) {
		r.req.id.idiag_sport = htons(peer->port);
		r.req.id.idiag_dport = htons(local->port);
	}
	memcpy(proto == IPPROTO_TCP ? r.req.id.idiag_src : r.req.id.idiag_dst, local->addr, 16);
	memcpy(proto == IPPROTO_TCP ? r.req.id.idiag_dst : r.req.id.idiag_src, peer->addr, 16);
	if (send(d->fd, &r, sizeof(r), 0) < 0)
		return -errno;
	do {
		n = recv(d->fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
	} while (!nlmsg_ok(h, n) || h->nlmsg_seq != d->seq);
	return read_socket(h, peer, ret_s);
}
