// SPDX-License-Identifier: GPL-2.0-or-later
/* group - flows that have something in common as one row: how many, their bytes and rates. Made
 * anew from the table each time it is shown; what a group is called is text of the flow. */
#ifndef FLOWTOP_GROUP_H
#define FLOWTOP_GROUP_H

#include "show.h"

enum { GROUP_NAME = 96 };

struct group {
	char name[GROUP_NAME];
	uint32_t flows, unreplied, uncounted;
	double bytes, packets, byte_rate[CT_DIRS];
};

struct groups;

int groups_new(struct groups **ret_g, struct err *e) MUST_USE;
void groups_free(struct groups *g);
void groups_free_p(struct groups **g);

/* Begins anew; then takes the flows one by one. */
void groups_clear(struct groups *g);
int groups_add(struct groups *g, const struct show *s, const struct flow *f,
	       struct err *e) MUST_USE;

size_t groups_count(const struct groups *g);
const struct group *groups_at(const struct groups *g, size_t i);

enum group_col { GROUP_COL_NAME, GROUP_COL_FLOWS, GROUP_COL_UNREPLIED, GROUP_COL_TX, GROUP_COL_RX,
		 GROUP_COL_RATE, GROUP_COL_BYTES, GROUP_COL_PACKETS, N_GROUP_COLS };
extern const struct grid_column group_cols[N_GROUP_COLS];

/* As show_cell(), show_compare() and show_json(). */
void group_cell(const struct show *s, const struct group *g, enum group_col col, struct str *out);
int group_compare(const struct group *a, const struct group *b, enum group_col col);
void group_json(const struct group *g, struct jsonw *j);

/* The name of the group that 'f' belongs to. */
void group_name(const struct show *s, const struct flow *f, struct str *out);

#endif
