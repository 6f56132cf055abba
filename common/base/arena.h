// SPDX-License-Identifier: GPL-2.0-or-later
/* arena - memory for things that are made one by one and freed together: parsers, compilers. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"

struct arena {
	struct arena_chunk *chunks;
	unsigned char *next; /* the newest chunk is free from here on */
	size_t left;	     /* so many bytes */
};

/* What arena_alloc_raw() does where the newest chunk has too little room; 'n' is aligned. */
void *arena_alloc_chunk(struct arena *a, size_t n) MUST_USE;

/* 'n' bytes of any content, aligned for any type, alive until arena_free(); NULL when out of
 * memory. */
MUST_USE static inline void *arena_alloc_raw(struct arena *a, size_t n)
{
	size_t room = ALIGN_UP(n, _Alignof(max_align_t));
	void *p = a->next;

	if (n > PTRDIFF_MAX)
		return NULL;
	if (!p || room > a->left)
		return arena_alloc_chunk(a, room);
	a->next += room;
	a->left -= room;
	return p;
}

/* The same, zeroed: only what is used, of small jobs that is little of a chunk. */
MUST_USE static inline void *arena_alloc(struct arena *a, size_t n)
{
	void *p = arena_alloc_raw(a, n);

	return p ? memset(p, 0, n) : NULL;
}

/* A copy of the 'n' bytes of 's' with a NUL behind. */
char *arena_strndup(struct arena *a, const char *s, size_t n) MUST_USE;

void arena_free(struct arena *a);

#endif
