// SPDX-License-Identifier: GPL-2.0-or-later
/* geo_prefix - CAIDA prefix-to-AS tables ("192.0.2.0 24 64500", RouteViews pfx2as), plain or .gz.
 * An AS may be a list: "64500_64501" (several origins) or "64500,64501" (an AS set); the first is
 * taken. Prefixes become a sorted list of disjoint ranges, each with the AS of its longest prefix,
 * so that one binary search answers. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/attr.h"
#include "base/bytes.h"
#include "base/str.h"
#include "sys/geo_priv.h"

typedef unsigned __int128 u128;

/* From 'first' on up to the next range; asn 0: nobody's. IPv4 is mapped: ::ffff:0:0/96. */
struct range {
	u128 first;
	uint32_t asn;
	uint8_t bits; /* of the prefix, out of 128 */
};

struct prefix {
	u128 first, last;
	uint32_t asn;
	uint8_t bits;
};

struct table {
	struct range *range;
	size_t n;
};

/* Prefixes and ranges grow by doubling; a full routing table has about a million of them. */
struct prefixes {
	struct prefix *p;
	size_t n, cap;
};

static u128 address(int family, const void *addr)
{
	const uint8_t *p = addr;

	if (family == AF_INET)
		return (u128)0xffff << 32 | get_be32(p);
	return (u128)get_be64(p) << 64 | get_be64(p + 8);
}

/* One line. Returns 1, 0 for an empty one or a comment, -EINVAL. */
static int parse_line(const char *line, struct prefix *ret)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t addr[16];
	unsigned int len, width;
	unsigned long asn;
	int family;
	u128 size;

	line += strspn(line, " \t\r\n");
	if (!*line || *line == '#')
		return 0;
	if (sscanf(line, "%45s %u %lu", text, &len, &asn) != 3 || asn > UINT32_MAX)
		return -EINVAL;
	family = strchr(text, ':') ? AF_INET6 : AF_INET;
	width = family == AF_INET6 ? 128 : 32;
	if (inet_pton(family, text, addr) != 1 || len > width)
		return -EINVAL;
	size = len == 0 && width == 128 ? 0 : (u128)1 << (width - len);
	ret->first = address(family, addr) & ~(size - 1);
	ret->last = ret->first + (size - 1);
	ret->asn = asn;
	ret->bits = len + 128 - width;
	return 1;
}

static int add_prefix(struct prefixes *all, const struct prefix *p)
{
	if (all->n == all->cap) {
		size_t cap = all->cap ? all->cap * 2 : 4096;
		struct prefix *more = realloc(all->p, cap * sizeof(*more));

		if (!more)
			return -ENOMEM;
		all->p = more;
		all->cap = cap;
	}
	all->p[all->n++] = *p;
	return 0;
}

/* A prefix before those within it. */
static int by_place(const void *a, const void *b)
{
	const struct prefix *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->last == y->last ? 0 : x->last > y->last ? -1 : 1;
}

/* 'p' NULL: nobody's. */
static void put_range(struct table *t, u128 first, const struct prefix *p)
{
	if (t->n && t->range[t->n - 1].first == first)
		t->n--;
	t->range[t->n++] = (struct range){ first, p ? p->asn : 0, p ? p->bits : 0 };
}

/* Prefixes nest or are apart, so those that are open form a stack at most 129 deep. */
static void flatten(const struct prefixes *all, struct table *t)
{
	const struct prefix *open[130];
	unsigned int depth = 0;

	for (size_t i = 0; i <= all->n; i++) {
		const struct prefix *p = i < all->n ? &all->p[i] : NULL;

		if (p && i && by_place(p, p - 1) == 0)
			continue;
		while (depth && (!p || open[depth - 1]->last < p->first)) {
			u128 after = open[--depth]->last + 1;

			if (after)
				put_range(t, after, depth ? open[depth - 1] : NULL);
		}
		if (!p)
			break;
		put_range(t, p->first, p);
		open[depth++] = p;
	}
}

static int read_prefixes(gzFile f, const char *path, struct prefixes *all, struct err *e)
{
	char line[512];
	struct prefix p;
	int rc;

	for (unsigned long n = 1; gzgets(f, line, sizeof(line)); n++) {
		rc = parse_line(line, &p);
		if (rc < 0)
			return err_set(e, EINVAL, "%s: line %lu is not 'prefix length AS'", path, n);
		if (rc && add_prefix(all, &p))
			return err_sys(e, ENOMEM, "read %s", path);
	}
	(void)gzerror(f, &rc);
	if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
		return err_set(e, EINVAL, "%s: damaged compressed data", path);
	return all->n ? 0 : err_set(e, EINVAL, "%s has no prefixes", path);
}

static void prefix_close(void *file)
{
	struct table *t = file;

	if (t)
		free(t->range);
	free(t);
}

static int prefix_open(const char *path, void **ret_file, struct err *e)
{
	struct prefixes all = { 0 };
	struct table *t = NULL;
	gzFile f;
	int rc;

	errno = 0;
	f = gzopen(path, "re");
	if (!f)
		return err_sys(e, errno ? errno : ENOMEM, "open %s", path);
	rc = read_prefixes(f, path, &all, e);
	gzclose(f);
	if (!rc) {
		qsort(all.p, all.n, sizeof(*all.p), by_place);
		t = calloc(1, sizeof(*t));
		if (t)
			t->range = calloc(all.n * 2 + 1, sizeof(*t->range));
		if (!t || !t->range)
			rc = err_sys(e, ENOMEM, "read %s", path);
		else
			flatten(&all, t);
	}
	free(all.p);
	if (rc)
		prefix_close(t);
	else
		*ret_file = t;
	return rc;
}

static void prefix_find(void *file, int family, const void *addr, struct geo_place *ret)
{
	const struct table *t = file;
	u128 a = address(family, addr);
	size_t low = 0, high = t->n;

	/* the last range that begins at or before the address */
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (t->range[mid].first <= a)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low || ret->asn || !t->range[low - 1].asn)
		return;
	ret->asn = t->range[low - 1].asn;
	ret->prefix_bits = t->range[low - 1].bits - (family == AF_INET ? 96 : 0);
}

const struct geo_kind geo_prefix = { prefix_open, prefix_find, prefix_close };
