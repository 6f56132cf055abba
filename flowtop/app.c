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
	SERVICES_MAX = 1 << 20, /* of /etc/services, bytes */
	FOLDERS_MAX = 4,
};

static void began(void *arg, uint32_t row, struct flow *f)
{
	struct app *a = arg;
	struct track_stats s;

	if (a->track) { /* not while it is opened */
		track_get_stats(a->track, &s);
		if (s.sweeps && job_wants(a->job, f->ct.key.family, f->ct.key.proto))
			app_find_owner(a, row);
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
	int r = 0;

	if (!job->no_geo) {
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
	/* The name service's libraries are loaded now, while anything may be opened: all of them,
	 * for a user that none knows. */
	(void)getpwuid((uid_t)-2);
	return 0;
}

bool app_counts_once(const struct job *job)
{
	return job->once || (job->metrics && streq(job->metrics, "-") && !job->listen);
}

/* All that follows the kernel. */
static int open_live(struct app *a, struct err *e)
{
	const struct job *job = a->job;
	bool once = app_counts_once(job);
	const struct track_conf conf = {
		.filter = { .family = job->ipv4 && job->ipv6 ? AF_UNSPEC
				      : job->ipv6	     ? AF_INET6
							     : AF_INET },
		.interval_ns = once ? MIN(job->interval_ns, (uint64_t)NS_PER_S) : job->interval_ns,
		.budget_permille = once ? 1000 : job->budget_permille,
		.rcvbuf_bytes = job->rcvbuf_bytes,
		.began = began,
		.ended = ended,
		.arg = a,
	};
	int r = acct_start(&a->acct, job->no_acct, e);

	if (!r)
		r = ctstat_open(&a->ctstat, e);
	if (!r)
		r = owners_open(a->helper, &a->owners, e);
	if (!r)
		r = track_open(&conf, &a->track, e);
	if (r < 0)
		return r;
	a->flows = track_flows(a->track);
	log_info("listening to events, with room for %s of them",
		 fmt_bytes(track_rcvbuf(a->track)).s);
	return 0;
}

static int open_recording(struct app *a, struct err *e)
{
	int r = owners_of_recording(&a->owners, e);

	if (!r)
		r = player_open(a->job->play, a->job->speed, a->owners, &a->player, e);
	if (!r)
		a->flows = player_flows(a->player);
	return r;
}

/* What has to be done before anything else is opened: the helper shares what is. */
static int open_privileged(struct app *a, struct err *e)
{
	static const unsigned int need = CAP_NET_ADMIN;
	int r = netns_enter_named(a->job->netns, e);

	if (!r)
		r = priv_need(&need, 1, "connection tracking", e);
	return r ? r : helper_start(&a->helper, e);
}

int app_open(struct app *a, const struct job *job, struct err *e)
{
	int r = 0;

	*a = (struct app){ .job = job, .sig_fd = -1, .show = { .job = job } };
	if (!job->play)
		r = open_privileged(a, e);
	if (!r)
		r = sig_open(&a->sig_fd, e);
	if (!r && job->filter)
		r = filter_parse(job->filter, &a->filter, e);
	if (!r)
		r = groups_new(&a->groups, e);
	if (!r)
		r = open_knowledge(a, e);
	if (!r)
		r = job->play ? open_recording(a, e) : open_live(a, e);
	a->show.env.owners = a->owners;
	return r;
}

int app_confine(const struct app *a, unsigned int flags, const char *const *folders, size_t n,
		struct err *e)
{
	/* Names of users, and of control groups, where they are to be seen. */
	static const char *const read[] = { "/etc", "/sys/fs/cgroup" };
	static const unsigned int keep = CAP_NET_ADMIN; /* each question to conntrack needs it */
	struct sandbox_path paths[ARRAY_SIZE(read) + FOLDERS_MAX];
	struct sandbox_needs needs = {
		.flags = flags | (a->show.dns ? SANDBOX_RESOLVE : 0), .paths = paths,
	};
	struct sandbox_report report;
	int r = priv_drop(NULL, &keep, a->track ? 1 : 0, e);

	for (size_t i = 0; i < ARRAY_SIZE(read); i++)
		if (access(read[i], R_OK) == 0)
			paths[needs.n_paths++] = (struct sandbox_path){ .path = read[i] };
	for (size_t i = 0; i < MIN(n, (size_t)FOLDERS_MAX); i++)
		if (folders[i])
			paths[needs.n_paths++] =
				(struct sandbox_path){ .path = folders[i], .write = true };
	if (!r)
		r = sandbox_enter(&needs, &report, e);
	if (!r)
		log_info("%s", report.text);
	return r;
}

int app_close(struct app *a, struct err *e)
{
	int r;

	track_close(a->track);
	player_close(a->player);
	ctstat_close(a->ctstat);
	owners_close(a->owners);
	helper_stop(a->helper);
	filter_free(a->filter);
	groups_free(a->groups);
	geo_close(a->show.env.geo);
	dns_close(a->show.dns);
	services_free(a->show.services);
	free(a->rows);
	str_free(&a->only.text);
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

/* What is shown of the whole, as it is now. */
static void update(struct app *a)
{
	int64_t since;

	if (a->player) {
		player_get(a->player, &a->show.env, &a->stats, &a->table, &a->events_per_s);
		return;
	}
	a->show.env.now_ns = clock_mono_ns();
	a->show.env.real_ns = clock_real_ns();
	track_get_stats(a->track, &a->stats);
	if (ctstat_read(a->ctstat, &a->table) < 0)
		a->table = (struct ctstat_table){ .entries = flows_count(a->flows) };
	since = a->show.env.now_ns - a->mark.at_ns;
	if (since < NS_PER_S / 2)
		return;
	a->events_per_s = a->mark.at_ns ? (a->stats.events - a->mark.events) * 1e9 / since : 0;
	a->mark.at_ns = a->show.env.now_ns;
	a->mark.events = a->stats.events;
}

enum { AT_SIGNAL, AT_INPUT, AT_DNS, AT_SERVE, AT_OWNERS, AT_TRACK, N_AT = AT_TRACK + TRACK_FDS };

/* Waits until 'due_ns' at most, not at all if there is 'more' to do. Returns events, or -errno. */
static int wait_once(struct app *a, bool input, int64_t due_ns, bool more, struct err *e)
{
	int64_t now = clock_mono_ns();
	int events = 0, timeout, track[TRACK_FDS] = { -1, -1, -1 };
	struct pollfd p[N_AT] = {
		[AT_SIGNAL] = { a->sig_fd, POLLIN, 0 },
		[AT_INPUT] = { input ? STDIN_FILENO : -1, POLLIN, 0 },
		[AT_DNS] = { a->show.dns ? dns_fd(a->show.dns) : -1, POLLIN, 0 },
		[AT_SERVE] = { a->serve ? serve_fd(a->serve) : -1, POLLIN, 0 },
		[AT_OWNERS] = { owners_fd(a->owners), POLLIN, 0 },
	};

	if (a->track)
		track_fds(a->track, track);
	for (int i = 0; i < TRACK_FDS; i++)
		p[AT_TRACK + i] = (struct pollfd){ track[i], POLLIN, 0 };
	timeout = more || due_ns <= now ? 0
					: MIN((due_ns - now) / NS_PER_MS + 1, (int64_t)INT32_MAX);
	if (poll(p, N_AT, timeout) < 0 && errno != EINTR)
		return err_sys(e, errno, "waiting");
	if (p[AT_SIGNAL].revents)
		events |= on_signal(a);
	if (p[AT_INPUT].revents)
		events |= APP_INPUT;
	if (p[AT_DNS].revents)
		dns_turn(a->show.dns);
	if (a->serve) /* also without a reason: silent clients are shown out */
		serve_turn(a->serve);
	return events;
}

static int follow(struct app *a, int64_t until_ns, bool input, struct err *e)
{
	int events = 0, more;

	while (!events) {
		owners_turn(a->owners, a->flows, clock_mono_ns());
		more = track_turn(a->track, clock_mono_ns(), e);
		if (more < 0)
			return more;
		events = wait_once(a, input, MIN(until_ns, track_due_ns(a->track)), more, e);
		if (events >= 0 && clock_mono_ns() >= until_ns)
			events |= APP_DUE;
	}
	return events;
}

static int play(struct app *a, bool input, struct err *e)
{
	int events = 0, r;

	while (!events) {
		events = wait_once(a, input, player_due_ns(a->player), false, e);
		if (events < 0 || clock_mono_ns() < player_due_ns(a->player))
			continue;
		r = player_step(a->player, e);
		if (r < 0)
			return r;
		events |= r ? APP_DUE : APP_OVER;
	}
	return events;
}

int app_wait(struct app *a, int64_t until_ns, bool input, struct err *e)
{
	int events = a->player ? play(a, input, e) : follow(a, until_ns, input, e);

	update(a);
	return events;
}

int app_seek(struct app *a, size_t place, struct err *e)
{
	int r = player_seek(a->player, place, e);

	update(a);
	return r;
}

int64_t app_cpu_ns(const struct app *a)
{
	return clock_cpu_ns() + helper_cpu_ns(a->helper);
}
