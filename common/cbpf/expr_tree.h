// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_tree - what the parser of filter expressions makes of a text: nodes of a tree, in the words
 * of the language, before anything is known of link types. Private to the expr files. */
#ifndef CBPF_EXPR_TREE_H
#define CBPF_EXPR_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "cbpf/expr_words.h"

/* What the words before a name or number say of it. */
struct quals {
	uint8_t proto; /* enum qproto */
	uint8_t dir;   /* enum qdir */
	uint8_t type;  /* enum qtype */
};

enum node_kind {
	NODE_AND,
	NODE_OR,
	NODE_NOT,
	NODE_ID,      /* "src host foo": q, id_kind, text, num, mask */
	NODE_PROTO,   /* "tcp": q.proto */
	NODE_REL,     /* a OP b, both arithmetic */
	NODE_CAST,    /* "ether broadcast", "ip multicast": q.proto, word */
	NODE_LEN,     /* "less 5", "greater 5": word, num */
	NODE_BYTE,    /* "byte 3 = 5": num, op, num2 */
	NODE_WORD,    /* a word by itself: inbound, llc, oam ...: word */
	NODE_NUMBERED, /* a word with an optional number: vlan, mpls, rnr: word, has_num, num */
	NODE_NAMED,   /* a word with a name or number: ifname, reason, llc: word, text */
	NODE_WLAN,    /* "type X subtype Y" (b), "dir X": word, text, has_num, num */
	NODE_CMP,     /* "vpi > 3", "opc 5": word, op, num */
	NODE_SCOPE,   /* "anyvlan(a)", "inner(a)": word, a */
	NODE_FIELD,   /* a field by itself: it is there and not zero */
	NODE_SET,     /* field "in" set, or OP address: field, op ('=', TOK_NE), set */
	/* arithmetic */
	NODE_NUM,     /* num */
	NODE_PKTLEN,  /* "len" */
	NODE_INDEX,   /* proto [ a : num ]: q.proto */
	NODE_BIN,     /* a op b */
	NODE_NEG,     /* - a */
	NODE_VALUE,   /* field in arithmetic */
};

enum id_kind {
	ID_NAME,
	ID_NUM,	  /* 80 */
	ID_IP4,	  /* 10.1, 10.0.0.0/8, 10.0.0.0 mask 255.0.0.0 */
	ID_IP6,	  /* fe80::1, fe80::/16 */
	ID_MAC,	  /* 1:2:3:4:5:6 */
	ID_ARC,	  /* $5 */
};

/* A value or range of a set: numbers and IPv4 addresses compare whole, others byte by byte. */
struct set_item {
	struct set_item *next;
	uint64_t lo, hi;
	uint8_t bytes[16]; /* MAC and IPv6 addresses */
	uint8_t prefix;	   /* of these: how many bits count */
	uint8_t n_bytes;   /* 6, 16; 0: a number */
	uint32_t col;
};

enum { LEN_NONE = -1 };

struct field;
struct proto;
struct opt_def;

struct node {
	uint8_t kind; /* enum node_kind */
	uint8_t id_kind;
	bool has_num;
	uint16_t op;   /* enum tok of a comparison or an operation */
	uint16_t word; /* enum word */
	struct quals q;
	uint32_t col; /* of its first character, from 1 */
	uint32_t num, num2;
	int16_t prefix;	     /* "/8", or LEN_NONE */
	const char *text;    /* name or number as written */
	const char *mask;    /* "mask 255.0.0.0", or NULL */
	struct node *a, *b;
	/* fields of the protocol table */
	const struct proto *proto;
	const struct field *field;
	const struct opt_def *opt;
	struct set_item *set;
};

/* Reads 'text' whole. Returns 0 with '*ret' (NULL for an empty text) in 'mem', or -EINVAL or
 * -ENOMEM with 'e' telling column and what was expected. */
int expr_parse(const char *text, struct arena *mem, struct node **ret, struct err *e);

#endif
