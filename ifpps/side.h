// SPDX-License-Identifier: GPL-2.0-or-later
/* side - what a run writes besides the screen or the text: a recording, a file of metrics, answers
 * to --listen, a picture at the end. Called by the ticker. */
#ifndef IFPPS_SIDE_H
#define IFPPS_SIDE_H

#include "job.h"
#include "notes.h"
#include "state.h"

struct side;

/* Opens what 'job' names; 'job', 'st' and 'notes', of each sample, are kept. Returns 0 with
 * '*ret_s', or -errno with 'e'. */
int side_open(const struct job *job, const struct state *st, const struct notes *notes,
	      struct side **ret_s, struct err *e) MUST_USE;

/* A sample was taken. Returns 0 or -errno with 'e'. */
int side_sampled(struct side *s, struct err *e) MUST_USE;

/* A descriptor to wait on for reading, -1: none; then call side_turn(), and now and then anyway. */
int side_fd(const struct side *s);
void side_turn(struct side *s);

/* Ends it all, with the picture if 'ok'. Returns 0 or -errno with 'e'. NULL: 0. */
int side_close(struct side *s, bool ok, struct err *e) MUST_USE;

#endif
