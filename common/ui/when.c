// SPDX-License-Identifier: GPL-2.0-or-later
/* when - see when.h. */
#include "ui/when.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#define NS 1000000000ll

/* Exactly 'n' digits from '*s' on, between 'min' and 'max'. */
static bool digits(const char **s, int n, int min, int max, int *ret_v)
{
	int v = 0;

	for (; n; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		v = v * 10 + (**s - '0');
	}
	*ret_v = v;
	return v >= min && v <= max;
}

static bool take(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* The digits behind a decimal point, as nanoseconds; those beyond the ninth are dropped. */
static bool fraction(const char **s, int64_t *ret_ns)
{
	int64_t unit = NS;

	*ret_ns = 0;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; (*s)++) {
		unit /= 10;
		*ret_ns += unit * (**s - '0');
	}
	return true;
}

/* "Z", "+02:00", "-0230" or nothing, which is local time. */
static bool zone(const char **s, struct tm *tm, int64_t *ret_seconds)
{
	int sign, h, m;

	if (take(s, 'Z') || take(s, 'z')) {
		*ret_seconds = timegm(tm);
		return true;
	}
	if (**s != '+' && **s != '-') {
		*ret_seconds = mktime(tm);
		return true;
	}
	sign = *(*s)++ == '-' ? -1 : 1;
	if (!digits(s, 2, 0, 23, &h))
		return false;
	take(s, ':');
	if (!digits(s, 2, 0, 59, &m))
		return false;
	*ret_seconds = timegm(tm) - sign * (h * 3600 + m * 60);
	return true;
}

static bool calendar(const char *s, int64_t *ret_ns)
{
	static const int month_days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct tm tm = { .tm_isdst = -1 };
	int64_t seconds, part = 0;
	int days;

	/* The range that 64 bits of nanoseconds hold. */
	if (!digits(&s, 4, 1678, 2261, &tm.tm_year) || !take(&s, '-') ||
	    !digits(&s, 2, 1, 12, &tm.tm_mon) || !take(&s, '-') ||
	    !digits(&s, 2, 1, 31, &tm.tm_mday))
		return false;
	days = month_days[tm.tm_mon - 1];
	if (tm.tm_mon == 2 && tm.tm_year % 4 == 0 && (tm.tm_year % 100 || tm.tm_year % 400 == 0))
		days++;
	if (tm.tm_mday > days)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	if (take(&s, 'T') || take(&s, 't') || take(&s, ' ')) {
		if (!digits(&s, 2, 0, 23, &tm.tm_hour) || !take(&s, ':') ||
		    !digits(&s, 2, 0, 59, &tm.tm_min))
			return false;
		if (take(&s, ':') && !digits(&s, 2, 0, 60, &tm.tm_sec))
			return false;
		if (take(&s, '.') && !fraction(&s, &part))
			return false;
	}
	if (!zone(&s, &tm, &seconds) || *s)
		return false;
	*ret_ns = seconds * NS + part;
	return true;
}

static bool epoch(const char *s, int64_t *ret_ns)
{
	int64_t v = 0, part = 0;

	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		v = v * 10 + (*s - '0');
		if (v > INT64_MAX / NS - 1)
			return false;
	}
	if (take(&s, '.') && !fraction(&s, &part))
		return false;
	*ret_ns = v * NS + part;
	return !*s;
}

int when_parse(const char *text, const char *what, int64_t *ret_ns, struct err *e)
{
	int64_t ns;

	if (!epoch(text, &ns) && !calendar(text, &ns))
		return err_set(
			e, EINVAL,
			"%s: '%s' is not a moment such as 2024-05-01T12:00:00 or 1714564800.5",
			what, text);
	*ret_ns = ns;
	return 0;
}
