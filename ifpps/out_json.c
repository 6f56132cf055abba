// SPDX-License-Identifier: GPL-2.0-or-later
/* out_json - a sample as one JSON object: totals as the kernel has them, the differences of the
 * interval, rates a second. What is not known is null or left out, never 0. */
#include "out.h"

#include "drops.h"
#include "sys/clock.h"
#include "ui/jsonw.h"

static void iface_rates(struct jsonw *j, const struct iface *i)
{
	static const struct {
		const char *name;
		enum counter c;
	} rates[] = { { "rx_packets_per_s", RX_PACKETS }, { "tx_packets_per_s", TX_PACKETS } };
	uint64_t v;

	if (iface_bps(i, RX_BYTES, &v))
		jsonw_u64(j, "rx_bits_per_s", v);
	if (iface_bps(i, TX_BYTES, &v))
		jsonw_u64(j, "tx_bits_per_s", v);
	for (size_t k = 0; k < ARRAY_SIZE(rates); k++)
		if (iface_rate(i, rates[k].c, &v))
			jsonw_u64(j, rates[k].name, v);
}

static void iface_object(struct jsonw *j, const struct iface *i)
{
	jsonw_object(j, NULL);
	jsonw_str(j, "device", i->now.name);
	jsonw_i64(j, "ifindex", i->now.ifindex);
	if (*i->now.kind)
		jsonw_str(j, "kind", i->now.kind);
	jsonw_str(j, "state", iface_state(&i->now));
	jsonw_u64(j, "mtu", i->now.mtu);
	if (i->now.speed_bps)
		jsonw_u64(j, "speed_bits_per_s", i->now.speed_bps);
	jsonw_u64(j, "resets", i->resets);
	if (i->now.fresh) {
		jsonw_object(j, "total");
		for (int c = 0; c < N_COUNTERS; c++)
			jsonw_u64(j, counters[c].name, i->now.v[c]);
		jsonw_end(j);
	}
	if (i->rated) {
		jsonw_i64(j, "interval_ns", i->dt_ns);
		jsonw_object(j, "delta");
		for (int c = 0; c < N_COUNTERS; c++)
			jsonw_u64(j, counters[c].name, i->d[c]);
		jsonw_end(j);
		iface_rates(j, i);
	}
	jsonw_end(j);
}

static void cpu_object(struct jsonw *j, const struct state *st, size_t n)
{
	static const char *const times[N_CPU_TIMES] = { "user", "nice", "system", "idle", "iowait",
							"irq", "softirq", "steal" };
	const struct cpu *now = &st->now.host.cpu[n];
	struct cpu prev = state_cpu_before(st, n);

	jsonw_object(j, NULL);
	jsonw_u64(j, "cpu", n);
	jsonw_object(j, "ticks_delta");
	for (int i = 0; i < N_CPU_TIMES; i++)
		jsonw_u64(j, times[i], state_delta(prev.time[i], now->time[i]));
	jsonw_end(j);
	jsonw_u64(j, "net_rx_softirqs", now->net_rx);
	jsonw_u64(j, "net_tx_softirqs", now->net_tx);
	jsonw_u64(j, "softnet_processed", now->processed);
	jsonw_u64(j, "softnet_dropped", now->dropped);
	jsonw_u64(j, "softnet_squeezed", now->squeezed);
	jsonw_u64(j, "softnet_rps", now->rps);
	jsonw_u64(j, "softnet_flow_limit", now->flow_limit);
	jsonw_u64(j, "softnet_backlog", now->backlog);
	jsonw_end(j);
}

static void host_object(struct jsonw *j, const struct state *st)
{
	const struct host *h = &st->now.host;

	jsonw_object(j, "host");
	jsonw_u64(j, "context_switches", h->context_switches);
	jsonw_u64(j, "interrupts", h->interrupts);
	jsonw_u64(j, "processes_running", h->procs_running);
	jsonw_u64(j, "processes_blocked", h->procs_blocked);
	jsonw_u64(j, "memory_total_bytes", h->mem_total * 1024);
	jsonw_u64(j, "memory_free_bytes", h->mem_free * 1024);
	jsonw_u64(j, "swap_total_bytes", h->swap_total * 1024);
	jsonw_u64(j, "swap_free_bytes", h->swap_free * 1024);
	jsonw_end(j);
}

static const char *name_of(const struct ifaces *t, int ifindex)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].now.ifindex == ifindex)
			return t->v[i].now.name;
	return NULL;
}

/* Lines of devices that are not asked for are left out; those of no device are not. */
static void drop_lines(struct jsonw *j, const struct job *job, const struct state *st)
{
	jsonw_array(j, "drops");
	for (size_t i = 0; i < st->drops->n; i++) {
		const struct drop_line *l = &st->drops->line[i];
		const char *name = name_of(&st->ifaces, l->ifindex);

		if (!l->now || (l->ifindex && (!name || !job_wants(job, name))))
			continue;
		jsonw_object(j, NULL);
		jsonw_str(j, "source", drops_source(l->source));
		if (name)
			jsonw_str(j, "device", name);
		jsonw_str(j, "name", l->name);
		jsonw_bool(j, "loss", l->loss);
		jsonw_u64(j, "delta", l->fresh ? l->now - l->prev : 0);
		jsonw_u64(j, "since_start", l->now - l->base);
		jsonw_str(j, "text", l->text);
		jsonw_end(j);
	}
	jsonw_end(j);
	if (*st->drops->why)
		jsonw_str(j, "drop_reasons_missing", st->drops->why);
}

void out_json(const struct job *job, const struct state *st, struct str *out)
{
	const struct ifaces *t = &st->ifaces;
	struct jsonw j = jsonw_of(out);

	jsonw_object(&j, NULL);
	jsonw_fixed(&j, "time", t->real_ns, 9);
	jsonw_i64(&j, "interval_ns", t->dt_ns);
	jsonw_u64(&j, "cost_ns", st->now.cost_ns);
	jsonw_array(&j, "interfaces");
	for (size_t i = 0; i < t->n; i++)
		if (job_wants(job, t->v[i].now.name))
			iface_object(&j, &t->v[i]);
	jsonw_end(&j);
	jsonw_array(&j, "cpus");
	for (size_t i = 0; i < st->now.host.n_cpus; i++)
		if (st->now.host.cpu[i].there)
			cpu_object(&j, st, i);
	jsonw_end(&j);
	host_object(&j, st);
	if (st->drops)
		drop_lines(&j, job, st);
	jsonw_line(&j);
}
