// SPDX-License-Identifier: GPL-2.0-or-later
/* stats_text - the report for people: tables, and bars of # for sizes and rate. */
#include <stdio.h>

#include "proto/render.h"
#include "stats.h"
#include "ui/fmt.h"
#include "ui/table.h"

enum { BAR = 40, TIMES = 24 };


static void add_bar(struct table *t, uint64_t v, uint64_t largest)
{
	char bar[BAR + 1];
	unsigned int n = largest ? (unsigned int)((double)v / largest * BAR + 0.5) : 0;

	memset(bar, '#', BAR);
	bar[v && !n ? 1 : n] = '\0';
	table_cell(t, bar);
}

static void add_node(const struct stats *s, const struct stats_node *n, unsigned int depth,
		     void *arg)
{
	struct table *t = arg;

	table_cellf(t, "%*s%s", (int)depth * 2, "", n->proto->name);
	table_u64(t, n->packets);
	table_cell(t, fmt_percent(n->packets, s->packets).s);
	table_u64(t, n->bytes);
	table_cell(t, fmt_percent(n->bytes, s->bytes).s);
}

static void protocols(const struct stats *s, struct str *out)
{
	AUTO(table_free) struct table t = table_of("lrrrr");

	str_add(out, "\nProtocols\n");
	table_cell(&t, "");
	table_cell(&t, "packets");
	table_cell(&t, "");
	table_cell(&t, "bytes");
	table_cell(&t, "");
	stats_each_node(s, 0, 0, add_node, &t);
	table_print(&t, 2, out);
	if (s->other_packets)
		str_addf(out, "  %s packets have more layers: the table of %d is full\n",
			 fmt_thousands(s->other_packets).s, STATS_NODES);
}

static void add_entry(struct table *t, const struct heavy_entry *e, bool pair)
{
	AUTO(str_free) struct str who = { 0 };
	const char *about = e->over_bytes ? "~" : "";

	stats_address(e, 0, &who);
	if (pair) {
		str_add(&who, " - ");
		stats_address(e, 1, &who);
	}
	table_cell(t, str_text(&who));
	table_cellf(t, "%s%s", about, fmt_thousands(e->packets).s);
	table_cellf(t, "%s%s", about, fmt_thousands(e->bytes).s);
	table_cellf(t, "%s%s", about, fmt_thousands(e->sent_bytes).s);
	table_cellf(t, "%s%s", about, fmt_thousands(e->bytes - e->over_bytes - e->sent_bytes).s);
}

static void talkers(const struct heavy *h, bool pair, struct str *out)
{
	AUTO(table_free) struct table t = table_of("lrrrr");
	const struct heavy_entry *top[STATS_TOP];
	uint32_t n = heavy_top(h, STATS_TOP, top);
	const char *what = pair ? "conversations" : "addresses";

	str_addf(out, "\n%s, the first %u of %s%s by bytes\n", pair ? "Conversations" : "Talkers",
		 n, heavy_replaced(h) ? "more than " : "", fmt_thousands(heavy_n(h)).s);
	table_cell(&t, "");
	table_cell(&t, "packets");
	table_cell(&t, "bytes");
	table_cell(&t, pair ? "there" : "sent");
	table_cell(&t, pair ? "back" : "received");
	for (uint32_t i = 0; i < n; i++)
		add_entry(&t, top[i], pair);
	table_print(&t, 2, out);
	if (heavy_replaced(h))
		str_addf(out, "  The table of %s %s was full: bytes with ~ are at most so many, "
			      "by at most %s bytes too many; other figures with ~ at least.\n",
			 fmt_thousands(STATS_ENTRIES).s, what,
			 fmt_thousands(n ? top[n - 1]->over_bytes : 0).s);
}

static void size_rows(const struct stats *s, struct str *out)
{
	AUTO(table_free) struct table t = table_of("rrrrl");
	uint64_t largest = 0;

	for (unsigned int i = 0; i < STATS_SIZES; i++)
		largest = MAX(largest, s->size[i].packets);
	str_add(out, "\nPacket sizes, bytes on the wire\n");
	for (unsigned int i = 0; i < STATS_SIZES; i++) {
		struct stats_range r = stats_range(i);

		if (r.to == UINT32_MAX)
			table_cellf(&t, "%u-", r.from);
		else
			table_cellf(&t, "%u-%u", r.from, r.to);
		table_u64(&t, s->size[i].packets);
		table_cell(&t, fmt_percent(s->size[i].packets, s->packets).s);
		table_u64(&t, s->size[i].bytes);
		add_bar(&t, s->size[i].packets, largest);
	}
	table_print(&t, 2, out);
}

static void rates(struct stats *s, struct str *out)
{
	AUTO(table_free) struct table t = table_of("lrrl");
	struct timebins *b = &s->time;
	uint64_t largest = 0;

	timebins_narrow(b, TIMES);
	for (uint32_t i = 0; i < b->n; i++)
		largest = MAX(largest, b->bin[i].bytes);
	str_addf(out, "\nRate, each line %s from this time (UTC) on\n",
		 fmt_duration(b->width_ns).s);
	for (uint32_t i = 0; i < b->n; i++) {
		AUTO(str_free) struct str when = { 0 };

		render_time(&when, timebins_start_ns(b, i), 0, b->width_ns >= 3600000000000);
		table_cell(&t, str_text(&when));
		table_cell(&t, fmt_packets_per_s(fmt_rate(b->bin[i].packets, b->width_ns)).s);
		table_cell(&t, fmt_bits_per_s(fmt_rate(b->bin[i].bytes * 8, b->width_ns)).s);
		add_bar(&t, b->bin[i].bytes, largest);
	}
	table_print(&t, 2, out);
}

static void head(const struct stats *s, struct str *out)
{
	uint64_t ns = stats_ns(s);

	str_addf(out, "Statistics of %s packets, %s bytes", fmt_thousands(s->packets).s,
		 fmt_thousands(s->bytes).s);
	if (!s->packets) {
		str_addc(out, '\n');
		return;
	}
	str_add(out, "\n  from ");
	render_time(out, s->first_ns, 0, true);
	str_add(out, " to ");
	render_time(out, s->last_ns, 0, true);
	str_addf(out, " UTC, %s\n", fmt_duration(ns).s);
	if (ns)
		str_addf(out, "  %s, %s on average\n", fmt_packets_per_s(fmt_rate(s->packets, ns)).s,
			 fmt_bits_per_s(fmt_rate(s->bytes * 8, ns)).s);
	if (s->bad || s->cut)
		str_addf(out, "  %s with bad headers, %s cut short\n", fmt_thousands(s->bad).s,
			 fmt_thousands(s->cut).s);
}

void stats_text(struct stats *s, struct str *out)
{
	head(s, out);
	if (!s->packets)
		return;
	protocols(s, out);
	talkers(s->talkers, false, out);
	talkers(s->pairs, true, out);
	size_rows(s, out);
	rates(s, out);
}
