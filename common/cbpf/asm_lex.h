// SPDX-License-Identifier: GPL-2.0-or-later
/* asm_lex - the tokens of an assembler source: words, numbers, marks; blanks and comments between
 * them vanish, line markers of the C preprocessor set file and line. Private to asm. */
#ifndef CBPF_ASM_LEX_H
#define CBPF_ASM_LEX_H

#include "cbpf/asm.h"

enum asm_tok_kind { ASM_END, ASM_MARK, ASM_WORD, ASM_NUMBER };

struct asm_tok {
	enum asm_tok_kind kind;
	const char *p;
	size_t n_bytes;
	struct asm_pos pos;
};

struct asm_lex {
	const char *p, *end;
	const char *line_start;
	struct asm_pos pos; /* file and line of 'p' */
	bool line_begins;   /* only blanks before 'p' in its line */
	struct asm_tok tok; /* the token that comes next */
	struct arena *arena;
	struct err *e;
};

/* Begins at 'text' with the first token in 'l->tok'. Returns 0 or -errno with 'e'. */
int asm_lex_open(struct asm_lex *l, const char *text, size_t n_bytes, const char *name,
		 struct arena *arena, struct err *e) MUST_USE;

/* Steps to the next token. Returns 0 or -errno with 'e' of the lexer set. */
int asm_lex_next(struct asm_lex *l) MUST_USE;

/* True if the next token is mark 'c', or the word 'word' in any case. */
bool asm_lex_is(const struct asm_lex *l, char c);
bool asm_lex_is_word(const struct asm_lex *l, const char *word);

/* True if mark 'c' follows the next token. */
bool asm_lex_ahead(const struct asm_lex *l, char c);

/* Steps over mark 'c', or says that 'wanted' was expected. */
int asm_lex_expect(struct asm_lex *l, char c, const char *wanted) MUST_USE;

/* Sets the error "FILE:LINE:COLUMN: expected 'wanted', found ..." of the next token: -EINVAL. */
int asm_lex_unexpected(const struct asm_lex *l, const char *wanted);

/* Reads a number of at most 32 bits, with a sign if 'sign' (a negative one is its two's
 * complement), and steps over it; else says that 'wanted' was expected. */
int asm_lex_number(struct asm_lex *l, bool sign, const char *wanted, uint32_t *ret_v) MUST_USE;

/* "FILE:LINE:COLUMN" for error sentences. */
#define ASM_AT	    "%s:%u:%u: "
#define ASM_POS(at) (at).file, (at).line, (at).column

#endif
