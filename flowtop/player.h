// SPDX-License-Identifier: GPL-2.0-or-later
/* player - a recording in the place of the kernel: its moments one by one, in their own time, as a
 * table of flows whose rows stay where they are from one to the next. */
#ifndef FLOWTOP_PLAYER_H
#define FLOWTOP_PLAYER_H

#include "ctstat.h"
#include "filter.h"
#include "flows.h"
#include "owner.h"
#include "track.h"

struct player;

/* Opens recording 'path', to be played 'speed' times as fast (0: without waiting), with its first
 * moment due at once; 'o' (kept) learns of its owners. Returns 0 with '*ret_p' owned by the caller,
 * or -errno with 'e'. */
int player_open(const char *path, uint64_t speed, struct owners *o, struct player **ret_p,
		struct err *e) MUST_USE;
void player_close(struct player *p);

/* When the next moment is to be shown, CLOCK_MONOTONIC; INT64_MAX: it stands still. */
int64_t player_due_ns(const struct player *p);

/* Takes the next moment. Returns 1, 0 if there is none (it stands still then), or -errno with
 * 'e'. */
int player_step(struct player *p, struct err *e) MUST_USE;

/* Takes moment 'place', or the last one. Returns 0 or -errno with 'e'. */
int player_seek(struct player *p, size_t place, struct err *e) MUST_USE;
void player_pause(struct player *p, bool pause);

/* The number of the moment that is shown, and how many there are. */
size_t player_place(const struct player *p, size_t *ret_n);

struct flows *player_flows(struct player *p);

/* What was said of that moment besides. */
void player_get(const struct player *p, struct filter_env *env, struct track_stats *ret_s,
		struct ctstat_table *ret_t, double *ret_events_per_s);

#endif
