// SPDX-License-Identifier: GPL-2.0-or-later
/* view_cpu - the table of CPUs (view.h): the -n that work most, the first of them marked +, and the
 * one that works least, marked -; averages, and with -m medians, over all. */
#include "view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/fmt.h"

enum { SHARES = 5, RATES = 6, VALUES = SHARES + RATES };

/* Of one CPU: shares of its time in thousandths, then rates a second. */
struct load {
	size_t cpu;
	uint64_t v[VALUES];
	uint64_t busy;
};

static const char *const titles[VALUES] = { "usr", "sys", "sirq", "iow", "idle", "irq/s",
					    "NETRX", "NETTX", "pkt/s", "SQZ", "DROP" };
static const unsigned int widths[VALUES] = { 6, 6, 6, 6, 6, 6, 6, 6, 6, 5, 5 };

static struct load load_of(const struct state *st, size_t n)
{
	const struct cpu *now = &st->now.host.cpu[n];
	struct cpu prev = state_cpu_before(st, n);
	uint64_t d[N_CPU_TIMES], all = 0, dt = st->ifaces.dt_ns;
	struct load l = { .cpu = n };

	for (int i = 0; i < N_CPU_TIMES; i++)
		all += d[i] = state_delta(prev.time[i], now->time[i]);
	if (all && st->prev.n_cpus) {
		l.v[0] = (d[CPU_USER] + d[CPU_NICE]) * 1000 / all;
		l.v[1] = (d[CPU_SYSTEM] + d[CPU_IRQ]) * 1000 / all;
		l.v[2] = d[CPU_SOFTIRQ] * 1000 / all;
		l.v[3] = d[CPU_IOWAIT] * 1000 / all;
		l.v[4] = d[CPU_IDLE] * 1000 / all;
	}
	l.v[5] = fmt_rate(state_delta(prev.irqs, now->irqs), dt);
	l.v[6] = fmt_rate(state_delta(prev.net_rx, now->net_rx), dt);
	l.v[7] = fmt_rate(state_delta(prev.net_tx, now->net_tx), dt);
	l.v[8] = fmt_rate(state_delta(prev.processed, now->processed), dt);
	l.v[9] = state_delta(prev.squeezed, now->squeezed);
	l.v[10] = state_delta(prev.dropped, now->dropped);
	l.busy = l.v[0] + l.v[1] + l.v[2];
	return l;
}

static int by_load(const void *a, const void *b)
{
	const struct load *x = a, *y = b;

	if (x->busy != y->busy)
		return x->busy > y->busy ? -1 : 1;
	return (x->cpu > y->cpu) - (x->cpu < y->cpu);
}

static void row(struct canvas *c, unsigned int y, const char *name, const uint64_t *v,
		enum style style)
{
	unsigned int at = 9;
	char text[32];

	canvas_put(c, y, 0, 9, style, name);
	for (int i = 0; i < VALUES; i++) {
		if (i < SHARES)
			snprintf(text, sizeof(text), "%u.%u%%", (unsigned int)(v[i] / 10),
				 (unsigned int)(v[i] % 10));
		else
			snprintf(text, sizeof(text), "%s", fmt_count(v[i]).s);
		canvas_put_right(c, y, at, widths[i],
				 i >= SHARES + 4 && v[i] ? STYLE_BAD : style, text);
		at += widths[i] + (i < SHARES ? 0 : 1);
	}
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void summary(struct canvas *c, unsigned int y, const struct load *l, size_t n, bool median)
{
	uint64_t v[VALUES], *one = calloc(n, sizeof(*one));

	if (!one)
		return;
	for (int i = 0; i < VALUES; i++) {
		uint64_t sum = 0;

		for (size_t k = 0; k < n; k++)
			sum += one[k] = l[k].v[i];
		qsort(one, n, sizeof(*one), by_value);
		v[i] = !median ? sum / n :
		       n % 2 ? one[n / 2] : (one[n / 2 - 1] + one[n / 2]) / 2;
	}
	free(one);
	row(c, y, median ? " median" : " average", v, STYLE_STRONG);
}

static unsigned int head(struct canvas *c, unsigned int y)
{
	unsigned int at = 9;

	canvas_put(c, y, 0, c->cols, STYLE_HEAD, "CPU");
	for (int i = 0; i < VALUES; i++) {
		canvas_put_right(c, y, at, widths[i], STYLE_HEAD, titles[i]);
		at += widths[i] + (i < SHARES ? 0 : 1);
	}
	return y + 1;
}

unsigned int view_cpu(const struct job *job, const struct state *st, bool median, struct canvas *c,
		      unsigned int top, unsigned int height)
{
	const struct host *h = &st->now.host;
	struct load *l = calloc(h->n_cpus + 1, sizeof(*l));
	unsigned int extra = 2 + median, y = top;
	size_t n = 0, shown;
	char name[32];

	for (size_t i = 0; l && i < h->n_cpus; i++)
		if (h->cpu[i].there)
			l[n++] = load_of(st, i);
	if (!n || height < extra + 1) {
		free(l);
		return top;
	}
	qsort(l, n, sizeof(*l), by_load);
	shown = MIN(n, (size_t)job->n_cpus);
	shown = MIN(shown, (size_t)(height - extra));
	y = head(c, y);
	for (size_t i = 0; i < shown; i++) {
		/* The last row is the one that works least, also where there are more between. */
		size_t k = i + 1 == shown && n > 1 && shown > 1 ? n - 1 : i;

		snprintf(name, sizeof(name), " cpu%zu %s", l[k].cpu,
			 k == 0 ? "+" : k == n - 1 ? "-" : "");
		row(c, y++, name, l[k].v, STYLE_PLAIN);
	}
	summary(c, y++, l, n, false);
	if (median)
		summary(c, y++, l, n, true);
	free(l);
	return y;
}
