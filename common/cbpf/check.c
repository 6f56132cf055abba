// SPDX-License-Identifier: GPL-2.0-or-later
/* check - see check.h. The order of the tests is that of net/core/filter.c, so that what is
 * reported first is what the kernel stumbles over first. */
#include "cbpf/check.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

#include "cbpf/insn.h"

static int check_alu(const struct sock_filter *f, struct err *e)
{
	if (BPF_SRC(f->code) != BPF_K)
		return 0;
	switch (BPF_OP(f->code)) {
	case BPF_DIV:
	case BPF_MOD:
		if (f->k == 0)
			return err_set(e, EINVAL, "division by the constant 0");
		break;
	case BPF_LSH:
	case BPF_RSH:
		if (f->k >= 32)
			return err_set(e, EINVAL, "shift by %u bits, at most 31 make sense", f->k);
		break;
	}
	return 0;
}

/* The program has 'n' instructions, so 'n - i - 1' follow number 'i'. */
static int check_jump(const struct sock_filter *f, unsigned int i, unsigned int n, struct err *e)
{
	if (BPF_OP(f->code) == BPF_JA) {
		if (f->k >= n - i - 1)
			return err_set(e, EINVAL,
				       "jump over %u instructions leaves the filter of %u", f->k,
				       n);
		return 0;
	}
	if (f->jt >= n - i - 1)
		return err_set(e, EINVAL, "jump over %u if true leaves the filter of %u", f->jt, n);
	if (f->jf >= n - i - 1)
		return err_set(e, EINVAL, "jump over %u if false leaves the filter of %u", f->jf,
			       n);
	return 0;
}

static int check_insn(const struct sock_filter *f, unsigned int i, unsigned int n,
		      enum check_rules rules, struct err *e)
{
	const struct insn_op *op = insn_op(f->code);
	uint32_t ad;

	if (!op && rules == CHECK_ANY && f->code == (BPF_RET | BPF_X))
		return 0;
	if (!op && f->code == (BPF_RET | BPF_X))
		return err_set(e, EINVAL, "Linux has no 'ret x', txa and ret a do the same");
	if (!op)
		return err_set(e, EINVAL, "0x%x is not an operation of classic BPF", f->code);
	switch (op->form) {
	case INSN_MEM:
		if (f->k >= BPF_MEMWORDS)
			return err_set(e, EINVAL, "M[%u] does not exist, the last is M[%d]", f->k,
				       BPF_MEMWORDS - 1);
		return 0;
	case INSN_ABS:
		if (rules != CHECK_ANY && f->k >= INSN_AD_OFF && !insn_is_ad(f, &ad))
			return err_set(e, EINVAL,
				       "load from 0x%x, which is no field the kernel knows", f->k);
		return 0;
	case INSN_JA:
	case INSN_JK:
	case INSN_JX:
		return check_jump(f, i, n, e);
	default:
		return rules != CHECK_ANY && BPF_CLASS(f->code) == BPF_ALU ? check_alu(f, e) : 0;
	}
}

/* On every way to a load from M[] there must be a store. Jumps go forward only, so one pass in
 * order does: 'at[i]' is what all jumps to 'i' agree to have stored. A RET does not end the way
 * that falls through it, as in the kernel. */
static int check_memory(const struct sock_filter *insns, unsigned int n, unsigned int *ret_at,
			struct err *e)
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
			*ret_at = i;
			if (BPF_MODE(f->code) == BPF_MEM && !(valid & 1u << f->k))
				return err_set(e, EINVAL,
					       "reads M[%u], which nothing may have written", f->k);
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

/* What seccomp leaves of classic BPF: aligned words of its own data, and no mod or xor. */
static int check_seccomp(const struct sock_filter *f, struct err *e)
{
	const struct insn_op *op = insn_op(f->code);

	switch (op->form) {
	case INSN_ABS:
		if (BPF_SIZE(f->code) != BPF_W)
			return err_set(e, EINVAL, "seccomp loads words only");
		if (f->k % 4)
			return err_set(e, EINVAL, "seccomp loads aligned words only, %u is not",
				       f->k);
		if (f->k >= sizeof(struct seccomp_data))
			return err_set(e, EINVAL,
				       "struct seccomp_data has %zu bytes, [%u] is behind",
				       sizeof(struct seccomp_data), f->k);
		return 0;
	case INSN_IND:
	case INSN_MSH:
		return err_set(e, EINVAL, "seccomp loads from constant offsets only");
	default:
		if (BPF_CLASS(f->code) == BPF_ALU && BPF_OP(f->code) == BPF_MOD)
			return err_set(e, EINVAL, "seccomp knows no mod");
		return 0;
	}
}

int check_find(const struct sock_fprog *prog, enum check_rules rules, unsigned int *ret_at,
	       struct err *e)
{
	const struct sock_filter *insns = prog->filter;
	unsigned int n = prog->len, *at = ret_at;
	int rc = 0;

	*at = 0;
	if (!insns || n == 0)
		return err_set(e, EINVAL, "the filter has no instructions");
	if (n > BPF_MAXINSNS)
		return err_set(e, EINVAL, "the filter has %u instructions, more than %d", n,
			       BPF_MAXINSNS);
	for (*at = 0; *at < n; ++*at) {
		rc = check_insn(&insns[*at], *at, n, rules, e);
		if (rc)
			return rc;
	}
	*at = n - 1;
	if (BPF_CLASS(insns[n - 1].code) != BPF_RET)
		return err_set(e, EINVAL, "the last one must be a ret");
	if (rules != CHECK_ANY)
		rc = check_memory(insns, n, at, e);
	for (*at = rc ? *at : 0; rc == 0 && rules == CHECK_SECCOMP && *at < n; ++*at) {
		rc = check_seccomp(&insns[*at], e);
		if (rc)
			return rc;
	}
	return rc;
}

int check_prog(const struct sock_fprog *prog, struct err *e)
{
	unsigned int at;
	int rc;

	rc = check_find(prog, CHECK_SOCKET, &at, e);
	if (rc && prog->len > 0 && prog->len <= BPF_MAXINSNS)
		err_prefix(e, "instruction %u", at);
	return rc;
}

int check_insns(const struct sock_filter *insns, unsigned int n, struct err *e)
{
	const struct sock_fprog prog = { .len = n, .filter = (struct sock_filter *)insns };

	if (n > UINT16_MAX)
		return err_set(e, EINVAL, "the filter has %u instructions, more than %d", n,
			       BPF_MAXINSNS);
	return check_prog(&prog, e);
}
