// SPDX-License-Identifier: GPL-2.0-or-later
/* heavy - who has the most, in bounded memory: the Space-Saving algorithm (Metwally, Agrawal and
 * El Abbadi 2005). Until the table is full all counts are exact. Then a newcomer takes the place of
 * the entry with the fewest bytes and begins with these: its bytes are at most 'over_bytes' too
 * many, its packets and what it sent are counted from there on. Whoever has more than the Nth part
 * of all bytes is in a table of N. Allocates at the beginning only. */
#ifndef BASE_HEAVY_H
#define BASE_HEAVY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

enum { HEAVY_KEY_BYTES = 40 };

struct heavy_entry {
	uint8_t key[HEAVY_KEY_BYTES]; /* unused bytes are zero */
	uint64_t packets, bytes;
	uint64_t sent_packets, sent_bytes; /* of these, added with 'sent' */
	uint64_t over_bytes;
	uint32_t heap_at; /* own business of heavy */
};

struct heavy;

/* A table of 'n_entries' (at least 1) for keys whose hash begins with 'seed', which nobody outside
 * should know. NULL when out of memory. */
struct heavy *heavy_new(uint32_t n_entries, uint64_t seed) MUST_USE;
void heavy_free(struct heavy *h);

/* Counts a packet of 'bytes' for 'key'. */
void heavy_add(struct heavy *h, const uint8_t key[HEAVY_KEY_BYTES], uint64_t bytes, bool sent);

/* Up to 'max' entries with the most bytes, these first; returns their number. They stay until the
 * next heavy_add(). */
uint32_t heavy_top(const struct heavy *h, uint32_t max, const struct heavy_entry **ret_e);

/* Entries in use, and how often one had to make room. */
uint32_t heavy_n(const struct heavy *h);
uint64_t heavy_replaced(const struct heavy *h);

#endif
