// SPDX-License-Identifier: GPL-2.0-or-later
/* prog - the packet program that a script is compiled to: templates of bytes and the operations
 * that make each packet of a stream out of its template. Immutable once compiled; engines execute
 * it.
 *
 * A value is a function of (seed, packet of the script, index in its stream), never of what was
 * made before: the same script and seed give the same bytes on every engine, in any order, by any
 * number of workers. An engine may keep the bytes of a template and apply the operations again and
 * again: each writes all of its bits, and checksums start from the sum of what never changes. */
#ifndef TRAFGEN_PROG_H
#define TRAFGEN_PROG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* The longest packet of a script: an Ethernet frame of the largest IP packet. */
#define PROG_MAX_BYTES 65549

enum op_kind {
	OP_COUNT,  /* the number first + (k % n) * step, modulo 2^n_bits; n of 0: no end */
	OP_RANDOM, /* a number from min to min + n - 1, all equally likely; n of 0: any */
	OP_BYTES,  /* n bytes of random */
	OP_ORBIT,  /* byte k of a sequence that ends in a cycle */
	OP_CSUM,   /* the Internet checksum over spans */
	OP_CRC32C, /* SCTP's, over one span that holds the checksum itself */
};

/* Bytes that an operation changes and a checksum covers; 'odd': the first is the low half of a
 * 16-bit word. */
struct span {
	uint16_t off, n;
	bool odd;
};

struct op {
	uint8_t kind;      /* enum op_kind */
	uint8_t n_bits;	   /* COUNT, RANDOM: width of the number, 64 at most */
	bool no_zero;	   /* CSUM: 0 is written as 0xffff (UDP) */
	uint32_t off_bits; /* from the packet's first bit, most significant bit first */
	uint64_t first, step; /* COUNT; RANDOM: 'first' is the least */
	uint64_t n;	      /* COUNT, RANDOM, BYTES */
	uint64_t key;	      /* RANDOM, BYTES: of the seed and the operation's place */
	const uint8_t *orbit; /* ORBIT: 'lead' bytes, then 'cycle' bytes that repeat */
	uint16_t lead, cycle;
	uint64_t base;	      /* CSUM: sum of what never changes */
	const struct span *spans;
	uint16_t n_spans;
};

struct packet {
	uint8_t *bytes;
	uint32_t len;
	struct op *ops;
	uint32_t n_ops;
	int32_t cpu_first, cpu_last; /* workers that send it; -1: all */
	uint32_t weight;	     /* share of the stream, 1 or more */
	uint32_t line;		     /* where its '{' stands */
};

struct prog {
	struct arena arena; /* owns all below */
	struct packet *packets;
	size_t n_packets;
	uint64_t seed;
	bool dynamic; /* some packet has operations */
	uint32_t max_bytes;
};

void prog_free(struct prog *g);

/* Writes what changes in packet 'k' (from 0) of its stream into 'out', which holds the template or
 * any earlier packet made from it. Allocates nothing. */
void prog_apply(const struct packet *p, uint64_t k, uint8_t *out);

/* Random bits number 'k' under 'key'. */
uint64_t prog_random(uint64_t key, uint64_t k);

/* Which packets a worker sends, in order: 'w' of 'n_workers', each the 'rank'th of the 'share'
 * workers that send the packet. */
struct slot {
	uint32_t packet;
	uint32_t rank, share;
	uint32_t times; /* in a round, by weight */
	uint32_t nth;	/* of these */
};

struct schedule {
	struct slot *slots; /* of a round; owned */
	uint32_t n;
	bool random;  /* slots in random order */
	uint64_t key; /* of that order */
};

/* Makes the schedule of worker 'w'. '*ret_s' has no slots when the script has no packet for it.
 * Returns 0, or -ENOMEM with 'e'. */
int schedule_make(const struct prog *g, unsigned int w, unsigned int n_workers, bool random,
		  struct schedule *ret_s, struct err *e) MUST_USE;
void schedule_free(struct schedule *s);

/* The slot of the packet that goes out 'i'th (from 0). */
uint32_t schedule_slot(const struct schedule *s, uint64_t i);

/* The packet that goes out 'i'th (from 0), and its index 'k' in its stream. */
const struct packet *schedule_at(const struct schedule *s, const struct prog *g, uint64_t i,
				 uint64_t *ret_k);

#endif
