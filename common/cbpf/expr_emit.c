// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_emit - the control flow graph of an expression as the optimiser's graph, and as a program.
 */
#include <errno.h>

#include "cbpf/expr_gen.h"

/* The block of the other graph that 'b' becomes, on 'stack' to be filled if it is new. */
static struct opt_block *block_of(struct opt_graph *og, struct block *b, struct block **stack,
				  unsigned int *n)
{
	if (!b->out) {
		b->out = opt_block_new(og);
		stack[(*n)++] = b;
	}
	return b->out;
}

static int convert(struct gen *g, struct block *head, struct opt_graph *og)
{
	struct block **stack = arena_alloc(g->mem, (g->n_blocks + 3) * sizeof(struct block *));
	unsigned int n = 0;

	if (!stack)
		return -ENOMEM;
	og->head = block_of(og, head, stack, &n);
	while (n && !og->failed) {
		struct block *b = stack[--n];
		struct opt_block *o = b->out;

		o->code = b->code.p;
		o->n = b->code.n;
		o->jump = b->jump;
		o->k = b->k;
		for (int side = 0; side < 2; side++)
			if (b->to[side])
				o->to[side] = block_of(og, b->to[side], stack, &n);
	}
	return og->failed ? -ENOMEM : 0;
}

int emit_graph(struct gen *g, struct frag all, enum emit_how how, struct sock_fprog *ret)
{
	uint32_t keep = g->env->snaplen ? g->env->snaplen : 262144;
	struct block ends[2] = { { .jump = OPT_RET }, { .jump = OPT_RET, .k = keep } };
	struct block *head = all.head ? all.head : &ends[all.value];
	struct opt_graph og = { .mem = g->mem, .by_values = how == EMIT_BY_VALUES };
	int rc;

	for (int side = 0; side < 2; side++)
		for (struct exit *x = all.out[side].first; x; x = x->next)
			x->b->to[x == &x->b->exit[1]] = &ends[side];
	if (g->rc)
		return g->rc;
	if (convert(g, head, &og) < 0 || (how != EMIT_PLAIN && opt_graph_optimise(&og) < 0))
		return gen_oom(g), g->rc;
	rc = opt_graph_write(&og, ret, g->e);
	if (rc)
		g->rc = rc;
	return rc;
}
