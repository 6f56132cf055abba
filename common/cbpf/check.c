// SPDX-License-Identifier: GPL-2.0-or-later
/* check - see check.h. The order of the tests is that of net/core/filter.c, so that what is
 * reported first is what the kernel stumbles over first. */
#include "cbpf/check.h"

#include <errno.h>
#include <string.h>

#include "cbpf/insn.h"

#define BAD(e, i, fmt, ...) err_set(e, EINVAL, "instruction %u: " fmt, i, __VA_ARGS__)

static int check_alu(const struct sock_filter *f, unsigned int i, struct err *e)
{
	if (BPF_SRC(f->code) != BPF_K)
		return 0;
	switch (BPF_OP(f->code)) {
	case BPF_DIV:
	case BPF_MOD:
		if (f->k == 0)
			return err_set(e, EINVAL, "instruction %u: division by the constant 0", i);
		break;
	case BPF_LSH:
	case BPF_RSH:
		if (f->k >= 32)
			return BAD(e, i, "shift by %u bits, at most 31 make sense", f->k);
		break;
	}
	return 0;
}

/* The program has 'n' instructions, so 'n - i - 1' follow number 'i'. */
static int check_jump(const struct sock_filter *f, unsigned int i, unsigned int n, struct err *e)
{
	if (BPF_OP(f->code) == BPF_JA) {
		if (f->k >= n - i - 1)
			return BAD(e, i, "jump over %u instructions leaves the filter of %u", f->k,
				   n);
		return 0;
	}
	if (f->jt >= n - i - 1)
		return BAD(e, i, "jump over %u if true leaves the filter of %u", f->jt, n);
	if (f->jf >= n - i - 1)
		return BAD(e, i, "jump over %u if false leaves the filter of %u", f->jf, n);
	return 0;
}

static int check_insn(const struct sock_filter *f, unsigned int i, unsigned int n, struct err *e)
{
	const struct insn_op *op = insn_op(f->code);
	uint32_t ad;

	if (!op)
		return BAD(e, i, "0x%x is not an operation of classic BPF", f->code);
	switch (op->form) {
	case INSN_MEM:
		if (f->k >= BPF_MEMWORDS)
			return BAD(e, i, "M[%u] does not exist, the last is M[%d]", f->k,
				   BPF_MEMWORDS - 1);
		return 0;
	case INSN_ABS:
		if (f->k >= INSN_AD_OFF && !insn_is_ad(f, &ad))
			return BAD(e, i, "load from 0x%x, which is no field the kernel knows",
				   f->k);
		return 0;
	case INSN_JA:
	case INSN_JK:
	case INSN_JX:
		return check_jump(f, i, n, e);
	default:
		return BPF_CLASS(f->code) == BPF_ALU ? check_alu(f, i, e) : 0;
	}
}

/* On every way to a load from M[] there must be a store. Jumps go forward only, so one pass in
 * order does: 'at[i]' is what all jumps to 'i' agree to have stored. A RET does not end the way
 * that falls through it, as in the kernel. */
static int check_memory(const struct sock_filter *insns, unsigned int n, struct err *e)
{
	uint16_t at[BPF_MAXINSNS], valid = 0;

	memset(at, 0xff, n * sizeof(at[0]));
	for (unsigned int i = 0; i < n; i++) {
		const struct sock_filter *f = &insns[i];

		valid &= at[i];
		switch (BPF_CLASS(f->code)) {
		case BPF_ST:
		case BPF_STX:
			valid |= 1u << f->k;
			break;
		case BPF_LD:
		case BPF_LDX:
			if (BPF_MODE(f->code) == BPF_MEM && !(valid & 1u << f->k))
				return BAD(e, i, "reads M[%u], which nothing may have written",
					   f->k);
			break;
		case BPF_JMP:
			if (BPF_OP(f->code) == BPF_JA) {
				at[i + 1 + f->k] &= valid;
			} else {
				at[i + 1 + f->jt] &= valid;
				at[i + 1 + f->jf] &= valid;
			}
			valid = 0xffff;
			break;
		}
	}
	return 0;
}

int check_insns(const struct sock_filter *insns, unsigned int n, struct err *e)
{
	int rc;

	if (!insns || n == 0)
		return err_set(e, EINVAL, "the filter has no instructions");
	if (n > BPF_MAXINSNS)
		return err_set(e, EINVAL, "the filter has %u instructions, more than %d", n,
			       BPF_MAXINSNS);
	for (unsigned int i = 0; i < n; i++) {
		rc = check_insn(&insns[i], i, n, e);
		if (rc)
			return rc;
	}
	if (BPF_CLASS(insns[n - 1].code) != BPF_RET)
		return err_set(e, EINVAL, "instruction %u: the last one must be a ret", n - 1);
	return check_memory(insns, n, e);
}

int check_prog(const struct sock_fprog *prog, struct err *e)
{
	return check_insns(prog->filter, prog->len, e);
}
