// SPDX-License-Identifier: GPL-2.0-or-later
/* due - see due.h. */
#include "due.h"

void due_init(struct due *d, const struct worker *w)
{
	*d = (struct due){ .w = w };
}

static int64_t moment(const struct due *d, uint64_t i)
{
	return d->start_ns + plan_moment_ns(d->w->plan, d->w->index, i);
}

void due_start(struct due *d, int64_t start_ns, uint64_t n)
{
	d->start_ns = start_ns;
	d->n = n;
}

uint64_t due_count(const struct due *d, int64_t now_ns, uint64_t max)
{
	uint64_t n = 0;

	while (n < max && moment(d, d->n + n) <= now_ns)
		n++;
	return n;
}

int64_t due_next(const struct due *d)
{
	return moment(d, d->n);
}

void due_sent(struct due *d, uint64_t n, int64_t now_ns)
{
	if (!d->w->plan->paced)
		return;
	for (uint64_t i = 0; i < n; i++, d->n++)
		pace_hist_add(&d->late, MAX(now_ns - moment(d, d->n), (int64_t)0));
}
