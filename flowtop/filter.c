// SPDX-License-Identifier: GPL-2.0-or-later
/* filter - see filter.h. A recursive descent over words; each word of the language is a record of
 * one table, which also describes it to people. */
#include "filter.h"

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
#include "sys/clock.h"
#include "sys/uapi.h"

enum { MAX_NODES = 256, MAX_DEPTH = 64, WORD = 64 };

enum kind {
	AND, OR, NOT, ALL,
	PROTO, FAMILY, STATUS, STATUS_NOT, SNAT, DNAT, ANY_NAT,
	HOST, SRC, DST, PORT, SPORT, DPORT,
	PROCESS, PID, USER, CGROUP, COUNTRY, AS, STATE, ZONE, MARK, HELPER,
	RATE, PACKET_RATE, BYTES, PACKETS, DURATION, TIMEOUT,
};

/* What follows a word. */
enum follows { NOTHING, ADDRESS, NUMBER, TEXT, COMPARE };

enum compare { LESS, LESS_EQUAL, EQUAL, NOT_EQUAL, GREATER_EQUAL, GREATER };

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

struct node {
	enum kind kind;
	uint16_t a, b; /* operands of AND, OR, NOT */
	enum compare compare;
	uint64_t value;
	uint8_t family, addr[16], prefix;
	char text[WORD];
};

struct filter {
	struct node nodes[MAX_NODES];
	unsigned int n, root;
	bool owner;
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

static bool in_net(const struct node *n, uint8_t family, const uint8_t *addr)
{
	unsigned int whole = n->prefix / 8, rest = n->prefix % 8;

	return family == n->family && !memcmp(addr, n->addr, whole) &&
	       (!rest || !((addr[whole] ^ n->addr[whole]) >> (8 - rest)));
}

static bool matches_host(const struct node *n, const struct ct *c)
{
	const uint8_t *ends[] = { c->key.orig.src.addr, c->key.orig.dst.addr, c->reply.src.addr,
				  c->reply.dst.addr };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (in_net(n, c->key.family, ends[i]))
			return true;
	return false;
}

static bool matches_port(const struct node *n, const struct ct *c)
{
	return c->key.proto != IPPROTO_ICMP && c->key.proto != IPPROTO_ICMPV6 &&
	       (c->key.orig.src.port == n->value || c->key.orig.dst.port == n->value ||
		c->reply.src.port == n->value || c->reply.dst.port == n->value);
}

static bool matches_owner(const struct node *n, const struct flow *w, const struct filter_env *env)
{
	const struct owner *o = owners_get(env->owners, w->owner);
	uint64_t uid;

	if (!o)
		return false;
	switch (n->kind) {
	case PROCESS:
		return !strcmp(o->process, n->text);
	case PID:
		return o->pid && o->pid == n->value;
	case CGROUP:
		return strstr(o->cgroup, n->text);
	default:
		return !strcmp(o->user, n->text) ||
		       (num_parse(n->text, NUM_PLAIN, 0, UINT32_MAX, "uid", &uid, NULL) == 0 &&
			uid == o->uid);
	}
}

static bool matches_place(const struct node *n, const struct ct *c, const struct filter_env *env)
{
	const uint8_t *ends[] = { c->key.orig.src.addr, c->key.orig.dst.addr };
	struct geo_place place;

	for (size_t i = 0; i < ARRAY_SIZE(ends) && env->geo; i++)
		if (geo_find(env->geo, c->key.family, ends[i], &place) &&
		    (n->kind == AS ? place.asn == n->value : !strcasecmp(place.country, n->text)))
			return true;
	return false;
}

static bool compare(const struct node *n, uint64_t v)
{
	switch (n->compare) {
	case LESS:
		return v < n->value;
	case LESS_EQUAL:
		return v <= n->value;
	case EQUAL:
		return v == n->value;
	case NOT_EQUAL:
		return v != n->value;
	case GREATER_EQUAL:
		return v >= n->value;
	default:
		return v > n->value;
	}
}

/* Numbers that are not known match no comparison. */
static bool matches_number(const struct node *n, const struct flow *w,
			   const struct filter_env *env)
{
	const struct ct *c = &w->ct;

	switch (n->kind) {
	case RATE:
		return w->has_rate && compare(n, 8 * (w->byte_rate[0] + w->byte_rate[1]));
	case PACKET_RATE:
		return w->has_rate && compare(n, w->packet_rate[0] + w->packet_rate[1]);
	case BYTES:
		return c->has_counters && compare(n, c->bytes[0] + c->bytes[1]);
	case PACKETS:
		return c->has_counters && compare(n, c->packets[0] + c->packets[1]);
	case DURATION:
		return c->start_ns && compare(n, env->real_ns - c->start_ns);
	default:
		return w->told_ns &&
		       compare(n, MAX((int64_t)c->timeout_s * NS_PER_S - (env->now_ns - w->told_ns),
				      0ll));
	}
}

static bool matches_ct(const struct node *n, const struct ct *c)
{
	const char *state;

	switch (n->kind) {
	case PROTO:
		return c->key.proto == n->value;
	case FAMILY:
		return c->key.family == n->value;
	case STATUS:
		return c->status & n->value;
	case STATUS_NOT:
		return !(c->status & n->value);
	case SNAT:
		return ct_has_snat(c);
	case DNAT:
		return ct_has_dnat(c);
	case ANY_NAT:
		return ct_has_snat(c) || ct_has_dnat(c);
	case HOST:
		return matches_host(n, c);
	case SRC:
		return in_net(n, c->key.family, c->key.orig.src.addr);
	case DST:
		return in_net(n, c->key.family, c->key.orig.dst.addr);
	case PORT:
		return matches_port(n, c);
	case SPORT:
		return c->key.orig.src.port == n->value;
	case DPORT:
		return c->key.orig.dst.port == n->value;
	case STATE:
		state = ct_state_name(c->key.proto, c->state);
		return state && !strcasecmp(state, n->text);
	case ZONE:
		return c->key.zone == n->value;
	case MARK:
		return c->mark == n->value;
	default:
		return !strcmp((const char *)c->helper, n->text);
	}
}

static bool match(const struct filter *f, const struct node *n, const struct flow *w,
		  const struct filter_env *env)
{
	switch (n->kind) {
	case ALL:
		return true;
	case AND:
		return match(f, &f->nodes[n->a], w, env) && match(f, &f->nodes[n->b], w, env);
	case OR:
		return match(f, &f->nodes[n->a], w, env) || match(f, &f->nodes[n->b], w, env);
	case NOT:
		return !match(f, &f->nodes[n->a], w, env);
	case PROCESS:
	case PID:
	case USER:
	case CGROUP:
		return matches_owner(n, w, env);
	case COUNTRY:
	case AS:
		return matches_place(n, &w->ct, env);
	default:
		return n->kind >= RATE ? matches_number(n, w, env) : matches_ct(n, &w->ct);
	}
}

bool filter_match(const struct filter *f, const struct flow *w, const struct filter_env *env)
{
	return !f || match(f, &f->nodes[f->root], w, env);
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
