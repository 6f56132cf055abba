// SPDX-License-Identifier: GPL-2.0-or-later
/* stats - see stats.h: the counting. */
#include "stats.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/hash.h"
#include "proto/render.h"
#include "sys/fd.h"

/* Bounds of RFC 2819 (etherHistory) as far as they go, then jumbo frames. */
static const uint32_t sizes[STATS_SIZES] = { 0,	   64,	 128,  256,  512,
					     1024, 1519, 2048, 4096, 9217 };

struct stats_range stats_range(unsigned int i)
{
	return (struct stats_range){ sizes[i],
				     i + 1 < STATS_SIZES ? sizes[i + 1] - 1 : UINT32_MAX };
}

int stats_open(const struct job *job, struct stats **ret_s, struct err *e)
{
	struct stats *s;
	uint64_t seed;

	*ret_s = NULL;
	if (job->stats_form == STATS_NONE)
		return 0;
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return err_sys(e, errno, "--stats: random numbers");
	s = calloc(1, sizeof(*s));
	if (s) {
		s->talkers = heavy_new(STATS_ENTRIES, seed);
		s->pairs = heavy_new(STATS_ENTRIES, seed);
	}
	if (s && job->n_threads > 1) {
		s->lock = malloc(sizeof(pthread_mutex_t));
		if (s->lock)
			pthread_mutex_init(s->lock, NULL);
	}
	if (!s || !s->talkers || !s->pairs || (job->n_threads > 1 && !s->lock)) {
		stats_close(s);
		return err_set(e, ENOMEM, "--stats: out of memory");
	}
	*ret_s = s;
	return 0;
}

void stats_close(struct stats *s)
{
	if (!s)
		return;
	heavy_free(s->talkers);
	heavy_free(s->pairs);
	free(s->lock);
	free(s);
}

static bool is_address(const struct field *f)
{
	return f->kind == FIELD_MAC || f->kind == FIELD_IPV4 || f->kind == FIELD_IPV6;
}

/* The node of 'p' on 'parent', made if it is new; 0 when there is no room. */
static uint32_t node_of(struct stats *s, uint32_t parent, const struct proto *p)
{
	enum { MASK = STATS_NODES * 2 - 1 };
	uint32_t at = hash_u64((uintptr_t)p + parent) & MASK;
	struct stats_node *n;

	for (; s->slot[at]; at = (at + 1) & MASK) {
		n = &s->node[s->slot[at] - 1];
		if (n->proto == p && n->parent == parent)
			return s->slot[at];
	}
	if (s->n_nodes == STATS_NODES)
		return 0;
	n = &s->node[s->n_nodes++];
	*n = (struct stats_node){ .proto = p, .parent = parent };
	for (const struct field *f = p->fields; f < proto_fields_end(p); f++) {
		if (!is_address(f))
			continue;
		if ((f->flags & FIELD_SRC) && !n->src)
			n->src = f;
		else if ((f->flags & FIELD_DST) && !n->dst)
			n->dst = f;
	}
	return s->slot[at] = s->n_nodes;
}

static void put_key(uint8_t *key, const struct value *v)
{
	memcpy(key, v->p, MIN(v->n_bytes, 16u));
}

/* Counts the ends of layer 'l', if it has addresses. */
static void count_ends(struct stats *s, const struct layer *l, const struct stats_node *n,
		       uint32_t bytes)
{
	uint8_t key[HEAVY_KEY_BYTES] = { 0 }, pair[HEAVY_KEY_BYTES] = { 0 };
	struct value a, b;
	bool swap;

	if (!n->src || !n->dst || !walk_value(&s->walk, l, n->src, &a) ||
	    !walk_value(&s->walk, l, n->dst, &b))
		return;
	key[0] = pair[0] = n->src->kind;
	put_key(key + 1, &a);
	heavy_add(s->talkers, key, bytes, true);
	swap = memcmp(a.p, b.p, a.n_bytes) > 0;
	put_key(pair + 1, swap ? &b : &a);
	put_key(pair + 17, swap ? &a : &b);
	heavy_add(s->pairs, pair, bytes, !swap);
	if (!memcmp(pair + 1, pair + 17, 16))
		return; /* to itself: one end */
	memset(key + 1, 0, sizeof(key) - 1);
	put_key(key + 1, &b);
	heavy_add(s->talkers, key, bytes, false);
}

/* Hierarchy and talkers: these by the outermost network header with addresses, else by the
 * outermost header that has any. */
static void count_layers(struct stats *s, uint32_t bytes)
{
	const struct walk *w = &s->walk;
	const struct layer *ends = NULL;
	uint32_t parent = 0, ends_node = 0;

	for (const struct layer *l = w->layers; l < w->layers + w->n_layers; l++) {
		struct stats_node *n;

		parent = node_of(s, parent, l->proto);
		if (!parent) {
			s->other_packets++;
			break;
		}
		n = &s->node[parent - 1];
		n->packets++;
		n->bytes += bytes;
		if (!n->src || !n->dst || (ends && !(l->proto->flags & PROTO_NET)) ||
		    (ends && (ends->proto->flags & PROTO_NET)))
			continue;
		ends = l;
		ends_node = parent;
	}
	if (ends)
		count_ends(s, ends, &s->node[ends_node - 1], bytes);
}

void stats_packet(struct stats *s, const struct pkt *p)
{
	uint32_t bytes = MAX(p->len, p->cap_len);
	unsigned int i = STATS_SIZES - 1;

	walk_packet(p->linktype, p->data, p->cap_len, p->len, &s->walk);
	if (!s->packets || p->ts_ns < s->first_ns)
		s->first_ns = p->ts_ns;
	if (!s->packets || p->ts_ns > s->last_ns)
		s->last_ns = p->ts_ns;
	s->packets++;
	s->bytes += bytes;
	s->bad += s->walk.bad;
	s->cut += s->walk.cut;
	while (bytes < sizes[i])
		i--;
	s->size[i].packets++;
	s->size[i].bytes += bytes;
	timebins_add(&s->time, p->ts_ns, bytes);
	count_layers(s, bytes);
}

uint64_t stats_ns(const struct stats *s)
{
	return (uint64_t)s->last_ns - (uint64_t)s->first_ns;
}

void stats_path(const struct stats *s, const struct stats_node *n, struct str *out)
{
	if (n->parent) {
		stats_path(s, &s->node[n->parent - 1], out);
		str_addc(out, ':');
	}
	str_add(out, n->proto->name);
}

/* True if 'a' comes before 'b' among nodes of one parent. */
static bool before(const struct stats_node *a, const struct stats_node *b)
{
	return a->bytes > b->bytes || (a->bytes == b->bytes && a < b);
}

void stats_each_node(const struct stats *s, uint32_t parent, unsigned int depth,
		     void (*put)(const struct stats *s, const struct stats_node *n,
				 unsigned int depth, void *arg),
		     void *arg)
{
	const struct stats_node *last = NULL, *next;

	for (;; last = next) {
		next = NULL;
		for (uint32_t i = 0; i < s->n_nodes; i++) {
			const struct stats_node *n = &s->node[i];

			if (n->parent == parent && (!last || before(last, n)) &&
			    (!next || before(n, next)))
				next = n;
		}
		if (!next)
			return;
		put(s, next, depth, arg);
		stats_each_node(s, next - s->node + 1, depth + 1, put, arg);
	}
}

void stats_address(const struct heavy_entry *e, unsigned int which, struct str *out)
{
	static const struct render_style plain = { .numeric = true };
	const struct field f = { .kind = e->key[0] };
	const struct value v = { .field = &f, .p = e->key + 1 + which * 16 };

	render_value(out, &v, &plain);
}

/* The sink in front of the screen, or of nothing. */
struct stats_sink {
	struct sink sink;
	struct stats *stats;
	struct sink *next;
};

static int sink_put(struct sink *k, struct source *src, const struct pkt *p, struct err *e)
{
	struct stats_sink *c = (struct stats_sink *)k;

	if (c->stats->lock)
		pthread_mutex_lock(c->stats->lock);
	stats_packet(c->stats, p);
	if (c->stats->lock)
		pthread_mutex_unlock(c->stats->lock);
	return c->next ? c->next->ops->put(c->next, src, p, e) : 0;
}

static int sink_settle(struct sink *k, bool idle, struct err *e)
{
	struct sink *next = ((struct stats_sink *)k)->next;

	return next ? next->ops->settle(next, idle, e) : 0;
}

static int sink_close(struct sink *k, struct err *e)
{
	struct sink *next = ((struct stats_sink *)k)->next;
	int r = next ? next->ops->close(next, e) : 0;

	free(k);
	return r;
}

static const struct sink_ops stats_ops = {
	.put = sink_put,
	.settle = sink_settle,
	.close = sink_close,
};

int sink_stats_open(const struct job *job, struct sink *next, struct sink **ret_k, struct err *e)
{
	struct stats_sink *c = calloc(1, sizeof(*c));

	if (!c)
		return err_sys(e, ENOMEM, "--stats");
	*c = (struct stats_sink){
		.sink = { .ops = &stats_ops }, .stats = job->stats, .next = next,
	};
	*ret_k = &c->sink;
	return 0;
}

int stats_print(const struct job *job, struct stats *s, struct err *e)
{
	AUTO(str_free) struct str out = { 0 };
	struct jsonw j = jsonw_of(&out);

	if (!s)
		return 0;
	if (job->stats_form == STATS_JSON)
		stats_json(s, &j);
	else if (job->stats_form == STATS_SVG)
		stats_svg(s, &out);
	else
		stats_text(s, &out);
	return fd_write_text(job->sink == SINK_STDOUT ? STDERR_FILENO : STDOUT_FILENO, &out,
			     "printing the statistics", e);
}
