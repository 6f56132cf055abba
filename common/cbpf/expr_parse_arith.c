// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_parse_arith - arithmetic, and fields of the protocol table. Operators bind as in C;
 * constants are folded here, so that a division by 0 is found with its column. */
#include "cbpf/expr_parse.h"

#include <errno.h>
#include <string.h>

#include "proto/names.h"
#include "proto/proto.h"

enum { FIELD_NAME_BYTES = 64 };

static const struct {
	int kind;
	unsigned int level;
} operators[] = {
	{ '|', 1 }, { '^', 2 }, { '&', 3 }, { TOK_LSH, 4 }, { TOK_RSH, 4 },
	{ '+', 5 }, { '-', 5 }, { '*', 6 }, { '/', 6 },	    { '%', 6 },
};

static unsigned int level_of(int kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++)
		if (operators[i].kind == kind)
			return operators[i].level;
	return 0;
}

static int fold(struct parser *p, struct node *n, uint32_t a, uint32_t b)
{
	uint32_t v = 0;

	switch (n->op) {
	case '|':
		v = a | b;
		break;
	case '^':
		v = a ^ b;
		break;
	case '&':
		v = a & b;
		break;
	case TOK_LSH:
		v = a << b;
		break;
	case TOK_RSH:
		v = a >> b;
		break;
	case '+':
		v = a + b;
		break;
	case '-':
		v = a - b;
		break;
	case '*':
		v = a * b;
		break;
	case '/':
		v = a / b;
		break;
	case '%':
		v = a % b;
		break;
	default:
		return parse_fail(p, "an operator");
	}
	n->kind = NODE_NUM;
	n->num = v;
	return 0;
}

/* Refuses what would be an error at every packet. */
static int check_operand(struct parser *p, int op, const struct node *b)
{
	if (b->kind != NODE_NUM)
		return 0;
	if ((op == '/' || op == '%') && b->num == 0)
		return err_set(p->e, EINVAL, "column %u: division by zero", b->col);
	if ((op == TOK_LSH || op == TOK_RSH) && b->num > 31)
		return err_set(p->e, EINVAL, "column %u: shift by %u bits, at most 31 make sense",
			       b->col, b->num);
	return 0;
}

static struct node *binary(struct parser *p, int op, struct node *a, struct node *b)
{
	struct node *n = parse_node(p, NODE_BIN);

	if (!n || check_operand(p, op, b) < 0)
		return NULL;
	n->op = op;
	n->col = a->col;
	n->a = a;
	n->b = b;
	if (a->kind == NODE_NUM && b->kind == NODE_NUM && fold(p, n, a->num, b->num) < 0)
		return NULL;
	return n;
}

static struct node *want_arith(struct parser *p, struct node *n)
{
	if (n && !parse_is_arith(n)) {
		err_set(p->e, EINVAL, "column %u: expected arithmetic, found a condition", n->col);
		return NULL;
	}
	return n;
}

/* "proto [ a : size ]", the bracket being next. */
static struct node *parse_index(struct parser *p)
{
	struct node *n = parse_node(p, NODE_INDEX);

	if (!n)
		return NULL;
	n->q.proto = p->tok.word->value;
	n->text = p->tok.word->text;
	n->num = 1;
	if (parse_step(p) < 0 || parse_deeper(p) < 0 || parse_step(p) < 0)
		return NULL;
	n->a = want_arith(p, parse_factor(p));
	if (n->a)
		n->a = parse_arith_rest(p, n->a, 0);
	if (!n->a)
		return NULL;
	if (p->tok.kind == ':') {
		if (parse_step(p) < 0)
			return NULL;
		if (p->tok.kind != TOK_NUM ||
		    (p->tok.num != 1 && p->tok.num != 2 && p->tok.num != 4))
			return parse_fail(p, "a size of 1, 2 or 4 bytes"), NULL;
		n->num = p->tok.num;
		if (parse_step(p) < 0)
			return NULL;
	}
	p->depth--;
	return parse_want(p, ']', "']', ':' or an operator") < 0 ? NULL : n;
}

/* A name of a value of the field that was named last ("cs1" behind "dscp ="). */
static bool named_value(const struct parser *p, uint64_t *ret)
{
	const struct field *f = p->named;
	char name[FIELD_NAME_BYTES];
	int64_t v;

	if (!f || p->tok.n >= sizeof(name))
		return false;
	memcpy(name, p->tok.text, p->tok.n);
	name[p->tok.n] = '\0';
	for (const struct value_name *vn = f->names; vn && vn->name; vn++) {
		if (strcmp(vn->name, name) == 0) {
			*ret = field_name_number(f, vn);
			return true;
		}
	}
	v = f->reg == REG_TCP_PORT || f->reg == REG_UDP_PORT ?
		    names_port_by_name(NULL, f->reg, name) :
	    f->reg ? names_by_name(f->reg, name) :
		     -1;
	*ret = v;
	return v >= 0;
}

static struct node *parse_field_name(struct parser *p);

struct node *parse_factor(struct parser *p)
{
	bool negative = false;
	struct node *n, *neg;
	uint64_t v;

	while (p->tok.kind == '-') {
		negative = !negative;
		if (parse_step(p) < 0)
			return NULL;
	}
	if (p->tok.kind == TOK_NUM || ((p->tok.kind == TOK_ID || p->tok.kind == TOK_WORD) &&
				       !parse_is_word(&p->tok, W_LEN) && named_value(p, &v))) {
		n = parse_node(p, NODE_NUM);
		if (n)
			n->num = p->tok.kind == TOK_NUM ? p->tok.num : v;
		if (!n || parse_step(p) < 0)
			return NULL;
	} else if (parse_is_word(&p->tok, W_LEN)) {
		n = parse_node(p, NODE_PKTLEN);
		if (!n || parse_step(p) < 0)
			return NULL;
	} else if (parse_is_word(&p->tok, W_PROTO_NAME) && p->next.kind == '[') {
		n = parse_index(p);
	} else if (p->tok.kind == '(') {
		if (parse_deeper(p) < 0 || parse_step(p) < 0)
			return NULL;
		n = want_arith(p, parse_any(p));
		p->depth--;
		if (!n || parse_want(p, ')', "')' or an operator") < 0)
			return NULL;
	} else if (parse_starts_field(p)) {
		n = parse_field_name(p);
	} else {
		parse_fail(p, p->named ? "a number, or the name of a value of the field" :
					 "a condition, a number or proto[offset]");
		return NULL;
	}
	if (!n || !negative)
		return n;
	neg = parse_node(p, NODE_NEG);
	if (!neg)
		return NULL;
	neg->col = n->col;
	neg->a = n;
	if (n->kind == NODE_NUM) {
		neg->kind = NODE_NUM;
		neg->num = -n->num;
	}
	return neg;
}

struct node *parse_arith_rest(struct parser *p, struct node *left, unsigned int min_level)
{
	while (left && level_of(p->tok.kind) > min_level) {
		int op = p->tok.kind;
		unsigned int level = level_of(op);
		struct node *right;

		if (parse_step(p) < 0)
			return NULL;
		right = parse_factor(p);
		if (right)
			right = parse_arith_rest(p, right, level);
		left = right ? binary(p, op, left, right) : NULL;
	}
	return left;
}

struct node *parse_relation(struct parser *p, struct node *left)
{
	struct node *n = parse_node(p, NODE_REL);

	if (!n)
		return NULL;
	n->op = p->tok.kind;
	n->col = left->col;
	n->a = left;
	if (parse_step(p) < 0)
		return NULL;
	n->b = parse_factor(p);
	if (n->b)
		n->b = parse_arith_rest(p, n->b, 0);
	p->named = NULL;
	return n->b ? n : NULL;
}

/* Resolves the present token as a field; "dscp" is that of either IP version. */
static const struct field *find_field(const struct parser *p, const struct proto **ret_p,
				      const struct opt_def **ret_opt)
{
	char name[FIELD_NAME_BYTES];

	if (p->tok.kind != TOK_ID || p->tok.escaped || p->tok.n >= sizeof(name))
		return NULL;
	memcpy(name, p->tok.text, p->tok.n);
	name[p->tok.n] = '\0';
	if (strcmp(name, "dscp") == 0)
		return *ret_opt = NULL, *ret_p = NULL, proto_find("ip4.dscp", ret_p, ret_opt);
	return strchr(name, '.') ? proto_find(name, ret_p, ret_opt) : NULL;
}

bool parse_starts_field(const struct parser *p)
{
	const struct opt_def *opt;
	const struct proto *proto;

	return find_field(p, &proto, &opt);
}

/* "80", "8000-8010" (one token) or "8000 - 8010"; IPv4 addresses are numbers too. */
static int parse_number_item(struct parser *p, struct set_item *it)
{
	const char *dash = memchr(p->tok.text, '-', p->tok.n);
	unsigned int parts;
	uint32_t lo, hi;
	size_t n = dash ? (size_t)(dash - p->tok.text) : p->tok.n;
	bool ip4 = memchr(p->tok.text, '.', n);
	uint64_t v;

	if (p->tok.kind == TOK_ID || p->tok.kind == TOK_WORD) {
		if (named_value(p, &v)) {
			it->lo = it->hi = v;
			return parse_step(p);
		}
	}
	if (ip4 ? !lex_ip4(p->tok.text, n, &lo, &parts) : lex_number(p->tok.text, n, &lo) < 0)
		return parse_fail(p, "a number, a range or the name of a value");
	hi = lo;
	if (dash) {
		n = p->tok.n - n - 1;
		if (ip4 ? !lex_ip4(dash + 1, n, &hi, &parts) : lex_number(dash + 1, n, &hi) < 0)
			return parse_fail(p, "a range such as 8000-8010");
	}
	if (parse_step(p) < 0)
		return -EINVAL;
	if (ip4 && p->tok.kind == '/') {
		if (parse_step(p) < 0)
			return -EINVAL;
		if (p->tok.kind != TOK_NUM || p->tok.num > 32)
			return parse_fail(p, "a prefix of at most 32 bits");
		lo &= p->tok.num ? UINT32_MAX << (32 - p->tok.num) : 0;
		hi = lo | (p->tok.num < 32 ? UINT32_MAX >> p->tok.num : 0);
		if (parse_step(p) < 0)
			return -EINVAL;
	} else if (!dash && p->tok.kind == '-' && p->next.kind == TOK_NUM) {
		hi = p->next.num;
		if (parse_step(p) < 0 || parse_step(p) < 0)
			return -EINVAL;
	}
	it->lo = lo;
	it->hi = hi;
	if (lo > hi)
		return err_set(p->e, EINVAL, "column %u: the range ends before it begins", it->col);
	return 0;
}

static int parse_address_item(struct parser *p, const struct field *f, struct set_item *it)
{
	bool ip6 = f->kind == FIELD_IPV6;

	it->n_bytes = ip6 ? 16 : 6;
	it->prefix = it->n_bytes * 8;
	if (ip6 ? !lex_ip6(p->tok.text, p->tok.n, it->bytes) :
		  !lex_mac(p->tok.text, p->tok.n, it->bytes))
		return parse_fail(p, ip6 ? "an IPv6 address" : "an Ethernet address");
	if (parse_step(p) < 0)
		return -EINVAL;
	if (p->tok.kind != '/')
		return 0;
	if (parse_step(p) < 0)
		return -EINVAL;
	if (p->tok.kind != TOK_NUM || p->tok.num > it->prefix)
		return parse_fail(p, "the length of the prefix in bits");
	it->prefix = p->tok.num;
	return parse_step(p);
}

/* A value or range, put before '*list'. */
static int parse_item(struct parser *p, const struct node *n, struct set_item **list)
{
	struct set_item *it = arena_alloc(p->mem, sizeof(*it));
	int rc;

	if (!it)
		return err_set(p->e, ENOMEM, "out of memory");
	it->col = p->tok.col;
	switch (n->field->kind) {
	case FIELD_MAC:
	case FIELD_IPV6:
		rc = parse_address_item(p, n->field, it);
		break;
	case FIELD_BYTES:
	case FIELD_TEXT:
		return err_set(p->e, EOPNOTSUPP, "column %u: not expressible: %s is no number or "
			       "address, and classic BPF compares nothing else", n->col, n->text);
	default:
		rc = parse_number_item(p, it);
	}
	it->next = *list;
	*list = it;
	return rc;
}

/* "in { ... }" behind the field 'n'. */
static struct node *parse_set(struct parser *p, struct node *n)
{
	n->kind = NODE_SET;
	n->op = '=';
	if (parse_step(p) < 0 || parse_want(p, '{', "'{'") < 0)
		return NULL;
	for (;;) {
		if (parse_item(p, n, &n->set) < 0)
			return NULL;
		if (p->tok.kind == '}')
			break;
		if (parse_want(p, ',', "',' or '}'") < 0)
			return NULL;
	}
	p->named = NULL;
	return parse_step(p) < 0 ? NULL : n;
}

/* The name of a field, as a number in arithmetic. */
static struct node *parse_field_name(struct parser *p)
{
	struct node *n = parse_node(p, NODE_VALUE);

	if (!n)
		return NULL;
	n->field = find_field(p, &n->proto, &n->opt);
	n->has_num = memchr(p->tok.text, '.', p->tok.n); /* false: "dscp", of either version */
	n->text = arena_strndup(p->mem, p->tok.text, p->tok.n);
	p->named = n->field;
	p->have_q = false;
	if (!n->text || parse_step(p) < 0)
		return NULL;
	return n;
}

struct node *parse_field(struct parser *p)
{
	struct node *n = parse_field_name(p);
	const struct word_def *w = NULL;

	if (!n)
		return NULL;
	if (p->tok.kind == TOK_ID && !p->tok.escaped)
		w = expr_word(p->tok.text, p->tok.n);
	if (w && w->word == W_IN)
		return parse_set(p, n);
	if ((p->tok.kind == '=' || p->tok.kind == TOK_NE) &&
	    (!field_is_number(n->field) || n->field->at.n > 32)) {
		n->kind = NODE_SET;
		n->op = p->tok.kind;
		if (parse_step(p) < 0 || parse_item(p, n, &n->set) < 0)
			return NULL;
		p->named = NULL;
		return n;
	}
	n = parse_arith_rest(p, n, 0);
	return n && parse_is_relop(p->tok.kind) ? parse_relation(p, n) : n;
}
