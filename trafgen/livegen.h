// SPDX-License-Identifier: GPL-2.0-or-later
/* livegen - compiles a packet program to the XDP program of a worker of the live engine: it takes
 * the worker's next packet by the plan, writes all bytes of it into the frame, for whoever had the
 * frame before may have written there, and redirects it. liveop.c writes the operations. */
#ifndef TRAFGEN_LIVEGEN_H
#define TRAFGEN_LIVEGEN_H

#include <stdint.h>

#include "base/err.h"
#include "livecode.h"
#include "plan.h"

/* Of struct livepool: where packet 'i' of the script has its bytes. */
struct live_packet {
	uint32_t off, len;
};

/* A slot of the plan as the kernel sees it. */
struct live_slot {
	uint32_t packet, nth;
	uint64_t n_tried; /* frames that it was redirected in; written by the program */
};

/* A turn of the plan, with what its lane has. */
struct live_turn {
	uint64_t first, nth, per_round;
	uint32_t n_slots, first_slot;
};

/* What all programs of a run read: a record a packet, turns (a power of two of them, the last ones
 * begin nowhere), tables of operations, bytes of packets. */
struct livepool {
	int fd;
	uint32_t n_packets; /* their records come first */
	uint32_t turns_off, n_turns;
	uint32_t bytes_off, n_bytes;
	uint32_t *op_off; /* tables of all operations, packet by packet */
	uint32_t *first_op; /* of a packet, in op_off */
	uint8_t *value;
	size_t size;
};

struct livegen {
	const struct prog *g;
	const struct plan *plan;
	const struct livepool *pool;
	uint32_t ifindex;
	uint32_t worker;
	int state_fd; /* of struct livemap */
	uint32_t state_off, n_cpus;
	int slots_fd;	      /* array of struct live_slot; -1: the plan has one slot */
	uint32_t frame_bytes; /* as each frame begins */

	/* A script too long for one program: the first part calls one of the others, which have the
	 * packets. */
	uint32_t n_parts, part; /* others, 0: one program has all; which, 0: the first */
	int parts_fd;		/* of sysbpf_tails_new() */
};

/* Registers of the program: r0 to r5 are used up everywhere. */
enum { R0, R1, R2, R3, R4, R5, LIVE_CTX, LIVE_DATA, LIVE_NTH, LIVE_K, LIVE_STACK };

/* Makes the memory of the packets of 'plan'. 0, or -errno with 'e' (-E2BIG: too much). */
int livepool_open(struct livepool *p, const struct plan *plan, struct err *e) MUST_USE;
void livepool_close(struct livepool *p);

/* Makes and loads the program, in as many parts as it takes. Returns its descriptor with
 * '*ret_parts_fd', -1 or what has to be open as long as the program runs; -errno with 'e'. */
int livegen_load(const struct livegen *l, int *ret_parts_fd, struct err *e) MUST_USE;

/* Writes the program, or the part of it, into 'c'. 0, or -EOPNOTSUPP, -E2BIG with 'e' saying what
 * cannot be. */
int livegen_make(const struct livegen *l, struct code *c, struct err *e) MUST_USE;

/* Writes operation 'op' of a packet whose bytes are at LIVE_DATA and whose own index is LIVE_K, the
 * others being on the stack; its table, if it needs one, is at 'table' of the pool. -EOPNOTSUPP
 * with 'e': there is no such way. */
int liveop_make(struct code *c, const struct livepool *pool, uint32_t table, const struct op *op,
		struct err *e) MUST_USE;

/* Bytes of the table that 'op' needs, written to 'out' unless it is NULL. */
uint32_t liveop_table(const struct op *op, uint8_t *out);

/* Where index 'kind' is on the stack, unless it is INDEX_OWN. */
static inline int live_stack(unsigned int kind)
{
	return -8 * (int)kind;
}

/* R0 = random number R0 * 'words' + 'i' under 'key' */
void liveop_random(struct code *c, uint64_t key, uint64_t words, uint64_t i);

/* R0 = R0 as 64 random bits to a number below 'n' (0: 2^64) */
void liveop_below(struct code *c, uint64_t n);

#endif
