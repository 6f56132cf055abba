// SPDX-License-Identifier: GPL-2.0-or-later
/* disasm - see disasm.h. Spelling of bpfc(8) and of the kernel's bpf_asm. */
#include "cbpf/disasm.h"

#include "cbpf/insn.h"

static void add_operand(struct str *s, const struct sock_filter *f, enum insn_form form,
			unsigned int pc)
{
	const char *field;
	uint32_t ad;

	switch (form) {
	case INSN_NONE:
		break;
	case INSN_IMM:
		str_addf(s, " #0x%x", f->k);
		break;
	case INSN_X:
		str_add(s, " x");
		break;
	case INSN_A:
		str_add(s, " a");
		break;
	case INSN_LEN:
		str_add(s, " len");
		break;
	case INSN_ABS:
		field = insn_is_ad(f, &ad) ? insn_ad_name(ad) : NULL;
		if (field)
			str_addf(s, " %s", field);
		else
			str_addf(s, f->k >= INSN_LL_OFF ? " [0x%x]" : " [%u]", f->k);
		break;
	case INSN_IND:
		str_addf(s, " [x + %u]", f->k);
		break;
	case INSN_MSH:
		str_addf(s, " 4*([%u]&0xf)", f->k);
		break;
	case INSN_MEM:
		str_addf(s, " M[%u]", f->k);
		break;
	case INSN_JA:
		str_addf(s, " L%llu", (unsigned long long)pc + 1 + f->k);
		break;
	case INSN_JK:
		str_addf(s, " #0x%x, L%u, L%u", f->k, pc + 1 + f->jt, pc + 1 + f->jf);
		break;
	case INSN_JX:
		str_addf(s, " x, L%u, L%u", pc + 1 + f->jt, pc + 1 + f->jf);
		break;
	}
}

void disasm_insn(struct str *s, const struct sock_filter *f, unsigned int pc)
{
	const struct insn_op *op = insn_op(f->code);

	if (!op) {
		str_addf(s, "unimp 0x%x, %u, %u, 0x%x", f->code, f->jt, f->jf, f->k);
		return;
	}
	str_add(s, op->name);
	add_operand(s, f, op->form, pc);
}

void disasm_prog(struct str *s, const struct sock_fprog *prog)
{
	for (unsigned int i = 0; i < prog->len; i++) {
		str_addf(s, "L%u: ", i);
		disasm_insn(s, &prog->filter[i], i);
		str_addc(s, '\n');
	}
}
