// SPDX-License-Identifier: GPL-2.0-or-later
/* lex - words of a packet script: numbers in all bases, strings, characters, names and signs; skips
 * comments and follows the line marks of the C preprocessor, so that errors name the user's line.
 * The whole script is in memory. */
#ifndef TRAFGEN_LEX_H
#define TRAFGEN_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum token {
	T_END,
	T_NUMBER, /* 'number' */
	T_STRING, /* 'text' with its quotes */
	T_NAME,	  /* 'text' */
	T_SIGN,	  /* 'number' is the character; '<' and '>' stand for << and >> */
	T_BAD,	  /* 'text' is what cannot be read */
};

struct lex {
	const char *file; /* for errors; the text's own line marks may change it */
	const char *p, *end;
	const char *line_start;
	unsigned int line;
	char marked[128]; /* file of the last line mark */

	/* the word that next() read */
	enum token token;
	uint64_t number;
	const char *text;
	size_t n;
	unsigned int at_line, at_column; /* from 1 */
};

/* Begins with the 'n' bytes of 'text', called 'file' in errors, and reads the first word. */
void lex_init(struct lex *l, const char *file, const char *text, size_t n);

/* Reads the next word. */
void lex_next(struct lex *l);

/* Where an address is expected: a run of hexadecimal digits, ':' and '.', as T_NAME; only if the
 * word at hand does not begin a function. */
void lex_address(struct lex *l);

/* True where an address begins: digits with ':' or '.' among them. */
bool lex_is_address(const struct lex *l);

/* Where a number with a unit is expected: "1.5Gbit", "10us", as T_NAME. */
void lex_quantity(struct lex *l);

static inline bool lex_is(const struct lex *l, char sign)
{
	return l->token == T_SIGN && l->number == (unsigned char)sign;
}

bool lex_name_is(const struct lex *l, const char *name); /* in any case of letters */

/* Steps over 'sign'. -EINVAL with 'e' if something else stands there. */
int lex_expect(struct lex *l, char sign, const char *where, struct err *e) MUST_USE;

/* "x.cfg:3:14: ...". Returns -EINVAL. */
int lex_error(const struct lex *l, struct err *e, const char *fmt, ...) PRINTF(3, 4);

/* As lex_error(), followed by what stands there instead: "expected a number, not '}'". */
int lex_expected(const struct lex *l, struct err *e, const char *what);

#endif
