// SPDX-License-Identifier: GPL-2.0-or-later
/* pack - see pack.h. */
#include "pack.h"

#include <errno.h>

#include "base/leb128.h"
#include "sys/netdev.h"

enum { VERSION_1 = 1, FAR_PEER = 1, FRESH = 2, THERE = 1 };

/* Where the numbers of a CPU stand, in the order of the file. */
static const size_t cpu_numbers[] = {
	offsetof(struct cpu, net_rx),	 offsetof(struct cpu, net_tx),
	offsetof(struct cpu, processed), offsetof(struct cpu, dropped),
	offsetof(struct cpu, squeezed),	 offsetof(struct cpu, rps),
	offsetof(struct cpu, flow_limit), offsetof(struct cpu, backlog),
	offsetof(struct cpu, irqs),
};

static const size_t host_numbers[] = {
	offsetof(struct host, context_switches), offsetof(struct host, interrupts),
	offsetof(struct host, procs_running),	 offsetof(struct host, procs_blocked),
	offsetof(struct host, procs),		 offsetof(struct host, mem_total),
	offsetof(struct host, mem_free),	 offsetof(struct host, mem_active),
	offsetof(struct host, mem_inactive),	 offsetof(struct host, swap_total),
	offsetof(struct host, swap_free),	 offsetof(struct host, swap_cached),
};

static uint64_t *number_at(const void *base, size_t offset)
{
	return (uint64_t *)((char *)base + offset);
}

static void put_link(struct str *out, const struct link *l)
{
	leb128_put(out, l->ifindex);
	leb128_put(out, l->birth);
	leb128_put_text(out, l->name);
	leb128_put_text(out, l->kind);
	leb128_put(out, l->flags);
	leb128_put(out, l->mtu);
	leb128_put(out, l->hatype);
	leb128_put(out, l->operstate);
	leb128_put(out, (l->far_peer ? FAR_PEER : 0) | (l->fresh ? FRESH : 0));
	leb128_put(out, l->speed_bps);
	for (int i = 0; i < N_COUNTERS; i++)
		leb128_put(out, l->v[i]);
}

void pack_sample(const struct sample *s, struct str *out)
{
	leb128_put(out, VERSION_1);
	leb128_put(out, s->have);
	leb128_put(out, N_COUNTERS);
	leb128_put(out, s->n_links);
	for (size_t i = 0; i < s->n_links; i++)
		put_link(out, &s->links[i]);
	leb128_put(out, s->host.n_cpus);
	for (size_t i = 0; i < s->host.n_cpus; i++) {
		const struct cpu *c = &s->host.cpu[i];

		leb128_put(out, c->there ? THERE : 0);
		for (int k = 0; k < N_CPU_TIMES; k++)
			leb128_put(out, c->time[k]);
		for (size_t k = 0; k < ARRAY_SIZE(cpu_numbers); k++)
			leb128_put(out, *number_at(c, cpu_numbers[k]));
	}
	for (size_t k = 0; k < ARRAY_SIZE(host_numbers); k++)
		leb128_put(out, *number_at(&s->host, host_numbers[k]));
}

/* False if it is no link that a kernel could have. */
static bool get_link(struct cur *c, uint64_t n_counters, struct link *l)
{
	uint64_t index = leb128_get(c), bits, v;

	*l = (struct link){ .ifindex = index };
	l->birth = leb128_get(c);
	leb128_get_text(c, l->name, sizeof(l->name));
	leb128_get_text(c, l->kind, sizeof(l->kind));
	l->flags = leb128_get(c);
	l->mtu = leb128_get(c);
	l->hatype = leb128_get(c);
	l->operstate = leb128_get(c);
	bits = leb128_get(c);
	l->far_peer = bits & FAR_PEER;
	l->fresh = bits & FRESH;
	l->speed_bps = leb128_get(c);
	for (uint64_t i = 0; i < n_counters && !c->failed; i++) {
		v = leb128_get(c);
		if (i < N_COUNTERS)
			l->v[i] = v;
	}
	return !c->failed && index && index <= INT32_MAX && netdev_name_ok(l->name);
}

static int get_links(struct cur *c, uint64_t n_counters, struct sample *s, struct err *e)
{
	uint64_t n = leb128_get(c);
	int rc;

	/* A link takes 11 bytes at least: no room is made for more than can be there. */
	if (n > cur_left(c) / 11)
		return err_set(e, EBADMSG, "%llu devices in %zu bytes", (unsigned long long)n,
			       cur_left(c));
	rc = sample_room_links(s, n, e);
	if (rc)
		return rc;
	s->n_links = 0;
	for (uint64_t i = 0; i < n; i++) {
		if (!get_link(c, n_counters, &s->links[i]))
			return err_set(e, EBADMSG, "no device where one should be");
		s->n_links++;
	}
	sample_sort(s);
	return 0;
}

static int get_cpus(struct cur *c, struct sample *s, struct err *e)
{
	uint64_t n = leb128_get(c);
	int rc;

	if (n > cur_left(c) / (1 + N_CPU_TIMES + ARRAY_SIZE(cpu_numbers)))
		return err_set(e, EBADMSG, "%llu CPUs in %zu bytes", (unsigned long long)n,
			       cur_left(c));
	s->host.n_cpus = 0;
	rc = sample_room_cpus(s, n, e);
	if (rc)
		return rc;
	for (uint64_t i = 0; i < n; i++) {
		struct cpu *cpu = &s->host.cpu[i];

		cpu->there = leb128_get(c) & THERE;
		for (int k = 0; k < N_CPU_TIMES; k++)
			cpu->time[k] = leb128_get(c);
		for (size_t k = 0; k < ARRAY_SIZE(cpu_numbers); k++)
			*number_at(cpu, cpu_numbers[k]) = leb128_get(c);
	}
	return 0;
}

int pack_read(struct cur *c, struct sample *s, struct err *e)
{
	uint64_t version = leb128_get(c), n_counters;
	int rc;

	if (c->failed || version != VERSION_1)
		return err_set(e, EBADMSG, "a sample of version %llu; 1 is known here",
			       (unsigned long long)version);
	s->have = leb128_get(c);
	n_counters = leb128_get(c);
	rc = get_links(c, n_counters, s, e);
	if (!rc)
		rc = get_cpus(c, s, e);
	if (rc)
		return rc;
	for (size_t k = 0; k < ARRAY_SIZE(host_numbers); k++)
		*number_at(&s->host, host_numbers[k]) = leb128_get(c);
	return c->failed ? err_set(e, EBADMSG, "a sample that is cut short") : 0;
}
