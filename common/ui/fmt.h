// SPDX-License-Identifier: GPL-2.0-or-later
/* fmt - numbers as people read them. Each returns a small text by value, to be used in place:
 * str_addf(out, "%s", fmt_bytes(n).s). Nothing is rounded up to the next unit's name ("1000 k"),
 * and nothing that is not all or nothing is shown as 100 % or 0 %. */
#ifndef UI_FMT_H
#define UI_FMT_H

#include <stdint.h>

struct fmt {
	char s[32];
};

/* "1,234,567" */
struct fmt fmt_thousands(uint64_t v);

/* Powers of 1000, three digits: "999", "1.23 k", "45.6 M". */
struct fmt fmt_count(uint64_t v);

/* Powers of 1024: "1023", "1.50 Ki". */
struct fmt fmt_binary(uint64_t v);

/* Powers of 1024: "1023 B", "1.50 KiB", "64.0 MiB". */
struct fmt fmt_bytes(uint64_t v);

/* Rates, powers of 1000: "9.41 Gbit/s", "1.21 Mpps", "125 MB/s". */
struct fmt fmt_bits_per_s(uint64_t v);
struct fmt fmt_packets_per_s(uint64_t v);
struct fmt fmt_bytes_per_s(uint64_t v);

/* "850 ns", "12.5 us", "2.50 s", "3 min 20 s", "2 h 05 min", "3 d 04 h". */
struct fmt fmt_duration(uint64_t ns);

/* 'part' of 'whole': "12.3 %", "<0.1 %", ">99.9 %"; "-" of nothing. */
struct fmt fmt_percent(uint64_t part, uint64_t whole);

/* 'n' in 'ns' as a rate per second, rounded; 0 for no time at all, UINT64_MAX when it overflows. */
uint64_t fmt_rate(uint64_t n, uint64_t ns);

#endif
