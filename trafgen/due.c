// SPDX-License-Identifier: GPL-2.0-or-later
/* due - see due.h. */
#include "due.h"

void due_init(struct due *d, const struct worker *w, const struct schedule *s)
{
	*d = (struct due){ .w = w, .schedule = s };
}

/* The bits of packet 'i' of this worker, where they matter. */
static uint64_t bits_of(const struct due *d, uint64_t i)
{
	uint64_t k;

	if (d->w->job->pace.mode != PACE_BPS)
		return 0;
	return 8ull * schedule_at(d->schedule, d->w->prog, i, &k)->len;
}

/* Packets take turns with those of the other workers; bits are shared out evenly. */
static int64_t moment(const struct due *d, uint64_t i, uint64_t bits)
{
	const struct worker *w = d->w;

	return d->start_ns + job_moment_ns(w->job, w->index + i * w->n_workers,
					   bits * w->n_workers);
}

void due_start(struct due *d, int64_t start_ns, uint64_t n)
{
	d->start_ns = start_ns;
	for (d->n = d->bits = 0; d->n < n; d->n++)
		d->bits += bits_of(d, d->n);
}

uint64_t due_count(const struct due *d, int64_t now_ns, uint64_t max)
{
	uint64_t n = 0, bits = d->bits;

	while (n < max && moment(d, d->n + n, bits) <= now_ns) {
		bits += bits_of(d, d->n + n);
		n++;
	}
	return n;
}

int64_t due_next(const struct due *d)
{
	return moment(d, d->n, d->bits);
}

void due_sent(struct due *d, uint64_t n, int64_t now_ns)
{
	if (!d->w->job->paced)
		return;
	for (uint64_t i = 0; i < n; i++, d->n++) {
		int64_t late = now_ns - moment(d, d->n, d->bits);

		pace_hist_add(&d->late, MAX(late, (int64_t)0));
		d->bits += bits_of(d, d->n);
	}
}
