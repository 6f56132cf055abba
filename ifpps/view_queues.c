// SPDX-License-Identifier: GPL-2.0-or-later
/* view_queues - queues, NAPI instances, interrupts and CPUs of a device (view.h). */
#include "view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ui/fmt.h"

static const struct {
	const char *title;
	unsigned int width;
	bool left;
} columns[] = {
	{ "QUEUE", 8, true }, { "NAPI", 6, false }, { "IRQ", 5, false }, { "MAY RUN ON", 12, true },
	{ "RUNS ON", 10, true }, { "IRQ/s", 7, false }, { "pkt/s", 7, false },
	{ "bit/s", 8, false }, { "DROP/s", 6, false },
};

enum { N_COLUMNS = ARRAY_SIZE(columns) };

static void row(struct canvas *c, unsigned int y, char text[N_COLUMNS][48], enum style style)
{
	unsigned int at = 0;

	for (size_t k = 0; k < N_COLUMNS; k++) {
		(columns[k].left ? canvas_put : canvas_put_right)(c, y, at, columns[k].width, style,
								  text[k]);
		at += columns[k].width + 1;
	}
}

static void rate(char *to, bool known, uint64_t n, int64_t dt)
{
	snprintf(to, 48, "%s", known ? fmt_count(fmt_rate(n, dt)).s : "-");
}

static void queue_row(struct canvas *c, unsigned int y, const struct queue *q, int64_t dt)
{
	char text[N_COLUMNS][48] = { { 0 } };

	if (q->id == UINT32_MAX)
		snprintf(text[0], sizeof(text[0]), "no queue");
	else
		snprintf(text[0], sizeof(text[0]), "%s-%" PRIu32, q->tx ? "tx" : "rx", q->id);
	snprintf(text[1], sizeof(text[1]), q->has_napi ? "%" PRIu32 : "-", q->napi);
	snprintf(text[2], sizeof(text[2]), q->has_irq ? "%" PRIu32 : "-", q->irq);
	snprintf(text[3], sizeof(text[3]), "%s", *q->may ? q->may : "-");
	snprintf(text[4], sizeof(text[4]), "%s", *q->does ? q->does : "-");
	rate(text[5], q->rated && q->has_irq, q->d_irqs, dt);
	rate(text[6], q->rated && q->has_stats, q->d_packets, dt);
	rate(text[7], q->rated && q->has_stats, q->d_bytes * 8, dt);
	rate(text[8], q->rated && q->has_stats, q->d_drops, dt);
	row(c, y, text, q->d_drops ? STYLE_BAD : STYLE_PLAIN);
}

/* "page pool 7: NAPI 8193, 1,024 pages out, 4.00 MiB; 12.3 k/s from the pool, 2/s new, ..." */
static void pool_row(struct canvas *c, unsigned int y, const struct pool *p, int64_t dt)
{
	AUTO(str_free) struct str text = { 0 };

	str_addf(&text, "page pool %" PRIu64 ": ", p->is.id);
	if (p->is.has_napi)
		str_addf(&text, "NAPI %" PRIu32 ", ", p->is.napi);
	str_addf(&text, "%s pages out, %s", fmt_thousands(p->is.inflight).s,
		 fmt_bytes(p->is.inflight_bytes).s);
	if (p->rated)
		str_addf(&text, "; %s/s from the pool, %s/s new (%s/s as it was empty), %s/s back, "
			 "%s/s given up",
			 fmt_count(fmt_rate(state_delta(p->old.fast, p->now.fast), dt)).s,
			 fmt_count(fmt_rate(state_delta(p->old.slow, p->now.slow), dt)).s,
			 fmt_count(fmt_rate(state_delta(p->old.failed, p->now.failed), dt)).s,
			 fmt_count(fmt_rate(state_delta(p->old.recycled, p->now.recycled), dt)).s,
			 fmt_count(fmt_rate(state_delta(p->old.released, p->now.released), dt)).s);
	if (p->is.detached)
		str_add(&text, "; its queue is gone, packets still hold pages");
	canvas_put(c, y, 0, c->cols, p->is.detached ? STYLE_WARN : STYLE_PLAIN, str_text(&text));
}

void view_queues(const struct queues *q, const struct state *st, const char *name, struct canvas *c,
		 unsigned int top, unsigned int height)
{
	char text[N_COLUMNS][48];
	AUTO(str_free) struct str words = { 0 };
	uint64_t *d = calloc(q->n_cpus + 1, sizeof(*d));
	size_t n_queues = 0;

	for (size_t i = 0; d && i < q->n_cpus; i++)
		d[i] = state_delta(q->cpu_old[i], q->cpu_irqs[i]);
	for (size_t i = 0; i < q->n; i++)
		n_queues += q->v[i].has_irq;
	str_addf(&words, "%s: ", name);
	if (!q->n)
		str_add(&words, "the driver tells of no queue and no interrupt");
	else if (!n_queues)
		str_add(&words, "queues without interrupts: the CPU that sends or receives serves them");
	else if (d)
		queues_words(d, q->n_cpus, n_queues, &words);
	free(d);
	canvas_putf(c, top, 0, STYLE_STRONG, "%s", str_text(&words));
	for (size_t k = 0; k < N_COLUMNS; k++)
		snprintf(text[k], sizeof(text[k]), "%s", columns[k].title);
	canvas_put(c, top + 1, 0, c->cols, STYLE_HEAD, "");
	row(c, top + 1, text, STYLE_HEAD);
	for (size_t i = 0; i < q->n && i + 2 < height; i++)
		queue_row(c, top + 2 + i, &q->v[i], st->ifaces.dt_ns);
	for (size_t i = 0; i < q->n_pools && i + q->n + 2 < height; i++)
		pool_row(c, top + 2 + q->n + i, &q->pool[i], st->ifaces.dt_ns);
}
