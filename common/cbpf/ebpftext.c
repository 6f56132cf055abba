// SPDX-License-Identifier: GPL-2.0-or-later
/* ebpftext - see ebpftext.h. Source: Documentation/bpf/standardization/instruction-set.rst. */
#include "cbpf/ebpftext.h"

#include "base/attr.h"
#include "cbpf/progfmt_priv.h"

static const char *alu_op(const struct bpf_insn *f)
{
	static const char *const ops[16] = { "+=",  "-=", "*=", "/=", "|=", "&=",  "<<=",
					     ">>=", NULL, "%=", "^=", "=",  "s>>=" };

	return ops[BPF_OP(f->code) >> 4];
}

static const char *jump_op(const struct bpf_insn *f)
{
	static const char *const ops[16] = { NULL,  "==", ">",	">=", "&",  "!=", "s>",
					     "s>=", NULL, NULL, "<",  "<=", "s<", "s<=" };

	return ops[BPF_OP(f->code) >> 4];
}

static const char *width(const struct bpf_insn *f)
{
	switch (BPF_SIZE(f->code)) {
	case BPF_B:
		return "u8";
	case BPF_H:
		return "u16";
	case BPF_W:
		return "u32";
	default:
		return "u64";
	}
}

static void add_alu(struct str *out, const struct bpf_insn *f)
{
	char r = BPF_CLASS(f->code) == BPF_ALU64 ? 'r' : 'w';
	const char *op = alu_op(f);

	if (BPF_OP(f->code) == BPF_END)
		str_addf(out, "r%u = %s%d r%u", f->dst_reg,
			 BPF_SRC(f->code) == BPF_TO_BE ? "be" : "le", f->imm, f->dst_reg);
	else if (BPF_OP(f->code) == BPF_NEG)
		str_addf(out, "%c%u = -%c%u", r, f->dst_reg, r, f->dst_reg);
	else if (!op)
		str_addf(out, "0x%02x", f->code);
	else if (BPF_SRC(f->code) == BPF_X)
		str_addf(out, "%c%u %s %c%u", r, f->dst_reg, op, r, f->src_reg);
	else
		str_addf(out, "%c%u %s %d", r, f->dst_reg, op, f->imm);
}

static void add_jump(struct str *out, const struct bpf_insn *f)
{
	char r = BPF_CLASS(f->code) == BPF_JMP ? 'r' : 'w';
	const char *op = jump_op(f);

	if (BPF_OP(f->code) == BPF_EXIT)
		str_add(out, "exit");
	else if (BPF_OP(f->code) == BPF_CALL)
		str_addf(out, "call %d", f->imm);
	else if (BPF_OP(f->code) == BPF_JA)
		str_addf(out, "goto %+d", f->off);
	else if (!op)
		str_addf(out, "0x%02x", f->code);
	else if (BPF_SRC(f->code) == BPF_X)
		str_addf(out, "if %c%u %s %c%u goto %+d", r, f->dst_reg, op, r, f->src_reg, f->off);
	else
		str_addf(out, "if %c%u %s %d goto %+d", r, f->dst_reg, op, f->imm, f->off);
}

static void add_memory(struct str *out, const struct bpf_insn *f, unsigned int reg)
{
	str_addf(out, "*(%s *)(r%u %c %d)", width(f), reg, f->off < 0 ? '-' : '+',
		 f->off < 0 ? -f->off : f->off);
}

static void add_load(struct str *out, const struct bpf_insn *f)
{
	if (BPF_CLASS(f->code) == BPF_LDX) {
		str_addf(out, "r%u = ", f->dst_reg);
		add_memory(out, f, f->src_reg);
	} else if (BPF_MODE(f->code) == BPF_ABS) {
		str_addf(out, "r0 = *(%s *)skb[%d]", width(f), f->imm);
	} else if (BPF_MODE(f->code) == BPF_IND) {
		str_addf(out, "r0 = *(%s *)skb[r%u %c %u]", width(f), f->src_reg,
			 f->imm < 0 ? '-' : '+', f->imm < 0 ? -(uint32_t)f->imm : (uint32_t)f->imm);
	} else {
		str_addf(out, "r%u = %d ll", f->dst_reg, f->imm);
	}
}

void ebpftext_add_insn(struct str *out, const struct bpf_insn *f)
{
	switch (BPF_CLASS(f->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		add_alu(out, f);
		break;
	case BPF_JMP:
	case BPF_JMP32:
		add_jump(out, f);
		break;
	case BPF_LD:
	case BPF_LDX:
		add_load(out, f);
		break;
	case BPF_STX:
		add_memory(out, f, f->dst_reg);
		str_addf(out, " = r%u", f->src_reg);
		break;
	default: /* BPF_ST */
		add_memory(out, f, f->dst_reg);
		str_addf(out, " = %d", f->imm);
	}
}

void ebpftext_add(struct str *out, const struct bpf_insn *insns, unsigned int n,
		  const struct sock_fprog *classic)
{
	str_add(out, EBPF_CLASSIC);
	progfmt_add_xt(out, classic);
	str_addc(out, '\n');
	for (unsigned int i = 0; i < n; i++) {
		str_addf(out, "%4u: ", i);
		ebpftext_add_insn(out, &insns[i]);
		str_addc(out, '\n');
	}
}
