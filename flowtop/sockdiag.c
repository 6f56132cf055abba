// SPDX-License-Identifier: GPL-2.0-or-later
/* sockdiag - see sockdiag.h. The kernel answers while it is asked, so nothing waits here. */
#include "sockdiag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "sys/fd.h"

/* States in which the kernel keeps a rest of a socket, which has no user: tcp_states.h. */
enum { STATE_SYN_RECV = 3, STATE_TIME_WAIT = 6, STATE_NEW_SYN_RECV = 12 };

enum { DIAG, ROUTE };

struct sockdiag {
	int fds[SOCKDIAG_FDS];
	uint32_t seq;
};

struct answer {
	char bytes[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
};

int sockdiag_sockets(int ret_fds[SOCKDIAG_FDS])
{
	static const int protocol[SOCKDIAG_FDS] = { NETLINK_SOCK_DIAG, NETLINK_ROUTE };
	int i, code;

	for (i = 0; i < SOCKDIAG_FDS; i++) {
		ret_fds[i] = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol[i]);
		if (ret_fds[i] < 0)
			break;
	}
	code = i < SOCKDIAG_FDS ? -errno : 0;
	while (code && i--)
		close(ret_fds[i]);
	return code;
}

int sockdiag_open(const int fds[SOCKDIAG_FDS], struct sockdiag **ret_d, struct err *e)
{
	struct sockdiag *d = calloc(1, sizeof(*d));

	if (!d) {
		for (int i = 0; i < SOCKDIAG_FDS; i++)
			close(fds[i]);
		return err_set(e, ENOMEM, "out of memory");
	}
	memcpy(d->fds, fds, sizeof(d->fds));
	*ret_d = d;
	return 0;
}

void sockdiag_close(struct sockdiag *d)
{
	for (int i = 0; d && i < SOCKDIAG_FDS; i++)
		close_p(&d->fds[i]);
	free(d);
}

/* Sends a request, whose number is 'd->seq', and takes its answer. NULL: there is none. */
static const struct nlmsghdr *ask(struct sockdiag *d, int which, const void *request, size_t n,
				  struct answer *a)
{
	const struct nlmsghdr *h = (const struct nlmsghdr *)a->bytes;
	ssize_t got;

	if (send(d->fds[which], request, n, 0) < 0)
		return NULL;
	do {
		got = recv(d->fds[which], a->bytes, sizeof(a->bytes), MSG_DONTWAIT);
		if (got < 0)
			return NULL;
	} while (!nlmsg_ok(h, got) || h->nlmsg_seq != d->seq);
	return h;
}

/* True if the namespace would take packets to 'addr' itself. A socket that is bound to a port alone
 * says yes to every address, be it one that packets only pass on their way to. */
static bool is_local(struct sockdiag *d, uint8_t family, const uint8_t *addr)
{
	const size_t n_addr = family == AF_INET6 ? 16 : 4;
	struct {
		struct nlmsghdr head;
		struct rtmsg route;
		struct rtattr attr;
		uint8_t addr[16];
	} r = {
		.head = { .nlmsg_type = RTM_GETROUTE, .nlmsg_flags = NLM_F_REQUEST,
			  .nlmsg_seq = ++d->seq },
		.route = { .rtm_family = family, .rtm_dst_len = 8 * n_addr },
		.attr = { .rta_type = RTA_DST, .rta_len = RTA_LENGTH(n_addr) },
	};
	const struct nlmsghdr *h;
	struct answer a;

	memcpy(r.addr, addr, n_addr);
	r.head.nlmsg_len = offsetof(__typeof__(r), addr) + n_addr;
	h = ask(d, ROUTE, &r, r.head.nlmsg_len, &a);
	return h && h->nlmsg_type == RTM_NEWROUTE &&
	       h->nlmsg_len >= NLMSG_LENGTH(sizeof(struct rtmsg)) &&
	       ((const struct rtmsg *)NLMSG_DATA(h))->rtm_type == RTN_LOCAL;
}

/* '*ret_any': it is bound to no address. */
static bool read_socket(const struct nlmsghdr *h, const struct ct_end *peer,
			struct sockdiag_socket *ret_s, bool *ret_any)
{
	static const uint8_t any[16];
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
	*ret_any = !memcmp(m->id.idiag_src, any, sizeof(any));
	if (nlmsg_parse((struct nlmsghdr *)h, sizeof(*m), tb, INET_DIAG_CGROUP_ID, NULL) == 0 &&
	    tb[INET_DIAG_CGROUP_ID] && nla_len(tb[INET_DIAG_CGROUP_ID]) == 8)
		ret_s->cgroup = nla_get_u64(tb[INET_DIAG_CGROUP_ID]);
	return true;
}

bool sockdiag_find(struct sockdiag *d, uint8_t family, uint8_t proto, const struct ct_end *local,
		   const struct ct_end *peer, struct sockdiag_socket *ret_s)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 req;
	} r = {
		.head = { .nlmsg_len = sizeof(r), .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			  .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = ++d->seq },
		.req = { .sdiag_family = family, .sdiag_protocol = proto,
			 .id = { .idiag_sport = htons(local->port),
				 .idiag_dport = htons(peer->port),
				 .idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE } } },
	};
	const struct nlmsghdr *h;
	struct answer a;
	bool any;

	/* A single UDP socket is asked for with its ends swapped, "for historical reasons". */
	if (proto != IPPROTO_TCP) {
		r.req.id.idiag_sport = htons(peer->port);
		r.req.id.idiag_dport = htons(local->port);
	}
	memcpy(proto == IPPROTO_TCP ? r.req.id.idiag_src : r.req.id.idiag_dst, local->addr, 16);
	memcpy(proto == IPPROTO_TCP ? r.req.id.idiag_dst : r.req.id.idiag_src, peer->addr, 16);
	h = ask(d, DIAG, &r, sizeof(r), &a);
	return h && read_socket(h, peer, ret_s, &any) &&
	       (ret_s->exact || !any || is_local(d, family, local->addr));
}
