// SPDX-License-Identifier: GPL-2.0-or-later
/* work - see work.h. */
#include "work.h"

#include <errno.h>
#include <sys/random.h>

#include "base/log.h"
#include "engine.h"
#include "list.h"
#include "record.h"
#include "sys/fd.h"
#include "sys/loop.h"
#include "sys/netns.h"
#include "sys/priv.h"
#include "sys/sandbox.h"
#include "sys/sig.h"

/* Ports that are nobody's: below those the kernel gives to others (32768), above known services. */
enum { LOW_PORT = 16384, PORT_CHOICES = 32768 - PROBE_FLOWS - LOW_PORT };

static int by_addr(const void *a, const void *b)
{
	const struct target *x = *(const struct target *const *)a,
			    *y = *(const struct target *const *)b;
	int d = memcmp(&x->addr, &y->addr, sizeof(x->addr));

	return d ? d : x < y ? -1 : x > y;
}

/* Answers are told apart by their target: each may be there once. From a file the later ones are
 * left out. */
static int no_twins(struct engine *g, bool drop, struct err *e)
{
	AUTO(free_p) struct target **sorted = calloc(g->n_targets + 1, sizeof(*sorted));
	unsigned int n = 0;

	if (!sorted)
		return err_set(e, ENOMEM, "out of memory");
	for (unsigned int i = 0; i < g->n_targets; i++)
		sorted[i] = &g->target[i];
	qsort(sorted, g->n_targets, sizeof(*sorted), by_addr);
	for (unsigned int i = 1; i < g->n_targets; i++) {
		if (!addr_eq(&sorted[i]->addr, &sorted[i - 1]->addr))
			continue;
		if (!drop)
			return err_set(e, EINVAL, "%s and %s are the same address",
				       sorted[i - 1]->name, sorted[i]->name);
		sorted[i]->twin = true;
	}
	for (unsigned int i = 0; i < g->n_targets; i++)
		if (!g->target[i].twin)
			g->target[n++] = g->target[i];
	if (n < g->n_targets)
		log_warn("%u targets are addresses that came before: left out", g->n_targets - n);
	g->n_targets = n;
	return 0;
}

static int find_targets(const struct job *job, char **words, unsigned int n, struct engine *g,
			struct err *e)
{
	AUTO(free_p) char **more = NULL;
	unsigned int n_more = 0;
	int rc = 0;

	if (job->targets)
		rc = list_read(job->targets, &g->list, &more, &n_more, e);
	if (rc)
		return rc;
	g->target = calloc(n + n_more + 1, sizeof(*g->target));
	if (!g->target)
		return err_set(e, ENOMEM, "out of memory");
	if (job->host)
		rc = target_find(job, job->host, &g->target[g->n_targets++], e);
	for (unsigned int i = 0; i < n && !rc; i++)
		rc = target_find(job, words[i], &g->target[g->n_targets++], e);
	for (unsigned int i = 0; i < n_more && !rc; i++) {
		/* one name in a thousand that is gone ends no run */
		if (!target_find(job, more[i], &g->target[g->n_targets], e))
			g->n_targets++;
		else
			log_warn("%s", e->text);
	}
	if (!rc && !g->n_targets)
		return err_set(e, ENOENT, "no target is left");
	return rc ? rc : no_twins(g, job->targets != NULL, e);
}

static int open_wire(const struct job *job, struct engine *g, struct err *e)
{
	struct wire_needs needs = { .dev = job->dev,
				    .low_port = g->low_port,
				    .df = job->df || job->mtu };
	int rc;

	for (unsigned int i = 0; i < g->n_targets; i++)
		if (g->target[i].addr.family == AF_INET6)
			needs.ip6 = true;
		else
			needs.ip4 = true;
	if (job->bind)
		needs.src = g->target[0].src;
	if (job->diff)
		needs.own_ports = DIFF_PORTS;
	rc = wire_open(&needs, &g->wire, e);
	for (unsigned int i = 0; i < g->n_targets && !rc; i++)
		rc = target_limit(&g->target[i], job, g->wire, e);
	if (!rc && wire_limited(g->wire) && (job->pcap || job->show_packet))
		log_warn("without privilege answers are not seen as packets: n/a in --pcap and -Z");
	return rc;
}

/* From here on bytes of strangers are read. */
static int confine(const struct job *job, struct err *e)
{
	struct sandbox_needs needs = { .flags = job->dns || job->dns_as ? SANDBOX_RESOLVE : 0 };
	struct sandbox_report report;
	int rc = priv_drop(NULL, NULL, 0, e);

	if (job->watch)
		needs.flags |= SANDBOX_TERMINAL;
	if (job->diff) {
		needs.flags |= SANDBOX_TCP | SANDBOX_TTL;
		needs.tcp_port = job->port;
	}
	if (!rc)
		rc = sandbox_enter(&needs, &report, e);
	if (!rc)
		log_info("%s", report.text);
	return rc;
}

static void end(struct engine *g)
{
	for (unsigned int i = 0; i < g->n_targets; i++)
		target_end(&g->target[i]);
	free(g->target);
	watch_close(g->watch);
	loop_free(g->loop);
	know_close(g->know);
	wire_close(g->wire);
	str_free(&g->out);
	str_free(&g->list);
	close_p(&g->sig_fd);
}

int work(const struct job *job, char **words, unsigned int n, struct err *e)
{
	AUTO(end) struct engine g = { .job = job, .sig_fd = -1 };
	uint64_t random[2];
	int rc;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return err_sys(e, errno, "random numbers");
	g.low_port = LOW_PORT + random[0] % PORT_CHOICES;
	g.key = random[1];
	rc = netns_enter_named(job->netns, e);
	if (!rc)
		rc = find_targets(job, words, n, &g, e);
	if (!rc)
		rc = know_open(job, &g.know, e);
	if (!rc)
		rc = sig_open(&g.sig_fd, e);
	if (!rc)
		rc = open_wire(job, &g, e);
	if (!rc && job->diff && g.n_targets > 1)
		rc = err_set(e, EINVAL, "--diff takes one target");
	if (!rc && job->diff)
		rc = target_diff(&g.target[0], job, g.low_port, e);
	if (!rc && job->watch && g.n_targets > ENGINE_ACTIVE)
		rc = err_set(e, EINVAL, "--watch takes %d targets at most", ENGINE_ACTIVE);
	if (!rc && job->watch)
		rc = watch_open(job, g.know, &g.watch, e);
	if (!rc && job->pcap)
		rc = record_open(job->pcap, &g.record, e);
	if (!rc)
		rc = engine_open(&g, e);
	if (!rc)
		rc = confine(job, e);
	if (!rc)
		rc = engine_run(&g, e);
	if (g.record) {
		/* the first failure is the one to tell */
		struct err late;
		int closed = record_close(TAKE(g.record, NULL), rc ? &late : e);

		rc = rc ? rc : closed;
	}
	return rc;
}
