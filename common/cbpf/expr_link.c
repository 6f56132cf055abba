// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_link - what is known of each link type: where its type field and its payload are, how the
 * type names the next layer. Offsets are those that filters of the common tools use, also where a
 * header has more to it: source routes of token ring, the byte order of another machine in BSD
 * loopback headers. Source: tcpdump.org/linktypes.html. */
#include <errno.h>
#include <linux/if_ether.h>

#include "cbpf/expr_gen.h"
#include "proto/linktype.h"

#define NO NO_OFFSET
#define NOWHERE 0xffff /* added to itself it stays out of the packet */

static const struct link_desc links[] = {
	/* number, kind, flags, type, payload, nl, nosnap, dst, src */
	{ 0, LINK_FAMILY_SWAPPED, 0, 0, 4, 0, 0, NO, NO },
	{ 1, LINK_ETHER, LINK_MPLS | LINK_VLAN | LINK_HAS_LLC, 12, 14, 0, 3, 0, 6 },
	{ 6, LINK_LLC, LINK_HAS_LLC, 14, 14, 8, 3, 2, 8 },
	{ 7, LINK_ARCNET, 0, 2, 6, 0, 0, NO, NO },
	{ 8, LINK_RAW, 0, NO, 16, 0, 0, NO, NO },
	{ 9, LINK_PPP, LINK_MPLS, 2, 4, 0, 0, NO, NO },
	{ 10, LINK_LLC, LINK_HAS_LLC, 13, 13, 8, 3, 1, 7 },
	{ 50, LINK_PPP, 0, 2, 4, 0, 0, NO, NO },
	{ 51, LINK_PPP, 0, 6, 8, 0, 0, NO, NO },
	{ 99, LINK_ETYPE, 0, 6, 44, 0, 0, NO, NO },
	{ 100, LINK_LLC, LINK_HAS_LLC, 0, 0, 8, 3, NO, NO },
	{ 101, LINK_RAW, 0, NO, 0, 0, 0, NO, NO },
	{ 102, LINK_RAW, 0, NO, 24, 0, 0, NO, NO },
	{ 103, LINK_PPP_BSDOS, 0, 5, 24, 0, 0, NO, NO },
	{ 104, LINK_CHDLC, LINK_MPLS, 2, 4, 0, 1, NO, NO },
	{ 105, LINK_WLAN, LINK_VLAN | LINK_HAS_LLC, 0, 0, 8, 3, NO, NO },
	{ 106, LINK_LLC, 0, 0, 0, 8, 3, NO, NO },
	{ 107, LINK_FRELAY, 0, 2, 0, 0, 0, NO, NO },
	{ 108, LINK_FAMILY, 0, 0, 4, 0, 0, NO, NO },
	{ 109, LINK_FAMILY_SWAPPED, 0, 0, 12, 0, 0, NO, NO },
	{ 113, LINK_SLL, 0, 14, 16, 0, 0, NO, NO },
	{ 114, LINK_LTALK, 0, NO, 0, 0, 0, NO, NO },
	{ 117, LINK_PFLOG, 0, 1, 0, 0, 0, NO, NO },
	{ 119, LINK_WLAN, LINK_VLAN | LINK_HAS_LLC, 0, 0, 8, 3, NO, NO },
	{ 122, LINK_LLC, 0, 16, 16, 8, 3, 2, 10 },
	{ 123, LINK_SUNATM, LINK_HAS_LLC, 4, 4, 8, 3, NO, NO },
	{ 127, LINK_WLAN, LINK_VLAN | LINK_HAS_LLC, 0, 0, 8, 3, NO, NO },
	{ 129, LINK_ARCNET, 0, 4, 8, 0, 0, NO, NO },
	{ 130, LINK_JUNIPER, 0, NO, 4, 0, -1, NO, NO },
	{ 131, LINK_JUNIPER, 0, NO, 4, 0, -1, NO, NO },
	{ 132, LINK_JUNIPER, 0, NO, NOWHERE, -1, -1, NO, NO },
	{ 133, LINK_JUNIPER, 0, NO, 12, 0, -1, NO, NO },
	{ 134, LINK_JUNIPER, 0, NO, 4, 0, -1, NO, NO },
	{ 135, LINK_JUNIPER, 0, NO, 8, 0, 10, NO, NO },
	{ 136, LINK_JUNIPER, 0, NO, NOWHERE, -1, -1, NO, NO },
	{ 137, LINK_JUNIPER, 0, NO, 4, 0, 10, NO, NO },
	{ 138, LINK_ETYPE, 0, 16, 18, 0, 0, NO, NO },
	{ 139, LINK_MTP2, 0, NO, 0, 0, 0, NO, NO },
	{ 140, LINK_MTP2, 0, NO, 0, 0, 0, NO, NO },
	{ 163, LINK_WLAN, LINK_VLAN | LINK_HAS_LLC, 0, 0, 8, 3, NO, NO },
	{ 164, LINK_JUNIPER, 0, NO, 12, 0, -1, NO, NO },
	{ 165, LINK_BACNET, 0, NO, NOWHERE, -1, -1, NO, NO },
	{ 166, LINK_PPP, 0, 2, 4, 0, 0, NO, NO },
	{ 167, LINK_JUNIPER, 0, NO, 18, 14, 17, NO, NO },
	{ 168, LINK_JUNIPER, 0, NO, 6, 0, -1, NO, NO },
	{ 178, LINK_JUNIPER, 0, NO, 18, 14, 17, NO, NO },
	{ 179, LINK_JUNIPER, 0, NO, 4, 0, -1, NO, NO },
	{ 180, LINK_JUNIPER, 0, NO, 4, 0, -1, NO, NO },
	{ 181, LINK_JUNIPER, 0, NO, 4, 0, -1, NO, NO },
	{ 183, LINK_JUNIPER, 0, NO, NOWHERE, -1, -1, NO, NO },
	{ 192, LINK_WLAN, LINK_VLAN | LINK_HAS_LLC, 0, 0, 8, 3, NO, NO },
	{ 194, LINK_JUNIPER, 0, NO, NOWHERE, -1, -1, NO, NO },
	{ 197, LINK_MTP2, 0, NO, 0, 0, 0, NO, NO },
	{ 200, LINK_JUNIPER, 0, NO, NOWHERE, -1, -1, NO, NO },
	{ 226, LINK_IPNET, 0, 1, 24, 0, 0, NO, NO },
	{ 228, LINK_IPV4, 0, NO, 0, 0, 0, NO, NO },
	{ 229, LINK_IPV6, 0, NO, 0, 0, 0, NO, NO },
	{ 232, LINK_JUNIPER, 0, NO, NOWHERE, -1, -1, NO, NO },
	{ 233, LINK_JUNIPER, 0, NO, NOWHERE, -1, -1, NO, NO },
	{ 234, LINK_JUNIPER, 0, NO, NOWHERE, -1, -1, NO, NO },
	{ 238, LINK_JUNIPER, 0, NO, NOWHERE, -1, -1, NO, NO },
	{ 240, LINK_ETHER, LINK_MPLS | LINK_VLAN, 16, 18, 0, 3, 4, 10 },
	{ 241, LINK_ETHER, LINK_MPLS | LINK_VLAN, 24, 26, 0, 3, 12, 18 },
	{ 276, LINK_ETYPE, 0, 0, 20, 0, 0, NO, NO },
	{ 281, LINK_ETHER, LINK_MPLS | LINK_VLAN | LINK_HAS_LLC, 16, 18, 0, 3, 0, 6 },
	{ 284, LINK_ETHER, LINK_MPLS | LINK_VLAN | LINK_HAS_LLC, 16, 18, 0, 3, 0, 6 },
};

static const struct link_desc unknown = { .kind = LINK_OTHER, .dst = NO, .src = NO };

/* Offsets of the table as 32 bits; -1 stays it, so that sums wrap as they do elsewhere. */
static uint32_t widen(uint16_t k)
{
	return k == UINT16_MAX ? UINT32_MAX : k;
}

int link_start(struct gen *g)
{
	unsigned int lt = g->env->linktype;
	struct layout *at = &g->at;
	const struct link_desc *d = &unknown;
	size_t n;

	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (links[i].linktype == lt)
			d = &links[i];
	if (d == &unknown && (!linktype_all(&n) || !linktype_info(lt)))
		return err_set(g->e, EINVAL, "link type %u is not known", lt);
	*at = (struct layout){
		.kind = d->kind,
		.link = d,
		.hdr = { -1, d->dst == NO ? 0 : d->dst },
		.type = { -1, d->type == NO ? 0 : d->type },
		.pl = { -1, widen(d->payload) },
		.nl = widen(d->nl),
		.nosnap = widen(d->nosnap),
	};
	/* "link[0]" is the first byte of the frame also where a MAC address comes later in it. */
	if (d->kind == LINK_LLC)
		at->hdr.k = 0;
	if (wlan_has_radio(lt))
		at->hdr.reg = g->n_regs++;
	if (d->kind == LINK_WLAN || d->kind == LINK_PFLOG) {
		at->pl.reg = g->n_regs++;
		if (d->kind == LINK_WLAN)
			at->type.reg = at->pl.reg;
	}
	return 0;
}

/* pflog: the length of its header is in its first byte, rounded up to 4. */
static struct frag pflog_prologue(struct gen *g)
{
	struct stmts s = { 0 };

	gen_load(g, &s, (struct off){ -1, 0 }, 0, 1);
	gen_add(g, &s, BPF_ALU | BPF_ADD | BPF_K, 3);
	gen_add(g, &s, BPF_ALU | BPF_AND | BPF_K, 0xfffffffc);
	gen_add(g, &s, BPF_ST, g->at.pl.reg);
	return gen_run(g, s);
}

struct frag link_prologue(struct gen *g)
{
	struct frag f = gen_const(true);

	if (g->at.kind == LINK_WLAN)
		f = wlan_prologue(g);
	else if (g->at.kind == LINK_PFLOG && link_reads(g, g->at.pl))
		f = pflog_prologue(g);
	return f;
}

bool link_reads(const struct gen *g, struct off o)
{
	return o.reg >= 0 && g->reads & 1u << o.reg;
}

const char *link_name(const struct gen *g)
{
	const struct linktype_info *info = linktype_info(g->env->linktype);

	return info && info->name ? info->name : "this link type";
}

bool link_has_mac(const struct gen *g)
{
	const struct layout *at = &g->at;

	return at->kind == LINK_WLAN || at->lane ||
	       ((at->kind == LINK_ETHER || at->kind == LINK_LLC) &&
		(at->hdr.reg >= 0 || at->link->dst != NO_OFFSET));
}

struct frag link_is_there(struct gen *g)
{
	struct stmts s = { 0 };

	if (!g->at.maybe_no_link)
		return gen_const(true);
	gen_ldx(g, &s, g->at.pl.reg);
	gen_add(g, &s, BPF_LD | BPF_MEM, g->at.hdr.reg);
	return gen_not(gen_jump_x(g, s, BPF_JEQ));
}

enum { SAP_IP = 0x06, SAP_STP = 0x42, SAP_IPX = 0xe0, SAP_NETBEUI = 0xf0, SAP_ISO = 0xfe };
enum { ATALK = 0x809b, AARP = 0x80f3, IPX = 0x8137, NS = 0x0600, DECNET = 0x6003,
       ETHERMTU = 1500, OUI_APPLE = 0x080007 };

static bool sap_twice(uint32_t proto)
{
	return proto == SAP_IP || proto == SAP_NETBEUI || proto == SAP_ISO;
}

/* An LLC header with SNAP, its OUI and its type. */
static struct frag snap(struct gen *g, struct off o, uint32_t oui, uint32_t type)
{
	uint32_t low = (oui & 0xffff) << 16 | type, high = 0xaaaa0300 | oui >> 16;
	struct frag f = gen_cmp(g, o, 4, 4, UINT32_MAX, BPF_JEQ, low);

	return gen_and(g, f, gen_cmp(g, o, 0, 4, UINT32_MAX, BPF_JEQ, high));
}

static struct frag eq(struct gen *g, struct off o, unsigned int size, uint32_t k)
{
	return gen_cmp(g, o, 0, size, UINT32_MAX, BPF_JEQ, k);
}

/* The LLC header at 'o' says 'proto'; where types are read behind SNAP, its OUI is not looked at,
 * as pcap-filter(7) has it. */
static struct frag llc_is(struct gen *g, struct off o, uint32_t proto)
{
	if (sap_twice(proto))
		return eq(g, o, 2, proto << 8 | proto);
	if (proto == ATALK)
		return snap(g, o, OUI_APPLE, ATALK);
	if (proto > ETHERMTU)
		return gen_cmp(g, o, 6, 2, UINT32_MAX, BPF_JEQ, proto);
	return eq(g, o, 1, proto);
}

static struct frag ether_is(struct gen *g, uint32_t proto)
{
	struct off type = g->at.type, pl = g->at.pl;
	struct frag llc, f;

	if (proto > ETHERMTU && proto != ATALK && proto != AARP)
		return eq(g, type, 2, proto);
	f = proto == SAP_IPX ? eq(g, type, 2, IPX) : proto > ETHERMTU ? eq(g, type, 2, proto) :
								gen_const(false);
	llc = gen_not(gen_cmp(g, type, 0, 2, UINT32_MAX, BPF_JGT, ETHERMTU));
	if (g->at.maybe_no_link)
		llc = gen_and(g, link_is_there(g), llc);
	if (proto == ATALK || proto == AARP) {
		llc = gen_and(g, llc, snap(g, pl, proto == ATALK ? OUI_APPLE : 0, proto));
	} else if (proto == SAP_IPX) {
		llc = gen_and(g, llc,
			      gen_or(g, snap(g, pl, 0, IPX),
				     gen_or(g, eq(g, pl, 1, SAP_IPX), eq(g, pl, 2, 0xffff))));
	} else if (sap_twice(proto)) {
		llc = gen_and(g, llc, eq(g, pl, 2, proto << 8 | proto));
	} else {
		llc = gen_and(g, llc, eq(g, pl, 1, proto));
	}
	return gen_or(g, f, llc);
}

static struct frag sll_is(struct gen *g, uint32_t proto)
{
	static const uint32_t ipx[] = { IPX, 1 };
	struct off type = g->at.type, pl = g->at.pl;
	struct frag llc;

	if (proto > ETHERMTU && proto != ATALK && proto != AARP)
		return eq(g, type, 2, proto);
	llc = eq(g, type, 2, ETH_P_802_2);
	if (proto == SAP_IPX)
		return gen_or(g, gen_cmp_any(g, type, 0, 2, ipx, 2),
			      gen_and(g, llc,
				      gen_or(g, eq(g, pl, 1, SAP_IPX), snap(g, pl, 0, IPX))));
	if (proto == ATALK || proto == AARP)
		return gen_or(g, eq(g, type, 2, proto),
			      gen_and(g, llc, snap(g, pl, proto == ATALK ? OUI_APPLE : 0, proto)));
	if (sap_twice(proto))
		return gen_and(g, llc, eq(g, pl, 2, proto << 8 | proto));
	return gen_and(g, llc, eq(g, pl, 1, proto));
}

/* RFC 1661 numbers for those protocols that have one, the others as they are. */
static uint32_t ppp_proto(uint32_t proto)
{
	static const uint16_t map[][2] = {
		{ ETH_P_IP, 0x21 }, { ETH_P_IPV6, 0x57 }, { DECNET, 0x27 },  { ATALK, 0x29 },
		{ NS, 0x25 },	    { SAP_ISO, 0x23 },	  { SAP_STP, 0x31 }, { SAP_IPX, 0x2b },
		{ ETH_P_MPLS_UC, 0x281 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(map); i++)
		if (map[i][0] == proto)
			return map[i][1];
	return proto;
}

static struct frag ppp_bsdos_is(struct gen *g, uint32_t proto)
{
	/* Also compressed and uncompressed Van Jacobson headers (RFC 1332). */
	static const uint32_t ip[] = { 0x21, 0x2d, 0x2f };

	return proto == ETH_P_IP ? gen_cmp_any(g, g->at.type, 0, 2, ip, ARRAY_SIZE(ip)) :
				   eq(g, g->at.type, 2, ppp_proto(proto));
}

/* RFC 1201 and 1051: IP and ARP have two numbers each. */
static struct frag arcnet_is(struct gen *g, uint32_t proto)
{
	static const uint32_t ip[] = { 0xd4, 0xf0 }, arp[] = { 0xd5, 0xf1 };

	switch (proto) {
	case ETH_P_IP:
		return gen_cmp_any(g, g->at.type, 0, 1, ip, 2);
	case ETH_P_ARP:
		return gen_cmp_any(g, g->at.type, 0, 1, arp, 2);
	case ETH_P_IPV6:
		return eq(g, g->at.type, 1, 0xc4);
	case ETH_P_RARP:
		return eq(g, g->at.type, 1, 0xd6);
	case ATALK:
		return eq(g, g->at.type, 1, 0xdd);
	}
	return gen_const(false);
}

/* NLPIDs behind a two-byte address and the control byte (RFC 2427). */
static struct frag frelay_is(struct gen *g, uint32_t proto)
{
	static const uint32_t iso[] = { 0x0381, 0x0382, 0x0383 };

	switch (proto) {
	case ETH_P_IP:
		return eq(g, g->at.type, 2, 0x03cc);
	case ETH_P_IPV6:
		return eq(g, g->at.type, 2, 0x038e);
	case SAP_ISO:
		return gen_cmp_any(g, g->at.type, 0, 2, iso, ARRAY_SIZE(iso));
	}
	return gen_const(false);
}

/* Link types that know IPv4 and IPv6 alone: the 'size' bytes of the type under 'mask'. */
static struct frag ip_or_ip6(struct gen *g, uint32_t proto, unsigned int size, uint32_t mask,
			     uint32_t ip, uint32_t ip6)
{
	if (proto != ETH_P_IP && proto != ETH_P_IPV6)
		return gen_const(false);
	return gen_cmp(g, g->at.type, 0, size, mask, BPF_JEQ, proto == ETH_P_IP ? ip : ip6);
}

static struct frag sunatm_is(struct gen *g, uint32_t proto)
{
	struct frag f = gen_cmp(g, (struct off){ -1, 0 }, 0, 1, 0x0f, BPF_JEQ, 2);

	return gen_and(g, f, llc_is(g, g->at.pl, proto));
}

/* RFC 3032: behind the last label only the version of IP tells. */
static struct frag mpls_is(struct gen *g, uint32_t proto, const struct node *n)
{
	struct off pl = g->at.pl;
	struct frag last = gen_not(gen_cmp(g, pl, g->at.nl - 2, 1, 1, BPF_JEQ, 0));

	if (proto != ETH_P_IP && proto != ETH_P_IPV6)
		return gen_fail(g, EOPNOTSUPP, n,
				"not expressible: behind MPLS labels only IPv4 and IPv6 can be "
				"told apart");
	return gen_and(g, last, gen_cmp(g, pl, g->at.nl, 1, 0xf0, BPF_JEQ,
					proto == ETH_P_IP ? 0x40 : 0x60));
}

struct frag link_type(struct gen *g, uint32_t proto, const struct node *n)
{
	struct off type = g->at.type;

	if (g->at.n_mpls)
		return mpls_is(g, proto, n);
	switch (g->at.kind) {
	case LINK_ETHER: {
		/* ATM LANE: control frames have no Ethernet header. */
		struct off le = { -1, 4 };
		struct frag f = g->at.lane ? gen_not(eq(g, le, 2, 0xff00)) : gen_const(true);

		return gen_and(g, f, ether_is(g, proto));
	}
	case LINK_LLC:
		return llc_is(g, type, proto);
	case LINK_WLAN:
		return gen_and(g, wlan_data(g), llc_is(g, type, proto));
	case LINK_ETYPE:
		return eq(g, type, 2, proto);
	case LINK_SLL:
		return sll_is(g, proto);
	case LINK_CHDLC:
		return eq(g, type, 2, proto == SAP_ISO ? SAP_ISO << 8 | SAP_ISO : proto);
	case LINK_PPP:
		return eq(g, type, 2, ppp_proto(proto));
	case LINK_PPP_BSDOS:
		return ppp_bsdos_is(g, proto);
	case LINK_RAW:
		return ip_or_ip6(g, proto, 1, 0xf0, 0x40, 0x60);
	case LINK_IPV4:
		return gen_const(proto == ETH_P_IP);
	case LINK_IPV6:
		return gen_const(proto == ETH_P_IPV6);
	case LINK_FAMILY_SWAPPED:
		return ip_or_ip6(g, proto, 4, UINT32_MAX, 0x02000000, 0x0a000000);
	case LINK_FAMILY:
		return ip_or_ip6(g, proto, 4, UINT32_MAX, 2, 10);
	case LINK_IPNET:
		return ip_or_ip6(g, proto, 1, UINT32_MAX, 2, 26);
	case LINK_PFLOG:
		return ip_or_ip6(g, proto, 1, UINT32_MAX, 2, 10);
	case LINK_ARCNET:
		return arcnet_is(g, proto);
	case LINK_LTALK:
		return gen_const(proto == ATALK);
	case LINK_FRELAY:
		return frelay_is(g, proto);
	case LINK_SUNATM:
		return sunatm_is(g, proto);
	case LINK_JUNIPER:
		/* The header's magic; what follows it tells nothing of the protocol. */
		return gen_cmp(g, type, 0, 4, 0xffffff00, BPF_JEQ, 0x4d474300);
	case LINK_BACNET:
		return gen_cmp(g, type, 0, 4, 0xffff0000, BPF_JEQ, 0x55ff0000);
	}
	return gen_fail(g, EOPNOTSUPP, n, "%s does not tell what is inside: only link[...], byte, "
			"len and their like work on it", link_name(g));
}
