// SPDX-License-Identifier: GPL-2.0-or-later
/* expr - see expr.h. The tree is lowered from left to right, since words such as "vlan" move the
 * headers for what follows. For a live socket it is lowered twice, for frames as they are and for
 * those whose VLAN tag the kernel took off, and a test of that comes first. */
#include "cbpf/expr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/check.h"
#include "cbpf/expr_gen.h"
#include "cbpf/insn.h"
#include "proto/linktype.h"

static bool is_port(const struct node *n)
{
	return n->q.type == TYPE_PORT || n->q.type == TYPE_PORTRANGE;
}

static bool is_ip_host(const struct node *n)
{
	return !is_port(n) && n->q.type != TYPE_PROTO && n->q.type != TYPE_PROTOCHAIN &&
	       n->q.type != TYPE_GATEWAY && n->q.proto != Q_LINK && n->q.proto != Q_DECNET &&
	       (n->id_kind == ID_NUM || n->id_kind == ID_NAME || n->id_kind == ID_IP4 ||
		n->id_kind == ID_IP6);
}

/* "a or b" can be asked as "one of a and b": each header once, each address once. */
static bool go_together(const struct node *a, const struct node *b)
{
	return a->kind == NODE_ID && b->kind == NODE_ID && a->q.proto == b->q.proto &&
	       a->q.dir == b->q.dir && a->q.dir != DIR_AND && a->q.dir < DIR_ADDR1 &&
	       ((is_port(a) && is_port(b)) || (is_ip_host(a) && is_ip_host(b)));
}

static struct frag gen_leaf(struct gen *g, const struct node *n)
{
	switch (n->kind) {
	case NODE_ID:
		if (is_port(n))
			return prim_ports(g, &n, 1);
		if (n->q.type == TYPE_PROTO || n->q.type == TYPE_PROTOCHAIN)
			return prim_proto(g, n);
		return prim_hosts(g, &n, 1);
	case NODE_PROTO:
		return prim_proto_word(g, n->q.proto, n);
	case NODE_REL:
		return prim_relation(g, n);
	case NODE_CAST:
		return prim_cast(g, n);
	case NODE_LEN:
		return prim_len(g, n);
	case NODE_BYTE:
		return prim_byte(g, n);
	case NODE_WORD:
		return prim_word(g, n);
	case NODE_NUMBERED:
		return prim_number_word(g, n);
	case NODE_NAMED:
		return prim_named(g, n);
	case NODE_WLAN:
		return wlan_prim(g, n);
	case NODE_CMP:
		return prim_cmp_word(g, n);
	case NODE_SCOPE:
		return prim_scope(g, n);
	case NODE_FIELD:
		return prim_field(g, n);
	case NODE_SET:
		return prim_set(g, n);
	}
	return gen_fail(g, EINVAL, n, "expected a condition");
}

/* 'n' and what goes together with it in the "or"s around, of which '*i' are left in 'spine'. */
static struct frag gen_several(struct gen *g, const struct node *n, const struct node **spine,
			       unsigned int *i)
{
	unsigned int last = *i, count = 1;
	const struct node **v;

	while (last > 0 && spine[last - 1]->kind == NODE_OR && go_together(n, spine[last - 1]->b))
		last--;
	if (last == *i)
		return n->kind <= NODE_NOT ? gen_tree(g, n) : gen_leaf(g, n);
	v = arena_alloc(g->mem, (*i - last + 1) * sizeof(const struct node *));
	if (!v)
		return gen_oom(g), gen_const(false);
	v[0] = n;
	while (*i > last)
		v[count++] = spine[--*i]->b;
	return is_port(n) ? prim_ports(g, v, count) : prim_hosts(g, v, count);
}

/* Chains of "and" and "or" lean to the left and may be long: they are walked, not recursed into. */
struct frag gen_tree(struct gen *g, const struct node *n)
{
	const struct node **spine;
	unsigned int depth = 0, i = 0;
	struct frag f;

	for (const struct node *m = n; m->kind <= NODE_NOT; m = m->a)
		depth++;
	spine = arena_alloc(g->mem, (depth + 1) * sizeof(const struct node *));
	if (!spine)
		return gen_oom(g), gen_const(false);
	for (; n->kind <= NODE_NOT; n = n->a)
		spine[i++] = n;
	f = gen_several(g, n, spine, &i);
	while (i > 0 && !g->rc) {
		const struct node *m = spine[--i];

		f = m->kind == NODE_NOT ? gen_not(f) :
		    m->kind == NODE_AND ? gen_and(g, f, gen_tree(g, m->b)) :
					  gen_or(g, f, gen_several(g, m->b, spine, &i));
	}
	return f;
}

/* The whole of 'n' for frames as they are ('stripped' false) or without their tag. */
static struct frag gen_variant(struct gen *g, const struct node *n, bool stripped)
{
	struct layout start;
	struct frag f;

	g->stripped = stripped;
	g->n_regs = 0;
	g->reads = 0;
	g->differs = false;
	if (link_start(g) < 0)
		return gen_fail(g, EINVAL, NULL, "link type %u is not known", g->env->linktype);
	start = g->at;
	f = gen_tree(g, n);
	g->at = start;
	return g->rc ? f : gen_and(g, link_prologue(g), f);
}

static struct frag gen_all(struct gen *g, const struct node *n)
{
	struct frag plain, tagged;
	struct stmts s = { 0 };

	if (!n)
		return gen_const(true);
	plain = gen_variant(g, n, false);
	if (g->env->mode != EXPR_LIVE || g->at.kind != LINK_ETHER || !g->differs || g->rc)
		return plain;
	tagged = gen_variant(g, n, true);
	gen_add(g, &s, BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT);
	return gen_if(g, gen_jump(g, s, BPF_JEQ, 0), plain, tagged);
}

/* Registers that some way reads unwritten, behind "geneve or ...": they are 0 then. */
static struct frag clear_memory(struct gen *g, struct frag f)
{
	struct stmts s = { 0 };

	gen_add(g, &s, BPF_LD | BPF_IMM, 0);
	for (int i = 0; i < MAX(g->n_regs, g->max_regs); i++)
		gen_add(g, &s, BPF_ST, i);
	return gen_and(g, gen_run(g, s), f);
}

static int generate(struct gen *g, const struct node *n, bool clear, enum emit_how how,
		    struct sock_fprog *ret)
{
	struct frag f = gen_all(g, n);

	if (!g->rc && clear)
		f = clear_memory(g, f);
	return g->rc ? g->rc : emit_graph(g, f, how, ret);
}

static bool rejects_all(const struct sock_fprog *p)
{
	return p->len == 1 && p->filter[0].code == (BPF_RET | BPF_K) && p->filter[0].k == 0;
}

/* Tells who wrote "tcp and arp" that nothing is accepted. What takes more than a comparison of
 * values to find out is left as it is, as filters made by programs may say it. */
static int check_rejects(struct gen *g, const struct node *n, const struct sock_fprog *p)
{
	AUTO(insn_fprog_free) struct sock_fprog again = { 0 };
	int rc;

	if (!rejects_all(p) || g->env->no_optimise)
		return 0;
	rc = generate(g, n, false, EMIT_BY_VALUES, &again);
	if (rc == 0 && rejects_all(&again))
		rc = err_set(g->e, EINVAL, "the filter accepts no packet");
	return rc;
}

/* The program of 'tree' as check_prog() takes it. What it minds besides length is memory that some
 * way reads unwritten, which then is cleared first. */
static int generate_checked(struct gen *g, const struct node *tree, struct sock_fprog *ret)
{
	enum emit_how how = g->env->no_optimise ? EMIT_PLAIN : EMIT_OPTIMISED;
	AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
	int rc = generate(g, tree, false, how, &prog);

	if (rc == 0 && prog.len <= BPF_MAXINSNS && check_prog(&prog, NULL) < 0) {
		insn_fprog_free(&prog);
		rc = generate(g, tree, true, how, &prog);
		if (rc == 0 && prog.len <= BPF_MAXINSNS && check_prog(&prog, g->e) < 0)
			rc = err_prefix(g->e, "the compiled filter");
	}
	if (rc == 0)
		rc = check_rejects(g, tree, &prog);
	if (rc == 0 && prog.len > BPF_MAXINSNS)
		rc = err_set(g->e, E2BIG, "the filter needs %u instructions, the kernel takes %d",
			     prog.len, BPF_MAXINSNS);
	if (rc == 0)
		*ret = TAKE(prog, (struct sock_fprog){ 0 });
	return rc;
}

int expr_compile(const char *text, const struct expr_env *env, struct sock_fprog *ret_prog,
		 struct err *e)
{
	AUTO(arena_free) struct arena mem = { 0 };
	struct err local = { 0 };
	struct gen g = { .mem = &mem, .env = env, .e = e ? e : &local };
	struct node *tree;
	int rc;

	g.e->code = 0;
	if (strlen(text) > EXPR_MAX_BYTES)
		return err_set(g.e, E2BIG, "the filter is longer than %d bytes", EXPR_MAX_BYTES);
	rc = expr_parse(text, &mem, &tree, g.e);
	return rc < 0 ? rc : generate_checked(&g, tree, ret_prog);
}
