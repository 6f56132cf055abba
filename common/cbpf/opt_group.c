// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_group - of tests in a row that all lead to one place on the same answer ("a or b or c"), puts
 * those of the same value next to each other, which then is loaded once. A test may pass by those
 * whose loads cannot fail: nothing but which of them is asked first changes. */
#include <string.h>

#include "cbpf/opt_flow.h"

enum { MAX_ROW = 512, MAX_APART = 8 };

/* What a block asks, without where its answers lead. */
struct test {
	struct sock_filter *code;
	unsigned int n;
	uint16_t jump;
	uint32_t k;
	int on; /* the side that goes on to the next test */
};

struct row {
	struct opt_block *b[MAX_ROW];
	struct test t[MAX_ROW];
	unsigned int n;
	struct opt_block *out, *end; /* where a test ends the row, where it goes on at its end */
};

static const uint32_t a_and_x = 1u << OPT_A | 1u << OPT_X;

/* Loads what it asks about itself, and does nothing else. */
static bool is_test(struct opt_block *b)
{
	const struct opt_sum *sum = opt_sum(b);

	return b->n && jump_asks(b) && !(sum->reads & a_and_x) && !(sum->writes & ~a_and_x) &&
	       !(jump_reads(b) & ~sum->writes);
}

static bool leaves_nothing(const struct opt_block *b)
{
	return !((b->to[0]->live_in | b->to[1]->live_in) & a_and_x);
}

/* The tests from 'b' on that end at b->to[!on]. */
static void collect(struct row *r, struct opt_block *b, int on)
{
	r->n = 0;
	r->out = b->to[!on];
	r->end = b;
	while (r->n < MAX_ROW && is_test(r->end) && leaves_nothing(r->end) &&
	       (r->n == 0 || r->end->n_preds == 1)) {
		struct opt_block *x = r->end;
		int go = x->to[0] == r->out ? 1 : 0;

		if (x->to[!go] != r->out || x->to[go] == r->out)
			break;
		r->b[r->n] = x;
		r->t[r->n++] = (struct test){ x->code, x->n, x->jump, x->k, go };
		r->end = x->to[go];
	}
}

static bool same_value(const struct test *a, const struct test *b)
{
	return a->n == b->n && !memcmp(a->code, b->code, a->n * sizeof(*a->code));
}

/* Runs the loads of 't'; true if none can fail. */
static bool run_test(struct flow *fl, const struct test *t, bool passed)
{
	uint32_t reg[OPT_REGS];
	bool safe = true;

	memcpy(reg, fl->reg, fl->g->n_regs * sizeof(*reg));
	for (unsigned int i = 0; i < t->n; i++) {
		struct flow_step s = flow_exec(fl, &t->code[i], reg);

		safe &= s.safe;
		if (passed)
			flow_passed(fl, &s);
	}
	return safe;
}

/* Moves tests like t[i] up behind it. Returns how many there are, with it; 'n_changes' counts. */
static unsigned int gather(struct flow *fl, struct row *r, unsigned int i)
{
	unsigned int n = 1;

	run_test(fl, &r->t[i], true);
	for (unsigned int j = i + 1; j < r->n; j++) {
		struct test t = r->t[j];

		if (same_value(&t, &r->t[i])) {
			memmove(&r->t[i + n + 1], &r->t[i + n], (j - i - n) * sizeof(t));
			fl->n_changes += j > i + n;
			r->t[i + n++] = t;
		} else if (!run_test(fl, &t, false)) {
			break;
		}
	}
	return n;
}

static void rebuild(struct row *r)
{
	for (unsigned int i = 0; i < r->n; i++) {
		struct opt_block *b = r->b[i];
		const struct test *t = &r->t[i];

		b->code = t->code;
		b->n = t->n;
		b->jump = t->jump;
		b->k = t->k;
		opt_code_changed(b);
		b->to[t->on] = i + 1 < r->n ? r->b[i + 1] : r->end;
		b->to[!t->on] = r->out;
	}
}

/* Two tests of one value with others between. */
static bool has_parted(const struct row *r)
{
	for (unsigned int i = 0; i + 2 < r->n; i++)
		for (unsigned int j = i + 2; j < r->n && j < i + MAX_APART; j++)
			if (same_value(&r->t[i], &r->t[j]) && !same_value(&r->t[j - 1], &r->t[j]))
				return true;
	return false;
}

bool opt_can_group(const struct opt_graph *g)
{
	struct row r;

	for (unsigned int i = 0; i + 2 < g->n; i++)
		for (int on = 0; on < 2 && is_test(g->order[i]); on++) {
			collect(&r, g->order[i], on);
			if (r.n > 2 && has_parted(&r))
				return true;
		}
	return false;
}

static void group(struct flow *fl, struct opt_block *b)
{
	struct row r;

	/* One row a block, by its first test. */
	if (!is_test(b) || b->visited)
		return;
	for (int on = 0; on < 2; on++) {
		unsigned int before = fl->n_changes;

		collect(&r, b, on);
		if (r.n < 3)
			continue;
		flow_keep(fl);
		for (unsigned int i = 0; i < r.n; i += gather(fl, &r, i))
			;
		flow_go_back(fl);
		if (fl->n_changes == before)
			continue;
		rebuild(&r);
		fl->g->sorted = false;
		for (unsigned int i = 0; i < r.n; i++)
			r.b[i]->visited = 1;
		return;
	}
}

const struct flow_hooks opt_group = { .enter = group };
