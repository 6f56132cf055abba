// SPDX-License-Identifier: GPL-2.0-or-later
/* ctstat - see ctstat.h. */
#include "ctstat.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "sys/nl.h"

enum { BUFFER_BYTES = 32 << 10 };

struct ctstat {
	struct nl_sock *nl;
	int fd;
	uint32_t seq;
	char buf[BUFFER_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
};

int ctstat_open(struct ctstat **ret_s, struct err *e)
{
	struct ctstat *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_set(e, ENOMEM, "out of memory");
	r = nl_open(NETLINK_NETFILTER, &s->nl, e);
	if (r < 0) {
		free(s);
		return r;
	}
	s->fd = nl_socket_get_fd(s->nl);
	*ret_s = s;
	return 0;
}

void ctstat_close(struct ctstat *s)
{
	if (!s)
		return;
	nl_sock_free_p(&s->nl);
	free(s);
}

static uint64_t number(struct nlattr *const *tb, int type)
{
	return tb[type] && nla_len(tb[type]) == 4 ? get_be32(nla_data(tb[type])) : 0;
}

void ctstat_parse(const void *m, size_t n, struct ctstat_table *t)
{
	const size_t head = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct nfgenmsg));
	struct nlattr *tb[CTA_STATS_MAX + 1];
	struct nlmsghdr h;

	if (n < head)
		return;
	memcpy(&h, m, sizeof(h));
	if (h.nlmsg_len < head || h.nlmsg_len > n ||
	    NFNL_SUBSYS_ID(h.nlmsg_type) != NFNL_SUBSYS_CTNETLINK ||
	    nla_parse(tb, CTA_STATS_MAX, (struct nlattr *)((uint8_t *)m + head),
		      h.nlmsg_len - head, NULL) < 0)
		return;
	switch (NFNL_MSG_TYPE(h.nlmsg_type)) {
	case IPCTNL_MSG_CT_GET_STATS:
		t->entries = number(tb, CTA_STATS_GLOBAL_ENTRIES);
		t->max = number(tb, CTA_STATS_GLOBAL_MAX_ENTRIES);
		break;
	case IPCTNL_MSG_CT_GET_STATS_CPU: /* one a CPU */
		t->insert_failed += number(tb, CTA_STATS_INSERT_FAILED);
		t->drop += number(tb, CTA_STATS_DROP);
		t->early_drop += number(tb, CTA_STATS_EARLY_DROP);
		break;
	}
}

static int ask(struct ctstat *s, int type, int flags)
{
	struct {
		struct nlmsghdr head;
		struct nfgenmsg nf;
	} r = {
		.head = { .nlmsg_len = sizeof(r), .nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | type,
			  .nlmsg_flags = NLM_F_REQUEST | flags, .nlmsg_seq = ++s->seq },
		.nf = { .nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0 },
	};

	return send(s->fd, &r, sizeof(r), 0) < 0 ? -errno : 0;
}

/* The answer to what was asked last: one message, or of a 'dump' all; the kernel has made it, or
 * makes it while it is read. */
static int take(struct ctstat *s, bool dump, struct ctstat_table *t)
{
	ssize_t got;

	while ((got = recv(s->fd, s->buf, sizeof(s->buf), MSG_DONTWAIT)) >= 0) {
		int left = got;

		for (struct nlmsghdr *h = (struct nlmsghdr *)s->buf; nlmsg_ok(h, left);
		     h = nlmsg_next(h, &left)) {
			if (h->nlmsg_seq != s->seq)
				continue;
			if (h->nlmsg_type == NLMSG_DONE)
				return 0;
			if (h->nlmsg_type == NLMSG_ERROR)
				return -EPROTO;
			ctstat_parse(h, h->nlmsg_len, t);
			if (!dump)
				return 0;
		}
	}
	return -errno;
}

int ctstat_read(struct ctstat *s, struct ctstat_table *ret_t)
{
	struct ctstat_table t = { 0 };
	int r = ask(s, IPCTNL_MSG_CT_GET_STATS, 0);

	if (!r)
		r = take(s, false, &t);
	if (!r)
		r = ask(s, IPCTNL_MSG_CT_GET_STATS_CPU, NLM_F_DUMP);
	if (!r)
		r = take(s, true, &t);
	if (!r)
		*ret_t = t;
	return r;
}
