// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_parse - see expr_tree.h. Recursive descent; "and" and "or" bind equally and to the left, as
 * in pcap-filter(7). A name without words before it takes those of the name before: "port 80 or
 * 443". What stands in parentheses may turn out to be arithmetic, so that one function reads both
 * and the caller asks which it was. */
#include "cbpf/expr_parse.h"

#include <errno.h>
#include <string.h>

int parse_fail(struct parser *p, const char *want)
{
	const struct token *t = &p->tok;

	if (t->kind == TOK_END)
		return err_set(p->e, EINVAL, "column %u: expected %s, found the end", t->col, want);
	return err_set(p->e, EINVAL, "column %u: expected %s, found '%.*s'%s", t->col, want,
		       (int)MIN(t->n, (size_t)40), t->text,
		       t->kind == TOK_WORD && p->want_name ?
			       ", a word of the language (a backslash before it makes it a name)" :
			       "");
}

int parse_step(struct parser *p)
{
	p->tok = p->next;
	p->want_name = false;
	return lex_next(&p->lx, &p->next, p->e);
}

/* True, and the token stepped over, if it is the character or kind 'kind'. */
int parse_want(struct parser *p, int kind, const char *what)
{
	return p->tok.kind == kind ? parse_step(p) : parse_fail(p, what);
}

struct node *parse_node(struct parser *p, enum node_kind kind)
{
	struct node *n = arena_alloc(p->mem, sizeof(*n));

	if (!n) {
		err_set(p->e, ENOMEM, "out of memory");
		return NULL;
	}
	n->kind = kind;
	n->col = p->tok.col;
	n->prefix = LEN_NONE;
	return n;
}

bool parse_is_word(const struct token *t, unsigned int word)
{
	return t->kind == TOK_WORD && t->word->word == word;
}

static bool is_and(const struct token *t)
{
	return t->kind == TOK_AND || parse_is_word(t, W_AND);
}

static bool is_or(const struct token *t)
{
	return t->kind == TOK_OR || parse_is_word(t, W_OR);
}

static bool is_not(const struct token *t)
{
	return t->kind == '!' || parse_is_word(t, W_NOT);
}

bool parse_is_relop(int kind)
{
	return kind == '<' || kind == '>' || kind == '=' || kind == TOK_LE || kind == TOK_GE ||
	       kind == TOK_NE;
}

bool parse_is_arith(const struct node *n)
{
	return n->kind >= NODE_NUM;
}

struct node *parse_condition(struct parser *p, struct node *n)
{
	if (n && n->kind == NODE_VALUE)
		n->kind = NODE_FIELD;
	if (n && parse_is_arith(n))
		return parse_fail(p, "a comparison such as \"= 5\" behind the arithmetic"), NULL;
	return n;
}

int parse_deeper(struct parser *p)
{
	if (++p->depth > PARSE_MAX_DEPTH)
		return err_set(p->e, EINVAL, "column %u: more than %d parentheses inside each other",
			       p->tok.col, PARSE_MAX_DEPTH);
	return 0;
}

/* Copies the text of the present token. */
static const char *token_text(struct parser *p)
{
	const char *s = arena_strndup(p->mem, p->tok.text, p->tok.n);

	if (!s)
		err_set(p->e, ENOMEM, "out of memory");
	return s;
}

/* A name or number with the words of 'q' before it. */
static struct node *parse_id(struct parser *p, struct quals q)
{
	static const uint8_t kinds[] = {
		[TOK_ID - TOK_ID] = ID_NAME, [TOK_NUM - TOK_ID] = ID_NUM,
		[TOK_IP4 - TOK_ID] = ID_IP4, [TOK_IP6 - TOK_ID] = ID_IP6,
		[TOK_MAC - TOK_ID] = ID_MAC, [TOK_ARC - TOK_ID] = ID_ARC,
	};
	struct node *n = parse_node(p, NODE_ID);
	int kind = p->tok.kind;

	if (!n)
		return NULL;
	p->want_name = true;
	if (kind < TOK_ID || kind > TOK_ARC)
		return parse_fail(p, "a name, number or address"), NULL;
	n->id_kind = kinds[kind - TOK_ID];
	n->q = q;
	n->num = p->tok.num;
	n->text = token_text(p);
	if (!n->text || parse_step(p) < 0)
		return NULL;
	if ((kind == TOK_IP4 || kind == TOK_IP6) && p->tok.kind == '/') {
		if (parse_step(p) < 0)
			return NULL;
		if (p->tok.kind != TOK_NUM)
			return parse_fail(p, "the length of the prefix"), NULL;
		if (p->tok.num > (kind == TOK_IP4 ? 32 : 128))
			return parse_fail(p, kind == TOK_IP4 ? "a prefix of at most 32 bits" :
							       "a prefix of at most 128 bits"),
			       NULL;
		n->prefix = p->tok.num;
		if (parse_step(p) < 0)
			return NULL;
	} else if (kind == TOK_IP4 && parse_is_word(&p->tok, W_MASK)) {
		if (parse_step(p) < 0)
			return NULL;
		if (p->tok.kind != TOK_IP4)
			return parse_fail(p, "a network mask such as 255.255.0.0"), NULL;
		n->mask = token_text(p);
		if (!n->mask || parse_step(p) < 0)
			return NULL;
	}
	return n;
}

/* Joins 'a' and 'b', which stand around an "and" or "or" at column 'col'. */
static struct node *join(struct parser *p, bool is_and_op, struct node *a, struct node *b)
{
	struct node *n = parse_node(p, is_and_op ? NODE_AND : NODE_OR);

	if (!n)
		return NULL;
	n->col = a->col;
	n->a = a;
	n->b = b;
	return n;
}

static struct node *negate(struct parser *p, struct node *a, bool odd)
{
	struct node *n;

	if (!odd || !a)
		return a;
	n = parse_node(p, NODE_NOT);
	if (n) {
		n->col = a->col;
		n->a = a;
	}
	return n;
}

static int skip_nots(struct parser *p, bool *ret_odd)
{
	*ret_odd = false;
	while (is_not(&p->tok)) {
		*ret_odd = !*ret_odd;
		if (parse_step(p) < 0)
			return -EINVAL;
	}
	return 0;
}

static struct node *parse_ids(struct parser *p, struct quals q);

static struct node *parse_id_term(struct parser *p, struct quals q)
{
	struct node *n;
	bool odd;

	if (skip_nots(p, &odd) < 0)
		return NULL;
	if (p->tok.kind != '(')
		return negate(p, parse_id(p, q), odd);
	if (parse_deeper(p) < 0 || parse_step(p) < 0)
		return NULL;
	n = parse_ids(p, q);
	if (!n || parse_want(p, ')', "')', \"and\" or \"or\"") < 0)
		return NULL;
	p->depth--;
	return negate(p, n, odd);
}

/* What may stand in the parentheses of "host (a or b)": names alone. */
static struct node *parse_ids(struct parser *p, struct quals q)
{
	struct node *a = parse_id_term(p, q), *b;

	while (a && (is_and(&p->tok) || is_or(&p->tok))) {
		bool op = is_and(&p->tok);

		if (parse_step(p) < 0)
			return NULL;
		b = parse_id_term(p, q);
		a = b ? join(p, op, a, b) : NULL;
	}
	return a;
}

struct node *parse_qualified(struct parser *p, struct quals q)
{
	struct node *n = parse_id_term(p, q);

	p->q = q;
	p->have_q = true;
	return n;
}

/* True if the present token can be a name that takes the words of the one before. */
static bool is_bare_id(const struct parser *p)
{
	int k = p->tok.kind;

	if (k == TOK_NUM)
		return p->have_q && !parse_is_relop(p->next.kind) && p->next.kind != TOK_LSH &&
		       p->next.kind != TOK_RSH &&
		       !(p->next.kind && p->next.kind < 128 && strchr("+-*/%&|^", p->next.kind));
	return k >= TOK_ID && k <= TOK_ARC;
}

static struct node *parse_bare_id(struct parser *p)
{
	if (!p->have_q) {
		p->want_name = false;
		parse_fail(p, "words before it that say what it is (host, net, port, proto ...)");
		return NULL;
	}
	return parse_id(p, p->q);
}

/* "(...)": either a condition or, if nothing was compared in it, arithmetic. */
static struct node *parse_group(struct parser *p)
{
	struct node *n;

	if (parse_deeper(p) < 0 || parse_step(p) < 0)
		return NULL;
	n = parse_any(p);
	if (!n || parse_want(p, ')', "')', \"and\" or \"or\"") < 0)
		return NULL;
	p->depth--;
	return n;
}

static struct node *parse_scope(struct parser *p, unsigned int word)
{
	struct node *n = parse_node(p, NODE_SCOPE);

	if (!n || parse_step(p) < 0)
		return NULL;
	n->word = word;
	p->have_q = false;
	n->a = parse_condition(p, parse_group(p));
	p->have_q = false;
	return n->a ? n : NULL;
}

/* A condition, or arithmetic that nobody has compared yet. */
static struct node *parse_operand(struct parser *p)
{
	const struct token *t = &p->tok;
	struct node *n;

	if (t->kind == TOK_ID && !t->escaped && p->next.kind == '(') {
		const struct word_def *w = expr_word(t->text, t->n);

		if (w && (w->word == W_ANYVLAN || w->word == W_INNER))
			return parse_scope(p, w->word);
	}
	if (parse_starts_field(p))
		return parse_field(p);
	if (is_bare_id(p))
		return parse_bare_id(p);
	if (t->kind == TOK_WORD && !parse_is_word(t, W_LEN) &&
	    !(t->word->word == W_PROTO_NAME && p->next.kind == '['))
		return parse_primitive(p);
	n = t->kind == '(' ? parse_group(p) : parse_factor(p);
	if (!n || !parse_is_arith(n))
		return n;
	p->have_q = false;
	n = parse_arith_rest(p, n, 0);
	return n && parse_is_relop(p->tok.kind) ? parse_relation(p, n) : n;
}

static struct node *parse_term(struct parser *p)
{
	struct node *n;
	bool odd;

	if (skip_nots(p, &odd) < 0)
		return NULL;
	n = parse_operand(p);
	return odd ? negate(p, parse_condition(p, n), odd) : n;
}

struct node *parse_any(struct parser *p)
{
	struct node *a = parse_term(p), *b;

	while (a && (is_and(&p->tok) || is_or(&p->tok))) {
		bool op = is_and(&p->tok);

		a = parse_condition(p, a);
		if (!a || parse_step(p) < 0)
			return NULL;
		b = parse_condition(p, parse_term(p));
		a = b ? join(p, op, a, b) : NULL;
	}
	return a;
}

int expr_parse(const char *text, struct arena *mem, struct node **ret, struct err *e)
{
	struct err local;
	struct parser p = { .lx = { text, text }, .mem = mem, .e = e ? e : &local };
	struct node *n;

	*ret = NULL;
	p.e->code = 0;
	if (parse_step(&p) < 0 || parse_step(&p) < 0)
		return -p.e->code;
	if (p.tok.kind == TOK_END)
		return 0;
	n = parse_condition(&p, parse_any(&p));
	if (n && p.tok.kind != TOK_END)
		parse_fail(&p, "\"and\", \"or\" or the end");
	*ret = n;
	return -p.e->code;
}
