// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_host - hosts, networks, gateways and MAC addresses, broadcast and multicast. */
#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>

#include "cbpf/expr_gen.h"
#include "cbpf/expr_lex.h"

enum { MAX_HOSTS = 64 };

static const uint8_t everyone[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

struct frag prim_bad_proto(struct gen *g, const struct node *n, const char *what)
{
	return gen_fail(g, EINVAL, n, "'%s' does not go with %s", expr_qproto_name(n->q.proto),
			what);
}

/* 'src' and 'dst' joined as 'dir' says. */
static struct frag by_dir(struct gen *g, const struct node *n, unsigned int dir, struct frag src,
			  struct frag dst)
{
	switch (dir) {
	case DIR_SRC:
		return src;
	case DIR_DST:
		return dst;
	case DIR_AND:
		return gen_and(g, src, dst);
	case DIR_ANY:
	case DIR_OR:
		return gen_or(g, src, dst);
	}
	return gen_fail(g, EINVAL, n, "'%s' goes with 802.11 MAC addresses alone",
			expr_qdir_name(dir));
}

/* Addresses that are looked for together. */
struct addr {
	uint32_t v4, mask;
	uint8_t v6[16];
	unsigned int prefix;
	struct addr *next;
};

struct addrs {
	struct addr *v4, **v4_end, *v6, **v6_end;
};

static void add_addr(struct gen *g, struct addr ***end, struct addr what)
{
	struct addr *a = arena_alloc(g->mem, sizeof(*a));

	if (!a) {
		gen_oom(g);
		return;
	}
	*a = what;
	**end = a;
	*end = &a->next;
}

/* The addresses under the mask are a range. */
static bool is_range(const struct addr *a)
{
	return !(~a->mask & (~a->mask + 1));
}

/* A, made by 'code' if it is not there yet, is in the range of 'a'. */
static struct frag ip4_in_range(struct gen *g, const struct addr *a, struct stmts code)
{
	uint32_t hi = a->v4 | ~a->mask;
	struct stmts none = { 0 };
	struct frag f;

	if (a->mask == UINT32_MAX)
		return gen_jump(g, code, BPF_JEQ, a->v4);
	if (a->v4 == 0)
		return gen_not(gen_jump(g, code, BPF_JGT, hi));
	f = gen_jump(g, code, BPF_JGE, a->v4);
	return hi == UINT32_MAX ? f : gen_and(g, f, gen_not(gen_jump(g, none, BPF_JGT, hi)));
}

/* One of the addresses 'a' is at offset 'at' of the network header: those that are ranges together,
 * so that it is loaded once. */
static struct frag ip4_at(struct gen *g, const struct addr *a, uint32_t at)
{
	struct frag f = gen_const(false), masked = gen_const(false);
	bool loaded = false;

	for (; a; a = a->next) {
		struct stmts s = { 0 };

		if (a->mask == 0)
			return gen_const(true);
		if (!is_range(a)) {
			masked = gen_or(g, masked, gen_cmp(g, g->at.pl, g->at.nl + at, 4, a->mask,
							   BPF_JEQ, a->v4));
			continue;
		}
		if (!loaded)
			gen_load(g, &s, g->at.pl, g->at.nl + at, 4);
		loaded = true;
		f = gen_or(g, f, ip4_in_range(g, a, s));
	}
	return gen_or(g, f, masked);
}

static struct frag ip4_pair(struct gen *g, const struct node *n, uint32_t src, uint32_t dst,
			    const struct addr *a)
{
	struct frag f = gen_const(false);

	if (n->q.dir != DIR_AND)
		return by_dir(g, n, n->q.dir, ip4_at(g, a, src), ip4_at(g, a, dst));
	for (; a; a = a->next) {
		struct addr one = *a;

		one.next = NULL;
		f = gen_or(g, f, gen_and(g, ip4_at(g, &one, src), ip4_at(g, &one, dst)));
	}
	return f;
}

static struct frag ip4_hosts(struct gen *g, const struct node *n, const struct addr *a)
{
	unsigned int proto = n->q.proto;
	struct frag ip = gen_const(false), arp = gen_const(false), rarp = gen_const(false);

	if (!a)
		return ip;
	if (proto != Q_ANY && proto != Q_IP && proto != Q_ARP && proto != Q_RARP)
		return prim_bad_proto(g, n, "an IPv4 address");
	if (proto == Q_ANY || proto == Q_IP)
		ip = gen_and(g, link_type(g, ETH_P_IP, n), ip4_pair(g, n, 12, 16, a));
	/* Behind MPLS labels there is nothing to tell ARP by. */
	if (proto == Q_ARP || (proto == Q_ANY && !g->at.n_mpls))
		arp = link_type(g, ETH_P_ARP, n);
	if (proto == Q_RARP || (proto == Q_ANY && !g->at.n_mpls))
		rarp = link_type(g, ETH_P_RARP, n);
	arp = gen_and(g, gen_or(g, arp, rarp), ip4_pair(g, n, 14, 24, a));
	return gen_or(g, ip, arp);
}

static struct frag ip6_one(struct gen *g, uint32_t at, const struct addr *a)
{
	struct frag f = gen_const(true);

	for (unsigned int i = 0; i < 4 && a->prefix > 32 * i; i++) {
		unsigned int bits = a->prefix - 32 * i;
		uint32_t mask = bits >= 32 ? UINT32_MAX : UINT32_MAX << (32 - bits);
		const uint8_t *p = a->v6 + 4 * i;
		uint32_t v = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];

		f = gen_and(g, f, gen_cmp(g, g->at.pl, g->at.nl + at + 4 * i, 4, mask, BPF_JEQ,
					  v & mask));
	}
	return f;
}

static struct frag ip6_at(struct gen *g, const struct addr *a, uint32_t at)
{
	struct frag f = gen_const(false);

	for (; a; a = a->next)
		f = gen_or(g, f, ip6_one(g, at, a));
	return f;
}

static struct frag ip6_hosts(struct gen *g, const struct node *n, const struct addr *a)
{
	struct frag f = gen_const(false);

	if (!a)
		return f;
	if (n->q.proto != Q_ANY && n->q.proto != Q_IP6)
		return prim_bad_proto(g, n, "an IPv6 address");
	if (n->q.dir != DIR_AND)
		return gen_and(g, link_type(g, ETH_P_IPV6, n),
			       by_dir(g, n, n->q.dir, ip6_at(g, a, 8), ip6_at(g, a, 24)));
	for (; a; a = a->next)
		f = gen_or(g, f, gen_and(g, ip6_one(g, 8, a), ip6_one(g, 24, a)));
	return gen_and(g, link_type(g, ETH_P_IPV6, n), f);
}

/* RFC 2625, IEEE 802: source first, as the common tools do. */
struct frag prim_mac(struct gen *g, unsigned int dir, const uint8_t mac[6], const struct node *n)
{
	struct off hdr = g->at.hdr;
	bool llc = g->at.kind == LINK_LLC;
	uint32_t dst = llc ? g->at.link->dst : 0, src = llc ? g->at.link->src : 6;

	if (g->at.kind == LINK_WLAN)
		return wlan_host(g, dir, mac, n);
	if (!link_has_mac(g))
		return gen_fail(g, EOPNOTSUPP, n, "%s has no Ethernet addresses", link_name(g));
	return gen_and(g, link_is_there(g),
		       by_dir(g, n, dir, gen_cmp_mac(g, hdr, src, mac),
			      gen_cmp_mac(g, hdr, dst, mac)));
}

static struct frag arcnet_host(struct gen *g, const struct node *n)
{
	bool bacnet = g->at.kind == LINK_BACNET;
	struct off o = { -1, 0 };

	if (n->q.proto != Q_LINK || n->q.type > TYPE_HOST)
		return gen_fail(g, EINVAL, n, "'$%x' goes with \"link host\" alone", n->num);
	if (g->at.kind != LINK_ARCNET && !bacnet)
		return gen_fail(g, EOPNOTSUPP, n, "%s has no addresses of one byte", link_name(g));
	/* BACnet clause 9: destination, then source, behind the preamble and the frame type. */
	return by_dir(g, n, n->q.dir,
		      gen_cmp(g, o, bacnet ? 4 : 0, 1, UINT32_MAX, BPF_JEQ, n->num),
		      gen_cmp(g, o, bacnet ? 3 : 1, 1, UINT32_MAX, BPF_JEQ, n->num));
}

/* "decnet src 10.1": area and node, in four forms of header (DECnet phase IV routing layer 10). */
static struct frag decnet_one(struct gen *g, uint32_t addr, bool src)
{
	static const struct {
		uint16_t mask, value;
		uint8_t size, src, dst;
	} forms[] = {
		{ 0x0007, 0x0002, 1, 5, 3 },
		{ 0xff07, 0x8102, 2, 6, 4 },
		{ 0x0007, 0x0006, 1, 17, 9 },
		{ 0xff07, 0x8106, 2, 18, 10 },
	};
	struct frag f = gen_const(false);

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct frag is = gen_cmp(g, g->at.pl, g->at.nl + 2, forms[i].size, forms[i].mask,
					 BPF_JEQ, forms[i].value);

		f = gen_or(g, f,
			   gen_and(g, is, gen_cmp(g, g->at.pl,
						  g->at.nl + (src ? forms[i].src : forms[i].dst),
						  2, UINT32_MAX, BPF_JEQ, addr)));
	}
	return f;
}

static struct frag decnet_host(struct gen *g, const struct node *n)
{
	uint32_t addr, area = 0, node = 0;
	const char *dot = strchr(n->text, '.');

	if (n->q.type > TYPE_HOST || n->id_kind != ID_IP4 || n->prefix != LEN_NONE || n->mask ||
	    !dot || lex_number(n->text, dot - n->text, &area) < 0 ||
	    lex_number(dot + 1, strlen(dot + 1), &node) < 0 || area > 63 || node > 1023)
		return gen_fail(g, EINVAL, n, "expected a DECnet address such as 10.123 (area up to "
				"63, node up to 1023)");
	addr = area << 10 | node;
	addr = (addr & 0xff) << 8 | addr >> 8;
	return gen_and(g, link_type(g, prim_ethertype(Q_DECNET), n),
		       by_dir(g, n, n->q.dir, decnet_one(g, addr, true),
			      decnet_one(g, addr, false)));
}

/* Numbers and dotted addresses, with what they leave out. */
static struct frag add_ip4(struct gen *g, const struct node *n, struct addrs *ret)
{
	const struct frag ok = gen_const(true);
	uint32_t addr = n->num, mask = UINT32_MAX, m;
	unsigned int parts = 4;
	bool net = n->q.type == TYPE_NET;

	if (n->q.type == TYPE_GATEWAY)
		return gen_fail(g, EINVAL, n, "\"gateway\" needs the name of a host");
	if (n->id_kind == ID_NUM) {
		/* "net 10" is 10.0.0.0/8, "host 10" is 0.0.0.10. */
		while (net && addr && !(addr & 0xff000000)) {
			addr <<= 8;
			mask <<= 8;
		}
		add_addr(g, &ret->v4_end, (struct addr){ .v4 = addr, .mask = mask });
		return ok;
	}
	if (!lex_ip4(n->text, strlen(n->text), &addr, &parts))
		return gen_fail(g, EINVAL, n, "'%s' is no IPv4 address", n->text);
	mask = UINT32_MAX << (32 - 8 * parts);
	if (n->prefix == LEN_NONE && !n->mask) {
		add_addr(g, &ret->v4_end, (struct addr){ .v4 = addr, .mask = mask });
		return ok;
	}
	if (!net)
		return gen_fail(g, EINVAL, n, "a mask goes with \"net\" alone");
	if (n->mask) {
		if (!lex_ip4(n->mask, strlen(n->mask), &m, &parts))
			return gen_fail(g, EINVAL, n, "'%s' is no network mask", n->mask);
		mask = m;
	} else {
		mask = n->prefix ? UINT32_MAX << (32 - n->prefix) : 0;
	}
	if (addr & ~mask)
		return gen_fail(g, EINVAL, n, "'%s' has bits set outside of its mask", n->text);
	add_addr(g, &ret->v4_end, (struct addr){ .v4 = addr, .mask = mask });
	return ok;
}

static struct frag add_ip6(struct gen *g, const struct node *n, struct addrs *ret)
{
	unsigned int prefix = n->prefix == LEN_NONE ? 128 : n->prefix;
	struct addr a = { .prefix = prefix };
	uint8_t *addr = a.v6;

	if (n->q.type == TYPE_GATEWAY)
		return gen_fail(g, EINVAL, n, "\"gateway\" needs the name of a host");
	if (n->q.type != TYPE_NET && prefix != 128)
		return gen_fail(g, EINVAL, n, "a prefix goes with \"net\" alone");
	if (!lex_ip6(n->text, strlen(n->text), addr))
		return gen_fail(g, EINVAL, n, "'%s' is no IPv6 address", n->text);
	for (unsigned int i = prefix; i < 128; i++)
		if (addr[i / 8] & 0x80 >> i % 8)
			return gen_fail(g, EINVAL, n, "'%s' has bits set outside of its prefix",
					n->text);
	add_addr(g, &ret->v6_end, a);
	return gen_const(true);
}

/* A callback said 'rc': what it means for the name of 'n', which is 'what'. */
static struct frag unknown_name(struct gen *g, const struct node *n, int rc, const char *what)
{
	if (rc == -ENOENT || rc == 0)
		return gen_fail(g, ENOENT, n, "nobody knows the %s '%s'", what, n->text);
	if (!g->rc)
		g->rc = g->e && g->e->code ? err_prefix(g->e, "column %u", n->col) : rc;
	return gen_const(false);
}

static struct frag ether_name(struct gen *g, const struct node *n, unsigned int dir)
{
	const struct expr_names *names = g->env->names;
	uint8_t mac[6] = { 0 };
	int rc = -ENOENT;

	if (names && names->ether)
		rc = names->ether(names->ctx, n->text, mac, g->e);
	return rc < 0 ? unknown_name(g, n, rc, "Ethernet host") : prim_mac(g, dir, mac, n);
}

static struct frag add_host_name(struct gen *g, const struct node *n, struct addrs *ret)
{
	const struct expr_names *names = g->env->names;
	struct expr_host hosts[MAX_HOSTS];
	struct frag f = gen_const(false);
	bool used = false;
	int rc = -ENOENT;

	if (n->q.proto != Q_ANY && n->q.proto != Q_IP && n->q.proto != Q_ARP &&
	    n->q.proto != Q_RARP && n->q.proto != Q_IP6)
		return prim_bad_proto(g, n, "a host");
	if (n->q.dir >= DIR_ADDR1)
		return by_dir(g, n, n->q.dir, f, f);
	if (names && names->host)
		rc = names->host(names->ctx, n->text, hosts, MAX_HOSTS, g->e);
	if (rc <= 0)
		return unknown_name(g, n, rc, "host");
	for (int i = 0; i < rc && i < MAX_HOSTS; i++) {
		const uint8_t *p = hosts[i].addr;
		struct addr a = { .mask = UINT32_MAX, .prefix = 128 };

		if (hosts[i].is_ip6 ? n->q.proto != Q_ANY && n->q.proto != Q_IP6 :
				      n->q.proto == Q_IP6)
			continue;
		used = true;
		a.v4 = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
		memcpy(a.v6, p, sizeof(a.v6));
		add_addr(g, hosts[i].is_ip6 ? &ret->v6_end : &ret->v4_end, a);
	}
	return used ? gen_const(true) :
		      gen_fail(g, ENOENT, n, "'%s' has no address of this family", n->text);
}

static struct frag add_net_name(struct gen *g, const struct node *n, struct addrs *ret)
{
	const struct expr_names *names = g->env->names;
	uint32_t net = 0, mask = UINT32_MAX;
	int rc = -ENOENT;

	if (names && names->net)
		rc = names->net(names->ctx, n->text, &net, g->e);
	if (rc < 0)
		return unknown_name(g, n, rc, "network");
	/* Its mask is that of the bytes which are not zero. */
	while (net && mask && !(net & ~(mask << 8)))
		mask <<= 8;
	add_addr(g, &ret->v4_end, (struct addr){ .v4 = net, .mask = mask });
	return gen_const(true);
}

/* Adds the addresses that 'n' names; what fails is returned. */
static struct frag add_addrs(struct gen *g, const struct node *n, struct addrs *ret)
{
	if (n->id_kind == ID_NUM || n->id_kind == ID_IP4)
		return add_ip4(g, n, ret);
	if (n->id_kind == ID_IP6)
		return add_ip6(g, n, ret);
	return n->q.type == TYPE_NET ? add_net_name(g, n, ret) : add_host_name(g, n, ret);
}

static struct frag ip_hosts(struct gen *g, const struct node *const *v, unsigned int n)
{
	struct addrs a = { 0 };
	struct frag f;

	a.v4_end = &a.v4;
	a.v6_end = &a.v6;
	for (unsigned int i = 0; i < n; i++) {
		f = add_addrs(g, v[i], &a);
		if (g->rc)
			return f;
	}
	f = ip4_hosts(g, v[0], a.v4);
	return gen_or(g, f, ip6_hosts(g, v[0], a.v6));
}

/* Frames to or from the host's MAC address that carry an IPv4 address, which is not the host's. */
static struct frag gateway(struct gen *g, const struct node *n)
{
	static const uint8_t carry[] = { Q_IP, Q_ARP, Q_RARP };
	struct frag f = gen_const(false), mac;
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(carry); i++) {
		if (n->q.proto != Q_ANY && n->q.proto != carry[i])
			continue;
		f = gen_or(g, f, link_type(g, prim_ethertype(carry[i]), n));
		any = true;
	}
	if (!any)
		return prim_bad_proto(g, n, "a gateway");
	mac = ether_name(g, n, DIR_OR);
	return gen_and(g, f, gen_and(g, mac, gen_not(ip_hosts(g, &n, 1))));
}

struct frag prim_hosts(struct gen *g, const struct node *const *v, unsigned int n)
{
	const struct node *one = v[0];

	if (one->id_kind == ID_ARC)
		return arcnet_host(g, one);
	if (one->id_kind == ID_MAC) {
		uint8_t mac[6] = { 0 };

		if (one->q.proto != Q_LINK || one->q.type > TYPE_HOST ||
		    !lex_mac(one->text, strlen(one->text), mac))
			return gen_fail(g, EINVAL, one, "'%s' is an Ethernet address: it goes with "
					"\"ether host\", \"ether src\" and their like", one->text);
		return prim_mac(g, one->q.dir, mac, one);
	}
	if (one->q.proto == Q_DECNET)
		return decnet_host(g, one);
	if (one->id_kind == ID_NAME && one->q.type != TYPE_NET) {
		if (one->q.type == TYPE_GATEWAY)
			return gateway(g, one);
		if (one->q.proto == Q_LINK)
			return ether_name(g, one, one->q.dir);
	}
	return ip_hosts(g, v, n);
}

static struct frag link_cast(struct gen *g, const struct node *n)
{
	bool broadcast = n->word == W_BROADCAST;
	uint32_t dst = g->at.kind == LINK_LLC ? g->at.link->dst : 0;

	if (g->at.kind == LINK_ARCNET)
		return gen_cmp(g, (struct off){ -1, 1 }, 0, 1, UINT32_MAX, BPF_JEQ, 0);
	if (g->at.kind == LINK_BACNET && broadcast)
		return gen_cmp(g, (struct off){ -1, 3 }, 0, 1, UINT32_MAX, BPF_JEQ, 0xff);
	if (!link_has_mac(g))
		return gen_fail(g, EOPNOTSUPP, n, "%s has no %s of its own", link_name(g),
				broadcast ? "broadcast" : "multicast");
	if (broadcast)
		return prim_mac(g, DIR_DST, everyone, n);
	if (g->at.kind == LINK_WLAN)
		return wlan_multicast(g);
	return gen_and(g, link_is_there(g),
		       gen_and(g, g->at.lane ? gen_not(gen_cmp(g, (struct off){ -1, 4 }, 0, 2,
							       UINT32_MAX, BPF_JEQ, 0xff00)) :
					       gen_const(true),
			       gen_not(gen_cmp(g, g->at.hdr, dst, 1, 1, BPF_JEQ, 0))));
}

/* RFC 919: all ones or all zeros behind the network's part. */
static struct frag ip_broadcast(struct gen *g, const struct node *n)
{
	uint32_t hosts = ~g->env->netmask, at = g->at.nl + 16;
	struct frag f;

	if (g->env->netmask == EXPR_NETMASK_UNKNOWN)
		return gen_fail(g, EINVAL, n, "\"ip broadcast\" needs the network mask of the "
				"interface, which is not known");
	f = link_type(g, ETH_P_IP, n);
	return gen_and(g, f, gen_or(g, gen_cmp(g, g->at.pl, at, 4, hosts, BPF_JEQ, 0),
				    gen_cmp(g, g->at.pl, at, 4, hosts, BPF_JEQ, hosts)));
}

struct frag prim_cast(struct gen *g, const struct node *n)
{
	struct off pl = g->at.pl;
	uint32_t nl = g->at.nl;

	if (n->q.proto == Q_ANY || n->q.proto == Q_LINK)
		return link_cast(g, n);
	if (n->q.proto == Q_IP && n->word == W_BROADCAST)
		return ip_broadcast(g, n);
	if (n->q.proto == Q_IP)
		return gen_and(g, link_type(g, ETH_P_IP, n),
			       gen_cmp(g, pl, nl + 16, 1, UINT32_MAX, BPF_JGE, 224));
	if (n->q.proto == Q_IP6 && n->word == W_MULTICAST)
		return gen_and(g, link_type(g, ETH_P_IPV6, n),
			       gen_cmp(g, pl, nl + 24, 1, UINT32_MAX, BPF_JEQ, 255));
	return prim_bad_proto(g, n, expr_word_name(n->word));
}
