// SPDX-License-Identifier: GPL-2.0-or-later
/* fmt - see fmt.h. */
#include "ui/fmt.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/attr.h"

struct fmt fmt_thousands(uint64_t v)
{
	char digits[24];
	struct fmt f;
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, v), i, k = 0;

	for (i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			f.s[k++] = ',';
		f.s[k++] = digits[i];
	}
	f.s[k] = '\0';
	return f;
}

static unsigned int rounded(unsigned __int128 v, unsigned __int128 unit)
{
	return (v + unit / 2) / unit;
}

/* 'v' in three digits and the unit of 'units' that leaves it below 'base'. */
static struct fmt scaled(uint64_t v, unsigned int base, const char *const units[],
			 unsigned int n_units)
{
	unsigned __int128 unit = 1;
	unsigned int i = 0, power, n;
	int decimals;
	struct fmt f;

	/* The next unit already where rounding would carry into it: 999.96 k is 1.00 M. */
	while (i + 1 < n_units && (unsigned __int128)v * 2 >= (unit * base - unit / 2) * 2) {
		unit *= base;
		i++;
	}
	if (!i) {
		snprintf(f.s, sizeof(f.s), "%" PRIu64 "%s", v, units[0]);
		return f;
	}
	for (decimals = 2, power = 100; decimals; decimals--, power /= 10) {
		n = rounded((unsigned __int128)v * power, unit);
		if (n < 1000)
			break;
	}
	n = rounded((unsigned __int128)v * power, unit);
	if (decimals)
		snprintf(f.s, sizeof(f.s), "%u.%0*u%s", n / power, decimals, n % power, units[i]);
	else
		snprintf(f.s, sizeof(f.s), "%u%s", n, units[i]);
	return f;
}

struct fmt fmt_count(uint64_t v)
{
	static const char *const units[] = { "", " k", " M", " G", " T", " P", " E" };

	return scaled(v, 1000, units, ARRAY_SIZE(units));
}

struct fmt fmt_binary(uint64_t v)
{
	static const char *const units[] = { "", " Ki", " Mi", " Gi", " Ti", " Pi", " Ei" };

	return scaled(v, 1024, units, ARRAY_SIZE(units));
}

struct fmt fmt_bytes(uint64_t v)
{
	static const char *const units[] = { " B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB" };

	return scaled(v, 1024, units, ARRAY_SIZE(units));
}

struct fmt fmt_bits_per_s(uint64_t v)
{
	static const char *const units[] = { " bit/s",	" kbit/s", " Mbit/s", " Gbit/s",
					     " Tbit/s", " Pbit/s", " Ebit/s" };

	return scaled(v, 1000, units, ARRAY_SIZE(units));
}

struct fmt fmt_packets_per_s(uint64_t v)
{
	static const char *const units[] = { " pps",  " kpps", " Mpps", " Gpps",
					     " Tpps", " Ppps", " Epps" };

	return scaled(v, 1000, units, ARRAY_SIZE(units));
}

struct fmt fmt_bytes_per_s(uint64_t v)
{
	static const char *const units[] = { " B/s",  " kB/s", " MB/s", " GB/s",
					     " TB/s", " PB/s", " EB/s" };

	return scaled(v, 1000, units, ARRAY_SIZE(units));
}

struct fmt fmt_duration(uint64_t ns)
{
	static const char *const units[] = { " ns", " us", " ms", " s" };
	uint64_t s = ns / 1000000000, days = s / 86400;
	unsigned int rest = s % 86400;
	struct fmt f;

	if (s < 60)
		return scaled(ns, 1000, units, ARRAY_SIZE(units));
	if (s < 3600)
		snprintf(f.s, sizeof(f.s), "%u min %02u s", rest / 60, rest % 60);
	else if (!days)
		snprintf(f.s, sizeof(f.s), "%u h %02u min", rest / 3600, rest / 60 % 60);
	else
		snprintf(f.s, sizeof(f.s), "%" PRIu64 " d %02u h", days, rest / 3600);
	return f;
}

struct fmt fmt_percent(uint64_t part, uint64_t whole)
{
	uint64_t tenths;
	struct fmt f;

	if (!whole) {
		snprintf(f.s, sizeof(f.s), "-");
		return f;
	}
	tenths = ((unsigned __int128)part * 1000 + whole / 2) / whole;
	if (part && !tenths)
		snprintf(f.s, sizeof(f.s), "<0.1 %%");
	else if (part < whole && tenths >= 1000)
		snprintf(f.s, sizeof(f.s), ">99.9 %%");
	else
		snprintf(f.s, sizeof(f.s), "%" PRIu64 ".%" PRIu64 " %%", tenths / 10, tenths % 10);
	return f;
}

uint64_t fmt_rate(uint64_t n, uint64_t ns)
{
	unsigned __int128 v;

	if (!ns)
		return 0;
	v = ((unsigned __int128)n * 1000000000 + ns / 2) / ns;
	return v > UINT64_MAX ? UINT64_MAX : (uint64_t)v;
}
