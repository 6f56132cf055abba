// SPDX-License-Identifier: GPL-2.0-or-later
/* plotter - see plotter.h. */
#include "plotter.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sys/clock.h"
#include "ui/fmt.h"
#include "ui/curves.h"

enum { POINTS = 2048, DEVICES = CURVES_MAX, KINDS = 3, CPUS = CURVES_MAX };
enum { RX, TX, LOST };

struct series {
	char name[20];
	int ifindex;
	uint32_t birth;
	uint64_t weight; /* bytes: the heaviest are drawn */
	struct curve_point p[KINDS][POINTS];
};

struct plotter {
	const struct job *job;
	struct series *dev[DEVICES];
	struct curve_point cpu[CPUS][POINTS];
	char cpu_name[CPUS][24];
	size_t n_cpus, n; /* points */
	unsigned int every, skipped; /* one sample of so many becomes a point */
	int64_t first_ns, first_real_ns, last_ns;
};

int plotter_new(const struct job *job, struct plotter **ret_p, struct err *e)
{
	struct plotter *p = calloc(1, sizeof(*p));

	if (!p)
		return err_sys(e, ENOMEM, "--plot");
	p->job = job;
	p->every = 1;
	*ret_p = p;
	return 0;
}

void plotter_free(struct plotter *p)
{
	for (size_t i = 0; p && i < DEVICES; i++)
		free(p->dev[i]);
	free(p);
}

static void halve(struct curve_point *p)
{
	for (size_t i = 0; i < POINTS / 2; i++) {
		const struct curve_point a = p[2 * i], b = p[2 * i + 1];

		p[i].x = (a.x + b.x) / 2;
		p[i].y = isnan(a.y) ? b.y : isnan(b.y) ? a.y : (a.y + b.y) / 2;
	}
}

static void thin_out(struct plotter *p)
{
	for (size_t d = 0; d < DEVICES; d++)
		for (int k = 0; p->dev[d] && k < KINDS; k++)
			halve(p->dev[d]->p[k]);
	for (size_t c = 0; c < p->n_cpus; c++)
		halve(p->cpu[c]);
	p->n /= 2;
	p->every *= 2;
}

/* The series of a device; a new one, or the place of one that carried less; NULL: not among the
 * heaviest. */
static struct series *series_of(struct plotter *p, const struct iface *i, struct err *e, int *rc)
{
	uint64_t weight = i->sum[RX_BYTES] + i->sum[TX_BYTES];
	size_t at = 0;

	for (size_t d = 0; d < DEVICES; d++) {
		struct series *s = p->dev[d];

		if (s && s->ifindex == i->now.ifindex && s->birth == i->now.birth)
			return s;
		if (p->dev[at] && (!s || s->weight < p->dev[at]->weight))
			at = d;
	}
	if (p->dev[at] && p->dev[at]->weight >= weight)
		return NULL;
	if (!p->dev[at])
		p->dev[at] = malloc(sizeof(struct series));
	if (!p->dev[at]) {
		*rc = err_sys(e, ENOMEM, "--plot");
		return NULL;
	}
	*p->dev[at] = (struct series){ .ifindex = i->now.ifindex, .birth = i->now.birth };
	/* It was not drawn until now. */
	for (int k = 0; k < KINDS; k++)
		for (size_t n = 0; n < p->n; n++)
			p->dev[at]->p[k][n] = (struct curve_point){ 0, NAN };
	return p->dev[at];
}

static void add_device(struct plotter *p, struct series *s, const struct iface *i, double x)
{
	uint64_t v;

	snprintf(s->name, sizeof(s->name), "%s", i->now.name);
	s->weight = i->sum[RX_BYTES] + i->sum[TX_BYTES];
	s->p[RX][p->n] = (struct curve_point){ x, iface_bps(i, RX_BYTES, &v) ? v : NAN };
	s->p[TX][p->n] = (struct curve_point){ x, iface_bps(i, TX_BYTES, &v) ? v : NAN };
	s->p[LOST][p->n] = (struct curve_point){ x, NAN };
	if (i->rated)
		s->p[LOST][p->n].y = (double)(iface_drops(i->d) + iface_errors(i->d)) * NS_PER_S /
				     i->dt_ns;
}

static void add_cpus(struct plotter *p, const struct state *st, double x)
{
	p->n_cpus = MAX(p->n_cpus, MIN(st->now.host.n_cpus, (size_t)CPUS));
	for (size_t c = 0; c < p->n_cpus; c++) {
		uint64_t busy = 0, all = 0, d;

		p->cpu[c][p->n] = (struct curve_point){ x, NAN };
		if (c >= st->now.host.n_cpus || c >= st->prev.n_cpus)
			continue;
		for (int k = 0; k < N_CPU_TIMES; k++) {
			d = state_delta(st->prev.cpu[c].time[k], st->now.host.cpu[c].time[k]);
			all += d;
			busy += k == CPU_IDLE || k == CPU_IOWAIT ? 0 : d;
		}
		if (all)
			p->cpu[c][p->n].y = 100.0 * busy / all;
	}
}

int plotter_add(struct plotter *p, const struct state *st, struct err *e)
{
	const struct ifaces *t = &st->ifaces;
	double x;
	int rc = 0;

	if (!p->first_ns) {
		p->first_ns = t->mono_ns;
		p->first_real_ns = t->real_ns;
		return 0;
	}
	if (++p->skipped < p->every)
		return 0;
	p->skipped = 0;
	if (p->n == POINTS)
		thin_out(p);
	p->last_ns = t->mono_ns;
	x = (double)(t->mono_ns - p->first_ns) / NS_PER_S;
	for (size_t d = 0; d < DEVICES; d++)
		for (int k = 0; p->dev[d] && k < KINDS; k++)
			p->dev[d]->p[k][p->n] = (struct curve_point){ x, NAN };
	for (size_t i = 0; i < t->n && !rc; i++) {
		struct series *s;

		if (!job_wants(p->job, t->v[i].now.name))
			continue;
		s = series_of(p, &t->v[i], e, &rc);
		if (s)
			add_device(p, s, &t->v[i], x);
	}
	add_cpus(p, st, x);
	p->n++;
	return rc;
}

static void device_panel(struct plotter *p, struct curve_panel *panel, int kind)
{
	for (size_t d = 0; d < DEVICES; d++)
		if (p->dev[d])
			panel->curve[panel->n_curves++] = (struct curve){
				p->dev[d]->name, p->dev[d]->p[kind], p->n
			};
}

void plotter_svg(struct plotter *p, struct str *out)
{
	struct curve_panel panels[] = {
		{ .title = "received", .unit = "bit/s" },
		{ .title = "sent", .unit = "bit/s" },
		{ .title = "drops and errors", .unit = "a second" },
		{ .title = "CPUs at work", .unit = "%", .max = 100 },
	};
	time_t from = p->first_real_ns / NS_PER_S;
	char when[40] = "", text[120];
	struct tm tm;

	for (int k = 0; k < KINDS; k++)
		device_panel(p, &panels[k], k);
	for (size_t c = 0; c < p->n_cpus; c++) {
		snprintf(p->cpu_name[c], sizeof(p->cpu_name[c]), "cpu%zu", c);
		panels[3].curve[panels[3].n_curves++] =
			(struct curve){ p->cpu_name[c], p->cpu[c], p->n };
	}
	if (localtime_r(&from, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(text, sizeof(text), "from %s, %s, %zu points", when,
		 fmt_duration(p->n ? p->last_ns - p->first_ns : 0).s, p->n);
	curves_svg("ifpps: network devices and CPUs", text, panels, ARRAY_SIZE(panels), out);
}
