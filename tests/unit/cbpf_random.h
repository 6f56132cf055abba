// SPDX-License-Identifier: GPL-2.0-or-later
/* cbpf_random - random classic filters and packets from a seed, for tests that compare two ways of
 * running the same filter. */
#ifndef TEST_CBPF_RANDOM_H
#define TEST_CBPF_RANDOM_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "cbpf/insn.h"

static inline uint32_t rnd(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) >> 32;
}

static inline uint32_t rnd_below(uint64_t *state, uint32_t n)
{
	return rnd(state) % n;
}

/* A number of the kind that matters: small, an edge, a negative offset, or anything. */
static inline uint32_t rnd_k(uint64_t *state)
{
	static const uint32_t edges[] = { 0,	  1,	      31,	  32,  0xff, 0x800,
					  0xffff, 0x7fffffff, 0x80000000, ~0u, ~1u };

	switch (rnd_below(state, 8)) {
	case 0:
		return edges[rnd_below(state, ARRAY_SIZE(edges))];
	case 1:
		return rnd(state);
	default:
		return rnd_below(state, 64);
	}
}

/* Fields whose value is the same for every packet on an AF_UNIX socket, or a function of its bytes.
 */
static inline uint32_t rnd_ad(uint64_t *state)
{
	static const uint32_t ads[] = { SKF_AD_PROTOCOL,    SKF_AD_NLATTR,
					SKF_AD_NLATTR_NEST, SKF_AD_MARK,
					SKF_AD_RXHASH,	    SKF_AD_ALU_XOR_X,
					SKF_AD_VLAN_TAG,    SKF_AD_VLAN_TAG_PRESENT,
					SKF_AD_VLAN_TPID };

	return INSN_AD_OFF + ads[rnd_below(state, ARRAY_SIZE(ads))];
}

/* Fills 'f' with an instruction that is valid at index 'i' of 'n', but for what M[] holds. */
static inline void rnd_insn(uint64_t *state, struct sock_filter *f, unsigned int i, unsigned int n)
{
	unsigned int n_ops = 0, left = n - i - 1;
	const struct insn_op *op;

	while (insn_op_at(n_ops))
		n_ops++;
	do
		op = insn_op_at(rnd_below(state, n_ops));
	while (left == 0 ? BPF_CLASS(op->code) != BPF_RET
			 : (BPF_CLASS(op->code) == BPF_RET && rnd_below(state, 4)));
	*f = (struct sock_filter){ .code = op->code, .k = rnd_k(state) };
	switch (op->form) {
	case INSN_ABS:
		f->k = rnd_below(state, 8) ? rnd_below(state, 72) : rnd_ad(state);
		break;
	case INSN_IND:
		f->k = rnd_below(state, 8) ? rnd_below(state, 40) : rnd_k(state);
		break;
	case INSN_MSH:
		f->k = rnd_below(state, 8) ? rnd_below(state, 40) : rnd_k(state);
		break;
	case INSN_MEM:
		f->k = rnd_below(state, 4);
		break;
	case INSN_JA:
		f->k = rnd_below(state, left);
		break;
	case INSN_JK:
	case INSN_JX:
		f->jt = rnd_below(state, MIN(left, 255u));
		f->jf = rnd_below(state, MIN(left, 255u));
		break;
	case INSN_IMM:
		if (BPF_CLASS(op->code) != BPF_ALU)
			break;
		if (BPF_OP(op->code) == BPF_LSH || BPF_OP(op->code) == BPF_RSH)
			f->k = rnd_below(state, 32);
		else if (BPF_OP(op->code) == BPF_DIV || BPF_OP(op->code) == BPF_MOD)
			f->k |= 1;
		break;
	}
}

/* Fills 'f' with a filter of up to 'max' (at least 8) instructions; it begins with stores to the
 * words it may read. Returns how many. */
static inline unsigned int rnd_prog(uint64_t *state, struct sock_filter *f, unsigned int max)
{
	unsigned int n = 5 + rnd_below(state, max - 4), i = 0;

	if (rnd_below(state, 2))
		for (; i < 4 && i + 1 < n; i++)
			f[i] = (struct sock_filter){ .code = BPF_ST, .k = i };
	for (; i < n; i++)
		rnd_insn(state, &f[i], i, n);
	return n;
}

/* Spoils one instruction of 'n': most results are invalid. */
static inline void rnd_spoil(uint64_t *state, struct sock_filter *f, unsigned int n)
{
	struct sock_filter *v = &f[rnd_below(state, n)];

	switch (rnd_below(state, 5)) {
	case 0:
		v->code ^= 1u << rnd_below(state, 16);
		break;
	case 1:
		v->code = rnd_below(state, 256);
		break;
	case 2:
		v->k = rnd_k(state);
		break;
	case 3:
		v->jt = rnd(state);
		break;
	default:
		v->jf = rnd(state);
	}
}

/* Fills 'p' with a packet of 1 to 'max' bytes, often small numbers. Returns its length. */
static inline uint32_t rnd_packet(uint64_t *state, uint8_t *p, uint32_t max)
{
	uint32_t n = 1 + rnd_below(state, max);
	bool small = rnd_below(state, 2);

	for (uint32_t i = 0; i < n; i++)
		p[i] = rnd(state) & (small ? 7 : 255);
	return n;
}

#endif
