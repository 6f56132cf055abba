// SPDX-License-Identifier: GPL-2.0-or-later
/* prog - the packet program that a script is compiled to: templates of bytes and the operations
 * that make each packet that is sent out of its template, and the streams that packets belong to.
 * Immutable once compiled; plan.h says which packet goes when, engines execute it.
 *
 * A value is a function of (seed, packet of the script, one of the indices below), never of what
 * was made before: the same script and seed give the same bytes on every engine, in any order, by
 * any number of workers. An engine may keep the bytes of a template and apply the operations again
 * and again: each writes all of its bits, and checksums start from the sum of what never changes.
 */
#ifndef TRAFGEN_PROG_H
#define TRAFGEN_PROG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "pkt/pace.h"

/* The longest packet of a script: an Ethernet frame of the largest IP packet. */
#define PROG_MAX_BYTES 65549

typedef unsigned __int128 u128;

enum op_kind {
	OP_COUNT,  /* the number first + (k % n) * step; n of 0: k, without an end */
	OP_RANDOM, /* first + i * step, i below n, all equally likely; n of 0: below 2^64 */
	OP_LIST,   /* list[k % n] */
	OP_PICK,   /* any of the list, all equally likely */
	OP_BYTES,  /* n bytes of random */
	OP_ORBIT,  /* byte k of a sequence that ends in a cycle */
	OP_CSUM,   /* the Internet checksum over spans */
	OP_CRC32C, /* SCTP's, over one span that holds the checksum itself */
};

/* Bytes that an operation changes and a checksum covers; 'odd': the first is the low half of a
 * 16-bit word. */
struct span {
	uint32_t off, n;
	bool odd;
};

struct op {
	uint8_t kind;      /* enum op_kind */
	uint8_t n_bits;	   /* of a number that are written, 64 at most */
	uint8_t shift;	   /* COUNT, RANDOM: low bits of the number that are not, below 128 */
	uint8_t index;	   /* all but checksums: enum index_kind */
	bool le;	   /* a number is written little endian; whole bytes */
	bool no_zero;	   /* CSUM: 0 is written as 0xffff (UDP) */
	uint32_t off_bits; /* from the packet's first bit, most significant bit first */
	u128 first, step;  /* COUNT, RANDOM: modulo 2^128 */
	uint64_t n;	   /* COUNT, RANDOM, BYTES, LIST, PICK */
	uint64_t key;	   /* RANDOM, BYTES, PICK: of the seed and the operation's place */
	const uint64_t *list; /* LIST, PICK: 'n' numbers */
	const uint8_t *orbit; /* ORBIT: 'lead' bytes, then 'cycle' bytes that repeat */
	uint16_t lead, cycle;
	uint64_t base;	      /* CSUM: sum of what never changes */
	const struct span *spans;
	uint16_t n_spans;
};

/* What a value may be a function of: counts from 0. */
enum index_kind {
	INDEX_OWN,   /* how often this packet of the script went before */
	INDEX_ALL,   /* how many packets of the script went before */
	INDEX_ROUND, /* how often its stream went through all its packets before */
	N_INDEX,
};

struct packet {
	uint8_t *bytes;
	uint32_t len;
	struct op *ops;
	uint32_t n_ops;
	int32_t cpu_first, cpu_last; /* workers that send it; -1: all */
	uint32_t weight;	     /* share of the stream, 1 or more */
	uint32_t line;		     /* where its '{' stands */
	uint32_t stream;	     /* that it belongs to */
};

/* Packets that are sent in turn among themselves. */
struct stream {
	char name[32];	       /* "": of packets outside of streams */
	uint32_t line;
	uint32_t weight;       /* turns, where others have one; 1 or more */
	uint32_t burst;	       /* packets in a turn, without a gap; 1 or more */
	uint64_t count;	       /* packets before the next stream has its turn; 0: by burst */
	struct pace_spec pace; /* PACE_FAST: no rate of its own */
	uint64_t gap_ns;       /* PACE_ORIG: from burst to burst */
};

struct prog {
	struct arena arena; /* owns all below */
	struct packet *packets;
	size_t n_packets;
	struct stream *streams; /* the first is that of packets outside of streams */
	size_t n_streams;
	bool by_cpu; /* some packet is for certain workers only */
	/* Of a capture file: when each packet came, ns after the first, which came at 'start_ns';
	 * and how long all of them take. NULL: of a script. */
	int64_t *at_ns;
	int64_t start_ns, round_ns;
	uint64_t seed;
	bool dynamic; /* some packet has operations */
	uint32_t max_bytes;
};

void prog_free(struct prog *g);

/* Writes what changes in the packet with these indices into 'out', which holds the template or any
 * earlier packet made from it. Allocates nothing. */
void prog_apply(const struct packet *p, const uint64_t index[N_INDEX], uint8_t *out);

/* Random bits number 'k' under 'key'. */
uint64_t prog_random(uint64_t key, uint64_t k);

/* A number below 'n', 0 standing for 2^64, from 64 random bits. */
uint64_t prog_below(uint64_t random, uint64_t n);

#endif
