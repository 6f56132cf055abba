// SPDX-License-Identifier: GPL-2.0-or-later
/* stats_svg - the report as a picture. */
#include <stdio.h>

#include "proto/render.h"
#include "stats.h"
#include "ui/fmt.h"
#include "ui/plot.h"

enum { PROTOCOLS = 24, TALKERS = 12 };

/* Bars and the texts they point at. */
struct bars {
	unsigned int n;
	struct plot_bar bar[PROTOCOLS];
	char label[PROTOCOLS][120];
	char text[PROTOCOLS][96];
};

static void add(struct bars *b, const char *label, const char *text, uint64_t value,
		unsigned int indent)
{
	if (b->n == PROTOCOLS)
		return;
	snprintf(b->label[b->n], sizeof(b->label[0]), "%s", label);
	snprintf(b->text[b->n], sizeof(b->text[0]), "%s", text);
	b->bar[b->n] = (struct plot_bar){ b->label[b->n], b->text[b->n], value, indent };
	b->n++;
}

static void add_node(const struct stats *s, const struct stats_node *n, unsigned int depth,
		     void *arg)
{
	char text[96];

	snprintf(text, sizeof(text), "%s, %s packets", fmt_percent(n->bytes, s->bytes).s,
		 fmt_count(n->packets).s);
	add(arg, n->proto->name, text, n->bytes, depth);
}

static void talkers(struct plot *p, const struct stats *s, const struct heavy *h, bool pair)
{
	const struct heavy_entry *top[TALKERS];
	uint32_t n = heavy_top(h, TALKERS, top);
	struct bars b = { 0 };
	char text[96];

	for (uint32_t i = 0; i < n; i++) {
		AUTO(str_free) struct str who = { 0 };

		stats_address(top[i], 0, &who);
		if (pair) {
			str_add(&who, " - ");
			stats_address(top[i], 1, &who);
		}
		snprintf(text, sizeof(text), "%s%s, %s", top[i]->over_bytes ? "at most " : "",
			 fmt_bytes(top[i]->bytes).s, fmt_percent(top[i]->bytes, s->bytes).s);
		add(&b, str_text(&who), text, top[i]->bytes, 0);
	}
	plot_bars(p, pair ? "Conversations, bytes" : "Talkers, bytes sent and received", b.bar,
		  b.n);
}

static void sizes(struct plot *p, const struct stats *s)
{
	struct bars b = { 0 };
	char label[32], text[96];

	for (unsigned int i = 0; i < STATS_SIZES; i++) {
		struct stats_range r = stats_range(i);

		if (r.to == UINT32_MAX)
			snprintf(label, sizeof(label), "%u or more", r.from);
		else
			snprintf(label, sizeof(label), "%u to %u", r.from, r.to);
		snprintf(text, sizeof(text), "%s, %s packets",
			 fmt_percent(s->size[i].packets, s->packets).s,
			 fmt_count(s->size[i].packets).s);
		add(&b, label, text, s->size[i].packets, 0);
	}
	plot_bars(p, "Packet sizes, bytes on the wire", b.bar, b.n);
}

static void rate(struct plot *p, const struct stats *s, bool packets)
{
	const struct timebins *t = &s->time;
	AUTO(str_free) struct str from = { 0 }, to = { 0 }, head = { 0 };
	uint64_t v[TIMEBINS], largest = 0;

	for (uint32_t i = 0; i < t->n; i++) {
		v[i] = packets ? t->bin[i].packets : t->bin[i].bytes;
		largest = MAX(largest, v[i]);
	}
	render_time(&from, timebins_start_ns(t, 0), 0, true);
	render_time(&to, timebins_start_ns(t, t->n), 0, true);
	str_addf(&head, "%s, steps of %s", packets ? "Packets over time" : "Bits over time",
		 fmt_duration(t->width_ns).s);
	plot_steps(p, str_text(&head), v, t->n,
		   packets ? fmt_packets_per_s(fmt_rate(largest, t->width_ns)).s :
			     fmt_bits_per_s(fmt_rate(largest * 8, t->width_ns)).s,
		   str_text(&from), str_text(&to));
}

void stats_svg(const struct stats *s, struct str *out)
{
	AUTO(plot_free) struct plot p = { 0 };
	AUTO(str_free) struct str note = { 0 };
	struct bars b = { 0 };

	str_addf(&note, "%s packets, %s bytes", fmt_thousands(s->packets).s,
		 fmt_thousands(s->bytes).s);
	if (s->packets)
		str_addf(&note, " in %s; %s with bad headers, %s cut short",
			 fmt_duration(stats_ns(s)).s, fmt_thousands(s->bad).s,
			 fmt_thousands(s->cut).s);
	plot_note(&p, str_text(&note));
	if (s->packets) {
		rate(&p, s, false);
		rate(&p, s, true);
		stats_each_node(s, 0, 0, add_node, &b);
		plot_bars(&p, "Protocols, bytes of the packets that have them", b.bar, b.n);
		talkers(&p, s, s->talkers, false);
		talkers(&p, s, s->pairs, true);
		sizes(&p, s);
	}
	plot_finish(&p, "Packets by netsniff --stats", out);
}
