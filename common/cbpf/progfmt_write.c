// SPDX-License-Identifier: GPL-2.0-or-later
/* progfmt_write - the writing half of progfmt.h. */
#include "cbpf/progfmt.h"

#include <errno.h>
#include <linux/netfilter/xt_bpf.h>

#include "cbpf/insn.h"

void progfmt_add_c(struct str *out, const struct sock_fprog *prog)
{
	for (unsigned int i = 0; i < prog->len; i++) {
		const struct sock_filter *f = &prog->filter[i];

		str_addf(out, "{ 0x%x, %u, %u, 0x%08x },\n", f->code, f->jt, f->jf, f->k);
	}
}

void progfmt_add_decimal(struct str *out, const struct sock_fprog *prog)
{
	for (unsigned int i = 0; i < prog->len; i++) {
		const struct sock_filter *f = &prog->filter[i];

		str_addf(out, "%u %u %u %u\n", f->code, f->jt, f->jf, f->k);
	}
}

void progfmt_add_xt(struct str *out, const struct sock_fprog *prog)
{
	str_addf(out, "%u,", prog->len);
	for (unsigned int i = 0; i < prog->len; i++) {
		const struct sock_filter *f = &prog->filter[i];

		str_addf(out, "%u %u %u %u,", f->code, f->jt, f->jf, f->k);
	}
}

/* An ancillary field by the name that tcpdump has for it, or a signed offset. */
static void add_absolute(struct str *out, const struct sock_filter *f)
{
	uint32_t ad;

	if (!insn_is_ad(f, &ad))
		str_addf(out, "[%d]", (int)f->k);
	else if (ad == SKF_AD_RANDOM)
		str_add(out, "[random]");
	else
		str_addf(out, "[%s]", ad == SKF_AD_ALU_XOR_X ? "xor_x" : insn_ad_name(ad));
}

static void add_immediate(struct str *out, const struct sock_filter *f)
{
	bool bits = BPF_OP(f->code) == BPF_AND || BPF_OP(f->code) == BPF_OR ||
		    BPF_OP(f->code) == BPF_XOR;

	if (BPF_CLASS(f->code) == BPF_RET || (BPF_CLASS(f->code) == BPF_ALU && !bits))
		str_addf(out, "#%d", (int)f->k);
	else
		str_addf(out, "#0x%x", f->k);
}

static void add_operand(struct str *out, const struct sock_filter *f, enum insn_form form,
			unsigned int i)
{
	switch (form) {
	case INSN_NONE:
	case INSN_A:
		break;
	case INSN_IMM:
	case INSN_JK:
		add_immediate(out, f);
		break;
	case INSN_X:
	case INSN_JX:
		str_add(out, "x");
		break;
	case INSN_LEN:
		str_add(out, "#pktlen");
		break;
	case INSN_ABS:
		add_absolute(out, f);
		break;
	case INSN_IND:
		str_addf(out, "[x + %d]", (int)f->k);
		break;
	case INSN_MSH:
		str_addf(out, "4*([%d]&0xf)", (int)f->k);
		break;
	case INSN_MEM:
		str_addf(out, "M[%d]", (int)f->k);
		break;
	case INSN_JA:
		str_addf(out, "%d", (int)(i + 1 + f->k));
		break;
	}
}

void progfmt_add_listing(struct str *out, const struct sock_fprog *prog)
{
	for (unsigned int i = 0; i < prog->len; i++) {
		const struct sock_filter *f = &prog->filter[i];
		const struct insn_op *op = insn_op(f->code);
		size_t begin;

		str_addf(out, "(%03u) ", i);
		if (!op) {
			str_addf(out, "unimp    0x%x\n", f->code);
			continue;
		}
		begin = out->len;
		str_addf(out, "%-8s ", op->name);
		add_operand(out, f, op->form, i);
		if (op->form == INSN_JK || op->form == INSN_JX) {
			if (out->len - begin < 26)
				str_pad(out, ' ', 26 - (out->len - begin));
			str_addf(out, "jt %u\tjf %u", i + 1 + f->jt, i + 1 + f->jf);
		}
		str_addc(out, '\n');
	}
}

void progfmt_add_raw(struct str *out, const struct sock_fprog *prog)
{
	str_add_n(out, (const char *)prog->filter, prog->len * sizeof(prog->filter[0]));
}

void progfmt_add_hex(struct str *out, const struct sock_fprog *prog)
{
	for (unsigned int i = 0; i < prog->len; i++) {
		const uint8_t *p = (const uint8_t *)&prog->filter[i];

		for (unsigned int b = 0; b < sizeof(prog->filter[i]); b++)
			str_addf(out, "%02x%c", p[b], b + 1 < sizeof(prog->filter[i]) ? ' ' : '\n');
	}
}

void progfmt_add_rust(struct str *out, const struct sock_fprog *prog)
{
	str_addf(out, "const FILTER: [libc::sock_filter; %u] = [\n", prog->len);
	for (unsigned int i = 0; i < prog->len; i++) {
		const struct sock_filter *f = &prog->filter[i];

		str_addf(out,
			 "    libc::sock_filter { code: 0x%02x, jt: %u, jf: %u, k: 0x%08x },\n",
			 f->code, f->jt, f->jf, f->k);
	}
	str_add(out, "];\n");
}

void progfmt_add_go(struct str *out, const struct sock_fprog *prog)
{
	str_add(out, "var filter = []bpf.RawInstruction{\n");
	for (unsigned int i = 0; i < prog->len; i++) {
		const struct sock_filter *f = &prog->filter[i];

		str_addf(out, "\t{Op: 0x%02x, Jt: %u, Jf: %u, K: 0x%08x},\n", f->code, f->jt, f->jf,
			 f->k);
	}
	str_add(out, "}\n");
}

int progfmt_add_rule(struct str *out, const struct sock_fprog *prog, const char *tool,
		     struct err *e)
{
	if (prog->len > XT_BPF_MAX_NUM_INSTR)
		return err_set(
			e, E2BIG,
			"the filter has %u instructions, a rule of netfilter takes at most %d",
			prog->len, XT_BPF_MAX_NUM_INSTR);
	str_addf(out, "%s -A INPUT -m bpf --bytecode \"", tool);
	progfmt_add_xt(out, prog);
	out->len--; /* the last comma */
	str_add(out, "\" -j ACCEPT\n");
	return 0;
}
