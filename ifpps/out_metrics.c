// SPDX-License-Identifier: GPL-2.0-or-later
/* out_metrics - a sample as OpenMetrics. The names are a promise: ifpps.8 lists them. Labels are
 * devices and CPUs of this machine, never what comes over the wire. */
#include "out.h"

#include <stdio.h>
#include <unistd.h>
#include <linux/if.h>

#include "sys/clock.h"
#include "ui/metrics.h"

static bool shown(const struct job *job, const struct iface *i)
{
	return job_wants(job, i->now.name);
}

static void devices(const struct job *job, const struct state *st, struct str *out)
{
	const struct ifaces *t = &st->ifaces;
	char name[64];

	for (int c = 0; c < N_COUNTERS; c++) {
		snprintf(name, sizeof(name), "ifpps_interface_%s", counters[c].name);
		metrics_family(out, name, METRICS_COUNTER, counters[c].help);
		for (size_t i = 0; i < t->n; i++)
			if (shown(job, &t->v[i]) && t->v[i].now.fresh)
				metrics_u64(out, name, METRICS_COUNTER, t->v[i].now.v[c], "device",
					    t->v[i].now.name, NULL);
	}
	metrics_family(out, "ifpps_interface_up", METRICS_GAUGE, "1 if it can send and receive");
	for (size_t i = 0; i < t->n; i++)
		if (shown(job, &t->v[i]))
			metrics_u64(out, "ifpps_interface_up", METRICS_GAUGE,
				    streq(iface_state(&t->v[i].now), "up"), "device",
				    t->v[i].now.name, NULL);
	metrics_family(out, "ifpps_interface_speed_bits_per_second", METRICS_GAUGE,
		       "link speed; left out where it is not known");
	for (size_t i = 0; i < t->n; i++)
		if (shown(job, &t->v[i]) && t->v[i].now.speed_bps)
			metrics_u64(out, "ifpps_interface_speed_bits_per_second", METRICS_GAUGE,
				    t->v[i].now.speed_bps, "device", t->v[i].now.name, NULL);
}

static void cpu_times(const struct state *st, struct str *out)
{
	static const char *const modes[N_CPU_TIMES] = { "user", "nice", "system", "idle", "iowait",
							"irq", "softirq", "steal" };
	uint64_t hz = MAX(sysconf(_SC_CLK_TCK), 1l);
	const struct host *h = &st->now.host;
	char cpu[24];

	metrics_family(out, "ifpps_cpu_seconds", METRICS_COUNTER, "time of the CPU by mode");
	for (size_t i = 0; i < h->n_cpus; i++) {
		snprintf(cpu, sizeof(cpu), "%zu", i);
		for (int m = 0; h->cpu[i].there && m < N_CPU_TIMES; m++)
			metrics_fixed(out, "ifpps_cpu_seconds", METRICS_COUNTER,
				      h->cpu[i].time[m] * 100 / hz, 2, "cpu", cpu, "mode",
				      modes[m], NULL);
	}
}

static void cpu_counters(const struct state *st, struct str *out)
{
	static const struct {
		const char *name, *help;
		size_t at;
	} list[] = {
#define AT(m) offsetof(struct cpu, m)
		{ "ifpps_softirqs_net_rx", "softirqs that receive", AT(net_rx) },
		{ "ifpps_softirqs_net_tx", "softirqs that send", AT(net_tx) },
		{ "ifpps_softnet_processed", "packets taken from devices and other CPUs",
		  AT(processed) },
		{ "ifpps_softnet_dropped", "packets dropped as the backlog was full", AT(dropped) },
		{ "ifpps_softnet_squeezed", "stops with work left", AT(squeezed) },
		{ "ifpps_softnet_received_rps", "wake-ups by another CPU", AT(rps) },
		{ "ifpps_softnet_flow_limit", "packets dropped by the flow limit",
		  AT(flow_limit) },
#undef AT
	};
	const struct host *h = &st->now.host;
	char cpu[24];

	for (size_t k = 0; k < ARRAY_SIZE(list); k++) {
		metrics_family(out, list[k].name, METRICS_COUNTER, list[k].help);
		for (size_t i = 0; i < h->n_cpus; i++) {
			snprintf(cpu, sizeof(cpu), "%zu", i);
			if (h->cpu[i].there)
				metrics_u64(out, list[k].name, METRICS_COUNTER,
					    *(const uint64_t *)((const char *)&h->cpu[i] +
								list[k].at), "cpu", cpu, NULL);
		}
	}
}

static void one(struct str *out, const char *name, enum metrics_kind kind, const char *help,
		uint64_t v)
{
	metrics_family(out, name, kind, help);
	metrics_u64(out, name, kind, v, NULL);
}

static void machine(const struct state *st, struct str *out)
{
	const struct host *h = &st->now.host;

	if (st->now.have & NEED_STAT) {
		one(out, "ifpps_context_switches", METRICS_COUNTER, "of the machine",
		    h->context_switches);
		one(out, "ifpps_interrupts", METRICS_COUNTER, "of the machine", h->interrupts);
		one(out, "ifpps_processes_running", METRICS_GAUGE, "that want a CPU",
		    h->procs_running);
		one(out, "ifpps_processes_blocked", METRICS_GAUGE, "that wait for I/O",
		    h->procs_blocked);
	}
	if (st->now.have & NEED_MEMORY) {
		one(out, "ifpps_memory_total_bytes", METRICS_GAUGE, "memory",
		    h->mem_total * 1024);
		one(out, "ifpps_memory_free_bytes", METRICS_GAUGE, "memory that nobody uses",
		    h->mem_free * 1024);
	}
}

void out_metrics(const struct job *job, const struct state *st, struct str *out)
{
	devices(job, st, out);
	if (st->now.have & NEED_STAT)
		cpu_times(st, out);
	if (st->now.have & NEED_SOFTNET)
		cpu_counters(st, out);
	machine(st, out);
	metrics_family(out, "ifpps_own_cpu_seconds", METRICS_COUNTER,
		       "CPU time that ifpps has taken");
	metrics_fixed(out, "ifpps_own_cpu_seconds", METRICS_COUNTER, clock_cpu_ns(), 9, NULL);
	metrics_end(out);
}
