// SPDX-License-Identifier: GPL-2.0-or-later
/* livecode - see livecode.h. */
#include "livecode.h"

void code_put(struct code *c, uint8_t op, uint8_t dst, uint8_t src, int off, uint32_t imm)
{
	if (c->n == CODE_MAX) {
		c->full = true;
		return;
	}
	c->insns[c->n++] = (struct bpf_insn){
		.code = op, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm
	};
}

void code_alu(struct code *c, uint8_t op, uint8_t dst, uint8_t src)
{
	code_put(c, BPF_ALU64 | op | BPF_X, dst, src, 0, 0);
}

void code_alu_num(struct code *c, uint8_t op, uint8_t dst, uint64_t v, uint8_t tmp)
{
	if (v <= INT32_MAX) {
		code_put(c, BPF_ALU64 | op | BPF_K, dst, 0, 0, v);
		return;
	}
	code_num(c, tmp, v);
	code_alu(c, op, dst, tmp);
}

void code_num(struct code *c, uint8_t dst, uint64_t v)
{
	if (v <= INT32_MAX) {
		code_put(c, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, v);
		return;
	}
	code_put(c, BPF_LD | BPF_IMM | BPF_DW, dst, 0, 0, v);
	code_put(c, 0, 0, 0, 0, v >> 32);
}

void code_addr(struct code *c, uint8_t dst, int map_fd, uint32_t off)
{
	code_put(c, BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_VALUE, 0, map_fd);
	code_put(c, 0, 0, 0, 0, off);
}

void code_map(struct code *c, uint8_t dst, int map_fd)
{
	code_put(c, BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_FD, 0, map_fd);
	code_put(c, 0, 0, 0, 0, 0);
}

void code_load(struct code *c, uint8_t size, uint8_t dst, uint8_t src, int off)
{
	code_put(c, BPF_LDX | BPF_MEM | size, dst, src, off, 0);
}

void code_store(struct code *c, uint8_t size, uint8_t dst, int off, uint8_t src)
{
	code_put(c, BPF_STX | BPF_MEM | size, dst, src, off, 0);
}

void code_call(struct code *c, uint32_t func)
{
	code_put(c, BPF_JMP | BPF_CALL, 0, 0, 0, func);
}

void code_return(struct code *c, uint32_t v)
{
	code_num(c, BPF_REG_0, v);
	code_put(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

unsigned int code_jump(struct code *c, uint8_t op, uint8_t dst, uint8_t src, uint32_t imm)
{
	unsigned int at = c->n;

	code_put(c, BPF_JMP | op | (src ? BPF_X : BPF_K), dst, src, 0, imm);
	return at;
}

void code_land(struct code *c, unsigned int jump)
{
	if (!c->full)
		c->insns[jump].off = c->n - jump - 1;
}

void code_back(struct code *c, uint8_t op, uint8_t dst, uint8_t src, uint32_t imm,
	       unsigned int target)
{
	code_put(c, BPF_JMP | op | (src ? BPF_X : BPF_K), dst, src, (int)target - (int)c->n - 1,
		 imm);
}
