// SPDX-License-Identifier: GPL-2.0-or-later
/* timebins - see timebins.h. */
#include "base/timebins.h"

#include <stdbool.h>
#include <string.h>

#include "base/attr.h"

#define S INT64_C(1000000000)

/* The width after 'width': a multiple of it. */
static int64_t wider(int64_t width)
{
	static const int64_t over_a_second[] = { 10 * S, 60 * S, 300 * S, 600 * S, 3600 * S,
						 7200 * S, 21600 * S, 86400 * S };
	int64_t tens = 1000;

	for (size_t i = 0; width >= S && i < ARRAY_SIZE(over_a_second); i++)
		if (over_a_second[i] > width && over_a_second[i] % width == 0)
			return over_a_second[i];
	if (width >= S)
		return width > INT64_MAX / 4 ? width : width * 2;
	while (tens * 10 <= width)
		tens *= 10;
	return width == tens ? tens * 2 : tens * 10;
}

/* Number of the bin of 'width' that has 'ts'. */
static int64_t number_of(int64_t ts, int64_t width)
{
	return ts / width - (ts % width < 0);
}

static void widen(struct timebins *t)
{
	int64_t width = wider(t->width_ns), first;
	int64_t ratio = width / t->width_ns;
	uint32_t n = 0;

	first = number_of(t->first, ratio);
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t to = number_of(t->first + i, ratio) - first;
		struct timebin b = t->bin[i];

		if (to >= n) {
			n = to + 1;
			t->bin[to] = (struct timebin){ 0 };
		}
		t->bin[to].packets += b.packets;
		t->bin[to].bytes += b.bytes;
	}
	t->width_ns = width;
	t->first = first;
	t->n = n;
}

/* Makes bin 'k' be there. False if the bins are too narrow for that. */
static bool reach(struct timebins *t, int64_t k)
{
	int64_t first = MIN(t->first, k), last = MAX(t->first + t->n - 1, k);
	uint32_t more = t->first - first;

	if (last - first >= TIMEBINS)
		return false;
	if (more) {
		memmove(t->bin + more, t->bin, t->n * sizeof(t->bin[0]));
		memset(t->bin, 0, more * sizeof(t->bin[0]));
		t->first = first;
		t->n += more;
	}
	if (last - first + 1 > t->n)
		memset(t->bin + t->n, 0, (last - first + 1 - t->n) * sizeof(t->bin[0]));
	t->n = last - first + 1;
	return true;
}

void timebins_add(struct timebins *t, int64_t ts_ns, uint64_t bytes)
{
	struct timebin *b;

	if (!t->width_ns) {
		t->width_ns = 1000;
		t->first = number_of(ts_ns, t->width_ns);
	}
	while (!reach(t, number_of(ts_ns, t->width_ns)))
		widen(t);
	b = &t->bin[number_of(ts_ns, t->width_ns) - t->first];
	b->packets++;
	b->bytes += bytes;
}

int64_t timebins_start_ns(const struct timebins *t, uint32_t i)
{
	int64_t at = t->first + i;

	/* the first bin of all time begins before what can be said */
	return at < INT64_MIN / t->width_ns ? INT64_MIN : at * t->width_ns;
}

void timebins_narrow(struct timebins *t, uint32_t max)
{
	while (t->n > max)
		widen(t);
}
