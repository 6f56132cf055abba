// SPDX-License-Identifier: GPL-2.0-or-later
/* outjson - see outjson.h. */
#include "outjson.h"

#include "ui/jsonw.h"
#include "words.h"

static void addr_or_null(struct jsonw *j, const char *key, const struct addr *a)
{
	jsonw_str(j, key, a->family ? addr_text(a).s : NULL);
}

static int64_t micro(double degrees)
{
	return degrees * 1e6 + (degrees < 0 ? -0.5 : 0.5);
}

static void place(struct jsonw *j, const struct know *k, const struct addr *a)
{
	struct geo_place p;
	bool any = know_place(k, a, &p);

	if (any && p.asn)
		jsonw_u64(j, "asn", p.asn);
	else
		jsonw_null(j, "asn");
	jsonw_str(j, "as_name", p.as_name[0] ? p.as_name : NULL);
	jsonw_str(j, "prefix", p.prefix_bits ? know_prefix(a, &p).s : NULL);
	jsonw_str(j, "country", p.country[0] ? p.country : NULL);
	jsonw_str(j, "city", p.city[0] ? p.city : NULL);
	if (any && p.has_position) {
		jsonw_fixed(j, "latitude", micro(p.latitude), 6);
		jsonw_fixed(j, "longitude", micro(p.longitude), 6);
	}
}

static void answer(struct jsonw *j, const struct hop *h, struct know *k)
{
	const struct seen *n = h->seen;
	const struct answer *a = &n->answer;
	const char *name = know_name(k, &a->from);

	jsonw_str(j, "address", addr_text(&a->from).s);
	jsonw_str(j, "name", name && *name ? name : NULL);
	jsonw_fixed(j, "rtt_ms", n->rtt_ns / 1000, 3);
	jsonw_str(j, "answer", words_answer(a));
	if (a->kind == ANSWER_ECHO || a->quote.present) {
		jsonw_u64(j, "icmp_type", a->type);
		jsonw_u64(j, "icmp_code", a->code);
	}
	jsonw_u64(j, "answer_ttl", a->ttl);
	if (h->n_others) {
		jsonw_array(j, "others");
		jsonw_str(j, NULL, addr_text(&h->other).s);
		jsonw_end(j);
	}
	place(j, k, &a->from);
}

static void hop(struct jsonw *j, const struct sweep *s, unsigned int ttl, struct know *k)
{
	const struct hop *h = &s->hop[ttl];

	jsonw_object(j, NULL);
	jsonw_u64(j, "ttl", ttl);
	jsonw_u64(j, "sent", h->n_sent);
	jsonw_u64(j, "answers", h->n_answers);
	if (h->seen)
		answer(j, h, k);
	else
		jsonw_null(j, "address");
	jsonw_end(j);
}

static void as_path(struct jsonw *j, const struct sweep *s, const struct know *k)
{
	uint32_t last = 0;

	jsonw_array(j, "as_path");
	for (unsigned int i = s->rules.first; i <= sweep_last(s); i++) {
		struct geo_place p;

		if (!s->hop[i].seen || !know_place(k, &s->hop[i].seen->answer.from, &p) || !p.asn ||
		    p.asn == last)
			continue;
		last = p.asn;
		jsonw_u64(j, NULL, last);
	}
	jsonw_end(j);
}

void outjson_target(const struct target *t, struct know *k, struct str *out)
{
	const struct sweep *s = target_sweep(t);
	struct jsonw j = jsonw_of(out);

	jsonw_object(&j, NULL);
	jsonw_str(&j, "target", t->name);
	jsonw_str(&j, "address", addr_text(&t->addr).s);
	addr_or_null(&j, "source", &t->src);
	jsonw_str(&j, "method", method_name(s->kind.method));
	if (s->kind.method != METHOD_ICMP) {
		jsonw_u64(&j, "port", s->kind.dport);
		jsonw_u64(&j, "source_port", s->kind.sport);
	}
	jsonw_bool(&j, "complete", t->done && !t->given_up);
	jsonw_bool(&j, "reached", s->end && s->reached);
	if (s->end)
		jsonw_u64(&j, "end_ttl", s->end);
	else
		jsonw_null(&j, "end_ttl");
	jsonw_u64(&j, "probes", s->n_sent);
	jsonw_u64(&j, "answers", s->n_answers);
	jsonw_u64(&j, "false_answers", t->n_false);
	jsonw_u64(&j, "repeated_answers", s->n_twice);
	jsonw_fixed(&j, "duration_ms", (t->ended_ns - t->began_ns) / 1000, 3);
	jsonw_array(&j, "hops");
	for (unsigned int i = s->rules.first; i <= sweep_last(s); i++)
		hop(&j, s, i, k);
	jsonw_end(&j);
	as_path(&j, s, k);
	jsonw_line(&j);
}
