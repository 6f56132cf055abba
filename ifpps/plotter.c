// SPDX-License-Identifier: GPL-2.0-or-later
/* plotter - see plotter.h. */
#include "plotter.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sys/clock.h"
#include "ui/fmt.h"
#include "ui/series.h"

enum { RX, TX, LOST, KINDS };

struct plotter {
	const struct job *job;
	struct series *devices, *cpus;
	int64_t first_ns, first_real_ns, last_ns;
};

int plotter_new(const struct job *job, struct plotter **ret_p, struct err *e)
{
	struct plotter *p = calloc(1, sizeof(*p));
	int rc;

	if (!p)
		return err_sys(e, ENOMEM, "--plot");
	p->job = job;
	rc = series_new(KINDS, &p->devices, e);
	if (!rc)
		rc = series_new(1, &p->cpus, e);
	if (rc) {
		plotter_free(p);
		return err_prefix(e, "--plot");
	}
	*ret_p = p;
	return 0;
}

void plotter_free(struct plotter *p)
{
	if (!p)
		return;
	series_free(p->devices);
	series_free(p->cpus);
	free(p);
}

static int add_device(struct plotter *p, const struct iface *i, struct err *e)
{
	uint64_t key = (uint64_t)i->now.birth << 32 | (uint32_t)i->now.ifindex, bps;
	double v[KINDS] = { NAN, NAN, NAN };

	if (iface_bps(i, RX_BYTES, &bps))
		v[RX] = bps;
	if (iface_bps(i, TX_BYTES, &bps))
		v[TX] = bps;
	if (i->rated)
		v[LOST] = (double)(iface_drops(i->d) + iface_errors(i->d)) * NS_PER_S / i->dt_ns;
	return series_add(p->devices, key, i->now.name, i->sum[RX_BYTES] + i->sum[TX_BYTES], v, e);
}

/* The share of its time that CPU 'c' was at work; NAN: not known. */
static double cpu_work(const struct state *st, size_t c)
{
	uint64_t busy = 0, all = 0, d;

	if (c >= st->prev.n_cpus)
		return NAN;
	for (int k = 0; k < N_CPU_TIMES; k++) {
		d = state_delta(st->prev.cpu[c].time[k], st->now.host.cpu[c].time[k]);
		all += d;
		busy += k == CPU_IDLE || k == CPU_IOWAIT ? 0 : d;
	}
	return all ? 100.0 * busy / all : NAN;
}

/* The first CPUs, whatever they do. */
static int add_cpus(struct plotter *p, const struct state *st, struct err *e)
{
	char name[24];
	double v;
	int rc = 0;

	for (size_t c = 0; c < MIN(st->now.host.n_cpus, (size_t)CURVES_MAX) && !rc; c++) {
		snprintf(name, sizeof(name), "cpu%zu", c);
		v = cpu_work(st, c);
		rc = series_add(p->cpus, c, name, CURVES_MAX - c, &v, e);
	}
	return rc;
}

int plotter_add(struct plotter *p, const struct state *st, struct err *e)
{
	const struct ifaces *t = &st->ifaces;
	double x = (double)(t->mono_ns - p->first_ns) / NS_PER_S;
	int rc = 0;

	if (!p->first_ns) {
		p->first_ns = t->mono_ns;
		p->first_real_ns = t->real_ns;
		return 0;
	}
	if (!series_begin(p->devices, x))
		return 0;
	p->last_ns = t->mono_ns;
	for (size_t i = 0; i < t->n && !rc; i++)
		if (job_wants(p->job, t->v[i].now.name))
			rc = add_device(p, &t->v[i], e);
	(void)series_begin(p->cpus, x);
	return rc ? rc : add_cpus(p, st, e);
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
	double last;

	for (int k = 0; k < KINDS; k++)
		series_panel(p->devices, k, &panels[k]);
	series_panel(p->cpus, 0, &panels[KINDS]);
	if (localtime_r(&from, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(text, sizeof(text), "from %s, %s, %zu points", when,
		 fmt_duration(p->last_ns ? p->last_ns - p->first_ns : 0).s,
		 series_points(p->devices, &last));
	curves_svg("ifpps: network devices and CPUs", text, panels, ARRAY_SIZE(panels), out);
}
