// SPDX-License-Identifier: GPL-2.0-or-later
/* metrics - the table as OpenMetrics: to standard output, a file, or served by HTTP. The names are
 * a promise: flowtop.8 lists them. Labels are protocols, states and directions, never what comes
 * over the wire, so their number is small. */
#include "kinds.h"
#include "out.h"
#include "side.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "ui/metrics.h"
#include "ui/serve.h"

struct page {
	struct app *app;
	struct kinds kinds;
};

static const char *family_name(const struct kind *k)
{
	return k->family == AF_INET6 ? "ip6" : "ip";
}

static void write_kinds(const struct page *p, struct str *out)
{
	static const char *const directions[CT_DIRS] = { "tx", "rx" };

	metrics_family(out, "flowtop_flows", METRICS_GAUGE, "flows by protocol and state");
	for (const struct kind *k = p->kinds.v; k < p->kinds.v + p->kinds.n; k++)
		metrics_u64(out, "flowtop_flows", METRICS_GAUGE, k->flows, "family", family_name(k),
			    "proto", k->proto, "state", k->state, NULL);
	metrics_family(out, "flowtop_flows_not_counted", METRICS_GAUGE,
		       "of these, flows whose packets the kernel does not count");
	for (const struct kind *k = p->kinds.v; k < p->kinds.v + p->kinds.n; k++)
		metrics_u64(out, "flowtop_flows_not_counted", METRICS_GAUGE, k->not_counted,
			    "family", family_name(k), "proto", k->proto, "state", k->state,
			    NULL);
	metrics_family(out, "flowtop_bytes_per_second", METRICS_GAUGE,
		       "rate of the flows that are there, of initiators (tx) and replies (rx)");
	for (const struct kind *k = p->kinds.v; k < p->kinds.v + p->kinds.n; k++)
		for (unsigned int d = 0; d < CT_DIRS; d++)
			metrics_u64(out, "flowtop_bytes_per_second", METRICS_GAUGE, k->byte_rate[d],
				    "family", family_name(k), "proto", k->proto, "state",
				    k->state, "direction", directions[d], NULL);
}

static void write_page(const struct page *p, struct str *out)
{
	const struct track_stats *s = &p->app->stats;
	const struct ctstat_table *t = &p->app->table;
	const struct {
		const char *name, *help;
		enum metrics_kind kind;
		const uint64_t *v;
	} rest[] = {
		{ "flowtop_table_entries", "flows in the kernel's table", METRICS_GAUGE, &t->entries },
		{ "flowtop_table_max", "flows that it takes", METRICS_GAUGE, &t->max },
		{ "flowtop_table_insert_failed", "flows that were not taken: two of one kind at once",
		  METRICS_COUNTER, &t->insert_failed },
		{ "flowtop_table_dropped", "packets for which there was no room", METRICS_COUNTER,
		  &t->drop },
		{ "flowtop_table_early_dropped", "flows forgotten early to make room",
		  METRICS_COUNTER, &t->early_drop },
		{ "flowtop_events", "events taken", METRICS_COUNTER, &s->events },
		{ "flowtop_events_lost", "events that the kernel dropped", METRICS_COUNTER,
		  &s->lost },
		{ "flowtop_flows_began", "flows that were seen first", METRICS_COUNTER, &s->began },
		{ "flowtop_flows_ended", "flows that ended", METRICS_COUNTER, &s->ended },
		{ "flowtop_sweeps", "looks at the whole table", METRICS_COUNTER, &s->sweeps },
	};

	write_kinds(p, out);
	for (size_t i = 0; i < ARRAY_SIZE(rest); i++) {
		metrics_family(out, rest[i].name, rest[i].kind, rest[i].help);
		metrics_u64(out, rest[i].name, rest[i].kind, *rest[i].v, NULL);
	}
	metrics_family(out, "flowtop_cpu_seconds", METRICS_COUNTER, "own CPU time");
	metrics_fixed(out, "flowtop_cpu_seconds", METRICS_COUNTER, app_cpu_ns(p->app) / NS_PER_MS, 3,
		      NULL);
	metrics_end(out);
}

/* For ui/serve: what was counted last. */
static int serve_page(void *arg, struct str *out)
{
	const struct page *p = arg;

	if (!p->app->show.env.now_ns)
		return -EAGAIN;
	write_page(p, out);
	return 0;
}

/* One round: counts anew and writes the file. */
static int write_round(struct page *p, struct side *side, struct str *text, struct err *e)
{
	const char *to = p->app->job->metrics;
	int r = app_choose(p->app, e);

	if (!r)
		r = side_take(side, e);
	if (r < 0)
		return r;
	kinds_count(&p->kinds, p->app);
	if (!to)
		return 0;
	write_page(p, text);
	return streq(to, "-") ? fd_write_text(STDOUT_FILENO, text, "standard output", e)
			      : fd_replace_text(to, text, e);
}

static int rounds(struct page *p, struct side *side, struct err *e)
{
	const struct job *job = p->app->job;
	AUTO(str_free) struct str text = { 0 };
	bool once = app_counts_once(job);
	int64_t due = clock_mono_ns();
	int events = 0, r = 0;

	while (!r && !(events & APP_STOP)) {
		due += once ? NS_PER_S / 20 : (int64_t)job->interval_ns;
		events = app_wait(p->app, due, false, e);
		if (events < 0)
			return events;
		if (once && !app_has_rates(p->app))
			continue;
		r = write_round(p, side, &text, e);
		if (once)
			break;
	}
	return r;
}

static int run(struct page *p, struct side *side, struct err *e)
{
	const struct job *job = p->app->job;
	const char *folders[] = { side_folder(side), NULL };
	AUTO(free_p) char *path = NULL;
	int r = 0;

	if (job->metrics && !streq(job->metrics, "-")) {
		path = strdup(job->metrics);
		if (!path)
			return err_set(e, ENOMEM, "out of memory");
		folders[1] = dirname(path);
		r = fd_replace_check(job->metrics, e);
	}
	if (!r && job->listen) {
		r = serve_open(job->listen, METRICS_TYPE, serve_page, p, &p->app->serve, e);
		if (!r)
			log_info("listening on port %u", serve_port(p->app->serve));
	}
	if (!r)
		r = app_confine(p->app, SANDBOX_ACCEPT, folders, ARRAY_SIZE(folders), e);
	return r ? r : rounds(p, side, e);
}

int out_metrics(struct app *a, struct err *e)
{
	struct page p = { .app = a };
	struct side *side;
	int r = side_open(a, &side, e), late;

	if (!r)
		r = run(&p, side, e);
	serve_close(TAKE(a->serve, NULL));
	late = side_close(side, !r, r ? NULL : e);
	return r ? r : late;
}
