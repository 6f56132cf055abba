// SPDX-License-Identifier: GPL-2.0-or-later
/* dot - see dot.h. */
#include "dot.h"

#include <errno.h>

#include "base/str.h"
#include "cbpf/asmout.h"
#include "cbpf/fieldname.h"

struct graph {
	const struct sock_fprog *prog;
	struct fieldname *names;
	struct node {
		bool begins; /* a box begins here */
		bool reached;
	} * at;
	struct str *out;
};

static bool is_jump(const struct sock_filter *f)
{
	return BPF_CLASS(f->code) == BPF_JMP;
}

static void find_boxes(struct graph *g)
{
	g->at[0] = (struct node){ true, true };
	for (unsigned int i = 0; i < g->prog->len; i++) {
		const struct sock_filter *f = &g->prog->filter[i];
		bool reached = g->at[i].reached;
		unsigned int to[2] = { i + 1, i + 1 };

		if (BPF_CLASS(f->code) == BPF_RET) {
			if (i + 1 < g->prog->len)
				g->at[i + 1].begins = true;
			continue;
		}
		if (is_jump(f)) {
			to[0] += BPF_OP(f->code) == BPF_JA ? f->k : f->jt;
			to[1] += BPF_OP(f->code) == BPF_JA ? f->k : f->jf;
			g->at[i + 1].begins = g->at[to[0]].begins = g->at[to[1]].begins = true;
		}
		g->at[to[0]].reached |= reached;
		g->at[to[1]].reached |= reached;
	}
}

/* One line of a box, left-aligned. */
static void add_text(struct graph *g, unsigned int i)
{
	AUTO(str_free) struct str field = { 0 };
	size_t begin;

	str_addf(g->out, "%u: ", i);
	begin = g->out->len;
	asmout_add_insn(g->out, g->prog, i);
	/* The targets of a conditional jump are its edges. */
	if (is_jump(&g->prog->filter[i])) {
		char *comma = memchr(g->out->p + begin, ',', g->out->len - begin);

		if (comma) {
			g->out->len = comma - g->out->p;
			*comma = '\0';
		}
	}
	fieldname_add(g->names, i, &field);
	if (field.len)
		str_addf(g->out, "    %s", str_text(&field));
	str_add(g->out, "\\l");
}

/* The word on a jump says when the text of its box holds, which may be written inverted. */
static void add_edges(struct graph *g, unsigned int box, unsigned int last)
{
	const struct sock_filter *f = &g->prog->filter[last];
	bool inverted = f->jt == 0 && f->jf != 0 && BPF_OP(f->code) != BPF_JSET;

	if (BPF_CLASS(f->code) == BPF_RET)
		return;
	if (!is_jump(f)) {
		str_addf(g->out, "  n%u -> n%u;\n", box, last + 1);
	} else if (BPF_OP(f->code) == BPF_JA) {
		str_addf(g->out, "  n%u -> n%u;\n", box, last + 1 + f->k);
	} else {
		str_addf(g->out, "  n%u -> n%u [label=\"%s\"];\n", box, last + 1 + f->jt,
			 inverted ? "no" : "yes");
		str_addf(g->out, "  n%u -> n%u [label=\"%s\"];\n", box, last + 1 + f->jf,
			 inverted ? "yes" : "no");
	}
}

static void add_box(struct graph *g, unsigned int i)
{
	const struct sock_filter *f;
	unsigned int last = i;

	str_addf(g->out, "  n%u [label=\"", i);
	add_text(g, i);
	while (last + 1 < g->prog->len && !g->at[last + 1].begins)
		add_text(g, ++last);
	f = &g->prog->filter[last];
	str_addf(g->out, "\"%s%s];\n", g->at[i].reached ? "" : ", style=dashed",
		 f->code != (BPF_RET | BPF_K) ? ""
		 : f->k			      ? ", color=darkgreen, peripheries=2"
					      : ", color=red, peripheries=2");
	add_edges(g, i, last);
}

int dot_add(const struct job *job, const struct source *s, struct str *out, struct err *e)
{
	const struct sock_fprog *prog = &s->p.prog;
	AUTO(free_p) struct node *at = calloc(prog->len + 1, sizeof(*at));
	AUTO(fieldname_free_p) struct fieldname *names = fieldname_new(prog, job->linktype);
	struct graph g = { .prog = prog, .names = names, .at = at, .out = out };

	if (!at || !names)
		return err_sys(e, ENOMEM, "graph");
	find_boxes(&g);
	str_add(out, "digraph filter {\n  node [shape=box, fontname=monospace];\n");
	for (unsigned int i = 0; i < prog->len; i++)
		if (at[i].begins)
			add_box(&g, i);
	str_add(out, "}\n");
	return 0;
}
