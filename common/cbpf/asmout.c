// SPDX-License-Identifier: GPL-2.0-or-later
/* asmout - see asmout.h. Operands are spelled by cbpf/disasm; jumps here, as they need not name the
 * instruction that comes next. */
#include "cbpf/asmout.h"

#include <stdlib.h>

#include "base/attr.h"
#include "cbpf/disasm.h"
#include "cbpf/insn.h"

enum { LABEL_COLUMNS = 8, COMMENT_COLUMN = 40 };

/* Whether the assembler would make exactly 'f' of its text. */
static bool has_text(const struct sock_fprog *prog, unsigned int i)
{
	const struct sock_filter *f = &prog->filter[i];
	const struct insn_op *op = insn_op(f->code);
	unsigned int left = prog->len - i - 1;

	if (f->code == (BPF_RET | BPF_X))
		return f->jt == 0 && f->jf == 0 && f->k == 0;
	if (!op)
		return false;
	switch (op->form) {
	case INSN_JK:
		return f->jt < left && f->jf < left;
	case INSN_JX:
		return f->jt < left && f->jf < left && f->k == 0;
	case INSN_JA:
		return f->jt == 0 && f->jf == 0 && f->k < left;
	case INSN_NONE:
	case INSN_X:
	case INSN_A:
	case INSN_LEN:
		return f->jt == 0 && f->jf == 0 && f->k == 0;
	case INSN_MEM:
		return f->jt == 0 && f->jf == 0 && f->k < BPF_MEMWORDS;
	default:
		return f->jt == 0 && f->jf == 0;
	}
}

static void add_branch(struct str *out, const struct sock_filter *f, unsigned int i)
{
	const char *name = insn_op(f->code)->name;
	bool only_false = f->jt == 0 && f->jf != 0 && BPF_OP(f->code) != BPF_JSET;

	if (only_false)
		name = BPF_OP(f->code) == BPF_JEQ   ? "jneq"
		       : BPF_OP(f->code) == BPF_JGT ? "jle"
						    : "jlt";
	str_add(out, name);
	if (BPF_SRC(f->code) == BPF_X)
		str_add(out, " x");
	else
		str_addf(out, " #0x%x", f->k);
	if (!only_false)
		str_addf(out, ", L%u", i + 1 + f->jt);
	if (f->jf != 0)
		str_addf(out, ", L%u", i + 1 + f->jf);
}

void asmout_add_insn(struct str *out, const struct sock_fprog *prog, unsigned int i)
{
	const struct sock_filter *f = &prog->filter[i];

	if (!has_text(prog, i))
		str_addf(out, ".insn 0x%x, %u, %u, 0x%x", f->code, f->jt, f->jf, f->k);
	else if (f->code == (BPF_RET | BPF_X))
		str_add(out, "ret x");
	else if (BPF_CLASS(f->code) == BPF_JMP && BPF_OP(f->code) != BPF_JA)
		add_branch(out, f, i);
	else
		disasm_insn(out, f, i);
}

/* Marks what the jumps of the program name. */
static void mark_labels(const struct sock_fprog *prog, bool *named)
{
	for (unsigned int i = 0; i < prog->len; i++) {
		const struct sock_filter *f = &prog->filter[i];

		if (!has_text(prog, i) || BPF_CLASS(f->code) != BPF_JMP)
			continue;
		if (BPF_OP(f->code) == BPF_JA) {
			named[i + 1 + f->k] = true;
			continue;
		}
		if (f->jt != 0 || f->jf == 0 || BPF_OP(f->code) == BPF_JSET)
			named[i + 1 + f->jt] = true;
		if (f->jf != 0)
			named[i + 1 + f->jf] = true;
	}
}

static void add_comment(struct str *out, size_t begin, const struct fieldname *names,
			unsigned int i)
{
	AUTO(str_free) struct str text = { 0 };

	fieldname_add(names, i, &text);
	out->failed |= text.failed;
	if (text.len == 0)
		return;
	if (out->len - begin < COMMENT_COLUMN)
		str_pad(out, ' ', COMMENT_COLUMN - (out->len - begin));
	str_addf(out, " ; %s", str_text(&text));
}

void asmout_add(struct str *out, const struct sock_fprog *prog, const struct fieldname *names)
{
	AUTO(free_p) bool *named = calloc(prog->len + 1, sizeof(*named));

	if (!named) {
		out->failed = true;
		return;
	}
	mark_labels(prog, named);
	for (unsigned int i = 0; i < prog->len; i++) {
		size_t begin = out->len;

		if (named[i])
			str_addf(out, "L%u:", i);
		if (out->len - begin < LABEL_COLUMNS)
			str_pad(out, ' ', LABEL_COLUMNS - (out->len - begin));
		asmout_add_insn(out, prog, i);
		if (names)
			add_comment(out, begin, names, i);
		str_addc(out, '\n');
	}
}
