// SPDX-License-Identifier: GPL-2.0-or-later
/* table - aligned columns of text: rows are filled cell by cell, widths follow from the contents.
 */
#ifndef UI_TABLE_H
#define UI_TABLE_H

#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

enum { TABLE_COLUMNS = 24 };

struct table {
	const char *align; /* one letter a column: 'l' left, 'r' right; TABLE_COLUMNS at most */
	struct str cells;  /* each NUL-terminated, row after row */
};

static inline struct table table_of(const char *align)
{
	return (struct table){ .align = align };
}

/* The next cell; after the last column a new row begins. No text of strangers without
 * term_add_safe(). */
void table_cell(struct table *t, const char *text);
void table_cellf(struct table *t, const char *fmt, ...) PRINTF(2, 3);

/* With separators: 1,234,567. */
void table_u64(struct table *t, uint64_t v);

/* Adds the rows to 'out', each line after 'indent' blanks, columns two blanks apart, no blanks at
 * the ends of lines. */
void table_print(const struct table *t, unsigned int indent, struct str *out);

void table_free(struct table *t);

#endif
