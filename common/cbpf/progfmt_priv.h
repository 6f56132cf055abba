// SPDX-License-Identifier: GPL-2.0-or-later
/* progfmt_priv - what the readers of progfmt share. */
#ifndef CBPF_PROGFMT_PRIV_H
#define CBPF_PROGFMT_PRIV_H

#include "cbpf/progfmt.h"

/* What a listing of eBPF begins with, before the classic filter in xt_bpf's format. */
#define EBPF_CLASSIC "; classic filter: "

/* Makes room for 'n' instructions in 'p' (those that are there stay), on lines 1 to 'n' of file
 * 'name' for a start. */
int progfmt_begin(struct asm_prog *p, const char *name, unsigned int n, struct err *e) MUST_USE;

/* The readers of formats that have a file of their own; as progfmt_read(). */
int progfmt_read_listing(const char *text, size_t n_bytes, const char *name, unsigned int flags,
			 struct asm_prog *ret, struct err *e) MUST_USE;
int progfmt_read_json(const char *text, size_t n_bytes, const char *name, struct asm_prog *ret,
		      struct err *e) MUST_USE;

/* Whether 'text' begins as JSON does and as no other format. */
bool progfmt_looks_json(const char *text, size_t n_bytes) MUST_USE;

#endif
