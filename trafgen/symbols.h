// SPDX-License-Identifier: GPL-2.0-or-later
/* symbols - names that a script gives to its streams and variables, and the number of each. Zeroed,
 * a table is empty. Names are kept by reference: they stand in the script. */
#ifndef TRAFGEN_SYMBOLS_H
#define TRAFGEN_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct symbol {
	const char *name; /* NULL: free */
	uint32_t n, number;
};

struct symbols {
	struct symbol *slots;
	size_t n, cap; /* a power of two */
};

/* Adds the 'n' bytes of 'name', which are not in there. 0 or -ENOMEM. */
int symbols_add(struct symbols *s, const char *name, size_t n, uint32_t number) MUST_USE;

/* The symbol of that name, or NULL. */
const struct symbol *symbols_find(const struct symbols *s, const char *name, size_t n);

void symbols_free(struct symbols *s);

#endif
