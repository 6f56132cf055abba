// SPDX-License-Identifier: GPL-2.0-or-later
/* player - see player.h. */
#include "player.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "pack.h"
#include "sys/clock.h"
#include "ui/record.h"

struct player {
	struct record *record;
	struct flows *flows;
	struct owners *owners;
	struct str bytes;
	struct pack_head head;
	int64_t real_ns, due_ns;
	uint64_t speed;
	size_t next; /* moment */
	uint32_t round;
	bool paused, full;
};

int player_open(const char *path, uint64_t speed, struct owners *o, struct player **ret_p,
		struct err *e)
{
	struct player *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return err_set(e, ENOMEM, "out of memory");
	p->owners = o;
	p->speed = speed;
	r = record_open(path, "flowtop", &p->record, e);
	if (r == -EINVAL)
		r = -EBADMSG; /* a file's fault, not the command line's */
	if (!r)
		r = flows_new(clock_mono_ns(), &p->flows, e);
	if (!r && !record_count(p->record))
		r = err_set(e, ENODATA, "%s holds no whole moment", path);
	if (r < 0) {
		player_close(p);
		return r;
	}
	if (record_is_cut(p->record))
		log_warn("%s is cut short: %zu moments are whole", path, record_count(p->record));
	*ret_p = p;
	return 0;
}

void player_close(struct player *p)
{
	if (!p)
		return;
	record_close(p->record);
	flows_free(p->flows);
	str_free(&p->bytes);
	free(p);
}

int64_t player_due_ns(const struct player *p)
{
	return p->paused ? INT64_MAX : p->due_ns;
}

static void take_flow(void *arg, const struct flow *f)
{
	struct player *p = arg;
	uint32_t row = flows_find(p->flows, &f->ct.key);
	struct flow *at;

	if (row == FLOWS_NONE)
		row = flows_add(p->flows, &f->ct);
	if (row == FLOWS_NONE) {
		p->full = true;
		return;
	}
	at = flows_at(p->flows, row);
	flow_replace(at, f);
	at->round = p->round;
}

static void drop_others(struct player *p)
{
	for (uint32_t row = 0; row < flows_rows(p->flows); row++) {
		const struct flow *f = flows_at(p->flows, row);

		if (f->used && f->round != p->round)
			flows_del(p->flows, row);
	}
}

/* When moment 'next' is to be shown, if 'next' - 1 is shown now. */
static int64_t due(const struct player *p)
{
	struct record_frame a, b;

	if (p->next >= record_count(p->record))
		return INT64_MAX;
	if (!p->next || !p->speed)
		return 0;
	a = record_frame(p->record, p->next - 1);
	b = record_frame(p->record, p->next);
	return clock_mono_ns() + MAX(b.mono_ns - a.mono_ns, 0ll) / (int64_t)p->speed;
}

int player_step(struct player *p, struct err *e)
{
	struct record_frame f;
	int r;

	if (p->next >= record_count(p->record)) {
		p->due_ns = INT64_MAX;
		return 0;
	}
	f = record_frame(p->record, p->next);
	str_clear(&p->bytes);
	r = record_read(p->record, p->next, &p->bytes, e);
	if (r < 0)
		return r;
	p->round++;
	p->head = (struct pack_head){ .now_ns = f.mono_ns };
	p->real_ns = f.real_ns;
	r = pack_read(cur_of(p->bytes.p, p->bytes.len), &p->head, p->owners, take_flow, p, e);
	if (r < 0)
		return r;
	if (p->full)
		return err_set(e, ENOMEM, "out of memory");
	drop_others(p);
	p->next++;
	/* The last moment stays; the turn after it tells that it was the last. */
	p->due_ns = p->next < record_count(p->record) ? due(p) : 0;
	return 1;
}

int player_seek(struct player *p, size_t place, struct err *e)
{
	p->next = MIN(place, record_count(p->record) - 1);
	return MIN(player_step(p, e), 0);
}

void player_pause(struct player *p, bool pause)
{
	p->paused = pause;
	if (!pause)
		p->due_ns = due(p);
}

size_t player_place(const struct player *p, size_t *ret_n)
{
	*ret_n = record_count(p->record);
	return p->next ? p->next - 1 : 0;
}

struct flows *player_flows(struct player *p)
{
	return p->flows;
}

void player_get(const struct player *p, struct filter_env *env, struct track_stats *ret_s,
		struct ctstat_table *ret_t, double *ret_events_per_s)
{
	const uint64_t *v = p->head.v;

	env->now_ns = p->head.now_ns;
	env->real_ns = p->real_ns;
	*ret_s = (struct track_stats){
		.events = v[PACK_EVENTS], .lost = v[PACK_LOST], .began = v[PACK_BEGAN],
		.ended = v[PACK_ENDED], .sweeps = v[PACK_SWEEPS],
		.swept_ns = v[PACK_SWEEPS] ? p->head.now_ns - (int64_t)v[PACK_SWEPT_AGE_NS] : 0,
	};
	*ret_t = (struct ctstat_table){
		.entries = v[PACK_ENTRIES], .max = v[PACK_MAX],
		.insert_failed = v[PACK_INSERT_FAILED], .drop = v[PACK_DROP],
		.early_drop = v[PACK_EARLY_DROP],
	};
	*ret_events_per_s = v[PACK_EVENTS_PER_S] / 10.0;
}
