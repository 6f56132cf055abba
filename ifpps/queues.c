// SPDX-License-Identifier: GPL-2.0-or-later
/* queues - see queues.h. */
#include "queues.h"

#include <errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/leb128.h"
#include "procfs.h"
#include "sys/irq.h"
#include "sys/nl.h"

void queues_open(struct queues *q, int ifindex, const struct sampler *source)
{
	*q = (struct queues){ .ifindex = ifindex };
	if (!sampler_lives(source) || nl_open(NETLINK_GENERIC, &q->nl, NULL))
		return;
	q->family = genl_ctrl_resolve(q->nl, "netdev");
	nl_socket_disable_seq_check(q->nl);
	if (q->family < 0) {
		nl_socket_free(q->nl);
		q->nl = NULL;
	}
}

void queues_close(struct queues *q)
{
	nl_socket_free(q->nl);
	free(q->cpu_irqs);
	free(q->cpu_old);
	str_free(&q->text);
	*q = (struct queues){ 0 };
}

static struct queue *queue_of(struct queues *q, bool tx, uint32_t id)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->v[i].tx == tx && q->v[i].id == id)
			return &q->v[i];
	return NULL;
}

/* The pool of that number, among those of the device; NULL: none. */
static struct pool *pool_of(struct queues *q, uint64_t id)
{
	for (size_t i = 0; i < q->n_pools; i++)
		if (q->pool[i].is.id == id)
			return &q->pool[i];
	return NULL;
}

/* Pools are asked for all devices at once: the question has no number. */
static void take_pool(struct queues *q, const struct pool_msg *m)
{
	struct pool *p = m->ifindex == (uint32_t)q->ifindex ? pool_of(q, m->id) : NULL;

	if (!p && m->ifindex == (uint32_t)q->ifindex && q->n_pools < POOLS_MAX) {
		p = &q->pool[q->n_pools++];
		*p = (struct pool){ 0 };
	}
	if (p)
		p->is = *m;
}

static void take_pool_stats(struct queues *q, const struct pool_stats_msg *m)
{
	struct pool *p = pool_of(q, m->id);

	if (!p)
		return;
	p->rated = p->has_stats;
	p->old = p->now;
	p->now = *m;
	p->has_stats = true;
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *g = genlmsg_hdr(nlmsg_hdr(msg));
	struct cur c = cur_of(genlmsg_attrdata(g, 0), genlmsg_attrlen(g, 0));
	struct queues *q = arg;
	struct pool_stats_msg pool_stats;
	struct pool_msg pool;
	struct qstats_msg stats;
	struct queue_msg queue;
	struct napi_msg napi;
	struct queue *v;

	if (g->cmd == NETDEV_QUEUE_GET && q->n < QUEUES_MAX && netdevmsg_queue(c, &queue)) {
		q->v[q->n++] = (struct queue){ .tx = queue.tx, .id = queue.id, .napi = queue.napi,
					       .has_napi = queue.has_napi };
	} else if (g->cmd == NETDEV_NAPI_GET && netdevmsg_napi(c, &napi)) {
		for (size_t i = 0; i < q->n; i++)
			if (q->v[i].has_napi && q->v[i].napi == napi.id) {
				q->v[i].has_irq = napi.has_irq;
				q->v[i].irq = napi.irq;
			}
	} else if (g->cmd == NETDEV_QSTATS_GET && netdevmsg_qstats(c, &stats)) {
		v = queue_of(q, stats.tx, stats.id);
		if (v) {
			v->has_stats = true;
			v->packets = stats.packets;
			v->bytes = stats.bytes;
			v->drops = stats.drops;
		}
	} else if (g->cmd == NETDEV_PAGE_POOL_GET && netdevmsg_pool(c, &pool)) {
		take_pool(q, &pool);
	} else if (g->cmd == NETDEV_PAGE_POOL_STATS_GET && netdevmsg_pool_stats(c, &pool_stats)) {
		take_pool_stats(q, &pool_stats);
	}
	return NL_OK;
}

/* Drivers that do not answer a question leave their columns empty. 'index_attr' 0: asks for all
 * devices. */
static void ask(struct queues *q, uint8_t cmd, int index_attr)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg)
		return;
	genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, q->family, 0, NLM_F_DUMP, cmd, 1);
	if (index_attr)
		nla_put_u32(msg, index_attr, q->ifindex);
	if (cmd == NETDEV_QSTATS_GET)
		nla_put_u64(msg, NETDEV_QSTATS_SCOPE, NETDEV_SCOPE_QUEUE);
	if (nl_send_auto(q->nl, msg) >= 0)
		nl_recvmsgs_default(q->nl);
	nlmsg_free(msg);
}

static void add_irq(struct queues *q, uint32_t irq)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->v[i].has_irq && q->v[i].irq == irq)
			return;
	if (q->n < QUEUES_MAX)
		q->v[q->n++] = (struct queue){ .id = UINT32_MAX, .irq = irq, .has_irq = true };
}

/* Interrupts that no queue is known for have a line of their own. */
static void take_irqs(struct queues *q, const char *name)
{
	unsigned int irqs[QUEUES_MAX];
	int n = irq_of_netdev(name, irqs, ARRAY_SIZE(irqs), NULL);
	struct cpus c;

	for (int i = 0; i < n; i++)
		add_irq(q, irqs[i]);
	for (size_t i = 0; i < q->n; i++) {
		if (!q->v[i].has_irq)
			continue;
		if (!irq_affinity(q->v[i].irq, &c, NULL))
			cpus_format(&c, q->v[i].may, sizeof(q->v[i].may));
		if (!irq_effective(q->v[i].irq, &c, NULL))
			cpus_format(&c, q->v[i].does, sizeof(q->v[i].does));
	}
}

/* Room for the counts of 'n' CPUs, before and now. */
static int grow_cpus(struct queues *q, size_t n, struct err *e)
{
	uint64_t *now = reallocarray(q->cpu_irqs, n, sizeof(*now));
	uint64_t *old = now ? reallocarray(q->cpu_old, n, sizeof(*old)) : NULL;

	q->cpu_irqs = now ? now : q->cpu_irqs;
	q->cpu_old = old ? old : q->cpu_old;
	if (!old)
		return err_sys(e, ENOMEM, "interrupts");
	for (; q->n_cpus < n; q->n_cpus++)
		now[q->n_cpus] = old[q->n_cpus] = 0;
	return 0;
}

static bool has_irq(const struct queue *v, size_t n, uint32_t irq)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].has_irq && v[i].irq == irq)
			return true;
	return false;
}

/* Interrupts by CPU: of each queue's line its total, of the device the sums. */
static int take_counts(struct queues *q, struct sampler *source, struct err *e)
{
	struct sample s = { 0 };
	size_t n_before = q->n_cpus;
	int rc = sampler_text(source, "/proc/interrupts", &q->text, NULL);

	for (size_t i = 0; !rc && i < q->n; i++) {
		unsigned int irq = q->v[i].irq;
		/* The two queues of a pair may share their interrupt. */
		bool counted = has_irq(q->v, i, irq), known = has_irq(q->old, q->n_old, irq);

		if (!q->v[i].has_irq)
			continue;
		rc = procfs_interrupts(str_text(&q->text), &irq, 1, &s, e);
		if (!rc && s.host.n_cpus > q->n_cpus)
			rc = grow_cpus(q, s.host.n_cpus, e);
		for (size_t c = 0; !rc && c < s.host.n_cpus; c++) {
			q->v[i].irqs += s.host.cpu[c].irqs;
			q->cpu_irqs[c] += counted ? 0 : s.host.cpu[c].irqs;
			/* Interrupts and CPUs that were not there before begin here. */
			if (!counted && (!known || c >= n_before))
				q->cpu_old[c] += s.host.cpu[c].irqs;
		}
	}
	sample_free(&s);
	return rc == -ENOMEM ? rc : 0;
}

/* Forgets pools that the kernel does not list any more: they are asked first. */
static void ask_pools(struct queues *q)
{
	size_t kept = 0;

	for (size_t i = 0; i < q->n_pools; i++)
		q->pool[i].is.ifindex = 0;
	ask(q, NETDEV_PAGE_POOL_GET, 0);
	for (size_t i = 0; i < q->n_pools; i++)
		if (q->pool[i].is.ifindex)
			q->pool[kept++] = q->pool[i];
	q->n_pools = kept;
	if (kept)
		ask(q, NETDEV_PAGE_POOL_STATS_GET, 0);
}

static void take_deltas(struct queues *q)
{
	for (size_t i = 0; i < q->n; i++)
		for (size_t k = 0; k < q->n_old; k++) {
			struct queue *v = &q->v[i];
			const struct queue *o = &q->old[k];

			if (v->tx != o->tx || v->id != o->id || v->irq != o->irq ||
			    v->has_stats != o->has_stats)
				continue;
			v->rated = true;
			v->d_packets = state_delta(o->packets, v->packets);
			v->d_bytes = state_delta(o->bytes, v->bytes);
			v->d_drops = state_delta(o->drops, v->drops);
			v->d_irqs = state_delta(o->irqs, v->irqs);
		}
}

enum { QUEUE_TX = 1, QUEUE_NAPI = 2, QUEUE_IRQ = 4, QUEUE_STATS = 8 };
enum { POOL_NAPI = 1, POOL_DETACHED = 2, POOL_STATS = 4 };

static void put_queue(const struct queue *v, struct str *out)
{
	leb128_put(out, (v->tx ? QUEUE_TX : 0) | (v->has_napi ? QUEUE_NAPI : 0) |
		 (v->has_irq ? QUEUE_IRQ : 0) | (v->has_stats ? QUEUE_STATS : 0));
	leb128_put(out, v->id);
	leb128_put(out, v->napi);
	leb128_put(out, v->irq);
	leb128_put_text(out, v->may);
	leb128_put_text(out, v->does);
	leb128_put(out, v->packets);
	leb128_put(out, v->bytes);
	leb128_put(out, v->drops);
}

static bool get_queue(struct cur *c, struct queue *v)
{
	uint64_t bits = leb128_get(c);

	*v = (struct queue){ .tx = bits & QUEUE_TX, .has_napi = bits & QUEUE_NAPI,
			     .has_irq = bits & QUEUE_IRQ, .has_stats = bits & QUEUE_STATS };
	v->id = leb128_get(c);
	v->napi = leb128_get(c);
	v->irq = leb128_get(c);
	leb128_get_text(c, v->may, sizeof(v->may));
	leb128_get_text(c, v->does, sizeof(v->does));
	v->packets = leb128_get(c);
	v->bytes = leb128_get(c);
	v->drops = leb128_get(c);
	return !c->failed;
}

static const size_t pool_numbers[] = {
	offsetof(struct pool_stats_msg, fast),	   offsetof(struct pool_stats_msg, slow),
	offsetof(struct pool_stats_msg, failed),   offsetof(struct pool_stats_msg, recycled),
	offsetof(struct pool_stats_msg, released),
};

static void put_pool(const struct pool *p, struct str *out)
{
	leb128_put(out, (p->is.has_napi ? POOL_NAPI : 0) | (p->is.detached ? POOL_DETACHED : 0) |
		 (p->has_stats ? POOL_STATS : 0));
	leb128_put(out, p->is.id);
	leb128_put(out, p->is.napi);
	leb128_put(out, p->is.inflight);
	leb128_put(out, p->is.inflight_bytes);
	for (size_t k = 0; k < ARRAY_SIZE(pool_numbers); k++)
		leb128_put(out, *(const uint64_t *)((const char *)&p->now + pool_numbers[k]));
}

static void get_pool(struct cur *c, struct queues *q)
{
	uint64_t bits = leb128_get(c);
	struct pool_stats_msg stats = { .id = leb128_get(c) };
	struct pool_msg m = { .id = stats.id, .ifindex = q->ifindex, .has_napi = bits & POOL_NAPI,
			      .detached = bits & POOL_DETACHED };

	m.napi = leb128_get(c);
	m.inflight = leb128_get(c);
	m.inflight_bytes = leb128_get(c);
	for (size_t k = 0; k < ARRAY_SIZE(pool_numbers); k++)
		*(uint64_t *)((char *)&stats + pool_numbers[k]) = leb128_get(c);
	if (c->failed)
		return;
	take_pool(q, &m);
	if (bits & POOL_STATS)
		take_pool_stats(q, &stats);
}

/* Keeps the answers where the run is recorded, takes those that a recording has. */
static void note_queues(struct queues *q, struct sampler *source)
{
	struct str *out;
	char name[32];
	struct cur c;
	uint64_t n;

	snprintf(name, sizeof(name), "queues %d", q->ifindex);
	if (sampler_noted(source, name, &c)) {
		n = MIN(leb128_get(&c), (uint64_t)QUEUES_MAX);
		while (q->n < n && get_queue(&c, &q->v[q->n]))
			q->n++;
		while (cur_left(&c))
			get_pool(&c, q);
		return;
	}
	out = sampler_note(source, name);
	if (!out)
		return;
	leb128_put(out, q->n);
	for (size_t i = 0; i < q->n; i++)
		put_queue(&q->v[i], out);
	for (size_t i = 0; i < q->n_pools; i++)
		put_pool(&q->pool[i], out);
}

int queues_update(struct queues *q, const char *name, struct sampler *source, struct err *e)
{
	int rc;

	for (size_t i = 0; i < q->n_cpus; i++) {
		q->cpu_old[i] = q->cpu_irqs[i];
		q->cpu_irqs[i] = 0;
	}
	memcpy(q->old, q->v, q->n * sizeof(*q->v));
	q->n_old = q->n;
	q->n = 0;
	if (q->nl) {
		nl_socket_modify_cb(q->nl, NL_CB_VALID, NL_CB_CUSTOM, on_message, q);
		ask(q, NETDEV_QUEUE_GET, NETDEV_QUEUE_IFINDEX);
		ask(q, NETDEV_NAPI_GET, NETDEV_NAPI_IFINDEX);
		ask(q, NETDEV_QSTATS_GET, NETDEV_QSTATS_IFINDEX);
		ask_pools(q);
	}
	if (sampler_lives(source))
		take_irqs(q, name);
	note_queues(q, source);
	rc = take_counts(q, source, e);
	take_deltas(q);
	return rc;
}

void queues_words(const uint64_t *irqs, size_t n_cpus, size_t n, struct str *out)
{
	uint64_t sum = 0, most = 0;
	size_t at = 0, busy = 0;

	for (size_t c = 0; c < n_cpus; c++) {
		sum += irqs[c];
		busy += irqs[c] > 0;
		if (irqs[c] > most) {
			most = irqs[c];
			at = c;
		}
	}
	if (!sum)
		str_add(out, "no interrupt in the last interval");
	else if (n_cpus > 1 && n > 1 && most * 10 >= sum * 9)
		str_addf(out, "CPU %zu does the work of all: %u %% of the interrupts of %zu queues, while "
			 "%zu CPUs could share it", at, (unsigned int)(most * 100 / sum), n, n_cpus);
	else
		str_addf(out, "%zu of %zu CPUs take interrupts, CPU %zu most: %u %%", busy, n_cpus, at,
			 (unsigned int)(most * 100 / sum));
}
