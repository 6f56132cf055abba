// SPDX-License-Identifier: GPL-2.0-or-later
/* arena - memory for things that are made one by one and freed together: parsers, compilers. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/attr.h"

struct arena {
	struct arena_chunk *chunks;
	size_t used, size; /* of the newest chunk, bytes */
};

/* 'n' zeroed bytes, aligned for any type, alive until arena_free(); NULL when out of memory. */
void *arena_alloc(struct arena *a, size_t n) MUST_USE;

/* A copy of the 'n' bytes of 's' with a NUL behind. */
char *arena_strndup(struct arena *a, const char *s, size_t n) MUST_USE;

void arena_free(struct arena *a);

#endif
