// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_merge - makes one of blocks that do the same, from the end of the program on, and of blocks
 * of which one always follows the other. */
#include <string.h>

#include "base/hash.h"
#include "cbpf/opt_flow.h"

static uint64_t hash_of(const struct opt_block *b)
{
	uint64_t h = (uint64_t)b->jump << 32 | b->k;

	for (int side = 0; side < 2; side++)
		h = h * 31 + (b->to[side] ? b->to[side]->at + 1 : 0);
	for (unsigned int i = 0; i < b->n; i++)
		h = h * 31 + ((uint64_t)b->code[i].code << 32 | b->code[i].k);
	return hash_u64(h);
}

static bool alike(const struct opt_block *a, const struct opt_block *b)
{
	return a->jump == b->jump && a->k == b->k && a->to[0] == b->to[0] && a->to[1] == b->to[1] &&
	       a->n == b->n && (!a->n || !memcmp(a->code, b->code, a->n * sizeof(*a->code)));
}

/* 'p', which leads to 'b' alone, takes over what 'b' does. */
static void append(struct opt_graph *g, struct opt_block *p, const struct opt_block *b)
{
	struct sock_filter *code = p->code;

	if (b->n) {
		code = arena_alloc(g->mem, (p->n + b->n) * sizeof(*code));
		if (!code) {
			g->failed = true;
			return;
		}
		if (p->n)
			memcpy(code, p->code, p->n * sizeof(*code));
		memcpy(code + p->n, b->code, b->n * sizeof(*code));
	}
	opt_code_changed(p);
	g->sorted = false;
	p->code = code;
	p->n += b->n;
	p->jump = b->jump;
	p->k = b->k;
	memcpy(p->to, b->to, sizeof(p->to));
}

static void follow(struct opt_graph *g, struct opt_block *b)
{
	for (int side = 0; side < 2; side++)
		while (b->to[side] && b->to[side]->same) {
			b->to[side] = b->to[side]->same;
			g->sorted = false;
		}
	/* Both answers lead to the same: no question. */
	if (b->to[0] && b->to[0] == b->to[1]) {
		b->to[0] = NULL;
		b->jump = OPT_JA;
		b->k = 0;
		g->sorted = false;
	}
}

int opt_merge(struct opt_graph *g)
{
	uint32_t mask = 1;
	struct opt_block **table;

	while (mask < 2 * g->n)
		mask *= 2;
	table = arena_alloc(g->mem, mask * sizeof(struct opt_block *));
	if (!table)
		return g->failed = true, -1;
	mask--;
	for (unsigned int i = g->n; i-- > 0;) {
		struct opt_block *b = g->order[i];
		uint32_t h;

		follow(g, b);
		while (b->jump == OPT_JA && b->to[1]->n_preds == 1 && !g->failed) {
			append(g, b, b->to[1]);
			follow(g, b);
		}
		if (b->jump == OPT_JA && b->n == 0) {
			b->same = b->to[1];
			b->same->n_preds += b->n_preds - 1;
			continue;
		}
		for (h = hash_of(b) & mask; table[h] && !alike(table[h], b); h = (h + 1) & mask)
			;
		if (table[h]) {
			b->same = table[h];
			b->same->n_preds += b->n_preds;
		} else {
			table[h] = b;
		}
	}
	while (g->head->same) {
		g->head = g->head->same;
		g->sorted = false;
	}
	return opt_graph_sort(g);
}
