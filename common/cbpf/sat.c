// SPDX-License-Identifier: GPL-2.0-or-later
/* sat - see sat.h. Clauses, propagation and search; learning is in sat_learn.c. */
#include "cbpf/sat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/sat_priv.h"

enum { RESTART_CONFLICTS = 100, FIRST_LEARNT = 4000, MORE_LEARNT = 500 };

static bool grow(struct sat *s, void **p, size_t n, size_t size)
{
	void *q = s->failed ? NULL : realloc(*p, n * size);

	if (!q) {
		s->failed = true;
		return false;
	}
	*p = q;
	return true;
}

bool sat_room(struct sat *s, struct sat_list *l, uint32_t n)
{
	uint32_t cap = l->cap;

	if (s->failed)
		return false;
	if (cap - l->n >= n)
		return true;
	if (l->n > UINT32_MAX / 4 - n) {
		s->failed = true;
		return false;
	}
	cap = MAX(64u, (l->n + n) * 2);
	if (!grow(s, (void **)&l->v, cap, sizeof(l->v[0])))
		return false;
	l->cap = cap;
	return true;
}

void sat_push(struct sat *s, struct sat_list *l, uint32_t v)
{
	if (sat_room(s, l, 1))
		l->v[l->n++] = v;
}

struct sat *sat_new(void)
{
	struct sat *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->bump = 1;
	s->max_learnt = FIRST_LEARNT;
	return s;
}

void sat_free(struct sat *s)
{
	if (!s)
		return;
	for (uint32_t i = 0; s->watches && i < 2 * s->n_vars; i++)
		free(s->watches[i].v);
	free(s->watches);
	free(s->vars);
	free(s->val);
	free(s->pool.v);
	free(s->learnt.v);
	free(s->trail.v);
	free(s->starts.v);
	free(s->heap.v);
	free(s->lesson.v);
	free(s->marked.v);
	free(s);
}

uint32_t sat_var(struct sat *s)
{
	uint32_t v = s->n_vars, cap = MAX(256u, s->cap_vars * 2);

	if (v == s->cap_vars) {
		if (!grow(s, (void **)&s->vars, cap, sizeof(s->vars[0])) ||
		    !grow(s, (void **)&s->val, 2 * cap, sizeof(s->val[0])) ||
		    !grow(s, (void **)&s->watches, 2 * cap, sizeof(s->watches[0])))
			return 0;
		s->cap_vars = cap;
	}
	s->vars[v] = (struct sat_var){ .reason = SAT_NONE, .heap_at = SAT_NONE, .phase = 1 };
	s->val[2 * v] = s->val[2 * v + 1] = 0;
	s->watches[2 * v] = s->watches[2 * v + 1] = (struct sat_watches){ 0 };
	s->n_vars++;
	sat_heap_insert(s, v);
	return v;
}

void sat_watch(struct sat *s, uint32_t lit, uint32_t at, uint32_t blocker)
{
	struct sat_watches *w = &s->watches[lit];
	uint32_t cap = MAX(4u, w->cap * 2);

	if (w->n == w->cap) {
		if (!grow(s, (void **)&w->v, cap, sizeof(w->v[0])))
			return;
		w->cap = cap;
	}
	w->v[w->n++] = (struct sat_watch){ at, blocker };
}

uint32_t sat_clause(struct sat *s, const uint32_t *lits, uint32_t n, bool learnt, uint32_t lbd)
{
	uint32_t at = s->pool.n;

	if (!sat_room(s, &s->pool, n + 2))
		return SAT_NONE;
	s->pool.n += n + 2;
	*sat_head(s, at) = (struct sat_head){ .n = n, .learnt = learnt, .lbd = lbd };
	memcpy(sat_lits(s, at), lits, n * sizeof(lits[0]));
	sat_watch(s, lits[0], at, lits[1]);
	sat_watch(s, lits[1], at, lits[0]);
	if (learnt)
		sat_push(s, &s->learnt, at);
	return at;
}

void sat_assign(struct sat *s, uint32_t lit, uint32_t reason)
{
	struct sat_var *v = &s->vars[lit / 2];

	s->val[lit] = 1;
	s->val[lit ^ 1] = -1;
	v->reason = reason;
	v->level = sat_level(s);
	sat_push(s, &s->trail, lit);
}

void sat_add(struct sat *s, const uint32_t *lits, unsigned int n)
{
	uint32_t kept[3];
	unsigned int n_kept = 0;

	if (s->failed || s->never)
		return;
	sat_backtrack(s, 0);
	for (unsigned int i = 0; i < n; i++) {
		bool twice = false;

		for (unsigned int j = 0; j < n_kept; j++) {
			if (kept[j] == (lits[i] ^ 1))
				return; /* always true */
			twice |= kept[j] == lits[i];
		}
		if (s->val[lits[i]] > 0)
			return;
		if (s->val[lits[i]] == 0 && !twice)
			kept[n_kept++] = lits[i];
	}
	if (n_kept == 0)
		s->never = true;
	else if (n_kept == 1)
		sat_assign(s, kept[0], SAT_NONE);
	else
		sat_clause(s, kept, n_kept, false, 0);
}

void sat_backtrack(struct sat *s, uint32_t level)
{
	uint32_t keep;

	if (sat_level(s) <= level)
		return;
	keep = s->starts.v[level];
	while (s->trail.n > keep) {
		uint32_t lit = s->trail.v[--s->trail.n];
		struct sat_var *v = &s->vars[lit / 2];

		s->val[lit] = s->val[lit ^ 1] = 0;
		v->phase = lit & 1;
		v->reason = SAT_NONE;
		if (v->heap_at == SAT_NONE)
			sat_heap_insert(s, lit / 2);
	}
	s->next = keep;
	s->starts.n = level;
}

/* Looks for another literal to watch in clause 'at', whose literal 'gone' became false. Returns
 * false if it still has to be watched there. */
static bool rewatch(struct sat *s, uint32_t at, uint32_t gone)
{
	uint32_t *lits = sat_lits(s, at), n = sat_head(s, at)->n;

	for (uint32_t k = 2; k < n; k++) {
		if (s->val[lits[k]] < 0)
			continue;
		lits[1] = lits[k];
		lits[k] = gone;
		sat_watch(s, lits[1], at, lits[0]);
		return true;
	}
	return false;
}

/* Follows what became true to its consequences. Returns a clause that is all false, or SAT_NONE. */
static uint32_t propagate(struct sat *s, uint64_t *steps)
{
	uint32_t conflict = SAT_NONE;

	while (s->next < s->trail.n && conflict == SAT_NONE && !s->failed) {
		uint32_t gone = s->trail.v[s->next++] ^ 1, kept = 0, i;
		struct sat_watches *w = &s->watches[gone];

		*steps -= MIN(*steps, (uint64_t)w->n + 1);
		for (i = 0; i < w->n && conflict == SAT_NONE; i++) {
			struct sat_watch at = w->v[i];
			uint32_t *lits = sat_lits(s, at.at);

			if (s->val[at.blocker] > 0) {
				w->v[kept++] = at;
				continue;
			}
			if (lits[0] == gone) {
				lits[0] = lits[1];
				lits[1] = gone;
			}
			if (s->val[lits[0]] <= 0 && rewatch(s, at.at, gone))
				continue;
			w->v[kept++] = (struct sat_watch){ at.at, lits[0] };
			if (s->val[lits[0]] < 0)
				conflict = at.at;
			else if (s->val[lits[0]] == 0)
				sat_assign(s, lits[0], at.at);
		}
		while (i < w->n)
			w->v[kept++] = w->v[i++];
		w->n = kept;
	}
	return conflict;
}

/* 1 1 2 1 1 2 4 ...: element 'i' (from 0). */
static uint64_t luby(uint64_t i)
{
	uint64_t size = 1, power = 1;

	while (size < i + 1) {
		size = 2 * size + 1;
		power *= 2;
	}
	while (size - 1 != i) {
		size /= 2;
		power /= 2;
		i %= size;
	}
	return power;
}

/* The next thing to suppose: an assumption, else the open variable that conflicts named most.
 * Returns 1 with a level begun, 0 if an assumption is false, 2 if nothing is open. */
static int decide(struct sat *s, const uint32_t *assumed, unsigned int n)
{
	while (sat_level(s) < n) {
		uint32_t lit = assumed[sat_level(s)];

		if (s->val[lit] < 0)
			return 0;
		sat_push(s, &s->starts, s->trail.n);
		if (s->val[lit] == 0) {
			sat_assign(s, lit, SAT_NONE);
			return 1;
		}
		if (s->failed)
			return 1;
	}
	while (s->heap.n) {
		uint32_t v = sat_heap_pop(s);

		if (s->val[2 * v])
			continue;
		sat_push(s, &s->starts, s->trail.n);
		sat_assign(s, 2 * v + s->vars[v].phase, SAT_NONE);
		return 1;
	}
	return 2;
}

static void keep_model(struct sat *s)
{
	for (uint32_t i = 0; i < s->n_vars; i++)
		s->vars[i].model = s->val[2 * i] > 0;
}

/* Searches until the next restart. As sat_solve(), and -EAGAIN for a restart. */
static int search(struct sat *s, const uint32_t *assumed, unsigned int n, uint64_t conflicts,
		  uint64_t *steps)
{
	for (;;) {
		uint32_t conflict = propagate(s, steps);
		int rc;

		if (s->failed)
			return -ENOMEM;
		if (conflict != SAT_NONE) {
			if (sat_level(s) == 0) {
				s->never = true;
				return 0;
			}
			sat_learn(s, conflict);
			conflicts -= MIN(conflicts, (uint64_t)1);
			continue;
		}
		if (*steps == 0)
			return -ETIME;
		if (conflicts == 0)
			return -EAGAIN;
		if (s->learnt.n > s->max_learnt)
			sat_forget(s);
		rc = decide(s, assumed, n);
		if (rc == 0)
			return 0;
		if (rc == 2) {
			keep_model(s);
			return 1;
		}
	}
}

int sat_solve(struct sat *s, const uint32_t *assumed, unsigned int n, uint64_t *steps)
{
	int rc = -EAGAIN;

	for (uint64_t i = 0; rc == -EAGAIN; i++) {
		sat_backtrack(s, 0);
		if (s->never)
			return 0;
		rc = search(s, assumed, n, RESTART_CONFLICTS * luby(i), steps);
		if (i % 16 == 15)
			s->max_learnt += MORE_LEARNT;
	}
	sat_backtrack(s, 0);
	return rc;
}

bool sat_true(const struct sat *s, uint32_t lit)
{
	return s->vars[lit / 2].model ^ (lit & 1);
}
