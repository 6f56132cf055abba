// SPDX-License-Identifier: GPL-2.0-or-later
/* table - see table.h. */
#include "ui/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ui/fmt.h"
#include "ui/utf8.h"

enum { GAP = 2 };

static size_t columns(const struct table *t)
{
	return MIN(strlen(t->align), (size_t)TABLE_COLUMNS);
}

void table_cell(struct table *t, const char *text)
{
	str_add_n(&t->cells, text, strlen(text) + 1);
}

void table_cellf(struct table *t, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	table_cell(t, text);
}

void table_u64(struct table *t, uint64_t v)
{
	table_cell(t, fmt_thousands(v).s);
}

void table_print(const struct table *t, unsigned int indent, struct str *out)
{
	size_t n = columns(t), width[TABLE_COLUMNS] = { 0 }, i, len, pad;
	const char *s, *end = t->cells.p + t->cells.len;
	size_t due = 0; /* blanks that come only if something follows */

	if (!n || !t->cells.len)
		return;
	for (s = t->cells.p, i = 0; s < end; s += strlen(s) + 1, i = (i + 1) % n)
		width[i] = MAX(width[i], utf8_count(s, strlen(s)));
	for (s = t->cells.p, i = 0; s < end; s += strlen(s) + 1, i = (i + 1) % n) {
		len = utf8_count(s, strlen(s));
		pad = width[i] - len;
		due += i ? GAP : indent;
		if (t->align[i] == 'r')
			due += pad;
		if (len) {
			str_pad(out, ' ', due);
			str_add(out, s);
			due = 0;
		}
		if (t->align[i] != 'r')
			due += pad;
		if (i + 1 == n || s + strlen(s) + 1 >= end) {
			str_addc(out, '\n');
			due = 0;
		}
	}
}

void table_free(struct table *t)
{
	str_free(&t->cells);
}
