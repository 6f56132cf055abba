// SPDX-License-Identifier: GPL-2.0-or-later
/* ranges - see ranges.h. */
#include "ranges.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "base/str.h"

/* Reads "3" or "3-5" at 'p'; what follows it, or NULL. */
static const char *one(const char *p, uint64_t *ret_from, uint64_t *ret_to)
{
	char *end;

	if (!isdigit((unsigned char)*p))
		return NULL;
	*ret_from = *ret_to = strtoull(p, &end, 10);
	if (*end != '-')
		return end;
	p = end + 1;
	if (!isdigit((unsigned char)*p))
		return NULL;
	*ret_to = strtoull(p, &end, 10);
	return *ret_to >= *ret_from ? end : NULL;
}

int ranges_check(const char *text, const char *what, struct err *e)
{
	const char *p = text;
	uint64_t from, to;

	if (streq(text, "all"))
		return 0;
	for (;; p++) {
		p = one(p, &from, &to);
		if (!p || (*p && *p != ','))
			return err_set(
				e, EINVAL,
				"%s: '%s' is no list of numbers such as 1,3-5, and not 'all'", what,
				text);
		if (!*p)
			return 0;
	}
}

bool ranges_have(const char *text, uint64_t n)
{
	const char *p = text;
	uint64_t from, to;

	if (streq(text, "all"))
		return true;
	while (p && *p) {
		p = one(p, &from, &to);
		if (p && n >= from && n <= to)
			return true;
		p += p && *p == ',';
	}
	return false;
}
