// SPDX-License-Identifier: GPL-2.0-or-later
/* numeric - reads filters written as numbers, as bpfc -f C|netsniff-ng|xt_bpf|tcpdump, tcpdump -dd
 * and -ddd, and nfbpf_compile print them. Pure: the caller has read the file. */
#ifndef CBPF_NUMERIC_H
#define CBPF_NUMERIC_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Largest text that is worth reading: far above 4096 instructions in any format. */
#define NUMERIC_MAX_BYTES (1024 * 1024)

/* Whether 'text' begins as a filter in numbers does. False for an expression ("tcp port 80"), for
 * assembler and for an empty text. */
bool numeric_looks_like(const char *text, size_t n_bytes);

/* Reads all of 'text' ('name' is its file, for error sentences) as a filter in one of
 *   { 0x28, 0, 0, 0x0000000c },     one or more a line
 *   40 0 0 12                       one a line; a first line may give the count
 *   4,40 0 0 12,21 0 1 2048,...     xt_bpf: the count, then one after each comma
 * with comments in the styles of C and of the shell. Returns 0 with '*ret_prog' owned by the caller
 * (insn_fprog_free()) and not yet checked, or -EINVAL with 'e' naming line, column and token. */
int numeric_parse(const char *text, size_t n_bytes, const char *name, struct sock_fprog *ret_prog,
		  struct err *e) MUST_USE;

/* Where in its text an instruction stands, from 1. */
struct numeric_at {
	uint32_t line, column;
};

/* As numeric_parse(), and fills 'ret_at' (BPF_MAXINSNS entries). */
int numeric_parse_at(const char *text, size_t n_bytes, const char *name,
		     struct sock_fprog *ret_prog, struct numeric_at *ret_at,
		     struct err *e) MUST_USE;

/* Whether 'text' declares an array of instructions in C, Rust or Go. */
bool numeric_looks_declared(const char *text, size_t n_bytes);

/* As numeric_parse_at() of such a declaration: struct sock_filter f[] = { { 0x28, 0, 0, 12 } };
 * [libc::sock_filter; 1] = [sock_filter { code: 0x28, jt: 0, jf: 0, k: 12 }];
 * []bpf.RawInstruction{ {Op: 0x28, Jt: 0, Jf: 0, K: 12} }. */
int numeric_parse_declared(const char *text, size_t n_bytes, const char *name,
			   struct sock_fprog *ret_prog, struct numeric_at *ret_at,
			   struct err *e) MUST_USE;

#endif
