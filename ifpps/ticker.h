// SPDX-License-Identifier: GPL-2.0-or-later
/* ticker - the clockwork of a run: samples at absolute deadlines, taken into the state, and the
 * signals that end it. The outputs and the screen are called behind each sample. */
#ifndef IFPPS_TICKER_H
#define IFPPS_TICKER_H

#include "sampler.h"
#include "state.h"

struct ticker {
	const struct job *job;
	struct sampler *sampler;
	struct state *state;
	unsigned int needs;	    /* enum need; may change between samples */
	bool paused;		    /* no samples are taken */
	/* Called behind the first sample (NULL: nobody), and behind each other one; returns 0, 1 to
	 * end, or -errno with 'e'. */
	int (*started)(void *arg, struct err *e);
	int (*sampled)(void *arg, struct err *e);
	/* Called when standard input is readable, or the window has another size; NULL: neither is
	 * looked at. */
	int (*input)(void *arg, bool resized, struct err *e);
	void *arg;
	struct side *side; /* the ticker's own */
	int timer;
};

/* Takes the first sample, which has no rates yet, and then one every interval until the count
 * of the job is reached, a callback ends it or a signal does. The first sample says
 * which devices there are: a device that was named and is not is an error.
 * Returns 0 or -errno with 'e'. */
int ticker_run(struct ticker *t, struct err *e) MUST_USE;

/* Of a recording that is played: goes to sample 'place' (cut to those there are), and takes those
 * before it anew that the history needs; what is paused stays so. Returns 0 or -errno with
 * 'e'. */
int ticker_seek(struct ticker *t, size_t place, struct err *e) MUST_USE;

#endif
