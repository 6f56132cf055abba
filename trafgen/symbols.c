// SPDX-License-Identifier: GPL-2.0-or-later
/* symbols - see symbols.h. Open addressing, at most half full. */
#include "symbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

static struct symbol *place_of(const struct symbols *s, const char *name, size_t n)
{
	size_t i = hash_bytes(name, n, 0);

	for (;; i++) {
		struct symbol *at = &s->slots[i & (s->cap - 1)];

		if (!at->name || (at->n == n && memcmp(at->name, name, n) == 0))
			return at;
	}
}

static int grow(struct symbols *s)
{
	struct symbols more = { .n = s->n, .cap = s->cap ? s->cap * 2 : 64 };

	more.slots = calloc(more.cap, sizeof(*more.slots));
	if (!more.slots)
		return -ENOMEM;
	for (size_t i = 0; i < s->cap; i++)
		if (s->slots[i].name)
			*place_of(&more, s->slots[i].name, s->slots[i].n) = s->slots[i];
	free(s->slots);
	*s = more;
	return 0;
}

int symbols_add(struct symbols *s, const char *name, size_t n, uint32_t number)
{
	if (2 * s->n >= s->cap && grow(s))
		return -ENOMEM;
	*place_of(s, name, n) = (struct symbol){ name, n, number };
	s->n++;
	return 0;
}

const struct symbol *symbols_find(const struct symbols *s, const char *name, size_t n)
{
	const struct symbol *at = s->cap ? place_of(s, name, n) : NULL;

	return at && at->name ? at : NULL;
}

void symbols_free(struct symbols *s)
{
	free(s->slots);
	*s = (struct symbols){ 0 };
}
