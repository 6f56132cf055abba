// SPDX-License-Identifier: GPL-2.0-or-later
/* drops - see drops.h. */
#include "drops.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dropmon.h"
#include "ethstats.h"
#include "base/leb128.h"
#include "procfs.h"
#include "sys/ethtool.h"
#include "sys/skbdrop.h"

enum { LINES_MAX = 1 << 17 };

const char *drops_source(enum drop_source s)
{
	static const char *const names[] = { "hardware", "device", "softnet", "qdisc", "protocol", "reason",
					      "place" };

	return names[s];
}

/* Reasons cannot be had, because of 'why'. */
static void open_monitor(struct drops *d, const char *why)
{
	struct err e = { 0 };

	if (dropmon_open(&d->monitor, &e))
		snprintf(d->why, sizeof(d->why), "%.190s; %.190s", why, e.text);
	else
		snprintf(d->why, sizeof(d->why), "%.190s; places by the drop monitor instead", why);
}

void drops_open(struct drops *d, const struct sampler *source)
{
	struct err e = { 0 };
	struct stat st;

	*d = (struct drops){ 0 };
	if (sampler_plays(source))
		return;
	if (!sampler_lives(source)) {
		snprintf(d->why, sizeof(d->why), "this is a recording");
		return;
	}
	if (!stat("/proc/thread-self/ns/net", &st))
		d->netns = st.st_ino;
	d->standard = ethstats_open();
	if (skbdrop_open(&d->skb, &e))
		open_monitor(d, e.text);
}

void drops_driver(struct drops *d, int ifindex)
{
	d->ifindex = ifindex;
}

void drops_close(struct drops *d)
{
	skbdrop_close(d->skb);
	dropmon_close(d->monitor);
	ethstats_close(d->standard);
	free(d->line);
	str_free(&d->text);
	*d = (struct drops){ 0 };
}

/* What is counted since the ledger was opened only. */
static bool counted_since(enum drop_source source)
{
	return source == DROP_REASON || source == DROP_PLACE;
}

/* The line of that name; one of the first reading begins at 'v'. NULL: no memory. Lines are made
 * when there is something to tell, so that they stay few. */
static struct drop_line *line_of(struct drops *d, enum drop_source source, int ifindex,
				 const char *name, uint64_t v)
{
	struct drop_line *grown;
	size_t max;

	for (size_t i = 0; i < d->n; i++)
		if (d->line[i].ifindex == ifindex && d->line[i].source == source &&
		    streq(d->line[i].name, name))
			return &d->line[i];
	if (d->n == LINES_MAX)
		return NULL;
	if (d->n == d->max) {
		max = d->max ? d->max * 2 : 128;
		grown = reallocarray(d->line, max, sizeof(*grown));
		if (!grown)
			return NULL;
		d->line = grown;
		d->max = max;
	}
	if (d->began || counted_since(source))
		v = 0;
	d->line[d->n] = (struct drop_line){ .source = source, .ifindex = ifindex, .prev = v,
					    .now = v, .base = v };
	snprintf(d->line[d->n].name, sizeof(d->line[d->n].name), "%s", name);
	return &d->line[d->n++];
}

/* Takes a reading of a line. Counters that began anew begin anew here. */
static void take(struct drops *d, enum drop_source source, int ifindex, const char *name,
		 uint64_t v, const struct dropword *w)
{
	struct drop_line *l = v ? line_of(d, source, ifindex, name, v) : NULL;

	if (!l)
		return;
	l->prev = l->now;
	l->now = v;
	if (v < l->prev)
		l->base = l->prev = v;
	l->loss = w->loss;
	l->text = w->text;
	l->fresh = true;
}

static void take_devices(struct drops *d, const struct state *st)
{
	for (size_t i = 0; i < st->now.n_links; i++) {
		const struct link *l = &st->now.links[i];

		for (int c = 0; l->fresh && c < N_COUNTERS; c++) {
			const struct dropword *w = dropword_device(counters[c].name);

			if (w)
				take(d, DROP_DEVICE, l->ifindex, counters[c].name, l->v[c], w);
		}
	}
}

static void take_stat(struct drops *d, const char *name, uint64_t v)
{
	const struct dropword *w = dropword_driver(name);

	if (w)
		take(d, DROP_HARDWARE, d->ifindex, name, v, w);
}

struct stat_call {
	struct drops *d;
	struct str *note; /* NULL: nobody records */
};

static void on_stat(void *arg, const char *name, uint64_t v)
{
	struct stat_call *c = arg;

	if (c->note) {
		leb128_put_text(c->note, name);
		leb128_put(c->note, v);
	}
	take_stat(c->d, name, v);
}

/* What the device is called now, as its driver is asked by name; NULL: it is gone. */
static const char *name_of(const struct state *st, int ifindex)
{
	for (size_t i = 0; i < st->now.n_links; i++)
		if (st->now.links[i].ifindex == ifindex && st->now.links[i].fresh)
			return st->now.links[i].name;
	return NULL;
}

/* The standards' counters and the driver's own, of which those that sound like loss are taken. */
static void take_driver(struct drops *d, struct sampler *source, const struct state *st)
{
	const char *dev = name_of(st, d->ifindex);
	char note[32], name[64] = "";
	struct stat_call call = { d, NULL };
	struct cur c;
	uint64_t v;

	if (!dev)
		return;
	snprintf(note, sizeof(note), "driver %d", d->ifindex);
	if (sampler_noted(source, note, &c))
		while (cur_left(&c)) {
			leb128_get_text(&c, name, sizeof(name));
			v = leb128_get(&c);
			if (!c.failed)
				take_stat(d, name, v);
		}
	if (!sampler_lives(source))
		return;
	call.note = sampler_note(source, note);
	if (d->standard)
		ethstats_read(d->standard, d->ifindex, on_stat, &call);
	(void)!ethtool_stats(dev, on_stat, &call, NULL); /* many drivers have none */
}

static void take_softnet(struct drops *d, const struct state *st)
{
	static const struct dropword words[] = {
		{ "dropped", true, "the CPUs' backlog was full (net.core.netdev_max_backlog)" },
		{ "flow_limit", true, "one flow filled the backlog (flow limit)" },
		{ "squeezed", false, "receiving stopped with work left (net.core.netdev_budget)" },
	};
	uint64_t sum[ARRAY_SIZE(words)] = { 0 };

	for (size_t i = 0; i < st->now.host.n_cpus; i++) {
		sum[0] += st->now.host.cpu[i].dropped;
		sum[1] += st->now.host.cpu[i].flow_limit;
		sum[2] += st->now.host.cpu[i].squeezed;
	}
	for (size_t k = 0; st->now.have & NEED_SOFTNET && k < ARRAY_SIZE(words); k++)
		take(d, DROP_SOFTNET, 0, words[k].name, sum[k], &words[k]);
}

/* Those of the queues of one device may have no handle of their own, but a place. */
static void take_of(struct drops *d, const struct qdisc *q, const char *what, uint64_t v,
		    const struct dropword *w)
{
	char name[64];

	if (q->handle)
		snprintf(name, sizeof(name), "%s %x: %s", q->kind, q->handle >> 16, what);
	else
		snprintf(name, sizeof(name), "%s at %x:%x %s", q->kind, q->parent >> 16,
			 q->parent & 0xffff, what);
	take(d, DROP_QDISC, q->ifindex, name, v, w);
}

static int take_qdisc(void *arg, const struct qdisc *q, struct err *e)
{
	static const struct dropword drops = { "drops", true, "the queue was full" },
				     over = { "overlimits", false, "had to wait for its rate" },
				     again = { "requeues", false, "the device was busy" };
	struct drops *d = arg;

	(void)e;
	take_of(d, q, "drops", q->drops, &drops);
	take_of(d, q, "overlimits", q->overlimits, &over);
	take_of(d, q, "requeues", q->requeues, &again);
	return 0;
}

static void take_counter(void *arg, const char *group, const char *name, uint64_t v)
{
	const struct dropword *w;
	char full[100];

	snprintf(full, sizeof(full), "%s.%s", group, name);
	w = dropword_protocol(full);
	if (w)
		take(arg, DROP_PROTOCOL, 0, full, v, w);
}

static int take_protocols(struct drops *d, struct sampler *source)
{
	/* A kernel without IPv6 lacks the last one; a recording may lack them all. */
	static const char *const pairs[] = { "/proc/net/snmp", "/proc/net/netstat" };

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		if (!sampler_text(source, pairs[i], &d->text, NULL))
			procfs_snmp(str_text(&d->text), take_counter, d);
	if (!sampler_text(source, "/proc/net/snmp6", &d->text, NULL))
		procfs_snmp6(str_text(&d->text), take_counter, d);
	return 0;
}

/* Makes one count of all that mean the same: a number of a device means nothing without its
 * namespace. False: it is of another namespace, or in a count before. */
static bool gather(const struct drops *d, struct skbdrop_count *c, size_t i)
{
	if (c[i].netns && c[i].netns != d->netns)
		return false;
	if (!c[i].netns)
		c[i].ifindex = 0;
	for (size_t k = 0; k < i; k++)
		if (c[k].netns == d->netns && c[k].ifindex == c[i].ifindex &&
		    c[k].reason == c[i].reason) {
			c[k].n += c[i].n;
			return false;
		}
	c[i].netns = d->netns;
	return true;
}

static void take_reason(struct drops *d, int ifindex, const char *name, uint64_t n,
			struct str *note)
{
	if (note) {
		leb128_put(note, ifindex);
		leb128_put_text(note, name);
		leb128_put(note, n);
	}
	take(d, DROP_REASON, ifindex, name, n, dropword_reason(name));
}

static int count_reasons(struct drops *d, struct str *note, struct err *e)
{
	AUTO(free_p) struct skbdrop_count *c = NULL;
	char number[40];
	const char *name;
	size_t n = 0;
	int rc = skbdrop_read(d->skb, &c, &n, e);

	for (size_t i = 0; !rc && i < n; i++)
		if (!gather(d, c, i))
			c[i].n = 0;
	for (size_t i = 0; !rc && i < n; i++) {
		if (!c[i].n)
			continue;
		name = skbdrop_name(d->skb, c[i].reason);
		if (!name) {
			snprintf(number, sizeof(number), "subsystem %u, %u", c[i].reason >> 16,
				 c[i].reason & 0xffff);
			name = number;
		}
		take_reason(d, c[i].ifindex, name, c[i].n, note);
	}
	return rc;
}

static void play_reasons(struct drops *d, struct cur c)
{
	char name[64] = "";
	uint64_t ifindex, n;

	while (cur_left(&c)) {
		ifindex = leb128_get(&c);
		leb128_get_text(&c, name, sizeof(name));
		n = leb128_get(&c);
		if (!c.failed && ifindex <= INT32_MAX)
			take_reason(d, ifindex, name, n, NULL);
	}
}

/* A place may be anything; the monitor does not tell of which device. */
static const struct dropword place_word = {
	"", true, "packets were dropped in this function of the kernel, on any device"
};

struct place_call {
	struct drops *d;
	struct str *note; /* NULL: nobody records */
};

static void on_place(void *arg, const char *function, uint64_t n)
{
	struct place_call *c = arg;

	if (c->note) {
		leb128_put_text(c->note, function);
		leb128_put(c->note, n);
	}
	take(c->d, DROP_PLACE, 0, function, n, &place_word);
}

static void take_places(struct drops *d, struct sampler *source)
{
	struct place_call call = { d, NULL };
	char name[64] = "";
	uint64_t n;
	struct cur c;

	if (d->monitor) {
		call.note = sampler_note(source, "places");
		dropmon_read(d->monitor, on_place, &call);
	}
	if (!sampler_noted(source, "places", &c))
		return;
	while (cur_left(&c)) {
		leb128_get_text(&c, name, sizeof(name));
		n = leb128_get(&c);
		if (!c.failed)
			on_place(&call, name, n);
	}
}

static int take_reasons(struct drops *d, struct sampler *source, struct err *e)
{
	struct cur c;

	if (d->skb)
		return count_reasons(d, sampler_note(source, "reasons"), e);
	if (sampler_plays(source))
		d->why[0] = '\0';
	if (sampler_noted(source, "reasons", &c))
		play_reasons(d, c);
	else if (sampler_plays(source))
		snprintf(d->why, sizeof(d->why), "the recording holds none (--record with --drops)");
	return 0;
}

int drops_update(struct drops *d, struct sampler *source, const struct state *st, struct err *e)
{
	int rc;

	for (size_t i = 0; i < d->n; i++)
		d->line[i].fresh = false;
	take_devices(d, st);
	take_driver(d, source, st);
	take_softnet(d, st);
	rc = sampler_qdiscs(source, take_qdisc, d, e);
	if (!rc)
		rc = take_protocols(d, source);
	if (!rc)
		rc = take_reasons(d, source, e);
	if (!rc)
		take_places(d, source);
	d->began = true;
	return rc;
}
