// SPDX-License-Identifier: GPL-2.0-or-later
/* pack - see pack.h. */
#include "pack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "base/leb128.h"

enum { VERSION_1 = 1, OWNERS_MAX = 1 << 16, FLOW_BYTES_MIN = 30 };

enum bit {
	HAS_COUNTERS = 1, HAS_RATE = 2, ZONE_OF_ORIG = 4, EVENTED = 8, MIRRORED = 16,
	HAS_HELPER = 32,
	SURE = 64 /* times enum owner_sure */
};

static unsigned int addr_bytes(const struct ct_key *k)
{
	return k->family == AF_INET6 ? 16 : 4;
}

/* The reply comes from where the packets went, and goes back: no translation. */
static bool is_mirrored(const struct ct *c)
{
	return !memcmp(&c->key.orig.src, &c->reply.dst, sizeof(c->reply.dst)) &&
	       !memcmp(&c->key.orig.dst, &c->reply.src, sizeof(c->reply.src));
}

static void put_tuple(struct str *out, const struct ct_key *k, const struct ct_tuple *t)
{
	str_add_n(out, (const char *)t->src.addr, addr_bytes(k));
	str_add_n(out, (const char *)t->dst.addr, addr_bytes(k));
	leb128_put(out, t->src.port);
	leb128_put(out, t->dst.port);
}

/* Nanoseconds from 'then' (0: never) to the moment; 0 stays never. */
static void put_age(struct str *out, int64_t then, int64_t now_ns)
{
	leb128_put(out, then ? MAX(now_ns - then, 0ll) + 1 : 0);
}

/* Parts of a rate, which a recording keeps to a tenth. */
static void put_rate(struct str *out, float v)
{
	leb128_put(out, v > 0 ? (uint64_t)(v * 10) : 0);
}

static void put_flow(struct str *out, const struct flow *f, uint32_t owner, int64_t now_ns)
{
	const struct ct *c = &f->ct;
	bool mirrored = is_mirrored(c);

	leb128_put(out, c->key.family == AF_INET6 ? 6 : 4);
	leb128_put(out, c->key.proto);
	leb128_put(out, c->key.zone);
	leb128_put(out, (c->has_counters ? HAS_COUNTERS : 0) | (f->has_rate ? HAS_RATE : 0) |
				(c->zone_of_orig ? ZONE_OF_ORIG : 0) | (f->evented ? EVENTED : 0) |
				(mirrored ? MIRRORED : 0) | (c->helper[0] ? HAS_HELPER : 0) |
				SURE * f->owner_sure);
	put_tuple(out, &c->key, &c->key.orig);
	if (!mirrored)
		put_tuple(out, &c->key, &c->reply);
	leb128_put(out, c->id);
	leb128_put(out, c->state);
	leb128_put(out, c->status);
	leb128_put(out, c->mark);
	leb128_put(out, c->timeout_s);
	leb128_put(out, c->start_ns);
	leb128_put(out, owner);
	put_age(out, f->told_ns, now_ns);
	put_age(out, f->counted_ns, now_ns);
	if (c->helper[0])
		leb128_put_text(out, (const char *)c->helper);
	for (unsigned int d = 0; d < CT_DIRS; d++) {
		leb128_put(out, c->packets[d]);
		leb128_put(out, c->bytes[d]);
		put_rate(out, f->packet_rate[d]);
		put_rate(out, f->byte_rate[d]);
	}
}

/* Owners of a recording are numbered as they come. */
struct numbers {
	uint32_t of[OWNERS_MAX]; /* by the number in the table; 0: not yet */
	uint32_t list[OWNERS_MAX], n;
};

static uint32_t number(struct numbers *m, uint32_t owner)
{
	if (!owner || owner >= OWNERS_MAX)
		return 0;
	if (!m->of[owner]) {
		m->list[m->n] = owner;
		m->of[owner] = ++m->n;
	}
	return m->of[owner];
}

void pack_table(const struct pack_head *h, struct flows *t, const uint32_t *rows, size_t n,
		const struct owners *o, struct str *out)
{
	struct numbers *m = calloc(1, sizeof(*m));

	if (!m) {
		out->failed = true;
		return;
	}
	leb128_put(out, VERSION_1);
	for (int i = 0; i < N_PACK_NUMBERS; i++)
		leb128_put(out, h->v[i]);
	for (size_t i = 0; i < n; i++)
		(void)number(m, flows_at(t, rows[i])->owner);
	leb128_put(out, m->n);
	for (uint32_t i = 0; i < m->n; i++) {
		const struct owner *w = owners_get(o, m->list[i]);

		leb128_put(out, w->pid);
		leb128_put(out, w->uid);
		leb128_put(out, w->cgroup_id);
		leb128_put_text(out, w->process);
		leb128_put_text(out, w->cgroup);
		leb128_put_text(out, w->user);
	}
	leb128_put(out, n);
	for (size_t i = 0; i < n; i++) {
		const struct flow *f = flows_at(t, rows[i]);

		put_flow(out, f, number(m, f->owner), h->now_ns);
	}
	free(m);
}

static void get_tuple(struct cur *c, const struct ct_key *k, struct ct_tuple *t)
{
	unsigned int n = addr_bytes(k);
	const uint8_t *p = cur_take(c, 2 * n);

	if (p) {
		memcpy(t->src.addr, p, n);
		memcpy(t->dst.addr, p + n, n);
	}
	t->src.port = leb128_get(c);
	t->dst.port = leb128_get(c);
}

static int64_t get_age(struct cur *c, int64_t now_ns)
{
	uint64_t age = leb128_get(c);

	return age && age <= INT64_MAX ? now_ns - (int64_t)(age - 1) : 0;
}

static void get_counts(struct cur *c, struct flow *f)
{
	for (unsigned int d = 0; d < CT_DIRS; d++) {
		f->ct.packets[d] = leb128_get(c);
		f->ct.bytes[d] = leb128_get(c);
		f->packet_rate[d] = leb128_get(c) / 10.0f;
		f->byte_rate[d] = leb128_get(c) / 10.0f;
	}
}

/* False if it is no flow that a kernel could have told. */
static bool get_flow(struct cur *c, int64_t now_ns, const uint32_t *owners, uint64_t n_owners,
		     struct flow *f)
{
	uint64_t family = leb128_get(c), bits, owner;
	struct ct *ct = &f->ct;

	*f = (struct flow){ .used = true };
	ct->key.family = family == 6 ? AF_INET6 : AF_INET;
	ct->key.proto = leb128_get(c);
	ct->key.zone = leb128_get(c);
	bits = leb128_get(c);
	get_tuple(c, &ct->key, &ct->key.orig);
	if (bits & MIRRORED)
		ct->reply = (struct ct_tuple){ ct->key.orig.dst, ct->key.orig.src };
	else
		get_tuple(c, &ct->key, &ct->reply);
	ct->id = leb128_get(c);
	ct->state = leb128_get(c);
	ct->status = leb128_get(c);
	ct->mark = leb128_get(c);
	ct->timeout_s = leb128_get(c);
	ct->start_ns = leb128_get(c);
	owner = leb128_get(c);
	f->told_ns = get_age(c, now_ns);
	f->counted_ns = get_age(c, now_ns);
	if (bits & HAS_HELPER)
		leb128_get_text(c, (char *)ct->helper, sizeof(ct->helper));
	get_counts(c, f);
	ct->has_counters = bits & HAS_COUNTERS;
	ct->zone_of_orig = bits & ZONE_OF_ORIG;
	f->has_rate = bits & HAS_RATE;
	f->evented = bits & EVENTED;
	f->owner = owner && owner <= n_owners ? owners[owner - 1] : 0;
	f->owner_sure = f->owner ? MIN(bits / SURE, (uint64_t)OWNER_SURE) : OWNER_UNKNOWN;
	return !c->failed && (family == 4 || family == 6);
}

/* The owners' numbers in 'o', in the order of the recording. */
static int get_owners(struct cur *c, struct owners *o, uint32_t *v, uint64_t n, struct err *e)
{
	for (uint64_t i = 0; i < n && !c->failed; i++) {
		struct owner w = { .pid = leb128_get(c) };

		w.uid = leb128_get(c);
		w.cgroup_id = leb128_get(c);
		leb128_get_text(c, w.process, sizeof(w.process));
		leb128_get_text(c, w.cgroup, sizeof(w.cgroup));
		leb128_get_text(c, w.user, sizeof(w.user));
		v[i] = c->failed ? 0 : owners_add(o, &w);
	}
	return c->failed ? err_set(e, EBADMSG, "the list of processes is cut short") : 0;
}

int pack_read(struct cur c, struct pack_head *h, struct owners *o,
	      void (*fn)(void *arg, const struct flow *f), void *arg, struct err *e)
{
	uint64_t version = leb128_get(&c), n;
	uint32_t owners[OWNERS_MAX];
	uint64_t n_owners;
	struct flow f;
	int r;

	if (c.failed || version != VERSION_1)
		return err_set(e, EBADMSG, "a table of version %llu; 1 is known here",
			       (unsigned long long)version);
	for (int i = 0; i < N_PACK_NUMBERS; i++)
		h->v[i] = leb128_get(&c);
	n_owners = leb128_get(&c);
	if (n_owners > OWNERS_MAX)
		return err_set(e, EBADMSG, "%llu processes are too many",
			       (unsigned long long)n_owners);
	r = get_owners(&c, o, owners, n_owners, e);
	n = leb128_get(&c);
	if (!r && c.failed)
		r = err_set(e, EBADMSG, "a table that is cut short");
	if (!r && n > cur_left(&c) / FLOW_BYTES_MIN)
		r = err_set(e, EBADMSG, "%llu flows in %zu bytes", (unsigned long long)n,
			    cur_left(&c));
	for (uint64_t i = 0; i < n && !r; i++) {
		if (get_flow(&c, h->now_ns, owners, n_owners, &f))
			fn(arg, &f);
		else
			r = err_set(e, EBADMSG, "no flow where one should be");
	}
	return r;
}
