// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_wlan - 802.11 frames: their addresses, types and directions, and the radio headers before
 * them. Source: IEEE 802.11-2020 9.2.4, 9.3; radiotap.org; pcap-filter(7). */
#include <errno.h>
#include <string.h>

#include "cbpf/expr_gen.h"
#include "proto/linktype.h"

enum { FC0_CTL = 0x04, FC0_DATA = 0x08, FC0_QOS = 0x80, FC1_TODS = 0x01, FC1_FROMDS = 0x02 };
enum { LINKTYPE_AVS = 163 };

bool wlan_has_radio(unsigned int linktype)
{
	return linktype == LINKTYPE_IEEE802_11_RADIOTAP || linktype == LINKTYPE_IEEE802_11_PRISM ||
	       linktype == LINKTYPE_AVS || linktype == LINKTYPE_PPI;
}

/* The bits 'mask' of byte 'add' of the 802.11 header are not all clear. */
static struct frag bits(struct gen *g, uint32_t add, uint32_t mask)
{
	return gen_not(gen_cmp(g, g->at.hdr, add, 1, mask, BPF_JEQ, 0));
}

/* Little-endian length of 2 bytes at offset 2 of radiotap and PPI. */
static void load_length(struct gen *g, struct stmts *s)
{
	gen_load(g, s, (struct off){ -1, 3 }, 0, 1);
	gen_add(g, s, BPF_ALU | BPF_LSH | BPF_K, 8);
	gen_add(g, s, BPF_MISC | BPF_TAX, 0);
	gen_load(g, s, (struct off){ -1, 2 }, 0, 1);
	gen_add(g, s, BPF_ALU | BPF_OR | BPF_X, 0);
}

/* Prism headers are 144 bytes, but some drivers wrote AVS ones under the same link type. */
static struct frag prism_length(struct gen *g)
{
	struct stmts avs = { 0 }, prism = { 0 };
	struct frag is_avs = gen_cmp(g, (struct off){ -1, 0 }, 0, 4, 0xfffff000, BPF_JEQ,
				     0x80211000);
	struct frag a, b;

	gen_load(g, &avs, (struct off){ -1, 4 }, 0, 4);
	gen_add(g, &prism, BPF_LD | BPF_IMM, 144);
	a = gen_run(g, avs);
	b = gen_run(g, prism);
	/* Either way the length is in A. */
	return gen_or(g, gen_and(g, is_avs, a), b);
}

/* M[hdr]: where the 802.11 header is. */
static struct frag header_prologue(struct gen *g)
{
	struct frag before = gen_const(true);
	struct stmts s = { 0 };

	switch (g->env->linktype) {
	case LINKTYPE_PPI:
	case LINKTYPE_IEEE802_11_RADIOTAP:
		load_length(g, &s);
		break;
	case LINKTYPE_AVS:
		gen_load(g, &s, (struct off){ -1, 4 }, 0, 4);
		break;
	default:
		before = prism_length(g);
	}
	gen_add(g, &s, BPF_ST, g->at.hdr.reg);
	return gen_and(g, before, gen_run(g, s));
}

/* A += 'k', M[pl] = A. */
static struct frag grow(struct gen *g, uint32_t k, uint32_t mask)
{
	struct stmts s = { 0 };

	gen_add(g, &s, BPF_LD | BPF_MEM, g->at.pl.reg);
	gen_add(g, &s, BPF_ALU | BPF_ADD | BPF_K, k);
	if (mask != UINT32_MAX)
		gen_add(g, &s, BPF_ALU | BPF_AND | BPF_K, mask);
	gen_add(g, &s, BPF_ST, g->at.pl.reg);
	return gen_run(g, s);
}

/* Radiotap flags may say that the header is padded to 4 bytes. They stand at 8, or behind a
 * timestamp at 16; not where the "present" word goes on or is vendor's. */
static struct frag padded(struct gen *g)
{
	struct off present = { -1, 4 }, flags = { -1, 8 }, flags_tsft = { -1, 16 };
	struct frag has = gen_not(gen_cmp(g, present, 0, 4, 0x02000000, BPF_JEQ, 0));
	struct frag no_ext = gen_cmp(g, present, 0, 4, 0x00000080, BPF_JEQ, 0);
	struct frag tsft = gen_not(gen_cmp(g, present, 0, 4, 0x01000000, BPF_JEQ, 0));
	struct frag with = gen_not(gen_cmp(g, flags_tsft, 0, 1, 0x20, BPF_JEQ, 0));
	struct frag without = gen_not(gen_cmp(g, flags, 0, 1, 0x20, BPF_JEQ, 0));

	return gen_and(g, has, gen_and(g, no_ext, gen_if(g, tsft, with, without)));
}

/* 'f' whether it was true or false. */
static struct frag regardless(struct gen *g, struct frag f)
{
	struct stmts none = { 0 };

	return gen_or(g, f, gen_run(g, none));
}

/* M[pl]: behind the header of data frames, 24 bytes and 2 more with QoS, perhaps padded. */
static struct frag payload_prologue(struct gen *g)
{
	struct frag is_qos, more;
	struct stmts s = { 0 };

	if (g->at.hdr.reg >= 0) {
		gen_add(g, &s, BPF_LD | BPF_MEM, g->at.hdr.reg);
		gen_add(g, &s, BPF_ALU | BPF_ADD | BPF_K, 24);
	} else {
		gen_add(g, &s, BPF_LD | BPF_IMM, 24);
	}
	gen_add(g, &s, BPF_ST, g->at.pl.reg);
	is_qos = gen_and(g, bits(g, 0, FC0_DATA),
			 gen_and(g, gen_not(bits(g, 0, FC0_CTL)), bits(g, 0, FC0_QOS)));
	more = gen_and(g, is_qos, grow(g, 2, UINT32_MAX));
	if (g->env->linktype == LINKTYPE_IEEE802_11_RADIOTAP) {
		struct frag data = gen_and(g, bits(g, 0, FC0_DATA), gen_not(bits(g, 0, FC0_CTL)));

		more = regardless(g, more);
		more = gen_and(g, more,
			       gen_and(g, data, gen_and(g, padded(g), grow(g, 3, 0xfffffffc))));
	}
	return gen_and(g, gen_run(g, s), regardless(g, more));
}

struct frag wlan_prologue(struct gen *g)
{
	struct layout *at = &g->at;
	bool payload = link_reads(g, at->pl);
	struct frag f = gen_const(true);

	/* The PPI header names what it carries, little endian. Filters are of 802.11, also those
	 * that look at nothing of the frame. */
	if (g->env->linktype == LINKTYPE_PPI)
		f = gen_cmp(g, (struct off){ -1, 4 }, 0, 4, UINT32_MAX, BPF_JEQ,
			    (uint32_t)LINKTYPE_IEEE802_11 << 24);
	if (at->hdr.reg >= 0 && (payload || link_reads(g, at->hdr)))
		f = gen_and(g, f, header_prologue(g));
	return payload ? gen_and(g, f, payload_prologue(g)) : f;
}

struct frag wlan_data(struct gen *g)
{
	return gen_and(g, gen_not(bits(g, 0, FC0_CTL)), bits(g, 0, FC0_DATA));
}

static struct frag addr(struct gen *g, uint32_t at, const uint8_t mac[6])
{
	return gen_cmp_mac(g, g->at.hdr, at, mac);
}

/* Who sent: address 2 in management frames and within a cell or to the distribution system,
 * address 3 from it, address 4 between access points (table 9-30). */
static struct frag source(struct gen *g, const uint8_t mac[6])
{
	struct frag far = gen_if(g, bits(g, 1, FC1_TODS), addr(g, 24, mac), addr(g, 16, mac));
	struct frag data = gen_if(g, bits(g, 1, FC1_FROMDS), far, addr(g, 10, mac));
	struct frag f = gen_if(g, bits(g, 0, FC0_DATA), data, addr(g, 10, mac));

	return gen_and(g, gen_not(bits(g, 0, FC0_CTL)), f);
}

/* Who is meant: address 1, or address 3 where that is the distribution system. */
static struct frag by_destination(struct gen *g, struct frag near_mgt, struct frag near_data,
				  struct frag far)
{
	struct frag data = gen_if(g, bits(g, 1, FC1_TODS), far, near_data);
	struct frag f = gen_if(g, bits(g, 0, FC0_DATA), data, near_mgt);

	return gen_and(g, gen_not(bits(g, 0, FC0_CTL)), f);
}

static struct frag destination(struct gen *g, const uint8_t mac[6])
{
	return by_destination(g, addr(g, 4, mac), addr(g, 4, mac), addr(g, 16, mac));
}

struct frag wlan_multicast(struct gen *g)
{
	return by_destination(g, bits(g, 4, 1), bits(g, 4, 1), bits(g, 16, 1));
}

static struct frag type_is(struct gen *g, uint32_t mask, uint32_t v)
{
	return gen_cmp(g, g->at.hdr, 0, 1, mask, BPF_JEQ, v);
}

/* CTS and ACK frames have one address alone. */
static struct frag has_addr2(struct gen *g)
{
	struct frag short_frame = gen_or(g, type_is(g, 0xf0, 0xc0), type_is(g, 0xf0, 0xd0));

	return gen_not(gen_and(g, type_is(g, 0x0c, FC0_CTL), short_frame));
}

struct frag wlan_host(struct gen *g, unsigned int dir, const uint8_t mac[6], const struct node *n)
{
	switch (dir) {
	case DIR_SRC:
		return source(g, mac);
	case DIR_DST:
		return destination(g, mac);
	case DIR_AND:
		return gen_and(g, source(g, mac), destination(g, mac));
	case DIR_ANY:
	case DIR_OR:
		return gen_or(g, source(g, mac), destination(g, mac));
	case DIR_ADDR1:
		return addr(g, 4, mac);
	case DIR_ADDR2:
		return gen_and(g, has_addr2(g), addr(g, 10, mac));
	case DIR_ADDR3:
		return gen_and(g, gen_not(type_is(g, 0x0c, FC0_CTL)), addr(g, 16, mac));
	case DIR_ADDR4: {
		struct frag wds = gen_cmp(g, g->at.hdr, 1, 1, 3, BPF_JEQ, 3);

		return gen_and(g, wds, addr(g, 24, mac));
	}
	case DIR_RA:
		return gen_and(g, bits(g, 0, FC0_DATA), addr(g, 4, mac));
	case DIR_TA:
		return gen_and(g, bits(g, 0, FC0_DATA),
			       gen_and(g, has_addr2(g), addr(g, 10, mac)));
	}
	return gen_fail(g, EINVAL, n, "this direction means nothing for 802.11 addresses");
}

struct name_value {
	const char *names; /* separated by spaces */
	uint8_t value;
};

static const struct name_value types[] = {
	{ "mgt management", 0x00 }, { "ctl control", 0x04 }, { "data", 0x08 },
};

static const struct name_value mgt[] = {
	{ "assoc-req assocreq", 0x00 },
	{ "assoc-resp assocresp", 0x10 },
	{ "reassoc-req reassocreq", 0x20 },
	{ "reassoc-resp reassocresp", 0x30 },
	{ "probe-req probereq", 0x40 },
	{ "probe-resp proberesp", 0x50 },
	{ "beacon", 0x80 },
	{ "atim", 0x90 },
	{ "disassoc disassociation", 0xa0 },
	{ "auth authentication", 0xb0 },
	{ "deauth deauthentication", 0xc0 },
};

static const struct name_value ctl[] = {
	{ "bar", 0x80 }, { "ba", 0x90 },     { "ps-poll pspoll", 0xa0 }, { "rts", 0xb0 },
	{ "cts", 0xc0 }, { "ack", 0xd0 }, { "cf-end", 0xe0 },	 { "cf-end-ack", 0xf0 },
};

static const struct name_value data[] = {
	{ "data", 0x00 },
	{ "data-cf-ack", 0x10 },
	{ "data-cf-poll", 0x20 },
	{ "data-cf-ack-poll", 0x30 },
	{ "null", 0x40 },
	{ "cf-ack", 0x50 },
	{ "cf-poll", 0x60 },
	{ "cf-ack-poll", 0x70 },
	{ "qos-data", 0x80 },
	{ "qos-data-cf-ack", 0x90 },
	{ "qos-data-cf-poll", 0xa0 },
	{ "qos-data-cf-ack-poll", 0xb0 },
	{ "qos", 0xc0 },
	{ "qos-cf-poll", 0xe0 },
	{ "qos-cf-ack-poll", 0xf0 },
};

static const struct {
	const struct name_value *list;
	size_t n;
} subtypes[] = {
	{ mgt, ARRAY_SIZE(mgt) }, { ctl, ARRAY_SIZE(ctl) }, { data, ARRAY_SIZE(data) },
};

static int find_name(const struct name_value *list, size_t n, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < n; i++) {
		const char *w = list[i].names;

		for (;;) {
			size_t l = strcspn(w, " ");

			if (l == len && strncasecmp(w, name, l) == 0)
				return list[i].value;
			if (!w[l])
				break;
			w += l + 1;
		}
	}
	return -1;
}

/* "type T subtype S" with the type 'type', or S of any type (type < 0) by its name. */
static struct frag subtype(struct gen *g, const struct node *s, int type)
{
	int v = -1;

	if (s->has_num) {
		if (type < 0)
			return gen_fail(g, EINVAL, s, "a frame subtype given as a number needs its "
					"type before it");
		if (s->num & ~0xf0u)
			return gen_fail(g, EINVAL, s, "%u is no 802.11 subtype: expected 0x00 to "
					"0xf0 with the low four bits clear", s->num);
		return type_is(g, 0xfc, s->num | type);
	}
	for (int t = 0; t < 3 && v < 0; t++) {
		if (type >= 0 && t != type >> 2)
			continue;
		v = find_name(subtypes[t].list, subtypes[t].n, s->text);
		if (v >= 0)
			v |= t << 2;
	}
	if (v < 0)
		return gen_fail(g, EINVAL, s, "'%s' is no subtype of %s frame", s->text,
				type < 0 ? "any 802.11" : "this type of 802.11");
	return type_is(g, 0xfc, v);
}

static struct frag direction(struct gen *g, const struct node *n)
{
	static const struct name_value dirs[] = {
		{ "nods", 0 }, { "tods", 1 }, { "fromds", 2 }, { "dstods", 3 },
	};
	int v = n->has_num ? (int)n->num : find_name(dirs, ARRAY_SIZE(dirs), n->text);

	if (n->has_num && n->num > 3)
		return gen_fail(g, EINVAL, n, "%u is no 802.11 direction, at most 3 make sense",
				n->num);
	if (v < 0)
		return gen_fail(g, EINVAL, n, "'%s' is no 802.11 direction: expected nods, tods, "
				"fromds or dstods", n->text);
	return gen_cmp(g, g->at.hdr, 1, 1, 3, BPF_JEQ, v);
}

struct frag wlan_prim(struct gen *g, const struct node *n)
{
	int type;

	if (g->at.kind != LINK_WLAN)
		return gen_fail(g, EOPNOTSUPP, n, "%s has no 802.11 headers", link_name(g));
	if (n->word == W_WLAN_DIR)
		return direction(g, n);
	if (n->word == W_WLAN_SUBTYPE)
		return subtype(g, n, -1);
	type = n->has_num ? (int)n->num : find_name(types, ARRAY_SIZE(types), n->text);
	if (n->has_num && n->num & ~0x0cu)
		return gen_fail(g, EINVAL, n, "0x%x is no 802.11 type: expected 0, 4, 8 or 12",
				n->num);
	if (type < 0)
		return gen_fail(g, EINVAL, n, "'%s' is no 802.11 type: expected mgt, ctl or data",
				n->text);
	return n->b ? subtype(g, n->b, type) : type_is(g, 0x0c, type);
}
