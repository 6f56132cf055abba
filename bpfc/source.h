// SPDX-License-Identifier: GPL-2.0-or-later
/* source - the program of this run, from a file, standard input or the command line, in whatever
 * format it is written. */
#ifndef BPFC_SOURCE_H
#define BPFC_SOURCE_H

#include "cbpf/asm.h"
#include "cbpf/progfmt.h"
#include "job.h"

struct source {
	struct asm_prog p;
	enum progfmt format; /* PROGFMT_NONE: an expression */
	struct str text;     /* as it was read, before the C preprocessor; empty after it */
};

/* Reads the bytes of the program of 'job', through the C preprocessor where that is asked for, and
 * looks at none of them. Returns 0 with '*ret' owned by the caller (source_free()), or -errno with
 * 'e'. */
int source_read(const struct job *job, struct source *ret, struct err *e) MUST_USE;

/* Makes the program of what source_read() has read. Returns 0, or -errno with 'e' naming file, line
 * and column. */
int source_parse(const struct job *job, struct source *s, struct err *e) MUST_USE;

/* Optimises the program, which then has no places in its text. Returns 0, or -errno with 'e' saying
 * what the kernel would not take. */
int source_optimise(const struct job *job, struct source *s, struct err *e) MUST_USE;

/* Makes all instructions of the program come from its text as a whole, which is dropped. Returns 0
 * or -ENOMEM with 'e'. */
int source_drop_places(const struct job *job, struct source *s, struct err *e) MUST_USE;

void source_free(struct source *s);

/* "x.bpf:3:1", where instruction 'i' comes from. */
void source_add_pos(const struct source *s, unsigned int i, struct str *out);

/* The same as members file, line and column of an open object, where the format has lines. */
struct jsonw;
void source_json_pos(const struct source *s, unsigned int i, struct jsonw *j);

/* Line 'line' (from 1) of the text, without its end; '*ret_n' bytes, 0 where it is not known. */
const char *source_line(const struct source *s, unsigned int line, size_t *ret_n);

#endif
