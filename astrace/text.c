// SPDX-License-Identifier: GPL-2.0-or-later
/* text - see text.h. Columns are as wide as addresses are; what differs in length comes last. */
#include "text.h"

#include "outdiff.h"
#include "ui/table.h"
#include "ui/term.h"
#include "words.h"

enum { WIDTH_4 = 15, WIDTH_6 = 24 };

void text_rtt(struct str *out, int64_t ns)
{
	str_addf(out, ns < 10000000 ? "%.2f ms" : "%.1f ms", ns / 1e6);
}

static void safe(struct str *out, const char *text)
{
	term_add_safe(out, text, strlen(text));
}

static void heading(const struct target *t, struct str *out)
{
	const struct sweep *s = target_sweep(t);

	safe(out, t->name);
	if (strcmp(t->name, addr_text(&t->addr).s) != 0)
		str_addf(out, " (%s)", addr_text(&t->addr).s);
	str_addf(out, " from %s by %s", addr_text(&t->src).s, method_name(s->kind.method));
	if (s->kind.method != METHOD_ICMP)
		str_addf(out, " to port %u", s->kind.dport);
	str_add(out, "\n");
	if (t->limited)
		str_add(out, "without privilege: changes of headers n/a, TCP n/a\n");
}

static void pad_to(struct str *out, size_t start, size_t width)
{
	size_t have = out->len - start;

	str_pad(out, ' ', have < width ? width - have : 0);
}

static void place(const struct know *k, const struct addr *a, const struct job *job,
		  struct str *out)
{
	const char *ixp = know_ixp(k, a);
	struct geo_place p;

	if (ixp) {
		str_add(out, "  IXP ");
		safe(out, ixp);
	}
	if (!know_place(k, a, &p))
		return;
	if (p.asn)
		str_addf(out, "  AS%u", p.asn);
	if (p.prefix_bits)
		str_addf(out, " %s", know_prefix(a, &p).s);
	if (p.as_name[0]) {
		str_addc(out, ' ');
		safe(out, p.as_name);
	}
	if (p.country[0] || p.city[0])
		str_add(out, "  ");
	safe(out, p.country);
	if (p.city[0]) {
		str_addc(out, ' ');
		safe(out, p.city);
	}
	if (job->latitude && p.has_position)
		str_addf(out, "  %.4f,%.4f", p.latitude, p.longitude);
}

/* What says more than that the time was exceeded on the way, or the target answered. */
static void oddities(const struct hop *h, const struct target *t, struct str *out)
{
	const struct answer *a = &h->seen->answer;

	if (a->kind != ANSWER_TIME || a->code)
		str_addf(out, "  %s", words_answer(a));
	if (a->kind == ANSWER_TIME && addr_eq(&a->from, &t->addr))
		str_add(out, "  time exceeded at the target: a loop?");
	if (h->seen->match == MATCH_NAT)
		str_add(out, "  behind a NAT");
	if (a->kind == ANSWER_TIME && h->seen->compare.ttl > 1)
		str_addf(out, "  at TTL %u", h->seen->compare.ttl);
	if (h->n_others)
		str_addf(out, "  also %s", addr_text(&h->other).s);
}

static void change(const struct compare *c, const struct probe_kind *k, enum compare_field f,
		   struct str *out)
{
	if (f == COMPARE_SRC || f == COMPARE_DST)
		str_addf(out, " %s %s to %s", compare_name(f),
			 addr_text(f == COMPARE_SRC ? &k->src : &k->dst).s,
			 addr_text(f == COMPARE_SRC ? &c->src : &c->dst).s);
	else if (f == COMPARE_EXTRA || (f == COMPARE_OPTIONS && c->sent[f] == c->got[f]))
		str_addf(out, " %s", compare_name(f));
	else
		str_addf(out, " %s %u to %u", compare_name(f), c->sent[f], c->got[f]);
}

/* What the nearest hop before 'ttl' that quoted the field saw of it. */
static bool changed_before(const struct sweep *s, uint8_t ttl, enum compare_field f, uint32_t got)
{
	for (unsigned int i = ttl; i-- > s->rules.first;) {
		const struct seen *n = s->hop[i].seen;

		if (n && n->answer.quote.present && !n->answer.quote.blind &&
		    !(n->compare.unseen & 1u << f))
			return (n->compare.changed & 1u << f) && n->compare.got[f] == got;
	}
	return false;
}

/* Changes that the hop's quote shows for the first time: made at it, or since the hop before. */
static void changes(const struct sweep *s, uint8_t ttl, struct str *out)
{
	const struct compare *c = &s->hop[ttl].seen->compare;
	bool any = false;

	for (enum compare_field f = 0; f < COMPARE_FIELDS; f++) {
		if (!(c->changed & 1u << f) || changed_before(s, ttl, f, c->got[f]))
			continue;
		str_add(out, any ? "," : "       changed on the way here:");
		change(c, &s->kind, f, out);
		any = true;
	}
	if (any)
		str_add(out, "\n");
}

static void extensions(const struct answer *a, struct str *out)
{
	for (unsigned int i = 0; i < a->n_labels; i++)
		str_addf(out, "       MPLS label %u, TC %u, TTL %u%s\n", a->labels[i].label,
			 a->labels[i].tc, a->labels[i].ttl,
			 a->labels[i].bottom ? ", bottom of the stack" : "");
	for (unsigned int i = 0; i < a->n_ifaces; i++) {
		const struct iface_info *f = &a->ifaces[i];

		str_addf(out, "       %s interface", words_role(f->role));
		if (f->name[0]) {
			str_addc(out, ' ');
			safe(out, f->name);
		}
		if (f->has_index)
			str_addf(out, ", index %u", f->index);
		if (f->addr.family)
			str_addf(out, ", %s", addr_text(&f->addr).s);
		if (f->has_mtu)
			str_addf(out, ", MTU %u", f->mtu);
		str_add(out, "\n");
	}
	if (a->ext_bad)
		str_add(out, "       extensions that are damaged\n");
}

static void hop_line(struct target *t, uint8_t ttl, const struct job *job, struct know *k,
		     struct str *out)
{
	const struct hop *h = &target_sweep(t)->hop[ttl];
	size_t width = t->addr.family == AF_INET6 ? WIDTH_6 : WIDTH_4, start;
	const char *name;

	str_addf(out, "%3u  ", ttl);
	start = out->len;
	if (!h->seen) {
		str_add(out, "*\n");
		return;
	}
	str_add(out, addr_text(&h->seen->answer.from).s);
	pad_to(out, start, width + 2);
	start = out->len;
	text_rtt(out, h->seen->rtt_ns);
	pad_to(out, start, 8);
	place(k, &h->seen->answer.from, job, out);
	oddities(h, t, out);
	name = know_name(k, &h->seen->answer.from);
	if (name && *name)
		str_addf(out, "  %s", name);
	if (!name)
		t->nameless[ttl / 8] |= 1 << ttl % 8;
	while (out->len && out->p[out->len - 1] == ' ')
		out->len--;
	str_add(out, "\n");
	extensions(&h->seen->answer, out);
	changes(target_sweep(t), ttl, out);
}

static void last_word(const struct target *t, struct str *out)
{
	const struct sweep *s = target_sweep(t);
	uint8_t last = sweep_last(s);

	if (t->given_up)
		str_add(out, "ended before all was known\n");
	if (s->end && s->reached) {
		str_addf(out, "reached at hop %u in ", last);
		text_rtt(out, s->hop[last].seen ? s->hop[last].seen->rtt_ns : 0);
	} else if (s->end) {
		str_addf(out, "no way on from hop %u: %s", last,
			 words_answer(&s->hop[last].seen->answer));
	} else if (last) {
		str_addf(out, "no answer from beyond hop %u, up to %u", last, s->rules.max);
	} else if (s->n_send_failed == s->n_sent) {
		str_add(out, "no probe could be sent");
	} else {
		str_addf(out, "no answer from any hop up to %u", s->rules.max);
	}
	str_addf(out, "; %u probes, %.0f ms\n", s->n_sent,
		 ((t->swept_ns ? t->swept_ns : t->ended_ns) - t->began_ns) / 1e6);
	if (t->n_false)
		str_addf(out, "%u false answers: they look like answers to probes, but are not\n",
			 t->n_false);
}

static void mtu_lines(const struct target *t, struct str *out)
{
	const struct mtu *m = &t->mtu;

	for (unsigned int i = 0; i < m->n_steps; i++) {
		uint8_t ttl = target_hop_of(t, &m->step[i].from);

		str_addf(out, "MTU %u behind %s", m->step[i].mtu, addr_text(&m->step[i].from).s);
		if (ttl)
			str_addf(out, ", hop %u", ttl);
		str_add(out, "\n");
	}
	if (mtu_result(m))
		str_addf(out, "path MTU %u%s%s%s\n", mtu_result(m),
			 mtu_result(m) == PROBE_MAX ? " or more" : "",
			 m->target_answers ? "" : " at most: the target does not answer",
			 m->silent ? "; larger packets are dropped without a word" : "");
	else
		str_add(out, "path MTU not known: no probe got through, and no router said why\n");
}

static void paths_line(const struct paths *p, unsigned int ttl, struct str *out)
{
	const struct paths_hop *h = &p->hop[ttl], *next = &p->hop[ttl + 1];

	str_addf(out, "%3u  %u addresses, balanced per %s\n", ttl, h->n_ifaces,
		 h->per_packet ? "packet"
		 : h->n_repeats_seen * 2 > PATHS_REPEATS
			 ? "flow"
			 : "flow or packet: too few answers to tell");
	for (unsigned int i = 0; i < h->n_ifaces; i++) {
		bool all = true, any = false;

		for (unsigned int b = 0; ttl < p->last && b < next->n_ifaces; b++)
			all = paths_leads(p, ttl, i, b) && all;
		str_addf(out, "       %s, %u flows", addr_text(&h->iface[i].addr).s, h->iface[i].n);
		for (unsigned int b = 0; !all && b < next->n_ifaces; b++) {
			if (!paths_leads(p, ttl, i, b))
				continue;
			str_addf(out, "%s%s", any ? ", " : ", to ",
				 addr_text(&next->iface[b].addr).s);
			any = true;
		}
		str_add(out, "\n");
	}
}

static void paths_lines(const struct target *t, struct str *out)
{
	const struct paths *p = &t->paths;
	unsigned int n = 0;

	for (unsigned int i = p->first; p->hop && i <= p->last; i++)
		n += p->hop[i].n_ifaces > 1;
	str_addf(out, "paths: %u hops branch; at %u %% confidence a hop, %u probes\n", n,
		 t->confidence, p->n_sent);
	for (unsigned int i = p->first; p->hop && i <= p->last; i++)
		if (p->hop[i].n_ifaces > 1)
			paths_line(p, i, out);
	if (!p->kind.by_dst)
		str_add(out, "balancing by destination was not tested (--paths=dst does)\n");
}

static void report_row(struct table *rows, const struct cycles *c, unsigned int ttl)
{
	const struct cycles_hop *h = &c->hop[ttl];
	double confidence;
	enum cycles_verdict v = cycles_judge(c, ttl, &confidence);

	table_cellf(rows, "%u", ttl);
	table_cell(rows, h->addr.family ? addr_text(&h->addr).s : "*");
	table_cellf(rows, "%.1f %%", h->sent ? 100.0 * (h->sent - h->received) / h->sent : 0);
	table_cellf(rows, "%u", h->sent);
	table_cellf(rows, "%.2f", h->last_ns / 1e6);
	table_cellf(rows, "%.2f", h->received ? h->sum / h->received : 0);
	table_cellf(rows, "%.2f", h->best_ns / 1e6);
	table_cellf(rows, "%.2f", h->worst_ns / 1e6);
	table_cellf(rows, "%.2f", cycles_deviation(h));
	table_cellf(rows, "%.2f", h->n_jitter ? h->jitter / h->n_jitter : 0);
	if (v == CYCLES_LIMIT)
		table_cellf(rows, "rate limit, %.1f %% sure", confidence * 100);
	else
		table_cell(rows, v == CYCLES_NONE ? "" : cycles_words(v));
}

static void report_lines(const struct cycles *c, struct str *out)
{
	static const char *const heads[] = { "hop",	"address", "missing",	"sent",
					     "last ms", "avg",	   "best",	"worst",
					     "dev",	"jitter",  "because of" };
	struct table rows = table_of("rlrrrrrrrrl");

	for (unsigned int i = 0; i < ARRAY_SIZE(heads); i++)
		table_cell(&rows, heads[i]);
	for (unsigned int i = c->first; c->hop && i <= c->last; i++)
		report_row(&rows, c, i);
	table_print(&rows, 0, out);
	table_free(&rows);
}

bool text_progress(struct target *t, const struct job *job, struct know *k, int64_t now_ns,
		   struct str *out)
{
	const struct sweep *s = target_sweep(t);
	uint8_t last = sweep_last(s);
	unsigned int i;

	if (!t->begun || t->chosen < 0)
		return false;
	if (!t->shown) {
		heading(t, out);
		t->shown = s->rules.first;
	}
	/* while the end is open, holes behind the farthest answer may have no hop behind them */
	for (i = t->shown; i <= last && (t->done || sweep_settled(s, i, now_ns)); i++)
		hop_line(t, i, job, k, out);
	t->shown = i;
	if (t->done)
		last_word(t, out);
	if (t->done && t->paths.begun)
		paths_lines(t, out);
	if (t->done && t->cycles.begun)
		report_lines(&t->cycles, out);
	if (t->done && t->diff && t->diff->begun)
		outdiff_text(t->diff, k, out);
	if (t->done && t->mtu.begun)
		mtu_lines(t, out);
	return t->done;
}

void text_late_names(const struct target *t, struct know *k, struct str *out)
{
	const struct sweep *s = target_sweep(t);
	const char *name;

	for (unsigned int i = s->rules.first; i <= sweep_last(s); i++) {
		if (!(t->nameless[i / 8] & 1 << i % 8))
			continue;
		name = know_name(k, &s->hop[i].seen->answer.from);
		if (name && *name)
			str_addf(out, "%3u  %s  %s\n", i, addr_text(&s->hop[i].seen->answer.from).s,
				 name);
	}
}
