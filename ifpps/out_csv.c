// SPDX-License-Identifier: GPL-2.0-or-later
/* out_csv - the columns of -c for one device, which gnuplot scripts know by number. */
#include "out.h"

#include <inttypes.h>

#include "sys/clock.h"

static const char *const columns[] = {
	"unixtime", "rx-bytes-per-t", "rx-pkts-per-t", "rx-drops-per-t", "rx-errors-per-t",
	"rx-bytes", "rx-pkts", "rx-drops", "rx-errors", "tx-bytes-per-t", "tx-pkts-per-t",
	"tx-drops-per-t", "tx-errors-per-t", "tx-bytes", "tx-pkts", "tx-drops", "tx-errors",
	"context-switches-per-t", "mem-free", "mem-used", "mem-total", "swap-free", "swap-used",
	"swap-total", "procs-total", "procs-in-run", "procs-in-iow",
};

static const char *const cpu_columns[] = {
	"usr-per-t", "nice-per-t", "sys-per-t", "idle-per-t", "iow-per-t", "net-irqs-per-t",
	"net-irqs", "net-rx-soft-irqs-per-t", "net-rx-soft-irqs", "net-tx-soft-irqs-per-t",
	"net-tx-soft-irqs",
};

void out_csv_head(const struct job *job, const struct state *st, struct str *out)
{
	unsigned int n = 0;

	str_addf(out, "# gnuplot dump (#col:description)\n# networking interface: %s\n"
		 "# sampling interval (t): %" PRIu64 " ms\n# ", job->device,
		 job->interval_ns / (uint64_t)NS_PER_MS);
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		str_addf(out, "%u:%s ", ++n, columns[i]);
	for (size_t c = 0; c < st->now.host.n_cpus; c++)
		for (size_t i = 0; i < ARRAY_SIZE(cpu_columns); i++)
			str_addf(out, "%u:cpu%zu-%s ", ++n, c, cpu_columns[i]);
	str_add(out, "\n# data:\n");
}

static void add(struct str *out, uint64_t v)
{
	str_add_u64(out, v);
	str_addc(out, ' ');
}

static void both(struct str *out, uint64_t prev, uint64_t now)
{
	add(out, state_delta(prev, now));
	add(out, now);
}

static void cpu_row(const struct state *st, size_t cpu, struct str *out)
{
	const struct cpu *now = &st->now.host.cpu[cpu];
	struct cpu prev = state_cpu_before(st, cpu);

	for (int i = CPU_USER; i <= CPU_IOWAIT; i++)
		add(out, state_delta(prev.time[i], now->time[i]));
	both(out, prev.irqs, now->irqs);
	both(out, prev.net_rx, now->net_rx);
	both(out, prev.net_tx, now->net_tx);
}

void out_csv(const struct job *job, const struct state *st, struct str *out)
{
	const struct iface *i = ifaces_find(&st->ifaces, job->device);
	const struct host *h = &st->now.host;
	const uint64_t *d, *v;

	if (!i || !i->rated)
		return;
	d = i->d;
	v = i->now.v;
	add(out, st->ifaces.real_ns / NS_PER_S);
	add(out, d[RX_BYTES]);
	add(out, d[RX_PACKETS]);
	add(out, counter_rx_drops(d));
	add(out, d[RX_ERRORS]);
	add(out, v[RX_BYTES]);
	add(out, v[RX_PACKETS]);
	add(out, counter_rx_drops(v));
	add(out, v[RX_ERRORS]);
	add(out, d[TX_BYTES]);
	add(out, d[TX_PACKETS]);
	add(out, d[TX_DROPPED]);
	add(out, d[TX_ERRORS]);
	add(out, v[TX_BYTES]);
	add(out, v[TX_PACKETS]);
	add(out, v[TX_DROPPED]);
	add(out, v[TX_ERRORS]);
	add(out, state_delta(st->prev.context_switches, h->context_switches));
	add(out, h->mem_free);
	add(out, h->mem_total - h->mem_free);
	add(out, h->mem_total);
	add(out, h->swap_free);
	add(out, h->swap_total - h->swap_free);
	add(out, h->swap_total);
	add(out, h->procs);
	add(out, h->procs_running);
	add(out, h->procs_blocked);
	for (size_t c = 0; c < h->n_cpus; c++)
		cpu_row(st, c, out);
	str_addc(out, '\n');
}
