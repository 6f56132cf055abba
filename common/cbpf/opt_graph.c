// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_graph - see opt_graph.h. */
#include "cbpf/opt_graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct opt_block *opt_block_new(struct opt_graph *g)
{
	struct opt_block *b = arena_alloc(g->mem, sizeof(*b));

	if (b)
		b->id = g->n_made++;
	else
		g->failed = true;
	return b;
}

static bool ends_block(uint16_t code)
{
	return BPF_CLASS(code) == BPF_JMP || BPF_CLASS(code) == BPF_RET;
}

/* Marks in 'leads' where blocks begin. */
static void find_leaders(const struct sock_fprog *prog, bool *leads)
{
	leads[0] = true;
	for (unsigned int i = 0; i < prog->len; i++) {
		const struct sock_filter *f = &prog->filter[i];

		if (BPF_CLASS(f->code) != BPF_JMP)
			continue;
		if (f->code == OPT_JA) {
			leads[i + 1 + f->k] = true;
		} else {
			leads[i + 1 + f->jt] = true;
			leads[i + 1 + f->jf] = true;
		}
	}
}

/* Fills 'b' with what begins at 'i'; 'at' holds the blocks by their first instruction. */
static int read_block(struct opt_graph *g, const struct sock_fprog *prog, struct opt_block **at,
		      unsigned int i)
{
	struct opt_block *b = at[i];
	const struct sock_filter *f;
	unsigned int end = i;

	while (!ends_block(prog->filter[end].code) && (end == i || !at[end]))
		end++;
	if (end > i && at[end]) {
		b->jump = OPT_JA;
		b->to[1] = at[end];
	} else {
		f = &prog->filter[end];
		b->jump = f->code;
		b->k = f->code == OPT_JA ? 0 : f->k;
		if (f->code == OPT_JA)
			b->to[1] = at[end + 1 + f->k];
		else if (BPF_CLASS(f->code) == BPF_JMP)
			for (int side = 0; side < 2; side++)
				b->to[side] = at[end + 1 + (side ? f->jt : f->jf)];
	}
	b->n = end - i;
	if (!b->n)
		return 0;
	b->code = arena_alloc(g->mem, b->n * sizeof(*b->code));
	if (!b->code)
		return -ENOMEM;
	memcpy(b->code, &prog->filter[i], b->n * sizeof(*b->code));
	return 0;
}

int opt_graph_read(struct opt_graph *g, const struct sock_fprog *prog)
{
	bool *leads = arena_alloc(g->mem, prog->len * sizeof(*leads));
	struct opt_block **at = arena_alloc(g->mem, prog->len * sizeof(struct opt_block *));

	if (!leads || !at)
		return -ENOMEM;
	find_leaders(prog, leads);
	for (unsigned int i = 0; i < prog->len; i++) {
		if (!leads[i])
			continue;
		at[i] = opt_block_new(g);
		if (!at[i])
			return -ENOMEM;
	}
	for (unsigned int i = 0; i < prog->len; i++)
		if (leads[i] && read_block(g, prog, at, i) < 0)
			return -ENOMEM;
	g->head = at[0];
	return 0;
}

static void count_regs(struct opt_graph *g, const struct opt_block *b)
{
	g->n_regs = MAX(g->n_regs, (unsigned int)OPT_M);
	for (unsigned int i = 0; i < b->n; i++) {
		uint16_t c = BPF_CLASS(b->code[i].code);

		if (c == BPF_ST || c == BPF_STX ||
		    (c <= BPF_LDX && BPF_MODE(b->code[i].code) == BPF_MEM))
			g->n_regs = MAX(g->n_regs, OPT_M + b->code[i].k + 1);
	}
}

/* Depth first without recursion: a block is placed when all behind it are. */
int opt_graph_sort(struct opt_graph *g)
{
	struct opt_block **stack, **placed;
	unsigned int n = 0, n_placed = 0;
	bool had_regs = g->n_regs;

	if (g->sorted)
		return 0;
	stack = arena_alloc_raw(g->mem, (g->n_made + 1) * sizeof(struct opt_block *));
	placed = arena_alloc_raw(g->mem, (g->n_made + 1) * sizeof(struct opt_block *));
	if (!stack || !placed)
		return g->failed = true, -ENOMEM;
	for (unsigned int i = 0; i < g->n; i++)
		g->order[i]->visited = 0;
	stack[n++] = g->head;
	while (n) {
		struct opt_block *b = stack[n - 1], *next = NULL;

		if (b->visited == 0)
			b->n_preds = 0;
		while (!next && b->visited < 2) {
			next = b->to[!b->visited++];
			if (next && next->visited)
				next = NULL;
		}
		if (next) {
			stack[n++] = next;
			continue;
		}
		n--;
		placed[n_placed++] = b;
		b->visited = 3;
	}
	for (unsigned int i = 0; i < n_placed / 2; i++) {
		struct opt_block *b = placed[i];

		placed[i] = placed[n_placed - 1 - i];
		placed[n_placed - 1 - i] = b;
	}
	g->order = placed;
	g->n = n_placed;
	g->sorted = true;
	for (unsigned int i = 0; i < g->n && !had_regs; i++)
		count_regs(g, placed[i]);
	for (unsigned int i = 0; i < g->n; i++) {
		placed[i]->at = i;
		placed[i]->visited = 0;
		for (int side = 0; side < 2; side++)
			if (placed[i]->to[side])
				placed[i]->to[side]->n_preds++;
	}
	return 0;
}
