// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_parse_prim - the primitives of pcap-filter(7): what begins with a word of the language. */
#include "cbpf/expr_parse.h"

#include <errno.h>

/* "src", "dst", "src or dst", "src and dst", "addr1" ... */
static int parse_dir(struct parser *p, struct quals *q)
{
	unsigned int first = p->tok.word->word, other = first == W_SRC ? W_DST : W_SRC;

	if (first == W_ADDR) {
		q->dir = p->tok.word->value;
		return parse_step(p);
	}
	q->dir = first == W_SRC ? DIR_SRC : DIR_DST;
	if (parse_step(p) < 0)
		return -EINVAL;
	if (p->tok.kind != TOK_AND && p->tok.kind != TOK_OR && !parse_is_word(&p->tok, W_AND) &&
	    !parse_is_word(&p->tok, W_OR))
		return 0;
	q->dir = p->tok.kind == TOK_AND || parse_is_word(&p->tok, W_AND) ? DIR_AND : DIR_OR;
	if (parse_step(p) < 0)
		return -EINVAL;
	if (!parse_is_word(&p->tok, other))
		return parse_fail(p, other == W_DST ? "\"dst\"" : "\"src\"");
	return parse_step(p);
}

/* Behind "tcp" or at the start: direction, type, then the name. */
static struct node *parse_head(struct parser *p, struct quals q)
{
	bool dir = false;

	if (p->tok.kind == TOK_WORD && (p->tok.word->word == W_SRC || p->tok.word->word == W_DST ||
					p->tok.word->word == W_ADDR)) {
		if (parse_dir(p, &q) < 0)
			return NULL;
		dir = true;
	}
	if (parse_is_word(&p->tok, W_TYPE)) {
		q.type = p->tok.word->value;
		if (dir && q.type >= TYPE_GATEWAY) {
			parse_fail(p, "host, net, port or portrange behind the direction");
			return NULL;
		}
		if (parse_step(p) < 0)
			return NULL;
	}
	return parse_qualified(p, q);
}

static int parse_num(struct parser *p, uint32_t *ret)
{
	if (p->tok.kind != TOK_NUM)
		return parse_fail(p, "a number");
	*ret = p->tok.num;
	return parse_step(p);
}

/* Name or number as an operand of "type", "reason", "ifname" ...: text always, num if it is one. */
static int parse_value(struct parser *p, struct node *n, const char *what, bool numbers)
{
	bool num = p->tok.kind == TOK_NUM && !p->tok.word;

	p->want_name = true;
	if (p->tok.kind != TOK_ID && !(num && numbers))
		return parse_fail(p, what);
	n->has_num = num;
	n->num = p->tok.num;
	n->text = arena_strndup(p->mem, p->tok.text, p->tok.n);
	if (!n->text)
		return err_set(p->e, ENOMEM, "out of memory");
	return parse_step(p);
}

/* "[ether] broadcast" and "multicast". */
static struct node *parse_cast(struct parser *p, struct quals q)
{
	struct node *n = parse_node(p, NODE_CAST);

	if (!n)
		return NULL;
	n->q = q;
	n->word = p->tok.word->word;
	return parse_step(p) < 0 ? NULL : n;
}

/* "type data subtype qos-data", "subtype beacon", "dir fromds". The subtype's name is a second
 * node: 'b'. */
static struct node *parse_wlan(struct parser *p)
{
	struct node *n = parse_node(p, NODE_WLAN);

	if (!n)
		return NULL;
	n->word = p->tok.word->word;
	if (parse_step(p) < 0 || parse_value(p, n, "a name or number of 802.11", true) < 0)
		return NULL;
	if (n->word != W_WLAN_TYPE || !parse_is_word(&p->tok, W_WLAN_SUBTYPE))
		return n;
	n->b = parse_node(p, NODE_WLAN);
	if (!n->b)
		return NULL;
	n->b->word = W_WLAN_SUBTYPE;
	if (parse_step(p) < 0 || parse_value(p, n->b, "a frame subtype", true) < 0)
		return NULL;
	return n;
}

/* One "[relop] number" of "sio > 3" or of the list in "sio (3 or 4)". */
static struct node *parse_cmp_value(struct parser *p, unsigned int word)
{
	struct node *n = parse_node(p, NODE_CMP);

	if (!n)
		return NULL;
	n->word = word;
	n->op = '=';
	if (parse_is_relop(p->tok.kind)) {
		n->op = p->tok.kind;
		if (parse_step(p) < 0)
			return NULL;
	}
	return parse_num(p, &n->num) < 0 ? NULL : n;
}

static struct node *parse_cmp(struct parser *p)
{
	unsigned int word = p->tok.word->word;
	struct node *n, *or;

	if (parse_step(p) < 0)
		return NULL;
	if (p->tok.kind != '(')
		return parse_cmp_value(p, word);
	if (parse_step(p) < 0)
		return NULL;
	n = parse_cmp_value(p, word);
	while (n && (p->tok.kind == TOK_OR || parse_is_word(&p->tok, W_OR))) {
		or = parse_node(p, NODE_OR);
		if (!or || parse_step(p) < 0)
			return NULL;
		or->a = n;
		or->b = parse_cmp_value(p, word);
		n = or->b ? or : NULL;
	}
	return n && parse_want(p, ')', "\"or\" or ')'") < 0 ? NULL : n;
}

/* "byte 3 = 5": operators &, |, <, > and =. */
static struct node *parse_byte(struct parser *p)
{
	struct node *n = parse_node(p, NODE_BYTE);

	if (!n || parse_step(p) < 0 || parse_num(p, &n->num) < 0)
		return NULL;
	if (p->tok.kind != '&' && p->tok.kind != '|' && p->tok.kind != '<' && p->tok.kind != '>' &&
	    p->tok.kind != '=')
		return parse_fail(p, "one of & | < > ="), NULL;
	n->op = p->tok.kind;
	if (parse_step(p) < 0 || parse_num(p, &n->num2) < 0)
		return NULL;
	return n;
}

static struct node *parse_llc(struct parser *p)
{
	struct node *n = parse_node(p, NODE_NAMED);

	if (!n || parse_step(p) < 0)
		return NULL;
	n->word = W_LLC;
	/* "rnr" is a word of the language too. */
	if (p->tok.kind != TOK_ID && !parse_is_word(&p->tok, W_RNR))
		return n;
	n->text = arena_strndup(p->mem, p->tok.text, p->tok.n);
	if (!n->text) {
		err_set(p->e, ENOMEM, "out of memory");
		return NULL;
	}
	return parse_step(p) < 0 ? NULL : n;
}

/* A word with a number that may be left out ('must' false) or not. */
static struct node *parse_numbered(struct parser *p, enum node_kind kind, bool must)
{
	struct node *n = parse_node(p, kind);

	if (!n)
		return NULL;
	n->word = p->tok.word->word;
	if (parse_step(p) < 0)
		return NULL;
	if (p->tok.kind != TOK_NUM && !must)
		return n;
	n->has_num = true;
	return parse_num(p, &n->num) < 0 ? NULL : n;
}

static struct node *parse_named(struct parser *p)
{
	struct node *n = parse_node(p, NODE_NAMED);

	if (!n)
		return NULL;
	n->word = p->tok.word->word;
	if (parse_step(p) < 0)
		return NULL;
	return parse_value(p, n, "a name", n->word == W_REASON) < 0 ? NULL : n;
}

/* What is neither a protocol nor a direction nor a type. */
static struct node *parse_special(struct parser *p)
{
	struct node *n;

	switch (p->tok.word->word) {
	case W_BROADCAST:
	case W_MULTICAST:
		return parse_cast(p, (struct quals){ 0 });
	case W_WLAN_TYPE:
	case W_WLAN_SUBTYPE:
	case W_WLAN_DIR:
		return parse_wlan(p);
	case W_LESS:
	case W_GREATER:
		return parse_numbered(p, NODE_LEN, true);
	case W_BYTE:
		return parse_byte(p);
	case W_VLAN:
	case W_MPLS:
	case W_PPPOES:
	case W_GENEVE:
	case W_VXLAN:
		return parse_numbered(p, NODE_NUMBERED, false);
	case W_IFINDEX:
	case W_RNR:
	case W_SRNR:
		return parse_numbered(p, NODE_NUMBERED, true);
	case W_IFNAME:
	case W_RSET:
	case W_REASON:
	case W_ACTION:
		return parse_named(p);
	case W_LLC:
		return parse_llc(p);
	case W_MASK:
	case W_AND:
	case W_OR:
		return parse_fail(p, "a condition"), NULL;
	}
	if (p->tok.word->word >= W_SIO || p->tok.word->word == W_VPI || p->tok.word->word == W_VCI)
		return parse_cmp(p);
	n = parse_node(p, NODE_WORD);
	if (!n)
		return NULL;
	n->word = p->tok.word->word;
	return parse_step(p) < 0 ? NULL : n;
}

struct node *parse_primitive(struct parser *p)
{
	struct quals q = { 0 };
	struct node *n;

	switch (p->tok.word->word) {
	case W_SRC:
	case W_DST:
	case W_ADDR:
	case W_TYPE:
		return parse_head(p, q);
	case W_PROTO_NAME:
		break;
	default:
		p->have_q = false;
		return parse_special(p);
	}
	n = parse_node(p, NODE_PROTO);
	if (!n)
		return NULL;
	n->q.proto = q.proto = p->tok.word->value;
	if (parse_step(p) < 0)
		return NULL;
	if (p->tok.kind == TOK_WORD) {
		switch (p->tok.word->word) {
		case W_SRC:
		case W_DST:
		case W_ADDR:
		case W_TYPE:
			return parse_head(p, q);
		case W_BROADCAST:
		case W_MULTICAST:
			p->have_q = false;
			return parse_cast(p, q);
		case W_WLAN_TYPE:
		case W_WLAN_SUBTYPE:
		case W_WLAN_DIR:
			p->have_q = false;
			return parse_wlan(p);
		}
	}
	p->have_q = false;
	return n;
}
