// SPDX-License-Identifier: GPL-2.0-or-later
/* watch - the live screen (--watch): a line a path, and below them the hops of one of them. Shows
 * copies of what was counted, so that it can be frozen while the counting goes on. Used by engine.
 */
#ifndef ASTRACE_WATCH_H
#define ASTRACE_WATCH_H

#include "job.h"
#include "know.h"
#include "target.h"
#include "ui/grid.h"

struct watch;

/* Takes over the terminal. Returns 0 with '*ret_w' owned by the caller, or -errno with 'e'. */
int watch_open(const struct job *job, struct know *k, struct watch **ret_w, struct err *e) MUST_USE;
void watch_close(struct watch *w);

/* Copies what is known of the 'n' targets at 'now_ns', and draws it, when it is time to.
 * Returns 0, or -ENOMEM with 'e'. */
int watch_show(struct watch *w, struct target *targets, unsigned int n, int64_t now_ns,
	       struct err *e) MUST_USE;

/* What a key asks of the engine. */
enum watch_wish { WATCH_NOTHING, WATCH_QUIT, WATCH_RESET, WATCH_AGAIN };

/* Takes keys that wait, after a change of size if 'resized'. Returns enum watch_wish, or -ENOMEM
 * with 'e'. */
int watch_input(struct watch *w, bool resized, struct err *e) MUST_USE;

/* A hop as it is shown. */
struct watch_row {
	uint8_t ttl;
	struct cycles_hop hop;
	uint32_t lost; /* without those that are still waited for */
	enum cycles_verdict verdict;
};

/* The table of hops (watchgrid.c): a grid over 'rows'. */
struct watch_grid {
	struct grid *grid;
	struct know *know;
	struct watch_row *rows; /* owned */
	unsigned int n_rows;
	uint32_t n_cycles;
	uint64_t spark[CYCLES_RING];
};
int watch_grid_open(struct watch_grid *g, struct know *k, struct err *e) MUST_USE;
void watch_grid_close(struct watch_grid *g);

/* The round trips of the last 'n' (at most CYCLES_RING) of 'n_cycles' cycles in ns into 'ret',
 * CANVAS_NO_VALUE where none is. Returns how many there are. */
size_t watch_history(const struct cycles_hop *h, uint32_t n_cycles, size_t n,
		     uint64_t ret[CYCLES_RING]);

/* "12.3" milliseconds in six columns or less. */
void watch_ms(struct str *out, double ms);

#endif
