// SPDX-License-Identifier: GPL-2.0-or-later
/* group - see group.h. */
#include "group.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/hash.h"
#include "ui/fmt.h"

enum { SLOTS = 1 << 17, MAX_GROUPS = SLOTS / 2 };

struct groups {
	struct group *v;
	size_t n, room;
	struct str name;
	uint32_t slots[SLOTS]; /* number + 1; 0 free */
};

const struct grid_column group_cols[N_GROUP_COLS] = {
	[GROUP_COL_NAME] = { "group", "Group", "what the flows have in common", 20, 60, 0, .left = true, .rising = true },
	[GROUP_COL_FLOWS] = { "flows", "Flows", "number of flows", 9, 0, 0, .left = false },
	[GROUP_COL_UNREPLIED] = { "unreplied", "Unreplied", "flows to which no packet came back", 9, 0, 4, .left = false },
	[GROUP_COL_TX] = { "tx", "Sent/s", "rate of the initiators", 11, 0, 2, .left = false },
	[GROUP_COL_RX] = { "rx", "Recv/s", "rate of the replies", 11, 0, 2, .left = false },
	[GROUP_COL_RATE] = { "rate", "Rate", "rate of both directions", 11, 0, 3, .left = false },
	[GROUP_COL_BYTES] = { "bytes", "Bytes", "both directions, of flows that are there", 9, 0, 3, .left = false },
	[GROUP_COL_PACKETS] = { "packets", "Packets", "both directions, of flows that are there", 9, 0, 5, .left = false },
};

int groups_new(struct groups **ret_g, struct err *e)
{
	*ret_g = calloc(1, sizeof(**ret_g));
	return *ret_g ? 0 : err_set(e, ENOMEM, "out of memory");
}

void groups_free(struct groups *g)
{
	if (!g)
		return;
	str_free(&g->name);
	free(g->v);
	free(g);
}

void groups_free_p(struct groups **g)
{
	groups_free(*g);
}

void groups_clear(struct groups *g)
{
	memset(g->slots, 0, sizeof(g->slots));
	g->n = 0;
}

size_t groups_count(const struct groups *g)
{
	return g->n;
}

const struct group *groups_at(const struct groups *g, size_t i)
{
	return &g->v[i];
}

static void name_net(const struct ct_key *k, struct str *out)
{
	char text[INET6_ADDRSTRLEN];
	unsigned int bytes = k->family == AF_INET6 ? 6 : 3;
	uint8_t addr[16] = { 0 };

	memcpy(addr, k->orig.dst.addr, bytes);
	if (inet_ntop(k->family, addr, text, sizeof(text)))
		str_addf(out, "%s/%u", text, 8 * bytes);
}

static void name_place(const struct show *s, const struct ct_key *k, bool as, struct str *out)
{
	struct geo_place p;

	if (!s->env.geo || !geo_find(s->env.geo, k->family, k->orig.dst.addr, &p))
		return;
	if (as && p.asn)
		str_addf(out, "AS%u %s", p.asn, p.as_name);
	else if (!as && p.country[0])
		str_addf(out, "%s %s", p.country, p.country_name);
}

void group_name(const struct show *s, const struct flow *f, struct str *out)
{
	const struct ct_key *k = &f->ct.key;
	const struct owner *o = owners_get(s->env.owners, f->owner);
	size_t before = out->len;

	switch (s->job->group) {
	case GROUP_HOST:
		show_addr(s, k->family, k->orig.dst.addr, out);
		break;
	case GROUP_NET:
		name_net(k, out);
		break;
	case GROUP_PORT:
	case GROUP_STATE:
		show_cell(s, f, COL_PROTO, out);
		str_addc(out, ' ');
		show_cell(s, f, s->job->group == GROUP_PORT ? COL_DPORT : COL_STATE, out);
		break;
	case GROUP_PROCESS:
		str_add(out, o ? o->process : "");
		break;
	case GROUP_USER:
		str_add(out, o ? o->user : "");
		break;
	case GROUP_CGROUP:
		str_add(out, o ? o->cgroup : "");
		break;
	case GROUP_COUNTRY:
	case GROUP_AS:
		name_place(s, k, s->job->group == GROUP_AS, out);
		break;
	case GROUP_ZONE:
		str_addf(out, "zone %u", k->zone);
		break;
	default:
		show_cell(s, f, COL_PROTO, out);
	}
	if (out->len == before)
		str_add(out, "(unknown)");
}

static struct group *find(struct groups *g, struct err *e)
{
	size_t n = MIN(g->name.len, sizeof(g->v->name) - 1), room = g->room ? 2 * g->room : 64;
	uint32_t i = hash_bytes(g->name.p, n, 0) & (SLOTS - 1);
	struct group *more;

	for (; g->slots[i]; i = (i + 1) & (SLOTS - 1)) {
		struct group *k = &g->v[g->slots[i] - 1];

		if (strlen(k->name) == n && !memcmp(k->name, g->name.p, n))
			return k;
	}
	if (g->n >= MAX_GROUPS) { /* a storm of addresses: the rest is one group */
		str_clear(&g->name);
		str_add(&g->name, "(others)");
		snprintf(g->v[MAX_GROUPS - 1].name, sizeof(g->v->name), "(others)");
		return &g->v[MAX_GROUPS - 1];
	}
	if (g->n == g->room) {
		more = realloc(g->v, room * sizeof(*more));
		if (!more) {
			err_set(e, ENOMEM, "out of memory");
			return NULL;
		}
		g->v = more;
		g->room = room;
	}
	g->v[g->n] = (struct group){ 0 };
	memcpy(g->v[g->n].name, g->name.p, n);
	g->slots[i] = ++g->n;
	return &g->v[g->n - 1];
}

int groups_add(struct groups *g, const struct show *s, const struct flow *f, struct err *e)
{
	struct group *k;

	str_clear(&g->name);
	group_name(s, f, &g->name);
	if (g->name.failed)
		return err_set(e, ENOMEM, "out of memory");
	k = find(g, e);
	if (!k)
		return -e->code;
	k->flows++;
	k->unreplied += !(f->ct.status & IPS_SEEN_REPLY);
	k->uncounted += !f->ct.has_counters;
	for (unsigned int d = 0; d < CT_DIRS; d++) {
		k->bytes += f->ct.bytes[d];
		k->packets += f->ct.packets[d];
		k->byte_rate[d] += f->has_rate ? f->byte_rate[d] : 0;
	}
	return 0;
}

static double number_of(const struct group *g, enum group_col col)
{
	switch (col) {
	case GROUP_COL_FLOWS:
		return g->flows;
	case GROUP_COL_UNREPLIED:
		return g->unreplied;
	case GROUP_COL_TX:
		return g->byte_rate[CT_ORIG];
	case GROUP_COL_RX:
		return g->byte_rate[CT_REPLY];
	case GROUP_COL_RATE:
		return g->byte_rate[CT_ORIG] + g->byte_rate[CT_REPLY];
	case GROUP_COL_BYTES:
		return g->bytes;
	default:
		return g->packets;
	}
}

int group_compare(const struct group *a, const struct group *b, enum group_col col)
{
	double va = number_of(a, col), vb = number_of(b, col);

	return col == GROUP_COL_NAME ? strcmp(a->name, b->name) : (va > vb) - (va < vb);
}

void group_cell(const struct show *s, const struct group *g, enum group_col col, struct str *out)
{
	double v = number_of(g, col);

	if (col == GROUP_COL_NAME)
		str_add(out, g->name);
	else if (col >= GROUP_COL_TX && g->uncounted == g->flows)
		str_addc(out, '-');
	else if (col >= GROUP_COL_TX && col <= GROUP_COL_RATE)
		show_rate(s, v, out);
	else if (col == GROUP_COL_BYTES)
		str_add(out, fmt_bytes(v).s);
	else
		str_add(out, fmt_count(v).s);
}

void group_json(const struct group *g, struct jsonw *j)
{
	jsonw_str(j, "group", g->name);
	jsonw_u64(j, "flows", g->flows);
	jsonw_u64(j, "unreplied", g->unreplied);
	jsonw_u64(j, "not_counted", g->uncounted);
	jsonw_u64(j, "bytes", g->bytes);
	jsonw_u64(j, "packets", g->packets);
	jsonw_fixed(j, "tx_bytes_per_s", g->byte_rate[CT_ORIG] * 10, 1);
	jsonw_fixed(j, "rx_bytes_per_s", g->byte_rate[CT_REPLY] * 10, 1);
}
