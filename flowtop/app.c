// SPDX-License-Identifier: GPL-2.0-or-later
/* app - see app.h. */
#include "app.h"

#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "proto/names.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/netns.h"
#include "sys/priv.h"
#include "sys/proc.h"
#include "sys/sig.h"
#include "ui/fmt.h"

enum {
	OWNER_BUDGET = 5,	   /* one part in so many of a CPU goes to look-ups */
	SERVICES_MAX = 1 << 20,	   /* of /etc/services, bytes */
};

static void update_clock(struct app *a)
{
	a->show.env.now_ns = clock_mono_ns();
	a->show.env.real_ns = clock_real_ns();
}

/* Looks the owner of 'f' up, unless this second's part is used up. */
static void find_owner(struct app *a, struct flow *f)
{
	int64_t now = clock_mono_ns();

	if (now - a->owner_since_ns >= NS_PER_S) {
		a->owner_since_ns = now;
		a->owner_spent_ns = 0;
	}
	if (a->owner_spent_ns >= NS_PER_S / OWNER_BUDGET)
		return;
	owners_find(a->owners, f, now);
	f->looked = true;
	a->owner_spent_ns += clock_mono_ns() - now;
}

static void began(void *arg, uint32_t row, struct flow *f)
{
	struct app *a = arg;
	struct track_stats s;

	(void)row;
	if (a->track) {
		track_get_stats(a->track, &s);
		if (s.sweeps && job_wants(a->job, f->ct.key.family, f->ct.key.proto))
			find_owner(a, f);
	}
}

static void ended(void *arg, const struct flow *f, bool told)
{
	struct app *a = arg;

	if (a->ended)
		a->ended(a->arg, f, told);
}

static int open_knowledge(struct app *a, struct err *e)
{
	const struct job *job = a->job;
	AUTO(free_p) char *text = NULL;
	int r = owners_open(&a->owners, e);

	if (!r && !job->no_geo) {
		r = geo_open_list(job->geo ? job->geo : "", &a->show.env.geo, e);
		if (r == -ENOENT && !job->geo) {
			log_info("%s", e->text);
			r = 0;
		}
	}
	if (!r && !job->no_dns)
		r = dns_open(NULL, &a->show.dns, e);
	if (r < 0)
		return r;
	if (proc_read_all("/etc/services", SERVICES_MAX, &text, NULL) == 0)
		a->show.services = services_parse(text, strlen(text), NULL);
	a->show.env.owners = a->owners;
	/* The name service's libraries are loaded now, while anything may be opened. */
	if (!getpwuid(0))
		log_info("users have no names here");
	return 0;
}

static int drop_privilege(struct err *e)
{
	/* Questions to conntrack, and a look at the sockets of other users' processes. */
	static const unsigned int keep[] = { CAP_NET_ADMIN, CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH };
	unsigned int have[ARRAY_SIZE(keep)];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(keep); i++)
		if (priv_has(keep[i]))
			have[n++] = keep[i];
	return priv_drop(NULL, have, n, e);
}

/* True if the run ends with the first rates. */
static bool counts_once(const struct job *job)
{
	return job->once || (job->metrics && streq(job->metrics, "-") && !job->listen);
}

int app_open(struct app *a, const struct job *job, struct err *e)
{
	const struct track_conf conf = {
		.filter = { .family = job->ipv4 && job->ipv6 ? AF_UNSPEC
				      : job->ipv6	     ? AF_INET6
							     : AF_INET },
		.interval_ns = counts_once(job) ? MIN(job->interval_ns, (uint64_t)NS_PER_S)
						: job->interval_ns,
		.budget_permille = counts_once(job) ? 1000 : job->budget_permille,
		.rcvbuf_bytes = job->rcvbuf_bytes,
		.began = began,
		.ended = ended,
		.arg = a,
	};
	static const unsigned int need = CAP_NET_ADMIN;
	int r;

	*a = (struct app){ .job = job, .sig_fd = -1, .show = { .job = job } };
	r = netns_enter_named(job->netns, e);
	if (!r)
		r = priv_need(&need, 1, "connection tracking", e);
	if (!r)
		r = acct_start(&a->acct, job->no_acct, e);
	if (!r)
		r = sig_open(&a->sig_fd, e);
	if (!r && job->filter)
		r = filter_parse(job->filter, &a->filter, e);
	if (!r)
		r = groups_new(&a->groups, e);
	if (!r)
		r = open_knowledge(a, e);
	if (!r)
		r = track_open(&conf, &a->track, e);
	if (!r)
		log_info("listening to events, with room for %s of them",
			 fmt_bytes(track_rcvbuf(a->track)).s);
	return r < 0 ? r : drop_privilege(e);
}

int app_close(struct app *a, struct err *e)
{
	int r;

	track_close(a->track);
	owners_close(a->owners);
	filter_free(a->filter);
	groups_free(a->groups);
	geo_close(a->show.env.geo);
	dns_close(a->show.dns);
	services_free(a->show.services);
	free(a->rows);
	r = acct_stop(&a->acct, e);
	close_p(&a->sig_fd);
	return r;
}

static int on_signal(const struct app *a)
{
	enum sig_event ev;
	int events = 0;

	while ((ev = sig_next(a->sig_fd)) != SIG_EVENT_NONE)
		events |= ev == SIG_EVENT_STOP	   ? APP_STOP
			  : ev == SIG_EVENT_RESIZE ? APP_RESIZE
						   : 0;
	return events;
}

int app_wait(struct app *a, int64_t until_ns, bool input, struct err *e)
{
	int track[TRACK_FDS], events = 0, more, timeout;

	track_fds(a->track, track);
	while (!events) {
		int64_t now = clock_mono_ns(), due = MIN(until_ns, track_due_ns(a->track));
		struct pollfd p[] = {
			{ a->sig_fd, POLLIN, 0 },
			{ input ? STDIN_FILENO : -1, POLLIN, 0 },
			{ a->show.dns ? dns_fd(a->show.dns) : -1, POLLIN, 0 },
			{ track[0], POLLIN, 0 },
			{ track[1], POLLIN, 0 },
			{ track[2], POLLIN, 0 },
			{ a->serve ? serve_fd(a->serve) : -1, POLLIN, 0 },
		};

		more = track_turn(a->track, now, e);
		if (more < 0)
			return more;
		timeout = more || due <= now ? 0 : (due - now + NS_PER_MS - 1) / NS_PER_MS;
		if (poll(p, ARRAY_SIZE(p), timeout) < 0 && errno != EINTR)
			return err_sys(e, errno, "waiting");
		if (p[0].revents)
			events |= on_signal(a);
		if (p[1].revents)
			events |= APP_INPUT;
		if (p[2].revents)
			dns_turn(a->show.dns);
		if (a->serve) /* also without a reason: silent clients are shown out */
			serve_turn(a->serve);
		if (clock_mono_ns() >= until_ns)
			events |= APP_DUE;
	}
	update_clock(a);
	return events;
}

static int choose_row(struct app *a, uint32_t row, struct err *e)
{
	size_t room = a->room_rows ? 2 * a->room_rows : 1024;
	uint32_t *more;

	if (a->n_rows == a->room_rows) {
		more = realloc(a->rows, room * sizeof(*more));
		if (!more)
			return err_set(e, ENOMEM, "out of memory");
		a->rows = more;
		a->room_rows = room;
	}
	a->rows[a->n_rows++] = row;
	return 0;
}

/* True if what is shown of all flows, not just of those on the screen, depends on owners. */
static bool needs_owners(const struct app *a)
{
	int g = a->job->group;

	return filter_needs_owner(a->filter) || g == GROUP_PROCESS || g == GROUP_USER ||
	       g == GROUP_CGROUP || a->job->once || a->job->json;
}

int app_choose(struct app *a, struct err *e)
{
	struct flows *t = track_flows(a->track);
	bool owners = needs_owners(a);
	int r = 0;

	update_clock(a);
	a->n_rows = 0;
	a->n_all = flows_count(t);
	groups_clear(a->groups);
	for (uint32_t row = 0; row < flows_rows(t) && !r; row++) {
		struct flow *f = flows_at(t, row);

		if (!f->used || !job_wants(a->job, f->ct.key.family, f->ct.key.proto))
			continue;
		if (owners && !f->looked)
			find_owner(a, f);
		if (!filter_match(a->filter, f, &a->show.env))
			continue;
		r = a->job->group ? groups_add(a->groups, &a->show, f, e) : choose_row(a, row, e);
	}
	return r;
}

void app_look(struct app *a, uint32_t row)
{
	struct flow *f = flows_at(track_flows(a->track), row);
	const struct owner *o;

	if (!f->used)
		return;
	o = owners_get(a->owners, f->owner);
	if (!f->looked || (o && !o->pid))
		find_owner(a, f);
	/* What cannot be asked now is asked when it is drawn next. */
	if (a->show.env.now_ns - f->counted_ns >= (int64_t)a->job->interval_ns * 9 / 10)
		(void)track_ask(a->track, row);
}

bool app_has_rates(const struct app *a)
{
	struct track_stats s;

	track_get_stats(a->track, &s);
	return s.sweeps >= 2;
}
