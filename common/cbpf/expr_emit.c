// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_emit - the control flow graph laid out as instructions. Blocks stand in topological order,
 * since jumps go forward only; a conditional jump further than 255 instructions goes over a plain
 * one behind it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/expr_gen.h"

enum { MAX_NEAR = 255, JUMP_ALWAYS = BPF_JMP | BPF_JA, RETURN = BPF_RET | BPF_K };

struct order {
	struct block **b; /* last first */
	unsigned int n;
};

/* Depth first without recursion: a block is placed when all behind it are. The true side is
 * visited first, so that the false side follows the block where it can. */
static int order_blocks(struct gen *g, struct block *head, struct order *ret)
{
	struct block **stack = arena_alloc(g->mem, (g->n_blocks + 3) * 2 * sizeof(struct block *));
	struct block **placed = arena_alloc(g->mem, (g->n_blocks + 3) * sizeof(struct block *));
	unsigned int n = 0, n_placed = 0;

	if (!stack || !placed)
		return gen_oom(g), -ENOMEM;
	stack[n++] = head;
	while (n) {
		struct block *b = stack[n - 1], *next = NULL;

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
		if (b->visited == 2) {
			b->visited = 3;
			placed[n_placed++] = b;
		}
	}
	*ret = (struct order){ placed, n_placed };
	return 0;
}

/* Instructions that 'b' takes when 'next' is placed behind it. */
static unsigned int block_size(const struct block *b, const struct block *next)
{
	if (b->jump == JUMP_ALWAYS)
		return b->code.n + (b->to[1] != next);
	return b->code.n + 1 + b->far[0] + b->far[1];
}

static void place(const struct order *o)
{
	unsigned int pos = 0;

	for (unsigned int i = o->n; i-- > 0;) {
		o->b[i]->pos = pos;
		pos += block_size(o->b[i], i ? o->b[i - 1] : NULL);
	}
}

/* Marks the jumps that are too far, until no more turn up: marking moves what is behind. */
static void mark_far(const struct order *o)
{
	bool again = true;

	while (again) {
		again = false;
		place(o);
		for (unsigned int i = 0; i < o->n; i++) {
			struct block *b = o->b[i];
			unsigned int from = b->pos + b->code.n + 1;

			for (int side = 0; side < 2; side++) {
				if (b->jump == JUMP_ALWAYS || b->jump == RETURN || b->far[side] ||
				    b->to[side]->pos - from <= MAX_NEAR)
					continue;
				b->far[side] = again = true;
			}
		}
	}
}

static unsigned int write_block(const struct block *b, const struct block *next,
				struct sock_filter *out)
{
	unsigned int n = b->code.n, end = b->pos + n + 1;
	struct sock_filter *j = &out[n];

	if (n)
		memcpy(out, b->code.p, n * sizeof(*out));
	if (b->jump == JUMP_ALWAYS && b->to[1] == next)
		return n;
	*j = (struct sock_filter){ .code = b->jump, .k = b->k };
	n++;
	if (b->jump == JUMP_ALWAYS)
		j->k = b->to[1]->pos - end;
	if (b->jump == JUMP_ALWAYS || b->jump == RETURN)
		return n;
	for (int side = 0; side < 2; side++) {
		uint32_t to = b->to[side]->pos - end;

		if (b->far[side]) {
			to = n - b->code.n - 1;
			out[n] = (struct sock_filter){ .code = JUMP_ALWAYS };
			out[n].k = b->to[side]->pos - (b->pos + n + 1);
			n++;
		}
		*(side ? &j->jt : &j->jf) = to;
	}
	return n;
}

int emit_graph(struct gen *g, struct frag all, struct sock_fprog *ret)
{
	uint32_t keep = g->env->snaplen ? g->env->snaplen : 262144;
	struct block ends[2] = { { .jump = RETURN, .visited = 0 },
				 { .jump = RETURN, .k = keep, .visited = 0 } };
	struct order order = { 0 };
	struct block *head = all.head ? all.head : &ends[all.value];
	struct sock_filter *f;
	unsigned int n;

	for (int side = 0; side < 2; side++)
		for (struct exit *x = all.out[side].first; x; x = x->next)
			x->b->to[x == &x->b->exit[1]] = &ends[side];
	if (g->rc || order_blocks(g, head, &order) < 0)
		return g->rc;
	mark_far(&order);
	n = order.b[0]->pos + block_size(order.b[0], NULL);
	if (n > UINT16_MAX) {
		gen_fail(g, E2BIG, NULL, "the filter is too large: %u instructions", n);
		return g->rc;
	}
	f = malloc(n * sizeof(*f));
	if (!f)
		return gen_oom(g), g->rc;
	for (unsigned int i = order.n; i-- > 0;)
		write_block(order.b[i], i ? order.b[i - 1] : NULL, f + order.b[i]->pos);
	*ret = (struct sock_fprog){ .len = n, .filter = f };
	return 0;
}
