// SPDX-License-Identifier: GPL-2.0-or-later
/* num - see num.h. */
#include "base/num.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct suffix {
	const char *name;
	uint64_t factor;
	bool any_case;
};

#define K 1000ull
#define KI 1024ull

static const struct suffix plain[] = { { "", 1, false }, { NULL, 0, false } };
static const struct suffix count[] = {
	{ "", 1, false }, { "k", K, true },	    { "M", K * K, false },
	{ "G", K * K * K, true }, { NULL, 0, false },
};
static const struct suffix bytes[] = {
	{ "", 1, false },	     { "B", 1, false },		    { "KiB", KI, true },
	{ "MiB", KI * KI, true },    { "GiB", KI * KI * KI, true }, { "TiB", KI * KI * KI * KI, true },
	{ "kB", K, true },	     { "MB", K * K, true },	    { "GB", K * K * K, true },
	{ "TB", K * K * K * K, true }, { "K", KI, true },	    { "M", KI * KI, true },
	{ "G", KI * KI * KI, true }, { "T", KI * KI * KI * KI, true }, { NULL, 0, false },
};
static const struct suffix times[] = {
	{ "", K * K * K, false },      { "ns", 1, false },	       { "us", K, false },
	{ "ms", K * K, false },	       { "s", K * K * K, false },      { "sec", K * K * K, false },
	{ "m", 60 * K * K * K, false }, { "min", 60 * K * K * K, false }, { "h", 3600 * K * K * K, false },
	{ "hrs", 3600 * K * K * K, false }, { "d", 86400 * K * K * K, false }, { NULL, 0, false },
};
static const struct suffix bits[] = {
	{ "", 1, false },	 { "bit", 1, true },	      { "kbit", K, true },
	{ "Mbit", K * K, true }, { "Gbit", K * K * K, true }, { "Tbit", K * K * K * K, true },
	{ "bps", 1, true },	 { "kbps", K, true },	      { "Mbps", K * K, true },
	{ "Gbps", K * K * K, true }, { "K", K, true },	      { "M", K * K, true },
	{ "G", K * K * K, true }, { NULL, 0, false },
};
static const struct suffix rates[] = {
	{ "", 1, false },	  { "pps", 1, true }, { "kpps", K, true },    { "Mpps", K * K, true },
	{ "Gpps", K * K * K, true }, { "k", K, true },   { "M", K * K, true }, { "G", K * K * K, true },
	{ NULL, 0, false },
};

static const struct {
	const struct suffix *suffixes;
	const char *expected;
} units[] = {
	[NUM_PLAIN] = { plain, "a whole number" },
	[NUM_COUNT] = { count, "a number such as 500, 10k or 1.5M" },
	[NUM_BYTES] = { bytes, "a size such as 4096, 64KiB or 1GiB" },
	[NUM_TIME] = { times, "a time such as 10us, 2.5s or 15min" },
	[NUM_BITS] = { bits, "a bit rate such as 100Mbit or 1.5Gbit" },
	[NUM_RATE] = { rates, "a packet rate such as 500, 10k or 1.5Mpps" },
};

static const struct suffix *find_suffix(const struct suffix *s, const char *text)
{
	for (; s->name; s++)
		if (s->any_case ? !strcasecmp(s->name, text) : !strcmp(s->name, text))
			return s;
	return NULL;
}

/* Digits of 'base' from '*s' on; false when there are none or they overflow. */
static bool read_digits(const char **s, unsigned int base, uint64_t *ret_v, bool *ret_over)
{
	const char *start = *s;
	uint64_t v = 0;
	unsigned int d;

	for (*ret_over = false;; (*s)++) {
		if (isdigit((unsigned char)**s))
			d = **s - '0';
		else if (base == 16 && isxdigit((unsigned char)**s))
			d = tolower((unsigned char)**s) - 'a' + 10;
		else
			break;
		if (d >= base)
			break;
		if (__builtin_mul_overflow(v, base, &v) || __builtin_add_overflow(v, d, &v))
			*ret_over = true;
	}
	*ret_v = v;
	return *s > start;
}

/* The digits at 's' as a fraction of 'factor', rounded down; false if the unit has no fractions. */
static bool read_fraction(const char *s, uint64_t factor, uint64_t *ret_part)
{
	uint64_t digits = 0, scale = 1;

	if (factor == 1)
		return false;
	for (; isdigit((unsigned char)*s) && scale < 1000000000000000000ull; s++) {
		digits = digits * 10 + (*s - '0');
		scale *= 10;
	}
	*ret_part = (unsigned __int128)factor * digits / scale;
	return true;
}

/* 'v' as it may be written: with the largest unit of which it is a whole number. */
static const char *spell(enum num_unit unit, uint64_t v, char *buf, size_t size)
{
	const struct suffix *best = NULL, *s;

	for (s = units[unit].suffixes; s->name; s++)
		if (*s->name && s->factor > (best ? best->factor : 0) && v && v % s->factor == 0)
			best = s;
	snprintf(buf, size, "%" PRIu64 "%s", v / (best ? best->factor : 1), best ? best->name : "");
	return buf;
}

int num_parse(const char *text, enum num_unit unit, uint64_t min, uint64_t max, const char *what,
	      uint64_t *ret_v, struct err *e)
{
	const struct suffix *suffix;
	const char *s = text, *frac;
	unsigned int base = 10;
	char low[40], high[40];
	uint64_t v, part = 0;
	bool over;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	} else if (unit == NUM_PLAIN && s[0] == '0' && isdigit((unsigned char)s[1])) {
		base = 8;
	}
	if (!read_digits(&s, base, &v, &over))
		goto bad;
	frac = *s == '.' && base == 10 && unit != NUM_PLAIN ? ++s : NULL;
	if (frac)
		for (; isdigit((unsigned char)*s); s++)
			;
	if (frac == s)
		goto bad;
	suffix = find_suffix(units[unit].suffixes, s);
	if (!suffix)
		goto bad;
	if (frac && !read_fraction(frac, suffix->factor, &part))
		goto bad;
	if (over || __builtin_mul_overflow(v, suffix->factor, &v) ||
	    __builtin_add_overflow(v, part, &v) || v < min || v > max)
		return err_set(e, ERANGE, "%s: %s is out of range (%s to %s)", what, text,
			       spell(unit, min, low, sizeof(low)),
			       spell(unit, max, high, sizeof(high)));
	*ret_v = v;
	return 0;
bad:
	return err_set(e, EINVAL, "%s: '%s' is not %s", what, text, units[unit].expected);
}
