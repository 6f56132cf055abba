// SPDX-License-Identifier: GPL-2.0-or-later
/* cpu - see cpu.h. */
#include "sys/cpu.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "sys/proc.h"

_Static_assert(CPU_MAX % 64 == 0, "whole words");

unsigned int cpus_count(const struct cpus *c)
{
	unsigned int n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(c->bits); i++)
		n += __builtin_popcountll(c->bits[i]);
	return n;
}

int cpus_next(const struct cpus *c, unsigned int from)
{
	for (unsigned int cpu = from; cpu < CPU_MAX; cpu++)
		if (cpus_has(c, cpu))
			return cpu;
	return -1;
}

/* Reads a CPU number at '*p' and steps over it. Returns -1 if there is none. */
static int take_cpu(const char **p)
{
	unsigned int v = 0;

	if (**p < '0' || **p > '9')
		return -1;
	for (; **p >= '0' && **p <= '9'; (*p)++) {
		v = v * 10 + (**p - '0');
		if (v >= CPU_MAX)
			return -1;
	}
	return v;
}

int cpus_parse(const char *text, const char *what, struct cpus *ret_c, struct err *e)
{
	struct cpus c = { 0 };
	const char *p = text;
	int a, b;

	while (*p) {
		a = b = take_cpu(&p);
		if (a >= 0 && *p == '-') {
			p++;
			b = take_cpu(&p);
		}
		if (a < 0 || b < a || (*p && *p != ',') || (*p == ',' && !p[1]))
			return err_set(
				e, EINVAL,
				"%s: \"%.64s\" is not a list of CPUs such as 0-3,8 (up to %d)",
				what, text, CPU_MAX - 1);
		for (int i = a; i <= b; i++)
			cpus_add(&c, i);
		if (*p)
			p++;
	}
	*ret_c = c;
	return 0;
}

void cpus_format(const struct cpus *c, char *buf, size_t size)
{
	size_t used = 0;
	int a, b, n;

	if (size)
		buf[0] = '\0';
	for (a = cpus_next(c, 0); a >= 0 && used < size; a = cpus_next(c, b + 1)) {
		for (b = a; cpus_has(c, b + 1); b++)
			;
		n = snprintf(buf + used, size - used, a == b ? "%s%d" : "%s%d-%d", used ? "," : "",
			     a, b);
		used += n;
	}
}

int cpu_online(struct cpus *ret_c, struct err *e)
{
	static const char path[] = "/sys/devices/system/cpu/online";
	char text[4096];
	ssize_t n = proc_read(path, text, sizeof(text), e);

	return n < 0 ? (int)n : cpus_parse(text, path, ret_c, e);
}

int cpu_allowed(struct cpus *ret_c, struct err *e)
{
	cpu_set_t *set = CPU_ALLOC(CPU_MAX);
	size_t size = CPU_ALLOC_SIZE(CPU_MAX);
	struct cpus c = { 0 };
	int code = 0;

	if (!set)
		return err_sys(e, ENOMEM, "set of CPUs");
	CPU_ZERO_S(size, set);
	if (sched_getaffinity(0, size, set) < 0)
		code = errno;
	for (unsigned int i = 0; i < CPU_MAX; i++)
		if (CPU_ISSET_S(i, size, set))
			cpus_add(&c, i);
	CPU_FREE(set);
	if (code)
		return err_sys(e, code, "ask for the CPUs that are allowed");
	*ret_c = c;
	return 0;
}

int cpu_pin_set(const struct cpus *c, struct err *e)
{
	cpu_set_t *set = CPU_ALLOC(CPU_MAX);
	size_t size = CPU_ALLOC_SIZE(CPU_MAX);
	char text[64];
	int code = 0;

	if (!set)
		return err_sys(e, ENOMEM, "set of CPUs");
	CPU_ZERO_S(size, set);
	for (int i = cpus_next(c, 0); i >= 0; i = cpus_next(c, i + 1))
		CPU_SET_S(i, size, set);
	if (sched_setaffinity(0, size, set) < 0)
		code = errno;
	CPU_FREE(set);
	if (!code)
		return 0;
	cpus_format(c, text, sizeof(text));
	if (code == EINVAL)
		return err_set(e, code, "CPU %s is not there or not allowed to this process", text);
	return err_sys(e, code, "run on CPU %s", text);
}

int cpu_pin(unsigned int cpu, struct err *e)
{
	struct cpus c = { 0 };

	if (cpu >= CPU_MAX)
		return err_set(e, EINVAL, "CPU %u is not there (the last can be %d)", cpu,
			       CPU_MAX - 1);
	cpus_add(&c, cpu);
	return cpu_pin_set(&c, e);
}

int cpu_prio_high(const char **ret_how, struct err *e)
{
	struct sched_param p = { .sched_priority = sched_get_priority_min(SCHED_FIFO) };

	if (sched_setscheduler(0, SCHED_FIFO, &p) == 0) {
		*ret_how = "SCHED_FIFO, priority 1";
		return 0;
	}
	if (setpriority(PRIO_PROCESS, 0, -20) == 0) {
		*ret_how = "nice -20";
		return 0;
	}
	return err_sys(e, errno, "raise the priority (needs CAP_SYS_NICE)");
}
