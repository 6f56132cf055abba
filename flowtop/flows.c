// SPDX-License-Identifier: GPL-2.0-or-later
/* flows - see flows.h. Rows lie in pieces of a fixed size, so that a million of them are neither
 * moved nor asked for one by one. */
#include "flows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { PIECE_ROWS = 4096, MAX_PIECES = 1 << 14, FIRST_BUCKETS = 1 << 12 };

struct piece {
	struct flow rows[PIECE_ROWS];
	uint32_t expires_s[PIECE_ROWS]; /* beside the rows: looked at each second */
};

struct flows {
	uint64_t seed;
	struct piece *pieces[MAX_PIECES];
	uint32_t n_rows, n_used, free;
	uint32_t *buckets, n_buckets; /* a power of two */
};

int flows_new(uint64_t seed, struct flows **ret_t, struct err *e)
{
	struct flows *t = calloc(1, sizeof(*t));

	if (t)
		t->buckets = malloc(FIRST_BUCKETS * sizeof(*t->buckets));
	if (!t || !t->buckets) {
		free(t);
		return err_set(e, ENOMEM, "out of memory");
	}
	t->seed = seed;
	t->free = FLOWS_NONE;
	t->n_buckets = FIRST_BUCKETS;
	memset(t->buckets, 0xff, FIRST_BUCKETS * sizeof(*t->buckets));
	*ret_t = t;
	return 0;
}

void flows_free(struct flows *t)
{
	if (!t)
		return;
	for (unsigned int i = 0; i < MAX_PIECES && t->pieces[i]; i++)
		free(t->pieces[i]);
	free(t->buckets);
	free(t);
}

void flows_free_p(struct flows **t)
{
	flows_free(*t);
}

struct flow *flows_at(struct flows *t, uint32_t row)
{
	return &t->pieces[row / PIECE_ROWS]->rows[row % PIECE_ROWS];
}

static const struct flow *at(const struct flows *t, uint32_t row)
{
	return &t->pieces[row / PIECE_ROWS]->rows[row % PIECE_ROWS];
}

static uint32_t *bucket(const struct flows *t, const struct ct_key *key)
{
	return &t->buckets[hash_bytes(key, sizeof(*key), t->seed) & (t->n_buckets - 1)];
}

uint32_t flows_find(const struct flows *t, const struct ct_key *key)
{
	uint32_t row = *bucket(t, key);

	while (row != FLOWS_NONE && memcmp(&at(t, row)->ct.key, key, sizeof(*key)))
		row = at(t, row)->next;
	return row;
}

static void link_row(struct flows *t, uint32_t row)
{
	uint32_t *head = bucket(t, &at(t, row)->ct.key);

	flows_at(t, row)->next = *head;
	*head = row;
}

/* Twice the buckets. Without memory for them the chains get longer, which is no failure. */
static void grow(struct flows *t)
{
	uint32_t n = t->n_buckets * 2, *more = malloc(n * sizeof(*more));

	if (!more)
		return;
	free(t->buckets);
	t->buckets = more;
	t->n_buckets = n;
	memset(more, 0xff, n * sizeof(*more));
	for (uint32_t row = 0; row < t->n_rows; row++)
		if (at(t, row)->used)
			link_row(t, row);
}

uint32_t flows_add(struct flows *t, const struct ct *c)
{
	uint32_t row = t->free;
	struct piece **piece;

	if (row == FLOWS_NONE) {
		row = t->n_rows;
		if (row / PIECE_ROWS >= MAX_PIECES)
			return FLOWS_NONE;
		piece = &t->pieces[row / PIECE_ROWS];
		if (!*piece)
			*piece = malloc(sizeof(**piece));
		if (!*piece)
			return FLOWS_NONE;
		t->n_rows++;
	} else {
		t->free = at(t, row)->next;
	}
	*flows_at(t, row) = (struct flow){ .ct = *c, .used = true };
	flows_set_expiry(t, row, FLOWS_NONE);
	if (++t->n_used > t->n_buckets)
		grow(t); /* which links the rows that are in use, this one too */
	if (flows_find(t, &c->key) == FLOWS_NONE)
		link_row(t, row);
	return row;
}

void flows_del(struct flows *t, uint32_t row)
{
	struct flow *f = flows_at(t, row);
	uint32_t *at_row = bucket(t, &f->ct.key);

	while (*at_row != row)
		at_row = &flows_at(t, *at_row)->next;
	*at_row = f->next;
	flows_set_expiry(t, row, FLOWS_NONE);
	f->used = false;
	f->next = t->free;
	t->free = row;
	t->n_used--;
}

void flows_set_expiry(struct flows *t, uint32_t row, uint32_t when_s)
{
	t->pieces[row / PIECE_ROWS]->expires_s[row % PIECE_ROWS] = when_s;
}

uint32_t flows_expiry(const struct flows *t, uint32_t row)
{
	return t->pieces[row / PIECE_ROWS]->expires_s[row % PIECE_ROWS];
}

bool flows_expired(const struct flows *t, uint32_t now_s, uint32_t *at_row, uint32_t *ret_row)
{
	while (*at_row < t->n_rows) {
		uint32_t row = (*at_row)++;

		if (flows_expiry(t, row) <= now_s) {
			*ret_row = row;
			return true;
		}
	}
	return false;
}

uint32_t flows_rows(const struct flows *t)
{
	return t->n_rows;
}

uint32_t flows_count(const struct flows *t)
{
	return t->n_used;
}

void flow_count(struct flow *f, const struct ct *c, int64_t now_ns)
{
	double seconds = (now_ns - f->counted_ns) / 1e9;
	unsigned int d;

	if (!c->has_counters)
		return;
	/* Counters that went back are those of another connection. */
	for (d = 0; d < CT_DIRS; d++)
		if (c->bytes[d] < f->ct.bytes[d] || c->packets[d] < f->ct.packets[d])
			f->counted_ns = 0;
	for (d = 0; d < CT_DIRS && f->counted_ns && seconds > 0.05; d++) {
		f->byte_rate[d] = (c->bytes[d] - f->ct.bytes[d]) / seconds;
		f->packet_rate[d] = (c->packets[d] - f->ct.packets[d]) / seconds;
		f->has_rate = true;
	}
	if (f->counted_ns && seconds <= 0.05)
		return; /* too short for a rate: the next one covers it */
	for (d = 0; d < CT_DIRS; d++) {
		f->ct.bytes[d] = c->bytes[d];
		f->ct.packets[d] = c->packets[d];
	}
	f->ct.has_counters = true;
	f->counted_ns = now_ns;
}

void flow_replace(struct flow *f, const struct flow *from)
{
	uint32_t next = f->next;

	*f = *from;
	f->next = next;
}
