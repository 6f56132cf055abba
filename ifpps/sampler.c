// SPDX-License-Identifier: GPL-2.0-or-later
/* sampler - see sampler.h. */
#include "sampler.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/leb128.h"
#include "base/num.h"
#include "host.h"
#include "links.h"
#include "pack.h"
#include "procfs.h"
#include "sys/clock.h"
#include "sys/irq.h"
#include "sys/netdev.h"
#include "ui/record.h"

struct sampler {
	const struct job *job;
	struct links *links; /* NULL: below 'root' */
	struct host_reader host;
	char root[4000]; /* "" for the running machine */
	struct str text;
	struct record *record; /* NULL: none is played */
	struct notes notes;    /* of the sample read last: read from 'record', or to be kept */
	size_t next;
};

int sampler_open(const struct job *job, struct sampler **ret_s, struct err *e)
{
	AUTO(sampler_close_p) struct sampler *r = calloc(1, sizeof(*r));
	const char *root = job->proc_root ? job->proc_root : "";
	int rc = 0;

	if (!r)
		return err_sys(e, ENOMEM, "sampler");
	r->job = job;
	host_open(&r->host, r->root);
	if (snprintf(r->root, sizeof(r->root), "%s", root) >= (int)sizeof(r->root))
		return err_set(e, ENAMETOOLONG, "--proc-root: the path is too long");
	if (job->play)
		rc = record_open(job->play, "ifpps", &r->record, e);
	else if (!job->proc_root)
		rc = links_open(&r->links, e);
	else
		rc = host_text(&r->host, "/proc/net/dev", &r->text, e);
	if (rc)
		return rc;
	if (r->record && !record_count(r->record))
		return err_set(e, EINVAL, "%s holds no sample", job->play);
	*ret_s = TAKE(r, NULL);
	return 0;
}

void sampler_close(struct sampler *r)
{
	if (!r)
		return;
	links_close(r->links);
	record_close(r->record);
	host_close(&r->host);
	notes_free(&r->notes);
	str_free(&r->text);
	free(r);
}

void sampler_close_p(struct sampler **s)
{
	sampler_close(*s);
}

void sampler_watch(struct sampler *r, const char *dev)
{
	int n = 0;

	if (r->links)
		n = irq_of_netdev(dev, r->host.irqs, ARRAY_SIZE(r->host.irqs), NULL);
	r->host.n_irqs = n > 0 ? n : 0;
}

/* A small file of /sys/class/net/NAME below the root as a number, in base 10 or 16; 0: none. */
static uint64_t sys_number(struct sampler *r, const char *name, const char *file)
{
	const char *at;
	char path[96];
	uint64_t v;

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", name, file);
	if (!netdev_name_ok(name) || host_text(&r->host, path, &r->text, NULL))
		return 0;
	at = str_text(&r->text);
	at += 2 * !strncmp(at, "0x", 2);
	return procfs_number(&at, at == str_text(&r->text) ? 10 : 16, &v) ? v : 0;
}

/* Numbers that a recording does not give follow from the order of the lines. */
static int read_recorded(struct sampler *r, struct sample *s, struct err *e)
{
	int rc, last = 0;

	s->n_links = 0;
	s->mono_ns = clock_mono_ns();
	s->real_ns = clock_real_ns();
	rc = host_text(&r->host, "/proc/net/dev", &r->text, e);
	if (!rc)
		rc = procfs_netdev(str_text(&r->text), s, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < s->n_links; i++) {
		struct link *l = &s->links[i];
		uint64_t speed = sys_number(r, l->name, "speed");

		l->ifindex = sys_number(r, l->name, "ifindex");
		if (l->ifindex <= 0)
			l->ifindex = last + 1;
		last = MAX(last, l->ifindex);
		/* The kernel writes -1 for an unknown speed. */
		l->speed_bps = speed < 100000000 ? speed * 1000000 : 0;
		l->flags = sys_number(r, l->name, "flags") |
			   (sys_number(r, l->name, "carrier") ? IFF_RUNNING : 0);
		l->mtu = sys_number(r, l->name, "mtu");
		l->hatype = sys_number(r, l->name, "type");
	}
	sample_sort(s);
	return 0;
}

static bool wanted(void *arg, const struct link *l)
{
	return job_wants(arg, l->name);
}

bool sampler_plays(const struct sampler *r)
{
	return r->record != NULL;
}

bool sampler_lives(const struct sampler *r)
{
	return r->links != NULL;
}

size_t sampler_place(const struct sampler *r, size_t *ret_n)
{
	*ret_n = record_count(r->record);
	return r->next;
}

int64_t sampler_gap_ns(const struct sampler *r)
{
	if (r->next >= record_count(r->record))
		return -1;
	if (!r->next)
		return 0;
	return MAX(0, record_frame(r->record, r->next).mono_ns -
		   record_frame(r->record, r->next - 1).mono_ns);
}

void sampler_seek(struct sampler *r, size_t place)
{
	r->next = place;
}

static int read_record(struct sampler *r, struct sample *s, struct err *e)
{
	struct record_frame f;
	struct cur c;
	int rc;

	if (r->next >= record_count(r->record))
		return -ENODATA;
	f = record_frame(r->record, r->next);
	rc = record_read(r->record, r->next++, &r->text, e);
	c = cur_of(r->text.p, r->text.len);
	if (!rc)
		rc = pack_read(&c, s, e);
	if (!rc)
		rc = notes_read(&c, &r->notes, e);
	if (rc)
		return err_prefix(e, "play %s", r->job->play);
	s->mono_ns = f.mono_ns;
	s->real_ns = f.real_ns;
	return 0;
}

int sampler_read(struct sampler *r, unsigned int needs, struct sample *s, struct err *e)
{
	int64_t start = clock_cpu_ns();
	int rc;

	if (r->record)
		return read_record(r, s, e);
	notes_clear(&r->notes);
	s->have = NEED_LINKS;
	rc = r->links ? links_read(r->links, wanted, (void *)r->job, s, e) :
			read_recorded(r, s, e);
	if (!rc)
		rc = host_read(&r->host, needs, s, e);
	s->cost_ns = clock_cpu_ns() - start;
	return rc;
}

struct str *sampler_note(struct sampler *r, const char *name)
{
	return r->job->record && !r->record ? notes_new(&r->notes, name) : NULL;
}

bool sampler_noted(const struct sampler *r, const char *name, struct cur *ret)
{
	return r->record && notes_find(&r->notes, name, ret);
}

const struct notes *sampler_notes(const struct sampler *r)
{
	return &r->notes;
}

struct qdisc_call {
	links_qdisc_fn fn;
	void *arg;
	struct str *note;
};

static int keep_qdisc(void *arg, const struct qdisc *q, struct err *e)
{
	struct qdisc_call *c = arg;

	if (c->note) {
		leb128_put(c->note, q->ifindex);
		leb128_put(c->note, q->handle);
		leb128_put(c->note, q->parent);
		leb128_put_text(c->note, q->kind);
		leb128_put(c->note, q->drops);
		leb128_put(c->note, q->overlimits);
		leb128_put(c->note, q->requeues);
	}
	return c->fn(c->arg, q, e);
}

static int play_qdiscs(struct cur c, links_qdisc_fn fn, void *arg, struct err *e)
{
	struct qdisc q = { 0 };
	int rc = 0;

	while (!rc && cur_left(&c)) {
		q.ifindex = leb128_get(&c) & INT32_MAX;
		q.handle = leb128_get(&c);
		q.parent = leb128_get(&c);
		leb128_get_text(&c, q.kind, sizeof(q.kind));
		q.drops = leb128_get(&c);
		q.overlimits = leb128_get(&c);
		q.requeues = leb128_get(&c);
		if (c.failed)
			return err_set(e, EBADMSG, "queueing disciplines that are cut short");
		rc = fn(arg, &q, e);
	}
	return rc;
}

int sampler_qdiscs(struct sampler *r, links_qdisc_fn fn, void *arg, struct err *e)
{
	struct qdisc_call call = { fn, arg, sampler_note(r, "qdiscs") };
	struct cur c;

	if (sampler_noted(r, "qdiscs", &c))
		return play_qdiscs(c, fn, arg, e);
	return r->links ? links_qdiscs(r->links, keep_qdisc, &call, e) : 0;
}

int sampler_text(struct sampler *r, const char *path, struct str *ret, struct err *e)
{
	struct str *note;
	struct cur c;
	int rc = 0;

	str_clear(ret);
	if (sampler_noted(r, path, &c))
		str_add_n(ret, (const char *)c.p, cur_left(&c));
	else if (!r->record)
		rc = host_text(&r->host, path, ret, e);
	note = rc ? NULL : sampler_note(r, path);
	if (note)
		str_add_n(note, str_text(ret), ret->len);
	return rc;
}
