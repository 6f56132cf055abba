// SPDX-License-Identifier: GPL-2.0-or-later
/* replay_cmd - a whole run of "-i FILE -o DEVICE": files, filter, namespace, device, privilege,
 * replay, account. */
#include <errno.h>
#include <stdio.h>

#include "base/log.h"
#include "base/str.h"
#include "confine.h"
#include "proto/linktype.h"
#include "replay.h"
#include "sys/fd.h"
#include "sys/netns.h"
#include "sys/sandbox.h"
#include "sys/sig.h"

struct command {
	const struct job *job;
	int sig_fd;
	struct keep keep;
	struct infiles in;
	struct sink *print; /* NULL: silent */
	struct replay *replay;
};

static int open_all(struct command *c, struct err *e)
{
	struct replay_conf conf = replay_conf_of(c->job);
	int r = keep_open(c->job, &c->keep, e);

	if (!r)
		r = sig_open(&c->sig_fd, e);
	if (!r)
		r = infiles_open(c->job, &c->in, e);
	if (!r)
		r = sink_screen_open(c->job, &c->print, e);
	if (!r)
		r = netns_enter_named(c->job->netns, e);
	/* A signal stays unread: everything that waits looks at the descriptor and ends. */
	conf.wake_fd = c->sig_fd;
	if (!r)
		r = replay_open(&conf, &c->replay, e);
	if (!r)
		r = confine_cpus(c->job, e);
	if (!r)
		r = confine_priority(c->job, e);
	return r < 0 ? r : confine(c->job, NULL, SANDBOX_SEND, e);
}

static int print_account(const struct job *job, const struct replay_account *a, struct err *e)
{
	AUTO(str_free) struct str out = { 0 };
	FILE *to = job->json ? stdout : stderr;

	if (job->json) {
		struct jsonw j = jsonw_of(&out);

		jsonw_object(&j, NULL);
		jsonw_object(&j, "account");
		replay_report_json(a, &j);
		jsonw_line(&j);
	} else {
		replay_report_text(a, &out);
	}
	if (out.failed || fwrite(str_text(&out), 1, out.len, to) != out.len || fflush(to))
		return errno == EPIPE ? -EPIPE : err_set(e, EIO, "the account cannot be printed");
	return 0;
}

static int send_files(struct command *c, struct err *e)
{
	struct replay_pick pick = replay_pick_of(c->job);
	struct replay_account a;
	const char *name;
	int r, other;

	pick.wake_fd = c->sig_fd;
	pick.keep = &c->keep;
	pick.print = c->print;
	r = replay_files(c->replay, &c->in, &pick, e);
	replay_finish(c->replay);
	replay_get_account(c->replay, &a);
	if (r == 0 && a.wrong_link && a.wrong_link == a.offered) {
		name = linktype_name(a.wrong_link_type);
		r = err_set(e, EINVAL,
			    "%s: packets of link type %s (%u) do not fit the device %s",
			    c->in.v[0].name, name ? name : "unknown", a.wrong_link_type,
			    c->job->out);
	} else if (r == 0 && a.offered && a.offered == a.too_long + a.too_short + a.needs_jumbo +
							       a.wrong_link) {
		r = err_set(e, EMSGSIZE, "%s: %s takes none of these packets", c->in.v[0].name,
			    c->job->out);
	}
	if (c->print) {
		other = c->print->ops->close(TAKE(c->print, NULL), r < 0 ? NULL : e);
		r = r < 0 ? r : other;
	}
	other = r == -EPIPE ? 0 : print_account(c->job, &a, r < 0 ? NULL : e);
	if (r >= 0)
		r = keep_end(&c->keep, e);
	if (c->keep.n_unknown_type)
		log_warn("-t left out %llu packets whose direction the file does not record",
			 (unsigned long long)c->keep.n_unknown_type);
	return r < 0 ? r : other;
}

int replay_command(const struct job *job, struct err *e)
{
	struct command c = { .job = job, .sig_fd = -1 };
	int r = open_all(&c, e);

	if (!r)
		r = send_files(&c, e);
	if (c.print && c.print->ops->close(c.print, NULL) < 0 && !r)
		r = -EPIPE;
	replay_close(c.replay);
	infiles_close(&c.in);
	keep_free(&c.keep);
	close_p(&c.sig_fd);
	return r;
}
