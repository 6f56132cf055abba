// SPDX-License-Identifier: GPL-2.0-or-later
/* outdiff - see outdiff.h. */
#include "outdiff.h"

#include <stdio.h>

#include "ui/table.h"
#include "ui/term.h"
#include "words.h"

static const char *reply_words(const struct diff_reply *r)
{
	struct answer a = { .kind = r->kind, .type = r->type, .code = r->code, .from = r->from };

	return r->kind == ANSWER_TCP || r->kind == ANSWER_UDP ? diff_seen_words(r->what)
							      : words_answer(&a);
}

/* "192.0.2.1, AS64500"; "silent" for none. */
static void hop_words(const struct diff *d, unsigned int ttl, const struct know *k, struct str *out)
{
	struct addr a = diff_hop(d, ttl);
	struct geo_place p;

	if (!a.family) {
		str_add(out, "silent");
		return;
	}
	str_add(out, addr_text(&a).s);
	if (know_place(k, &a, &p) && p.asn)
		str_addf(out, ", AS%u", p.asn);
}

/* All that came back of a slot, over the rounds. */
static void side(const struct diff *d, bool test, unsigned int slot, struct str *out)
{
	unsigned int before = 0;

	for (unsigned int r = 0; r < DIFF_ROUNDS; r++) {
		const struct diff_trial *t = &d->trial[r][test][slot];

		if (t->seen & DIFF_UNCONNECTED && !t->n_replies)
			str_addf(out, "%sno handshake", out->len ? ", " : "");
		for (unsigned int i = 0; i < t->n_replies; i++) {
			const struct diff_reply *y = &t->reply[i];

			if (before & y->what)
				continue;
			before |= y->what;
			str_add(out, out->len ? ", " : "");
			if (y->what == DIFF_TIME) {
				str_add(out, addr_text(&y->from).s);
				continue;
			}
			str_add(out, reply_words(y));
			if (y->what == DIFF_ERROR)
				str_addf(out, " by %s", addr_text(&y->from).s);
			else
				str_addf(out, " (TTL %u)", y->ttl);
		}
	}
	if (!out->len)
		str_add(out, "*");
}

static void row(const struct diff *d, unsigned int slot, struct table *rows)
{
	for (unsigned int test = 0; test < 2; test++) {
		AUTO(str_free) struct str text = { 0 };

		if (!test && slot)
			table_cellf(rows, "%u", slot);
		else if (!test)
			table_cell(rows, "all");
		side(d, test, slot, &text);
		table_cell(rows, str_text(&text));
	}
}

static void where(const struct diff *d, const struct diff_finding *f, const struct know *k,
		  struct str *out)
{
	if (f->after) {
		str_addf(out, " behind hop %u (", f->after);
		hop_words(d, f->after, k, out);
		str_add(out, ")");
	}
	if (f->at && f->at == f->far) {
		str_addf(out, "%s by the target or before it", f->after ? "," : "");
	} else if (f->at) {
		str_addf(out, "%s before hop %u (", f->after ? "," : "", f->at);
		hop_words(d, f->at, k, out);
		str_add(out, ") answers");
	}
	if (f->place == DIFF_ON_PATH)
		str_add(out, ", on path: the payload itself went on");
	else if (f->place == DIFF_IN_PATH)
		str_add(out, ", in path: the payload went no farther");
	else
		str_add(out, ", in path or on path is not known");
	str_add(out, "\n");
}

void outdiff_text(const struct diff *d, const struct know *k, struct str *out)
{
	static const char *const verdicts[] = {
		[DIFF_DROPPED] = "the test payload is dropped",
		[DIFF_RESET] = "the test payload's connection is reset",
		[DIFF_ANSWERED] = "the test payload is answered by somebody else",
		[DIFF_REJECTED] = "the test payload is rejected",
	};
	struct diff_finding f = diff_found(d);
	struct table rows = table_of("rll");
	unsigned int last = f.far ? f.far : d->last;

	table_cell(&rows, "hop limit");
	table_cell(&rows, "control");
	table_cell(&rows, "test");
	for (unsigned int s = d->first; s <= last; s++)
		row(d, s, &rows);
	row(d, 0, &rows);
	str_add(out, "control ");
	term_add_safe(out, d->control.spec, strlen(d->control.spec));
	str_add(out, ", test ");
	term_add_safe(out, d->test.spec, strlen(d->test.spec));
	str_addf(out, ", by %s to port %u, %u tries\n", d->test.udp ? "UDP" : "TCP", d->dport,
		 d->n_begun);
	table_print(&rows, 0, out);
	table_free(&rows);
	if (f.verdict == DIFF_SAME) {
		str_add(out, "no difference: the test payload gets what the control gets\n");
	} else if (f.verdict == DIFF_NO_CONTROL) {
		str_add(out,
			"nothing to compare: the control payload does not get to the target\n");
	} else {
		str_add(out, verdicts[f.verdict]);
		where(d, &f, k, out);
	}
	if (d->blocked)
		str_add(out, "afterwards the control does not get through any more\n");
}

static void json_replies(const struct diff *d, bool test, unsigned int slot, struct jsonw *j)
{
	jsonw_array(j, test ? "test" : "control");
	for (unsigned int r = 0; r < DIFF_ROUNDS; r++) {
		const struct diff_trial *t = &d->trial[r][test][slot];

		for (unsigned int i = 0; i < t->n_replies; i++) {
			const struct diff_reply *y = &t->reply[i];

			jsonw_object(j, NULL);
			jsonw_u64(j, "round", r + 1);
			jsonw_str(j, "what", reply_words(y));
			jsonw_str(j, "address", addr_text(&y->from).s);
			jsonw_u64(j, "answer_ttl", y->ttl);
			jsonw_fixed(j, "rtt_ms", y->rtt_ns / 1000, 3);
			if (y->packet)
				jsonw_u64(j, "packet", y->packet);
			jsonw_end(j);
		}
	}
	jsonw_end(j);
}

/* How often it was sent, and how often there was no connection to send it in. */
static void json_counts(const struct diff *d, bool test, unsigned int slot, struct jsonw *j)
{
	unsigned int sent = 0, unconnected = 0;

	for (unsigned int r = 0; r < DIFF_ROUNDS; r++) {
		sent += d->trial[r][test][slot].sent_ns != 0;
		unconnected += (d->trial[r][test][slot].seen & DIFF_UNCONNECTED) != 0;
	}
	jsonw_u64(j, test ? "test_sent" : "control_sent", sent);
	jsonw_u64(j, test ? "test_unconnected" : "control_unconnected", unconnected);
}

static void json_hop(const struct diff *d, unsigned int slot, struct jsonw *j)
{
	jsonw_object(j, NULL);
	if (slot)
		jsonw_u64(j, "ttl", slot);
	else
		jsonw_null(j, "ttl");
	json_counts(d, false, slot, j);
	json_counts(d, true, slot, j);
	json_replies(d, false, slot, j);
	json_replies(d, true, slot, j);
	jsonw_end(j);
}

/* A hop limit, who says that it ran out, and whose that is. */
static void json_place(const struct diff *d, const char *key, unsigned int ttl,
		       const struct know *k, struct jsonw *j)
{
	struct addr a = diff_hop(d, ttl);
	struct geo_place p;

	if (!ttl) {
		jsonw_null(j, key);
		return;
	}
	jsonw_object(j, key);
	jsonw_u64(j, "ttl", ttl);
	jsonw_str(j, "address", a.family ? addr_text(&a).s : NULL);
	if (know_place(k, &a, &p) && p.asn)
		jsonw_u64(j, "asn", p.asn);
	else
		jsonw_null(j, "asn");
	jsonw_end(j);
}

void outdiff_json(const struct diff *d, const struct know *k, struct jsonw *j)
{
	struct diff_finding f = diff_found(d);
	unsigned int last = f.far ? f.far : d->last, far_ttl = 0;

	for (unsigned int s = 0; s <= DIFF_HOPS && !far_ttl; s++)
		far_ttl = d->trial[0][0][s].far_ttl;
	jsonw_object(j, "diff");
	jsonw_str(j, "control", d->control.spec);
	jsonw_str(j, "test", d->test.spec);
	jsonw_str(j, "protocol", d->test.udp ? "udp" : "tcp");
	jsonw_u64(j, "port", d->dport);
	jsonw_bool(j, "complete", d->done);
	jsonw_str(j, "verdict", diff_verdict_words(f.verdict));
	jsonw_str(j, "place", diff_place_words(f.place));
	json_place(d, "after", f.after, k, j);
	json_place(d, "at", f.at, k, j);
	if (f.far)
		jsonw_u64(j, "target_ttl", f.far);
	else
		jsonw_null(j, "target_ttl");
	if (far_ttl)
		jsonw_u64(j, "handshake_answer_ttl", far_ttl);
	jsonw_bool(j, "blocked_afterwards", d->blocked);
	jsonw_u64(j, "tries", d->n_begun);
	jsonw_array(j, "hops");
	for (unsigned int s = d->first; s <= last; s++)
		json_hop(d, s, j);
	json_hop(d, 0, j);
	jsonw_end(j);
	jsonw_end(j);
}
