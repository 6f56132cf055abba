// SPDX-License-Identifier: GPL-2.0-or-later
/* view_frame - what stands around the views: the title line, and a line about the machine
 * (view.h). */
#include "view.h"

#include <inttypes.h>
#include <time.h>

#include "sys/clock.h"

void view_title(const struct job *job, const struct state *st, const char *host, bool frozen,
		struct canvas *c)
{
	const struct ifaces *f = &st->ifaces;
	time_t now = f->real_ns / NS_PER_S;
	char when[16] = "";
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(when, sizeof(when), "%H:%M:%S", &tm);
	canvas_put(c, 0, 0, c->cols, STYLE_STRONG, "");
	canvas_putf(c, 0, 0, STYLE_STRONG, "ifpps  %s  %s  every %s  %zu devices  own cost %s CPU%s",
		    host, when, fmt_duration(job->interval_ns).s, f->n,
		    fmt_percent(st->cost_ns, MAX(f->mono_ns - st->first_ns, 0)).s,
		    frozen ? "  FROZEN" : "");
}

void view_machine(const struct state *st, struct canvas *c, unsigned int row)
{
	const struct host *h = &st->now.host;

	if (!(st->now.have & NEED_MEMORY))
		return;
	canvas_putf(c, row, 0, STYLE_PLAIN,
		    "%s context switches/s, %" PRIu64 " running, %" PRIu64
		    " in I/O; memory %s of %s%s%s%s%s",
		    fmt_count(fmt_rate(state_delta(st->prev.context_switches, h->context_switches),
				       st->ifaces.dt_ns)).s,
		    h->procs_running, h->procs_blocked,
		    fmt_bytes((h->mem_total - h->mem_free) * 1024).s,
		    fmt_bytes(h->mem_total * 1024).s, h->swap_total ? "; swap " : "",
		    h->swap_total ? fmt_bytes((h->swap_total - h->swap_free) * 1024).s : "",
		    h->swap_total ? " of " : "",
		    h->swap_total ? fmt_bytes(h->swap_total * 1024).s : "");
}
