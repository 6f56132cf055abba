// SPDX-License-Identifier: GPL-2.0-or-later
/* str - a growable text buffer that is emptied and used again, so that a steady stream of lines
 * allocates nothing; and comparisons of strings. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"

struct str {
	char *p;    /* NUL-terminated once anything was added */
	size_t len; /* bytes without the NUL */
	size_t cap;
	bool failed; /* out of memory: what was added since is missing */
};

/* Grows 's' by 'n' bytes or more; what str_room() does where they are not there yet. */
bool str_grow(struct str *s, size_t n);

/* Makes room for 'n' more bytes. False, and 's' failed, when out of memory. */
static inline bool str_room(struct str *s, size_t n)
{
	return LIKELY(s->cap - s->len > n) || str_grow(s, n);
}

/* In the header, so that the copy of a text whose length is known is a few moves. */
static inline void str_add_n(struct str *s, const char *text, size_t n)
{
	if (!str_room(s, n))
		return;
	memcpy(s->p + s->len, text, n);
	s->len += n;
	s->p[s->len] = '\0';
}

void str_addf(struct str *s, const char *fmt, ...) PRINTF(2, 3);
void str_pad(struct str *s, char c, size_t n);

/* Decimal and lower-case hexadecimal of at least 'digits' digits, without printf's cost. */
void str_add_u64(struct str *s, uint64_t v);
void str_add_hex(struct str *s, uint64_t v, unsigned int digits);

/* Puts quotes around the cell that begins at 'begin' and ends with the text, where CSV needs them
 * (RFC 4180 2). */
void str_quote_csv(struct str *s, size_t begin);

/* Frees the memory and leaves an empty buffer. */
void str_free(struct str *s);

static inline void str_add(struct str *s, const char *text)
{
	str_add_n(s, text, strlen(text));
}

static inline void str_addc(struct str *s, char c)
{
	if (LIKELY(s->len + 1 < s->cap) || str_room(s, 1)) {
		s->p[s->len++] = c;
		s->p[s->len] = '\0';
	}
}

static inline void str_clear(struct str *s)
{
	s->len = 0;
	if (s->p)
		s->p[0] = '\0';
}

static inline const char *str_text(const struct str *s)
{
	return s->p ? s->p : "";
}

static inline bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);

#endif
