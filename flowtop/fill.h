// SPDX-License-Identifier: GPL-2.0-or-later
/* fill - who fills the table: its flows by the address that began them, and by the address that
 * they are translated to, with the ports that are in use there and when they will be used up. Knows
 * no kernel. */
#ifndef FLOWTOP_FILL_H
#define FLOWTOP_FILL_H

#include "flows.h"
#include "ui/grid.h"

/* Ports that source translation chooses from unless a rule says otherwise: 1024 to 65535
 * (net/netfilter/nf_nat_core.c, nf_nat_l4proto_unique_tuple()). */
enum { FILL_PORTS = 65536 - 1024 };

struct fill_row {
	struct ct_end who;   /* the port is 0 */
	uint8_t family;
	uint8_t proto;	     /* of an address that is translated to; 0: one that began flows */
	uint32_t entries, unreplied, assured;
	uint32_t ports;	     /* in use, of any destination; of translations alone */
	uint32_t busiest;    /* most ports to one destination and port: what is limited */
	double growth;	     /* of 'busiest', or of entries, a second */
};

struct fill;

int fill_new(struct fill **ret_f, struct err *e) MUST_USE;
void fill_free(struct fill *f);

/* Counts the flows of 't' anew at CLOCK_MONOTONIC 'now_ns'; growth is told from the second time on.
 * Beyond 65,536 addresses, or without memory, some are left out. */
void fill_count(struct fill *f, struct flows *t, int64_t now_ns);

size_t fill_rows(const struct fill *f);
const struct fill_row *fill_at(const struct fill *f, size_t i);

/* Seconds until the ports of a translation are used up, as it goes now; -1: never, or no
 * translation. */
double fill_forecast_s(const struct fill_row *r);

/* Seconds until the table of 'max' flows is full, as it goes now; -1: never. */
double fill_table_forecast_s(const struct fill *f, uint64_t max);

enum fill_col { FILL_WHAT, FILL_WHO, FILL_ENTRIES, FILL_SHARE, FILL_UNREPLIED, FILL_ASSURED,
		FILL_PORTS_USED, FILL_BUSIEST, FILL_FORECAST, N_FILL_COLS };
extern const struct grid_column fill_cols[N_FILL_COLS];

/* Adds the text of a column; compares as for qsort(), rising. */
void fill_cell(const struct fill *f, const struct fill_row *r, enum fill_col col, struct str *out);
int fill_compare(const struct fill_row *a, const struct fill_row *b, enum fill_col col);

#endif
