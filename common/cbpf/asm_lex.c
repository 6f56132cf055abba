// SPDX-License-Identifier: GPL-2.0-or-later
/* asm_lex - see asm_lex.h. Ends of lines are blanks but for one thing: a '#' that is the first
 * mark of its line begins a comment or a line marker, elsewhere it begins a literal. */
#include "cbpf/asm_lex.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

static bool at_pair(const struct asm_lex *l, char a, char b)
{
	return l->end - l->p >= 2 && l->p[0] == a && l->p[1] == b;
}

static void skip_char(struct asm_lex *l)
{
	if (*l->p++ == '\n') {
		l->pos.line++;
		l->line_start = l->p;
		l->line_begins = true;
	}
}

static void skip_line(struct asm_lex *l)
{
	while (l->p < l->end && *l->p != '\n')
		l->p++;
}

static struct asm_pos pos_of(const struct asm_lex *l, const char *p)
{
	return (struct asm_pos){ l->pos.file, l->pos.line, p - l->line_start + 1 };
}

/* # 12 "file.h" 1, as cpp writes it: the next line is number 12 of that file. */
static int line_marker(struct asm_lex *l, const char *line, size_t n)
{
	const char *p = line + 1, *end = line + n, *quote;
	uint32_t number = 0;
	char *file;

	if (end - p > 5 && strncmp(p, "line ", 5) == 0)
		p += 5;
	while (p < end && *p == ' ')
		p++;
	if (p == end || !isdigit((unsigned char)*p))
		return 0;
	for (; p < end && isdigit((unsigned char)*p); p++)
		number = MIN(number * 10ull + (*p - '0'), (unsigned long long)INT32_MAX);
	l->pos.line = number - 1; /* the end of this line adds one */
	while (p < end && *p == ' ')
		p++;
	if (p == end || *p != '"')
		return 0;
	quote = memchr(p + 1, '"', end - p - 1);
	if (!quote)
		return 0;
	file = arena_strndup(l->arena, p + 1, quote - p - 1);
	if (!file)
		return err_sys(l->e, ENOMEM, "%s", l->pos.file);
	/* What cpp itself defines stands in <built-in> and such; the source came as <stdin>. */
	if (*file != '<')
		l->pos.file = file;
	return 0;
}

/* A line that begins with '#': a comment, or what only the C preprocessor understands. */
static int hash_line(struct asm_lex *l)
{
	static const char *const directives[] = { "define", "include", "ifdef", "ifndef", "if",
						  "elif",   "else",    "endif", "undef" };
	const char *line = l->p;
	size_t n;

	skip_line(l);
	n = l->p - line;
	for (unsigned int i = 0; i < ARRAY_SIZE(directives); i++) {
		size_t len = strlen(directives[i]);

		if (n > len && strncmp(line + 1, directives[i], len) == 0 &&
		    (n == len + 1 || isspace((unsigned char)line[len + 1])))
			return err_set(l->e, EINVAL,
				       ASM_AT "'#%s' is for the C preprocessor, which --cpp runs",
				       ASM_POS(pos_of(l, line)), directives[i]);
	}
	return line_marker(l, line, n);
}

static int block_comment(struct asm_lex *l)
{
	struct asm_pos start = pos_of(l, l->p);
	bool begins = l->line_begins;

	l->p += 2;
	while (l->p < l->end && !at_pair(l, '*', '/'))
		skip_char(l);
	if (l->p == l->end)
		return err_set(l->e, EINVAL, ASM_AT "expected '*/', but the comment has no end",
			       ASM_POS(start));
	l->p += 2;
	l->line_begins &= begins || l->pos.line != start.line;
	return 0;
}

static int skip_blanks(struct asm_lex *l)
{
	int rc = 0;

	while (rc == 0 && l->p < l->end) {
		if (at_pair(l, '/', '*'))
			rc = block_comment(l);
		else if (*l->p == ';' || at_pair(l, '/', '/'))
			skip_line(l);
		else if (*l->p == '#' && l->line_begins)
			rc = hash_line(l);
		else if (strchr(" \t\r\n\f\v", *l->p) && *l->p)
			skip_char(l);
		else
			break;
	}
	return rc;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

int asm_lex_next(struct asm_lex *l)
{
	struct asm_tok *t = &l->tok;
	int rc;

	rc = skip_blanks(l);
	if (rc)
		return rc;
	*t = (struct asm_tok){ .kind = ASM_END, .p = l->p, .pos = pos_of(l, l->p) };
	if (l->p == l->end)
		return 0;
	l->line_begins = false;
	if (is_word(*l->p)) {
		t->kind = isdigit((unsigned char)*l->p) ? ASM_NUMBER : ASM_WORD;
		while (l->p < l->end && is_word(*l->p))
			l->p++;
	} else {
		t->kind = ASM_MARK;
		l->p++;
	}
	t->n_bytes = l->p - t->p;
	return 0;
}

int asm_lex_open(struct asm_lex *l, const char *text, size_t n_bytes, const char *name,
		 struct arena *arena, struct err *e)
{
	char *file = arena_strndup(arena, name, strlen(name));

	if (!file)
		return err_sys(e, ENOMEM, "%s", name);
	*l = (struct asm_lex){ .p = text,
			       .end = text + n_bytes,
			       .line_start = text,
			       .line_begins = true,
			       .pos = { .file = file, .line = 1 },
			       .arena = arena,
			       .e = e };
	return asm_lex_next(l);
}

bool asm_lex_is(const struct asm_lex *l, char c)
{
	return l->tok.kind == ASM_MARK && *l->tok.p == c;
}

bool asm_lex_is_word(const struct asm_lex *l, const char *word)
{
	return l->tok.kind == ASM_WORD && l->tok.n_bytes == strlen(word) &&
	       strncasecmp(l->tok.p, word, l->tok.n_bytes) == 0;
}

bool asm_lex_ahead(const struct asm_lex *l, char c)
{
	struct asm_lex ahead = *l;

	ahead.e = NULL;
	return asm_lex_next(&ahead) == 0 && asm_lex_is(&ahead, c);
}

int asm_lex_unexpected(const struct asm_lex *l, const char *wanted)
{
	const struct asm_tok *t = &l->tok;

	if (t->kind == ASM_END)
		return err_set(l->e, EINVAL, ASM_AT "expected %s, but the source ends",
			       ASM_POS(t->pos), wanted);
	if (t->kind == ASM_MARK && !isprint((unsigned char)*t->p))
		return err_set(l->e, EINVAL, ASM_AT "expected %s, found byte 0x%02x",
			       ASM_POS(t->pos), wanted, (unsigned char)*t->p);
	return err_set(l->e, EINVAL, ASM_AT "expected %s, found '%.*s'", ASM_POS(t->pos), wanted,
		       (int)MIN(t->n_bytes, (size_t)40), t->p);
}

int asm_lex_expect(struct asm_lex *l, char c, const char *wanted)
{
	return asm_lex_is(l, c) ? asm_lex_next(l) : asm_lex_unexpected(l, wanted);
}

static int digit_of(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : 99;
}

/* Decimal, 0x hexadecimal, 0b binary, 0 octal. False: a digit is none. */
static bool digits(const char *p, size_t n, uint64_t *ret_v)
{
	int base = 10;
	size_t i = 0;

	if (n > 2 && p[0] == '0' && tolower((unsigned char)p[1]) == 'x')
		base = 16, i = 2;
	else if (n > 2 && p[0] == '0' && tolower((unsigned char)p[1]) == 'b')
		base = 2, i = 2;
	else if (n > 1 && p[0] == '0')
		base = 8, i = 1;
	*ret_v = 0;
	for (; i < n; i++) {
		int d = digit_of(p[i]);

		if (d >= base)
			return false;
		*ret_v = MIN(*ret_v * base + d, (uint64_t)1 << 40);
	}
	return true;
}

int asm_lex_number(struct asm_lex *l, bool sign, const char *wanted, uint32_t *ret_v)
{
	struct asm_pos start = l->tok.pos;
	bool minus = sign && asm_lex_is(l, '-');
	uint64_t v;
	int rc;

	if (minus || (sign && asm_lex_is(l, '+'))) {
		rc = asm_lex_next(l);
		if (rc)
			return rc;
	}
	if (l->tok.kind != ASM_NUMBER)
		return asm_lex_unexpected(l, wanted);
	if (!digits(l->tok.p, l->tok.n_bytes, &v))
		return err_set(l->e, EINVAL,
			       ASM_AT "expected %s, but '%.*s' is no number (10, 0x1f, 017, 0b11)",
			       ASM_POS(l->tok.pos), wanted, (int)MIN(l->tok.n_bytes, (size_t)40),
			       l->tok.p);
	if (v > (minus ? 1ull << 31 : UINT32_MAX))
		return err_set(l->e, EINVAL, ASM_AT "expected %s of 32 bits, but %s%.*s needs more",
			       ASM_POS(start), wanted, minus ? "-" : "",
			       (int)MIN(l->tok.n_bytes, (size_t)40), l->tok.p);
	*ret_v = minus ? -v : v;
	return asm_lex_next(l);
}
