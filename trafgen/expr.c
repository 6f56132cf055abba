// SPDX-License-Identifier: GPL-2.0-or-later
/* expr - numbers and expressions of a script. All operators bind alike, from left to right: that is
 * what scripts written for trafgen(8) get there, 1 + 2 * 3 is 9. */
#include <errno.h>

#include "comp.h"

enum { NESTED_MAX = 64 };

static int operand(struct comp *c, unsigned int depth, uint64_t *ret);

static bool is_operator(const struct lex *l)
{
	return lex_is(l, '+') || lex_is(l, '-') || lex_is(l, '*') || lex_is(l, '/') ||
	       lex_is(l, '%') || lex_is(l, '&') || lex_is(l, '|') || lex_is(l, '^') ||
	       lex_is(l, '<') || lex_is(l, '>');
}

static int apply(struct comp *c, char op, uint64_t right, uint64_t *v)
{
	switch (op) {
	case '+':
		*v += right;
		return 0;
	case '-':
		*v -= right;
		return 0;
	case '*':
		*v *= right;
		return 0;
	case '&':
		*v &= right;
		return 0;
	case '|':
		*v |= right;
		return 0;
	case '^':
		*v ^= right;
		return 0;
	case '<':
		*v = right < 64 ? *v << right : 0;
		return 0;
	case '>':
		*v = right < 64 ? *v >> right : 0;
		return 0;
	}
	if (!right)
		return lex_error(&c->lex, c->e, "division by zero");
	if (op == '/')
		*v /= right;
	else
		*v %= right;
	return 0;
}

static int chain(struct comp *c, unsigned int depth, uint64_t *ret)
{
	uint64_t v, right;
	int rc = operand(c, depth, &v);

	while (!rc && is_operator(&c->lex)) {
		char op = c->lex.number;

		lex_next(&c->lex);
		rc = operand(c, depth, &right);
		if (!rc)
			rc = apply(c, op, right, &v);
	}
	if (!rc)
		*ret = v;
	return rc;
}

static int operand(struct comp *c, unsigned int depth, uint64_t *ret)
{
	struct lex *l = &c->lex;
	bool minus = lex_is(l, '-'), invert = lex_is(l, '~');
	int rc;

	if (depth == NESTED_MAX)
		return lex_error(l, c->e, "more than %d parentheses in each other", NESTED_MAX);
	if (minus || invert) {
		lex_next(l);
		rc = operand(c, depth + 1, ret);
		if (!rc)
			*ret = minus ? -*ret : ~*ret;
		return rc;
	}
	if (lex_is(l, '(')) {
		lex_next(l);
		rc = chain(c, depth + 1, ret);
		return rc ? rc : lex_expect(l, ')', "after the expression", c->e);
	}
	if (l->token != T_NUMBER)
		return lex_expected(l, c->e, "a number");
	*ret = l->number;
	lex_next(l);
	return 0;
}

int expr_read(struct comp *c, uint64_t *ret)
{
	return chain(c, 0, ret);
}

int expr_bounded(struct comp *c, const char *what, uint64_t max, uint64_t *ret)
{
	struct lex at = c->lex;
	int rc = chain(c, 0, ret);

	if (!rc && *ret > max)
		rc = lex_error(&at, c->e, "%s is %llu, at most %llu", what,
			       (unsigned long long)*ret, (unsigned long long)max);
	return rc;
}
