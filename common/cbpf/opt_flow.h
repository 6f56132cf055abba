// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_flow - what is known at each place of a program: which values the registers hold, facts about
 * values, how much of the packet there is. Private to the optimiser. */
#ifndef CBPF_OPT_FLOW_H
#define CBPF_OPT_FLOW_H

#include "cbpf/insn.h"
#include "cbpf/opt_graph.h"
#include "cbpf/opt_value.h"

enum { MAX_FACTS = 32, MAX_LOADS = 4, NEED_ALL = UINT32_MAX };

/* On entry to a block, over all ways that lead there. */
struct opt_state {
	uint32_t reg[OPT_REGS]; /* VALUE_NONE: differs by the way */
	struct fact *f;
	uint32_t n;
	uint32_t there; /* the packet has this many bytes, or more */
};

struct flow {
	struct opt_graph *g;
	struct arena *mem; /* of the pass */
	struct values *vs;
	struct fact cur[MAX_FACTS];
	uint32_t n;
	uint32_t there;
	uint32_t *slot; /* by value: its index in 'cur' + 1 */
	uint32_t n_slots;
	uint32_t reg[OPT_REGS];
	uint32_t nobody[OPT_REGS]; /* stand for values of registers that nobody reads */
	/* By value: in how many blocks' questions it takes part. What is asked once needs no fact.
	 * NULL: not known of all blocks. */
	uint16_t *asked;
	uint32_t n_asked;
	unsigned int n_changes;
};

/* What one instruction did. */
struct flow_step {
	bool safe;	 /* it cannot fail */
	bool load;	 /* of 'bytes' at value base + k */
	uint32_t base, k, bytes;
};

/* A jump as a question about one value: v == k or v > k, or not if 'turn'; or its answer. */
struct question {
	uint32_t v, k;
	uint16_t op; /* BPF_JEQ, BPF_JGT */
	bool turn;
	int answer; /* 0, 1; -1: asked */
};

/* What a block that looks at no register of before does, whatever is known: worked out once. */
struct opt_digest {
	uint32_t reg[2]; /* A and X behind it, VALUE_NONE: as they were */
	struct question q;
	struct {
		struct flow_step step;
		unsigned int at; /* index of its instruction */
	} load[MAX_LOADS];
	unsigned int n_loads;
};

/* Registers read and written by 'f', a bit each. */
uint32_t insn_reads(const struct sock_filter *f);
uint32_t insn_writes(const struct sock_filter *f);
/* The same for the end of a block. */
uint32_t jump_reads(const struct opt_block *b);
/* It may end the program: a load, a division by X. */
bool insn_can_fail(const struct sock_filter *f);

/* Makes room for a fact about 'v' in 'slot'; false when out of memory. */
bool flow_room(struct flow *fl, uint32_t v);

/* Facts as they were, to go back to after more was assumed. */
struct flow_kept {
	struct fact f[MAX_FACTS];
	uint32_t n, there;
};

void flow_keep(const struct flow *fl, struct flow_kept *k);
void flow_go_back(struct flow *fl, const struct flow_kept *k);

/* More is known of 'v' here than what holds everywhere. */
bool flow_knows(struct flow *fl, uint32_t v);

/* What is known of 'v' here. */
struct fact flow_fact(struct flow *fl, uint32_t v);

/* Runs 'f' on the registers 'reg'. */
struct flow_step flow_exec(struct flow *fl, const struct sock_filter *f, uint32_t *reg);

/* Instruction 'at' of a block, which may fail. */
typedef void (*flow_each)(struct flow *fl, const struct flow_step *s, unsigned int at, void *ctx);

/* Makes the digest of 'b', if it can have one. */
void flow_digest(struct flow *fl, struct opt_block *b);

/* Runs the code of 'b' on 'reg' and calls 'each' for what may fail. */
void flow_exec_block(struct flow *fl, struct opt_block *b, uint32_t *reg, flow_each each,
		     void *ctx);

/* The code of 'b' is not what it was. */
static inline void opt_code_changed(struct opt_block *b)
{
	b->digest = NULL;
}

/* The step succeeded. */
void flow_passed(struct flow *fl, const struct flow_step *s);

/* The question at the end of 'b' with registers 'reg', answered if what is known tells. */
struct question flow_question(struct flow *fl, const struct opt_block *b, const uint32_t *reg);

/* Notes that the answer to 'q' is 'side'; false if that cannot be. */
bool flow_assume(struct flow *fl, const struct question *q, int side);

/* Hooks: see opt_expand.c, opt_thread.c. */
void opt_expand(struct flow *fl, struct opt_block *b);
void opt_thread_way(struct flow *fl, struct opt_block *b, int side);

/* What may be done to the graph while the pass goes over it. */
struct flow_hooks {
	/* Block 'b' is entered, fl->reg and facts are those of its entry. */
	void (*enter)(struct flow *fl, struct opt_block *b);
	/* The way 'side' out of 'b' is taken, fl->reg and facts are those of it. */
	void (*leave)(struct flow *fl, struct opt_block *b, int side);
};

/* One pass over the sorted graph 'fl->g' from its entry on. Fills 'in' and 'safe'; jumps with a
 * known answer become plain ones. */
void flow_run(struct flow *fl, const struct flow_hooks *hooks);

/* Fills 'live_in' and 'need' of the sorted graph. */
void opt_live(struct opt_graph *g);

/* Makes blocks load what they ask about themselves, and sends ways to where they lead anyway, past
 * questions with a known answer. */
extern const struct flow_hooks opt_thread;
/* Brings tests of the same value together, where their order does not matter. */
extern const struct flow_hooks opt_group;
/* There is something for it to do; needs opt_live(). */
bool opt_can_group(const struct opt_graph *g);
/* Drops what is in the registers already; sends ways on. */
extern const struct flow_hooks opt_simplify;

/* Drops instructions whose result nobody reads; needs opt_live() and 'safe'. */
void opt_drop_dead(struct opt_graph *g);

/* Makes one of blocks that do the same, and of blocks in a row. */
int opt_merge(struct opt_graph *g) MUST_USE;

#endif
