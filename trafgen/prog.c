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

/* A number below 'n', 0 standing for 2^64, from 64 random bits. */
static uint64_t below(uint64_t random, uint64_t n)
{
	return n ? (uint64_t)((unsigned __int128)random * n >> 64) : random;
}

static void put_number(uint8_t *out, uint32_t off_bits, uint8_t n_bits, uint64_t v)
{
	uint8_t *p = out + off_bits / 8;

	if (off_bits % 8 == 0) {
		switch (n_bits) {
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
	bits_put(p, (struct bits){ off_bits % 8, n_bits }, v);
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

void prog_apply(const struct packet *p, uint64_t k, uint8_t *out)
{
	for (const struct op *op = p->ops; op < p->ops + p->n_ops; op++) {
		uint64_t i = k;

		switch (op->kind) {
		case OP_COUNT:
			i = op->n ? k % op->n : k;
			put_number(out, op->off_bits, op->n_bits, op->first + i * op->step);
			break;
		case OP_RANDOM:
			put_number(out, op->off_bits, op->n_bits,
				   op->first + below(prog_random(op->key, k), op->n));
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

static bool sends(const struct packet *p, unsigned int w)
{
	return p->cpu_first < 0 ||
	       (w >= (unsigned int)p->cpu_first && w <= (unsigned int)p->cpu_last);
}

/* Which of the workers that send 'p' worker 'w' is, and how many they are. */
static void rank_of(const struct packet *p, unsigned int w, unsigned int n_workers, struct slot *s)
{
	s->rank = s->share = 0;
	for (unsigned int i = 0; i < n_workers; i++) {
		if (!sends(p, i))
			continue;
		s->rank += i < w;
		s->share++;
	}
}

/* Spreads each packet's turns evenly over the round: the one that is furthest behind its share
 * goes next. */
static void fill_round(const struct prog *g, const struct slot *own, uint32_t n_own, uint64_t total,
		       struct schedule *s, uint32_t *done)
{
	if (total == n_own) { /* all of weight 1: as they stand in the script */
		memcpy(s->slots, own, n_own * sizeof(*own));
		s->n = n_own;
		return;
	}
	for (uint64_t turn = 1; turn <= total; turn++) {
		uint32_t best = 0;
		int64_t most = INT64_MIN;

		for (uint32_t i = 0; i < n_own; i++) {
			int64_t behind = (int64_t)(turn * g->packets[own[i].packet].weight) -
					 (int64_t)(done[i] * total);

			if (behind > most) {
				most = behind;
				best = i;
			}
		}
		s->slots[s->n] = own[best];
		s->slots[s->n++].nth = done[best]++;
	}
}

int schedule_make(const struct prog *g, unsigned int w, unsigned int n_workers, bool random,
		  struct schedule *ret_s, struct err *e)
{
	AUTO(free_p) struct slot *own = calloc(g->n_packets, sizeof(*own));
	AUTO(free_p) uint32_t *done = calloc(g->n_packets, sizeof(*done));
	struct schedule s = { .random = random, .key = prog_random(g->seed, w) };
	uint64_t total = 0;
	uint32_t n_own = 0;

	if (!own || !done)
		return err_sys(e, ENOMEM, "scheduling packets");
	for (size_t i = 0; i < g->n_packets; i++) {
		const struct packet *p = &g->packets[i];

		if (!sends(p, w))
			continue;
		own[n_own].packet = i;
		own[n_own].times = p->weight;
		rank_of(p, w, n_workers, &own[n_own++]);
		total += p->weight;
	}
	if (total) {
		s.slots = calloc(total, sizeof(*s.slots));
		if (!s.slots)
			return err_sys(e, ENOMEM, "scheduling packets");
		fill_round(g, own, n_own, total, &s, done);
	}
	*ret_s = s;
	return 0;
}

void schedule_free(struct schedule *s)
{
	free(s->slots);
	*s = (struct schedule){ 0 };
}

uint32_t schedule_slot(const struct schedule *s, uint64_t i)
{
	return s->random ? below(prog_random(s->key, i), s->n) : i % s->n;
}

const struct packet *schedule_at(const struct schedule *s, const struct prog *g, uint64_t i,
				 uint64_t *ret_k)
{
	uint64_t round = i / s->n;
	const struct slot *slot = &s->slots[schedule_slot(s, i)];

	if (s->random) {
		/* the index counts what was sent, whatever it was: values still never repeat */
		*ret_k = i * slot->share + slot->rank;
	} else {
		*ret_k = (round * slot->times + slot->nth) * slot->share + slot->rank;
	}
	return &g->packets[slot->packet];
}
