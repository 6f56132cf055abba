// SPDX-License-Identifier: GPL-2.0-or-later
/* source_merge - several capture files as one source, their packets in the order of time (--merge).
 * Sits on source_file. Each file lends a batch; what comes out are the batches' own packets, so
 * nothing is copied, and no file is read on before everything lent from it was taken back.
 *
 * Interfaces that two files describe alike are one: the files of a capture with several threads
 * come together as the one device they are of. */
#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"

enum { BATCH = 128 };

struct input {
	struct source *source;
	struct pkt batch[BATCH];
	unsigned int at, n; /* batch[at..n) is still to be lent */
	bool over;
	uint32_t *map; /* interface of the file to ours, plus 1; 0 not yet */
	uint32_t n_map;
};

struct iface_ref {
	struct input *in;
	uint32_t i;        /* among those of 'in' */
	uint64_t inputs;   /* bit k: input k has it, as one of its own */
};
_Static_assert(OPT_LIST_MAX <= 64, "a bit an input");

struct merge {
	struct source source;
	struct input *inputs;
	unsigned int n_inputs;
	struct iface_ref *ifaces;
	uint32_t n_ifaces, room_ifaces;
	struct err failed; /* of a file whose end was damaged; told when the others are through */
};

static struct merge *of(struct source *s)
{
	return (struct merge *)s;
}

static const struct pkt_iface *iface_of(const struct iface_ref *r)
{
	return r->in->source->ops->iface(r->in->source, r->i);
}

static bool same_iface(const struct pkt_iface *a, const struct pkt_iface *b)
{
	return a->linktype == b->linktype && a->snaplen == b->snaplen &&
	       a->tsresol == b->tsresol && a->opts_swapped == b->opts_swapped &&
	       a->opts_bytes == b->opts_bytes &&
	       (!a->opts_bytes || !memcmp(a->opts, b->opts, a->opts_bytes));
}

/* Our number for interface 'i' of 'in': that of another file's which is described alike, or a new
 * one. Returns 0 or -errno with 'e'. */
static int add_iface(struct merge *m, struct input *in, uint32_t i, struct err *e)
{
	uint64_t bit = 1ull << (in - m->inputs);
	struct iface_ref ref = { in, i, 0 };
	const struct pkt_iface *iface = iface_of(&ref);
	uint32_t room = m->room_ifaces ? 2 * m->room_ifaces : 8, j;
	struct iface_ref *more;

	for (j = 0; j < m->n_ifaces; j++)
		if (!(m->ifaces[j].inputs & bit) && same_iface(iface, iface_of(&m->ifaces[j])))
			break;
	if (j == m->n_ifaces && m->n_ifaces == m->room_ifaces) {
		more = realloc(m->ifaces, room * sizeof(*more));
		if (!more)
			return err_sys(e, ENOMEM, "%u interfaces", room);
		m->ifaces = more;
		m->room_ifaces = room;
	}
	if (j == m->n_ifaces)
		m->ifaces[m->n_ifaces++] = ref;
	m->ifaces[j].inputs |= bit;
	in->map[i] = j + 1;
	return 0;
}

/* Has a number for each interface of 'in' up to 'i'. Returns 0 or -errno with 'e'. */
static int need_ifaces(struct merge *m, struct input *in, uint32_t i, struct err *e)
{
	uint32_t *map = realloc(in->map, (i + 1) * sizeof(*map));
	int r = 0;

	if (!map)
		return err_sys(e, ENOMEM, "%u interfaces", i + 1);
	memset(map + in->n_map, 0, (i + 1 - in->n_map) * sizeof(*map));
	in->map = map;
	while (in->n_map <= i && !r) {
		r = add_iface(m, in, in->n_map, e);
		in->n_map++;
	}
	return r;
}

/* Reads the next batch of 'in'. Returns 0, also at its end, or -errno as source_ops.next. */
static int refill(struct merge *m, struct input *in, struct err *e)
{
	struct err damage = { 0 };
	int n = in->source->ops->next(in->source, in->batch, BATCH, &damage), r = 0;

	in->at = in->n = 0;
	if (n == -EAGAIN || n == -EINTR) {
		m->source.fd = in->source->fd;
		return n;
	}
	in->over = n <= 0;
	if (n < 0 && !m->failed.code)
		m->failed = damage;
	for (int i = 0; i < n && !r; i++) {
		struct pkt *p = &in->batch[i];

		r = p->iface < in->n_map ? 0 : need_ifaces(m, in, p->iface, e);
		if (!r)
			p->iface = in->map[p->iface] - 1;
	}
	if (!r && n > 0)
		in->n = n;
	return r;
}

/* The earliest of two batches comes first; of equals, that of the file named first. */
static bool is_before(const struct input *a, const struct input *b)
{
	int64_t ta = a->batch[a->at].ts_ns, tb = b->batch[b->at].ts_ns;

	return ta < tb || (ta == tb && a < b);
}

/* Lends from the input whose packet is the earliest until another's is earlier. Returns how many
 * went to 'ret_p'; '*ret_dry' is set when the batch is used up. */
static unsigned int lend_run(struct merge *m, struct pkt *ret_p, unsigned int max, bool *ret_dry)
{
	struct input *first = NULL, *second = NULL;
	unsigned int n = 0;

	for (unsigned int i = 0; i < m->n_inputs; i++) {
		struct input *in = &m->inputs[i];

		if (in->over)
			continue;
		if (!first || is_before(in, first)) {
			second = first;
			first = in;
		} else if (!second || is_before(in, second)) {
			second = in;
		}
	}
	while (first && n < max && first->at < first->n &&
	       (!second || is_before(first, second)))
		ret_p[n++] = first->batch[first->at++];
	*ret_dry = !first || first->at == first->n;
	return n;
}

static int merge_next(struct source *s, struct pkt *ret_p, unsigned int max, struct err *e)
{
	struct merge *m = of(s);
	unsigned int n = 0;
	bool dry = false;

	for (unsigned int i = 0; i < m->n_inputs; i++) {
		struct input *in = &m->inputs[i];
		int r = in->over || in->at < in->n ? 0 : refill(m, in, e);

		if (r < 0)
			return r;
	}
	while (n < max && !dry)
		n += lend_run(m, ret_p + n, max - n, &dry);
	if (!n && m->failed.code) {
		*e = m->failed;
		return -e->code;
	}
	return n;
}

static const struct pkt_iface *merge_iface(struct source *s, uint32_t i)
{
	return i < of(s)->n_ifaces ? iface_of(&of(s)->ifaces[i]) : NULL;
}

static void merge_progress(struct source *s, uint64_t *ret_done, uint64_t *ret_all)
{
	bool known = true;

	*ret_done = *ret_all = 0;
	for (unsigned int i = 0; i < of(s)->n_inputs; i++) {
		struct source *in = of(s)->inputs[i].source;
		uint64_t done, all;

		in->ops->progress(in, &done, &all);
		*ret_done += done;
		*ret_all += all;
		known = known && all;
	}
	if (!known)
		*ret_all = 0;
}

static struct capfile *merge_capfile(struct source *s)
{
	(void)s;
	return NULL;
}

static void merge_close(struct source *s)
{
	struct merge *m = of(s);

	for (unsigned int i = 0; i < m->n_inputs; i++) {
		source_close_p(&m->inputs[i].source);
		free(m->inputs[i].map);
	}
	free(m->inputs);
	free(m->ifaces);
	free(m);
}

static const struct source_ops merge_ops = {
	.next = merge_next,
	.iface = merge_iface,
	.progress = merge_progress,
	.capfile = merge_capfile,
	.close = merge_close,
};

int source_merge_open(const struct infiles *f, struct source **ret_s, struct err *e)
{
	struct merge *m = calloc(1, sizeof(*m));
	int r = 0;

	if (m)
		m->inputs = calloc(f->n, sizeof(*m->inputs));
	if (!m || !m->inputs) {
		free(m);
		return err_sys(e, ENOMEM, "merging %zu files", f->n);
	}
	m->source = (struct source){ .ops = &merge_ops, .name = "merged files", .fd = -1 };
	while (m->n_inputs < f->n && !r) {
		r = source_file_open(&f->v[m->n_inputs], &m->inputs[m->n_inputs].source, e);
		m->n_inputs += !r;
	}
	if (r < 0) {
		merge_close(&m->source);
		return r;
	}
	*ret_s = &m->source;
	return 0;
}
