// SPDX-License-Identifier: GPL-2.0-or-later
/* opt - see opt.h. The order of the passes. */
#include "cbpf/opt.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "cbpf/check.h"
#include "cbpf/insn.h"
#include "cbpf/opt_flow.h"
#include "cbpf/opt_graph.h"

enum { MAX_ROUNDS = 8, MAX_LAST_ROUNDS = 3, FEW = 2, LARGE = 2000 };

struct optimiser {
	struct opt_graph *g;
	struct values vs;
};

/* One pass of 'hooks'. Returns how much it changed. */
static unsigned int pass(struct optimiser *o, const struct flow_hooks *hooks)
{
	AUTO(arena_free) struct arena own = { 0 };
	struct opt_graph *g = o->g;
	struct flow fl;

	if (g->failed || opt_graph_sort(g) < 0)
		return 0;
	fl.g = g;
	fl.vs = &o->vs;
	fl.n = fl.n_changes = 0;
	/* What a pass knows of a large program is too much to keep. */
	fl.mem = g->n > LARGE ? &own : g->mem;
	opt_live(g);
	flow_run(&fl, hooks);
	g->failed |= o->vs.failed;
	return fl.n_changes;
}

/* Drops what has no use any more. */
static void tidy(struct opt_graph *g)
{
	if (g->failed || opt_graph_sort(g) < 0)
		return;
	opt_drop_dead(g);
	if (opt_merge(g) < 0)
		g->failed = true;
}

int opt_graph_optimise(struct opt_graph *g)
{
	struct optimiser o = { .g = g };
	unsigned int changed = UINT_MAX;

	if (values_init(&o.vs, g->mem) < 0)
		return -ENOMEM;
	/* The last rounds send ways on as well: little left to do is left to them. */
	for (int i = 0; i < MAX_ROUNDS && changed > FEW; i++) {
		changed = pass(&o, &opt_thread);
		tidy(g);
	}
	changed = 1;
	opt_live(g);
	if (opt_can_group(g))
		pass(&o, &opt_group);
	for (int i = 0; i < MAX_LAST_ROUNDS && changed; i++) {
		unsigned int n = g->n;

		changed = pass(&o, &opt_simplify);
		tidy(g);
		changed += n - g->n;
	}
	return g->failed || o.vs.failed ? -ENOMEM : 0;
}

static int optimise(const struct sock_fprog *in, struct arena *mem, struct sock_fprog *ret,
		    struct err *e)
{
	struct opt_graph g = { .mem = mem };

	if (opt_graph_read(&g, in) < 0 || opt_graph_optimise(&g) < 0)
		return err_set(e, ENOMEM, "out of memory");
	return opt_graph_write(&g, ret, e);
}

static int copy(const struct sock_fprog *in, struct sock_fprog *ret, struct err *e)
{
	ret->filter = malloc(in->len * sizeof(*in->filter));
	if (!ret->filter)
		return err_set(e, ENOMEM, "out of memory");
	memcpy(ret->filter, in->filter, in->len * sizeof(*in->filter));
	ret->len = in->len;
	return 0;
}

int opt_prog(const struct sock_fprog *in, struct sock_fprog *ret, struct err *e)
{
	AUTO(arena_free) struct arena mem = { 0 };
	AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
	int rc = check_prog(in, e);

	if (rc == 0)
		rc = optimise(in, &mem, &prog, e);
	if (rc)
		return rc;
	/* A return in the middle may be what the kernel minds, see opt_write. */
	if (prog.len > in->len || check_prog(&prog, NULL) < 0)
		return copy(in, ret, e);
	*ret = TAKE(prog, (struct sock_fprog){ 0 });
	return 0;
}
