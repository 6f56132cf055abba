// SPDX-License-Identifier: GPL-2.0-or-later
/* account - see account.h. */
#include "account.h"

#include <inttypes.h>
#include <stdio.h>

#include "sys/clock.h"
#include "ui/fmt.h"
#include "ui/jsonw.h"
#include "ui/table.h"

/* One interface's counters at one moment. */
struct ledger {
	uint64_t nic_received, nic_dropped, nic_missed;
	struct ring_rx_count ring;
	uint64_t filter_rejected;
	bool filter_counted;
	uint64_t written, written_bytes, rejected, not_written;
};

static void read_ledger(struct lane *l, struct ledger *ret_g)
{
	*ret_g = (struct ledger){ 0 };
	fairlock_take(l->lock);
	lane_read_nic(l);
	ret_g->nic_received = l->nic.rx_packets - l->nic_start.rx_packets;
	ret_g->nic_dropped = l->nic.rx_dropped - l->nic_start.rx_dropped;
	ret_g->nic_missed = l->nic.rx_missed - l->nic_start.rx_missed;
	lane_count(l, &ret_g->ring);
	ret_g->filter_counted = lane_rejected(l, &ret_g->filter_rejected);
	ret_g->written = l->written;
	ret_g->written_bytes = l->written_bytes;
	ret_g->rejected = l->rejected;
	ret_g->not_written = l->not_written;
	fairlock_leave(l->lock);
}

/* Files and bytes of all threads' outputs. */
static void totals(const struct account *a, uint64_t *ret_files, uint64_t *ret_bytes)
{
	uint64_t files, bytes;
	uint32_t i;

	*ret_files = *ret_bytes = 0;
	for (i = 0; a->setup->outs && i < a->setup->n_threads; i++) {
		fairlock_take(&a->setup->locks[i]);
		out_totals(a->setup->outs[i], &files, &bytes);
		fairlock_leave(&a->setup->locks[i]);
		*ret_files += files;
		*ret_bytes += bytes;
	}
}

void account_start(struct account *a, struct setup *s)
{
	*a = (struct account){ .setup = s, .start_ns = clock_mono_ns(),
			       .setup_cpu_ns = clock_cpu_ns() };
	a->last_ns = a->start_ns;
}

static bool json_to_stdout(const struct account *a)
{
	return a->setup->job->sink != SINK_STDOUT;
}

static void put(const struct account *a, const struct str *text)
{
	bool out = a->setup->job->json && json_to_stdout(a) && !a->no_stdout;
	FILE *to = out ? stdout : stderr;

	fwrite(str_text(text), 1, text->len, to);
	fflush(to);
}

static void json_lane(struct jsonw *j, const struct lane *l, const struct ledger *g,
		      bool with_decap)
{
	jsonw_object(j, NULL);
	jsonw_str(j, "interface", l->dev.name);
	jsonw_u64(j, "thread", l->thread);
	jsonw_object(j, "nic");
	jsonw_u64(j, "received", g->nic_received);
	jsonw_u64(j, "dropped", g->nic_dropped);
	jsonw_u64(j, "missed", g->nic_missed);
	jsonw_bool(j, "comparable", !l->merges);
	jsonw_end(j);
	jsonw_object(j, "filter");
	if (!l->filtered)
		jsonw_u64(j, "rejected", 0);
	else if (g->filter_counted)
		jsonw_u64(j, "rejected", g->filter_rejected);
	else
		jsonw_null(j, "rejected");
	jsonw_end(j);
	jsonw_object(j, "ring");
	jsonw_u64(j, "offered", g->ring.offered);
	jsonw_u64(j, "dropped", g->ring.dropped);
	jsonw_u64(j, "frozen", g->ring.freezes);
	jsonw_u64(j, "in_blocks", g->ring.in_blocks);
	jsonw_u64(j, "blocks", g->ring.blocks);
	jsonw_end(j);
	jsonw_u64(j, "written", g->written);
	jsonw_u64(j, "written_bytes", g->written_bytes);
	jsonw_u64(j, "rejected", g->rejected);
	if (with_decap)
		jsonw_u64(j, "decapsulated", l->decapsulated);
	jsonw_u64(j, "not_written", g->not_written);
	jsonw_end(j);
}

static void json_account(struct account *a, const char *kind, struct str *out)
{
	struct jsonw j = jsonw_of(out);
	struct replay_account sent;
	uint64_t files = 0, bytes = 0;
	struct ledger g;
	uint32_t i;

	totals(a, &files, &bytes);
	jsonw_object(&j, NULL);
	jsonw_object(&j, kind);
	jsonw_fixed(&j, "seconds", clock_mono_ns() - a->start_ns, 9);
	jsonw_fixed(&j, "cpu_seconds", clock_cpu_ns() - a->setup_cpu_ns, 9);
	jsonw_fixed(&j, "setup_cpu_seconds", a->setup_cpu_ns, 9);
	jsonw_u64(&j, "files", files);
	jsonw_u64(&j, "file_bytes", bytes);
	jsonw_array(&j, "interfaces");
	for (i = 0; i < a->setup->n_lanes; i++) {
		read_ledger(&a->setup->lanes[i], &g);
		json_lane(&j, &a->setup->lanes[i], &g, a->setup->unwraps);
	}
	if (a->setup->replay) {
		jsonw_end(&j);
		replay_get_account(a->setup->replay, &sent);
		jsonw_object(&j, "sent");
		replay_report_json(&sent, &j);
	}
	jsonw_line(&j);
}

static void text_lane(struct table *t, const struct lane *l, const struct ledger *g,
		      uint32_t n_threads)
{
	if (n_threads > 1)
		table_cellf(t, "%s thread %" PRIu32, l->dev.name, l->thread);
	else
		table_cell(t, l->dev.name);
	table_u64(t, g->nic_received);
	table_u64(t, g->nic_dropped + g->nic_missed);
	if (!l->filtered)
		table_cell(t, "-");
	else if (g->filter_counted)
		table_u64(t, g->filter_rejected);
	else
		table_cell(t, "not counted");
	table_u64(t, g->ring.offered);
	table_u64(t, g->ring.dropped);
	table_u64(t, g->ring.freezes);
	table_u64(t, g->written);
	table_u64(t, g->rejected);
	table_u64(t, g->not_written);
}

static void text_account(struct account *a, struct str *out)
{
	const char *const heads[] = { "interface", "received", "dropped", "rejected",
					     "offered",
				      "dropped", "frozen", a->setup->replay ? "passed on" : "written",
				      "rejected", a->setup->replay ? "not passed on" : "not written" };
	static const char *const groups[] = { "", "device", "device", "filter", "ring",
					      "ring", "ring", "packets", "packets", "packets" };
	struct table t = table_of("lrrrrrrrrr");
	struct replay_account sent;
	uint64_t files = 0, bytes = 0, cpu = clock_cpu_ns() - a->setup_cpu_ns, written = 0;
	uint64_t decapsulated = 0;
	bool merges = false;
	struct ledger g;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(groups); i++)
		table_cell(&t, groups[i]);
	for (i = 0; i < ARRAY_SIZE(heads); i++)
		table_cell(&t, heads[i]);
	for (i = 0; i < a->setup->n_lanes; i++) {
		read_ledger(&a->setup->lanes[i], &g);
		text_lane(&t, &a->setup->lanes[i], &g, a->setup->n_threads);
		merges |= a->setup->lanes[i].merges;
		written += g.written;
		decapsulated += a->setup->lanes[i].decapsulated;
	}
	table_print(&t, 0, out);
	table_free(&t);
	if (merges)
		str_add(out, "device counters are not comparable where packets are merged or cut "
			     "(GRO, TSO)\n");
	if (a->setup->unwraps)
		str_addf(out, "%s packets without the tunnel they came in\n",
			 fmt_thousands(decapsulated).s);
	if (a->setup->outs) {
		totals(a, &files, &bytes);
		str_addf(out, "%" PRIu64 " %s, %s; ", files, files == 1 ? "file" : "files",
			 fmt_bytes(bytes).s);
	}
	str_addf(out, "%s, %s of CPU", fmt_duration(clock_mono_ns() - a->start_ns).s,
		 fmt_duration(cpu).s);
	if (written)
		str_addf(out, ", %s a packet", fmt_duration(cpu / written).s);
	str_addc(out, '\n');
	if (a->setup->replay) {
		replay_get_account(a->setup->replay, &sent);
		replay_report_text(&sent, out);
	}
}

void account_interval(struct account *a)
{
	AUTO(str_free) struct str out = { 0 };
	uint64_t written = 0, bytes = 0, dropped = 0;
	int64_t now = clock_mono_ns();
	struct ledger g;
	uint32_t i;

	if (a->setup->job->json) {
		json_account(a, "interval", &out);
		put(a, &out);
		return;
	}
	for (i = 0; i < a->setup->n_lanes; i++) {
		read_ledger(&a->setup->lanes[i], &g);
		written += g.written;
		bytes += g.written_bytes;
		dropped += g.ring.dropped;
	}
	str_addf(&out, "%s: %s packets, %s, %s; %s dropped, %s since the start\n",
		 fmt_duration(now - a->start_ns).s, fmt_thousands(written).s,
		 fmt_packets_per_s(fmt_rate(written - a->last_written, now - a->last_ns)).s,
		 fmt_bits_per_s(fmt_rate((bytes - a->last_bytes) * 8, now - a->last_ns)).s,
		 fmt_thousands(dropped - a->last_dropped).s, fmt_thousands(dropped).s);
	a->last_ns = now;
	a->last_written = written;
	a->last_bytes = bytes;
	a->last_dropped = dropped;
	put(a, &out);
}

void account_end(struct account *a)
{
	AUTO(str_free) struct str out = { 0 };

	if (a->setup->job->json)
		json_account(a, "account", &out);
	else
		text_account(a, &out);
	put(a, &out);
}
