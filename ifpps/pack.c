// SPDX-License-Identifier: GPL-2.0-or-later
/* pack - see pack.h. */
#include "pack.h"

#include <errno.h>
#include <string.h>

#include "sys/netdev.h"

enum { VERSION_1 = 1, FAR_PEER = 1, FRESH = 2, THERE = 1 };

void pack_u64(struct str *out, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		str_addc(out, v | 0x80);
	str_addc(out, v);
}

uint64_t unpack_u64(struct cur *c)
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

void pack_text(struct str *out, const char *text)
{
	pack_u64(out, strlen(text));
	str_add(out, text);
}

void unpack_text(struct cur *c, char *to, size_t size)
{
	uint64_t n = unpack_u64(c);
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
	pack_u64(out, l->ifindex);
	pack_u64(out, l->birth);
	pack_text(out, l->name);
	pack_text(out, l->kind);
	pack_u64(out, l->flags);
	pack_u64(out, l->mtu);
	pack_u64(out, l->hatype);
	pack_u64(out, l->operstate);
	pack_u64(out, (l->far_peer ? FAR_PEER : 0) | (l->fresh ? FRESH : 0));
	pack_u64(out, l->speed_bps);
	for (int i = 0; i < N_COUNTERS; i++)
		pack_u64(out, l->v[i]);
}

void pack_sample(const struct sample *s, struct str *out)
{
	pack_u64(out, VERSION_1);
	pack_u64(out, s->have);
	pack_u64(out, N_COUNTERS);
	pack_u64(out, s->n_links);
	for (size_t i = 0; i < s->n_links; i++)
		put_link(out, &s->links[i]);
	pack_u64(out, s->host.n_cpus);
	for (size_t i = 0; i < s->host.n_cpus; i++) {
		const struct cpu *c = &s->host.cpu[i];

		pack_u64(out, c->there ? THERE : 0);
		for (int k = 0; k < N_CPU_TIMES; k++)
			pack_u64(out, c->time[k]);
		for (size_t k = 0; k < ARRAY_SIZE(cpu_numbers); k++)
			pack_u64(out, *number_at(c, cpu_numbers[k]));
	}
	for (size_t k = 0; k < ARRAY_SIZE(host_numbers); k++)
		pack_u64(out, *number_at(&s->host, host_numbers[k]));
}

/* False if it is no link that a kernel could have. */
static bool get_link(struct cur *c, uint64_t n_counters, struct link *l)
{
	uint64_t index = unpack_u64(c), bits, v;

	*l = (struct link){ .ifindex = index };
	l->birth = unpack_u64(c);
	unpack_text(c, l->name, sizeof(l->name));
	unpack_text(c, l->kind, sizeof(l->kind));
	l->flags = unpack_u64(c);
	l->mtu = unpack_u64(c);
	l->hatype = unpack_u64(c);
	l->operstate = unpack_u64(c);
	bits = unpack_u64(c);
	l->far_peer = bits & FAR_PEER;
	l->fresh = bits & FRESH;
	l->speed_bps = unpack_u64(c);
	for (uint64_t i = 0; i < n_counters && !c->failed; i++) {
		v = unpack_u64(c);
		if (i < N_COUNTERS)
			l->v[i] = v;
	}
	return !c->failed && index && index <= INT32_MAX && netdev_name_ok(l->name);
}

static int get_links(struct cur *c, uint64_t n_counters, struct sample *s, struct err *e)
{
	uint64_t n = unpack_u64(c);
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
	uint64_t n = unpack_u64(c);
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

		cpu->there = unpack_u64(c) & THERE;
		for (int k = 0; k < N_CPU_TIMES; k++)
			cpu->time[k] = unpack_u64(c);
		for (size_t k = 0; k < ARRAY_SIZE(cpu_numbers); k++)
			*number_at(cpu, cpu_numbers[k]) = unpack_u64(c);
	}
	return 0;
}

int pack_read(struct cur *c, struct sample *s, struct err *e)
{
	uint64_t version = unpack_u64(c), n_counters;
	int rc;

	if (c->failed || version != VERSION_1)
		return err_set(e, EBADMSG, "a sample of version %llu; 1 is known here",
			       (unsigned long long)version);
	s->have = unpack_u64(c);
	n_counters = unpack_u64(c);
	rc = get_links(c, n_counters, s, e);
	if (!rc)
		rc = get_cpus(c, s, e);
	if (rc)
		return rc;
	for (size_t k = 0; k < ARRAY_SIZE(host_numbers); k++)
		*number_at(&s->host, host_numbers[k]) = unpack_u64(c);
	return c->failed ? err_set(e, EBADMSG, "a sample that is cut short") : 0;
}
