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

enum { MAX_SETTINGS = 256, MAX_IRQS = 128, SOCK_MEM_BYTES = 64 << 20 };

static struct setting *add(struct setup *s, enum setting_kind kind, const char *key)
{
	struct setting *t;

	if (s->n_settings == MAX_SETTINGS)
		return NULL;
	t = &s->settings[s->n_settings++];
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
		t = add(s, SETTING_SYSCTL, keys[i]);
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
		t = add(s, SETTING_IRQ, key);
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
	t = add(s, SETTING_HWTSTAMP, dev);
	if (t)
		snprintf(t->value, sizeof(t->value), "%d %d", want.tx_type, want.rx_filter);
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
	}
	return rc;
}

int tune_start(struct setup *s, struct err *e)
{
	const struct job *job = s->job;
	size_t i;
	int rc;

	if (!job->hwtimestamp && !job->tune_irq && !job->tune_sock_mem)
		return 0;
	s->settings = calloc(MAX_SETTINGS, sizeof(*s->settings));
	if (!s->settings)
		return err_set(e, ENOMEM, "out of memory");
	rc = add_devices(s, e);
	if (rc)
		return rc;
	if (job->tune_sock_mem)
		add_sock_mem(s);
	if (!s->n_settings)
		return 0;
	rc = restorer_start(NULL, s->settings, s->n_settings, &s->restorer, e);
	for (i = 0; !rc && i < s->n_settings; i++) {
		if (s->settings[i].error)
			log_warn("%s: not changed: %s", s->settings[i].key,
				 strerror(s->settings[i].error));
		else
			log_warn("%s: %s instead of %s for this run", s->settings[i].key,
				 s->settings[i].value, s->settings[i].old);
	}
	return rc;
}

int tune_bind(const struct job *job, struct err *e)
{
	struct cpus set = { 0 };
	unsigned int i;

	for (i = 0; i < job->n_cpus; i++)
		cpus_add(&set, job->cpus[i]);
	return cpu_pin_set(&set, e);
}
