// SPDX-License-Identifier: GPL-2.0-or-later
/* run - see run.h. Chooses the engine, drops what privileges it does not need, and runs it in one
 * thread a worker. */
#include "run.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "engine.h"
#include "report.h"
#include "sys/clock.h"
#include "sys/cpu.h"
#include "sys/fd.h"
#include "sys/netdev.h"
#include "sys/priv.h"
#include "sys/sandbox.h"
#include "sys/sig.h"
#include "ui/progress.h"

enum { PROGRESS_MS = 200 };

struct sending {
	const struct engine *engine;
	void *shared; /* of the engine */
	struct plan plan;
	struct str why; /* this engine */
	int ifindex;
	struct worker *workers;
	struct cpus cpus;
	unsigned int n_workers, n_threads;
	int sig_fd, stop_fd, done_fd;
	struct netdev_ctl *ctl;
	struct netdev_stats before;
	bool has_before;
};

void device_addrs(const char *name, struct comp_addrs *ret)
{
	struct ifaddrs *all, *a;
	bool has4 = false, has6 = false;

	if (getifaddrs(&all) < 0)
		return;
	for (a = all; a; a = a->ifa_next) {
		if (!a->ifa_addr || strcmp(a->ifa_name, name) != 0)
			continue;
		if (a->ifa_addr->sa_family == AF_PACKET) {
			const struct sockaddr_ll *ll = (const void *)a->ifa_addr;

			if (ll->sll_halen == 6)
				memcpy(ret->mac, ll->sll_addr, 6);
		} else if (a->ifa_addr->sa_family == AF_INET && !has4) {
			memcpy(ret->ip4, &((const struct sockaddr_in *)a->ifa_addr)->sin_addr, 4);
			has4 = true;
		} else if (a->ifa_addr->sa_family == AF_INET6 && !has6) {
			const struct sockaddr_in6 *in6 = (const void *)a->ifa_addr;

			memcpy(ret->ip6, &in6->sin6_addr, 16);
			has6 = true;
		}
	}
	freeifaddrs(all);
}

int run_print(const struct job *job, const struct report *r, struct err *e)
{
	AUTO(str_free) struct str out = { 0 };
	int rc;

	if (job->json)
		report_json(job, r, &out);
	else
		report_text(job, r, &out);
	rc = fd_write_text(job->json ? STDOUT_FILENO : STDERR_FILENO, &out, "printing the report", e);
	return rc == -EPIPE ? 0 : rc;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	uint64_t one = 1;

	if (w->tally.cpu >= 0 && cpu_pin(w->tally.cpu, &w->err))
		w->tally.cpu = -1; /* a CPU set was taken away: it works elsewhere */
	w->rc = w->idle ? 0 : w->engine->work(w);
	if (write(w->done_fd, &one, sizeof(one)) < 0)
		w->rc = w->rc ? w->rc : -errno;
	return NULL;
}

/* Makes the plan and the workers anew, for one engine after the other. One a CPU that we may use,
 * as many as asked for; more than there are share them. */
static int make_workers(struct sending *s, const struct job *job, const struct prog *g,
			struct err *e)
{
	uint64_t n = job->n_packets;
	int cpu = -1;
	int rc = plan_make(g, job, s->n_workers, s->engine->in_a_row, &s->plan, e);

	if (rc)
		return rc;
	s->workers = calloc(s->n_workers, sizeof(*s->workers));
	if (!s->workers)
		return err_sys(e, ENOMEM, "%u workers", s->n_workers);
	for (unsigned int i = 0; i < s->n_workers; i++) {
		struct worker *w = &s->workers[i];

		cpu = cpus_next(&s->cpus, cpu + 1);
		if (cpu < 0)
			cpu = cpus_next(&s->cpus, 0);
		*w = (struct worker){ .engine = s->engine, .job = job, .prog = g, .index = i,
				      .plan = &s->plan, .stop_fd = s->stop_fd,
				      .done_fd = s->done_fd, .end_ns = INT64_MAX };
		w->n_packets = n ? plan_share(&s->plan, i, n) : UINT64_MAX;
		w->idle = plan_idle(&s->plan, i) || !w->n_packets;
		w->tally.cpu = cpu;
	}
	return 0;
}

static void close_engine(struct sending *s)
{
	for (unsigned int i = 0; s->workers && i < s->n_workers; i++) {
		s->engine->close_worker(&s->workers[i]);
		str_free(&s->workers[i].dead);
	}
	if (s->shared)
		s->engine->close(s->shared);
	free(s->workers);
	plan_free(&s->plan);
	s->workers = NULL;
	s->shared = NULL;
}

static int open_engine(struct sending *s, int id, const struct job *job, const struct prog *g,
		       struct err *e)
{
	int rc;

	s->engine = engine_of(id);
	rc = make_workers(s, job, g, e);
	if (!rc && s->engine->open)
		rc = s->engine->open(job, &s->plan, &s->shared, e);
	for (unsigned int i = 0; !rc && i < s->n_workers; i++) {
		s->workers[i].shared = s->shared;
		rc = s->engine->open_worker(&s->workers[i], e);
	}
	if (rc)
		close_engine(s);
	return rc;
}

/* The engine asked for, or the first that can; s->why says what was against those before it. */
static int choose_engine(struct sending *s, const struct job *job, const struct prog *g,
			 struct err *e)
{
	int rc = -EINVAL;

	if (job->engine != ENGINE_AUTO) {
		rc = open_engine(s, job->engine, job, g, e);
		str_add(&s->why, "asked for");
		return rc ? err_prefix(e, "--engine %s", engine_of(job->engine)->name) : 0;
	}
	for (const int *id = engine_order; *id != ENGINE_AUTO; id++) {
		rc = open_engine(s, *id, job, g, e);
		if (!rc)
			break;
		str_addf(&s->why, "%snot %s: %s", s->why.len ? "; " : "", engine_of(*id)->name,
			 e->text);
	}
	if (!s->why.len)
		str_add(&s->why, "the fastest");
	return rc;
}

static int count_workers(struct sending *s, const struct job *job, struct err *e)
{
	int rc = cpu_allowed(&s->cpus, e);

	if (rc)
		return rc;
	s->n_workers = job->n_workers == OPT_UNSET ? cpus_count(&s->cpus) : job->n_workers;
	/* as trafgen(8) has it; and captured packets keep their order */
	if (job->path && (streq(job->path, "-") || job->capture) && job->n_workers == OPT_UNSET)
		s->n_workers = 1;
	return 0;
}

/* A packet that no worker sends would be missed without a word. */
static int check_cpus(const struct sending *s, const struct prog *g, struct err *e)
{
	bool any = false;

	for (unsigned int i = 0; i < s->n_workers; i++)
		any |= !s->workers[i].idle;
	for (size_t i = 0; i < g->n_packets; i++) {
		const struct packet *p = &g->packets[i];

		if (p->cpu_first < (int)s->n_workers)
			continue;
		if (!any)
			return err_set(e, EINVAL, "line %u: cpu(%d), but only workers 0 to %u are there",
				       p->line, p->cpu_first, s->n_workers - 1);
		log_warn("line %u: cpu(%d), but only workers 0 to %u are there: this packet is not sent",
			 p->line, p->cpu_first, s->n_workers - 1);
	}
	return 0;
}

static int confine(const struct job *job, const struct engine *engine, struct err *e)
{
	struct sandbox_needs needs = { .flags = engine->sandbox | SANDBOX_THREADS |
						SANDBOX_SCHED };
	struct sandbox_report report;
	struct priv_user user, *u = NULL;
	int rc = 0;

	if (job->user || job->group) {
		rc = priv_lookup(job->user, job->group, &user, e);
		u = &user;
	}
	if (!rc)
		rc = priv_drop(u, engine->caps, engine->n_caps, e);
	if (!rc)
		rc = sandbox_enter(&needs, &report, e);
	if (!rc)
		log_info("%s", report.text);
	return rc;
}

static int open_all(struct sending *s, const struct job *job, const struct prog *g, struct err *e)
{
	const char *how;
	int rc = sig_open(&s->sig_fd, e);

	if (rc)
		return rc;
	s->stop_fd = eventfd(0, EFD_CLOEXEC);
	s->done_fd = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);
	if (s->stop_fd < 0 || s->done_fd < 0)
		return err_sys(e, errno, "make descriptors");
	s->ifindex = if_nametoindex(job->out);
	/* without its counters the device can still send; an engine's probe is to count */
	s->has_before = netdev_open(&s->ctl, NULL) == 0 &&
			netdev_stats(s->ctl, s->ifindex, &s->before, NULL) == 0;
	rc = count_workers(s, job, e);
	if (!rc)
		rc = choose_engine(s, job, g, e);
	if (rc)
		return rc;
	log_info("engine %s: %s", s->engine->name, str_text(&s->why));
	rc = check_cpus(s, g, e);
	if (rc)
		return rc;
	if (job->prio_high && (rc = cpu_prio_high(&how, e)))
		return rc;
	return confine(job, s->engine, e);
}

static int start_all(struct sending *s, const struct job *job, struct err *e)
{
	int64_t now = clock_mono_ns();

	for (unsigned int i = 0; i < s->n_workers; i++) {
		struct worker *w = &s->workers[i];
		int code;

		w->start_ns = now;
		if (job->duration_ns != OPT_UNSET)
			w->end_ns = now + (int64_t)job->duration_ns;
		code = pthread_create(&w->thread, NULL, worker_main, w);
		if (code)
			return err_sys(e, code, "start worker %u", i);
		w->started = true;
		s->n_threads++;
	}
	return 0;
}

static void show_progress(const struct sending *s, const struct job *job, struct progress *p)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < s->n_workers; i++)
		if (s->workers[i].started && !s->workers[i].idle)
			n += s->engine->so_far(&s->workers[i]);
	progress_packets(p, clock_mono_ns(), n, job->n_packets);
}

/* Waits for the workers; a signal tells them to stop. */
static void wait_all(struct sending *s, const struct job *job)
{
	struct progress progress = progress_begin(STDERR_FILENO, job->out, clock_mono_ns());
	struct pollfd p[2] = { { .fd = s->done_fd, .events = POLLIN },
			       { .fd = s->sig_fd, .events = POLLIN } };
	uint64_t one = 1;

	for (unsigned int left = s->n_threads; left;) {
		if (poll(p, 2, progress.on ? PROGRESS_MS : -1) < 0)
			continue;
		show_progress(s, job, &progress);
		if ((p[1].revents & POLLIN) && sig_next(s->sig_fd) == SIG_EVENT_STOP &&
		    write(s->stop_fd, &one, sizeof(one)) < 0)
			break; /* cannot be: it was never written before */
		if ((p[0].revents & POLLIN) && read(s->done_fd, &one, sizeof(one)) > 0)
			left--;
		one = 1;
	}
	progress_end(&progress);
	for (unsigned int i = 0; i < s->n_workers; i++)
		if (s->workers[i].started)
			pthread_join(s->workers[i].thread, NULL);
}

static void count_device(struct sending *s, struct report *r)
{
	struct netdev_stats after;

	if (!s->has_before || netdev_stats(s->ctl, s->ifindex, &after, NULL))
		return;
	r->has_device = true;
	r->device_sent = after.tx_packets - s->before.tx_packets;
	r->device_sent_bytes = after.tx_bytes - s->before.tx_bytes;
	r->device_dropped = after.tx_dropped - s->before.tx_dropped;
}

static int report_all(struct sending *s, const struct job *job, const struct prog *g,
		      struct err *e)
{
	AUTO(free_p) struct tally *tallies = calloc(s->n_workers, sizeof(*tallies));
	AUTO(free_p) uint64_t *handed = calloc(g->n_packets, sizeof(*handed));
	AUTO(free_p) struct packet_report *streams = NULL;
	struct report r = { .engine = s->engine->name, .why = str_text(&s->why), .out = job->out,
			    .workers = tallies, .n_workers = s->n_workers,
			    .n_streams = g->n_packets, .seed = g->seed, .dynamic = g->dynamic };
	uint64_t n_sent = 0, n_unfit = 0;
	int rc;

	for (unsigned int i = 0; tallies && handed && i < s->n_workers; i++) {
		s->engine->count(&s->workers[i], handed);
		tallies[i] = s->workers[i].tally;
		if (s->workers[i].dead.len)
			r.dead = str_text(&s->workers[i].dead);
		n_sent += tallies[i].sent;
		n_unfit += tallies[i].too_long + tallies[i].too_short;
	}
	if (tallies && handed)
		r.streams = streams = report_packets(g, handed);
	if (!r.streams)
		return err_sys(e, ENOMEM, "printing the report");
	count_device(s, &r);
	rc = run_print(job, &r, e);
	if (!rc && n_unfit && !n_sent)
		rc = err_set(e, EMSGSIZE, "%s takes none of these packets", job->out);
	return rc;
}

static void close_all(struct sending *s)
{
	close_engine(s);
	str_free(&s->why);
	netdev_close(s->ctl);
	close_p(&s->sig_fd);
	close_p(&s->stop_fd);
	close_p(&s->done_fd);
}

int run_device(const struct job *job, const struct prog *g, struct err *e)
{
	struct sending s = { .sig_fd = -1, .stop_fd = -1, .done_fd = -1 };
	int rc = open_all(&s, job, g, e), printed;

	if (!rc) {
		rc = start_all(&s, job, e);
		wait_all(&s, job);
		for (unsigned int i = 0; !rc && i < s.n_workers; i++) {
			rc = s.workers[i].rc;
			if (rc)
				*e = s.workers[i].err;
		}
		printed = report_all(&s, job, g, rc ? NULL : e);
		for (unsigned int i = 0; !job->json && i < s.n_workers; i++)
			if (s.workers[i].dead.len && fd_print_text(&s.workers[i].dead, NULL))
				printed = -EIO;
		rc = rc ? rc : printed;
	}
	close_all(&s);
	return rc;
}
