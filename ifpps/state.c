// SPDX-License-Identifier: GPL-2.0-or-later
/* state - see state.h. */
#include "state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int state_keep_host(struct state *st, struct err *e)
{
	const struct host *now = &st->now.host;
	struct cpu *cpu = reallocarray(st->prev.cpu, now->n_cpus + 1, sizeof(*cpu));

	if (!cpu)
		return err_sys(e, ENOMEM, "%zu CPUs", now->n_cpus);
	st->prev = *now;
	st->prev.cpu = cpu;
	if (now->n_cpus)
		memcpy(cpu, now->cpu, now->n_cpus * sizeof(*cpu));
	return 0;
}

void state_free(struct state *st)
{
	sample_free(&st->now);
	free(st->prev.cpu);
	ifaces_free(&st->ifaces);
}

struct cpu state_cpu_before(const struct state *st, size_t cpu)
{
	return cpu < st->prev.n_cpus ? st->prev.cpu[cpu] : (struct cpu){ 0 };
}

uint64_t state_delta(uint64_t prev, uint64_t now)
{
	return now > prev ? now - prev : 0;
}
