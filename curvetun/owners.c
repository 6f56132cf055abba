// SPDX-License-Identifier: GPL-2.0-or-later
/* owners - see owners.h. One open hash table of (network, prefix length); a look-up tries the
 * prefix lengths that occur, longest first. */
#include "owners.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"

struct entry {
	struct net net;
	bool learned;
	struct peer *peer; /* NULL: free */
};

struct owners {
	uint32_t mask;
	uint64_t seed;
	unsigned int n_lengths;
	uint8_t lengths[129]; /* that occur, longest first */
	struct entry *e;
};

int owners_new(size_t n_nets, size_t n_peers, struct owners **ret_o, struct err *e)
{
	struct owners *o = calloc(1, sizeof(*o));
	size_t n = 64;

	while (n < 2 * (n_nets + n_peers * OWNERS_LEARNED))
		n *= 2;
	if (o)
		o->e = calloc(n, sizeof(o->e[0]));
	if (!o || !o->e) {
		owners_free(o);
		return err_sys(e, ENOMEM, "addresses of clients");
	}
	o->mask = n - 1;
	randombytes_buf(&o->seed, sizeof(o->seed));
	*ret_o = o;
	return 0;
}

void owners_free(struct owners *o)
{
	if (!o)
		return;
	free(o->e);
	free(o);
}

static void mask_addr(const uint8_t addr[16], uint8_t prefix, struct net *ret_n)
{
	memset(ret_n, 0, sizeof(*ret_n));
	memcpy(ret_n->addr, addr, prefix / 8);
	if (prefix % 8)
		ret_n->addr[prefix / 8] = addr[prefix / 8] & 0xff00 >> prefix % 8;
	ret_n->prefix = prefix;
}

/* Where 'n' stands, or would stand. */
static struct entry *place_of(const struct owners *o, const struct net *n)
{
	uint32_t i = hash_bytes(n, sizeof(*n), o->seed) & o->mask;

	while (o->e[i].peer && memcmp(&o->e[i].net, n, sizeof(*n)))
		i = (i + 1) & o->mask;
	return &o->e[i];
}

static void note_length(struct owners *o, uint8_t prefix)
{
	unsigned int i, k;

	for (i = 0; i < o->n_lengths && o->lengths[i] > prefix; i++)
		;
	if (i < o->n_lengths && o->lengths[i] == prefix)
		return;
	for (k = o->n_lengths++; k > i; k--)
		o->lengths[k] = o->lengths[k - 1];
	o->lengths[i] = prefix;
}

int owners_give(struct owners *o, const struct net *n, struct peer *p, struct err *e)
{
	AUTO(str_free) struct str text = { 0 };
	struct entry *at = place_of(o, n);

	if (at->peer && at->peer != p) {
		lists_net_add(&text, n);
		return err_set(e, EEXIST, "two clients have the network %s", str_text(&text));
	}
	*at = (struct entry){ .net = *n, .peer = p };
	note_length(o, n->prefix);
	return 0;
}

static struct entry *find(const struct owners *o, const uint8_t addr[16])
{
	struct entry *at;
	unsigned int i;
	struct net n;

	for (i = 0; i < o->n_lengths; i++) {
		mask_addr(addr, o->lengths[i], &n);
		at = place_of(o, &n);
		if (at->peer)
			return at;
	}
	return NULL;
}

struct peer *owners_find(const struct owners *o, const uint8_t addr[16])
{
	struct entry *at = find(o, addr);

	return at ? at->peer : NULL;
}

/* An address of the host alone, a group, or none. */
static bool never_owned(const uint8_t a[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (!memcmp(a, mapped, 12))
		return a[12] == 0 || a[12] == 127 || a[12] >= 224 || (a[12] == 169 && a[13] == 254);
	return a[0] == 0xff || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80) ||
	       (!get_be64(a) && get_be64(a + 8) <= 1);
}

static int64_t heard_ns(const struct peer *p)
{
	return p->twin ? MAX(p->heard_ns, p->twin->heard_ns) : p->heard_ns;
}

bool owners_may(struct owners *o, const uint8_t addr[16], struct peer *p, int64_t now_ns)
{
	struct entry *at = find(o, addr);
	struct net n;

	if (at && at->peer == p)
		return true;
	if (p->has_nets || p->n_learned == OWNERS_LEARNED || never_owned(addr) ||
	    (at && !at->learned) ||
	    (at && now_ns - heard_ns(at->peer) < OWNERS_SILENT_NS))
		return false;
	if (at) {
		at->peer->n_learned--;
	} else {
		mask_addr(addr, 128, &n);
		at = place_of(o, &n);
		at->net = n;
		note_length(o, 128);
	}
	p->n_learned++;
	at->learned = true;
	at->peer = p;
	return true;
}

void owners_learned(struct owners *o, const struct owners *from)
{
	struct entry *at;
	uint32_t i;

	for (i = 0; i <= from->mask; i++) {
		const struct entry *e = &from->e[i];

		if (!e->peer || !e->learned)
			continue;
		at = e->peer->gone || e->peer->has_nets ? NULL : place_of(o, &e->net);
		if (at && !find(o, e->net.addr)) {
			*at = *e;
			note_length(o, e->net.prefix);
		} else {
			e->peer->n_learned--;
		}
	}
}
