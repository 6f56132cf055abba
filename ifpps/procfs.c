// SPDX-License-Identifier: GPL-2.0-or-later
/* procfs - see procfs.h. */
#include "procfs.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

bool procfs_number(const char **text, int base, uint64_t *ret_v)
{
	const char *p = *text;
	uint64_t v = 0;
	int digit;

	while (*p == ' ' || *p == '\t')
		p++;
	if (!isxdigit((unsigned char)*p) || (base == 10 && !isdigit((unsigned char)*p)))
		return false;
	for (; isxdigit((unsigned char)*p); p++) {
		digit = isdigit((unsigned char)*p) ? *p - '0' : (*p | 32) - 'a' + 10;
		if (digit >= base)
			break;
		v = v * base + digit;
	}
	*text = p;
	*ret_v = v;
	return true;
}

static const char *next_line(const char *text)
{
	const char *end = strchr(text, '\n');

	return end ? end + 1 : text + strlen(text);
}

static int stat_cpu(const char *line, struct sample *s, struct err *e)
{
	const char *at = line + 3;
	uint64_t cpu, v;
	struct cpu *c;
	int rc;

	/* The first line, without a number, is the sum of the others. */
	if (!isdigit((unsigned char)*at) || !procfs_number(&at, 10, &cpu))
		return 0;
	rc = sample_room_cpus(s, cpu + 1 ? cpu + 1 : cpu, e);
	if (rc)
		return rc;
	c = &s->host.cpu[cpu];
	c->there = true;
	for (int i = 0; i < N_CPU_TIMES; i++)
		c->time[i] = procfs_number(&at, 10, &v) ? v : 0;
	return 0;
}

/* The number behind 'key' at the beginning of 'line'. */
static void keyed(const char *line, const char *key, uint64_t *ret_v)
{
	if (str_starts(line, key)) {
		line += strlen(key);
		(void)procfs_number(&line, 10, ret_v);
	}
}

int procfs_stat(const char *text, struct sample *s, struct err *e)
{
	struct host *h = &s->host;
	int rc = 0;

	for (size_t i = 0; i < h->n_cpus; i++)
		h->cpu[i].there = false;
	for (const char *line = text; !rc && *line; line = next_line(line)) {
		if (str_starts(line, "cpu"))
			rc = stat_cpu(line, s, e);
		keyed(line, "intr ", &h->interrupts);
		keyed(line, "ctxt ", &h->context_switches);
		keyed(line, "procs_running ", &h->procs_running);
		keyed(line, "procs_blocked ", &h->procs_blocked);
	}
	return rc;
}

void procfs_meminfo(const char *text, struct host *h)
{
	for (const char *line = text; *line; line = next_line(line)) {
		keyed(line, "MemTotal:", &h->mem_total);
		keyed(line, "MemFree:", &h->mem_free);
		keyed(line, "Active:", &h->mem_active);
		keyed(line, "Inactive:", &h->mem_inactive);
		keyed(line, "SwapTotal:", &h->swap_total);
		keyed(line, "SwapFree:", &h->swap_free);
		keyed(line, "SwapCached:", &h->swap_cached);
	}
}

/* The CPU number of the next "CPU3" in '*text'; false at the end of the line. */
static bool next_cpu(const char **text, uint64_t *ret_cpu)
{
	while (**text == ' ')
		++*text;
	if (!str_starts(*text, "CPU"))
		return false;
	*text += 3;
	return procfs_number(text, 10, ret_cpu) && *ret_cpu < SAMPLE_CPUS_MAX;
}

/* Makes room for the CPUs of the first line, whose columns the others have. */
static int head_cpus(const char *text, struct sample *s, struct err *e)
{
	uint64_t cpu;
	int rc = 0;

	while (!rc && next_cpu(&text, &cpu))
		rc = sample_room_cpus(s, cpu + 1, e);
	return rc;
}

int procfs_softirqs(const char *text, struct sample *s, struct err *e)
{
	int rc = head_cpus(text, s, e);

	for (const char *line = next_line(text); !rc && *line; line = next_line(line)) {
		const char *name = line + strspn(line, " "), *at = name + 7, *head = text;
		bool rx = str_starts(name, "NET_RX:");
		uint64_t cpu, v;

		if (!rx && !str_starts(name, "NET_TX:"))
			continue;
		while (next_cpu(&head, &cpu) && procfs_number(&at, 10, &v))
			*(rx ? &s->host.cpu[cpu].net_rx : &s->host.cpu[cpu].net_tx) = v;
	}
	return rc;
}

int procfs_softnet(const char *text, struct sample *s, struct err *e)
{
	enum { WORDS = 13 };
	uint64_t v[WORDS], cpu = 0;
	int rc, n;

	for (const char *line = text; *line; line = next_line(line), cpu++) {
		const char *at = line;

		for (n = 0; n < WORDS && procfs_number(&at, 16, &v[n]); n++)
			;
		if (n < 3)
			continue;
		if (n >= 13)
			cpu = v[12];
		if (cpu >= SAMPLE_CPUS_MAX)
			continue;
		rc = sample_room_cpus(s, cpu + 1, e);
		if (rc)
			return rc;
		struct cpu *c = &s->host.cpu[cpu];

		c->processed = v[0];
		c->dropped = v[1];
		c->squeezed = v[2];
		c->rps = n > 9 ? v[9] : 0;
		c->flow_limit = n > 10 ? v[10] : 0;
		c->backlog = n > 11 ? v[11] : 0;
	}
	return 0;
}

static int by_number(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

int procfs_interrupts(const char *text, const unsigned int *irqs, size_t n, struct sample *s,
		      struct err *e)
{
	int rc = head_cpus(text, s, e);

	for (size_t i = 0; i < s->host.n_cpus; i++)
		s->host.cpu[i].irqs = 0;
	for (const char *line = next_line(text); !rc && *line; line = next_line(line)) {
		const char *at = line, *head = text;
		uint64_t irq, cpu, v;
		unsigned int key;

		if (!procfs_number(&at, 10, &irq) || *at != ':' || irq > UINT32_MAX)
			continue;
		key = irq;
		if (!bsearch(&key, irqs, n, sizeof(*irqs), by_number))
			continue;
		at++;
		while (next_cpu(&head, &cpu) && procfs_number(&at, 10, &v))
			s->host.cpu[cpu].irqs += v;
	}
	return rc;
}

static bool netdev_line(const char *line, struct link *l)
{
	static const int order[16] = { RX_BYTES, RX_PACKETS, RX_ERRORS, RX_DROPPED, RX_FIFO_ERRORS,
				       RX_FRAME_ERRORS, RX_COMPRESSED, MULTICAST, TX_BYTES,
				       TX_PACKETS, TX_ERRORS, TX_DROPPED, TX_FIFO_ERRORS,
				       COLLISIONS, TX_CARRIER_ERRORS, TX_COMPRESSED };
	const char *name = line + strspn(line, " "), *at;
	size_t n = strcspn(name, ":\n");

	if (name[n] != ':' || !n || n >= sizeof(l->name))
		return false;
	*l = (struct link){ .fresh = true };
	memcpy(l->name, name, n);
	at = name + n + 1;
	for (int i = 0; i < 16; i++)
		if (!procfs_number(&at, 10, &l->v[order[i]]))
			return false;
	return true;
}

int procfs_netdev(const char *text, struct sample *s, struct err *e)
{
	struct link l;
	int rc;

	for (const char *line = text; *line; line = next_line(line)) {
		if (!netdev_line(line, &l))
			continue;
		rc = sample_room_links(s, s->n_links + 1, e);
		if (rc)
			return rc;
		s->links[s->n_links++] = l;
	}
	return 0;
}

void procfs_snmp(const char *text, procfs_counter_fn fn, void *arg)
{
	const char *names, *values, *line = text;
	char group[32], name[64];
	uint64_t v;

	while (*line) {
		size_t n = strcspn(line, ":\n");

		names = line + n;
		values = next_line(line);
		line = next_line(values);
		if (*names != ':' || n >= sizeof(group) || strncmp(values, names - n, n + 1))
			continue;
		memcpy(group, names - n, n);
		group[n] = '\0';
		names++;
		values += n + 1;
		for (;;) {
			names += strspn(names, " ");
			n = strcspn(names, " \n");
			if (!n)
				break;
			snprintf(name, sizeof(name), "%.*s", (int)MIN(n, sizeof(name) - 1), names);
			names += n;
			values += strspn(values, " ");
			if (*values == '-') {
				values += strcspn(values, " \n");
				continue;
			}
			if (!procfs_number(&values, 10, &v))
				break;
			fn(arg, group, name, v);
		}
	}
}

void procfs_snmp6(const char *text, procfs_counter_fn fn, void *arg)
{
	char group[32], name[64];
	const char *six, *at;
	uint64_t v;
	size_t n;

	for (const char *line = text; *line; line = next_line(line)) {
		n = strcspn(line, " \t\n");
		six = memchr(line, '6', n);
		if (!six || (size_t)(six - line) + 2 > sizeof(group) || n >= sizeof(name))
			continue;
		snprintf(group, sizeof(group), "%.*s", (int)(six + 1 - line), line);
		snprintf(name, sizeof(name), "%.*s", (int)(line + n - six - 1), six + 1);
		at = line + n;
		if (procfs_number(&at, 10, &v))
			fn(arg, group, name, v);
	}
}

bool procfs_wireless(const char *text, const char *dev, int *ret_quality, int *ret_dbm)
{
	size_t n = strlen(dev);

	for (const char *line = text; *line; line = next_line(line)) {
		const char *at = line + strspn(line, " ");

		if (strncmp(at, dev, n) || at[n] != ':')
			continue;
		/* Status, then link and level, each with a point behind what is fresh. */
		return sscanf(at + n + 1, " %*x %d. %d.", ret_quality, ret_dbm) == 2;
	}
	return false;
}
