// SPDX-License-Identifier: GPL-2.0-or-later
/* show - what is said of a flow: its columns as text, and the whole of it as JSON. One table of
 * columns serves the screen, --once, --csv and --sort. Text of strangers (names from DNS and of
 * processes) is added raw: the canvas, CSV and JSON each make it harmless in their own way. */
#ifndef FLOWTOP_SHOW_H
#define FLOWTOP_SHOW_H

#include "filter.h"
#include "flows.h"
#include "job.h"
#include "sys/dns.h"
#include "ui/grid.h"
#include "ui/jsonw.h"

enum show_col {
	COL_PROTO, COL_STATE, COL_SRC, COL_SPORT, COL_DST, COL_DPORT, COL_PLACE, COL_AS,
	COL_PROCESS, COL_PID, COL_USER, COL_CGROUP, COL_TX, COL_RX, COL_RATE, COL_BYTES,
	COL_PACKETS, COL_AGE, COL_DURATION, COL_TIMEOUT, COL_FLAGS, COL_NAT, COL_ZONE, COL_MARK,
	COL_HELPER, N_COLS,
};

extern const struct grid_column show_cols[N_COLS];

struct show {
	const struct job *job;
	struct filter_env env;
	struct dns *dns; /* NULL: no names */
	struct services *services;
};

/* Adds the text of a column. */
void show_cell(const struct show *s, const struct flow *f, enum show_col col, struct str *out);

/* < 0, 0, > 0, rising by a column; what is not known comes first. */
int show_compare(const struct show *s, const struct flow *a, const struct flow *b,
		 enum show_col col);

/* Adds the members of a flow to the object that is open. */
void show_json(const struct show *s, const struct flow *f, struct jsonw *j);

/* Adds an address, or its name where one is known. */
void show_addr(const struct show *s, uint8_t family, const uint8_t *addr, struct str *out);

/* Adds a rate as -b asks for it: "1.25 Mbit/s" or "156 kB/s". */
void show_rate(const struct show *s, double bytes_per_s, struct str *out);

/* Bytes a second of both directions; false where no rate is known. */
bool show_flow_rate(const struct flow *f, double *ret);

#endif
