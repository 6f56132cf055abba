// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_encap - what moves the headers for all that follows in the text: VLAN tags, MPLS labels,
 * PPPoE sessions, Geneve and VXLAN tunnels; and the two words that look behind whatever is
 * outside, anyvlan(...) and inner(...). */
#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/in.h>

#include "cbpf/expr_gen.h"

enum { PORT_VXLAN = 4789, PORT_GENEVE = 6081, PPPOE_BYTES = 8, GRE_PROTO = 47 };

static struct frag too_large(struct gen *g, const struct node *n, const char *what, uint32_t max)
{
	return gen_fail(g, EINVAL, n, "%s %u is above %u", what, n->num, max);
}

static struct frag is_tagged(struct gen *g, const struct node *n)
{
	/* IEEE 802.1Q, 802.1ad, and what switches used before it. */
	static const uint32_t tpids[] = { ETH_P_8021Q, ETH_P_8021AD, 0x9100 };
	struct frag lane = gen_const(true);

	if (g->at.n_mpls)
		return gen_fail(g, EOPNOTSUPP, n, "not expressible: nothing tells a VLAN tag "
				"behind MPLS labels");
	if (g->at.kind == LINK_WLAN)
		return gen_and(g, wlan_data(g), gen_cmp_any(g, g->at.type, 6, 2, tpids, 3));
	if (g->at.kind != LINK_ETHER)
		return gen_fail(g, EOPNOTSUPP, n, "there are no VLAN tags on %s", link_name(g));
	if (g->at.lane)
		lane = gen_not(gen_cmp(g, (struct off){ -1, 4 }, 0, 2, UINT32_MAX, BPF_JEQ,
				       0xff00));
	return gen_and(g, lane, gen_cmp_any(g, g->at.type, 0, 2, tpids, 3));
}

static void behind_tag(struct gen *g)
{
	g->at.type.k += 4;
	g->at.pl.k += 4;
	g->at.n_vlan++;
}

static struct frag vlan(struct gen *g, const struct node *n)
{
	struct frag f;

	if (n->has_num && n->num > 4095)
		return too_large(g, n, "VLAN number", 4095);
	f = is_tagged(g, n);
	if (n->has_num)
		f = gen_and(g, f, gen_cmp(g, g->at.pl, g->at.kind == LINK_WLAN ? g->at.nl : 0, 2,
					  0x0fff, BPF_JEQ, n->num));
	behind_tag(g);
	return f;
}

static struct frag mpls(struct gen *g, const struct node *n)
{
	bool can = g->at.link->flags & LINK_MPLS || g->at.kind == LINK_ETHER;
	struct frag f;

	if (n->has_num && n->num > 0xfffff)
		return too_large(g, n, "MPLS label", 0xfffff);
	if (!can)
		return gen_fail(g, EOPNOTSUPP, n, "there are no MPLS labels on %s", link_name(g));
	/* Another label follows one that is not the last (RFC 3032 2.1). */
	if (g->at.n_mpls)
		f = gen_cmp(g, g->at.pl, g->at.nl - 2, 1, 1, BPF_JEQ, 0);
	else
		f = link_type(g, ETH_P_MPLS_UC, n);
	if (n->has_num)
		f = gen_and(g, f, gen_cmp(g, g->at.pl, g->at.nl, 4, 0xfffff000, BPF_JEQ,
					  n->num << 12));
	g->at.nl += 4;
	g->at.nosnap += 4;
	g->at.n_mpls++;
	return f;
}

static struct frag pppoes(struct gen *g, const struct node *n)
{
	struct frag f;

	if (n->has_num && n->num > UINT16_MAX)
		return too_large(g, n, "PPPoE session", UINT16_MAX);
	f = link_type(g, ETH_P_PPP_SES, n);
	if (n->has_num)
		f = gen_and(g, f, gen_cmp(g, g->at.pl, g->at.nl + 2, 2, UINT32_MAX, BPF_JEQ,
					  n->num));
	/* RFC 2516 4: six bytes, then the PPP protocol and what it carries. */
	g->at.kind = LINK_PPP;
	g->at.type = g->at.pl;
	g->at.type.k += g->at.nl + PPPOE_BYTES - 2;
	g->at.pl.k += g->at.nl + PPPOE_BYTES;
	g->at.nl = g->at.nosnap = 0;
	g->at.lane = false;
	return f;
}

/* 'before', then M[reg] = where the transport header ends, 'bytes' long. The header is in IPv6 if
 * 'ip6', else in IPv4. */
static struct frag keep_end(struct gen *g, struct frag before, bool ip6, uint32_t bytes, int reg)
{
	struct stmts s = { 0 };
	uint32_t k;

	if (!ip6) {
		k = gen_ip4_transport(g, &s);
		gen_add(g, &s, BPF_MISC | BPF_TXA, 0);
		gen_add(g, &s, BPF_ALU | BPF_ADD | BPF_K, k + bytes);
	} else if (g->at.pl.reg < 0) {
		gen_add(g, &s, BPF_LD | BPF_IMM, gen_abs(g, g->at.pl.k + g->at.nl + 40) + bytes);
	} else {
		gen_ldx(g, &s, g->at.pl.reg);
		gen_add(g, &s, BPF_MISC | BPF_TXA, 0);
		gen_add(g, &s, BPF_ALU | BPF_ADD | BPF_K, g->at.pl.k + g->at.nl + 40 + bytes);
	}
	gen_add(g, &s, BPF_ST, reg);
	return gen_and(g, before, gen_run(g, s));
}

/* IP protocol 'proto' in either version, first fragment, and with 'port' not 0 that destination:
 * M[reg] is then where the header of 'bytes' ends. */
static struct frag carried(struct gen *g, const struct node *n, uint32_t proto, uint32_t port,
			   uint32_t bytes, int reg)
{
	struct frag f[2];

	for (int ip6 = 0; ip6 < 2; ip6++) {
		struct stmts s = { 0 };

		f[ip6] = gen_and(g, link_type(g, ip6 ? ETH_P_IPV6 : ETH_P_IP, n),
				 gen_cmp(g, g->at.pl, g->at.nl + (ip6 ? 6 : 9), 1, UINT32_MAX,
					 BPF_JEQ, proto));
		if (!ip6)
			f[ip6] = gen_and(g, f[ip6], prim_unfragmented(g));
		if (port && ip6) {
			gen_load(g, &s, g->at.pl, g->at.nl + 42, 2);
		} else if (port) {
			uint32_t k = gen_ip4_transport(g, &s);

			gen_load_x(g, &s, k + 2, 2);
		}
		if (port)
			f[ip6] = gen_and(g, f[ip6], gen_jump(g, s, BPF_JEQ, port));
		f[ip6] = keep_end(g, f[ip6], ip6, bytes, reg);
	}
	return gen_or(g, f[0], f[1]);
}

/* The headers are now those of an Ethernet frame at M[reg] + k. */
static void inside_ether(struct gen *g, int reg, uint32_t k)
{
	g->at.kind = LINK_ETHER;
	g->at.hdr = (struct off){ reg, k };
	g->at.type = (struct off){ reg, k + 12 };
	g->at.pl = (struct off){ reg, k + 14 };
	g->at.nl = 0;
	g->at.nosnap = 3;
	g->at.lane = g->at.maybe_no_link = false;
	g->at.n_vlan = g->at.n_mpls = 0;
}

/* RFC 8926 3.4: options, then an Ethernet frame or another protocol by its ethertype. */
static struct frag geneve(struct gen *g, const struct node *n)
{
	int base = gen_reg(g, n), hdr = gen_reg(g, n), type = gen_reg(g, n), pl = gen_reg(g, n);
	struct stmts s = { 0 }, ether = { 0 }, none = { 0 };
	struct off at = { base, 0 };
	struct frag f;

	if (g->rc)
		return gen_const(false);
	if (n->has_num && n->num > 0xffffff)
		return too_large(g, n, "Geneve VNI", 0xffffff);
	f = gen_and(g, carried(g, n, IPPROTO_UDP, PORT_GENEVE, 8, base),
		    gen_cmp(g, at, 0, 1, 0xc0, BPF_JEQ, 0));
	if (n->has_num)
		f = gen_and(g, f, gen_cmp(g, at, 4, 4, 0xffffff00, BPF_JEQ, n->num << 8));
	gen_ldx(g, &s, base);
	gen_add(g, &s, BPF_MISC | BPF_TXA, 0);
	gen_add(g, &s, BPF_ALU | BPF_ADD | BPF_K, 2);
	gen_add(g, &s, BPF_ST, type);
	gen_load_x(g, &s, 0, 1);
	gen_add(g, &s, BPF_ALU | BPF_AND | BPF_K, 0x3f);
	gen_add(g, &s, BPF_ALU | BPF_LSH | BPF_K, 2);
	gen_add(g, &s, BPF_ALU | BPF_ADD | BPF_K, 8);
	gen_add(g, &s, BPF_ALU | BPF_ADD | BPF_X, 0);
	gen_add(g, &s, BPF_ST, hdr);
	gen_add(g, &s, BPF_ST, pl);
	gen_load_x(g, &s, 2, 2);
	gen_ldx(g, &ether, hdr);
	gen_add(g, &ether, BPF_MISC | BPF_TXA, 0);
	gen_add(g, &ether, BPF_ALU | BPF_ADD | BPF_K, 12);
	gen_add(g, &ether, BPF_ST, type);
	gen_add(g, &ether, BPF_ALU | BPF_ADD | BPF_K, 2);
	gen_add(g, &ether, BPF_ST, pl);
	f = gen_and(g, f, gen_if(g, gen_jump(g, s, BPF_JEQ, ETH_P_TEB), gen_run(g, ether),
				 gen_run(g, none)));
	inside_ether(g, hdr, 0);
	g->at.type = (struct off){ type, 0 };
	g->at.pl = (struct off){ pl, 0 };
	g->at.maybe_no_link = true;
	return f;
}

/* RFC 7348 5: a flag that the VNI is valid, the VNI, an Ethernet frame. */
static struct frag vxlan(struct gen *g, const struct node *n)
{
	int base = gen_reg(g, n);
	struct off at = { base, 0 };
	struct frag f;

	if (g->rc)
		return gen_const(false);
	if (n->has_num && n->num > 0xffffff)
		return too_large(g, n, "VXLAN VNI", 0xffffff);
	f = gen_and(g, carried(g, n, IPPROTO_UDP, PORT_VXLAN, 8, base),
		    gen_not(gen_cmp(g, at, 0, 1, 0x08, BPF_JEQ, 0)));
	if (n->has_num)
		f = gen_and(g, f, gen_cmp(g, at, 4, 4, 0xffffff00, BPF_JEQ, n->num << 8));
	inside_ether(g, base, 8);
	return f;
}

struct frag prim_encap(struct gen *g, const struct node *n)
{
	switch (n->word) {
	case W_VLAN:
		return vlan(g, n);
	case W_MPLS:
		return mpls(g, n);
	case W_PPPOES:
		return pppoes(g, n);
	case W_GENEVE:
		return geneve(g, n);
	case W_VXLAN:
		return vxlan(g, n);
	}
	return link_type(g, ETH_P_PPP_DISC, n);
}

/* All tags stepped over, up to 'left' of them; then what stands in the parentheses. */
static struct frag any_vlan(struct gen *g, const struct node *n, unsigned int left)
{
	struct layout here = g->at;
	int regs = g->n_regs;
	struct frag plain = gen_tree(g, n->a), tagged, behind;

	/* Nothing behind the parentheses reads what was kept for them. */
	g->n_regs = regs;
	g->at = here;
	if (g->rc)
		return plain;
	tagged = is_tagged(g, n);
	behind_tag(g);
	behind = left ? any_vlan(g, n, left - 1) : gen_const(false);
	g->n_regs = regs;
	g->at = here;
	return gen_if(g, tagged, behind, plain);
}

/* A += 4 if bit 'bit' of the GRE flags at X is set; A and X stay offsets. */
static void gre_optional(struct gen *g, struct stmts *s, unsigned int bit, int reg, int base)
{
	gen_ldx(g, s, base);
	gen_load_x(g, s, 0, 2);
	gen_add(g, s, BPF_ALU | BPF_RSH | BPF_K, bit - 2);
	gen_add(g, s, BPF_ALU | BPF_AND | BPF_K, 4);
	gen_ldx(g, s, reg);
	gen_add(g, s, BPF_ALU | BPF_ADD | BPF_X, 0);
	gen_add(g, s, BPF_ST, reg);
}

/* RFC 2784, 2890: M[reg] becomes what is behind the GRE header at M[base], whose protocol is
 * 'proto' or 'proto2'. */
static struct frag behind_gre(struct gen *g, uint32_t proto, uint32_t proto2, int base, int reg)
{
	uint32_t types[] = { proto, proto2 };
	struct off at = { base, 0 };
	struct stmts s = { 0 };
	struct frag f = gen_and(g, gen_cmp(g, at, 0, 2, 0x4007, BPF_JEQ, 0),
				gen_cmp_any(g, at, 2, 2, types, proto2 ? 2 : 1));

	gen_ldx(g, &s, base);
	gen_add(g, &s, BPF_MISC | BPF_TXA, 0);
	gen_add(g, &s, BPF_ALU | BPF_ADD | BPF_K, 4);
	gen_add(g, &s, BPF_ST, reg);
	gre_optional(g, &s, 15, reg, base);
	gre_optional(g, &s, 13, reg, base);
	gre_optional(g, &s, 12, reg, base);
	return gen_and(g, f, gen_run(g, s));
}

/* VXLAN, Geneve or GRE with an Ethernet frame in it: M[reg] is where that begins. */
static struct frag has_ether(struct gen *g, const struct node *n, int base, int reg)
{
	struct off at = { base, 0 };
	struct stmts vx = { 0 }, gen = { 0 };
	struct frag f[3];

	f[0] = gen_and(g, carried(g, n, IPPROTO_UDP, PORT_VXLAN, 8, base),
		       gen_not(gen_cmp(g, at, 0, 1, 0x08, BPF_JEQ, 0)));
	gen_ldx(g, &vx, base);
	gen_add(g, &vx, BPF_MISC | BPF_TXA, 0);
	gen_add(g, &vx, BPF_ALU | BPF_ADD | BPF_K, 8);
	gen_add(g, &vx, BPF_ST, reg);
	f[0] = gen_and(g, f[0], gen_run(g, vx));

	f[1] = gen_and(g, carried(g, n, IPPROTO_UDP, PORT_GENEVE, 8, base),
		       gen_and(g, gen_cmp(g, at, 0, 1, 0xc0, BPF_JEQ, 0),
			       gen_cmp(g, at, 2, 2, UINT32_MAX, BPF_JEQ, ETH_P_TEB)));
	gen_load(g, &gen, at, 0, 1);
	gen_add(g, &gen, BPF_ALU | BPF_AND | BPF_K, 0x3f);
	gen_add(g, &gen, BPF_ALU | BPF_LSH | BPF_K, 2);
	gen_add(g, &gen, BPF_ALU | BPF_ADD | BPF_K, 8);
	gen_add(g, &gen, BPF_ALU | BPF_ADD | BPF_X, 0);
	gen_add(g, &gen, BPF_ST, reg);
	f[1] = gen_and(g, f[1], gen_run(g, gen));

	f[2] = gen_and(g, carried(g, n, GRE_PROTO, 0, 0, base),
		       behind_gre(g, ETH_P_TEB, 0, base, reg));
	return gen_or(g, f[0], gen_or(g, f[1], f[2]));
}

/* IP in IP, or in GRE: M[reg] is where the inner header begins. */
static struct frag has_ip(struct gen *g, const struct node *n, int base, int reg)
{
	struct frag f = gen_or(g, carried(g, n, IPPROTO_IPIP, 0, 0, reg),
			       carried(g, n, IPPROTO_IPV6, 0, 0, reg));

	return gen_or(g, f, gen_and(g, carried(g, n, GRE_PROTO, 0, 0, base),
				    behind_gre(g, ETH_P_IP, ETH_P_IPV6, base, reg)));
}

static struct frag inner(struct gen *g, const struct node *n, unsigned int left)
{
	struct layout here = g->at;
	int base, reg, regs = g->n_regs;
	struct frag plain = gen_tree(g, n->a), ether, ip, in_ether, in_ip;

	g->n_regs = regs;
	g->at = here;
	if (!left || g->rc)
		return plain;
	base = gen_reg(g, n);
	reg = gen_reg(g, n);
	if (g->rc)
		return plain;
	ether = has_ether(g, n, base, reg);
	ip = has_ip(g, n, base, reg);
	inside_ether(g, reg, 0);
	in_ether = inner(g, n, left - 1);
	g->at = here;
	inside_ether(g, reg, 0);
	g->at.kind = LINK_RAW;
	g->at.type = g->at.pl = (struct off){ reg, 0 };
	in_ip = inner(g, n, left - 1);
	g->n_regs = regs;
	g->at = here;
	return gen_if(g, ether, in_ether, gen_if(g, ip, in_ip, plain));
}

struct frag prim_scope(struct gen *g, const struct node *n)
{
	return n->word == W_INNER ? inner(g, n, EXPR_INNER_DEPTH) :
				    any_vlan(g, n, EXPR_ANYVLAN_DEPTH - 1);
}
