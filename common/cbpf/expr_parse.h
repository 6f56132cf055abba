// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_parse - the parser's state, shared by its files: expr_parse (and, or, not, names),
 * expr_parse_prim (primitives), expr_parse_arith (arithmetic and fields). Private to them. */
#ifndef CBPF_EXPR_PARSE_H
#define CBPF_EXPR_PARSE_H

#include "cbpf/expr_lex.h"
#include "cbpf/expr_tree.h"

enum { PARSE_MAX_DEPTH = 200 };

struct parser {
	struct lexer lx;
	struct token tok, next;
	struct arena *mem;
	struct err *e;
	struct quals q; /* of the last name, for those without words before them */
	bool have_q;
	const struct field *named; /* whose values have names just now */
	bool want_name; /* a word of the language is in the place of a name */
	unsigned int depth;
};

/* All return NULL or a negative number with the error set. */
int parse_fail(struct parser *p, const char *want);
int parse_step(struct parser *p);
int parse_want(struct parser *p, int kind, const char *what);
int parse_deeper(struct parser *p);
struct node *parse_node(struct parser *p, enum node_kind kind);

bool parse_is_word(const struct token *t, unsigned int word);
bool parse_is_relop(int kind);
bool parse_is_arith(const struct node *n);

struct node *parse_any(struct parser *p);
/* 'n' as a condition: a field by itself becomes one, other arithmetic is refused. */
struct node *parse_condition(struct parser *p, struct node *n);
/* A name, or names in parentheses, behind words that say what they are. */
struct node *parse_qualified(struct parser *p, struct quals q);

/* expr_parse_prim: what begins with a word of the language. */
struct node *parse_primitive(struct parser *p);

/* expr_parse_arith */
struct node *parse_factor(struct parser *p);
struct node *parse_arith_rest(struct parser *p, struct node *left, unsigned int min_level);
struct node *parse_relation(struct parser *p, struct node *left);
bool parse_starts_field(const struct parser *p);
struct node *parse_field(struct parser *p);

#endif
