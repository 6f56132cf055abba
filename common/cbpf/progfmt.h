// SPDX-License-Identifier: GPL-2.0-or-later
/* progfmt - the formats in which filters are written down: recognises, reads and writes them.
 * Used by bpfc and by whoever takes a filter file. Pure: the caller has read the file. */
#ifndef CBPF_PROGFMT_H
#define CBPF_PROGFMT_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "cbpf/asm.h"

/* Largest file of any format, bytes: 4096 instructions as JSON. */
#define PROGFMT_MAX_BYTES (2 * 1024 * 1024)

enum progfmt {
	PROGFMT_NONE, /* not recognised; an expression, perhaps */
	PROGFMT_ASM,
	PROGFMT_NUMBERS, /* what cbpf/numeric reads: C, netsniff-ng, xt_bpf, tcpdump -dd and -ddd */
	PROGFMT_ARRAY,	 /* declared array of C, Rust or Go */
	PROGFMT_LISTING, /* tcpdump -d */
	PROGFMT_HEX,
	PROGFMT_RAW, /* struct sock_filter[] as it lies in memory */
	PROGFMT_JSON,
	PROGFMT_RULE, /* a command with --bytecode "..." */
	PROGFMT_EBPF, /* our listing of eBPF, which names its classic filter */
	PROGFMT_ELF,  /* our object file, which carries its classic filter */
};

/* The format of the 'n_bytes' at 'text', by their beginning. */
enum progfmt progfmt_guess(const char *text, size_t n_bytes) MUST_USE;

/* What a format is called in sentences: "hexadecimal bytes". */
const char *progfmt_name(enum progfmt f);

/* Reads a filter of format 'f' (not PROGFMT_NONE); 'name' is its file in sentences, 'flags' of enum
 * asm_flag. Returns 0 with '*ret' owned by the caller (asm_prog_free()), not yet checked, each
 * instruction with its place in the text; or -EINVAL, -ENOMEM with 'e' naming the place. */
int progfmt_read(enum progfmt f, const char *text, size_t n_bytes, const char *name,
		 unsigned int flags, struct asm_prog *ret, struct err *e) MUST_USE;

/* { 0x28, 0, 0, 0x0000000c }, a line: C, tcpdump -dd, netsniff-ng. */
void progfmt_add_c(struct str *out, const struct sock_fprog *prog);

/* 40 0 0 12 a line, as tcpdump -ddd behind its count. */
void progfmt_add_decimal(struct str *out, const struct sock_fprog *prog);

/* 1,6 0 0 0, without an end of line: what iptables wants behind --bytecode. */
void progfmt_add_xt(struct str *out, const struct sock_fprog *prog);

/* (000) ldh      [12], as tcpdump -d. */
void progfmt_add_listing(struct str *out, const struct sock_fprog *prog);

/* 28 00 00 00 0c 00 00 00 a line, and the same bytes as they are. */
void progfmt_add_hex(struct str *out, const struct sock_fprog *prog);
void progfmt_add_raw(struct str *out, const struct sock_fprog *prog);

/* An array of libc::sock_filter; a slice of bpf.RawInstruction (golang.org/x/net/bpf). */
void progfmt_add_rust(struct str *out, const struct sock_fprog *prog);
void progfmt_add_go(struct str *out, const struct sock_fprog *prog);

/* The command 'tool' (iptables, iptables-nft, ...) with a rule that this filter decides. Returns 0,
 * or -E2BIG with 'e': netfilter takes at most 64 instructions. */
int progfmt_add_rule(struct str *out, const struct sock_fprog *prog, const char *tool,
		     struct err *e) MUST_USE;

#endif
