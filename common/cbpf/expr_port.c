// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_port - ports and ranges of ports of TCP, UDP and SCTP, over IPv4 (first fragments) and over
 * IPv6 where the transport header follows the fixed one. */
#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/expr_gen.h"
#include "cbpf/expr_lex.h"

enum { N_PROTOS = 3 };

static const uint8_t numbers[N_PROTOS] = { IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP };

struct range {
	uint32_t lo, hi;
};

/* Sorted and apart, for one protocol. */
struct ranges {
	struct range *r;
	unsigned int n;
};

/* A, made by 'code' before, is from 'lo' to 'hi'. */
static struct frag in_range(struct gen *g, struct stmts code, uint32_t lo, uint32_t hi)
{
	struct stmts none = { 0 };
	struct frag f;

	if (lo == hi)
		return gen_jump(g, code, BPF_JEQ, lo);
	if (lo == 0)
		return gen_not(gen_jump(g, code, BPF_JGT, hi));
	f = gen_jump(g, code, BPF_JGE, lo);
	return hi == UINT16_MAX ? f :
				  gen_and(g, f, gen_not(gen_jump(g, none, BPF_JGT, hi)));
}

static struct frag in_ranges(struct gen *g, struct stmts code, const struct ranges *v)
{
	struct frag f = gen_const(false);

	for (unsigned int i = 0; i < v->n; i++) {
		f = gen_or(g, f, in_range(g, code, v->r[i].lo, v->r[i].hi));
		code = (struct stmts){ 0 };
	}
	return f;
}

static struct frag ip4_port(struct gen *g, uint32_t add, const struct ranges *v)
{
	struct stmts s = { 0 };
	uint32_t k = gen_ip4_transport(g, &s);

	gen_load_x(g, &s, k + add, 2);
	return in_ranges(g, s, v);
}

static struct frag ip6_port(struct gen *g, uint32_t add, const struct ranges *v)
{
	struct stmts s = { 0 };

	gen_load(g, &s, g->at.pl, g->at.nl + 40 + add, 2);
	return in_ranges(g, s, v);
}

static struct frag by_dir(struct gen *g, unsigned int dir, struct frag src, struct frag dst)
{
	return dir == DIR_SRC ? src :
	       dir == DIR_DST ? dst :
	       dir == DIR_AND ? gen_and(g, src, dst) :
				gen_or(g, src, dst);
}

/* The 'n' protocols 'proto' all with ports 'v', in one IP version. */
static struct frag in_version(struct gen *g, const struct node *n, bool ip6, const uint32_t *proto,
			      unsigned int n_proto, const struct ranges *v)
{
	struct frag f = gen_cmp_any(g, g->at.pl, g->at.nl + (ip6 ? 6 : 9), 1, proto, n_proto);

	if (ip6)
		return gen_and(g, f, by_dir(g, n->q.dir, ip6_port(g, 0, v), ip6_port(g, 2, v)));
	f = gen_and(g, f, prim_unfragmented(g));
	return gen_and(g, f, by_dir(g, n->q.dir, ip4_port(g, 0, v), ip4_port(g, 2, v)));
}

static bool same_ranges(const struct ranges *a, const struct ranges *b)
{
	return a->n == b->n && (!a->n || !memcmp(a->r, b->r, a->n * sizeof(*a->r)));
}

/* Protocols that have the same ports are tested together. */
static struct frag test_ports(struct gen *g, const struct node *n, const struct ranges p[N_PROTOS])
{
	struct frag f = gen_const(false), v;

	for (int ip6 = 1; ip6 >= 0; ip6--) {
		bool done[N_PROTOS] = { false };

		v = gen_const(false);
		for (unsigned int i = 0; i < N_PROTOS; i++) {
			uint32_t same[N_PROTOS];
			unsigned int n_same = 0;

			if (done[i] || !p[i].n)
				continue;
			for (unsigned int j = i; j < N_PROTOS; j++) {
				if (same_ranges(&p[i], &p[j])) {
					same[n_same++] = numbers[j];
					done[j] = true;
				}
			}
			v = gen_or(g, v, in_version(g, n, ip6, same, n_same, &p[i]));
		}
		f = gen_or(g, f, gen_and(g, link_type(g, ip6 ? ETH_P_IPV6 : ETH_P_IP, n), v));
	}
	return f;
}

/* The port that the 'len' characters at 'text' name, in each protocol; -1: none. A name that TCP
 * and UDP share is one of SCTP too. Returns -ENOENT for a name that nobody knows. */
static int find_port(struct gen *g, const char *text, size_t len, int ret[N_PROTOS])
{
	const struct expr_names *names = g->env->names;
	char *name;
	uint32_t num;
	int rc = -ENOENT;

	if (len && lex_number(text, len, &num) == 0) {
		if (num > UINT16_MAX)
			return -ERANGE;
		for (int i = 0; i < N_PROTOS; i++)
			ret[i] = num;
		return 0;
	}
	name = arena_strndup(g->mem, text, len);
	if (!name)
		return -ENOMEM;
	ret[0] = ret[1] = ret[2] = -1;
	if (len && names && names->port)
		rc = names->port(names->ctx, name, &ret[1], &ret[2], &ret[0], g->e);
	if (ret[0] < 0 && ret[1] == ret[2])
		ret[0] = ret[1];
	return rc < 0 ? rc : ret[0] < 0 && ret[1] < 0 && ret[2] < 0 ? -ENOENT : 0;
}

static struct frag bad_port(struct gen *g, const struct node *n, int rc)
{
	if (rc == -ERANGE)
		return gen_fail(g, EINVAL, n, "the port in '%s' is above 65535", n->text);
	if (rc == -ENOENT)
		return gen_fail(g, ENOENT, n, "nobody knows the port '%s'", n->text);
	if (rc == -ENOMEM)
		gen_oom(g);
	if (!g->rc)
		g->rc = rc;
	return gen_const(false);
}

/* "80-90", "ftp-data-80": the dash is where both sides are ports. */
static int find_range(struct gen *g, const struct node *n, int lo[N_PROTOS], int hi[N_PROTOS])
{
	const char *text = n->text, *dash = text;
	int rc = -ENOENT, rc_hi;

	if (n->id_kind == ID_NUM) {
		rc = find_port(g, text, strlen(text), lo);
		memcpy(hi, lo, N_PROTOS * sizeof(*hi));
		return rc;
	}
	while ((dash = strchr(dash, '-'))) {
		rc = find_port(g, text, dash - text, lo);
		rc_hi = find_port(g, dash + 1, strlen(dash + 1), hi);
		if (rc != -ENOENT && rc_hi != -ENOENT)
			return rc < 0 ? rc : rc_hi;
		dash++;
	}
	return -ENOENT;
}

static int by_low(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

/* Sorts and joins those that touch. */
static void tidy(struct ranges *v)
{
	unsigned int kept = 0;

	if (v->n)
		qsort(v->r, v->n, sizeof(*v->r), by_low);
	for (unsigned int i = 0; i < v->n; i++) {
		if (kept && v->r[i].lo <= v->r[kept - 1].hi + 1)
			v->r[kept - 1].hi = MAX(v->r[kept - 1].hi, v->r[i].hi);
		else
			v->r[kept++] = v->r[i];
	}
	v->n = kept;
}

/* Adds what 'n' names to the ranges of each protocol. Returns a failure's fragment in '*ret'. */
static bool add_ports(struct gen *g, const struct node *n, struct ranges p[N_PROTOS],
		      struct frag *ret)
{
	static const uint8_t q_of[N_PROTOS] = { Q_SCTP, Q_TCP, Q_UDP };
	const char *what = n->q.type == TYPE_PORT ? "a port" : "a range of ports";
	int lo[N_PROTOS], hi[N_PROTOS], rc;
	bool any = false;

	if (n->id_kind != ID_NUM && n->id_kind != ID_NAME) {
		*ret = gen_fail(g, EINVAL, n, "expected %s, found the address '%s'", what, n->text);
		return false;
	}
	rc = n->q.type == TYPE_PORT ? find_port(g, n->text, strlen(n->text), lo) :
				      find_range(g, n, lo, hi);
	if (rc < 0) {
		*ret = bad_port(g, n, rc);
		return false;
	}
	if (n->q.type == TYPE_PORT)
		memcpy(hi, lo, sizeof(hi));
	for (int i = 0; i < N_PROTOS; i++) {
		if (lo[i] < 0 || hi[i] < 0 || (n->q.proto != Q_ANY && n->q.proto != q_of[i]))
			continue;
		/* "portrange 90-80" is the range from 80 on. */
		p[i].r[p[i].n++] = (struct range){ MIN(lo[i], hi[i]), MAX(lo[i], hi[i]) };
		any = true;
	}
	if (!any)
		*ret = gen_fail(g, ENOENT, n, "'%s' is no port of %s", n->text,
				n->q.proto == Q_ANY ? "one protocol" :
						      expr_qproto_name(n->q.proto));
	return any;
}

struct frag prim_ports(struct gen *g, const struct node *const *v, unsigned int n)
{
	const char *what = v[0]->q.type == TYPE_PORT ? "a port" : "a range of ports";
	struct ranges p[N_PROTOS] = { 0 };
	struct frag f = gen_const(false);

	if (v[0]->q.proto != Q_ANY && v[0]->q.proto != Q_TCP && v[0]->q.proto != Q_UDP &&
	    v[0]->q.proto != Q_SCTP)
		return prim_bad_proto(g, v[0], what);
	if (v[0]->q.dir >= DIR_ADDR1)
		return gen_fail(g, EINVAL, v[0], "'%s' does not go with %s",
				expr_qdir_name(v[0]->q.dir), what);
	for (int i = 0; i < N_PROTOS; i++) {
		p[i].r = arena_alloc(g->mem, n * sizeof(*p[i].r));
		if (!p[i].r)
			return gen_oom(g), f;
	}
	for (unsigned int i = 0; i < n; i++)
		if (!add_ports(g, v[i], p, &f))
			return f;
	for (int i = 0; i < N_PROTOS; i++)
		tidy(&p[i]);
	return test_ports(g, v[0], p);
}
