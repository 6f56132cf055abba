// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_lex - filter expressions cut into tokens. Private to the expr files. */
#ifndef CBPF_EXPR_LEX_H
#define CBPF_EXPR_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "cbpf/expr_words.h"

/* Punctuation is its own character; the rest begins above. */
enum tok {
	TOK_END = 0,
	TOK_WORD = 256, /* a word of the language: 'word' */
	TOK_ID,		/* a name; 'escaped' if it had a backslash */
	TOK_NUM,	/* 'num' */
	TOK_IP4,	/* numbers and dots: 10.1, 10.0.0.1 */
	TOK_IP6,
	TOK_MAC,
	TOK_ARC, /* $5: 'num' */
	TOK_LE,
	TOK_GE,
	TOK_NE,
	TOK_LSH,
	TOK_RSH,
	TOK_AND,
	TOK_OR,
};

struct token {
	int kind; /* enum tok or a character */
	const char *text;
	size_t n;
	uint32_t col; /* from 1 */
	uint32_t num;
	bool escaped;
	const struct word_def *word;
};

struct lexer {
	const char *text, *p;
};

/* Reads the next token. Returns 0, or -EINVAL with 'e' saying what is wrong with it. */
int lex_next(struct lexer *lx, struct token *ret, struct err *e) MUST_USE;

/* Reads the 'n' characters at 'text' as C writes numbers (10, 0x1f, 017) into '*ret'. Returns 0,
 * -EINVAL if they are none, or -ERANGE above 32 bits. */
int lex_number(const char *text, size_t n, uint32_t *ret) MUST_USE;

/* Reads the 'n' characters at 'text' as an Ethernet address, in any of its spellings. */
bool lex_mac(const char *text, size_t n, uint8_t ret[6]) MUST_USE;

/* The same for IPv6, and for IPv4 with one to four parts: '*ret_parts' of them, the first in the
 * highest byte of '*ret'. */
bool lex_ip6(const char *text, size_t n, uint8_t ret[16]) MUST_USE;
bool lex_ip4(const char *text, size_t n, uint32_t *ret, unsigned int *ret_parts) MUST_USE;

#endif
