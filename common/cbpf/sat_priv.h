// SPDX-License-Identifier: GPL-2.0-or-later
/* sat_priv - the solver's state, shared by its two files: sat.c (clauses, propagation, search) and
 * sat_learn.c (what a conflict teaches, and what is forgotten). */
#ifndef CBPF_SAT_PRIV_H
#define CBPF_SAT_PRIV_H

#include "cbpf/sat.h"

#define SAT_NONE UINT32_MAX

/* A clause in the pool: a head of two words, then its literals, of which the first two are watched.
 */
struct sat_head {
	uint32_t n : 31, learnt : 1;
	uint32_t lbd; /* levels it spans (Audemard and Simon 2009); while moved: where to */
};

struct sat_watch {
	uint32_t at;	  /* clause */
	uint32_t blocker; /* a literal of it: nothing to do while true */
};

struct sat_watches {
	struct sat_watch *v;
	uint32_t n, cap;
};

struct sat_var {
	uint32_t reason; /* clause that made it so, or SAT_NONE */
	uint32_t level;
	uint32_t heap_at; /* place in the heap, SAT_NONE outside */
	uint8_t phase;	  /* value it had last: a sign */
	uint8_t seen;
	uint8_t model; /* 1: true in what was found last */
	double activity;
};

struct sat_list {
	uint32_t *v;
	uint32_t n, cap;
};

struct sat {
	struct sat_var *vars;
	uint32_t n_vars, cap_vars;
	int8_t *val;		     /* by literal: 1 true, -1 false, 0 open */
	struct sat_watches *watches; /* by literal: clauses to look at when it becomes false */
	struct sat_list pool;	     /* clauses */
	struct sat_list learnt;	     /* those that can be forgotten */
	struct sat_list trail;	     /* literals in the order in which they became true */
	struct sat_list starts;	     /* where each level begins in 'trail' */
	struct sat_list heap;	     /* variables by activity, the highest first */
	struct sat_list lesson;	     /* clause being learnt */
	struct sat_list marked;	     /* variables with 'seen' */
	uint32_t next;		     /* of 'trail', to be propagated */
	double bump;
	uint32_t max_learnt;
	bool never;  /* a contradiction without any assumption */
	bool failed; /* out of memory */
};

static inline uint32_t sat_level(const struct sat *s)
{
	return s->starts.n;
}

static inline struct sat_head *sat_head(const struct sat *s, uint32_t at)
{
	return (struct sat_head *)&s->pool.v[at];
}

static inline uint32_t *sat_lits(const struct sat *s, uint32_t at)
{
	return &s->pool.v[at + 2];
}

/* Makes room for 'n' more. False, and 's' failed, when out of memory. */
bool sat_room(struct sat *s, struct sat_list *l, uint32_t n);
void sat_push(struct sat *s, struct sat_list *l, uint32_t v);

/* Puts a clause of 2 or more literals into the pool and watches it. SAT_NONE: out of memory. */
uint32_t sat_clause(struct sat *s, const uint32_t *lits, uint32_t n, bool learnt, uint32_t lbd);
void sat_watch(struct sat *s, uint32_t lit, uint32_t at, uint32_t blocker);

void sat_assign(struct sat *s, uint32_t lit, uint32_t reason);
void sat_backtrack(struct sat *s, uint32_t level);

/* Learns from the clause 'conflict', all false: goes back and assigns what follows. */
void sat_learn(struct sat *s, uint32_t conflict);

/* Forgets the less useful half of what was learnt. */
void sat_forget(struct sat *s);

/* The heap of open variables. */
void sat_heap_insert(struct sat *s, uint32_t var);
uint32_t sat_heap_pop(struct sat *s);
void sat_heap_raised(struct sat *s, uint32_t var);

#endif
