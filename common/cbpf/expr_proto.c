// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_proto - protocols: "tcp", "ip proto 17", "ether proto 0x88cc", "iso proto \isis", the PDUs
 * of IS-IS, and chains of extension headers. */
#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "cbpf/expr_gen.h"
#include "proto/names.h"

enum { SAP_STP = 0x42, SAP_IPX = 0xe0, SAP_NETBEUI = 0xf0, SAP_ISO = 0xfe };
enum { NLPID_CLNP = 0x81, NLPID_ESIS = 0x82, NLPID_ISIS = 0x83 };

static const struct {
	uint8_t q;
	uint16_t type;
} ethertypes[] = {
	{ Q_IP, ETH_P_IP },	 { Q_IP6, ETH_P_IPV6 },	   { Q_ARP, ETH_P_ARP },
	{ Q_RARP, ETH_P_RARP },	 { Q_ATALK, ETH_P_ATALK }, { Q_AARP, ETH_P_AARP },
	{ Q_DECNET, 0x6003 },	 { Q_LAT, 0x6004 },	   { Q_SCA, 0x6007 },
	{ Q_MOPDL, 0x6001 },	 { Q_MOPRC, 0x6002 },	   { Q_ISO, SAP_ISO },
	{ Q_STP, SAP_STP },	 { Q_IPX, SAP_IPX },	   { Q_NETBEUI, SAP_NETBEUI },
};

uint32_t prim_ethertype(unsigned int q)
{
	for (size_t i = 0; i < ARRAY_SIZE(ethertypes); i++)
		if (ethertypes[i].q == q)
			return ethertypes[i].type;
	return 0;
}

struct frag prim_unfragmented(struct gen *g)
{
	return gen_cmp(g, g->at.pl, g->at.nl + 6, 2, 0x1fff, BPF_JEQ, 0);
}

/* IPv6: the next header, also behind a fragment header (RFC 8200 4.5). */
static struct frag ip6_proto(struct gen *g, uint32_t v)
{
	struct off pl = g->at.pl;
	struct stmts s = { 0 }, none = { 0 };
	struct frag f, frag;

	gen_load(g, &s, pl, g->at.nl + 6, 1);
	f = gen_jump(g, s, BPF_JEQ, v);
	frag = gen_and(g, gen_jump(g, none, BPF_JEQ, IPPROTO_FRAGMENT),
		       gen_cmp(g, pl, g->at.nl + 40, 1, UINT32_MAX, BPF_JEQ, v));
	return gen_or(g, f, frag);
}

struct frag prim_ip_proto(struct gen *g, unsigned int q, uint32_t v, const struct node *n)
{
	struct frag f = gen_const(false);

	if (q != Q_IP6)
		f = gen_and(g, link_type(g, ETH_P_IP, n),
			    gen_cmp(g, g->at.pl, g->at.nl + 9, 1, UINT32_MAX, BPF_JEQ, v));
	if (q != Q_IP)
		f = gen_or(g, f, gen_and(g, link_type(g, ETH_P_IPV6, n), ip6_proto(g, v)));
	return f;
}

static struct frag iso_proto(struct gen *g, uint32_t v, const struct node *n)
{
	struct frag f;

	if (g->at.kind == LINK_FRELAY)
		return gen_cmp(g, g->at.type, 0, 2, UINT32_MAX, BPF_JEQ, 0x0300 | v);
	f = link_type(g, SAP_ISO, n);
	return gen_and(g, f, gen_cmp(g, g->at.pl, g->at.nosnap, 1, UINT32_MAX, BPF_JEQ, v));
}

/* ISO 10589 9: the PDU type is the fifth byte. */
static struct frag isis_pdu(struct gen *g, const uint32_t *types, unsigned int n_types,
			    const struct node *n)
{
	struct frag f = iso_proto(g, NLPID_ISIS, n);

	return gen_and(g, f, gen_cmp_any(g, g->at.pl, g->at.nosnap + 4, 1, types, n_types));
}

static const struct {
	uint8_t q, n;
	uint32_t types[5];
} isis_words[] = {
	{ Q_L1, 5, { 26, 24, 18, 15, 17 } },
	{ Q_L2, 5, { 27, 25, 20, 16, 17 } },
	{ Q_IIH, 3, { 17, 15, 16 } },
	{ Q_LSP, 2, { 18, 20 } },
	{ Q_SNP, 4, { 27, 26, 24, 25 } },
	{ Q_CSNP, 2, { 24, 25 } },
	{ Q_PSNP, 2, { 26, 27 } },
};

static const struct {
	uint8_t q, version, number;
} ip_words[] = {
	{ Q_TCP, Q_ANY, IPPROTO_TCP },	  { Q_UDP, Q_ANY, IPPROTO_UDP },
	{ Q_SCTP, Q_ANY, IPPROTO_SCTP },  { Q_ICMP, Q_IP, IPPROTO_ICMP },
	{ Q_IGMP, Q_IP, IPPROTO_IGMP },	  { Q_IGRP, Q_IP, 9 },
	{ Q_PIM, Q_ANY, IPPROTO_PIM },	  { Q_VRRP, Q_IP, 112 },
	{ Q_CARP, Q_IP, 112 },		  { Q_AH, Q_ANY, IPPROTO_AH },
	{ Q_ESP, Q_ANY, IPPROTO_ESP },	  { Q_ICMP6, Q_IP6, IPPROTO_ICMPV6 },
};

struct frag prim_proto_word(struct gen *g, unsigned int q, const struct node *n)
{
	uint32_t type = prim_ethertype(q);

	if (type)
		return link_type(g, type, n);
	for (size_t i = 0; i < ARRAY_SIZE(ip_words); i++)
		if (ip_words[i].q == q)
			return prim_ip_proto(g, ip_words[i].version, ip_words[i].number, n);
	for (size_t i = 0; i < ARRAY_SIZE(isis_words); i++)
		if (isis_words[i].q == q)
			return isis_pdu(g, isis_words[i].types, isis_words[i].n, n);
	switch (q) {
	case Q_CLNP:
		return iso_proto(g, NLPID_CLNP, n);
	case Q_ESIS:
		return iso_proto(g, NLPID_ESIS, n);
	case Q_ISIS:
		return iso_proto(g, NLPID_ISIS, n);
	}
	return gen_fail(g, EINVAL, n, "'%s' is no condition by itself: expected host, broadcast, "
			"[offset] or the like behind it", expr_qproto_name(q));
}

/* Number of the protocol called 'n->text' in the registry of 'n->q.proto'. */
static int number_by_name(struct gen *g, const struct node *n, uint32_t *ret)
{
	const struct expr_names *names = g->env->names;
	const struct word_def *w = expr_word(n->text, strlen(n->text));
	unsigned int number = 0, q = w && w->word == W_PROTO_NAME ? w->value : Q_ANY;
	int64_t v = -1;
	int rc = -ENOENT;

	switch (n->q.proto) {
	case Q_LINK:
		v = q != Q_LINK && prim_ethertype(q) ? (int64_t)prim_ethertype(q) :
		    strcmp(n->text, "loopback") == 0 ? ETH_P_LOOPBACK :
		    strcmp(n->text, "lldp") == 0     ? ETH_P_LLDP :
						       -1;
		break;
	case Q_ISO:
		v = q == Q_CLNP ? NLPID_CLNP :
		    q == Q_ESIS ? NLPID_ESIS :
		    q == Q_ISIS ? NLPID_ISIS :
				  -1;
		break;
	default:
		if (names && names->proto)
			rc = names->proto(names->ctx, n->text, &number, g->e);
		v = rc == 0 ? (int64_t)number : names_by_name(REG_IP_PROTO, n->text);
	}
	*ret = v;
	return v < 0 ? -ENOENT : 0;
}

/* A = the length field of the header at X + 'k', in units of 1 << 'shift'. */
static struct frag chain_length(struct gen *g, uint32_t k, unsigned int shift)
{
	struct stmts s = { 0 };

	gen_load_x(g, &s, k + 1, 1);
	gen_add(g, &s, BPF_ALU | BPF_LSH | BPF_K, shift);
	return gen_run(g, s);
}

/* One header of a chain: A is the number of what follows it, X where it is from 'k' on. True if it
 * is an extension header, with A that of the next one and X where that is from k + 8 on. Lengths
 * are 8 bytes and units of 8 more (RFC 8200 4.3), of AH in 4-byte words less 2 (RFC 4302 2.2). */
static struct frag chain_step(struct gen *g, uint32_t k, bool ip6, const struct node *n)
{
	static const uint32_t by_8[] = { IPPROTO_HOPOPTS, IPPROTO_DSTOPTS, IPPROTO_ROUTING,
					 IPPROTO_FRAGMENT };
	struct frag f = gen_const(false);
	struct stmts none = { 0 }, s = { 0 };
	int t = gen_temp(g, n);

	for (unsigned int i = 0; ip6 && i < ARRAY_SIZE(by_8); i++)
		f = gen_or(g, f, gen_jump(g, none, BPF_JEQ, by_8[i]));
	f = gen_and(g, f, chain_length(g, k, 3));
	f = gen_or(g, f, gen_and(g, gen_jump(g, none, BPF_JEQ, IPPROTO_AH), chain_length(g, k, 2)));
	gen_add(g, &s, BPF_ALU | BPF_ADD | BPF_X, 0);
	gen_add(g, &s, BPF_ST, t);
	gen_load_x(g, &s, k, 1);
	gen_add(g, &s, BPF_LDX | BPF_MEM, t);
	gen_temp_put(g);
	return gen_and(g, f, gen_run(g, s));
}

static struct frag chain_of(struct gen *g, uint32_t v, bool ip6, const struct node *n)
{
	struct stmts s = { 0 }, none = { 0 };
	uint32_t k = gen_abs(g, g->at.pl.k + g->at.nl);
	struct frag f;

	gen_load(g, &s, g->at.pl, g->at.nl + (ip6 ? 6 : 9), 1);
	if (ip6)
		gen_add(g, &s, BPF_LDX | BPF_IMM, 40);
	else
		gen_ip4_transport(g, &s);
	/* From the end: the last header is only compared. */
	f = gen_jump(g, none, BPF_JEQ, v);
	for (int i = EXPR_PROTOCHAIN_DEPTH - 1; i >= 0; i--) {
		f = gen_and(g, chain_step(g, k + 8 * i, ip6, n), f);
		f = gen_or(g, gen_jump(g, i ? none : s, BPF_JEQ, v), f);
	}
	return f;
}

struct frag prim_protochain(struct gen *g, unsigned int q, uint32_t v, const struct node *n)
{
	struct frag f = gen_const(false);

	if (g->at.pl.reg >= 0)
		return gen_fail(g, EOPNOTSUPP, n, "not expressible: \"protochain\" behind a header "
				"of variable length");
	if (q != Q_IP)
		f = gen_and(g, link_type(g, ETH_P_IPV6, n), chain_of(g, v, true, n));
	return q == Q_IP6 ? f : gen_if(g, link_type(g, ETH_P_IP, n), chain_of(g, v, false, n), f);
}

struct frag prim_proto(struct gen *g, const struct node *n)
{
	const char *what = n->q.type == TYPE_PROTO ? "proto" : "protochain";
	bool over_ip = n->q.proto == Q_ANY || n->q.proto == Q_IP || n->q.proto == Q_IP6;
	uint32_t v = n->num, max = n->q.proto == Q_LINK ? UINT16_MAX : UINT8_MAX;

	if (n->id_kind != ID_NUM && n->id_kind != ID_NAME)
		return gen_fail(g, EINVAL, n, "expected the name or number of a protocol, found "
				"the address '%s'", n->text);
	if (!over_ip && (n->q.type == TYPE_PROTOCHAIN ||
			 (n->q.proto != Q_LINK && n->q.proto != Q_ISO && n->q.proto != Q_ISIS)))
		return prim_bad_proto(g, n, what);
	if (n->id_kind == ID_NAME && number_by_name(g, n, &v) < 0)
		return gen_fail(g, ENOENT, n, "nobody knows the protocol '%s'", n->text);
	if (v > max)
		return gen_fail(g, EINVAL, n, "protocol number %u is above %u", v, max);
	if (n->q.type == TYPE_PROTOCHAIN)
		return prim_protochain(g, n->q.proto, v, n);
	if (n->q.proto == Q_LINK)
		return link_type(g, v, n);
	if (n->q.proto == Q_ISO)
		return iso_proto(g, v, n);
	if (n->q.proto == Q_ISIS)
		return isis_pdu(g, &v, 1, n);
	return prim_ip_proto(g, n->q.proto, v, n);
}
