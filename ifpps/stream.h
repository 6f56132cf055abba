// SPDX-License-Identifier: GPL-2.0-or-later
/* stream - samples to standard output, one after the other. */
#ifndef IFPPS_STREAM_H
#define IFPPS_STREAM_H

#include "sampler.h"

/* Returns 0, also when the reader went away, or -errno with 'e'. */
int stream(const struct job *job, struct sampler *sampler, struct err *e) MUST_USE;

#endif
