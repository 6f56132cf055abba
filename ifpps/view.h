// SPDX-License-Identifier: GPL-2.0-or-later
/* view - the views of the screen: each draws the state on a canvas, and knows nothing of the
 * terminal. */
#ifndef IFPPS_VIEW_H
#define IFPPS_VIEW_H

#include "drops.h"
#include "job.h"
#include "queues.h"
#include "state.h"
#include "ui/fmt.h"
#include "ui/grid.h"

/* The title in the first row, of the machine called 'host'. */
void view_title(const struct job *job, const struct state *st, const char *host, bool frozen,
		struct canvas *c);

/* Context switches, processes and memory in a row, where they were read. */
void view_machine(const struct state *st, struct canvas *c, unsigned int row);

/* The table of devices. */
struct view_table {
	const struct job *job;
	const struct state *st;
	struct grid *grid;
	uint32_t *rows; /* places in st->ifaces.v */
	size_t n_rows, n_folded;
	bool unfolded; /* virtual devices that nobody misses are shown too */
	bool binary;   /* units of 1024 */
	uint64_t history[HISTORY];
};

int view_table_open(struct view_table *v, const struct job *job, const struct state *st,
		    struct err *e) MUST_USE;
void view_table_close(struct view_table *v);

/* The state has changed, or which rows are shown. Returns 0, or -ENOMEM with 'e'. */
int view_table_update(struct view_table *v, struct err *e) MUST_USE;

/* Shows rates in bytes, or in bits. */
void view_table_bytes(struct view_table *v, bool bytes);

/* Shows the shares of the line rate besides. */
void view_table_shares(struct view_table *v);

/* The device under the cursor; NULL: none. */
const struct iface *view_table_cursor(const struct view_table *v);

/* One device in depth, and the CPUs below it: from row 'top' on, 'height' rows. */
struct view_look {
	bool bytes, binary; /* units */
	bool to_line_rate;  /* scale of the graphs */
	bool median;
	bool share; /* of the line rate */
	char radio[64]; /* signal of a wireless device; "" none */
};
void view_detail(const struct job *job, const struct state *st, int ifindex,
		 const struct view_look *look, struct canvas *c, unsigned int top,
		 unsigned int height);

/* The ledger of drops of one device, and of what belongs to none. */
struct view_drops {
	const struct drops *drops;
	struct grid *grid;
	uint32_t *rows; /* places in drops->line */
};

int view_drops_open(struct view_drops *v, const struct drops *d, struct err *e) MUST_USE;
void view_drops_close(struct view_drops *v);
int view_drops_update(struct view_drops *v, int ifindex, struct err *e) MUST_USE;

/* Queues, NAPI instances, interrupts and CPUs of the device called 'name'. */
void view_queues(const struct queues *q, const struct state *st, const char *name, struct canvas *c,
		 unsigned int top, unsigned int height);

/* The CPUs that work most, the one that works least, averages and medians. Returns the row behind
 * the last one. */
unsigned int view_cpu(const struct job *job, const struct state *st, bool median, struct canvas *c,
		      unsigned int top, unsigned int height);

#endif
