// SPDX-License-Identifier: GPL-2.0-or-later
/* stats_json - the report as one object; its members are described in netsniff.8. */
#include "proto/render.h"
#include "stats.h"

static void add_time(struct jsonw *j, const char *key, int64_t ns)
{
	AUTO(str_free) struct str text = { 0 };

	render_epoch(&text, ns);
	jsonw_str(j, key, str_text(&text));
}

static void add_node(const struct stats *s, const struct stats_node *n, unsigned int depth,
		     void *arg)
{
	AUTO(str_free) struct str path = { 0 };
	struct jsonw *j = arg;

	(void)depth;
	stats_path(s, n, &path);
	jsonw_object(j, NULL);
	jsonw_str(j, "layers", str_text(&path));
	jsonw_str(j, "proto", n->proto->name);
	jsonw_u64(j, "packets", n->packets);
	jsonw_u64(j, "bytes", n->bytes);
	jsonw_end(j);
}

static void add_address(struct jsonw *j, const char *key, const struct heavy_entry *e,
			unsigned int which)
{
	AUTO(str_free) struct str text = { 0 };

	stats_address(e, which, &text);
	jsonw_str(j, key, str_text(&text));
}

static void add_entries(struct jsonw *j, const char *key, const struct heavy *h, bool pair)
{
	const struct heavy_entry *top[STATS_TOP];
	uint32_t n = heavy_top(h, STATS_TOP, top);

	jsonw_object(j, key);
	jsonw_u64(j, "table", STATS_ENTRIES);
	jsonw_u64(j, "in_table", heavy_n(h));
	jsonw_u64(j, "replaced", heavy_replaced(h));
	jsonw_array(j, "top");
	for (uint32_t i = 0; i < n; i++) {
		jsonw_object(j, NULL);
		add_address(j, pair ? "a" : "address", top[i], 0);
		if (pair)
			add_address(j, "b", top[i], 1);
		jsonw_u64(j, "packets", top[i]->packets);
		jsonw_u64(j, "bytes", top[i]->bytes);
		jsonw_u64(j, pair ? "a_to_b_packets" : "sent_packets", top[i]->sent_packets);
		jsonw_u64(j, pair ? "a_to_b_bytes" : "sent_bytes", top[i]->sent_bytes);
		jsonw_u64(j, "over_bytes", top[i]->over_bytes);
		jsonw_end(j);
	}
	jsonw_end(j);
	jsonw_end(j);
}

static void add_sizes(const struct stats *s, struct jsonw *j)
{
	jsonw_array(j, "sizes");
	for (unsigned int i = 0; i < STATS_SIZES; i++) {
		struct stats_range r = stats_range(i);

		jsonw_object(j, NULL);
		jsonw_u64(j, "from", r.from);
		if (r.to == UINT32_MAX)
			jsonw_null(j, "to");
		else
			jsonw_u64(j, "to", r.to);
		jsonw_u64(j, "packets", s->size[i].packets);
		jsonw_u64(j, "bytes", s->size[i].bytes);
		jsonw_end(j);
	}
	jsonw_end(j);
}

static void add_rate(const struct timebins *t, struct jsonw *j)
{
	jsonw_object(j, "rate");
	if (t->n) {
		add_time(j, "start", timebins_start_ns(t, 0));
		jsonw_fixed(j, "seconds", t->width_ns, 9);
	}
	jsonw_array(j, "packets");
	for (uint32_t i = 0; i < t->n; i++)
		jsonw_u64(j, NULL, t->bin[i].packets);
	jsonw_end(j);
	jsonw_array(j, "bytes");
	for (uint32_t i = 0; i < t->n; i++)
		jsonw_u64(j, NULL, t->bin[i].bytes);
	jsonw_end(j);
	jsonw_end(j);
}

void stats_json(const struct stats *s, struct jsonw *j)
{
	jsonw_object(j, NULL);
	jsonw_object(j, "stats");
	jsonw_u64(j, "packets", s->packets);
	jsonw_u64(j, "bytes", s->bytes);
	jsonw_u64(j, "bad", s->bad);
	jsonw_u64(j, "cut", s->cut);
	if (s->packets) {
		add_time(j, "first", s->first_ns);
		add_time(j, "last", s->last_ns);
	}
	jsonw_array(j, "protocols");
	stats_each_node(s, 0, 0, add_node, j);
	jsonw_end(j);
	jsonw_u64(j, "protocols_full", s->other_packets);
	add_entries(j, "talkers", s->talkers, false);
	add_entries(j, "conversations", s->pairs, true);
	add_sizes(s, j);
	add_rate(&s->time, j);
	jsonw_line(j);
}
