// SPDX-License-Identifier: GPL-2.0-or-later
/* numeric - see numeric.h. A scanner that knows words, marks and line ends, and a reader for each
 * of the three shapes; the first two tokens tell the shape. */
#include "cbpf/numeric.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "cbpf/insn.h"

enum tok_kind { TOK_END, TOK_LINE, TOK_MARK, TOK_WORD };

struct tok {
	enum tok_kind kind;
	const char *p;
	size_t n_bytes;
	unsigned int line, column; /* from 1 */
};

struct scan {
	const char *p, *end;
	const char *line_start;
	unsigned int line;
	const char *name;
	struct err *e;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '+' || c == '.';
}

static bool at_pair(const struct scan *s, char a, char b)
{
	return s->end - s->p >= 2 && s->p[0] == a && s->p[1] == b;
}

static void skip_char(struct scan *s)
{
	if (*s->p++ == '\n') {
		s->line++;
		s->line_start = s->p;
	}
}

/* Steps over blanks and comments, but not over the end of a line outside of a comment. */
static void skip_blanks(struct scan *s)
{
	while (s->p < s->end) {
		if (at_pair(s, '/', '*')) {
			s->p += 2;
			while (s->p < s->end && !at_pair(s, '*', '/'))
				skip_char(s);
			s->p += s->p < s->end ? 2 : 0;
		} else if (*s->p == '#' || at_pair(s, '/', '/')) {
			while (s->p < s->end && *s->p != '\n')
				s->p++;
		} else if (*s->p == ' ' || *s->p == '\t' || *s->p == '\r') {
			s->p++;
		} else {
			return;
		}
	}
}

static struct tok next(struct scan *s)
{
	struct tok t;

	skip_blanks(s);
	t = (struct tok){ .p = s->p, .line = s->line, .column = s->p - s->line_start + 1 };
	if (s->p == s->end)
		return t;
	if (is_word(*s->p)) {
		t.kind = TOK_WORD;
		while (s->p < s->end && is_word(*s->p))
			s->p++;
	} else {
		t.kind = *s->p == '\n' ? TOK_LINE : TOK_MARK;
		skip_char(s);
	}
	t.n_bytes = s->p - t.p;
	return t;
}

static struct tok next_line_or_not(struct scan *s)
{
	struct tok t;

	do
		t = next(s);
	while (t.kind == TOK_LINE);
	return t;
}

static bool is_mark(const struct tok *t, char c)
{
	return t->kind == TOK_MARK && *t->p == c;
}

static int unexpected(struct scan *s, const struct tok *t, const char *wanted)
{
	const char *name = s->name;

	if (t->kind == TOK_END)
		return err_set(s->e, EINVAL, "%s:%u:%u: expected %s, but the text ends", name,
			       t->line, t->column, wanted);
	if (t->kind == TOK_LINE)
		return err_set(s->e, EINVAL, "%s:%u:%u: expected %s, but the line ends", name,
			       t->line, t->column, wanted);
	if (t->kind == TOK_MARK && !isprint((unsigned char)*t->p))
		return err_set(s->e, EINVAL, "%s:%u:%u: expected %s, found byte 0x%02x", name,
			       t->line, t->column, wanted, (unsigned char)*t->p);
	return err_set(s->e, EINVAL, "%s:%u:%u: expected %s, found '%.*s'", name, t->line,
		       t->column, wanted, (int)MIN(t->n_bytes, (size_t)40), t->p);
}

static int number(struct scan *s, const struct tok *t, uint64_t max, const char *what,
		  uint64_t *ret_v)
{
	char text[24];
	int rc;

	if (t->kind != TOK_WORD || !isdigit((unsigned char)*t->p) || t->n_bytes >= sizeof(text))
		return unexpected(s, t, what);
	memcpy(text, t->p, t->n_bytes);
	text[t->n_bytes] = '\0';
	rc = num_parse(text, NUM_PLAIN, 0, max, what, ret_v, s->e);
	if (rc)
		err_prefix(s->e, "%s:%u:%u", s->name, t->line, t->column);
	return rc;
}

/* Steps over the name of a member before its number: "jt:" (Rust, Go), ".jt =" (C). */
static void skip_member(struct scan *s, struct tok *t)
{
	struct scan ahead = *s;
	struct tok mark;

	if (t->kind != TOK_WORD || isdigit((unsigned char)*t->p))
		return;
	mark = next_line_or_not(&ahead);
	if (!is_mark(&mark, ':') && !is_mark(&mark, '='))
		return;
	*s = ahead;
	*t = next_line_or_not(s);
}

/* The four numbers of an instruction, of which 'first' is read already; between them commas if
 * 'commas'. */
static int instruction(struct scan *s, struct tok t, bool commas, struct sock_filter *ret_f)
{
	static const struct {
		const char *what;
		uint32_t max;
	} fields[] = {
		{ "operation code", UINT16_MAX },
		{ "jump distance if true", UINT8_MAX },
		{ "jump distance if false", UINT8_MAX },
		{ "operand", UINT32_MAX },
	};
	uint64_t v[ARRAY_SIZE(fields)];
	int rc;

	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++) {
		if (i > 0 && commas) {
			t = next_line_or_not(s);
			if (!is_mark(&t, ','))
				return unexpected(s, &t, "','");
		}
		if (i > 0)
			t = commas ? next_line_or_not(s) : next(s);
		if (commas)
			skip_member(s, &t);
		rc = number(s, &t, fields[i].max, fields[i].what, &v[i]);
		if (rc)
			return rc;
	}
	*ret_f = (struct sock_filter){ .code = v[0], .jt = v[1], .jf = v[2], .k = v[3] };
	return 0;
}

struct list {
	struct sock_filter insns[BPF_MAXINSNS];
	struct numeric_at at[BPF_MAXINSNS];
	unsigned int n;
};

static int add(struct scan *s, const struct tok *t, bool commas, struct list *l)
{
	if (l->n == BPF_MAXINSNS)
		return err_set(s->e, EINVAL, "%s:%u:%u: more than %d instructions", s->name,
			       t->line, t->column, BPF_MAXINSNS);
	l->at[l->n] = (struct numeric_at){ t->line, t->column };
	return instruction(s, *t, commas, &l->insns[l->n++]);
}

/* { 0x28, 0, 0, 0x0000000c }, */
static int read_braces(struct scan *s, struct tok t, struct list *l)
{
	int rc;

	while (t.kind != TOK_END) {
		if (!is_mark(&t, '{'))
			return unexpected(s, &t, "'{'");
		t = next_line_or_not(s);
		rc = add(s, &t, true, l);
		if (rc)
			return rc;
		t = next_line_or_not(s);
		if (!is_mark(&t, '}'))
			return unexpected(s, &t, "'}'");
		t = next_line_or_not(s);
		if (is_mark(&t, ','))
			t = next_line_or_not(s);
	}
	return 0;
}

/* 40 0 0 12 a line; 't' is the first number. */
static int read_lines(struct scan *s, struct tok t, struct list *l)
{
	int rc;

	while (t.kind != TOK_END) {
		rc = add(s, &t, false, l);
		if (rc)
			return rc;
		t = next(s);
		if (t.kind != TOK_LINE && t.kind != TOK_END)
			return unexpected(s, &t, "the end of the line after four numbers");
		if (t.kind == TOK_LINE)
			t = next_line_or_not(s);
	}
	return 0;
}

/* 40 0 0 12,21 0 1 2048, after the count and its comma. */
static int read_xt(struct scan *s, struct list *l)
{
	struct tok t = next_line_or_not(s);
	int rc;

	while (t.kind != TOK_END) {
		rc = add(s, &t, false, l);
		if (rc)
			return rc;
		t = next_line_or_not(s);
		if (t.kind == TOK_END)
			return 0;
		if (!is_mark(&t, ','))
			return unexpected(s, &t, "',' after four numbers");
		t = next_line_or_not(s);
	}
	return 0;
}

static int read_counted(struct scan *s, const struct tok *count, bool xt, struct list *l)
{
	uint64_t n;
	int rc;

	rc = number(s, count, BPF_MAXINSNS, "number of instructions", &n);
	if (rc)
		return rc;
	rc = xt ? read_xt(s, l) : read_lines(s, next_line_or_not(s), l);
	if (rc)
		return rc;
	if (l->n != n)
		return err_set(s->e, EINVAL,
			       "%s:%u:%u: announces %u instructions, but the text has %u", s->name,
			       count->line, count->column, (unsigned int)n, l->n);
	return 0;
}

static int read_any(struct scan *s, struct list *l)
{
	struct tok first = next_line_or_not(s), second;
	struct scan ahead = *s;

	if (first.kind == TOK_END)
		return err_set(s->e, EINVAL, "%s: holds no filter instruction", s->name);
	if (is_mark(&first, '{'))
		return read_braces(s, first, l);
	if (first.kind != TOK_WORD || !isdigit((unsigned char)*first.p))
		return unexpected(s, &first,
				  "a filter in numbers, as bpfc or tcpdump -ddd print it");
	second = next(&ahead);
	if (is_mark(&second, ',')) {
		*s = ahead;
		return read_counted(s, &first, true, l);
	}
	if (second.kind == TOK_LINE || second.kind == TOK_END)
		return read_counted(s, &first, false, l);
	return read_lines(s, first, l);
}

static struct scan scan_of(const char *text, size_t n_bytes, const char *name, struct err *e)
{
	return (struct scan){ .p = text,
			      .end = text + n_bytes,
			      .line_start = text,
			      .line = 1,
			      .name = name,
			      .e = e };
}

static bool is_number(const struct tok *t)
{
	char text[24];
	uint64_t v;

	if (t->kind != TOK_WORD || !isdigit((unsigned char)*t->p) || t->n_bytes >= sizeof(text))
		return false;
	memcpy(text, t->p, t->n_bytes);
	text[t->n_bytes] = '\0';
	return num_parse(text, NUM_PLAIN, 0, UINT32_MAX, "number", &v, NULL) == 0;
}

bool numeric_looks_like(const char *text, size_t n_bytes)
{
	struct scan s = scan_of(text, n_bytes, "", NULL);
	struct tok t = next_line_or_not(&s);

	if (is_mark(&t, '{'))
		return true;
	if (!is_number(&t))
		return false;
	t = next_line_or_not(&s);
	return t.kind == TOK_END || is_mark(&t, ',') || is_number(&t);
}

/* Steps to the first number of the next instruction of a declared array: behind a '{' that follows
 * '{', '[', ')' or the name of the type, or a ',' but for the 'first' one. False, and 's' at the
 * end, when there is none. */
static bool find_declared(struct scan *s, bool first, struct tok *ret_first)
{
	struct tok before = { 0 }, t = next_line_or_not(s), inner;
	struct scan ahead;

	while (t.kind != TOK_END) {
		bool typed = before.kind == TOK_WORD && before.n_bytes >= 11 &&
			     memcmp(before.p, "sock_filter", 11) == 0;

		if (is_mark(&t, '{') &&
		    (typed || is_mark(&before, '{') || is_mark(&before, '[') ||
		     (!first && is_mark(&before, ',')) || is_mark(&before, ')'))) {
			ahead = *s;
			inner = next_line_or_not(&ahead);
			skip_member(&ahead, &inner);
			if (is_number(&inner)) {
				*s = ahead;
				*ret_first = inner;
				return true;
			}
		}
		before = t;
		t = next_line_or_not(s);
	}
	return false;
}

static int read_declared(struct scan *s, struct list *l)
{
	struct tok t;
	int rc;

	while (find_declared(s, l->n == 0, &t)) {
		rc = add(s, &t, true, l);
		if (rc)
			return rc;
		t = next_line_or_not(s);
		if (is_mark(&t, ','))
			t = next_line_or_not(s);
		if (!is_mark(&t, '}'))
			return unexpected(s, &t, "'}'");
		/* What stands between two of them decides whether the next '{' is one. */
		t = next_line_or_not(s);
		if (t.kind == TOK_END || !is_mark(&t, ','))
			return 0;
		s->p = t.p;
		s->line = t.line;
		s->line_start = t.p - (t.column - 1);
	}
	return 0;
}

bool numeric_looks_declared(const char *text, size_t n_bytes)
{
	struct scan s = scan_of(text, n_bytes, "", NULL);
	struct sock_filter f;
	struct tok t;

	return find_declared(&s, true, &t) && instruction(&s, t, true, &f) == 0;
}

static int parse_with(int (*read)(struct scan *s, struct list *l), const char *text, size_t n_bytes,
		      const char *name, struct sock_fprog *ret_prog, struct numeric_at *ret_at,
		      struct err *e)
{
	struct scan s = scan_of(text, n_bytes, name, e);
	AUTO(free_p) struct list *l = NULL;
	struct sock_filter *insns;
	int rc;

	if (n_bytes > NUMERIC_MAX_BYTES)
		return err_set(e, EINVAL, "%s: %zu bytes are too many for a filter", name, n_bytes);
	l = malloc(sizeof(*l));
	if (!l)
		return err_sys(e, ENOMEM, "%s", name);
	l->n = 0;
	rc = read(&s, l);
	if (rc)
		return rc;
	if (l->n == 0)
		return err_set(e, EINVAL, "%s: holds no filter instruction", name);
	insns = malloc(l->n * sizeof(insns[0]));
	if (!insns)
		return err_sys(e, ENOMEM, "%s", name);
	memcpy(insns, l->insns, l->n * sizeof(insns[0]));
	if (ret_at)
		memcpy(ret_at, l->at, l->n * sizeof(ret_at[0]));
	*ret_prog = (struct sock_fprog){ .len = l->n, .filter = insns };
	return 0;
}

int numeric_parse(const char *text, size_t n_bytes, const char *name, struct sock_fprog *ret_prog,
		  struct err *e)
{
	return parse_with(read_any, text, n_bytes, name, ret_prog, NULL, e);
}

int numeric_parse_at(const char *text, size_t n_bytes, const char *name,
		     struct sock_fprog *ret_prog, struct numeric_at *ret_at, struct err *e)
{
	return parse_with(read_any, text, n_bytes, name, ret_prog, ret_at, e);
}

int numeric_parse_declared(const char *text, size_t n_bytes, const char *name,
			   struct sock_fprog *ret_prog, struct numeric_at *ret_at, struct err *e)
{
	return parse_with(read_declared, text, n_bytes, name, ret_prog, ret_at, e);
}
