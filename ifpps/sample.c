// SPDX-License-Identifier: GPL-2.0-or-later
/* sample - see sample.h. */
#include "sample.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int sample_room_links(struct sample *s, size_t n, struct err *e)
{
	size_t max = MAX(n, s->max_links * 2);
	struct link *grown;

	if (n <= s->max_links)
		return 0;
	if (n > SAMPLE_LINKS_MAX)
		return err_set(e, EFBIG, "%zu network devices are more than %d", n,
			       SAMPLE_LINKS_MAX);
	grown = reallocarray(s->links, max, sizeof(*grown));
	if (!grown)
		return err_sys(e, ENOMEM, "%zu network devices", n);
	memset(grown + s->max_links, 0, (max - s->max_links) * sizeof(*grown));
	s->links = grown;
	s->max_links = max;
	return 0;
}

int sample_room_cpus(struct sample *s, size_t n, struct err *e)
{
	struct host *h = &s->host;
	struct cpu *grown;

	if (n > SAMPLE_CPUS_MAX)
		return err_set(e, EFBIG, "CPU %zu: at most %d are known", n - 1, SAMPLE_CPUS_MAX);
	if (n > h->max_cpus) {
		grown = reallocarray(h->cpu, n, sizeof(*grown));
		if (!grown)
			return err_sys(e, ENOMEM, "%zu CPUs", n);
		memset(grown + h->max_cpus, 0, (n - h->max_cpus) * sizeof(*grown));
		h->cpu = grown;
		h->max_cpus = n;
	}
	h->n_cpus = MAX(h->n_cpus, n);
	return 0;
}

static int by_index(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

void sample_sort(struct sample *s)
{
	size_t n = 0;

	if (s->n_links)
		qsort(s->links, s->n_links, sizeof(*s->links), by_index);
	for (size_t i = 0; i < s->n_links; i++)
		if (!n || s->links[n - 1].ifindex != s->links[i].ifindex)
			s->links[n++] = s->links[i];
	s->n_links = n;
}

void sample_free(struct sample *s)
{
	free(s->links);
	free(s->host.cpu);
	*s = (struct sample){ 0 };
}
