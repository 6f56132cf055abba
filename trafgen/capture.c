// SPDX-License-Identifier: GPL-2.0-or-later
/* capture - see capture.h. */
#include "capture.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "edit.h"
#include "pkt/capfile.h"
#include "proto/linktype.h"

/* Whatever times a file claims, sums of them do not overflow: 146 and 100 years. */
#define MAX_TIME_NS (INT64_MAX / 2)
#define MAX_SPAN_NS (100ll * 365 * 86400 * 1000000000)

struct loading {
	const struct job *job;
	struct comp comp;
	struct edits *edits;
	int64_t *at_ns;
	size_t cap;
	uint64_t n_cut;
};

/* Moments do not go back: a packet that came out of order goes right behind the one before. */
static int put_moment(struct loading *l, int64_t ts_ns, struct err *e)
{
	struct prog *g = l->comp.g;
	size_t n = g->n_packets;
	__int128 at;

	if (n == l->cap) {
		size_t cap = n ? n * 2 : 1024;
		int64_t *more = realloc(l->at_ns, cap * sizeof(*more));

		if (!more)
			return err_sys(e, ENOMEM, "%s", l->job->name);
		l->at_ns = more;
		l->cap = cap;
	}
	if (!n)
		g->start_ns = MIN(MAX(ts_ns, -MAX_TIME_NS), MAX_TIME_NS);
	at = (__int128)ts_ns - g->start_ns;
	at = MIN(at, (__int128)MAX_SPAN_NS);
	l->at_ns[n] = n ? l->at_ns[n - 1] : 0;
	if (at > l->at_ns[n])
		l->at_ns[n] = at;
	return 0;
}

static int put_packet(struct loading *l, const struct pkt *p, struct err *e)
{
	unsigned int wanted = l->job->rfraw ? LINKTYPE_IEEE802_11_RADIOTAP : LINKTYPE_ETHERNET;
	struct comp *c = &l->comp;
	struct packet made = { .cpu_first = -1, .cpu_last = -1, .weight = 1,
			       .line = c->g->n_packets + 1 };
	int rc;

	if (p->linktype != wanted)
		return err_set(e, EPROTOTYPE, "%s: packet %u is of link type %u, not %s (%u)",
			       l->job->name, made.line, p->linktype, linktype_name(wanted), wanted);
	if (!p->cap_len || p->cap_len > PROG_MAX_BYTES)
		return err_set(e, EMSGSIZE, "%s: packet %u has %u bytes, a packet has 1 to %d",
			       l->job->name, made.line, p->cap_len, PROG_MAX_BYTES);
	l->n_cut += p->cap_len < p->len;
	memcpy(c->buf, p->data, p->cap_len);
	c->len = p->cap_len;
	rc = put_moment(l, p->ts_ns, e);
	if (!rc)
		rc = edits_apply(l->edits, c, p->linktype, p->len, &made);
	return rc ? rc : comp_add(c, &made);
}

static int put_all(struct loading *l, struct err *e)
{
	AUTO(capfile_close_p) struct capfile *f = NULL;
	struct pkt p;
	int rc = capfile_open(l->job->path, &f, e);

	if (rc)
		return rc;
	while ((rc = capfile_next(f, &p, e)) == 1 || rc == -EINTR)
		if (rc == 1 && (rc = put_packet(l, &p, e)))
			break;
	if (!rc && !l->comp.g->n_packets)
		rc = err_set(e, ENODATA, "%s has no packets", l->job->name);
	return rc ? rc : edits_check(l->edits, l->job->name, e);
}

/* From the last packet to the first of the next round as long as between two on average. */
static int keep_moments(struct loading *l, struct err *e)
{
	struct prog *g = l->comp.g;
	size_t n = g->n_packets;
	int64_t all = l->at_ns[n - 1];

	g->at_ns = arena_alloc(&g->arena, n * sizeof(*g->at_ns));
	if (!g->at_ns)
		return err_sys(e, ENOMEM, "%s", l->job->name);
	memcpy(g->at_ns, l->at_ns, n * sizeof(*g->at_ns));
	g->round_ns = n > 1 ? all + all / (int64_t)(n - 1) : 0;
	return 0;
}

int capture_read(const struct job *job, const struct comp_opts *o, struct prog *ret_g,
		 struct err *e)
{
	struct loading l = { .job = job };
	struct prog g;
	int rc = comp_begin(&l.comp, o, &g, e);

	if (!rc)
		rc = edits_read(&job->sets, &l.edits, e);
	if (!rc)
		rc = put_all(&l, e);
	if (!rc)
		rc = keep_moments(&l, e);
	if (!rc && l.n_cut)
		log_warn("%s: %llu packets were cut short when captured, and go as short as they are",
			 job->name, (unsigned long long)l.n_cut);
	edits_free(l.edits);
	free(l.at_ns);
	comp_end(&l.comp, rc);
	if (!rc)
		*ret_g = g;
	return rc;
}
