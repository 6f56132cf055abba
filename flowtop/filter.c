// SPDX-License-Identifier: GPL-2.0-or-later
/* filter - see filter.h. A recursive descent over words; each word of the language is a record of
 * one table, which also describes it to people. */
#include "filter_priv.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/num.h"
#include "sys/uapi.h"

/* What follows a word. */
enum follows { NOTHING, ADDRESS, NUMBER, TEXT, COMPARE };

struct word {
	const char *name;
	enum kind kind;
	enum follows follows;
	uint64_t value;	    /* PROTO, FAMILY, STATUS */
	enum num_unit unit; /* COMPARE */
	const char *help;
};

static const struct word words[] = {
	{ "ip", FAMILY, NOTHING, AF_INET, 0, "IPv4" },
	{ "ip6", FAMILY, NOTHING, AF_INET6, 0, "IPv6" },
	{ "tcp", PROTO, NOTHING, IPPROTO_TCP, 0, "a protocol; also udp, udplite, icmp, icmp6, sctp, dccp, gre" },
	{ "udp", PROTO, NOTHING, IPPROTO_UDP, 0, NULL },
	{ "udplite", PROTO, NOTHING, IPPROTO_UDPLITE, 0, NULL },
	{ "icmp", PROTO, NOTHING, IPPROTO_ICMP, 0, NULL },
	{ "icmp6", PROTO, NOTHING, IPPROTO_ICMPV6, 0, NULL },
	{ "sctp", PROTO, NOTHING, IPPROTO_SCTP, 0, NULL },
	{ "dccp", PROTO, NOTHING, IPPROTO_DCCP, 0, NULL },
	{ "gre", PROTO, NOTHING, IPPROTO_GRE, 0, NULL },
	{ "proto", PROTO, NUMBER, 0, 0, "an IP protocol by its number" },
	{ "host", HOST, ADDRESS, 0, 0, "an address at either end, before or after translation" },
	{ "net", HOST, ADDRESS, 0, 0, "a network, 192.0.2.0/24, at either end" },
	{ "src", SRC, ADDRESS, 0, 0, "address or network of the initiator" },
	{ "dst", DST, ADDRESS, 0, 0, "address or network that it asked for" },
	{ "port", PORT, NUMBER, 0, 0, "a port at either end" },
	{ "sport", SPORT, NUMBER, 0, 0, "port of the initiator" },
	{ "dport", DPORT, NUMBER, 0, 0, "port that it asked for" },
	{ "process", PROCESS, TEXT, 0, 0, "name of the process" },
	{ "pid", PID, NUMBER, 0, 0, "number of the process" },
	{ "user", USER, TEXT, 0, 0, "name or number of the user" },
	{ "cgroup", CGROUP, TEXT, 0, 0, "part of the control group's path" },
	{ "country", COUNTRY, TEXT, 0, 0, "two letters, of either end" },
	{ "as", AS, NUMBER, 0, 0, "autonomous system of either end" },
	{ "state", STATE, TEXT, 0, 0, "ESTABLISHED, TIME_WAIT, ..." },
	{ "zone", ZONE, NUMBER, 0, 0, "conntrack zone" },
	{ "mark", MARK, NUMBER, 0, 0, "conntrack mark" },
	{ "helper", HELPER, TEXT, 0, 0, "name of the conntrack helper" },
	{ "nat", ANY_NAT, NOTHING, 0, 0, "translated in some way; also snat, dnat" },
	{ "snat", SNAT, NOTHING, 0, 0, NULL },
	{ "dnat", DNAT, NOTHING, 0, 0, NULL },
	{ "assured", STATUS, NOTHING, IPS_ASSURED, 0, "not dropped early when the table is full" },
	{ "offload", STATUS, NOTHING, IPS_OFFLOAD, 0, "forwarded by a flow table" },
	{ "unreplied", STATUS_NOT, NOTHING, IPS_SEEN_REPLY, 0, "no packet has come back" },
	{ "rate", RATE, COMPARE, 0, NUM_BITS, "bit/s of both directions: rate > 1M" },
	{ "pps", PACKET_RATE, COMPARE, 0, NUM_RATE, "packets/s of both directions" },
	{ "bytes", BYTES, COMPARE, 0, NUM_BYTES, "of both directions since it began" },
	{ "packets", PACKETS, COMPARE, 0, NUM_COUNT, "of both directions since it began" },
	{ "duration", DURATION, COMPARE, 0, NUM_TIME, "since it began: duration > 5min" },
	{ "timeout", TIMEOUT, COMPARE, 0, NUM_TIME, "left until it is forgotten" },
};

struct parser {
	const char *at;
	char word[WORD]; /* the one that is next; "" at the end */
	struct filter *f;
	unsigned int depth;
	struct err *e;
};

static int next_word(struct parser *p)
{
	size_t n;

	p->at += strspn(p->at, " \t");
	n = strchr("()", *p->at) && *p->at ? 1
	    : strchr("<>=!", *p->at)	   ? strspn(p->at, "<>=!")
					   : strcspn(p->at, " \t()<>=!");
	if (n >= WORD)
		return err_set(p->e, EINVAL, "filter: '%.40s...' is too long a word", p->at);
	memcpy(p->word, p->at, n);
	p->word[n] = '\0';
	p->at += n;
	return 0;
}

static int new_node(struct parser *p, enum kind kind, unsigned int *ret)
{
	if (p->f->n == MAX_NODES)
		return err_set(p->e, EINVAL, "filter: more than %d terms", MAX_NODES);
	*ret = p->f->n++;
	p->f->nodes[*ret] = (struct node){ .kind = kind };
	return 0;
}

static int parse_address(struct parser *p, struct node *n)
{
	char text[WORD], *slash;
	uint64_t bits;
	int r;

	strcpy(text, p->word);
	slash = strchr(text, '/');
	if (slash)
		*slash++ = '\0';
	n->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(n->family, text, n->addr) != 1)
		return err_set(p->e, EINVAL, "filter: '%s' is no address or network", p->word);
	n->prefix = n->family == AF_INET6 ? 128 : 32;
	if (!slash)
		return 0;
	r = num_parse(slash, NUM_PLAIN, 0, n->prefix, "filter: prefix length", &bits, p->e);
	n->prefix = r < 0 ? 0 : bits;
	return r;
}

static int parse_compare(struct parser *p, const struct word *w, struct node *n)
{
	static const char *const ops[] = { "<", "<=", "=", "!=", ">=", ">" };
	unsigned int i;
	int r;

	for (i = 0; i < ARRAY_SIZE(ops) && !streq(ops[i], p->word); i++)
		;
	if (i == ARRAY_SIZE(ops))
		return err_set(p->e, EINVAL, "filter: %s wants < <= = != >= or >, not '%s'", w->name,
			       p->word);
	n->compare = i;
	r = next_word(p);
	return r < 0 ? r : num_parse(p->word, w->unit, 0, UINT64_MAX, w->name, &n->value, p->e);
}

/* What follows word 'w', which is next. */
static int parse_operand(struct parser *p, const struct word *w, struct node *n)
{
	int r = 0;

	if (w->follows == NOTHING)
		return 0;
	r = next_word(p);
	if (r < 0)
		return r;
	if (!p->word[0] || p->word[0] == '(' || p->word[0] == ')')
		return err_set(p->e, EINVAL, "filter: something is missing behind '%s': %s", w->name,
			       w->help);
	switch (w->follows) {
	case ADDRESS:
		return parse_address(p, n);
	case NUMBER:
		return num_parse(p->word, NUM_PLAIN, 0, UINT32_MAX, w->name, &n->value, p->e);
	case COMPARE:
		return parse_compare(p, w, n);
	default:
		strcpy(n->text, p->word);
		return 0;
	}
}

static int parse_or(struct parser *p, unsigned int *ret);

static int parse_term(struct parser *p, unsigned int *ret)
{
	unsigned int inner;
	int r;

	if (++p->depth > MAX_DEPTH)
		return err_set(p->e, EINVAL, "filter: nested deeper than %d", MAX_DEPTH);
	if (streq(p->word, "not") || streq(p->word, "!")) {
		r = next_word(p) ?: parse_term(p, &inner) ?: new_node(p, NOT, ret);
		if (!r)
			p->f->nodes[*ret].a = inner;
	} else if (streq(p->word, "(")) {
		r = next_word(p) ?: parse_or(p, ret);
		if (!r && !streq(p->word, ")"))
			r = err_set(p->e, EINVAL, "filter: a ')' is missing before '%s'", p->word);
		if (!r)
			r = next_word(p);
	} else {
		const struct word *w = words, *end = words + ARRAY_SIZE(words);

		while (w < end && strcasecmp(w->name, p->word))
			w++;
		if (w == end)
			return err_set(p->e, EINVAL, p->word[0] ? "filter: '%s' is no word of it"
								: "filter: it ends too early%s",
				       p->word);
		r = new_node(p, w->kind, ret);
		if (!r) {
			p->f->nodes[*ret].value = w->value;
			p->f->owner |= w->kind >= PROCESS && w->kind <= CGROUP;
			r = parse_operand(p, w, &p->f->nodes[*ret]) ?: next_word(p);
		}
	}
	p->depth--;
	return r;
}

/* Terms joined by 'join', each of them parsed by 'term'; "and" may be left out. */
static int parse_chain(struct parser *p, enum kind kind, unsigned int *ret)
{
	int r = kind == AND ? parse_term(p, ret) : parse_chain(p, AND, ret);

	while (!r && p->word[0] && !streq(p->word, ")")) {
		unsigned int right, node;
		bool is_or = !strcasecmp(p->word, "or") || streq(p->word, "||");

		if (is_or && kind == AND)
			break;
		if (is_or || !strcasecmp(p->word, "and") || streq(p->word, "&&"))
			r = next_word(p);
		if (!r)
			r = kind == AND ? parse_term(p, &right) : parse_chain(p, AND, &right);
		if (!r)
			r = new_node(p, kind, &node);
		if (r)
			return r;
		p->f->nodes[node].a = *ret;
		p->f->nodes[node].b = right;
		*ret = node;
	}
	return r;
}

static int parse_or(struct parser *p, unsigned int *ret)
{
	return parse_chain(p, OR, ret);
}

int filter_parse(const char *text, struct filter **ret_f, struct err *e)
{
	AUTO(filter_free_p) struct filter *f = calloc(1, sizeof(*f));
	struct parser p = { .at = text, .f = f, .e = e };
	int r;

	if (!f)
		return err_set(e, ENOMEM, "out of memory");
	r = next_word(&p);
	if (!r)
		r = p.word[0] ? parse_or(&p, &f->root) : new_node(&p, ALL, &f->root);
	if (!r && p.word[0])
		r = err_set(e, EINVAL, "filter: '%s' is not expected here", p.word);
	if (r < 0)
		return r;
	*ret_f = TAKE(f, NULL);
	return 0;
}

void filter_free(struct filter *f)
{
	free(f);
}

void filter_free_p(struct filter **f)
{
	free(*f);
}

bool filter_needs_owner(const struct filter *f)
{
	return f && f->owner;
}

void filter_describe(struct str *out)
{
	static const char *const operands[] = { "", " ADDRESS", " NUMBER", " TEXT", " > NUMBER" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t start = out->len;

		if (!words[i].help)
			continue;
		str_addf(out, "  %s%s", words[i].name, operands[words[i].follows]);
		str_pad(out, ' ', out->len - start < 20 ? 20 - (out->len - start) : 1);
		str_addf(out, "%s\n", words[i].help);
	}
}
