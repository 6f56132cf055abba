// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_write - a graph laid out as a program, from its last instruction to its first: then each
 * jump's distance is known when it is written. A conditional jump reaches 255 instructions: what is
 * further goes over a plain jump, or a copy of the return, put behind the jump, where nothing falls
 * through to; those before it use the same one as long as it is near enough.
 *
 * The kernel's check of memory (check_load_and_stores()) takes a return to go on to the instruction
 * behind it: so returns stand last, and have no copies where memory is read. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/opt_graph.h"

enum { MAX_NEAR = 255 };

struct writing {
	struct opt_graph *g;
	struct sock_filter *buf; /* of 'cap', filled from its end */
	unsigned int cap, n;
	bool reads_memory;
};

static void put(struct writing *w, uint16_t code, uint32_t k)
{
	w->n++;
	w->buf[w->cap - w->n] = (struct sock_filter){ .code = code, .k = k };
}

static bool returns(const struct opt_block *b)
{
	return b->n == 0 && (b->jump == OPT_RET || b->jump == OPT_RET_A);
}

/* A plain way to 'b' from what is written next. */
static void put_way(struct writing *w, const struct opt_block *b)
{
	if (returns(b) && !w->reads_memory)
		put(w, b->jump, b->k);
	else
		put(w, OPT_JA, w->n - b->end);
}

static void put_jump(struct writing *w, struct opt_block *b)
{
	struct sock_filter *f;

	for (int side = 0; side < 2; side++) {
		struct opt_block *to = b->to[side];

		/* The other side's plain jump comes between, too. */
		if (w->n - to->alias < MAX_NEAR)
			continue;
		put_way(w, to);
		to->alias = w->n;
	}
	put(w, b->jump, b->k);
	f = &w->buf[w->cap - w->n];
	f->jf = w->n - 1 - b->to[0]->alias;
	f->jt = w->n - 1 - b->to[1]->alias;
}

static void put_block(struct writing *w, struct opt_block *b)
{
	if (b->jump == OPT_JA) {
		if (b->behind != b->to[1])
			put_way(w, b->to[1]);
	} else if (BPF_CLASS(b->jump) == BPF_JMP) {
		put_jump(w, b);
	} else {
		put(w, b->jump, b->k);
	}
	for (unsigned int i = b->n; i-- > 0;)
		put(w, b->code[i].code, b->code[i].k);
	b->end = b->alias = w->n;
}

/* Each block that leads to another without a question stands before it if no other does. */
static void pair_up(struct opt_graph *g)
{
	for (unsigned int i = 0; i < g->n; i++)
		g->order[i]->behind = g->order[i]->before = NULL;
	for (unsigned int i = g->n; i-- > 0;) {
		struct opt_block *b = g->order[i], *to = b->to[1];

		if (b->jump != OPT_JA || to->before)
			continue;
		b->behind = to;
		to->before = b;
	}
}

static bool reads_memory(const struct opt_graph *g)
{
	for (unsigned int i = 0; i < g->n; i++)
		for (unsigned int j = 0; j < g->order[i]->n; j++) {
			uint16_t code = g->order[i]->code[j].code;

			if (BPF_CLASS(code) <= BPF_LDX && BPF_MODE(code) == BPF_MEM)
				return true;
		}
	return false;
}

/* 'b' and those that stand before it, the last first, as they are written. */
static unsigned int place_row(struct opt_block *b, struct opt_block **out, unsigned int n)
{
	for (; b; b = b->before) {
		out[n++] = b;
		b->visited = 2;
	}
	return n;
}

/* Rows of blocks that stand together, in an order in which each is before those it leads to. */
static int place(struct opt_graph *g, struct opt_block **out)
{
	struct opt_block **stack = arena_alloc(g->mem, (g->n + 1) * sizeof(struct opt_block *));
	unsigned int n = 0, n_out = 0;

	if (!stack)
		return -ENOMEM;
	/* "ret #0" is the last, by habit. */
	for (int zero = 1; zero >= 0; zero--)
		for (unsigned int i = 0; i < g->n; i++)
			if (BPF_CLASS(g->order[i]->jump) == BPF_RET &&
			    zero == (g->order[i]->jump == OPT_RET && g->order[i]->k == 0))
				n_out = place_row(g->order[i], out, n_out);
	if (!g->head->visited)
		stack[n++] = g->head;
	while (n) {
		struct opt_block *b = stack[n - 1], *last = b, *next = NULL;

		while (last->behind)
			last = last->behind;
		while (!next && b->visited < 2) {
			next = last->to[!b->visited++];
			while (next && next->before)
				next = next->before;
			if (next && (next->visited || next == b))
				next = NULL;
		}
		if (next) {
			stack[n++] = next;
			continue;
		}
		n--;
		for (last = b; last->behind; last = last->behind)
			;
		n_out = place_row(last, out, n_out);
	}
	return n_out;
}

unsigned int opt_graph_size(const struct opt_graph *g)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < g->n; i++) {
		const struct opt_block *b = g->order[i];

		n += b->n + (b->jump != OPT_JA || b->behind != b->to[1]);
	}
	return n;
}

/* Ways lead past blocks that only go on. */
static void skip_empty(struct opt_graph *g)
{
	for (unsigned int i = g->n; i-- > 0;)
		for (int side = 0; side < 2; side++) {
			struct opt_block *to = g->order[i]->to[side];

			while (to && to->jump == OPT_JA && to->n == 0) {
				to = to->to[1];
				g->sorted = false;
			}
			g->order[i]->to[side] = to;
		}
	while (g->head->jump == OPT_JA && g->head->n == 0) {
		g->head = g->head->to[1];
		g->sorted = false;
	}
}

int opt_graph_write(struct opt_graph *g, struct sock_fprog *ret, struct err *e)
{
	struct writing w = { .g = g };
	struct opt_block **out;
	int n;

	if (opt_graph_sort(g) < 0)
		return err_set(e, ENOMEM, "out of memory");
	skip_empty(g);
	if (opt_graph_sort(g) < 0)
		return err_set(e, ENOMEM, "out of memory");
	pair_up(g);
	w.reads_memory = reads_memory(g);
	out = arena_alloc(g->mem, (g->n + 1) * sizeof(struct opt_block *));
	n = out ? place(g, out) : -ENOMEM;
	w.cap = opt_graph_size(g) + 2 * g->n;
	w.buf = n < 0 ? NULL : arena_alloc(g->mem, w.cap * sizeof(*w.buf));
	if (!w.buf)
		return err_set(e, ENOMEM, "out of memory");
	for (int i = 0; i < n; i++)
		put_block(&w, out[i]);
	if (w.n > UINT16_MAX)
		return err_set(e, E2BIG, "the filter is too large: %u instructions", w.n);
	ret->filter = malloc(w.n * sizeof(*ret->filter));
	if (!ret->filter)
		return err_set(e, ENOMEM, "out of memory");
	memcpy(ret->filter, w.buf + w.cap - w.n, w.n * sizeof(*ret->filter));
	ret->len = w.n;
	return 0;
}
