// SPDX-License-Identifier: GPL-2.0-or-later
/* str - see str.h. */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

bool str_grow(struct str *s, size_t n)
{
	size_t cap;
	char *p;

	/* No text comes near this; a length gone wrong must not wrap around to a small one. */
	if (n > SIZE_MAX / 4 - s->len) {
		s->failed = true;
		return false;
	}
	cap = MAX(s->cap * 2, s->len + n + 64);
	p = realloc(s->p, cap);
	if (!p) {
		s->failed = true;
		return false;
	}
	s->p = p;
	s->cap = cap;
	return true;
}

void str_addf(struct str *s, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (!str_room(s, 64))
		return;
	va_start(ap, fmt);
	n = vsnprintf(s->p + s->len, s->cap - s->len, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n >= s->cap - s->len) {
		if (!str_room(s, n)) {
			s->p[s->len] = '\0';
			return;
		}
		va_start(ap, fmt);
		vsnprintf(s->p + s->len, s->cap - s->len, fmt, ap);
		va_end(ap);
	}
	s->len += n;
}

void str_pad(struct str *s, char c, size_t n)
{
	if (!str_room(s, n))
		return;
	memset(s->p + s->len, c, n);
	s->len += n;
	s->p[s->len] = '\0';
}

void str_add_u64(struct str *s, uint64_t v)
{
	char buf[20], *p = buf + sizeof(buf);

	do {
		*--p = '0' + v % 10;
		v /= 10;
	} while (v);
	str_add_n(s, p, buf + sizeof(buf) - p);
}

void str_add_hex(struct str *s, uint64_t v, unsigned int digits)
{
	char buf[16], *p = buf + sizeof(buf);

	do {
		*--p = "0123456789abcdef"[v & 15];
		v >>= 4;
	} while (p > buf && (v || buf + sizeof(buf) - p < (ptrdiff_t)digits));
	str_add_n(s, p, buf + sizeof(buf) - p);
}

void str_quote_csv(struct str *s, size_t begin)
{
	size_t n = s->len - begin, quotes = 0;
	char *from, *to;

	if (!n || (!memchr(s->p + begin, ',', n) && !memchr(s->p + begin, '"', n)))
		return;
	for (size_t i = 0; i < n; i++)
		quotes += s->p[begin + i] == '"';
	if (!str_room(s, quotes + 2))
		return;
	from = s->p + s->len;
	s->len += quotes + 2;
	to = s->p + s->len;
	*to = '\0';
	*--to = '"';
	while (from > s->p + begin) {
		*--to = *--from;
		if (*from == '"')
			*--to = '"';
	}
	*--to = '"';
}

void str_free(struct str *s)
{
	free(s->p);
	*s = (struct str){ 0 };
}

bool str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && streq(s + n - m, suffix);
}
