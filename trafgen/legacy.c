// SPDX-License-Identifier: GPL-2.0-or-later
/* legacy - where the header functions of trafgen(8) differ from the table of protocols: their
 * defaults are mostly 0, ICMPv6 has four bytes, some words set fields, nothing is told of IPv6.
 * Scripts rely on the bytes, so they stay. */
#include <string.h>

#include "base/bytes.h"
#include "base/str.h"
#include "comp.h"

struct legacy {
	const char *proto;
	uint16_t bytes; /* 0: as the table says */
	const char *below; /* header that is put below by itself; NULL: none */
	bool words; /* some set fields by themselves */
};

static const struct legacy legacy[] = {
	{ "eth", 14, NULL, false },   { "pause", 4, "eth", false }, { "vlan", 4, "eth", true },
	{ "mpls", 4, "eth", false },  { "arp", 28, "eth", true },   { "ip", 20, "eth", false },
	{ "ip6", 40, NULL, false },   { "icmp", 8, "ip", true },    { "icmp6", 4, "ip6", true },
	{ "udp", 8, "ip", false },    { "tcp", 20, "ip", false },
};

static const struct {
	const char *proto, *field;
	uint64_t value;
} defaults[] = {
	{ "ip", "ttl", 0 },	   { "ip6", "hoplimit", 0 }, { "ip6", "next", 0 },
	{ "icmp", "type", 0 },	   { "icmp6", "type", 0 },   { "tcp", "window", 0 },
	{ "vlan", "type", 0x8100 }, { "arp", "op", 1 },	     { "mpls", "last", 1 },
	{ "mpls", "ttl", 0 },	   { "eth", "type", 0 },     { "ip", "proto", 0 },
	{ "udp", "len", 0 },
};

static const struct {
	const char *proto, *word, *field;
	uint64_t value;
	const char *field2;
	uint64_t value2;
} words[] = {
	{ "icmp", "echorequest", "type", 8, "code", 0 },
	{ "icmp", "echoreply", "type", 0, "code", 0 },
	{ "icmp6", "echorequest", "type", 128, "code", 0 },
	{ "icmp6", "echoreply", "type", 129, "code", 0 },
	{ "arp", "request", "op", 1, NULL, 0 },
	{ "arp", "req", "op", 1, NULL, 0 },
	{ "arp", "reply", "op", 2, NULL, 0 },
};

static const struct {
	const char *proto, *old, *field;
} fields[] = {
	{ "pause", "code", "opcode" },
	{ "pause", "pri", "classes" },
	{ "pause", "prio", "classes" },
};

const char *legacy_field(const struct layer *l, const char *name)
{
	const struct proto *p = l->proto;

	/* pause(time=..) is one number, pfc(time(3)=..) one of eight */
	if (streq(p->name, "pause") && streq(name, "time") && l->bytes == 4)
		return "quanta";
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (streq(fields[i].proto, p->name) && streq(fields[i].old, name))
			return fields[i].field;
	return name;
}

static const struct legacy *find(const struct proto *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(legacy); i++)
		if (legacy[i].proto[0] == p->name[0] && streq(legacy[i].proto, p->name))
			return &legacy[i];
	return NULL;
}

bool legacy_is(const struct proto *p)
{
	return find(p) != NULL;
}

uint32_t legacy_bytes(const struct proto *p, bool is_pfc)
{
	const struct legacy *l = find(p);

	return is_pfc ? 20 : l ? l->bytes : 0;
}

static void put(const struct comp *c, const struct layer *l, const char *name, uint64_t v)
{
	const struct field *f = proto_field(l->proto, name);

	if (f && field_end_bytes(f) <= l->bytes)
		field_put(f, c->buf + l->off, v);
}

static void put_address(const struct comp *c, const struct layer *l, const char *name,
			const uint8_t *addr)
{
	const struct field *f = proto_field(l->proto, name);

	if (f && field_end_bytes(f) <= l->bytes)
		memcpy(c->buf + l->off + f->at.off / 8, addr, f->at.n / 8);
}

/* What the header below holds where the script says nothing. */
static void fill_below(const struct comp *c, const struct layer *l)
{
	static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t control[6] = { 0x01, 0x80, 0xc2, 0, 0, 0x01 };
	const struct layer *below = l - 1;
	bool arp = streq(l->proto->name, "arp");
	const struct field *dst;

	if (l == c->layers || !streq(below->proto->name, "eth"))
		return;
	dst = proto_field(below->proto, "dst");
	if ((arp || streq(l->proto->name, "pause")) && dst && !layer_has(below, dst->at))
		memcpy(c->buf + below->off + dst->at.off / 8, arp ? all : control, 6);
}

/* A VLAN tag is told of by its own tpid, whatever the script gave the header below. */
static void fill_tpid(const struct comp *c, const struct layer *l)
{
	const struct layer *below = l - 1;

	if (l == c->layers || !streq(l->proto->name, "vlan") ||
	    below->proto->next.reg != REG_ETHERTYPE || below->proto->next.at.n != 16)
		return;
	bits_put(c->buf + below->off, below->proto->next.at, 0x8100);
}

void legacy_defaults(const struct comp *c, const struct layer *l)
{
	const struct comp_addrs *a = &c->o->addrs;

	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
		if (defaults[i].proto[0] == l->proto->name[0] &&
		    streq(defaults[i].proto, l->proto->name))
			put(c, l, defaults[i].field, defaults[i].value);
	if (streq(l->proto->name, "eth"))
		put_address(c, l, "src", a->mac);
	if (streq(l->proto->name, "ip"))
		put_address(c, l, "src", a->ip4);
	if (streq(l->proto->name, "ip6"))
		put_address(c, l, "src", a->ip6);
	if (streq(l->proto->name, "arp")) {
		put_address(c, l, "sha", a->mac);
		put_address(c, l, "spa", a->ip4);
		put_address(c, l, "tpa", a->ip4);
	}
}

void legacy_fill_below(const struct comp *c, const struct layer *l)
{
	fill_below(c, l);
	fill_tpid(c, l);
}

bool legacy_word(struct comp *c, struct layer *l)
{
	const struct legacy *has = find(l->proto);

	if (!has || !has->words)
		return false;
	if (streq(l->proto->name, "vlan") && c->n_layers > 1 &&
	    (c->lex.n == 2 || c->lex.n == 3) &&
	    (strncmp(c->lex.text, "1q", c->lex.n) == 0 || strncmp(c->lex.text, "1ad", 3) == 0)) {
		bits_put(c->buf + l[-1].off, l[-1].proto->next.at,
			 c->lex.n == 2 ? 0x8100 : 0x88a8);
		lex_next(&c->lex);
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!streq(words[i].proto, l->proto->name) || !lex_name_is(&c->lex, words[i].word))
			continue;
		put(c, l, words[i].field, words[i].value);
		layer_mark(l, proto_field(l->proto, words[i].field));
		if (words[i].field2)
			put(c, l, words[i].field2, words[i].value2);
		lex_next(&c->lex);
		return true;
	}
	return false;
}

/* The protocol that 'reg' is the registry of, as trafgen's users would have it below. */
static const char *carrier(enum registry reg)
{
	switch (reg) {
	case REG_ETHERTYPE:
		return "eth";
	case REG_IP_PROTO:
		return "ip";
	case REG_UDP_PORT:
		return "udp";
	case REG_TCP_PORT:
		return "tcp";
	case REG_LLC_SAP:
		return "llc";
	case REG_PPP:
		return "ppp";
	default:
		return NULL;
	}
}

const struct proto *legacy_below(const struct proto *p)
{
	const struct legacy *l = find(p);

	if (l)
		return l->below ? proto_by_name(l->below) : NULL;
	for (size_t i = 0; i < ARRAY_SIZE(p->in) && p->in[i].reg; i++) {
		const char *name = carrier(p->in[i].reg);
		const struct proto *below = name ? proto_by_name(name) : NULL;

		if (below && below != p)
			return below;
	}
	return NULL;
}

bool legacy_links(const struct proto *below, const struct proto *p)
{
	return !legacy_is(below) || (!streq(p->name, "ip6") && !streq(p->name, "eth"));
}
