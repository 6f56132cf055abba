// SPDX-License-Identifier: GPL-2.0-or-later
/* sampler - where samples come from: the kernel, or a recorded /proc and /sys below a folder. */
#ifndef IFPPS_SAMPLER_H
#define IFPPS_SAMPLER_H

#include "job.h"
#include "sample.h"

struct sampler;

/* Opens the source that 'job' (kept) names. Returns 0 with '*ret_s', or -errno with 'e'. */
int sampler_open(const struct job *job, struct sampler **ret_s, struct err *e) MUST_USE;
void sampler_close(struct sampler *s);
void sampler_close_p(struct sampler **s);

/* The next sample of what 'needs' (enum need) names; 's' is that of the call before, or zeroed.
 * Returns 0 or -errno with 'e'. */
int sampler_read(struct sampler *r, unsigned int needs, struct sample *s,
		 struct err *e) MUST_USE;

/* Whose interrupts NEED_INTERRUPTS counts. */
void sampler_watch(struct sampler *r, const char *dev);

#endif
