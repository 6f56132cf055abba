// SPDX-License-Identifier: GPL-2.0-or-later
/* choose - which flows are shown, and a closer look at some; see app.h. */
#include "app.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "sys/clock.h"

enum { OWNER_BUDGET = 5 /* one part in so many of a CPU goes to look-ups */ };

void app_find_owner(struct app *a, uint32_t row)
{
	int64_t now = clock_mono_ns(), cpu = clock_cpu_ns();

	if (now - a->owner_since_ns >= NS_PER_S) {
		a->owner_since_ns = now;
		a->owner_spent_ns = 0;
	}
	if (a->owner_spent_ns >= NS_PER_S / (app_counts_once(a->job) ? 1 : OWNER_BUDGET))
		return;
	flows_at(a->flows, row)->looked = owners_find(a->owners, a->flows, row, now);
	a->owner_spent_ns += clock_cpu_ns() - cpu;
}

static int choose_row(struct app *a, uint32_t row, struct err *e)
{
	size_t room = a->room_rows ? 2 * a->room_rows : 1024;
	uint32_t *more;

	if (a->n_rows == a->room_rows) {
		more = realloc(a->rows, room * sizeof(*more));
		if (!more)
			return err_set(e, ENOMEM, "out of memory");
		a->rows = more;
		a->room_rows = room;
	}
	a->rows[a->n_rows++] = row;
	return 0;
}

/* True if what is shown of all flows, not just of those on the screen, depends on owners. */
static bool needs_owners(const struct app *a)
{
	int g = a->job->group;

	return filter_needs_owner(a->filter) || g == GROUP_PROCESS || g == GROUP_USER ||
	       g == GROUP_CGROUP || a->only.group == GROUP_PROCESS ||
	       a->only.group == GROUP_USER || a->only.group == GROUP_CGROUP || a->job->once ||
	       a->job->json || a->job->record;
}

/* True if 'f' is one of the group that was opened. */
static bool is_of_group(struct app *a, const struct flow *f)
{
	struct job job = *a->job;
	struct show show = a->show;

	job.group = a->only.group;
	show.job = &job;
	str_clear(&a->only.text);
	group_name(&show, f, &a->only.text);
	return !strncmp(str_text(&a->only.text), a->only.name, sizeof(a->only.name) - 1);
}

int app_choose(struct app *a, struct err *e)
{
	struct flows *t = a->flows;
	bool owners = needs_owners(a);
	int r = 0;

	a->n_rows = 0;
	a->n_all = flows_count(t);
	groups_clear(a->groups);
	for (uint32_t row = 0; row < flows_rows(t) && !r; row++) {
		struct flow *f = flows_at(t, row);

		if (!f->used || !job_wants(a->job, f->ct.key.family, f->ct.key.proto))
			continue;
		if (owners && !f->looked && a->track)
			app_find_owner(a, row);
		if (!filter_match(a->filter, f, &a->show.env))
			continue;
		if (a->only.group && !is_of_group(a, f))
			continue;
		r = choose_row(a, row, e);
		if (!r && a->job->group)
			r = groups_add(a->groups, &a->show, f, e);
	}
	return r;
}

void app_look(struct app *a, uint32_t row)
{
	struct flow *f = flows_at(a->flows, row);

	if (!f->used || a->player)
		return;
	if (!f->looked)
		app_find_owner(a, row);
	/* What cannot be asked now is asked when it is drawn next. */
	if (a->show.env.now_ns - f->counted_ns >= (int64_t)a->job->interval_ns * 9 / 10)
		(void)track_ask(a->track, row);
}

bool app_has_rates(const struct app *a)
{
	return a->stats.sweeps >= 2;
}
