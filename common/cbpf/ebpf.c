// SPDX-License-Identifier: GPL-2.0-or-later
/* ebpf - see ebpf.h. Emits twice: the first pass learns where each classic instruction will stand,
 * the second writes with all jump distances known. Registers: r0 A, r7 X, r6 the context that
 * LD_ABS wants there, r8 scratch, r9 this CPU's counters; M[] on the stack. A and X are always
 * written by 32-bit operations, which clear the upper half. What no way reaches is left out, since
 * the verifier refuses it. Source: Documentation/bpf/standardization/instruction-set.rst,
 * net/core/filter.c. */
#include "cbpf/ebpf.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "cbpf/check.h"
#include "cbpf/ebpf_priv.h"
#include "cbpf/insn.h"

#define FUNC_RANDOM BPF_FUNC_get_prandom_u32
#define FUNC_CPU    BPF_FUNC_get_smp_processor_id

void ebpf_emit(struct ebpf_gen *g, uint8_t code, uint8_t dst, uint8_t src, int off, uint32_t imm)
{
	if (g->insns)
		g->insns[g->n] = (struct bpf_insn){
			.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm
		};
	g->n++;
}

void ebpf_emit_mov(struct ebpf_gen *g, uint8_t dst, uint8_t src)
{
	ebpf_emit(g, BPF_ALU | BPF_MOV | BPF_X, dst, src, 0, 0);
}

void ebpf_emit_set(struct ebpf_gen *g, uint8_t dst, uint32_t k)
{
	ebpf_emit(g, BPF_ALU | BPF_MOV | BPF_K, dst, 0, 0, k);
}

static void emit_call(struct ebpf_gen *g, uint32_t func)
{
	ebpf_emit(g, BPF_JMP | BPF_CALL, 0, 0, 0, func);
}

static void emit_field(struct ebpf_gen *g, uint8_t dst, size_t offset)
{
	ebpf_emit(g, BPF_LDX | BPF_MEM | BPF_W, dst, CTX, offset, 0);
}

static void emit_be16(struct ebpf_gen *g)
{
	ebpf_emit(g, BPF_ALU | BPF_END | BPF_TO_BE, A, 0, 0, 16);
}

/* A jump to classic instruction 'target'. */
void ebpf_emit_jump(struct ebpf_gen *g, uint8_t code, uint8_t src, uint32_t imm,
		    unsigned int target)
{
	long off = (long)g->at[target] - g->n - 1;

	g->reached[target] = true;
	if (g->insns && off > INT16_MAX)
		g->too_far = true;
	ebpf_emit(g, code, code == (BPF_JMP | BPF_JA) ? 0 : A, src, off, imm);
}

/* *(u64 *)(COUNT + offset) += what 'src' holds, or 1. */
static void emit_count(struct ebpf_gen *g, size_t offset, int src)
{
	ebpf_emit(g, BPF_LDX | BPF_MEM | BPF_DW, ARG, COUNT, offset, 0);
	if (src < 0)
		ebpf_emit(g, BPF_ALU64 | BPF_ADD | BPF_K, ARG, 0, 0, 1);
	else
		ebpf_emit(g, BPF_ALU64 | BPF_ADD | BPF_X, ARG, src, 0, 0);
	ebpf_emit(g, BPF_STX | BPF_MEM | BPF_DW, COUNT, ARG, offset, 0);
}

static void emit_prologue(struct ebpf_gen *g, int map_fd, unsigned int n_cpus)
{
	ebpf_emit(g, BPF_ALU64 | BPF_MOV | BPF_X, CTX, BPF_REG_1, 0, 0);
	if (map_fd >= 0) {
		emit_call(g, FUNC_CPU);
		/* For the verifier: there is no such CPU. */
		ebpf_emit(g, BPF_JMP | BPF_JLT | BPF_K, A, 0, 2, n_cpus);
		ebpf_emit_set(g, A, 0);
		ebpf_emit(g, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
		ebpf_emit(g, BPF_ALU64 | BPF_MUL | BPF_K, A, 0, 0, sizeof(struct ebpf_count));
		ebpf_emit(g, BPF_LD | BPF_IMM | BPF_DW, COUNT, BPF_PSEUDO_MAP_VALUE, 0, map_fd);
		ebpf_emit(g, 0, 0, 0, 0, 0);
		ebpf_emit(g, BPF_ALU64 | BPF_ADD | BPF_X, COUNT, A, 0, 0);
		emit_field(g, TMP, offsetof(struct __sk_buff, len));
		emit_count(g, offsetof(struct ebpf_count, seen_packets), -1);
		emit_count(g, offsetof(struct ebpf_count, seen_bytes), TMP);
	}
	ebpf_emit_set(g, A, 0);
	ebpf_emit_set(g, X, 0);
}

/* Every RET comes here with the verdict in A. */
static void emit_epilogue(struct ebpf_gen *g, int map_fd)
{
	g->at[g->prog->len] = g->n;
	if (map_fd >= 0) {
		ebpf_emit(g, BPF_JMP | BPF_JEQ | BPF_K, A, 0, 7, 0);
		emit_field(g, TMP, offsetof(struct __sk_buff, len));
		emit_count(g, offsetof(struct ebpf_count, accepted_packets), -1);
		emit_count(g, offsetof(struct ebpf_count, accepted_bytes), TMP);
	}
	if (g->target == EBPF_TC) {
		ebpf_emit(g, BPF_JMP | BPF_JEQ | BPF_K, A, 0, 1, 0);
		ebpf_emit_set(g, A, -1);
	} else if (g->target == EBPF_XDP) {
		ebpf_emit(g, BPF_JMP | BPF_JEQ | BPF_K, A, 0, 2, 0);
		ebpf_emit_set(g, A, XDP_PASS);
		ebpf_emit(g, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
		ebpf_emit_set(g, A, XDP_DROP);
	}
	ebpf_emit(g, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static int emit_ancillary(struct ebpf_gen *g, uint32_t ad, unsigned int i, struct err *e)
{
	switch (ad) {
	case SKF_AD_PROTOCOL:
		emit_field(g, A, offsetof(struct __sk_buff, protocol));
		emit_be16(g);
		return 0;
	case SKF_AD_VLAN_TPID:
		emit_field(g, A, offsetof(struct __sk_buff, vlan_proto));
		emit_be16(g);
		return 0;
	case SKF_AD_PKTTYPE:
		emit_field(g, A, offsetof(struct __sk_buff, pkt_type));
		return 0;
	case SKF_AD_IFINDEX:
		emit_field(g, A, offsetof(struct __sk_buff, ifindex));
		return 0;
	case SKF_AD_MARK:
		emit_field(g, A, offsetof(struct __sk_buff, mark));
		return 0;
	case SKF_AD_QUEUE:
		emit_field(g, A, offsetof(struct __sk_buff, queue_mapping));
		return 0;
	case SKF_AD_RXHASH:
		emit_field(g, A, offsetof(struct __sk_buff, hash));
		return 0;
	case SKF_AD_VLAN_TAG:
		emit_field(g, A, offsetof(struct __sk_buff, vlan_tci));
		return 0;
	case SKF_AD_VLAN_TAG_PRESENT:
		emit_field(g, A, offsetof(struct __sk_buff, vlan_present));
		return 0;
	case SKF_AD_ALU_XOR_X:
		ebpf_emit(g, BPF_ALU | BPF_XOR | BPF_X, A, X, 0, 0);
		return 0;
	case SKF_AD_CPU:
	case SKF_AD_RANDOM:
		emit_call(g, ad == SKF_AD_CPU ? FUNC_CPU : FUNC_RANDOM);
		ebpf_emit_mov(g, A, A);
		return 0;
	}
	return err_set(e, EOPNOTSUPP, "instruction %u: an eBPF socket filter cannot load '%s'", i,
		       insn_ad_name(ad));
}

/* DIV and MOD by X; X = 0 rejects the packet. */
static void emit_divide(struct ebpf_gen *g, uint8_t code)
{
	ebpf_emit(g, BPF_JMP32 | BPF_JNE | BPF_K, X, 0, 2, 0);
	ebpf_emit_set(g, A, 0);
	ebpf_emit_jump(g, BPF_JMP | BPF_JA, 0, 0, g->prog->len);
	ebpf_emit(g, code, A, X, 0, 0);
}

static void emit_compare(struct ebpf_gen *g, const struct sock_filter *f, unsigned int i)
{
	uint8_t code = BPF_JMP32 | BPF_OP(f->code) | BPF_SRC(f->code);
	bool by_x = BPF_SRC(f->code) == BPF_X;

	if (f->jt != f->jf)
		ebpf_emit_jump(g, code, by_x ? X : 0, by_x ? 0 : f->k, i + 1 + f->jt);
	if (f->jf != 0 || f->jt == 0)
		ebpf_emit_jump(g, BPF_JMP | BPF_JA, 0, 0, i + 1 + f->jf);
	else
		g->reached[i + 1] = true;
}

static void emit_load_x(struct ebpf_gen *g, const struct sock_filter *f)
{
	/* The load puts its byte into A. */
	ebpf_emit_mov(g, SAVE, A);
	ebpf_emit(g, BPF_LD | BPF_B | BPF_ABS, 0, 0, 0, f->k);
	ebpf_emit(g, BPF_ALU | BPF_AND | BPF_K, A, 0, 0, 0xf);
	ebpf_emit(g, BPF_ALU | BPF_LSH | BPF_K, A, 0, 0, 2);
	ebpf_emit_mov(g, X, A);
	ebpf_emit_mov(g, A, SAVE);
}

/* What is neither a jump nor a return. */
static int emit_plain(struct ebpf_gen *g, const struct sock_filter *f, unsigned int i,
		      struct err *e)
{
	uint8_t reg = BPF_CLASS(f->code) == BPF_LDX || BPF_CLASS(f->code) == BPF_STX ? X : A;
	int slot = (int)(f->k % BPF_MEMWORDS) * 4 - BPF_MEMWORDS * 4, rc;
	uint32_t ad;

	g->reached[i + 1] = true;
	if (g->target == EBPF_XDP && ebpf_xdp_load(g, i, e, &rc))
		return rc;
	switch (insn_op(f->code)->form) {
	case INSN_ABS:
		if (insn_is_ad(f, &ad))
			return emit_ancillary(g, ad, i, e);
		ebpf_emit(g, f->code, 0, 0, 0, f->k);
		break;
	case INSN_IND:
		ebpf_emit(g, f->code, 0, X, 0, f->k);
		break;
	case INSN_MSH:
		emit_load_x(g, f);
		break;
	case INSN_LEN:
		emit_field(g, reg, offsetof(struct __sk_buff, len));
		break;
	case INSN_MEM:
		if (BPF_CLASS(f->code) == BPF_ST || BPF_CLASS(f->code) == BPF_STX)
			ebpf_emit(g, BPF_STX | BPF_MEM | BPF_W, STACK, reg, slot, 0);
		else
			ebpf_emit(g, BPF_LDX | BPF_MEM | BPF_W, reg, STACK, slot, 0);
		break;
	case INSN_IMM:
		if (BPF_CLASS(f->code) == BPF_ALU)
			ebpf_emit(g, f->code, A, 0, 0, f->k);
		else
			ebpf_emit_set(g, reg, f->k);
		break;
	case INSN_X:
		if (BPF_OP(f->code) == BPF_DIV || BPF_OP(f->code) == BPF_MOD)
			emit_divide(g, f->code);
		else
			ebpf_emit(g, f->code, A, X, 0, 0);
		break;
	default: /* INSN_NONE */
		if (BPF_CLASS(f->code) == BPF_ALU)
			ebpf_emit(g, f->code, A, 0, 0, 0);
		else if (BPF_MISCOP(f->code) == BPF_TAX)
			ebpf_emit_mov(g, X, A);
		else
			ebpf_emit_mov(g, A, X);
	}
	return 0;
}

static int emit_insn(struct ebpf_gen *g, unsigned int i, struct err *e)
{
	const struct sock_filter *f = &g->prog->filter[i];

	switch (BPF_CLASS(f->code)) {
	case BPF_RET:
		if (BPF_RVAL(f->code) == BPF_K)
			ebpf_emit_set(g, A, f->k);
		ebpf_emit_jump(g, BPF_JMP | BPF_JA, 0, 0, g->prog->len);
		return 0;
	case BPF_JMP:
		if (BPF_OP(f->code) == BPF_JA)
			ebpf_emit_jump(g, BPF_JMP | BPF_JA, 0, 0, i + 1 + f->k);
		else
			emit_compare(g, f, i);
		return 0;
	default:
		return emit_plain(g, f, i, e);
	}
}

static int emit_all(struct ebpf_gen *g, int map_fd, unsigned int n_cpus, struct err *e)
{
	int rc;

	g->n = 0;
	g->reached[0] = true;
	emit_prologue(g, map_fd, n_cpus);
	for (unsigned int i = 0; i < g->prog->len; i++) {
		g->at[i] = g->n;
		if (!g->reached[i])
			continue;
		rc = emit_insn(g, i, e);
		if (rc)
			return rc;
	}
	emit_epilogue(g, map_fd);
	return 0;
}

static int generate(const struct sock_fprog *prog, enum ebpf_target target, int map_fd,
		    unsigned int n_cpus, struct ebpf_prog *ret, struct err *e)
{
	AUTO(free_p) struct ebpf_gen *g = NULL;
	AUTO(free_p) struct bpf_insn *insns = NULL;
	int rc;

	rc = check_prog(prog, e);
	if (rc)
		return rc;
	g = calloc(1, sizeof(*g));
	if (!g)
		return err_sys(e, ENOMEM, "filter");
	g->prog = prog;
	g->target = target;
	rc = emit_all(g, map_fd, n_cpus, e);
	if (rc)
		return rc;
	insns = calloc(g->n, sizeof(insns[0]));
	if (!insns)
		return err_sys(e, ENOMEM, "filter");
	g->insns = insns;
	rc = emit_all(g, map_fd, n_cpus, e);
	if (rc)
		return rc;
	if (g->too_far)
		return err_set(e, EOPNOTSUPP, "the filter is too long for the jumps of eBPF");
	*ret = (struct ebpf_prog){ .insns = TAKE(insns, NULL), .n = g->n };
	return 0;
}

int ebpf_gen(const struct sock_fprog *prog, int map_fd, unsigned int n_cpus, struct ebpf_prog *ret,
	     struct err *e)
{
	return generate(prog, EBPF_SOCKET, map_fd, n_cpus, ret, e);
}

int ebpf_gen_for(const struct sock_fprog *prog, enum ebpf_target target, struct ebpf_prog *ret,
		 struct err *e)
{
	return generate(prog, target, -1, 0, ret, e);
}

void ebpf_free(struct ebpf_prog *p)
{
	free(p->insns);
	*p = (struct ebpf_prog){ 0 };
}
