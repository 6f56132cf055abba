// SPDX-License-Identifier: GPL-2.0-or-later
/* window - which message numbers of one sending queue have been received: each may come once, in
 * any order, as long as it is less than WINDOW_SIZE behind the highest. The ring of words is RFC
 * 6479's. */
#ifndef CURVETUN_WINDOW_H
#define CURVETUN_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

enum { WINDOW_SIZE = 8192, WINDOW_WORDS = 2 * WINDOW_SIZE / 64 };

/* All zero before the first number. */
struct window {
	uint64_t next; /* highest number received, plus one */
	uint64_t words[WINDOW_WORDS];
};

/* True if 'number' may still be accepted. Changes nothing, so it may be asked of what is not yet
 * authentic. */
bool window_fresh(const struct window *w, uint64_t number);

/* Marks 'number' (less than UINT64_MAX, authentic and fresh) as received. */
void window_mark(struct window *w, uint64_t number);

#endif
