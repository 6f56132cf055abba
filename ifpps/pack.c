// SPDX-License-Identifier: GPL-2.0-or-later
/* pack - see pack.h. */
#include "pack.h"

#include <errno.h>
#include <string.h>

#include "sys/netdev.h"

enum { VERSION_1 = 1, FAR_PEER = 1, FRESH = 2, THERE = 1 };

static void put(struct str *out, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		str_addc(out, v | 0x80);
	str_addc(out, v);
}

static uint64_t get(struct cur *c)
{
	uint64_t v = 0;
	uint8_t b;

	for (unsigned int shift = 0; shift < 64; shift += 7) {
		b = cur_u8(c);
		v |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80))
			return v;
	}
	/* More than ten bytes are no number. */
	cur_skip(c, SIZE_MAX);
	return 0;
}

static void put_text(struct str *out, const char *text)
{
	put(out, strlen(text));
	str_add(out, text);
}

static void get_text(struct cur *c, char *to, size_t size)
{
	uint64_t n = get(c);
	const uint8_t *p = cur_take(c, n < size ? n : SIZE_MAX);

	if (p) {
		memcpy(to, p, n);
		to[n] = '\0';
	}
}

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
	put(out, l->ifindex);
	put(out, l->birth);
	put_text(out, l->name);
	put_text(out, l->kind);
	put(out, l->flags);
	put(out, l->mtu);
	put(out, l->hatype);
	put(out, l->operstate);
	put(out, (l->far_peer ? FAR_PEER : 0) | (l->fresh ? FRESH : 0));
	put(out, l->speed_bps);
	for (int i = 0; i < N_COUNTERS; i++)
		put(out, l->v[i]);
}

void pack_sample(const struct sample *s, struct str *out)
{
	put(out, VERSION_1);
	put(out, s->have);
	put(out, N_COUNTERS);
	put(out, s->n_links);
	for (size_t i = 0; i < s->n_links; i++)
		put_link(out, &s->links[i]);
	put(out, s->host.n_cpus);
	for (size_t i = 0; i < s->host.n_cpus; i++) {
		const struct cpu *c = &s->host.cpu[i];

		put(out, c->there ? THERE : 0);
		for (int k = 0; k < N_CPU_TIMES; k++)
			put(out, c->time[k]);
		for (size_t k = 0; k < ARRAY_SIZE(cpu_numbers); k++)
			put(out, *number_at(c, cpu_numbers[k]));
	}
	for (size_t k = 0; k < ARRAY_SIZE(host_numbers); k++)
		put(out, *number_at(&s->host, host_numbers[k]));
}

/* False if it is no link that a kernel could have. */
static bool get_link(struct cur *c, uint64_t n_counters, struct link *l)
{
	uint64_t index = get(c), bits, v;

	*l = (struct link){ .ifindex = index };
	l->birth = get(c);
	get_text(c, l->name, sizeof(l->name));
	get_text(c, l->kind, sizeof(l->kind));
	l->flags = get(c);
	l->mtu = get(c);
	l->hatype = get(c);
	l->operstate = get(c);
	bits = get(c);
	l->far_peer = bits & FAR_PEER;
	l->fresh = bits & FRESH;
	l->speed_bps = get(c);
	for (uint64_t i = 0; i < n_counters && !c->failed; i++) {
		v = get(c);
		if (i < N_COUNTERS)
			l->v[i] = v;
	}
	return !c->failed && index && index <= INT32_MAX && netdev_name_ok(l->name);
}

static int get_links(struct cur *c, uint64_t n_counters, struct sample *s, struct err *e)
{
	uint64_t n = get(c);
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
	uint64_t n = get(c);
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

		cpu->there = get(c) & THERE;
		for (int k = 0; k < N_CPU_TIMES; k++)
			cpu->time[k] = get(c);
		for (size_t k = 0; k < ARRAY_SIZE(cpu_numbers); k++)
			*number_at(cpu, cpu_numbers[k]) = get(c);
	}
	return 0;
}

int pack_read(struct cur c, struct sample *s, struct err *e)
{
	uint64_t version = get(&c), n_counters;
	int rc;

	if (c.failed || version != VERSION_1)
		return err_set(e, EBADMSG, "a sample of version %llu; 1 is known here",
			       (unsigned long long)version);
	s->have = get(&c);
	n_counters = get(&c);
	rc = get_links(&c, n_counters, s, e);
	if (!rc)
		rc = get_cpus(&c, s, e);
	if (rc)
		return rc;
	for (size_t k = 0; k < ARRAY_SIZE(host_numbers); k++)
		*number_at(&s->host, host_numbers[k]) = get(&c);
	return c.failed ? err_set(e, EBADMSG, "a sample that is cut short") : 0;
}
