// SPDX-License-Identifier: GPL-2.0-or-later
/* replay_cmd - a whole run of "-i FILE -o DEVICE": namespace, filter file, signals, replay,
 * account. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/str.h"
#include "cbpf/insn.h"
#include "cbpf/numeric.h"
#include "cbpf/vm.h"
#include "replay.h"
#include "sys/netns.h"
#include "sys/sig.h"

static void close_p(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static bool keep_packet(void *arg, const struct pkt *p)
{
	struct vm_aux aux = {
		.net_off = VM_NO_NET_OFF,
		.pkttype = p->dir,
		.ifindex = p->ifindex,
		.protocol = p->protocol,
		.hatype = p->hatype,
		.vlan_tci = p->vlan_tci,
		.vlan_tpid = p->vlan_tpid,
	};

	return vm_run(arg, p->data, p->cap_len, p->len, &aux) > 0;
}

/* Reads the filter file 'name' ("-": standard input) into a machine that is the caller's. */
static int load_filter(const char *name, struct vm **ret_vm, struct err *e)
{
	AUTO(str_free) struct str text = {0};
	AUTO(insn_fprog_free) struct sock_fprog prog = {0};
	AUTO(close_p)
	int fd = streq(name, "-") ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	int r;

	if (fd < 0)
		return err_sys(e, errno, "-f %s", name);
	while (text.len <= NUMERIC_MAX_BYTES && str_room(&text, 65536)) {
		n = read(fd, text.p + text.len, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, errno, "-f %s", name);
		if (n == 0)
			break;
		text.len += n;
	}
	if (text.failed || text.len > NUMERIC_MAX_BYTES)
		return err_set(e, EFBIG, "-f %s: too long for a filter", name);
	r = numeric_parse(str_text(&text), text.len, name, &prog, e);
	return r < 0 ? r : vm_new(&prog, ret_vm, e);
}

static int enter_netns(const char *spec, struct err *e)
{
	AUTO(close_p) int fd = -1;
	int r = netns_open(spec, &fd, e);

	return r < 0 ? r : netns_enter(fd, e);
}

static int print_account(const struct job *job, const struct replay_account *a, struct err *e)
{
	AUTO(str_free) struct str out = {0};
	FILE *to = job->json ? stdout : stderr;

	if (job->json) {
		struct jsonw j = jsonw_of(&out);

		jsonw_object(&j, NULL);
		replay_report_json(a, &j);
		jsonw_line(&j);
	} else {
		replay_report_text(a, &out);
	}
	if (out.failed || fwrite(str_text(&out), 1, out.len, to) != out.len || fflush(to))
		return errno == EPIPE ? -EPIPE : err_set(e, EIO, "the account cannot be printed");
	return 0;
}

int replay_command(const struct job *job, struct err *e)
{
	AUTO(vm_free_p) struct vm *vm = NULL;
	AUTO(close_p) int sig_fd = -1;
	struct replay_account a;
	int r, printed;

	r = job->filter ? load_filter(job->filter, &vm, e) : 0;
	if (r == 0 && job->netns)
		r = enter_netns(job->netns, e);
	if (r == 0)
		r = sig_open(&sig_fd, e);
	if (r < 0)
		return r;
	/* A signal stays unread: everything that waits looks at the descriptor and ends. */
	r = replay_run(job, sig_fd, vm ? keep_packet : NULL, vm, &a, e);
	if (!a.dev[0])
		return r;
	printed = print_account(job, &a, r < 0 ? NULL : e);
	return r < 0 ? r : printed;
}
