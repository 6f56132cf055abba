// SPDX-License-Identifier: GPL-2.0-or-later
/* lex - see lex.h. */
#include "lex.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { SPACE = 1, WORD = 2, DIGIT = 4, SIGN = 8 };

/* What a character is, whatever the locale. */
static const uint8_t class_of[256] = {
	['\t'] = SPACE, ['\v'] = SPACE, ['\f'] = SPACE, ['\r'] = SPACE, [' '] = SPACE,
	['0' ... '9'] = WORD | DIGIT, ['a' ... 'z'] = WORD, ['A' ... 'Z'] = WORD, ['_'] = WORD,
	['{'] = SIGN, ['}'] = SIGN, ['('] = SIGN, [')'] = SIGN, ['['] = SIGN, [']'] = SIGN,
	[','] = SIGN, [':'] = SIGN, ['='] = SIGN, ['+'] = SIGN, ['-'] = SIGN, ['*'] = SIGN,
	['/'] = SIGN, ['%'] = SIGN, ['&'] = SIGN, ['|'] = SIGN, ['^'] = SIGN, ['~'] = SIGN,
	['<'] = SIGN, ['>'] = SIGN,
};

static bool is(char c, uint8_t class)
{
	return class_of[(uint8_t)c] & class;
}

static void new_line(struct lex *l)
{
	l->line++;
	l->line_start = l->p;
}

/* "# 12 "x.cfg" 2", as the preprocessor writes it. True when it was one; stepped over. */
static bool line_mark(struct lex *l)
{
	const char *p = l->p + 1, *quote;
	unsigned int line = 0, digits = 0;
	size_t n;

	if (l->p != l->line_start || p == l->end || *p != ' ')
		return false;
	for (p++; p < l->end && isdigit((unsigned char)*p) && digits < 9; p++, digits++)
		line = line * 10 + (*p - '0');
	if (!digits || l->end - p < 3 || p[0] != ' ' || p[1] != '"')
		return false;
	p += 2;
	quote = memchr(p, '"', l->end - p);
	if (!quote || memchr(p, '\n', quote - p))
		return false;
	n = quote - p;
	if (n >= sizeof(l->marked))
		n = sizeof(l->marked) - 1;
	memcpy(l->marked, p, n);
	l->marked[n] = '\0';
	if (l->marked[0] != '<' && strcmp(l->marked, "-") != 0 && l->marked[0])
		l->file = l->marked;
	while (l->p < l->end && *l->p != '\n')
		l->p++;
	if (l->p < l->end)
		l->p++;
	l->line = line;
	l->line_start = l->p;
	return true;
}

static void skip_line(struct lex *l)
{
	while (l->p < l->end && *l->p != '\n')
		l->p++;
}

/* False for a comment without an end: it stays where it began. */
static bool skip_block(struct lex *l)
{
	struct lex begin = *l;

	for (l->p += 2; l->p + 1 < l->end; l->p++) {
		if (l->p[0] == '*' && l->p[1] == '/') {
			l->p += 2;
			return true;
		}
		if (*l->p == '\n') {
			l->p++;
			new_line(l);
			l->p--;
		}
	}
	*l = begin;
	return false;
}

/* Blanks and comments. False for a comment without an end. */
static bool skip(struct lex *l)
{
	while (l->p < l->end) {
		if (*l->p == '\n') {
			l->p++;
			new_line(l);
		} else if (is(*l->p, SPACE)) {
			l->p++;
		} else if (*l->p == '#') {
			if (!line_mark(l))
				skip_line(l);
		} else if (*l->p == '/' && l->p + 1 < l->end && l->p[1] == '/') {
			skip_line(l);
		} else if (*l->p == '/' && l->p + 1 < l->end && l->p[1] == '*') {
			if (!skip_block(l))
				return false;
		} else {
			break;
		}
	}
	return true;
}

static int digit_of(char c)
{
	int lower = c | 32;

	return is(c, DIGIT) ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

/* The number that all of the 'n' characters of 'p' are, in 'base'. */
static bool whole_number(const char *p, size_t n, unsigned int base, uint64_t *ret)
{
	uint64_t v = 0;

	if (!n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned int d = digit_of(p[i]);

		/* no number of up to 16 digits overflows */
		if (d >= base || (i >= 16 && v > (UINT64_MAX - d) / base))
			return false;
		v = v * base + d;
	}
	*ret = v;
	return true;
}

/* 0xff xff 0b11 b11 017 42; false for anything else. */
static bool number(const char *p, size_t n, uint64_t *ret)
{
	if (n > 2 && p[0] == '0' && (p[1] | 32) == 'x')
		return whole_number(p + 2, n - 2, 16, ret);
	if (n > 2 && p[0] == '0' && (p[1] | 32) == 'b')
		return whole_number(p + 2, n - 2, 2, ret);
	if (n > 1 && p[0] == 'x')
		return whole_number(p + 1, n - 1, 16, ret);
	if (n > 1 && p[0] == 'b')
		return whole_number(p + 1, n - 1, 2, ret);
	if (n > 1 && p[0] == '0')
		return whole_number(p + 1, n - 1, 8, ret);
	return whole_number(p, n, 10, ret);
}

static void take(struct lex *l, enum token t, const char *from)
{
	l->token = t;
	l->text = from;
	l->n = l->p - from;
}

static void word(struct lex *l)
{
	const char *from = l->p;

	while (l->p < l->end && is(*l->p, WORD))
		l->p++;
	take(l, T_NAME, from);
	if (number(from, l->n, &l->number))
		l->token = T_NUMBER;
	else if (is(*from, DIGIT) && strncasecmp(from, "1q", l->n) != 0 &&
		 strncasecmp(from, "1ad", l->n) != 0)
		l->token = T_BAD;
}

static void string(struct lex *l)
{
	const char *from = l->p++;

	while (l->p < l->end && *l->p != '"' && *l->p != '\n')
		l->p++;
	if (l->p == l->end || *l->p != '"') {
		take(l, T_BAD, from);
		return;
	}
	l->p++;
	take(l, T_STRING, from);
}

/* 'a', '\n', '\'', '\x41' */
static void character(struct lex *l)
{
	static const char escapes[] = "n\nt\tr\r0\0\\\\''\"\"a\ab\bf\fv\v";
	const char *from = l->p++;
	const char *found;

	if (l->p + 4 < l->end && l->p[0] == '\\' && l->p[1] == 'x' && l->p[4] == '\'' &&
	    whole_number(l->p + 2, 2, 16, &l->number)) {
		l->p += 4;
	} else if (l->p + 1 < l->end && *l->p != '\\' && *l->p != '\'' && *l->p != '\n') {
		l->number = (unsigned char)*l->p++;
	} else if (l->p + 2 < l->end && *l->p == '\\') {
		for (found = escapes; found < escapes + sizeof(escapes) - 1; found += 2)
			if (*found == l->p[1])
				break;
		if (found >= escapes + sizeof(escapes) - 1) {
			take(l, T_BAD, from);
			return;
		}
		l->number = (unsigned char)found[1];
		l->p += 2;
	}
	if (l->p >= l->end || *l->p != '\'') {
		take(l, T_BAD, from);
		return;
	}
	l->p++;
	take(l, T_NUMBER, from);
}

void lex_next(struct lex *l)
{
	const char *from;

	if (!skip(l)) {
		l->at_line = l->line;
		l->at_column = l->p - l->line_start + 1;
		l->p = l->end;
		take(l, T_BAD, l->end);
		l->text = "a comment without its end";
		l->n = strlen(l->text);
		return;
	}
	l->at_line = l->line;
	l->at_column = l->p - l->line_start + 1;
	from = l->p;
	if (l->p == l->end) {
		take(l, T_END, from);
	} else if (is(*l->p, WORD)) {
		word(l);
	} else if (*l->p == '"') {
		string(l);
	} else if (*l->p == '\'') {
		character(l);
	} else {
		l->number = (unsigned char)*l->p++;
		if ((l->number == '<' || l->number == '>') && l->p < l->end &&
		    *l->p == (char)l->number)
			l->p++;
		take(l, is(l->number, SIGN) ? T_SIGN : T_BAD, from);
		if ((l->number == '<' || l->number == '>') && l->n != 2)
			l->token = T_BAD;
	}
}

void lex_address(struct lex *l)
{
	const char *from = l->text, *p;

	if (l->token == T_NAME || l->token == T_END) {
		for (p = from; p < l->end && isxdigit((unsigned char)*p); p++)
			;
		if (p < l->end && (isalnum((unsigned char)*p) || *p == '(' || *p == '_'))
			return;
	}
	for (p = from; p < l->end && (isxdigit((unsigned char)*p) || *p == ':' || *p == '.'); p++)
		;
	if (p == from || p < l->p)
		return;
	l->p = p;
	take(l, T_NAME, from);
}

bool lex_is_address(const struct lex *l)
{
	const char *p = l->text;

	while (p < l->end && isxdigit((unsigned char)*p))
		p++;
	return l->token != T_END && p < l->end && p - l->text <= 4 &&
	       (*p == '.' || (*p == ':' && p + 1 < l->end &&
			      (isxdigit((unsigned char)p[1]) || p[1] == ':')));
}

void lex_quantity(struct lex *l)
{
	const char *from = l->text, *p = from;

	while (p < l->end && (is(*p, WORD) || *p == '.'))
		p++;
	if (p == from || p < l->p || !is(*from, DIGIT))
		return;
	l->p = p;
	take(l, T_NAME, from);
}

void lex_init(struct lex *l, const char *file, const char *text, size_t n)
{
	*l = (struct lex){ .file = file, .p = text, .end = text + n, .line_start = text,
			   .line = 1 };
	lex_next(l);
}

bool lex_name_is(const struct lex *l, const char *name)
{
	/* most names differ in their first letter */
	return l->token == T_NAME && (*l->text | 32) == (*name | 32) && strlen(name) == l->n &&
	       strncasecmp(l->text, name, l->n) == 0;
}

int lex_expect(struct lex *l, char sign, const char *where, struct err *e)
{
	char what[96];

	if (!lex_is(l, sign)) {
		snprintf(what, sizeof(what), "'%c' %s", sign, where);
		return lex_expected(l, e, what);
	}
	lex_next(l);
	return 0;
}

int lex_error(const struct lex *l, struct err *e, const char *fmt, ...)
{
	char text[320];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(e, EINVAL, "%s:%u:%u: %s", l->file, l->at_line, l->at_column, text);
}

int lex_expected(const struct lex *l, struct err *e, const char *what)
{
	char found[48];
	size_t n = 0;

	if (l->token == T_END)
		return lex_error(l, e, "expected %s, but the script ends here", what);
	for (; n < l->n && n < sizeof(found) - 1; n++)
		found[n] = l->text[n] >= ' ' && l->text[n] <= '~' ? l->text[n] : '?';
	found[n] = '\0';
	return lex_error(l, e, "expected %s, not '%s'", what, found);
}
