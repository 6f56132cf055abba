// SPDX-License-Identifier: GPL-2.0-or-later
/* flight - see flight.h. */
#include "flight.h"

#include <errno.h>
#include <inttypes.h>

#include "base/log.h"
#include "out.h"
#include "sys/clock.h"

/* Lent blocks of one ring, oldest first. */
struct held {
	struct block *blocks; /* ring buffer of 'cap' */
	uint32_t cap, first, n;
	uint32_t keep; /* more than these are let go */
};

struct flight {
	struct setup *setup;
	struct held *held; /* one a lane */
	bool recording, file_open;
	int64_t until_ns;
	uint64_t n_records;
};

int flight_open(struct setup *s, struct flight **ret_f, struct err *e)
{
	struct flight *f = calloc(1, sizeof(*f));
	uint64_t wanted = s->job->flight_bytes;
	uint32_t i, n;

	if (f)
		f->held = calloc(s->n_lanes, sizeof(*f->held));
	if (!f || !f->held) {
		free(f);
		return err_set(e, ENOMEM, "out of memory");
	}
	f->setup = s;
	*ret_f = f;
	for (i = 0; i < s->n_lanes; i++) {
		n = ring_rx_n_blocks(s->lanes[i].ring);
		/* The rest of the ring is where new packets go meanwhile. */
		f->held[i].keep = MAX((uint64_t)n * wanted / (wanted + FLIGHT_EXTRA_BYTES), 1ull);
		f->held[i].cap = n;
		f->held[i].blocks = calloc(n, sizeof(struct block));
		if (!f->held[i].blocks)
			return err_set(e, ENOMEM, "out of memory");
	}
	return 0;
}

void flight_close(struct flight *f)
{
	uint32_t i;

	if (!f)
		return;
	for (i = 0; i < f->setup->n_lanes; i++)
		free(f->held[i].blocks);
	free(f->held);
	free(f);
}

static struct block *oldest(struct held *h)
{
	return &h->blocks[h->first];
}

static void let_go(struct flight *f, uint32_t i)
{
	struct held *h = &f->held[i];

	h->first = (h->first + 1) % h->cap;
	h->n--;
	ring_rx_put(f->setup->lanes[i].ring);
}

static void add_count(struct lane *l, const struct out_count *c)
{
	l->written += c->written;
	l->written_bytes += c->written_bytes;
	l->not_written += c->not_written;
}

/* Writes all that lane 'i' holds and gives it back. */
static int write_held(struct flight *f, uint32_t i, struct err *e)
{
	struct lane *l = &f->setup->lanes[i];
	struct held *h = &f->held[i];
	struct out *o = f->setup->outs[0];
	struct out_count c;
	uint32_t room, n, k;
	int rc, flushed;

	while (h->n) {
		room = out_room(o);
		for (rc = 0, n = 0; !rc && n < MIN(room, h->n); n++) {
			rc = out_block(o, &h->blocks[(h->first + n) % h->cap], i, UINT64_MAX, &c,
				       e);
			add_count(l, &c);
		}
		flushed = out_flush(o, &c, rc ? NULL : e);
		rc = rc ? rc : flushed;
		add_count(l, &c);
		for (k = 0; k < n; k++)
			let_go(f, i);
		if (rc)
			return rc;
	}
	return 0;
}

static bool matches(struct flight *f, const struct block *b)
{
	uint32_t pos = 0;
	struct pkt p;

	while (f->setup->trigger && block_next(b, &pos, &p))
		if (setup_match(f->setup->trigger, &p))
			return true;
	return false;
}

int flight_turn(struct flight *f, uint32_t i, struct err *e)
{
	struct lane *l = &f->setup->lanes[i];
	struct held *h = &f->held[i];
	struct block b;
	int n = 0, rc = 0;

	while (!rc && ring_rx_get(l->ring, &b)) {
		n++;
		h->blocks[(h->first + h->n++) % h->cap] = b;
		if (b.drops)
			rc = flight_trigger(f, "loss", e);
		else if (matches(f, &b))
			rc = flight_trigger(f, "packet", e);
		if (!rc && f->recording)
			rc = write_held(f, i, e);
		for (; h->n > h->keep; let_go(f, i))
			l->rejected += oldest(h)->n_pkts;
	}
	return rc ? rc : n;
}

int flight_trigger(struct flight *f, const char *why, struct err *e)
{
	uint32_t i;
	int rc = 0;

	/* The packets before the event are in blocks that close within their retire time. */
	f->until_ns = clock_mono_ns() + (int64_t)f->setup->job->flight_after_ns +
		      (int64_t)f->setup->retire_ms * 2 * 1000000;
	if (f->recording)
		return 0;
	log_warn("flight recorder: written because of %s", why);
	if (!f->file_open)
		rc = out_begin(f->setup->outs[0], e);
	if (rc)
		return rc;
	f->file_open = f->recording = true;
	f->n_records++;
	for (i = 0; !rc && i < f->setup->n_lanes; i++)
		rc = write_held(f, i, e);
	return rc;
}

int flight_tick(struct flight *f, struct err *e)
{
	if (f->recording && clock_mono_ns() >= f->until_ns) {
		f->recording = false;
		log_warn("flight recorder: recording %" PRIu64 " is complete", f->n_records);
		/* A folder gets a file for each; a single file goes on. */
		if (f->setup->job->sink == SINK_FOLDER) {
			f->file_open = false;
			return out_end(f->setup->outs[0], e);
		}
	}
	return f->file_open ? out_tick(f->setup->outs[0], e) : 0;
}

void flight_end(struct flight *f, int failed)
{
	struct lane *l;
	uint32_t i;

	if (f->recording && !failed)
		return;
	for (i = 0; i < f->setup->n_lanes; i++) {
		l = &f->setup->lanes[i];
		for (; f->held[i].n; let_go(f, i))
			*(f->recording ? &l->not_written : &l->rejected) +=
				oldest(&f->held[i])->n_pkts;
	}
}
