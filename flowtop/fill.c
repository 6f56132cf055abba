// SPDX-License-Identifier: GPL-2.0-or-later
/* fill - see fill.h. A translated port can be used again for another destination, so what runs out
 * is the number of ports to one destination; these are counted by a sketch (Cormode and
 * Muthukrishnan 2005), which may tell a little more but never less. */
#include "fill.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/hash.h"
#include "base/str.h"
#include "sys/clock.h"
#include "ui/fmt.h"

enum { SLOTS = 1 << 17, ROWS_MAX = SLOTS / 2, NATS_MAX = 256, SKETCH = 1 << 17 };

/* Rows of one count, found by who they are. */
struct table {
	struct fill_row *v;
	size_t n, room;
	uint32_t slots[SLOTS]; /* number + 1; 0 free */
};

struct fill {
	struct table tables[2], *now, *before;
	int64_t now_ns;
	uint64_t entries;
	double growth; /* of the table */
	/* While counting: */
	uint8_t (*ports)[65536 / 8]; /* of each translation, by its number */
	uint32_t nat_row[NATS_MAX];
	size_t n_nats;
	uint16_t sketch[2][SKETCH];
};

const struct grid_column fill_cols[N_FILL_COLS] = {
	[FILL_WHAT] = { "what", "What", "source: began flows; nat: flows are translated to it", 9, 0, 0, .left = true, .rising = true },
	[FILL_WHO] = { "who", "Address", "whose", 15, 25, 0, .left = true, .rising = true },
	[FILL_ENTRIES] = { "entries", "Entries", "flows in the table", 9, 0, 0, .left = false },
	[FILL_SHARE] = { "share", "Share", "of all flows", 6, 0, 1, .left = false },
	[FILL_UNREPLIED] = { "unreplied", "Unrepl.", "share to which no packet came back", 7, 0, 1, .left = false },
	[FILL_ASSURED] = { "assured", "Assured", "share that is not dropped early", 7, 0, 3, .left = false },
	[FILL_PORTS_USED] = { "ports", "Ports", "of a translation: ports in use", 6, 0, 2, .left = false },
	[FILL_BUSIEST] = { "busiest", "Busiest", "ports in use to one destination, of 64,512", 7, 0, 2, .left = false },
	[FILL_FORECAST] = { "full-in", "Full in", "when these ports are used up, as it goes now", 9, 0, 0, .left = false, .rising = true },
};

int fill_new(struct fill **ret_f, struct err *e)
{
	struct fill *f = calloc(1, sizeof(*f));

	if (f)
		f->ports = calloc(NATS_MAX, sizeof(*f->ports));
	if (!f || !f->ports) {
		free(f);
		return err_set(e, ENOMEM, "out of memory");
	}
	f->now = &f->tables[0];
	f->before = &f->tables[1];
	*ret_f = f;
	return 0;
}

void fill_free(struct fill *f)
{
	if (!f)
		return;
	free(f->tables[0].v);
	free(f->tables[1].v);
	free(f->ports);
	free(f);
}

static bool is_of(const struct fill_row *r, uint8_t family, uint8_t proto, const uint8_t *addr)
{
	return r->family == family && r->proto == proto &&
	       !memcmp(r->who.addr, addr, sizeof(r->who.addr));
}

static uint32_t *slot(struct table *t, uint8_t family, uint8_t proto, const uint8_t *addr)
{
	uint32_t i = hash_bytes(addr, 16, family << 8 | proto) & (SLOTS - 1);

	while (t->slots[i] && !is_of(&t->v[t->slots[i] - 1], family, proto, addr))
		i = (i + 1) & (SLOTS - 1);
	return &t->slots[i];
}

/* The number of the row, which may be new; -1: there are too many, or there is no memory. */
static int64_t row_of(struct table *t, uint8_t family, uint8_t proto, const uint8_t *addr)
{
	uint32_t *s = slot(t, family, proto, addr);
	size_t room = t->room ? 2 * t->room : 64;
	struct fill_row *more;

	if (*s)
		return *s - 1;
	if (t->n >= ROWS_MAX)
		return -1;
	if (t->n == t->room) {
		more = realloc(t->v, room * sizeof(*more));
		if (!more)
			return -1;
		t->v = more;
		t->room = room;
	}
	t->v[t->n] = (struct fill_row){ .family = family, .proto = proto };
	memcpy(t->v[t->n].who.addr, addr, sizeof(t->v->who.addr));
	*s = ++t->n;
	return t->n - 1;
}

static void count_flow(struct fill_row *r, const struct ct *c)
{
	r->entries++;
	r->unreplied += !(c->status & IPS_SEEN_REPLY);
	r->assured += !!(c->status & IPS_ASSURED);
}

/* One more to the destination of 'c' from translation 'row': the number of them now. */
static uint32_t count_destination(struct fill *f, int64_t row, const struct ct *c)
{
	uint64_t h = hash_bytes(&c->reply.src, sizeof(c->reply.src), row);
	uint16_t *a = &f->sketch[0][h % SKETCH], *b = &f->sketch[1][(h >> 32) % SKETCH];

	*a += *a < UINT16_MAX;
	*b += *b < UINT16_MAX;
	return MIN(*a, *b);
}

static void count_nat(struct fill *f, const struct ct *c)
{
	int64_t at = row_of(f->now, c->key.family, c->key.proto, c->reply.dst.addr);
	uint16_t port = c->reply.dst.port;
	struct fill_row *r;
	size_t nat;

	if (at < 0)
		return;
	r = &f->now->v[at];
	count_flow(r, c);
	r->busiest = MAX(r->busiest, count_destination(f, at, c));
	for (nat = 0; nat < f->n_nats && f->nat_row[nat] != at; nat++)
		;
	if (nat == NATS_MAX)
		return; /* ports of so many addresses are not told */
	if (nat == f->n_nats) {
		f->nat_row[f->n_nats++] = at;
		memset(f->ports[nat], 0, sizeof(f->ports[nat]));
	}
	if (!(f->ports[nat][port / 8] & 1 << port % 8)) {
		f->ports[nat][port / 8] |= 1 << port % 8;
		r->ports++;
	}
}

static double smooth(double before, double delta, double seconds)
{
	return 0.7 * before + 0.3 * delta / seconds;
}

static void note_growth(struct fill *f, int64_t now_ns, uint64_t entries)
{
	double seconds = (now_ns - f->now_ns) / 1e9;

	for (size_t i = 0; f->now_ns && seconds > 0 && i < f->now->n; i++) {
		struct fill_row *r = &f->now->v[i];
		uint32_t known = *slot(f->before, r->family, r->proto, r->who.addr);
		const struct fill_row *old = known ? &f->before->v[known - 1] : NULL;
		double now = r->proto ? r->busiest : r->entries;

		if (old)
			r->growth = smooth(old->growth,
					   now - (old->proto ? old->busiest : old->entries),
					   seconds);
	}
	if (f->now_ns && seconds > 0)
		f->growth = smooth(f->growth, (double)entries - f->entries, seconds);
	f->entries = entries;
	f->now_ns = now_ns;
}

void fill_count(struct fill *f, struct flows *t, int64_t now_ns)
{
	struct table *old = f->before;
	int64_t at;

	f->before = f->now;
	f->now = old;
	f->now->n = f->n_nats = 0;
	memset(f->now->slots, 0, sizeof(f->now->slots));
	memset(f->sketch, 0, sizeof(f->sketch));
	for (uint32_t row = 0; row < flows_rows(t); row++) {
		const struct flow *w = flows_at(t, row);

		if (!w->used)
			continue;
		at = row_of(f->now, w->ct.key.family, 0, w->ct.key.orig.src.addr);
		if (at >= 0)
			count_flow(&f->now->v[at], &w->ct);
		if (ct_has_snat(&w->ct))
			count_nat(f, &w->ct);
	}
	note_growth(f, now_ns, flows_count(t));
}

size_t fill_rows(const struct fill *f)
{
	return f->now->n;
}

const struct fill_row *fill_at(const struct fill *f, size_t i)
{
	return &f->now->v[i];
}

/* Growth below this is no trend. */
static double until(double left, double growth)
{
	return growth < 0.01 ? -1 : MAX(left, 0.0) / growth;
}

double fill_forecast_s(const struct fill_row *r)
{
	return r->proto ? until((double)FILL_PORTS - r->busiest, r->growth) : -1;
}

double fill_table_forecast_s(const struct fill *f, uint64_t max)
{
	return max ? until((double)max - f->entries, f->growth) : -1;
}

void fill_cell(const struct fill *f, const struct fill_row *r, enum fill_col col, struct str *out)
{
	char text[INET6_ADDRSTRLEN];
	double s;

	switch (col) {
	case FILL_WHAT:
		str_addf(out, r->proto ? "nat %s" : "source",
			 ct_proto_name(r->proto) ?: "other");
		break;
	case FILL_WHO:
		str_add(out, inet_ntop(r->family, r->who.addr, text, sizeof(text)) ?: "");
		break;
	case FILL_ENTRIES:
		str_add(out, fmt_count(r->entries).s);
		break;
	case FILL_SHARE:
		str_add(out, fmt_percent(r->entries, MAX(f->entries, (uint64_t)1)).s);
		break;
	case FILL_UNREPLIED:
		str_add(out, fmt_percent(r->unreplied, r->entries).s);
		break;
	case FILL_ASSURED:
		str_add(out, fmt_percent(r->assured, r->entries).s);
		break;
	case FILL_FORECAST:
		s = fill_forecast_s(r);
		str_add(out, !r->proto ? "" : s < 0 || s > 1e6 ? "never"
					       : fmt_duration((uint64_t)s * NS_PER_S).s);
		break;
	default:
		if (r->proto)
			str_add(out,
				fmt_count(col == FILL_BUSIEST ? r->busiest : r->ports).s);
	}
}

static double number_of(const struct fill_row *r, enum fill_col col)
{
	double s = fill_forecast_s(r);

	switch (col) {
	case FILL_UNREPLIED:
		return (double)r->unreplied / r->entries;
	case FILL_ASSURED:
		return (double)r->assured / r->entries;
	case FILL_PORTS_USED:
		return r->ports;
	case FILL_BUSIEST:
		return r->busiest;
	case FILL_FORECAST:
		return s < 0 ? INFINITY : s;
	case FILL_WHAT:
		return r->proto;
	default:
		return r->entries;
	}
}

int fill_compare(const struct fill_row *a, const struct fill_row *b, enum fill_col col)
{
	double va = number_of(a, col), vb = number_of(b, col);

	return col == FILL_WHO ? memcmp(a->who.addr, b->who.addr, sizeof(a->who.addr))
			       : (va > vb) - (va < vb);
}
