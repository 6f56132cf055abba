// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_flow - what is known at each place of a program: which values the registers hold, facts about
 * values, how much of the packet there is. Private to the optimiser. */
#ifndef CBPF_OPT_FLOW_H
#define CBPF_OPT_FLOW_H

#include "cbpf/opt_graph.h"
#include "cbpf/opt_insn.h"
#include "cbpf/opt_value.h"

/* As many facts as 'changed' has bits. */
enum { MAX_FACTS = 32, MAX_LOADS = 4, MAX_INPUTS = 4, MAX_OUTPUTS = 4, NEED_ALL = UINT32_MAX };

/* On entry to a block, over all ways that lead there. */
struct opt_state {
	struct fact *f;
	uint32_t n;
	uint32_t there; /* the packet has this many bytes, or more */
	uint32_t reg[]; /* VALUE_NONE: differs by the way */
};

struct flow {
	struct opt_graph *g;
	struct arena *mem; /* of the pass */
	struct values *vs;
	struct fact cur[MAX_FACTS];
	uint32_t n;
	uint32_t there;
	struct fact kept[MAX_FACTS]; /* of flow_keep(): those facts that have changed since, */
	uint32_t changed;	     /* a bit each, of the first n_kept */
	uint32_t n_kept, there_kept;
	uint32_t reg[OPT_REGS];
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

/* What a register holds. */
struct opt_reg {
	uint32_t reg, v;
};

/* What a block does when the registers 'in' hold what they say. */
struct opt_digest {
	struct opt_reg in[MAX_INPUTS], out[MAX_OUTPUTS];
	unsigned int n_in, n_out, n_loads;
	struct question q;
	struct {
		struct flow_step step;
		unsigned int at; /* index of its instruction */
	} load[MAX_LOADS];
};

/* Notes the facts as they are, to go back to after more was assumed, as often as wanted. */
void flow_keep(struct flow *fl);
void flow_go_back(struct flow *fl);

/* More is known of 'v' here than what holds everywhere. */
bool flow_knows(struct flow *fl, uint32_t v);

/* What is known of 'v' here. */
void flow_fact(struct flow *fl, uint32_t v, struct fact *ret);

/* It is just 'f' that has been learned of its value here. */
bool flow_fact_is(const struct flow *fl, const struct fact *f);

/* Runs 'f' on the registers 'reg'. */
struct flow_step flow_exec(struct flow *fl, const struct sock_filter *f, uint32_t *reg);

/* Instruction 'at' of a block, which may fail. */
typedef void (*flow_each)(struct flow *fl, const struct flow_step *s, unsigned int at, void *ctx);

/* The digest of 'b' for 'reg', made if need be; NULL if it cannot have one. */
const struct opt_digest *flow_digest(struct flow *fl, struct opt_block *b, const uint32_t *reg);

/* Runs the code of 'b' on 'reg' and calls 'each' for what may fail. */
void flow_exec_block(struct flow *fl, struct opt_block *b, uint32_t *reg, flow_each each,
		     void *ctx);

/* There are as many bytes as the load 's' wants. */
bool flow_is_safe(struct flow *fl, const struct flow_step *s);

/* The step succeeded. */
void flow_passed(struct flow *fl, const struct flow_step *s);

/* The answer to 'q' if what is known tells: 0, 1, or -1. */
int flow_answer(struct flow *fl, const struct question *q);

/* The question at the end of 'b', whose code flow_exec_block() has left 'reg' last, answered if
 * what is known tells. */
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
