// SPDX-License-Identifier: GPL-2.0-or-later
/* heavy - see heavy.h. A hash with linear probing finds entries; a heap with the fewest bytes at
 * its root is kept only once the table is full, so that counting costs little before. */
#include "base/heavy.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

struct heavy {
	uint64_t seed, replaced;
	uint32_t n, max;
	uint32_t mask;  /* slots less one */
	uint32_t *slot; /* index of an entry plus 1, 0: free */
	uint32_t *heap; /* indexes of entries */
	struct heavy_entry *e;
};

struct heavy *heavy_new(uint32_t n_entries, uint64_t seed)
{
	struct heavy *h = calloc(1, sizeof(*h));
	uint32_t slots = 4;

	if (!h)
		return NULL;
	while (slots < n_entries * 2)
		slots *= 2;
	h->seed = seed;
	h->max = n_entries;
	h->mask = slots - 1;
	h->slot = calloc(slots, sizeof(*h->slot));
	h->heap = calloc(n_entries, sizeof(*h->heap));
	h->e = calloc(n_entries, sizeof(*h->e));
	if (h->slot && h->heap && h->e)
		return h;
	heavy_free(h);
	return NULL;
}

void heavy_free(struct heavy *h)
{
	if (!h)
		return;
	free(h->slot);
	free(h->heap);
	free(h->e);
	free(h);
}

static uint32_t home(const struct heavy *h, const uint8_t *key)
{
	return hash_bytes(key, HEAVY_KEY_BYTES, h->seed) & h->mask;
}

/* The slot that has 'key', or the free one where it belongs. */
static uint32_t find(const struct heavy *h, const uint8_t *key)
{
	uint32_t at = home(h, key);

	while (h->slot[at] && memcmp(h->e[h->slot[at] - 1].key, key, HEAVY_KEY_BYTES) != 0)
		at = (at + 1) & h->mask;
	return at;
}

/* Frees slot 'at' and moves up those that were pushed behind it. */
static void clear_slot(struct heavy *h, uint32_t at)
{
	for (uint32_t next = (at + 1) & h->mask; h->slot[next]; next = (next + 1) & h->mask) {
		uint32_t want = home(h, h->e[h->slot[next] - 1].key);

		if (((next - want) & h->mask) < ((next - at) & h->mask))
			continue;
		h->slot[at] = h->slot[next];
		at = next;
	}
	h->slot[at] = 0;
}

static void place(struct heavy *h, uint32_t at, uint32_t index)
{
	h->heap[at] = index;
	h->e[index].heap_at = at;
}

/* The entry at 'at' of the heap has grown: brings it down. */
static void sink(struct heavy *h, uint32_t at)
{
	uint32_t index = h->heap[at];

	for (;;) {
		uint32_t child = at * 2 + 1;

		if (child >= h->n)
			break;
		if (child + 1 < h->n && h->e[h->heap[child + 1]].bytes < h->e[h->heap[child]].bytes)
			child++;
		if (h->e[h->heap[child]].bytes >= h->e[index].bytes)
			break;
		place(h, at, h->heap[child]);
		at = child;
	}
	place(h, at, index);
}

static void build_heap(struct heavy *h)
{
	for (uint32_t i = 0; i < h->n; i++)
		place(h, i, i);
	for (uint32_t i = h->n / 2; i > 0; i--)
		sink(h, i - 1);
}

/* Gives 'key', which is not there, an entry. */
static uint32_t take(struct heavy *h, const uint8_t *key, uint32_t at)
{
	uint32_t index;

	if (h->n < h->max) {
		index = h->n++;
		memcpy(h->e[index].key, key, HEAVY_KEY_BYTES);
		h->slot[at] = index + 1;
		if (h->n == h->max)
			build_heap(h);
		return index;
	}
	index = h->heap[0];
	clear_slot(h, find(h, h->e[index].key));
	h->e[index] = (struct heavy_entry){ .bytes = h->e[index].bytes,
					    .over_bytes = h->e[index].bytes };
	memcpy(h->e[index].key, key, HEAVY_KEY_BYTES);
	h->slot[find(h, key)] = index + 1;
	h->replaced++;
	return index;
}

void heavy_add(struct heavy *h, const uint8_t key[HEAVY_KEY_BYTES], uint64_t bytes, bool sent)
{
	uint32_t at = find(h, key), index = h->slot[at];
	struct heavy_entry *e;

	index = index ? index - 1 : take(h, key, at);
	e = &h->e[index];
	e->packets++;
	e->bytes += bytes;
	if (sent) {
		e->sent_packets++;
		e->sent_bytes += bytes;
	}
	if (h->n == h->max)
		sink(h, e->heap_at);
}

uint32_t heavy_top(const struct heavy *h, uint32_t max, const struct heavy_entry **ret_e)
{
	uint32_t n = 0, at;

	for (uint32_t i = 0; i < h->n; i++) {
		const struct heavy_entry *e = &h->e[i];

		if (n == max && (!max || e->bytes <= ret_e[n - 1]->bytes))
			continue;
		if (n < max)
			n++;
		for (at = n - 1; at > 0 && ret_e[at - 1]->bytes < e->bytes; at--)
			ret_e[at] = ret_e[at - 1];
		ret_e[at] = e;
	}
	return n;
}

uint32_t heavy_n(const struct heavy *h)
{
	return h->n;
}

uint64_t heavy_replaced(const struct heavy *h)
{
	return h->replaced;
}
