// SPDX-License-Identifier: GPL-2.0-or-later
/* outdot - see outdot.h. */
#include "outdot.h"

void outdot_head(struct str *out)
{
	str_add(out, "strict digraph astrace {\n\trankdir=LR;\n\tnode [shape=box];\n");
}

void outdot_tail(struct str *out)
{
	str_add(out, "}\n");
}

/* What stands in quotes: no text of strangers but names, which hold no quotes or backslashes. */
static void escaped(struct str *out, const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= ' ' && *text != '"' && *text != '\\')
			str_addc(out, *text);
}

static void node(const struct addr *a, struct know *k, struct str *out)
{
	const char *name = know_name(k, a);
	struct geo_place p;

	str_addf(out, "\t\"%s\" [label=\"%s", addr_text(a).s, addr_text(a).s);
	if (name && *name) {
		str_add(out, "\\n");
		escaped(out, name);
	}
	if (know_place(k, a, &p) && p.asn) {
		str_addf(out, "\\nAS%u ", p.asn);
		escaped(out, p.as_name);
	}
	str_add(out, "\"];\n");
}

/* The node's identifier of a hop in the plain trace. */
static void id_of(const struct target *t, const struct sweep *s, unsigned int ttl, struct str *out)
{
	if (s->hop[ttl].seen)
		str_addf(out, "\"%s\"", addr_text(&s->hop[ttl].seen->answer.from).s);
	else
		str_addf(out, "\"%s hop %u\"", addr_text(&t->addr).s, ttl);
}

static void branches(const struct paths *p, struct know *k, struct str *out)
{
	for (unsigned int i = p->first; p->hop && i <= p->last; i++)
		for (unsigned int a = 0; a < p->hop[i].n_ifaces; a++) {
			node(&p->hop[i].iface[a].addr, k, out);
			for (unsigned int b = 0; i < p->last && b < p->hop[i + 1].n_ifaces; b++)
				if (paths_leads(p, i, a, b))
					str_addf(out, "\t\"%s\" -> \"%s\";\n",
						 addr_text(&p->hop[i].iface[a].addr).s,
						 addr_text(&p->hop[i + 1].iface[b].addr).s);
		}
}

void outdot_target(const struct target *t, struct know *k, struct str *out)
{
	const struct sweep *s = target_sweep(t);

	node(&t->src, k, out);
	for (unsigned int i = s->rules.first; i <= sweep_last(s); i++) {
		if (s->hop[i].seen) {
			node(&s->hop[i].seen->answer.from, k, out);
		} else {
			str_addc(out, '\t');
			id_of(t, s, i, out);
			str_add(out, " [label=\"*\", style=dotted];\n");
		}
		str_addc(out, '\t');
		if (i == s->rules.first)
			str_addf(out, "\"%s\"", addr_text(&t->src).s);
		else
			id_of(t, s, i - 1, out);
		str_add(out, " -> ");
		id_of(t, s, i, out);
		str_add(out, ";\n");
	}
	if (t->paths.begun)
		branches(&t->paths, k, out);
}
