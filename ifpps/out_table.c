// SPDX-License-Identifier: GPL-2.0-or-later
/* out_table - a row a device and sample, separated by commas (RFC 4180). */
#include "out.h"

#include <inttypes.h>
#include <string.h>

#include "sys/clock.h"

void out_table_head(struct str *out)
{
	str_add(out, "time,interval_ns,device,ifindex");
	for (int c = 0; c < N_COUNTERS; c++)
		str_addf(out, ",%s", counters[c].name);
	for (int c = 0; c < N_COUNTERS; c++)
		str_addf(out, ",%s_delta", counters[c].name);
	str_addc(out, '\n');
}

void out_table(const struct job *job, const struct state *st, struct str *out)
{
	const struct ifaces *t = &st->ifaces;

	for (size_t k = 0; k < t->n; k++) {
		const struct iface *i = &t->v[k];
		size_t begin;

		if (!i->rated || !job_wants(job, i->now.name))
			continue;
		str_addf(out, "%" PRId64 ".%09" PRId64 ",%" PRId64 ",", (int64_t)(t->real_ns / NS_PER_S),
			 (int64_t)(t->real_ns % NS_PER_S), i->dt_ns);
		begin = out->len;
		str_add(out, i->now.name);
		str_quote_csv(out, begin); /* a name may hold what separates */
		str_addf(out, ",%d", i->now.ifindex);
		for (int c = 0; c < N_COUNTERS; c++) {
			str_addc(out, ',');
			str_add_u64(out, i->now.v[c]);
		}
		for (int c = 0; c < N_COUNTERS; c++) {
			str_addc(out, ',');
			str_add_u64(out, i->d[c]);
		}
		str_addc(out, '\n');
	}
}
