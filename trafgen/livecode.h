// SPDX-License-Identifier: GPL-2.0-or-later
/* livecode - a growing eBPF program: instructions, constants, addresses in maps, jumps to places
 * that come later. Used by the live engine (livegen.c, liveop.c, livemap.c). Source:
 * Documentation/bpf/standardization/instruction-set.rst. */
#ifndef TRAFGEN_LIVECODE_H
#define TRAFGEN_LIVECODE_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>

/* Jumps reach this far; one insn more is none. */
#define CODE_MAX 32000

struct code {
	struct bpf_insn *insns; /* CODE_MAX of them, the caller's */
	unsigned int n;
	bool full; /* something did not fit: the program is useless */
};

void code_put(struct code *c, uint8_t op, uint8_t dst, uint8_t src, int off, uint32_t imm);

/* dst = the map itself, for a helper */
void code_map(struct code *c, uint8_t dst, int map_fd);

/* dst = src, dst += src ... of 64 bits: 'op' is BPF_MOV, BPF_ADD ... */
void code_alu(struct code *c, uint8_t op, uint8_t dst, uint8_t src);

/* The same with a number; 'tmp' is used up where it takes more than 31 bits. */
void code_alu_num(struct code *c, uint8_t op, uint8_t dst, uint64_t v, uint8_t tmp);

/* dst = v */
void code_num(struct code *c, uint8_t dst, uint64_t v);

/* dst = address of byte 'off' in the only value of array map 'map_fd' */
void code_addr(struct code *c, uint8_t dst, int map_fd, uint32_t off);

/* dst = *(src + off), *(dst + off) = src; 'size' is BPF_B, BPF_H, BPF_W or BPF_DW. */
void code_load(struct code *c, uint8_t size, uint8_t dst, uint8_t src, int off);
void code_store(struct code *c, uint8_t size, uint8_t dst, int off, uint8_t src);

void code_call(struct code *c, uint32_t func);

/* return v */
void code_return(struct code *c, uint32_t v);

/* if (dst OP imm) or, with 'src' not 0, (dst OP src) goto what code_land() is given the result
 * for. BPF_JA: always. */
unsigned int code_jump(struct code *c, uint8_t op, uint8_t dst, uint8_t src, uint32_t imm);

/* That jump lands on the next instruction. */
void code_land(struct code *c, unsigned int jump);

/* The same to 'target', an instruction that is there already. */
void code_back(struct code *c, uint8_t op, uint8_t dst, uint8_t src, uint32_t imm,
	       unsigned int target);

#endif
