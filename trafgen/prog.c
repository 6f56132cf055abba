// SPDX-License-Identifier: GPL-2.0-or-later
/* prog - see prog.h. */
#include "prog.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "proto/csum.h"
#include "proto/proto.h"

void prog_free(struct prog *g)
{
	arena_free(&g->arena);
}

uint64_t prog_random(uint64_t key, uint64_t k)
{
	/* SplitMix64: the k-th state of a stream is reached by one multiplication */
	return hash_u64(key + (k + 1) * 0x9e3779b97f4a7c15ull);
}

uint64_t prog_below(uint64_t random, uint64_t n)
{
	return n ? (uint64_t)((unsigned __int128)random * n >> 64) : random;
}

static void put_number(const struct op *op, uint8_t *out, u128 number)
{
	uint64_t v = number >> op->shift;
	uint8_t *p = out + op->off_bits / 8;

	if (op->le) {
		for (unsigned int i = 0; i < op->n_bits / 8; i++)
			p[i] = v >> 8 * i;
		return;
	}
	if (op->off_bits % 8 == 0) {
		switch (op->n_bits) {
		case 8:
			*p = v;
			return;
		case 16:
			put_be16(p, v);
			return;
		case 32:
			put_be32(p, v);
			return;
		}
	}
	bits_put(p, (struct bits){ op->off_bits % 8, op->n_bits }, v);
}

static void put_bytes(const struct op *op, uint64_t k, uint8_t *out)
{
	uint64_t words = (op->n + 7) / 8;

	for (uint64_t i = 0, at = 0; i < words; i++, at += 8) {
		uint64_t r = prog_random(op->key, k * words + i);

		memcpy(out + op->off_bits / 8 + at, &r, MIN(op->n - at, (uint64_t)8));
	}
}

static void put_csum(const struct op *op, uint8_t *out)
{
	uint64_t sum = op->base;
	uint16_t v;

	for (uint32_t i = 0; i < op->n_spans; i++) {
		const struct span *s = &op->spans[i];
		uint32_t off = s->off, n = s->n;

		if (s->odd) {
			/* the low half of a word that began before */
			uint8_t word[2] = { 0, out[off] };

			sum = csum_add(sum, word, 2);
			off++;
			n--;
		}
		sum = csum_add(sum, out + off, n);
	}
	v = csum_fold(sum);
	put_be16(out + op->off_bits / 8, !v && op->no_zero ? 0xffff : v);
}

static void put_crc(const struct op *op, uint8_t *out)
{
	const struct span *s = op->spans;
	uint8_t *at = out + op->off_bits / 8;

	put_be32(at, 0);
	put_le32(at, csum_crc32c(0, out + s->off, s->n));
}

void prog_apply(const struct packet *p, const uint64_t index[N_INDEX], uint8_t *out)
{
	const struct op *op = p->ops;

	for (uint32_t left = p->n_ops; left; left--, op++) {
		uint64_t k = index[op->index], i = k;

		switch (op->kind) {
		case OP_COUNT:
			i = op->n ? k % op->n : k;
			put_number(op, out, op->first + i * op->step);
			break;
		case OP_RANDOM:
			i = prog_below(prog_random(op->key, k), op->n);
			put_number(op, out, op->first + i * op->step);
			break;
		case OP_LIST:
			put_number(op, out, op->list[k % op->n]);
			break;
		case OP_PICK:
			i = prog_below(prog_random(op->key, k), op->n);
			put_number(op, out, op->list[i]);
			break;
		case OP_BYTES:
			put_bytes(op, k, out);
			break;
		case OP_ORBIT:
			if (k >= op->lead)
				i = op->lead + (k - op->lead) % op->cycle;
			out[op->off_bits / 8] = op->orbit[i];
			break;
		case OP_CSUM:
			put_csum(op, out);
			break;
		case OP_CRC32C:
			put_crc(op, out);
			break;
		}
	}
}
