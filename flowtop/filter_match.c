// SPDX-License-Identifier: GPL-2.0-or-later
/* filter_match - whether a flow is what a filter asks for; see filter.h. */
#include "filter_priv.h"

#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/num.h"
#include "sys/clock.h"

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
