// SPDX-License-Identifier: GPL-2.0-or-later
/* metrics - the table as OpenMetrics: to standard output, a file, or served by HTTP. The names are
 * a promise: flowtop.8 lists them. Labels are protocols, states and directions, never what comes
 * over the wire, so their number is small. */
#include "out.h"

#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "ui/metrics.h"
#include "ui/serve.h"

/* Two families of 13 protocols: TCP in ten states, SCTP in ten, DCCP in eight, else in two; and
 * for states that are not known replied or not. */
enum { MAX_KINDS = 2 * 60 };

/* Flows of one protocol in one state. */
struct kind {
	uint8_t family;
	const char *proto, *state;
	uint64_t flows, not_counted;
	double byte_rate[CT_DIRS];
};

struct page {
	struct app *app;
	struct kind kinds[MAX_KINDS];
	unsigned int n_kinds;
};

static const char *state_of(const struct ct *c)
{
	return ct_state_name(c->key.proto, c->state) ?:
	       c->status & IPS_SEEN_REPLY ? "REPLIED" : "UNREPLIED";
}

static struct kind *kind_of(struct page *p, const struct ct *c)
{
	const char *state = state_of(c), *proto = ct_proto_name(c->key.proto) ?: "other";
	struct kind *k = p->kinds;

	for (; k < p->kinds + p->n_kinds; k++)
		if (k->family == c->key.family && streq(k->proto, proto) && streq(k->state, state))
			return k;
	p->n_kinds++;
	*k = (struct kind){ .family = c->key.family, .proto = proto, .state = state };
	return k;
}

static void count(struct page *p)
{
	struct flows *t = track_flows(p->app->track);

	p->n_kinds = 0;
	for (size_t i = 0; i < p->app->n_rows; i++) {
		const struct flow *f = flows_at(t, p->app->rows[i]);
		struct kind *k;

		if (!f->used)
			continue;
		k = kind_of(p, &f->ct);
		k->flows++;
		k->not_counted += !f->ct.has_counters;
		for (unsigned int d = 0; d < CT_DIRS; d++)
			k->byte_rate[d] += f->has_rate ? f->byte_rate[d] : 0;
	}
}

static const char *family_name(const struct kind *k)
{
	return k->family == AF_INET6 ? "ip6" : "ip";
}

static void write_kinds(const struct page *p, struct str *out)
{
	static const char *const directions[CT_DIRS] = { "tx", "rx" };

	metrics_family(out, "flowtop_flows", METRICS_GAUGE, "flows by protocol and state");
	for (const struct kind *k = p->kinds; k < p->kinds + p->n_kinds; k++)
		metrics_u64(out, "flowtop_flows", METRICS_GAUGE, k->flows, "family", family_name(k),
			    "proto", k->proto, "state", k->state, NULL);
	metrics_family(out, "flowtop_flows_not_counted", METRICS_GAUGE,
		       "of these, flows whose packets the kernel does not count");
	for (const struct kind *k = p->kinds; k < p->kinds + p->n_kinds; k++)
		metrics_u64(out, "flowtop_flows_not_counted", METRICS_GAUGE, k->not_counted,
			    "family", family_name(k), "proto", k->proto, "state", k->state,
			    NULL);
	metrics_family(out, "flowtop_bytes_per_second", METRICS_GAUGE,
		       "rate of the flows that are there, of initiators (tx) and replies (rx)");
	for (const struct kind *k = p->kinds; k < p->kinds + p->n_kinds; k++)
		for (unsigned int d = 0; d < CT_DIRS; d++)
			metrics_u64(out, "flowtop_bytes_per_second", METRICS_GAUGE, k->byte_rate[d],
				    "family", family_name(k), "proto", k->proto, "state",
				    k->state, "direction", directions[d], NULL);
}

static void write_page(const struct page *p, struct str *out)
{
	struct track_stats s;
	uint64_t entries, max;
	const struct {
		const char *name, *help;
		enum metrics_kind kind;
		const uint64_t *v;
	} rest[] = {
		{ "flowtop_table_entries", "flows in the kernel's table", METRICS_GAUGE, &entries },
		{ "flowtop_table_max", "flows that it takes", METRICS_GAUGE, &max },
		{ "flowtop_events", "events taken", METRICS_COUNTER, &s.events },
		{ "flowtop_events_lost", "events that the kernel dropped", METRICS_COUNTER,
		  &s.lost },
		{ "flowtop_flows_began", "flows that were seen first", METRICS_COUNTER, &s.began },
		{ "flowtop_flows_ended", "flows that ended", METRICS_COUNTER, &s.ended },
		{ "flowtop_sweeps", "looks at the whole table", METRICS_COUNTER, &s.sweeps },
	};

	track_get_stats(p->app->track, &s);
	acct_fill(&entries, &max);
	write_kinds(p, out);
	for (size_t i = 0; i < ARRAY_SIZE(rest); i++) {
		metrics_family(out, rest[i].name, rest[i].kind, rest[i].help);
		metrics_u64(out, rest[i].name, rest[i].kind, *rest[i].v, NULL);
	}
	metrics_family(out, "flowtop_cpu_seconds", METRICS_COUNTER, "own CPU time");
	metrics_fixed(out, "flowtop_cpu_seconds", METRICS_COUNTER, clock_cpu_ns() / NS_PER_MS, 3,
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
static int write_round(struct page *p, struct str *text, struct err *e)
{
	const char *to = p->app->job->metrics;
	int r = app_choose(p->app, e);

	if (r < 0)
		return r;
	count(p);
	if (!to)
		return 0;
	write_page(p, text);
	return streq(to, "-") ? fd_write_text(STDOUT_FILENO, text, "standard output", e)
			      : metrics_replace(to, text, e);
}

static int rounds(struct page *p, struct err *e)
{
	const struct job *job = p->app->job;
	AUTO(str_free) struct str text = { 0 };
	bool once = job->metrics && streq(job->metrics, "-") && !job->listen;
	int64_t due = clock_mono_ns();
	int events = 0, r = 0;

	while (!r && !(events & APP_STOP)) {
		due += once ? NS_PER_S / 20 : (int64_t)job->interval_ns;
		events = app_wait(p->app, due, false, e);
		if (events < 0)
			return events;
		if (once && !app_has_rates(p->app))
			continue;
		r = write_round(p, &text, e);
		if (once)
			break;
	}
	return r;
}

int out_metrics(struct app *a, struct err *e)
{
	struct page p = { .app = a };
	int r = 0;

	if (a->job->listen) {
		r = serve_open(a->job->listen, METRICS_TYPE, serve_page, &p, &a->serve, e);
		if (!r)
			log_info("listening on port %u", serve_port(a->serve));
	}
	if (!r)
		r = rounds(&p, e);
	serve_close(TAKE(a->serve, NULL));
	return r;
}
