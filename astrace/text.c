// SPDX-License-Identifier: GPL-2.0-or-later
/* text - see text.h. Columns are as wide as addresses are; what differs in length comes last. */
#include "text.h"

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
}

static void pad_to(struct str *out, size_t start, size_t width)
{
	size_t have = out->len - start;

	str_pad(out, ' ', have < width ? width - have : 0);
}

static void place(const struct know *k, const struct addr *a, const struct job *job,
		  struct str *out)
{
	struct geo_place p;

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
	if (h->n_others)
		str_addf(out, "  also %s", addr_text(&h->other).s);
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
	str_addf(out, "; %u probes, %.0f ms\n", s->n_sent, (t->ended_ns - t->began_ns) / 1e6);
	if (t->n_false)
		str_addf(out, "%u false answers: they look like answers to probes, but are not\n",
			 t->n_false);
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
