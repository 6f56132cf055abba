// SPDX-License-Identifier: GPL-2.0-or-later
/* vendors - who the IEEE gave blocks of MAC addresses to, from the texts of its lists that the
 * caller read: "MA-L,002272,Name,address" a line, of 24, 28 or 36 bits. */
#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/str.h"
#include "proto/names.h"

enum { SIZES = 3, NAME_BYTES = 64 };

#define MAX_TEXT_BYTES (16u << 20)

static const unsigned int digits_of[SIZES] = { 9, 7, 6 }; /* the longest first */

struct block {
	uint64_t prefix;
	const char *name;
};

struct vendors {
	struct arena arena;
	struct {
		struct block *v;
		size_t n, cap;
	} list[SIZES];
};

/* The next field of a line at '*p', without its quotes; '*p' steps over it and its comma. */
static const char *field(const char **p, const char *end, size_t *ret_n)
{
	bool quoted = *p < end && **p == '"';
	const char *start = *p + quoted, *stop;

	stop = memchr(start, quoted ? '"' : ',', end - start);
	if (!stop)
		stop = end;
	*ret_n = stop - start;
	*p = memchr(stop, ',', end - stop);
	*p = *p ? *p + 1 : end;
	return start;
}

static bool hex_number(const char *s, size_t n, uint64_t *ret_v)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		char c = s[i] | 0x20;

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
		v = v << 4 | (c <= '9' ? c - '0' : c - 'a' + 10);
	}
	*ret_v = v;
	return true;
}

/* A copy of the 'n' bytes of 'name' that no terminal takes for anything else; NULL: no memory. */
static const char *name_of(struct vendors *vs, const char *name, size_t n)
{
	char *copy;

	while (n && name[n - 1] == ' ')
		n--;
	copy = arena_strndup(&vs->arena, name, MIN(n, (size_t)NAME_BYTES));
	for (char *c = copy; c && *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return copy;
}

static bool add(struct vendors *vs, unsigned int size, uint64_t prefix, const char *name)
{
	size_t cap = vs->list[size].cap;
	struct block *v = vs->list[size].v;

	if (vs->list[size].n == cap) {
		cap = cap ? cap * 2 : 4096;
		v = reallocarray(v, cap, sizeof(*v));
		if (!v)
			return false;
		vs->list[size].v = v;
		vs->list[size].cap = cap;
	}
	v[vs->list[size].n++] = (struct block){ prefix, name };
	return true;
}

/* Reads one line; what names no block is skipped. False when out of memory. */
static bool take_line(struct vendors *vs, const char *p, const char *end)
{
	size_t n_digits, n;
	const char *digits, *name;
	uint64_t prefix;

	(void)field(&p, end, &n);
	digits = field(&p, end, &n_digits);
	name = field(&p, end, &n);
	for (unsigned int i = 0; i < SIZES; i++) {
		if (n_digits != digits_of[i] || !n || !hex_number(digits, n_digits, &prefix))
			continue;
		name = name_of(vs, name, n);
		return name && add(vs, i, prefix, name);
	}
	return true;
}

static int by_prefix(const void *a, const void *b)
{
	const struct block *x = a, *y = b;

	return (x->prefix > y->prefix) - (x->prefix < y->prefix);
}

struct vendors *vendors_parse(const char *text, size_t n, struct err *e)
{
	struct vendors *vs;

	if (n > MAX_TEXT_BYTES) {
		err_set(e, EFBIG, "list of vendors has %zu bytes, more than %u", n, MAX_TEXT_BYTES);
		return NULL;
	}
	vs = calloc(1, sizeof(*vs));
	for (const char *p = text, *end = text + n; vs && p < end;) {
		const char *nl = memchr(p, '\n', end - p);
		const char *stop = nl ? nl : end;

		if (!take_line(vs, p, stop)) {
			vendors_free(vs);
			vs = NULL;
		}
		p = stop + 1;
	}
	for (unsigned int i = 0; vs && i < SIZES; i++)
		if (vs->list[i].n)
			qsort(vs->list[i].v, vs->list[i].n, sizeof(struct block), by_prefix);
	if (!vs)
		err_set(e, ENOMEM, "out of memory for the list of vendors");
	return vs;
}

void vendors_free(struct vendors *vs)
{
	if (!vs)
		return;
	for (unsigned int i = 0; i < SIZES; i++)
		free(vs->list[i].v);
	arena_free(&vs->arena);
	free(vs);
}

const char *names_mac(const struct vendors *vs, const uint8_t mac[6])
{
	uint64_t all = (uint64_t)get_be16(mac) << 32 | get_be32(mac + 2);

	/* groups and addresses of one's own are nobody's */
	for (unsigned int i = 0; vs && i < SIZES && !(mac[0] & 3); i++) {
		const struct block key = { .prefix = all >> (48 - digits_of[i] * 4) };
		const struct block *b = NULL;

		if (vs->list[i].n)
			b = bsearch(&key, vs->list[i].v, vs->list[i].n, sizeof(key), by_prefix);
		if (b)
			return b->name;
	}
	return names_vendor(mac);
}
