// SPDX-License-Identifier: GPL-2.0-or-later
/* sampler - where samples come from: the kernel, a recorded /proc and /sys below a folder, or a
 * recording. */
#ifndef IFPPS_SAMPLER_H
#define IFPPS_SAMPLER_H

#include "base/str.h"
#include "job.h"
#include "links.h"
#include "notes.h"
#include "sample.h"

struct sampler;

/* Opens the source that 'job' (kept) names. Returns 0 with '*ret_s', or -errno with 'e'. */
int sampler_open(const struct job *job, struct sampler **ret_s, struct err *e) MUST_USE;
void sampler_close(struct sampler *s);
void sampler_close_p(struct sampler **s);

/* The next sample of what 'needs' (enum need) names; 's' is that of the call before, or zeroed.
 * Returns 0 or -errno with 'e' (-ENODATA, without a sentence: the recording is over). */
int sampler_read(struct sampler *r, unsigned int needs, struct sample *s,
		 struct err *e) MUST_USE;

/* True if it is a recording that is played: its moments are those of then. */
bool sampler_plays(const struct sampler *r);

/* True if it is the kernel that runs here. */
bool sampler_lives(const struct sampler *r);

/* How far a recording is, and how far it goes; the real time in ns from the sample read last to the
 * next one, -1: there is none. */
size_t sampler_place(const struct sampler *r, size_t *ret_n);
int64_t sampler_gap_ns(const struct sampler *r);

/* The next sample read is that of 'place' (below the number of them). */
void sampler_seek(struct sampler *r, size_t place);

/* For views; nothing where the source has none: calls 'fn' for each queueing discipline, adds the
 * text of a file of /proc to an emptied 'ret'. Return 0 or -errno with 'e'. */
int sampler_qdiscs(struct sampler *r, links_qdisc_fn fn, void *arg, struct err *e) MUST_USE;
int sampler_text(struct sampler *r, const char *path, struct str *ret, struct err *e) MUST_USE;

/* Where the run is recorded (--record), what a view asked of the kernel by itself goes into this
 * emptied text, to be kept with the sample; NULL: it is not, or there are too many notes. */
struct str *sampler_note(struct sampler *r, const char *name);

/* What was noted with the sample read last of a recording; false: nothing of that name. */
bool sampler_noted(const struct sampler *r, const char *name, struct cur *ret);

/* All notes of the sample read last. */
const struct notes *sampler_notes(const struct sampler *r);

/* Whose interrupts NEED_INTERRUPTS counts. */
void sampler_watch(struct sampler *r, const char *dev);

#endif
