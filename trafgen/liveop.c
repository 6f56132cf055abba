// SPDX-License-Identifier: GPL-2.0-or-later
/* liveop - the operations of prog.h as eBPF: each writes what prog_apply() writes. Little-endian
 * machines only: livegen_make() sees to it. */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "livegen.h"
#include "proto/csum.h"

#define GOLDEN 0x9e3779b97f4a7c15ull /* of prog_random() */

static uint64_t low_bits(unsigned int n)
{
	return n >= 64 ? UINT64_MAX : (1ull << n) - 1;
}

/* R0 ^= R0 >> n */
static void fold_right(struct code *c, unsigned int n)
{
	code_alu(c, BPF_MOV, R1, R0);
	code_alu_num(c, BPF_RSH, R1, n, R2);
	code_alu(c, BPF_XOR, R0, R1);
}

/* R0 = the index that 'op' is a function of */
static void take_index(struct code *c, const struct op *op)
{
	if (op->index == INDEX_OWN)
		code_alu(c, BPF_MOV, R0, LIVE_K);
	else
		code_load(c, BPF_DW, R0, LIVE_STACK, live_stack(op->index));
}

void liveop_random(struct code *c, uint64_t key, uint64_t words, uint64_t i)
{
	code_alu_num(c, BPF_MUL, R0, words * GOLDEN, R1);
	code_alu_num(c, BPF_ADD, R0, key + (i + 1) * GOLDEN, R1);
	/* hash_u64() */
	fold_right(c, 30);
	code_alu_num(c, BPF_MUL, R0, 0xbf58476d1ce4e5b9ull, R1);
	fold_right(c, 27);
	code_alu_num(c, BPF_MUL, R0, 0x94d049bb133111ebull, R1);
	fold_right(c, 31);
}

/* R0 = upper 64 bits of R0 * n, by halves: eBPF has no such multiplication. */
static void high_product(struct code *c, uint64_t n)
{
	code_alu(c, BPF_MOV, R1, R0);
	code_alu_num(c, BPF_RSH, R1, 32, R2);		      /* R1: high half */
	code_put(c, BPF_ALU | BPF_MOV | BPF_X, R0, R0, 0, 0); /* R0: low half */
	if (n >> 32) {
		code_alu(c, BPF_MOV, R4, R0);
		code_alu(c, BPF_MOV, R5, R1);
		code_alu_num(c, BPF_MUL, R4, n >> 32, R3); /* low * high(n) */
		code_alu_num(c, BPF_MUL, R5, n >> 32, R3); /* high * high(n) */
	}
	code_alu_num(c, BPF_MUL, R0, n & UINT32_MAX, R3);
	code_alu_num(c, BPF_RSH, R0, 32, R3);
	code_alu_num(c, BPF_MUL, R1, n & UINT32_MAX, R3);
	code_alu(c, BPF_ADD, R1, R0); /* no carry: (2^32 - 1)^2 + 2^32 - 1 < 2^64 */
	if (n >> 32) {
		code_put(c, BPF_ALU | BPF_MOV | BPF_X, R0, R1, 0, 0);
		code_alu(c, BPF_ADD, R4, R0);
		code_alu_num(c, BPF_RSH, R4, 32, R3);
	}
	code_alu_num(c, BPF_RSH, R1, 32, R3);
	if (n >> 32) {
		code_alu(c, BPF_ADD, R1, R4);
		code_alu(c, BPF_ADD, R1, R5);
	}
	code_alu(c, BPF_MOV, R0, R1);
}

void liveop_below(struct code *c, uint64_t n)
{
	if (!n)
		return;
	if (n == 1)
		code_num(c, R0, 0);
	else if (!(n & (n - 1)))
		code_alu_num(c, BPF_RSH, R0, 64 - __builtin_ctzll(n), R1);
	else
		high_product(c, n);
}

/* R0 %= n, by a division of 32 bits where that does, which is faster. */
static void modulo(struct code *c, uint64_t n)
{
	if (!(n & (n - 1)))
		code_alu_num(c, BPF_AND, R0, n - 1, R1);
	else
		code_alu_num(c, BPF_MOD, R0, n, R1);
}

/* Whole bytes from 'off' on: the last 'n' of R0, big-endian unless 'le'. */
static void put_whole(struct code *c, uint32_t off, unsigned int n, bool le)
{
	static const uint8_t sizes[] = { [4] = BPF_W, [2] = BPF_H, [1] = BPF_B };
	unsigned int left = n;

	if (n == 1) {
		code_store(c, BPF_B, LIVE_DATA, off, R0);
		return;
	}
	if (n < 8 && !le)
		code_alu_num(c, BPF_LSH, R0, 64 - n * 8, R1);
	if (!le)
		code_put(c, BPF_ALU | BPF_END | BPF_TO_BE, R0, 0, 0, 64);
	if (n == 8) {
		code_store(c, BPF_DW, LIVE_DATA, off, R0);
		return;
	}
	for (unsigned int size = 4; left; size /= 2) {
		if (left < size)
			continue;
		code_store(c, sizes[size], LIVE_DATA, off, R0);
		off += size;
		left -= size;
		if (left)
			code_alu_num(c, BPF_RSH, R0, size * 8, R1);
	}
}

/* The low bits of R0 where 'op' has them; other bits of these bytes stay. */
static void put_number(struct code *c, const struct op *op)
{
	unsigned int first = op->off_bits % 8, end = first + op->n_bits, n = (end + 7) / 8;
	uint32_t off = op->off_bits / 8;

	if (!first && op->n_bits % 8 == 0) {
		put_whole(c, off, op->n_bits / 8, op->le);
		return;
	}
	for (unsigned int i = 0; i < n; i++) {
		int shift = (int)(end - 8 * (i + 1)); /* of the byte's lowest bit in the number */
		uint8_t mask = 0xff;

		if (i == 0)
			mask &= 0xff >> first;
		if (shift < 0)
			mask &= 0xff << -shift;
		code_alu(c, BPF_MOV, R1, R0);
		if (shift)
			code_alu_num(c, shift > 0 ? BPF_RSH : BPF_LSH, R1,
				     shift > 0 ? shift : -shift, R2);
		code_alu_num(c, BPF_AND, R1, mask, R2);
		code_load(c, BPF_B, R2, LIVE_DATA, off + i);
		code_alu_num(c, BPF_AND, R2, (uint8_t)~mask, R3);
		code_alu(c, BPF_OR, R2, R1);
		code_store(c, BPF_B, LIVE_DATA, off + i, R2);
	}
}

/* True if no number of 'op' has more than 64 bits, which both ends tell. */
static bool is_short(const struct op *op)
{
	u128 last = op->first + (op->n - 1) * op->step;

	return op->n && !(op->first >> 64) && !(last >> 64) &&
	       (last >= op->first) == !(op->step >> 127);
}

/* R0 = R0 * step + first, of 128 bits, without the low 'shift' bits */
static void scale_wide(struct code *c, const struct op *op)
{
	unsigned int carry;

	code_alu(c, BPF_MOV, LIVE_NTH, R0); /* done with by now */
	high_product(c, op->step);
	code_alu(c, BPF_MOV, R1, LIVE_NTH);
	code_alu_num(c, BPF_MUL, R1, op->step, R2);
	code_num(c, R2, op->first);
	code_alu(c, BPF_ADD, R1, R2);
	carry = code_jump(c, BPF_JGE, R1, R2, 0);
	code_alu_num(c, BPF_ADD, R0, 1, R2);
	code_land(c, carry);
	code_alu_num(c, BPF_MUL, LIVE_NTH, op->step >> 64, R2);
	code_alu(c, BPF_ADD, R0, LIVE_NTH);
	code_alu_num(c, BPF_ADD, R0, op->first >> 64, R2);
	if (op->shift >= 64) {
		code_alu_num(c, BPF_RSH, R0, op->shift - 64, R2);
		return;
	}
	code_alu_num(c, BPF_LSH, R0, 64 - op->shift, R2);
	code_alu_num(c, BPF_RSH, R1, op->shift, R2);
	code_alu(c, BPF_OR, R0, R1);
}

/* From R0, which of its numbers it is: the number of 'op', put in its place. */
static void put_scaled(struct code *c, const struct op *op)
{
	if (op->shift && !is_short(op)) {
		scale_wide(c, op);
	} else {
		if ((uint64_t)op->step != 1)
			code_alu_num(c, BPF_MUL, R0, op->step, R1);
		if ((uint64_t)op->first)
			code_alu_num(c, BPF_ADD, R0, op->first, R1);
		if (op->shift >= 64)
			code_num(c, R0, 0);
		else if (op->shift)
			code_alu_num(c, BPF_RSH, R0, op->shift, R1);
	}
	put_number(c, op);
}

static void make_count(struct code *c, const struct op *op)
{
	take_index(c, op);
	if (op->n)
		modulo(c, op->n);
	put_scaled(c, op);
}

static void make_random(struct code *c, const struct op *op)
{
	take_index(c, op);
	liveop_random(c, op->key, 1, 0);
	liveop_below(c, op->n);
	put_scaled(c, op);
}

static void make_list(struct code *c, const struct livepool *pool, uint32_t table,
		      const struct op *op)
{
	unsigned int in;

	take_index(c, op);
	if (op->kind == OP_PICK) {
		liveop_random(c, op->key, 1, 0);
		liveop_below(c, op->n);
	} else {
		modulo(c, op->n);
	}
	/* for the verifier: it is always so */
	in = code_jump(c, BPF_JLT, R0, 0, op->n);
	code_num(c, R0, 0);
	code_land(c, in);
	code_alu_num(c, BPF_LSH, R0, 3, R1);
	code_addr(c, R1, pool->fd, table);
	code_alu(c, BPF_ADD, R1, R0);
	code_load(c, BPF_DW, R0, R1, 0);
	put_number(c, op);
}

static void make_bytes(struct code *c, const struct op *op)
{
	static const uint8_t sizes[] = { [4] = BPF_W, [2] = BPF_H, [1] = BPF_B };
	uint32_t off = op->off_bits / 8, words = (op->n + 7) / 8;

	for (uint32_t i = 0; i < words; i++) {
		uint32_t left = MIN(op->n - i * 8, (uint64_t)8);

		take_index(c, op);
		liveop_random(c, op->key, words, i);
		if (left == 8) {
			code_store(c, BPF_DW, LIVE_DATA, off, R0);
			off += 8;
			continue;
		}
		for (unsigned int size = 4; size; size /= 2) {
			if (!(left & size))
				continue;
			code_store(c, sizes[size], LIVE_DATA, off, R0);
			code_alu_num(c, BPF_RSH, R0, size * 8, R1);
			off += size;
		}
	}
}

static void make_orbit(struct code *c, const struct livepool *pool, uint32_t table,
		       const struct op *op)
{
	unsigned int early, in;

	take_index(c, op);
	early = op->lead ? code_jump(c, BPF_JLT, R0, 0, op->lead) : 0;
	if (op->lead)
		code_alu_num(c, BPF_SUB, R0, op->lead, R1);
	modulo(c, op->cycle);
	if (op->lead) {
		code_alu_num(c, BPF_ADD, R0, op->lead, R1);
		code_land(c, early);
	}
	/* for the verifier: it is always so */
	in = code_jump(c, BPF_JLT, R0, 0, op->lead + op->cycle);
	code_num(c, R0, 0);
	code_land(c, in);
	code_addr(c, R1, pool->fd, table);
	code_alu(c, BPF_ADD, R1, R0);
	code_load(c, BPF_B, R0, R1, 0);
	code_store(c, BPF_B, LIVE_DATA, op->off_bits / 8, R0);
}

/* R0 += R1 loaded from 'off' */
static void add_word(struct code *c, uint8_t size, uint32_t off)
{
	code_load(c, size, R1, LIVE_DATA, off);
	code_alu(c, BPF_ADD, R0, R1);
}

/* R0 += the words of span 's' as they lie in memory. Short ones by 16 bits: a load that is longer
 * than the store before it waits for it. */
static void add_span(struct code *c, const struct span *s)
{
	uint32_t off = s->off, n = s->n;

	if (s->odd) {
		code_load(c, BPF_B, R1, LIVE_DATA, off++);
		code_alu_num(c, BPF_LSH, R1, 8, R2);
		code_alu(c, BPF_ADD, R0, R1);
		n--;
	}
	for (; n > 16; n -= 4, off += 4)
		add_word(c, BPF_W, off);
	for (; n >= 2; n -= 2, off += 2)
		add_word(c, BPF_H, off);
	if (n)
		add_word(c, BPF_B, off);
}

static void fold_sum(struct code *c, unsigned int bits)
{
	code_alu(c, BPF_MOV, R1, R0);
	code_alu_num(c, BPF_RSH, R1, bits, R2);
	if (bits == 32)
		code_put(c, BPF_ALU | BPF_MOV | BPF_X, R0, R0, 0, 0);
	else
		code_alu_num(c, BPF_AND, R0, low_bits(bits), R2);
	code_alu(c, BPF_ADD, R0, R1);
}

static void make_csum(struct code *c, const struct op *op)
{
	uint64_t base = op->base;
	unsigned int some;

	while (base >> 32)
		base = (base & UINT32_MAX) + (base >> 32);
	code_num(c, R0, base);
	for (uint32_t i = 0; i < op->n_spans; i++)
		add_span(c, &op->spans[i]);
	fold_sum(c, 32);
	fold_sum(c, 16);
	fold_sum(c, 16);
	fold_sum(c, 16);
	code_alu_num(c, BPF_XOR, R0, 0xffff, R1);
	if (op->no_zero) {
		some = code_jump(c, BPF_JNE, R0, 0, 0);
		code_num(c, R0, 0xffff);
		code_land(c, some);
	}
	code_store(c, BPF_H, LIVE_DATA, op->off_bits / 8, R0);
}

/* Byte by byte with a table, the checksum itself counting as 0. */
static void make_crc(struct code *c, const struct livepool *pool, uint32_t table,
		     const struct op *op)
{
	const struct span *s = op->spans;
	uint32_t at = op->off_bits / 8;
	unsigned int loop;

	code_put(c, BPF_ST | BPF_MEM | BPF_W, LIVE_DATA, 0, at, 0);
	code_num(c, R0, UINT32_MAX);
	code_addr(c, R3, pool->fd, table);
	code_alu(c, BPF_MOV, R4, LIVE_DATA);
	code_alu_num(c, BPF_ADD, R4, s->off, R1);
	code_num(c, R5, s->n);
	loop = c->n;
	code_load(c, BPF_B, R1, R4, 0);
	code_alu_num(c, BPF_ADD, R4, 1, R2);
	code_alu(c, BPF_XOR, R1, R0);
	code_alu_num(c, BPF_AND, R1, 0xff, R2);
	code_alu_num(c, BPF_LSH, R1, 2, R2);
	code_alu(c, BPF_MOV, R2, R3);
	code_alu(c, BPF_ADD, R2, R1);
	code_load(c, BPF_W, R2, R2, 0);
	code_alu_num(c, BPF_RSH, R0, 8, R1);
	code_alu(c, BPF_XOR, R0, R2);
	code_alu_num(c, BPF_SUB, R5, 1, R1);
	code_back(c, BPF_JNE, R5, 0, 0, loop);
	code_alu_num(c, BPF_XOR, R0, UINT32_MAX, R1);
	code_store(c, BPF_W, LIVE_DATA, at, R0);
}

int liveop_make(struct code *c, const struct livepool *pool, uint32_t table, const struct op *op,
		struct err *e)
{
	switch (op->kind) {
	case OP_COUNT:
		make_count(c, op);
		return 0;
	case OP_RANDOM:
		make_random(c, op);
		return 0;
	case OP_LIST:
	case OP_PICK:
		make_list(c, pool, table, op);
		return 0;
	case OP_BYTES:
		make_bytes(c, op);
		return 0;
	case OP_ORBIT:
		make_orbit(c, pool, table, op);
		return 0;
	case OP_CSUM:
		make_csum(c, op);
		return 0;
	case OP_CRC32C:
		make_crc(c, pool, table, op);
		return 0;
	}
	return err_set(e, EOPNOTSUPP, "the script has what is not done in eBPF");
}

uint32_t liveop_table(const struct op *op, uint8_t *out)
{
	if (op->kind == OP_ORBIT) {
		if (out)
			memcpy(out, op->orbit, op->lead + op->cycle);
		return op->lead + op->cycle;
	}
	if (op->kind == OP_LIST || op->kind == OP_PICK) {
		if (out)
			memcpy(out, op->list, op->n * sizeof(*op->list));
		return op->n * sizeof(*op->list);
	}
	if (op->kind != OP_CRC32C)
		return 0;
	for (unsigned int i = 0; out && i < 256; i++) {
		uint32_t v = i;

		for (unsigned int bit = 0; bit < 8; bit++)
			v = v >> 1 ^ (v & 1 ? 0x82f63b78 : 0); /* RFC 9260 appendix A */
		memcpy(out + 4 * i, &v, 4);
	}
	return 1024;
}
