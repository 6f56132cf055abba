// SPDX-License-Identifier: GPL-2.0-or-later
/* outjson - see outjson.h. */
#include "outjson.h"

#include "outdiff.h"
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
	if (know_has_ixp(k))
		jsonw_str(j, "ixp", know_ixp(k, a));
	jsonw_str(j, "country", p.country[0] ? p.country : NULL);
	jsonw_str(j, "city", p.city[0] ? p.city : NULL);
	if (any && p.has_position) {
		jsonw_fixed(j, "latitude", micro(p.latitude), 6);
		jsonw_fixed(j, "longitude", micro(p.longitude), 6);
	}
}

static void compare_value(struct jsonw *j, const char *key, const struct compare *c,
			  const struct probe_kind *k, enum compare_field f, bool got)
{
	const struct addr *a = f == COMPARE_SRC ? got ? &c->src : &k->src : got ? &c->dst : &k->dst;

	if (f == COMPARE_SRC || f == COMPARE_DST)
		jsonw_str(j, key, addr_text(a).s);
	else
		jsonw_u64(j, key, got ? c->got[f] : c->sent[f]);
}

/* What an error quotes of the probe, compared with what was sent. */
static void quote(struct jsonw *j, const struct seen *n, const struct probe_kind *k)
{
	const struct compare *c = &n->compare;

	if (!n->answer.quote.present || n->answer.quote.blind) {
		jsonw_null(j, "quote");
		return;
	}
	jsonw_object(j, "quote");
	jsonw_u64(j, "ttl", c->ttl);
	jsonw_u64(j, "payload_bytes", c->l4_bytes);
	jsonw_array(j, "changed");
	for (enum compare_field f = 0; f < COMPARE_FIELDS; f++) {
		if (!(c->changed & 1u << f))
			continue;
		jsonw_object(j, NULL);
		jsonw_str(j, "field", compare_name(f));
		compare_value(j, "sent", c, k, f, false);
		compare_value(j, "got", c, k, f, true);
		jsonw_end(j);
	}
	jsonw_end(j);
	jsonw_array(j, "unseen");
	for (enum compare_field f = 0; f < COMPARE_FIELDS; f++)
		if (c->unseen & 1u << f)
			jsonw_str(j, NULL, compare_name(f));
	jsonw_end(j);
	jsonw_end(j);
}

static void iface(struct jsonw *j, const struct iface_info *i)
{
	jsonw_object(j, NULL);
	jsonw_str(j, "role", words_role(i->role));
	if (i->has_index)
		jsonw_u64(j, "index", i->index);
	if (i->addr.family)
		jsonw_str(j, "address", addr_text(&i->addr).s);
	if (i->name[0])
		jsonw_str(j, "name", i->name);
	if (i->has_mtu)
		jsonw_u64(j, "mtu", i->mtu);
	jsonw_end(j);
}

static void extensions(struct jsonw *j, const struct answer *a)
{
	if (!a->has_ext)
		return;
	if (a->ext_bad)
		jsonw_bool(j, "extensions_bad", true);
	if (a->n_labels) {
		jsonw_array(j, "mpls");
		for (unsigned int i = 0; i < a->n_labels; i++) {
			jsonw_object(j, NULL);
			jsonw_u64(j, "label", a->labels[i].label);
			jsonw_u64(j, "tc", a->labels[i].tc);
			jsonw_bool(j, "bottom", a->labels[i].bottom);
			jsonw_u64(j, "ttl", a->labels[i].ttl);
			jsonw_end(j);
		}
		jsonw_end(j);
	}
	if (a->n_ifaces) {
		jsonw_array(j, "interfaces");
		for (unsigned int i = 0; i < a->n_ifaces; i++)
			iface(j, &a->ifaces[i]);
		jsonw_end(j);
	}
	if (a->n_unknown)
		jsonw_u64(j, "unknown_extensions", a->n_unknown);
}

static void answer(struct jsonw *j, const struct hop *h, const struct probe_kind *kind,
		   struct know *k)
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
	quote(j, n, kind);
	extensions(j, a);
	if (n->match == MATCH_NAT)
		jsonw_bool(j, "nat", true);
}

static void hop(struct jsonw *j, const struct sweep *s, unsigned int ttl, struct know *k)
{
	const struct hop *h = &s->hop[ttl];

	jsonw_object(j, NULL);
	jsonw_u64(j, "ttl", ttl);
	jsonw_u64(j, "sent", h->n_sent);
	jsonw_u64(j, "answers", h->n_answers);
	if (h->seen)
		answer(j, h, &s->kind, k);
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

static const char *balancing(const struct paths_hop *h)
{
	if (h->n_ifaces < 2)
		return "none";
	if (h->per_packet)
		return "packet";
	return h->n_repeats_seen * 2 > PATHS_REPEATS ? "flow" : "unknown";
}

static void paths_hop(struct jsonw *j, const struct paths *p, unsigned int ttl)
{
	const struct paths_hop *h = &p->hop[ttl];

	jsonw_object(j, NULL);
	jsonw_u64(j, "ttl", ttl);
	jsonw_str(j, "balancing", balancing(h));
	jsonw_u64(j, "flows", h->n_asked);
	jsonw_u64(j, "silent", h->n_silent);
	if (h->too_many)
		jsonw_bool(j, "too_many", true);
	jsonw_array(j, "addresses");
	for (unsigned int i = 0; i < h->n_ifaces; i++) {
		jsonw_object(j, NULL);
		jsonw_str(j, "address", addr_text(&h->iface[i].addr).s);
		jsonw_u64(j, "flows", h->iface[i].n);
		jsonw_fixed(j, "min_rtt_ms", h->iface[i].min_rtt_ns / 1000, 3);
		jsonw_array(j, "next");
		for (unsigned int b = 0; ttl < p->last && b < p->hop[ttl + 1].n_ifaces; b++)
			if (paths_leads(p, ttl, i, b))
				jsonw_str(j, NULL, addr_text(&p->hop[ttl + 1].iface[b].addr).s);
		jsonw_end(j);
		jsonw_end(j);
	}
	jsonw_end(j);
	jsonw_end(j);
}

static void paths(struct jsonw *j, const struct target *t)
{
	const struct paths *p = &t->paths;

	jsonw_object(j, "paths");
	jsonw_u64(j, "confidence_percent", t->confidence);
	jsonw_str(j, "varied", p->kind.by_dst ? "destination" : "port");
	jsonw_bool(j, "by_destination_tested", p->kind.by_dst);
	jsonw_u64(j, "probes", p->n_sent);
	jsonw_fixed(j, "duration_ms", (t->ended_ns - t->swept_ns) / 1000, 3);
	jsonw_array(j, "hops");
	for (unsigned int i = p->first; p->hop && i <= p->last; i++)
		paths_hop(j, p, i);
	jsonw_end(j);
	jsonw_end(j);
}

static void report_hop(struct jsonw *j, const struct cycles *c, unsigned int ttl)
{
	const struct cycles_hop *h = &c->hop[ttl];
	double confidence;
	enum cycles_verdict v = cycles_judge(c, ttl, &confidence);

	jsonw_object(j, NULL);
	jsonw_u64(j, "ttl", ttl);
	addr_or_null(j, "address", &h->addr);
	jsonw_u64(j, "sent", h->sent);
	jsonw_u64(j, "received", h->received);
	if (h->received) {
		jsonw_fixed(j, "last_ms", h->last_ns / 1000, 3);
		jsonw_fixed(j, "best_ms", h->best_ns / 1000, 3);
		jsonw_fixed(j, "average_ms", h->sum / h->received * 1000, 3);
		jsonw_fixed(j, "worst_ms", h->worst_ns / 1000, 3);
		jsonw_fixed(j, "deviation_ms", cycles_deviation(h) * 1000, 3);
		jsonw_fixed(j, "jitter_ms", h->n_jitter ? h->jitter / h->n_jitter * 1000 : 0, 3);
	}
	jsonw_str(j, "missing", cycles_words(v));
	if (confidence > 0)
		jsonw_fixed(j, "confidence", confidence * 1000, 3);
	jsonw_end(j);
}

static void report(struct jsonw *j, const struct cycles *c)
{
	jsonw_object(j, "report");
	jsonw_u64(j, "cycles", c->n);
	jsonw_array(j, "hops");
	for (unsigned int i = c->first; c->hop && i <= c->last; i++)
		report_hop(j, c, i);
	jsonw_end(j);
	jsonw_end(j);
}

static void mtu(struct jsonw *j, const struct target *t)
{
	const struct mtu *m = &t->mtu;

	jsonw_object(j, "mtu");
	if (mtu_result(m))
		jsonw_u64(j, "path", mtu_result(m));
	else
		jsonw_null(j, "path");
	jsonw_u64(j, "local", m->local);
	jsonw_bool(j, "silent", m->silent);
	jsonw_array(j, "steps");
	for (unsigned int i = 0; i < m->n_steps; i++) {
		uint8_t ttl = target_hop_of(t, &m->step[i].from);

		jsonw_object(j, NULL);
		jsonw_u64(j, "mtu", m->step[i].mtu);
		jsonw_str(j, "address", addr_text(&m->step[i].from).s);
		if (ttl)
			jsonw_u64(j, "ttl", ttl);
		else
			jsonw_null(j, "ttl");
		jsonw_end(j);
	}
	jsonw_end(j);
	jsonw_end(j);
}

void outjson_target(const struct target *t, struct know *k, struct str *out)
{
	const struct sweep *s = target_sweep(t);
	struct jsonw j = jsonw_of(out);
	int64_t swept = t->swept_ns ? t->swept_ns : t->ended_ns;

	jsonw_object(&j, NULL);
	jsonw_str(&j, "target", t->name);
	jsonw_str(&j, "address", addr_text(&t->addr).s);
	addr_or_null(&j, "source", &t->src);
	jsonw_str(&j, "method", method_name(s->kind.method));
	if (s->kind.method != METHOD_ICMP) {
		jsonw_u64(&j, "port", s->kind.dport);
		jsonw_u64(&j, "source_port", s->kind.sport);
	}
	jsonw_bool(&j, "limited", t->limited);
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
	jsonw_fixed(&j, "duration_ms", (swept - t->began_ns) / 1000, 3);
	jsonw_array(&j, "hops");
	for (unsigned int i = s->rules.first; i <= sweep_last(s); i++)
		hop(&j, s, i, k);
	jsonw_end(&j);
	as_path(&j, s, k);
	if (t->paths.begun)
		paths(&j, t);
	if (t->cycles.begun)
		report(&j, &t->cycles);
	if (t->mtu.begun)
		mtu(&j, t);
	if (t->diff && t->diff->begun)
		outdiff_json(t->diff, k, &j);
	jsonw_line(&j);
}
