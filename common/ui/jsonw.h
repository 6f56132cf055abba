// SPDX-License-Identifier: GPL-2.0-or-later
/* jsonw - writes JSON (RFC 8259) piece by piece into a buffer: commas, quoting and nesting are its
 * work, so that the text is valid whatever the strings hold. Used for accounts and NDJSON lines.
 * In an object every call passes the member's name as 'key', in an array NULL. */
#ifndef UI_JSONW_H
#define UI_JSONW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { JSONW_DEPTH = 63 };

struct jsonw {
	struct str *out;
	unsigned int depth;  /* open objects and arrays, at most JSONW_DEPTH */
	uint64_t has_values; /* bit 'depth': a comma is due */
	uint64_t is_array;
};

static inline struct jsonw jsonw_of(struct str *out)
{
	return (struct jsonw){ .out = out };
}

/* Open an object or an array, and close the innermost one. Deeper than JSONW_DEPTH, the buffer
 * fails ('failed' of the struct str). */
void jsonw_object(struct jsonw *j, const char *key);
void jsonw_array(struct jsonw *j, const char *key);
void jsonw_end(struct jsonw *j);

/* Values. jsonw_text(): 'n' bytes of any origin; bytes that are not UTF-8 become \u00XX one by one.
 * jsonw_str(): NUL-terminated, NULL becomes null. */
void jsonw_text(struct jsonw *j, const char *key, const char *text, size_t n);
void jsonw_str(struct jsonw *j, const char *key, const char *text);
void jsonw_u64(struct jsonw *j, const char *key, uint64_t v);
void jsonw_i64(struct jsonw *j, const char *key, int64_t v);
void jsonw_bool(struct jsonw *j, const char *key, bool v);
void jsonw_null(struct jsonw *j, const char *key);

/* 'v' / 10^'decimals' as a decimal fraction, exactly: (1500, 3) is 1.500. 'decimals' at most 19. */
void jsonw_fixed(struct jsonw *j, const char *key, int64_t v, unsigned int decimals);

/* Closes whatever is open and ends the line: one NDJSON record is complete. */
void jsonw_line(struct jsonw *j);

#endif
