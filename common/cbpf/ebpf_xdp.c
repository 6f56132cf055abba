// SPDX-License-Identifier: GPL-2.0-or-later
/* ebpf_xdp - loads of classic BPF in an XDP program, which reads the frame by pointers: each is
 * compared with the frame's end first, and one behind it rejects the frame as LD_ABS would. The
 * verifier follows packet pointers up to 64 KiB, and no frame of one buffer is longer. */
#include "cbpf/ebpf_priv.h"

#include <errno.h>
#include <stddef.h>

#include "cbpf/insn.h"

enum { PTR = BPF_REG_3, END = BPF_REG_4, NEXT = BPF_REG_5, MAX_OFF = 0xffff };

static void reject(struct ebpf_gen *g)
{
	ebpf_emit_set(g, A, 0);
	ebpf_emit_jump(g, BPF_JMP | BPF_JA, 0, 0, g->prog->len);
}

static void emit_pointers(struct ebpf_gen *g)
{
	ebpf_emit(g, BPF_LDX | BPF_MEM | BPF_W, PTR, CTX, offsetof(struct xdp_md, data), 0);
	ebpf_emit(g, BPF_LDX | BPF_MEM | BPF_W, END, CTX, offsetof(struct xdp_md, data_end), 0);
}

/* Loads 'size' bytes at PTR into 'dst', most significant first. */
static void emit_checked(struct ebpf_gen *g, uint8_t dst, unsigned int size)
{
	uint8_t width = size == 4 ? BPF_W : size == 2 ? BPF_H : BPF_B;

	ebpf_emit(g, BPF_ALU64 | BPF_MOV | BPF_X, NEXT, PTR, 0, 0);
	ebpf_emit(g, BPF_ALU64 | BPF_ADD | BPF_K, NEXT, 0, 0, size);
	ebpf_emit(g, BPF_JMP | BPF_JLE | BPF_X, NEXT, END, 2, 0);
	reject(g);
	ebpf_emit(g, BPF_LDX | BPF_MEM | width, dst, PTR, 0, 0);
	if (size > 1)
		ebpf_emit(g, BPF_ALU | BPF_END | BPF_TO_BE, dst, 0, 0, size * 8);
}

static int emit_absolute(struct ebpf_gen *g, uint8_t dst, uint32_t k, unsigned int size,
			 unsigned int i, struct err *e)
{
	if (k >= INSN_NET_OFF)
		return err_set(e, EOPNOTSUPP,
			       "instruction %u: an XDP program does not know where the network "
			       "header begins",
			       i);
	if (k >= INSN_LL_OFF)
		k -= INSN_LL_OFF;
	if (k > MAX_OFF - size) {
		/* Always taken, which the verifier finds out; code that no jump could reach it
		 * would refuse. */
		ebpf_emit_set(g, A, 0);
		ebpf_emit_jump(g, BPF_JMP32 | BPF_JGE | BPF_K, 0, 0, g->prog->len);
		return 0;
	}
	emit_pointers(g);
	ebpf_emit(g, BPF_ALU64 | BPF_ADD | BPF_K, PTR, 0, 0, k);
	emit_checked(g, dst, size);
	return 0;
}

static void emit_indirect(struct ebpf_gen *g, uint32_t k, unsigned int size)
{
	ebpf_emit_mov(g, ARG, X);
	ebpf_emit(g, BPF_ALU | BPF_ADD | BPF_K, ARG, 0, 0, k);
	ebpf_emit(g, BPF_JMP | BPF_JLE | BPF_K, ARG, 0, 2, MAX_OFF - size);
	reject(g);
	emit_pointers(g);
	ebpf_emit(g, BPF_ALU64 | BPF_ADD | BPF_X, PTR, ARG, 0, 0);
	emit_checked(g, A, size);
}

static void emit_length(struct ebpf_gen *g, uint8_t dst)
{
	emit_pointers(g);
	ebpf_emit(g, BPF_ALU64 | BPF_SUB | BPF_X, END, PTR, 0, 0);
	ebpf_emit_mov(g, dst, END);
}

static int emit_field(struct ebpf_gen *g, uint32_t ad, unsigned int i, struct err *e,
		      bool *ret_done)
{
	*ret_done = true;
	switch (ad) {
	case SKF_AD_IFINDEX:
		ebpf_emit(g, BPF_LDX | BPF_MEM | BPF_W, A, CTX,
			  offsetof(struct xdp_md, ingress_ifindex), 0);
		return 0;
	case SKF_AD_QUEUE: /* sockets see the number plus one */
		ebpf_emit(g, BPF_LDX | BPF_MEM | BPF_W, A, CTX,
			  offsetof(struct xdp_md, rx_queue_index), 0);
		ebpf_emit(g, BPF_ALU | BPF_ADD | BPF_K, A, 0, 0, 1);
		return 0;
	case SKF_AD_CPU:
	case SKF_AD_RANDOM:
	case SKF_AD_ALU_XOR_X:
		*ret_done = false;
		return 0;
	}
	return err_set(e, EOPNOTSUPP, "instruction %u: an XDP program cannot load '%s'", i,
		       insn_ad_name(ad));
}

bool ebpf_xdp_load(struct ebpf_gen *g, unsigned int i, struct err *e, int *ret_rc)
{
	const struct sock_filter *f = &g->prog->filter[i];
	unsigned int size = BPF_SIZE(f->code) == BPF_W ? 4 : BPF_SIZE(f->code) == BPF_H ? 2 : 1;
	bool done = true;
	uint32_t ad;

	*ret_rc = 0;
	switch (insn_op(f->code)->form) {
	case INSN_ABS:
		if (insn_is_ad(f, &ad))
			*ret_rc = emit_field(g, ad, i, e, &done);
		else
			*ret_rc = emit_absolute(g, A, f->k, size, i, e);
		return done;
	case INSN_IND:
		emit_indirect(g, f->k, size);
		return true;
	case INSN_MSH:
		*ret_rc = emit_absolute(g, X, f->k, 1, i, e);
		ebpf_emit(g, BPF_ALU | BPF_AND | BPF_K, X, 0, 0, 0xf);
		ebpf_emit(g, BPF_ALU | BPF_LSH | BPF_K, X, 0, 0, 2);
		return true;
	case INSN_LEN:
		emit_length(g, BPF_CLASS(f->code) == BPF_LDX ? X : A);
		return true;
	default:
		return false;
	}
}
