// SPDX-License-Identifier: GPL-2.0-or-later
/* dropmon - see dropmon.h. Kernel contract: include/uapi/linux/net_dropmon.h. An alert's only
 * attribute is a struct net_dm_alert_msg with as many struct net_dm_drop_point behind it. */
#include "dropmon.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/net_dropmon.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "ksyms.h"
#include "nlattr.h"
#include "sys/fd.h"
#include "sys/nl.h"

enum { KALLSYMS_MAX = 64 << 20 };

struct dropmon {
	struct nl_sock *nl;
	int family;
	bool ours; /* switched on by us */
	struct ksyms names;
	struct {
		uint64_t pc, n;
	} place[DROPMON_PLACES];
	size_t n;
};

void dropmon_message(struct cur c, dropmon_place_fn fn, void *arg)
{
	uint64_t pc;
	uint16_t type;
	struct cur a;
	uint32_t n;

	while (nlattr_next(&c, &type, &a)) {
		if (type)
			continue;
		for (uint32_t left = cur_le32(&a); left; left--) {
			pc = cur_le64(&a);
			n = cur_le32(&a);
			if (a.failed)
				return;
			fn(arg, pc, n);
		}
	}
}

static void add_place(void *arg, uint64_t pc, uint32_t n)
{
	struct dropmon *d = arg;

	for (size_t i = 0; i < d->n; i++)
		if (d->place[i].pc == pc) {
			d->place[i].n += n;
			return;
		}
	if (d->n < DROPMON_PLACES) {
		d->place[d->n].pc = pc;
		d->place[d->n++].n = n;
	}
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *g = genlmsg_hdr(nlmsg_hdr(msg));

	if (g->cmd == NET_DM_CMD_ALERT)
		dropmon_message(cur_of(genlmsg_attrdata(g, 0), genlmsg_attrlen(g, 0)), add_place,
				arg);
	return NL_OK;
}

/* Sends a command without arguments. Returns 0 or a libnl error. */
static int command(struct dropmon *d, uint8_t cmd)
{
	int rc = genl_send_simple(d->nl, d->family, cmd, 2, NLM_F_ACK);

	return rc < 0 ? rc : nl_wait_for_ack(d->nl);
}

/* Without names, places are told by their addresses. */
static int load_names(struct dropmon *d, struct err *e)
{
	AUTO(close_p) int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	AUTO(str_free) struct str text = { 0 };

	if (fd < 0 || fd_read_text(fd, "/proc/kallsyms", KALLSYMS_MAX, &text, NULL))
		return 0;
	return ksyms_parse(str_text(&text), &d->names, e);
}

static int begin(struct dropmon *d, struct err *e)
{
	int rc = nl_open(NETLINK_GENERIC, &d->nl, e), group;

	if (rc)
		return rc;
	d->family = genl_ctrl_resolve(d->nl, "NET_DM");
	if (d->family < 0)
		return err_set(e, EOPNOTSUPP, "this kernel has no drop monitor either");
	group = genl_ctrl_resolve_grp(d->nl, "NET_DM", "events");
	nl_socket_disable_seq_check(d->nl);
	nl_socket_modify_cb(d->nl, NL_CB_VALID, NL_CB_CUSTOM, on_message, d);
	rc = group < 0 ? group : nl_socket_add_membership(d->nl, group);
	if (rc < 0)
		return nl_fail(e, rc, "listen to the drop monitor");
	rc = command(d, NET_DM_CMD_START);
	d->ours = rc >= 0;
	/* It says so where it is on already. */
	if (rc < 0 && nl_errno(rc) != EAGAIN)
		return nl_fail(e, rc, "switch the drop monitor on");
	rc = nl_socket_set_nonblocking(d->nl);
	return rc < 0 ? nl_fail(e, rc, "listen to the drop monitor") : load_names(d, e);
}

int dropmon_open(struct dropmon **ret_d, struct err *e)
{
	struct dropmon *d = calloc(1, sizeof(*d));
	int rc = d ? begin(d, e) : err_sys(e, ENOMEM, "drop monitor");

	if (rc) {
		dropmon_close(d);
		return rc;
	}
	*ret_d = d;
	return 0;
}

void dropmon_close(struct dropmon *d)
{
	if (!d)
		return;
	if (d->ours)
		(void)genl_send_simple(d->nl, d->family, NET_DM_CMD_STOP, 2, 0);
	nl_socket_free(d->nl);
	ksyms_free(&d->names);
	free(d);
}

/* The sum of all places of a function; 0: it was told with one before. */
static uint64_t sum_of(const struct dropmon *d, size_t i, const char *name)
{
	uint64_t sum = 0;

	for (size_t k = 0; name && k < d->n; k++) {
		if (ksyms_name(&d->names, d->place[k].pc) != name)
			continue;
		if (k < i)
			return 0;
		sum += d->place[k].n;
	}
	return name ? sum : d->place[i].n;
}

void dropmon_read(struct dropmon *d, dropmon_fn fn, void *arg)
{
	const char *name;
	char number[24];
	uint64_t n;

	while (nl_recvmsgs_default(d->nl) >= 0)
		;
	for (size_t i = 0; i < d->n; i++) {
		name = ksyms_name(&d->names, d->place[i].pc);
		n = sum_of(d, i, name);
		snprintf(number, sizeof(number), "0x%" PRIx64, d->place[i].pc);
		if (n)
			fn(arg, name ? name : number, n);
	}
}
