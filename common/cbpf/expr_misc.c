// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_misc - primitives of one word: directions and interfaces, lengths, LLC, ATM, SS7, pf. */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <strings.h>

#include "cbpf/expr_gen.h"
#include "cbpf/expr_lex.h"
#include "proto/linktype.h"

static struct frag at_byte(struct gen *g, uint32_t k, unsigned int size, uint32_t mask, uint32_t v)
{
	return gen_cmp(g, (struct off){ -1, k }, 0, size, mask, BPF_JEQ, v);
}

uint16_t prim_jump_of(int op, bool *ret_not)
{
	*ret_not = op == '<' || op == TOK_LE || op == TOK_NE;
	return op == '>' || op == TOK_LE ? BPF_JGT : op == '<' || op == TOK_GE ? BPF_JGE : BPF_JEQ;
}

static struct frag only_on(struct gen *g, const struct node *n, const char *where)
{
	return gen_fail(g, EOPNOTSUPP, n, "'%s' exists on %s alone, not on %s",
			expr_word_name(n->word), where, link_name(g));
}

/* The kernel's own word on a packet: live only. */
static struct frag ancillary(struct gen *g, const struct node *n, uint32_t ad, uint32_t v)
{
	struct stmts s = { 0 };

	if (g->env->mode != EXPR_LIVE)
		return gen_fail(g, EOPNOTSUPP, n, "'%s' is known of live packets alone: files of "
				"%s do not record it", expr_word_name(n->word), link_name(g));
	gen_add(g, &s, BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + ad);
	return gen_jump(g, s, BPF_JEQ, v);
}

/* Whether the packet went out, by what its link header says of it. */
static struct frag direction(struct gen *g, const struct node *n)
{
	bool out = n->word == W_OUTBOUND;
	struct frag f;

	switch (g->env->linktype) {
	case LINKTYPE_LINUX_SLL:
		f = at_byte(g, 0, 2, UINT32_MAX, PACKET_OUTGOING);
		break;
	case LINKTYPE_LINUX_SLL2:
		f = at_byte(g, 10, 1, UINT32_MAX, PACKET_OUTGOING);
		break;
	case LINKTYPE_IPNET:
		return at_byte(g, 2, 2, UINT32_MAX, out ? 1 : 2);
	case LINKTYPE_PFLOG:
		return at_byte(g, 60, 1, UINT32_MAX, out ? 2 : 1);
	case LINKTYPE_PPP_PPPD:
		return at_byte(g, 0, 1, UINT32_MAX, out);
	case LINKTYPE_SLIP:
		f = gen_not(at_byte(g, 0, 1, UINT32_MAX, 0));
		break;
	/* The operation of Broadcom's tag: 0 from the switch to the CPU, 1 the other way. */
	case LINKTYPE_DSA_TAG_BRCM:
		return at_byte(g, 12, 1, 0xe0, out ? 0x20 : 0);
	/* The mode of Marvell's: TO_CPU, FROM_CPU. */
	case LINKTYPE_DSA_TAG_DSA:
		return at_byte(g, 12, 1, 0xc0, out ? 0x40 : 0);
	default:
		f = g->at.link->kind == LINK_JUNIPER ? gen_not(at_byte(g, 3, 1, 1, 1)) :
						       ancillary(g, n, SKF_AD_PKTTYPE,
								 PACKET_OUTGOING);
	}
	return out ? f : gen_not(f);
}

static struct frag lane(struct gen *g)
{
	struct frag f = at_byte(g, 0, 1, 0x0f, 1);

	/* ATM Forum LANE 1.0: two bytes of LE client, then an Ethernet frame. */
	g->at.kind = LINK_ETHER;
	g->at.lane = true;
	g->at.hdr.k = 6;
	g->at.type.k = 18;
	g->at.pl.k = 20;
	g->at.nl = 0;
	g->at.nosnap = 3;
	return f;
}

static struct frag vpi_vci(struct gen *g, uint32_t vpi, const uint32_t *vci, unsigned int n_vci)
{
	return gen_and(g, at_byte(g, 1, 1, UINT32_MAX, vpi),
		       gen_cmp_any(g, (struct off){ -1, 2 }, 0, 2, vci, n_vci));
}

static struct frag atm(struct gen *g, const struct node *n)
{
	static const uint32_t oam[] = { 3, 4 }, one[] = { 1, 2, 5, 16, 3, 4 };
	/* Q.2931 message types: setup, call proceeding, connect, connect ack, release, release
	 * complete; a meta channel has no acknowledgement. */
	static const uint32_t setup[] = { 0x05, 0x02, 0x07, 0x4d, 0x5a, 0x0f };
	struct off msg = { -1, 9 };

	if (g->env->linktype != LINKTYPE_SUNATM)
		return only_on(g, n, "SunATM");
	switch (n->word) {
	case W_LANE:
		return lane(g);
	case W_METAC:
		return vpi_vci(g, 0, &one[0], 1);
	case W_BCC:
		return vpi_vci(g, 0, &one[1], 1);
	case W_SC:
		return vpi_vci(g, 0, &one[2], 1);
	case W_ILMIC:
		return vpi_vci(g, 0, &one[3], 1);
	case W_OAMF4SC:
		return vpi_vci(g, 0, &one[4], 1);
	case W_OAMF4EC:
		return vpi_vci(g, 0, &one[5], 1);
	case W_OAM:
	case W_OAMF4:
		return vpi_vci(g, 0, oam, 2);
	case W_CONNECTMSG:
		return gen_and(g, vpi_vci(g, 0, &one[2], 1),
			       gen_cmp_any(g, msg, 0, 1, setup, 6));
	}
	return gen_and(g, vpi_vci(g, 0, &one[0], 1), gen_cmp_any(g, msg, 0, 1, setup, 5));
}

/* ITU-T Q.703 2.3.3: the length indicator tells the kind of unit; with annex A it has nine bits,
 * little endian. */
/* Bytes of other headers before that of MTP2. */
static uint32_t before_mtp2(const struct gen *g)
{
	switch (g->env->linktype) {
	case LINKTYPE_MTP2_PHDR:
		return 4;
	case LINKTYPE_ERF: /* 16, and 4 of a multi-channel one */
		return 20;
	}
	return 0;
}

static struct frag mtp2_unit(struct gen *g, const struct node *n)
{
	bool high = n->word >= W_HFISU;
	struct off li = { -1, high ? 4 : 2 };
	unsigned int size = high ? 2 : 1;
	uint32_t mask = high ? 0xff80 : 0x3f, one = high ? 0x80 : 1;
	struct stmts none = { 0 };
	struct frag f;

	if (g->at.link->kind != LINK_MTP2)
		return only_on(g, n, "MTP2");
	li.k += before_mtp2(g);
	switch (n->word) {
	case W_FISU:
	case W_HFISU:
		return gen_cmp(g, li, 0, size, mask, BPF_JEQ, 0);
	case W_LSSU:
	case W_HLSSU:
		f = gen_cmp(g, li, 0, size, mask, BPF_JGT, 0);
		return gen_and(g, f, gen_not(gen_jump(g, none, BPF_JGT, 2 * one)));
	}
	return gen_cmp(g, li, 0, size, mask, BPF_JGT, 2 * one);
}

struct frag prim_word(struct gen *g, const struct node *n)
{
	switch (n->word) {
	case W_INBOUND:
	case W_OUTBOUND:
		return direction(g, n);
	case W_PPPOED:
		return link_type(g, ETH_P_PPP_DISC, n);
	case W_FISU:
	case W_LSSU:
	case W_MSU:
	case W_HFISU:
	case W_HLSSU:
	case W_HMSU:
		return mtp2_unit(g, n);
	}
	return atm(g, n);
}

/* ITU-T Q.704 14.2: service octet, then a routing label of 32 bits, little endian: destination
 * (14 bits), origin (14), signalling link (4). */
static const struct mtp3_word {
	uint8_t word;
	uint8_t at, size;
	uint32_t mask, max;
} mtp3_words[] = {
	{ W_SIO, 3, 1, UINT32_MAX, 255 },	{ W_HSIO, 6, 1, UINT32_MAX, 255 },
	{ W_OPC, 4, 4, 0x00c0ff0f, 16383 },	{ W_HOPC, 7, 4, 0x00c0ff0f, 16383 },
	{ W_DPC, 4, 4, 0xff3f0000, 16383 },	{ W_HDPC, 7, 4, 0xff3f0000, 16383 },
	{ W_SLS, 7, 1, 0xf0, 15 },		{ W_HSLS, 10, 1, 0xf0, 15 },
};

/* Where the bits of 'v' are in the label as it is loaded. */
static uint32_t mtp3_value(unsigned int word, uint32_t v)
{
	switch (word) {
	case W_OPC:
	case W_HOPC:
		return (v & 0x3c00) >> 10 | (v & 0x3fc) << 6 | (v & 3) << 22;
	case W_DPC:
	case W_HDPC:
		return (v & 0xff) << 24 | (v & 0x3f00) << 8;
	case W_SLS:
	case W_HSLS:
		return v << 4;
	}
	return v;
}

struct frag prim_cmp_word(struct gen *g, const struct node *n)
{
	const struct mtp3_word *w = mtp3_words;
	struct off o;
	struct frag f;
	bool turn;
	uint16_t jump = prim_jump_of(n->op, &turn);

	if (n->word == W_VPI || n->word == W_VCI) {
		bool vpi = n->word == W_VPI;

		if (g->env->linktype != LINKTYPE_SUNATM)
			return only_on(g, n, "SunATM");
		if (n->num > (vpi ? UINT8_MAX : UINT16_MAX))
			return gen_fail(g, EINVAL, n, "%u is above %u", n->num,
					vpi ? UINT8_MAX : UINT16_MAX);
		o = (struct off){ -1, vpi ? 1 : 2 };
		f = gen_cmp(g, o, 0, vpi ? 1 : 2, UINT32_MAX, jump, n->num);
		return turn ? gen_not(f) : f;
	}
	if (g->at.link->kind != LINK_MTP2)
		return only_on(g, n, "MTP2");
	while (w->word != n->word)
		w++;
	if (n->num > w->max)
		return gen_fail(g, EINVAL, n, "%u is above %u", n->num, w->max);
	o = (struct off){ -1, w->at + before_mtp2(g) };
	f = gen_cmp(g, o, 0, w->size, w->mask, jump, mtp3_value(n->word, n->num));
	return turn ? gen_not(f) : f;
}

/* IEEE 802.2 5.4: control fields, S and U formats. 'mask' and 'value' of the first byte. */
static const struct {
	const char *name;
	uint8_t mask, value;
} llc_kinds[] = {
	{ "s", 0x03, 0x01 },	 { "u", 0x03, 0x03 },	 { "rr", 0x0f, 0x01 },
	{ "rnr", 0x0f, 0x05 },	 { "rej", 0x0f, 0x09 },	 { "ui", 0xef, 0x03 },
	{ "ua", 0xef, 0x63 },	 { "disc", 0xef, 0x43 }, { "sabme", 0xef, 0x6f },
	{ "test", 0xef, 0xe3 }, { "xid", 0xef, 0xaf },	 { "frmr", 0xef, 0x87 },
};

static struct frag has_llc(struct gen *g, const struct node *n)
{
	struct frag f;

	if (g->at.kind == LINK_ETHER && (g->at.lane || g->at.hdr.reg >= 0 ||
					 g->at.link->flags & LINK_HAS_LLC)) {
		f = gen_not(gen_cmp(g, g->at.type, 0, 2, UINT32_MAX, BPF_JGT, 1500));
		/* Novell's frames without LLC begin with a checksum of all ones. */
		return gen_and(g, f, gen_not(gen_cmp(g, g->at.pl, 0, 2, UINT32_MAX, BPF_JEQ,
						     0xffff)));
	}
	if (!(g->at.link->flags & LINK_HAS_LLC))
		return gen_fail(g, EOPNOTSUPP, n, "there is no LLC header on %s", link_name(g));
	if (g->at.kind == LINK_SUNATM)
		return at_byte(g, 0, 1, 0x0f, 2);
	if (g->at.kind == LINK_WLAN)
		return wlan_data(g);
	return g->at.kind == LINK_LLC ? gen_const(true) :
					gen_fail(g, EOPNOTSUPP, n, "there is no LLC header here");
}

static struct frag llc(struct gen *g, const struct node *n)
{
	struct frag f = has_llc(g, n);

	if (!n->text || g->rc)
		return f;
	if (strcasecmp(n->text, "i") == 0)
		return gen_and(g, f, gen_cmp(g, g->at.pl, 2, 1, 0x01, BPF_JEQ, 0));
	for (size_t i = 0; i < ARRAY_SIZE(llc_kinds); i++)
		if (strcasecmp(n->text, llc_kinds[i].name) == 0)
			return gen_and(g, f, gen_cmp(g, g->at.pl, 2, 1, llc_kinds[i].mask, BPF_JEQ,
						     llc_kinds[i].value));
	return gen_fail(g, EINVAL, n, "'%s' is no kind of LLC frame: expected i, s, u, rr, rnr, "
			"rej, ui, ua, disc, sabme, test, xid or frmr", n->text);
}

static const struct pf_name {
	const char *name;
	uint8_t value;
} pf_reasons[] = {
	{ "match", 0 },	       { "bad-offset", 1 },  { "fragment", 2 },	     { "bad-frag", 2 },
	{ "short", 3 },	       { "normalize", 4 },   { "memory", 5 },	     { "bad-timestamp", 6 },
	{ "congestion", 7 },   { "ip-option", 8 },   { "proto-cksum", 9 },   { "state-mismatch", 10 },
	{ "state-insert", 11 }, { "state-limit", 12 }, { "src-limit", 13 },  { "synproxy", 14 },
}, pf_actions[] = {
	{ "pass", 0 },	{ "accept", 0 }, { "drop", 1 },	 { "block", 1 },   { "scrub", 2 },
	{ "noscrub", 3 }, { "nat", 4 },	 { "nonat", 5 }, { "binat", 6 },   { "nobinat", 7 },
	{ "rdr", 8 },	{ "nordr", 9 },	 { "synproxy-drop", 10 },
};

static struct frag pf_number(struct gen *g, const struct node *n, const struct pf_name *list,
			     size_t n_list, uint32_t at)
{
	if (n->has_num) {
		if (n->num > UINT8_MAX)
			return gen_fail(g, EINVAL, n, "%u is above 255", n->num);
		return at_byte(g, at, 1, UINT32_MAX, n->num);
	}
	for (size_t i = 0; i < n_list; i++)
		if (strcasecmp(n->text, list[i].name) == 0)
			return at_byte(g, at, 1, UINT32_MAX, list[i].value);
	return gen_fail(g, EINVAL, n, "pf knows no %s '%s'", expr_word_name(n->word), n->text);
}

/* The characters of 'n->text' at 'at' of the header, from the end as words, halves and bytes. */
static struct frag pf_string(struct gen *g, const struct node *n, uint32_t at, size_t max)
{
	const uint8_t *s = (const uint8_t *)n->text;
	size_t len = strlen(n->text), i = 0;
	struct frag f = gen_const(true);

	if (len >= max)
		return gen_fail(g, EINVAL, n, "'%s' is longer than the %zu characters of this name",
				n->text, max - 1);
	for (; len - i >= 4; i += 4)
		f = gen_and(g, at_byte(g, at + len - i - 4, 4, UINT32_MAX,
				       (uint32_t)s[len - i - 4] << 24 | s[len - i - 3] << 16 |
					       s[len - i - 2] << 8 | s[len - i - 1]), f);
	if (len - i >= 2) {
		f = gen_and(g, f, at_byte(g, at + len - i - 2, 2, UINT32_MAX,
					  s[len - i - 2] << 8 | s[len - i - 1]));
		i += 2;
	}
	return len - i ? gen_and(g, f, at_byte(g, at, 1, UINT32_MAX, s[0])) : f;
}

struct frag prim_named(struct gen *g, const struct node *n)
{
	if (n->word == W_LLC)
		return llc(g, n);
	if (g->env->linktype != LINKTYPE_PFLOG)
		return only_on(g, n, "PFLOG");
	/* net/if_pflog.h: where things are in its header. */
	switch (n->word) {
	case W_IFNAME:
		return pf_string(g, n, 4, 16);
	case W_RSET:
		return pf_string(g, n, 20, 16);
	case W_REASON:
		return pf_number(g, n, pf_reasons, ARRAY_SIZE(pf_reasons), 3);
	}
	return pf_number(g, n, pf_actions, ARRAY_SIZE(pf_actions), 2);
}

struct frag prim_number_word(struct gen *g, const struct node *n)
{
	if (n->word == W_IFINDEX && g->env->linktype == LINKTYPE_LINUX_SLL2)
		return at_byte(g, 4, 4, UINT32_MAX, n->num);
	if (n->word == W_IFINDEX)
		return ancillary(g, n, SKF_AD_IFINDEX, n->num);
	if (n->word != W_RNR && n->word != W_SRNR)
		return prim_encap(g, n);
	if (g->env->linktype != LINKTYPE_PFLOG)
		return only_on(g, n, "PFLOG");
	return at_byte(g, n->word == W_RNR ? 36 : 40, 4, UINT32_MAX, n->num);
}

/* "byte 3 & 5": true if what comes of it is not 0. */
struct frag prim_byte(struct gen *g, const struct node *n)
{
	struct off o = { g->at.hdr.reg, g->at.hdr.k + n->num };
	struct stmts s = { 0 };
	bool turn;
	uint16_t jump = prim_jump_of(n->op, &turn);
	struct frag f;

	if (n->num2 > UINT8_MAX)
		return gen_fail(g, EINVAL, n, "a byte is at most 255, not %u", n->num2);
	if (n->op == '&' || n->op == '|') {
		gen_load(g, &s, o, 0, 1);
		gen_add(g, &s, BPF_ALU | BPF_K | (n->op == '&' ? BPF_AND : BPF_OR), n->num2);
		return gen_not(gen_jump(g, s, BPF_JEQ, 0));
	}
	f = gen_cmp(g, o, 0, 1, UINT32_MAX, jump, n->num2);
	return turn ? gen_not(f) : f;
}

struct frag prim_len(struct gen *g, const struct node *n)
{
	struct stmts s = { 0 };

	gen_add(g, &s, BPF_LD | BPF_W | BPF_LEN, 0);
	g->differs = true;
	if (g->stripped)
		gen_add(g, &s, BPF_ALU | BPF_ADD | BPF_K, 4);
	return n->word == W_LESS ? gen_not(gen_jump(g, s, BPF_JGT, n->num)) :
				   gen_jump(g, s, BPF_JGE, n->num);
}
