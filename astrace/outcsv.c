// SPDX-License-Identifier: GPL-2.0-or-later
/* outcsv - see outcsv.h. */
#include "outcsv.h"

#include "words.h"

/* Text of any origin; quoted where it has to be. A spreadsheet must not take it for a formula. */
static void cell(struct str *out, const char *text)
{
	bool formula = text[0] && strchr("=+-@\t\r", text[0]);

	if (!formula && !strpbrk(text, ",\"\r\n")) {
		str_add(out, text);
		return;
	}
	str_addc(out, '"');
	if (formula)
		str_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			str_addc(out, '"');
		str_addc(out, *text);
	}
	str_addc(out, '"');
}

void outcsv_head(struct str *out)
{
	str_add(out,
		"target,target_address,method,ttl,address,name,rtt_ms,answer,asn,as_name,prefix,"
		"country,city,sent,answers\r\n");
}

static void known(struct str *out, const struct hop *h, struct know *k)
{
	const struct addr *from = &h->seen->answer.from;
	const char *name = know_name(k, from);
	struct geo_place p;

	(void)know_place(k, from, &p);
	str_addf(out, "%s,", addr_text(from).s);
	cell(out, name ? name : "");
	str_addf(out, ",%.3f,%s,", h->seen->rtt_ns / 1e6, words_answer(&h->seen->answer));
	if (p.asn)
		str_addf(out, "%u", p.asn);
	str_addc(out, ',');
	cell(out, p.as_name);
	str_addf(out, ",%s,", p.prefix_bits ? know_prefix(from, &p).s : "");
	cell(out, p.country);
	str_addc(out, ',');
	cell(out, p.city);
}

void outcsv_target(const struct target *t, struct know *k, struct str *out)
{
	const struct sweep *s = target_sweep(t);

	for (unsigned int i = s->rules.first; i <= sweep_last(s); i++) {
		const struct hop *h = &s->hop[i];

		cell(out, t->name);
		str_addf(out, ",%s,%s,%u,", addr_text(&t->addr).s, method_name(s->kind.method), i);
		if (h->seen)
			known(out, h, k);
		else
			str_add(out, ",,,,,,,,");
		str_addf(out, ",%u,%u\r\n", h->n_sent, h->n_answers);
	}
}
