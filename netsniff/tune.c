// SPDX-License-Identifier: GPL-2.0-or-later
/* tune - see tune.h. */
#include "tune.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "sys/cpu.h"
#include "sys/hwtstamp.h"
#include "sys/irq.h"
#include "sys/wifi.h"

enum { MAX_SETTINGS = 256, MAX_IRQS = 128, SOCK_MEM_BYTES = 64 << 20 };

/* Room for one more setting; NULL: there are too many, or there is no memory. */
static struct setting *add(struct tuned *to, enum setting_kind kind, const char *key)
{
	struct setting *t;

	if (!to->settings)
		to->settings = calloc(MAX_SETTINGS, sizeof(*to->settings));
	if (!to->settings || to->n == MAX_SETTINGS)
		return NULL;
	t = &to->settings[to->n++];
	t->kind = kind;
	snprintf(t->key, sizeof(t->key), "%s", key);
	return t;
}

static void add_sock_mem(struct setup *s)
{
	static const char *const keys[] = { "net.core.rmem_max", "net.core.wmem_max",
					    "net.core.rmem_default", "net.core.wmem_default" };
	struct setting *t;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		t = add(&s->tuned_host, SETTING_SYSCTL, keys[i]);
		if (!t)
			return;
		snprintf(t->value, sizeof(t->value), "%d", SOCK_MEM_BYTES);
		t->at_least = true;
	}
}

static int add_irqs(struct setup *s, const char *dev, struct err *e)
{
	unsigned int irqs[MAX_IRQS];
	struct setting *t;
	char key[16];
	int i, n;

	n = irq_of_netdev(dev, irqs, MAX_IRQS, e);
	if (n < 0)
		return n;
	if (!n)
		log_warn("%s has no interrupts to move", dev);
	for (i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%u", irqs[i]);
		t = add(&s->tuned_devices, SETTING_IRQ, key);
		if (t)
			snprintf(t->value, sizeof(t->value), "%u", s->job->cpus[i % s->job->n_cpus]);
	}
	return 0;
}

static int add_hwtstamp(struct setup *s, const char *dev, struct err *e)
{
	struct hwtstamp_setting cur = { 0 }, want;
	struct hwtstamp_caps caps;
	struct setting *t;
	int rc;

	rc = hwtstamp_caps(NULL, dev, &caps, e);
	/* A driver that does not tell its setting has it switched off. */
	if (!rc && hwtstamp_get(NULL, dev, &cur, NULL) < 0)
		cur = (struct hwtstamp_setting){ 0 };
	if (!rc)
		rc = hwtstamp_want_all(dev, &caps, &cur, &want, e);
	if (rc)
		return rc;
	t = add(&s->tuned_devices, SETTING_HWTSTAMP, dev);
	if (t)
		snprintf(t->value, sizeof(t->value), "%d %d", want.tx_type, want.rx_filter);
	return 0;
}

/* Wireless device 'i' of -i is watched through a monitor interface beside it, unless it is one. */
static int add_monitor(struct setup *s, size_t i, struct err *e)
{
	const char *dev = s->in.v[i];
	struct setting *t;
	int rc = wifi_is_monitor(NULL, dev, e);

	if (rc)
		return rc < 0 ? err_prefix(e, "-R") : 0;
	t = add(&s->tuned_devices, SETTING_MONITOR, dev);
	if (!t)
		return err_set(e, ENOMEM, "-R: too many settings");
	snprintf(t->value, sizeof(t->value), "monitor");
	wifi_monitor_name(dev, s->monitors[i]);
	s->in.v[i] = s->monitors[i];
	return 0;
}

static int add_devices(struct setup *s, struct err *e)
{
	const struct job *job = s->job;
	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < job->in.n; i++) {
		if (streq(job->in.v[i], "any"))
			continue;
		if (job->hwtimestamp)
			rc = add_hwtstamp(s, job->in.v[i], e);
		if (!rc && job->tune_irq && job->n_cpus)
			rc = add_irqs(s, job->in.v[i], e);
		if (!rc && job->rfraw)
			rc = add_monitor(s, i, e);
	}
	return rc;
}

static int change(struct tuned *t, struct err *e)
{
	size_t i;
	int rc;

	if (!t->n)
		return 0;
	rc = restorer_start(NULL, t->settings, t->n, &t->restorer, e);
	for (i = 0; !rc && i < t->n; i++) {
		/* the others are for speed, this one is what is to be captured */
		if (t->settings[i].error && t->settings[i].kind == SETTING_MONITOR)
			return err_prefix(e, "-R");
		if (t->settings[i].error)
			log_warn("%s: not changed: %s", t->settings[i].key,
				 strerror(t->settings[i].error));
		else
			log_warn("%s: %s instead of %s for this run", t->settings[i].key,
				 t->settings[i].value, t->settings[i].old);
	}
	return rc;
}

int tune_host(struct setup *s, struct err *e)
{
	if (s->job->tune_sock_mem)
		add_sock_mem(s);
	return change(&s->tuned_host, e);
}

int tune_devices(struct setup *s, struct err *e)
{
	int rc = add_devices(s, e);

	return rc ? rc : change(&s->tuned_devices, e);
}

void tune_stop(struct tuned *t)
{
	struct err e = { 0 };

	if (restorer_stop(t->restorer, &e) < 0)
		log_warn("%s", e.text);
	free(t->settings);
	*t = (struct tuned){ 0 };
}

/* CPUs that this process may use and that take no interrupt of the devices. */
static int free_cpus(struct setup *s, struct cpus *ret_c, struct err *e)
{
	struct cpus irqs;
	uint32_t i;
	int cpu, rc;

	rc = cpu_allowed(ret_c, e);
	for (i = 0; !rc && i < s->n_lanes; i++) {
		if (irq_cpus_of_netdev(s->lanes[i].dev.name, &irqs, NULL) < 0)
			continue;
		for (cpu = cpus_next(&irqs, 0); cpu >= 0; cpu = cpus_next(&irqs, cpu + 1))
			cpus_del(ret_c, cpu);
	}
	return rc;
}

static int place_by_itself(struct setup *s, struct err *e)
{
	struct cpus set;
	int rc = free_cpus(s, &set, e);

	if (rc || cpus_count(&set) < 3 || s->n_threads > 1)
		return rc;
	s->reader_cpu = cpus_next(&set, 0);
	s->writer_cpu = cpus_next(&set, s->reader_cpu + 1);
	return 0;
}

int tune_place(struct setup *s, struct err *e)
{
	const struct job *job = s->job;
	struct cpus set = { 0 };
	unsigned int i;
	int rc = 0;

	s->reader_cpu = -1;
	for (i = 0; i < job->n_cpus; i++)
		cpus_add(&set, job->cpus[i]);
	if (!job->n_cpus) {
		rc = place_by_itself(s, e);
	} else if (s->n_threads > 1 || job->n_cpus == 2) {
		s->reader_cpu = job->cpus[0];
		if (s->n_threads == 1)
			s->writer_cpu = job->cpus[1];
	} else {
		rc = cpu_pin_set(&set, e);
	}
	if (!rc && s->reader_cpu >= 0) {
		rc = cpu_pin(s->reader_cpu, e);
		log_info("reader on CPU %d", s->reader_cpu);
	}
	if (!rc && s->writer_cpu >= 0)
		log_info("writer on CPU %d", s->writer_cpu);
	return rc;
}
