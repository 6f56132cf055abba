// SPDX-License-Identifier: GPL-2.0-or-later
/* irq - see irq.h. A virtio device has its vectors in its PCI parent's folder, together with
 * those that carry another name; drivers that share a function name their lines DEV-rx-0. So both
 * places are asked. */
#include "sys/irq.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"
#include "sys/netdev.h"
#include "sys/proc.h"

#define INTERRUPTS_MAX (16u << 20) /* thousands of lines of thousands of CPUs */

struct irqs {
	unsigned int *list;
	size_t n, max;
};

static void add(struct irqs *s, uint64_t irq)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i] == irq)
			return;
	if (s->n < s->max)
		s->list[s->n++] = irq;
}

static int by_number(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

/* Adds the file names of folder 'path', which are numbers. A missing folder adds nothing. */
static void add_msi(struct irqs *s, const char *path)
{
	DIR *d = opendir(path);
	struct dirent *ent;
	uint64_t irq;

	if (!d)
		return;
	while ((ent = readdir(d)))
		if (!num_parse(ent->d_name, NUM_PLAIN, 0, UINT32_MAX, "irq", &irq, NULL))
			add(s, irq);
	closedir(d);
}

/* True if 'dev' stands in 'line' as a word of its own: eth1 is not in "eth10-rx". */
static bool names(const char *line, const char *dev)
{
	size_t n = strlen(dev);
	const char *at = line;

	while ((at = strstr(at, dev))) {
		bool left = at == line || strchr(" \t,-@:", at[-1]);
		bool right = !at[n] || strchr(" \t,-@:\n", at[n]);

		if (left && right)
			return true;
		at += n;
	}
	return false;
}

/* Adds the numbered lines of /proc/interrupts, 'text', that carry the name 'dev'. */
static void add_named(struct irqs *s, char *text, const char *dev)
{
	char *save = NULL, *colon;
	uint64_t irq;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		colon = strchr(line, ':');
		if (!colon || !names(colon + 1, dev))
			continue;
		*colon = '\0';
		line += strspn(line, " ");
		if (!num_parse(line, NUM_PLAIN, 0, UINT32_MAX, "irq", &irq, NULL))
			add(s, irq);
	}
}

int irq_of_netdev(const char *dev, unsigned int *ret_irqs, size_t max, struct err *e)
{
	static const char *const folders[] = { "device/msi_irqs", "device/../msi_irqs" };
	struct irqs s = { .list = ret_irqs, .max = max };
	AUTO(free_p) char *text = NULL;
	char path[96];
	int rc;

	if (!netdev_name_ok(dev))
		return err_set(e, ENODEV, "there is no network device \"%.32s\"", dev);
	for (size_t i = 0; i < ARRAY_SIZE(folders) && !s.n; i++) {
		snprintf(path, sizeof(path), "/sys/class/net/%s/%s", dev, folders[i]);
		add_msi(&s, path);
	}
	rc = proc_read_all("/proc/interrupts", INTERRUPTS_MAX, &text, e);
	if (rc)
		return rc;
	add_named(&s, text, dev);
	qsort(s.list, s.n, sizeof(*s.list), by_number);
	return s.n;
}

static int read_list(unsigned int irq, const char *file, struct cpus *ret_c, struct err *e)
{
	char path[64], text[4096];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/irq/%u/%s", irq, file);
	n = proc_read(path, text, sizeof(text), e);
	return n < 0 ? (int)n : cpus_parse(text, path, ret_c, e);
}

int irq_affinity(unsigned int irq, struct cpus *ret_c, struct err *e)
{
	return read_list(irq, "smp_affinity_list", ret_c, e);
}

int irq_effective(unsigned int irq, struct cpus *ret_c, struct err *e)
{
	int rc = read_list(irq, "effective_affinity_list", ret_c, e);

	if (rc == -ENOENT)
		rc = irq_affinity(irq, ret_c, e);
	return rc;
}

int irq_set_affinity(unsigned int irq, const char *cpus, struct err *e)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", irq);
	return proc_write(path, cpus, e);
}

int irq_cpus_of_netdev(const char *dev, struct cpus *ret_c, struct err *e)
{
	AUTO(free_p) unsigned int *irqs = calloc(IRQ_DEV_MAX, sizeof(*irqs));
	struct cpus all = { 0 }, one;
	int n, rc;

	if (!irqs)
		return err_sys(e, ENOMEM, "list of IRQs");
	n = irq_of_netdev(dev, irqs, IRQ_DEV_MAX, e);
	if (n < 0)
		return n;
	for (int i = 0; i < n; i++) {
		rc = irq_effective(irqs[i], &one, e);
		if (rc == -ENOENT)
			continue; /* freed between the two looks */
		if (rc)
			return rc;
		for (size_t w = 0; w < ARRAY_SIZE(all.bits); w++)
			all.bits[w] |= one.bits[w];
	}
	*ret_c = all;
	return 0;
}
