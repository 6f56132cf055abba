// SPDX-License-Identifier: GPL-2.0-or-later
/* run - see run.h. The engine of user space: each worker makes a batch of packets in memory of its
 * own and hands it to the kernel in one system call (pkt/txsend). */
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
#include "make.h"
#include "pkt/txsend.h"
#include "report.h"
#include "sys/clock.h"
#include "sys/cpu.h"
#include "sys/fd.h"
#include "sys/netdev.h"
#include "sys/priv.h"
#include "sys/sandbox.h"
#include "sys/sig.h"

enum { BATCH = 64, PLAIN_FRAME_BYTES = 2048, DRAIN_MS = 2000, LOOK_NS = 20 * NS_PER_MS };

struct worker {
	const struct job *job;
	struct maker maker;
	struct txsend *tx;
	struct pace pace;
	struct tally tally;
	uint64_t n_packets;	/* to send; UINT64_MAX: no limit */
	uint64_t index, stride; /* of its packets among those of all workers */
	int64_t end_ns;		/* INT64_MAX: no limit */
	int stop_fd, done_fd;
	pthread_t thread;
	bool started;
	int rc;
	struct err err;

	unsigned int n; /* gathered */
	struct iovec frames[BATCH];
	int64_t due[BATCH];
};

struct sending {
	struct worker *workers;
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

/* --- one worker ------------------------------------------------------------------------------ */

static bool stopped(const struct worker *w)
{
	struct pollfd p = { .fd = w->stop_fd, .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

/* Sends what is gathered. 0, -EINTR when told to stop, or another -errno. */
static int flush(struct worker *w)
{
	unsigned int n = w->n;
	int done;

	if (!n)
		return 0;
	w->n = 0;
	done = txsend_frames(w->tx, w->frames, n, w->stop_fd, &w->err);
	if (w->job->paced) {
		int64_t now = clock_mono_ns();

		for (int i = 0; i < done; i++)
			pace_record(&w->pace, w->due[i], now);
	}
	if (done < 0)
		return done;
	return (unsigned int)done < n ? -EINTR : 0;
}

/* Gathers one packet, sending what came before where it is not yet due. */
static int gather(struct worker *w)
{
	uint64_t i = w->tally.made++;
	struct iovec f = maker_next(&w->maker);
	int64_t now, ts;
	int rc = 0;

	w->tally.made_bytes += f.iov_len;
	if (!w->job->jumbo && f.iov_len > PLAIN_FRAME_BYTES) {
		w->tally.too_long++;
		return 0;
	}
	if (w->job->paced) {
		now = clock_mono_ns();
		ts = job_moment_ns(w->job, w->index + i * w->stride, 0);
		w->due[w->n] = pace_due(&w->pace, now, ts, f.iov_len);
		if (w->due[w->n] > now) {
			int64_t due = w->due[w->n];

			rc = flush(w);
			if (!rc)
				rc = pace_wait(due, w->stop_fd);
			w->due[0] = due;
		}
	}
	if (rc)
		return rc;
	w->frames[w->n++] = f;
	return w->n == BATCH ? flush(w) : 0;
}

static int work(struct worker *w)
{
	int64_t start = clock_mono_ns(), looked = start;
	int rc = 0;

	while (!rc && w->tally.made < w->n_packets) {
		rc = gather(w);
		if (w->tally.made % BATCH && !w->job->paced)
			continue;
		if (w->end_ns != INT64_MAX || w->job->paced || w->tally.made % 4096 == 0) {
			int64_t now = clock_mono_ns();

			if (now >= w->end_ns)
				break;
			if (now - looked > LOOK_NS) {
				looked = now;
				if (stopped(w))
					rc = -EINTR;
			}
		}
	}
	if (!rc)
		rc = flush(w);
	w->tally.duration_ns = clock_mono_ns() - start;
	return rc == -EINTR ? 0 : rc;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	uint64_t one = 1;

	if (w->tally.cpu >= 0 && cpu_pin(w->tally.cpu, &w->err))
		w->tally.cpu = -1; /* a CPU set was taken away: it works elsewhere */
	if (w->job->paced)
		pace_prepare();
	w->rc = w->maker.schedule.n ? work(w) : 0;
	/* frames that the driver still holds are sent: the report counts them either way */
	if (!w->rc && txsend_drain(w->tx, DRAIN_MS, w->stop_fd) == -ETIMEDOUT)
		log_warn("%s still holds packets", w->job->out);
	if (write(w->done_fd, &one, sizeof(one)) < 0)
		w->rc = w->rc ? w->rc : -errno;
	return NULL;
}

/* --- all of them ----------------------------------------------------------------------------- */

static int open_worker(struct sending *s, const struct job *job, const struct prog *g,
		       unsigned int i, int cpu, struct err *e)
{
	struct worker *w = &s->workers[i];
	struct pace_spec pace = job->pace;
	uint64_t n = job->n_packets, each = n / s->n_workers, rest = n % s->n_workers;
	int rc;

	*w = (struct worker){ .job = job, .stop_fd = s->stop_fd, .done_fd = s->done_fd,
			      .index = i, .stride = s->n_workers };
	w->n_packets = n ? each + (i < rest) : UINT64_MAX;
	w->tally.cpu = cpu;
	w->end_ns = INT64_MAX;
	if (pace.mode == PACE_PPS)
		/* by job_moment_ns() */
		pace = (struct pace_spec){ .mode = PACE_ORIG, .speed = 1 };
	else if (pace.mode == PACE_BPS)
		pace.rate = MAX(pace.rate / s->n_workers, (uint64_t)1);
	pace_init(&w->pace, &pace);
	rc = maker_open(g, i, s->n_workers, job->random, BATCH + 1, &w->maker, e);
	if (rc)
		return rc;
	return txsend_open(&(struct txsend_opts){ .dev = job->out,
						  .qdisc_bypass = !job->qdisc_path,
						  .queue_bytes = job->queue_bytes == OPT_UNSET ?
									 0 : job->queue_bytes },
			   &w->tx, e);
}

/* One worker a CPU that we may use, as many as asked for; more than there are share them. */
static int open_workers(struct sending *s, const struct job *job, const struct prog *g,
			struct err *e)
{
	struct cpus cpus;
	int cpu = -1, rc = cpu_allowed(&cpus, e);

	if (rc)
		return rc;
	s->n_workers = job->n_workers == OPT_UNSET ? cpus_count(&cpus) : job->n_workers;
	if (job->path && streq(job->path, "-") && job->n_workers == OPT_UNSET)
		s->n_workers = 1; /* as trafgen(8) has it */
	s->workers = calloc(s->n_workers, sizeof(*s->workers));
	if (!s->workers)
		return err_sys(e, ENOMEM, "%u workers", s->n_workers);
	for (unsigned int i = 0; !rc && i < s->n_workers; i++) {
		cpu = cpus_next(&cpus, cpu + 1);
		if (cpu < 0)
			cpu = cpus_next(&cpus, 0);
		rc = open_worker(s, job, g, i, cpu, e);
	}
	return rc;
}

/* A packet that no worker sends would be missed without a word. */
static int check_cpus(const struct sending *s, const struct prog *g, struct err *e)
{
	bool any = false;

	for (unsigned int i = 0; i < s->n_workers; i++)
		any |= s->workers[i].maker.schedule.n > 0;
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

static int confine(const struct job *job, struct err *e)
{
	struct sandbox_needs needs = { .flags = SANDBOX_SEND | SANDBOX_THREADS | SANDBOX_SCHED };
	struct sandbox_report report;
	struct priv_user user, *u = NULL;
	int rc = 0;

	if (job->user || job->group) {
		rc = priv_lookup(job->user, job->group, &user, e);
		u = &user;
	}
	if (!rc)
		rc = priv_drop(u, NULL, 0, e);
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
	rc = open_workers(s, job, g, e);
	if (!rc)
		rc = check_cpus(s, g, e);
	if (rc)
		return rc;
	/* without its counters the device can still send */
	s->has_before = netdev_open(&s->ctl, NULL) == 0 &&
			netdev_stats(s->ctl, txsend_ifindex(s->workers[0].tx), &s->before,
				     NULL) == 0;
	if (job->prio_high && (rc = cpu_prio_high(&how, e)))
		return rc;
	return confine(job, e);
}

static int start_all(struct sending *s, const struct job *job, struct err *e)
{
	int64_t now = clock_mono_ns();

	for (unsigned int i = 0; i < s->n_workers; i++) {
		struct worker *w = &s->workers[i];
		int code;

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

/* Waits for the workers; a signal tells them to stop. */
static void wait_all(struct sending *s)
{
	struct pollfd p[2] = { { .fd = s->done_fd, .events = POLLIN },
			       { .fd = s->sig_fd, .events = POLLIN } };
	uint64_t one = 1;

	for (unsigned int left = s->n_threads; left;) {
		if (poll(p, 2, -1) < 0)
			continue;
		if ((p[1].revents & POLLIN) && sig_next(s->sig_fd) == SIG_EVENT_STOP &&
		    write(s->stop_fd, &one, sizeof(one)) < 0)
			break; /* cannot be: it was never written before */
		if ((p[0].revents & POLLIN) && read(s->done_fd, &one, sizeof(one)) > 0)
			left--;
		one = 1;
	}
	for (unsigned int i = 0; i < s->n_workers; i++)
		if (s->workers[i].started)
			pthread_join(s->workers[i].thread, NULL);
}

/* What the kernel says became of the packets. */
static void take_tallies(struct sending *s, struct tally *out)
{
	for (unsigned int i = 0; i < s->n_workers; i++) {
		struct worker *w = &s->workers[i];
		struct txsend_stats st;

		out[i] = w->tally;
		if (!w->tx)
			continue;
		txsend_get_stats(w->tx, &st);
		out[i].sent = st.sent;
		out[i].sent_bytes = st.sent_bytes;
		out[i].too_long += st.too_long;
		out[i].too_short = st.too_short;
		out[i].busy = st.busy;
		out[i].calls = st.calls;
		out[i].late = w->pace.hist;
	}
}

static int report_all(struct sending *s, const struct job *job, const struct prog *g,
		      struct err *e)
{
	AUTO(free_p) struct tally *tallies = calloc(s->n_workers, sizeof(*tallies));
	struct report r = { .engine = "mmsg", .out = job->out, .workers = tallies,
			    .n_workers = s->n_workers, .seed = g->seed, .dynamic = g->dynamic };
	uint64_t n_sent = 0, n_unfit = 0;
	struct netdev_stats after;
	int rc;

	if (!tallies)
		return err_sys(e, ENOMEM, "printing the report");
	take_tallies(s, tallies);
	for (unsigned int i = 0; i < s->n_workers; i++) {
		n_sent += tallies[i].sent;
		n_unfit += tallies[i].too_long + tallies[i].too_short;
	}
	if (s->has_before &&
	    netdev_stats(s->ctl, txsend_ifindex(s->workers[0].tx), &after, NULL) == 0) {
		r.has_device = true;
		r.device_sent = after.tx_packets - s->before.tx_packets;
		r.device_dropped = after.tx_dropped - s->before.tx_dropped;
	}
	rc = run_print(job, &r, e);
	if (!rc && n_unfit && !n_sent)
		rc = err_set(e, EMSGSIZE, "%s takes none of these packets", job->out);
	return rc;
}

static void close_all(struct sending *s)
{
	for (unsigned int i = 0; s->workers && i < s->n_workers; i++) {
		txsend_close(s->workers[i].tx);
		maker_close(&s->workers[i].maker);
	}
	free(s->workers);
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
		wait_all(&s);
		for (unsigned int i = 0; !rc && i < s.n_workers; i++) {
			rc = s.workers[i].rc;
			if (rc)
				*e = s.workers[i].err;
		}
		printed = report_all(&s, job, g, rc ? NULL : e);
		rc = rc ? rc : printed;
	}
	close_all(&s);
	return rc;
}
