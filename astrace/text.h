// SPDX-License-Identifier: GPL-2.0-or-later
/* text - a trace for people: a heading, a line a hop as soon as it is known, a last word. Used by
 * engine. */
#ifndef ASTRACE_TEXT_H
#define ASTRACE_TEXT_H

#include "base/str.h"
#include "know.h"
#include "target.h"

/* Adds the lines that 't' has ready at 'now_ns' and that were not added before. The heading comes
 * with the first; the last word when it is done. True when all of it was added. */
bool text_progress(struct target *t, const struct job *job, struct know *k, int64_t now_ns,
		   struct str *out);

/* Adds the names that came too late for their hop's line. */
void text_late_names(const struct target *t, struct know *k, struct str *out);

/* Round trip as "12.3 ms". */
void text_rtt(struct str *out, int64_t ns);

#endif
