// SPDX-License-Identifier: GPL-2.0-or-later
/* sat_learn - what a conflict teaches: the clause of its first unique implication point, which is
 * added; which variables matter now; and which of the learnt clauses are forgotten again. */
#include <stdlib.h>
#include <string.h>

#include "cbpf/sat_priv.h"

#define BUMP_GROWTH (1 / 0.95)
#define BUMP_MAX    1e100

/* lbd up to which a clause is kept for good */
enum { GLUE = 2 };

static bool above(const struct sat *s, uint32_t a, uint32_t b)
{
	return s->vars[a].activity > s->vars[b].activity;
}

static void put(struct sat *s, uint32_t at, uint32_t var)
{
	s->heap.v[at] = var;
	s->vars[var].heap_at = at;
}

static void sift_up(struct sat *s, uint32_t at)
{
	uint32_t var = s->heap.v[at];

	while (at && above(s, var, s->heap.v[(at - 1) / 2])) {
		put(s, at, s->heap.v[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	put(s, at, var);
}

static void sift_down(struct sat *s, uint32_t at)
{
	uint32_t var = s->heap.v[at], n = s->heap.n;

	while (2 * at + 1 < n) {
		uint32_t child = 2 * at + 1;

		if (child + 1 < n && above(s, s->heap.v[child + 1], s->heap.v[child]))
			child++;
		if (!above(s, s->heap.v[child], var))
			break;
		put(s, at, s->heap.v[child]);
		at = child;
	}
	put(s, at, var);
}

void sat_heap_insert(struct sat *s, uint32_t var)
{
	if (!sat_room(s, &s->heap, 1))
		return;
	s->heap.n++;
	put(s, s->heap.n - 1, var);
	sift_up(s, s->heap.n - 1);
}

uint32_t sat_heap_pop(struct sat *s)
{
	uint32_t var = s->heap.v[0], last = s->heap.v[--s->heap.n];

	s->vars[var].heap_at = SAT_NONE;
	if (s->heap.n) {
		put(s, 0, last);
		sift_down(s, 0);
	}
	return var;
}

void sat_heap_raised(struct sat *s, uint32_t var)
{
	if (s->vars[var].heap_at != SAT_NONE)
		sift_up(s, s->vars[var].heap_at);
}

static void bump(struct sat *s, uint32_t var)
{
	s->vars[var].activity += s->bump;
	if (s->vars[var].activity > BUMP_MAX) {
		for (uint32_t i = 0; i < s->n_vars; i++)
			s->vars[i].activity /= BUMP_MAX;
		s->bump /= BUMP_MAX;
	}
	sat_heap_raised(s, var);
}

/* Whether the literals that made variable 'var' so are all in the lesson, or true for good. */
static bool implied(const struct sat *s, uint32_t var)
{
	uint32_t at = s->vars[var].reason, *lits;

	if (at == SAT_NONE)
		return false;
	lits = sat_lits(s, at);
	for (uint32_t i = 0; i < sat_head(s, at)->n; i++) {
		const struct sat_var *v = &s->vars[lits[i] / 2];

		if (lits[i] / 2 != var && !v->seen && v->level > 0)
			return false;
	}
	return true;
}

/* Adds to the lesson what clause 'at' holds of earlier levels; returns how many of this one are
 * new.
 */
static uint32_t take_in(struct sat *s, uint32_t at)
{
	uint32_t *lits = sat_lits(s, at), n_here = 0;

	for (uint32_t i = 0; i < sat_head(s, at)->n; i++) {
		uint32_t var = lits[i] / 2;
		struct sat_var *v = &s->vars[var];

		if (v->seen || v->level == 0)
			continue;
		v->seen = 1;
		sat_push(s, &s->marked, var);
		bump(s, var);
		if (v->level == sat_level(s))
			n_here++;
		else
			sat_push(s, &s->lesson, lits[i]);
	}
	return n_here;
}

/* Fills the lesson: literal 0 is the one that follows once the others are false. */
static void analyse(struct sat *s, uint32_t conflict)
{
	uint32_t at = conflict, n_open = 0, i = s->trail.n, lit, kept = 1;

	s->lesson.n = 0;
	sat_push(s, &s->lesson, 0);
	for (;;) {
		n_open += take_in(s, at);
		do
			lit = s->trail.v[--i];
		while (!s->vars[lit / 2].seen);
		if (s->failed || --n_open == 0)
			break;
		at = s->vars[lit / 2].reason;
	}
	if (s->failed)
		return;
	s->lesson.v[0] = lit ^ 1;
	for (i = 1; i < s->lesson.n; i++)
		if (!implied(s, s->lesson.v[i] / 2))
			s->lesson.v[kept++] = s->lesson.v[i];
	s->lesson.n = kept;
	for (i = 0; i < s->marked.n; i++)
		s->vars[s->marked.v[i]].seen = 0;
	s->marked.n = 0;
}

/* Number of different levels in the lesson; 'seen' marks the variables that stand for them. */
static uint32_t lbd_of(struct sat *s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->lesson.n; i++) {
		uint32_t level = s->vars[s->lesson.v[i] / 2].level;
		uint32_t mark = level ? s->trail.v[s->starts.v[level - 1]] / 2 : 0;

		n += !s->vars[mark].seen;
		s->vars[mark].seen = 1;
	}
	for (uint32_t i = 0; i < s->lesson.n; i++) {
		uint32_t level = s->vars[s->lesson.v[i] / 2].level;

		s->vars[level ? s->trail.v[s->starts.v[level - 1]] / 2 : 0].seen = 0;
	}
	return n;
}

void sat_learn(struct sat *s, uint32_t conflict)
{
	uint32_t back = 0, second = 1, lbd, at = SAT_NONE, *v;

	analyse(s, conflict);
	if (s->failed)
		return;
	v = s->lesson.v;
	lbd = lbd_of(s);
	for (uint32_t i = 1; i < s->lesson.n; i++) {
		if (s->vars[v[i] / 2].level <= back)
			continue;
		back = s->vars[v[i] / 2].level;
		second = i;
	}
	sat_backtrack(s, back);
	if (s->lesson.n > 1) {
		uint32_t lit = v[second];

		v[second] = v[1];
		v[1] = lit;
		at = sat_clause(s, v, s->lesson.n, true, lbd);
	}
	sat_assign(s, v[0], at);
	s->bump *= BUMP_GROWTH;
}

static int by_lbd(const void *a, const void *b, void *ctx)
{
	const struct sat *s = ctx;
	uint32_t x = sat_head(s, *(const uint32_t *)a)->lbd,
		 y = sat_head(s, *(const uint32_t *)b)->lbd;

	return x < y ? -1 : x > y;
}

static bool is_reason(const struct sat *s, uint32_t at)
{
	uint32_t lit = sat_lits(s, at)[0];

	return s->val[lit] > 0 && s->vars[lit / 2].reason == at;
}

/* Moves the clauses that have a size to the front of the pool, and watches them anew. */
static void compact(struct sat *s)
{
	struct sat_list old = s->pool;
	uint32_t n = 0;

	s->pool = (struct sat_list){ 0 };
	s->learnt.n = 0;
	for (uint32_t i = 0; i < 2 * s->n_vars; i++)
		s->watches[i].n = 0;
	for (uint32_t at = 0; at < old.n; at += n + 2) {
		struct sat_head *h = (struct sat_head *)&old.v[at];
		uint32_t lit = old.v[at + 2], to;
		bool dead = h->lbd == SAT_NONE;

		n = h->n;
		if (dead)
			continue;
		to = sat_clause(s, &old.v[at + 2], n, h->learnt, h->lbd);
		if (to == SAT_NONE)
			break;
		if (s->val[lit] > 0 && s->vars[lit / 2].reason == at)
			s->vars[lit / 2].reason = to | 1u << 31;
	}
	for (uint32_t i = 0; i < s->trail.n; i++) {
		struct sat_var *v = &s->vars[s->trail.v[i] / 2];

		if (v->reason != SAT_NONE)
			v->reason &= ~(1u << 31);
	}
	free(old.v);
}

void sat_forget(struct sat *s)
{
	uint32_t n = s->learnt.n;

	qsort_r(s->learnt.v, n, sizeof(s->learnt.v[0]), by_lbd, s);
	for (uint32_t i = n / 2; i < n; i++) {
		struct sat_head *h = sat_head(s, s->learnt.v[i]);

		if (h->lbd > GLUE && h->n > 2 && !is_reason(s, s->learnt.v[i]))
			h->lbd = SAT_NONE;
	}
	compact(s);
}
