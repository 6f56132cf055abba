// SPDX-License-Identifier: GPL-2.0-or-later
/* asm - assembler of classic BPF: the language of bpfc(8) and of the kernel's bpf_asm.
 * Pure: the caller has read the file and run the C preprocessor over it, whose line markers are
 * understood. Sits on asm_lex (tokens) and asm_link (labels, far jumps). */
#ifndef CBPF_ASM_H
#define CBPF_ASM_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* Largest source that is worth reading, bytes. */
#define ASM_MAX_BYTES (1024 * 1024)

/* Where something stands in a source; counted from 1, columns in bytes. */
struct asm_pos {
	const char *file;
	uint32_t line;
	uint32_t column;
};

enum asm_flag {
	ASM_ANY_WORD = 1, /* M[16] and above and jumps backwards are taken as they are written */
};

/* An assembled program. 'pos' has one entry an instruction. */
struct asm_prog {
	struct sock_fprog prog;
	struct asm_pos *pos;
	unsigned int n_far; /* jumps that were too far and go through a ja of their own */
	struct arena arena; /* 'pos' and the names of files live here */
};

/* Assembles the 'n_bytes' at 'text'; 'name' is its file in error sentences and positions, 'flags'
 * of enum asm_flag. A conditional jump over more than 255 instructions is led through a ja behind
 * it. Returns 0 with '*ret' owned by the caller (asm_prog_free()) and not yet checked, or -EINVAL,
 * -ENOMEM with 'e': file, line, column, what was expected and what was found. */
int asm_parse(const char *text, size_t n_bytes, const char *name, unsigned int flags,
	      struct asm_prog *ret, struct err *e) MUST_USE;

/* Frees what 'p' holds and empties it; for AUTO(). */
void asm_prog_free(struct asm_prog *p);

/* Adds the table of instructions, addressing modes and extensions, for people. */
struct str;
void asm_describe(struct str *out);

#endif
