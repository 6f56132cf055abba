// SPDX-License-Identifier: GPL-2.0-or-later
/* opt - see opt.h. The order of the passes. */
#include "cbpf/opt.h"

#include <errno.h>
#include <string.h>

#include "cbpf/check.h"
#include "cbpf/insn.h"
#include "cbpf/opt_flow.h"
#include "cbpf/opt_graph.h"

enum { MAX_ROUNDS = 8 };

/* One pass of 'hooks', and what it leaves without a use dropped. Returns how much it changed. */
static unsigned int pass(struct opt_graph *g, struct values *vs, const struct flow_hooks *hooks)
{
	AUTO(arena_free) struct arena mem = { 0 };
	struct flow fl = { .g = g, .vs = vs, .mem = &mem };

	for (unsigned int r = 0; r < OPT_REGS; r++)
		fl.nobody[r] = value_other(vs);
	if (opt_graph_sort(g) < 0)
		return 0;
	opt_live(g);
	flow_run(&fl, hooks);
	return fl.n_changes;
}

static void tidy(struct opt_graph *g)
{
	if (g->failed || opt_graph_sort(g) < 0)
		return;
	opt_drop_dead(g);
	if (opt_merge(g) < 0)
		return;
}

int opt_graph_optimise(struct opt_graph *g)
{
	struct values vs;
	unsigned int changed = 1;

	if (values_init(&vs, g->mem) < 0)
		return -ENOMEM;
	for (int i = 0; i < MAX_ROUNDS && changed && !g->failed; i++) {
		pass(g, &vs, &opt_expand);
		changed = pass(g, &vs, &opt_thread);
		tidy(g);
	}
	for (int i = 0; i < 3 && !g->failed; i++) {
		pass(g, &vs, &opt_simplify);
		pass(g, &vs, &opt_thread);
		tidy(g);
	}
	return g->failed || vs.failed ? -ENOMEM : 0;
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
