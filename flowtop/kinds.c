// SPDX-License-Identifier: GPL-2.0-or-later
/* kinds - see kinds.h. */
#include "kinds.h"

#include <linux/netfilter/nf_conntrack_common.h>
#include <stdlib.h>

#include "base/str.h"
#include "ui/fmt.h"

static const char *state_of(const struct ct *c)
{
	return ct_state_name(c->key.proto, c->state) ?:
	       c->status & IPS_SEEN_REPLY ? "REPLIED" : "UNREPLIED";
}

static struct kind *kind_of(struct kinds *all, const struct ct *c)
{
	const char *state = state_of(c), *proto = ct_proto_name(c->key.proto) ?: "other";
	struct kind *k = all->v;

	for (; k < all->v + all->n; k++)
		if (k->family == c->key.family && streq(k->proto, proto) && streq(k->state, state))
			return k;
	all->n++;
	*k = (struct kind){ .family = c->key.family, .proto = proto, .state = state };
	return k;
}

void kinds_count(struct kinds *all, const struct app *a)
{
	all->n = 0;
	for (size_t i = 0; i < a->n_rows; i++) {
		const struct flow *f = flows_at(a->flows, a->rows[i]);
		struct kind *k;

		if (!f->used)
			continue;
		k = kind_of(all, &f->ct);
		k->flows++;
		k->not_counted += !f->ct.has_counters;
		for (unsigned int d = 0; d < CT_DIRS; d++)
			k->byte_rate[d] += f->has_rate ? f->byte_rate[d] : 0;
	}
}

static int by_flows(const void *a, const void *b)
{
	const struct kind *x = a, *y = b;

	return (y->flows > x->flows) - (y->flows < x->flows);
}

/* The kinds of both families together, and unless 'states' all states of a protocol. Returns their
 * number. */
static unsigned int join(const struct kind *from, unsigned int n, bool states, struct kind *to)
{
	unsigned int n_to = 0;

	for (unsigned int i = 0; i < n; i++) {
		struct kind *k = to;

		while (k < to + n_to && !(streq(k->proto, from[i].proto) &&
					  (!states || streq(k->state, from[i].state))))
			k++;
		if (k == to + n_to) {
			*k = from[i];
			n_to++;
		} else {
			k->flows += from[i].flows;
		}
	}
	qsort(to, n_to, sizeof(*to), by_flows);
	return n_to;
}

void kinds_text(const struct kinds *all, struct str *out)
{
	struct kind protos[KINDS_MAX], states[KINDS_MAX];
	unsigned int n_protos = join(all->v, all->n, false, protos);
	unsigned int n_states = join(all->v, all->n, true, states);

	for (unsigned int i = 0; i < n_protos; i++) {
		const char *before = " (";

		str_addf(out, "%s%s %s", i ? "  " : "", protos[i].proto,
			 fmt_count(protos[i].flows).s);
		for (unsigned int s = 0; s < n_states; s++) {
			if (!streq(states[s].proto, protos[i].proto))
				continue;
			str_addf(out, "%s%s %s", before, fmt_count(states[s].flows).s,
				 states[s].state);
			before = ", ";
		}
		str_addc(out, ')');
	}
}
