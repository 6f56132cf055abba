// SPDX-License-Identifier: GPL-2.0-or-later
/* asm_fuzz - sources of arbitrary bytes: what assembles is written as assembler and has to assemble
 * to the same bytes; the same for the input taken as instructions in binary, with the names of
 * fields beside them. Must reach every reader of an operand, far jumps and line markers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/asm.h"
#include "cbpf/asmout.h"
#include "cbpf/insn.h"
#include "proto/linktype.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

static void round_trip(const struct sock_fprog *prog)
{
	AUTO(fieldname_free_p) struct fieldname *names = fieldname_new(prog, LINKTYPE_ETHERNET);
	AUTO(asm_prog_free) struct asm_prog again = { 0 };
	AUTO(str_free) struct str s = { 0 };
	struct err e;

	asmout_add(&s, prog, names);
	if (s.failed || s.len > ASM_MAX_BYTES)
		return;
	if (asm_parse(str_text(&s), s.len, "again", 0, &again, &e) || again.prog.len != prog->len ||
	    memcmp(again.prog.filter, prog->filter, prog->len * sizeof(prog->filter[0])))
		abort();
}

static void as_source(const uint8_t *data, size_t n_bytes, unsigned int flags)
{
	AUTO(asm_prog_free) struct asm_prog p = { 0 };
	struct err e;

	if (asm_parse((const char *)data, n_bytes, "fuzz", flags, &p, &e))
		return;
	for (unsigned int i = 0; i < p.prog.len; i++)
		if (!p.pos[i].file || p.pos[i].column == 0)
			abort();
	round_trip(&p.prog);
}

static void as_insns(const uint8_t *data, size_t n_bytes)
{
	AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
	size_t n = MIN(n_bytes / sizeof(struct sock_filter), (size_t)BPF_MAXINSNS);

	prog.filter = n ? malloc(n * sizeof(prog.filter[0])) : NULL;
	if (!prog.filter)
		return;
	prog.len = n;
	memcpy(prog.filter, data, n * sizeof(prog.filter[0]));
	round_trip(&prog);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	as_source(data, n_bytes, 0);
	as_source(data, n_bytes, ASM_ANY_WORD);
	as_insns(data, n_bytes);
	return 0;
}
