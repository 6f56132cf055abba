// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_graph - the control flow graph of a classic program: blocks of plain instructions that end
 * in one question, and the way from a program to it and back. Jumps go forward only, so there are
 * no loops. Private to the optimiser and the filter compiler, which makes its graph directly. */
#ifndef CBPF_OPT_GRAPH_H
#define CBPF_OPT_GRAPH_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

enum { OPT_A, OPT_X, OPT_M, OPT_REGS = OPT_M + BPF_MEMWORDS };

/* Codes of 'jump' that are no conditional jump. */
enum { OPT_JA = BPF_JMP | BPF_JA, OPT_RET = BPF_RET | BPF_K, OPT_RET_A = BPF_RET | BPF_A };

/* What the code of a block does as a whole. */
struct opt_sum {
	uint32_t reads;	 /* registers that it reads before it writes them */
	uint32_t writes;
	uint32_t reach;	 /* it fails unless the packet has this many bytes */
	uint32_t n_fail; /* instructions that may fail */
	bool divides;	 /* some of these divide by X */
};

struct opt_block {
	struct sock_filter *code; /* no jumps, no returns */
	unsigned int n;
	uint16_t jump; /* conditional, OPT_JA, OPT_RET or OPT_RET_A */
	uint32_t k;
	struct opt_block *to[2]; /* false, true; OPT_JA: to[1] alone */

	/* What passes find out; each says in its comment what it fills. */
	unsigned int id;      /* unique among all ever made */
	unsigned int at;      /* index in opt_graph.order */
	unsigned int n_preds; /* ways in */
	uint8_t visited;
	uint32_t live_in; /* a bit for each register that something reads from here on */
	uint32_t need;	  /* every way on that accepts loads up to this byte, or fails */
	uint64_t safe;	  /* bit i: instruction i cannot fail here */
	uint32_t asked; /* if 'known': the value its question was about in the pass before */
	bool known;
	struct opt_digest *digest; /* NULL: not made, or the code has changed since */
	struct opt_sum sum;	   /* if 'summed': of its code, see opt_sum() */
	bool summed;
	struct opt_state *in; /* what is known on entry; NULL: no way leads here */
	struct opt_block *same;
	struct opt_block *behind, *before; /* placed directly behind, before it */
	uint32_t end; /* instructions from its first to the program's end */
	uint32_t alias;
};

struct opt_graph {
	struct arena *mem;
	struct opt_block *head;
	struct opt_block **order; /* reachable blocks, each before those it leads to */
	unsigned int n;
	unsigned int n_made; /* blocks ever */
	unsigned int n_regs; /* A, X, and M[] as far as it is used at first */
	bool by_values;	     /* only that a value is or is not another counts, no ranges and bits:
			      * as much as libpcap knows */
	bool sorted;	     /* no way has changed since opt_graph_sort() */
	bool failed;	     /* out of memory */
};

/* An empty block; NULL, and 'g' failed, when out of memory. */
struct opt_block *opt_block_new(struct opt_graph *g);

/* Makes the graph of 'prog', which check_prog() takes, in 'g' with 'mem' set. Its instructions are
 * copied. Returns 0 or -ENOMEM. */
int opt_graph_read(struct opt_graph *g, const struct sock_fprog *prog) MUST_USE;

/* Sets 'order', 'n', and of each block 'at' and 'n_preds'. */
int opt_graph_sort(struct opt_graph *g) MUST_USE;

/* Number of instructions it takes, jumps that are too far not counted. */
unsigned int opt_graph_size(const struct opt_graph *g);

/* Lays the graph out as a program, malloc'ed. Returns 0, -E2BIG with 'e' beyond 65535
 * instructions, or -ENOMEM. */
int opt_graph_write(struct opt_graph *g, struct sock_fprog *ret, struct err *e) MUST_USE;

/* Optimises the graph in place. Returns 0 or -ENOMEM. */
int opt_graph_optimise(struct opt_graph *g) MUST_USE;

#endif
