// SPDX-License-Identifier: GPL-2.0-or-later
/* num - every unit, every kind of rubbish, both ends of every range. */
#include "base/num.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

struct good {
	const char *text;
	enum num_unit unit;
	uint64_t value;
};

static void check_good(const struct good *g, size_t n)
{
	struct err e = { 0 };
	uint64_t v;

	for (size_t i = 0; i < n; i++) {
		v = 12345;
		if (num_parse(g[i].text, g[i].unit, 0, UINT64_MAX, "--x", &v, &e) || v != g[i].value)
			fail_msg("'%s' gave %" PRIu64 ", not %" PRIu64 " (%s)", g[i].text, v, g[i].value,
				 e.text);
	}
}

static void test_plain(void **state UNUSED)
{
	static const struct good t[] = {
		{ "0", NUM_PLAIN, 0 },	       { "1", NUM_PLAIN, 1 },
		{ "10", NUM_PLAIN, 10 },       { "0x1f", NUM_PLAIN, 31 },
		{ "0XaF", NUM_PLAIN, 0xaf },   { "017", NUM_PLAIN, 15 },
		{ "00", NUM_PLAIN, 0 },	       { "18446744073709551615", NUM_PLAIN, UINT64_MAX },
		{ "0xffffffffffffffff", NUM_PLAIN, UINT64_MAX },
		{ "01777777777777777777777", NUM_PLAIN, UINT64_MAX },
	};

	check_good(t, ARRAY_SIZE(t));
}

static void test_counts_and_rates(void **state UNUSED)
{
	static const struct good t[] = {
		{ "500", NUM_COUNT, 500 },	  { "10k", NUM_COUNT, 10000 },
		{ "10K", NUM_COUNT, 10000 },	  { "1.5M", NUM_COUNT, 1500000 },
		{ "2G", NUM_COUNT, 2000000000 },  { "0.001k", NUM_COUNT, 1 },
		{ "0.0019k", NUM_COUNT, 1 },	  { "010", NUM_COUNT, 10 },
		{ "7", NUM_RATE, 7 },		  { "7pps", NUM_RATE, 7 },
		{ "7kpps", NUM_RATE, 7000 },	  { "1.5Mpps", NUM_RATE, 1500000 },
		{ "1Gpps", NUM_RATE, 1000000000 }, { "1.25k", NUM_RATE, 1250 },
	};

	check_good(t, ARRAY_SIZE(t));
}

static void test_sizes(void **state UNUSED)
{
	static const struct good t[] = {
		{ "4096", NUM_BYTES, 4096 },	     { "4096B", NUM_BYTES, 4096 },
		{ "64KiB", NUM_BYTES, 65536 },	     { "64K", NUM_BYTES, 65536 },
		{ "64k", NUM_BYTES, 65536 },	     { "1MiB", NUM_BYTES, 1 << 20 },
		{ "1M", NUM_BYTES, 1 << 20 },	     { "1GiB", NUM_BYTES, 1 << 30 },
		{ "1.5G", NUM_BYTES, 3ull << 29 },   { "1TiB", NUM_BYTES, 1ull << 40 },
		{ "1T", NUM_BYTES, 1ull << 40 },     { "1kB", NUM_BYTES, 1000 },
		{ "1KB", NUM_BYTES, 1000 },	     { "1MB", NUM_BYTES, 1000000 },
		{ "1GB", NUM_BYTES, 1000000000 },    { "1TB", NUM_BYTES, 1000000000000 },
		{ "0x1000", NUM_BYTES, 4096 },	     { "16777215T", NUM_BYTES, 16777215ull << 40 },
	};

	check_good(t, ARRAY_SIZE(t));
}

static void test_times(void **state UNUSED)
{
	static const struct good t[] = {
		{ "1", NUM_TIME, 1000000000 },	      { "0.5", NUM_TIME, 500000000 },
		{ "10ns", NUM_TIME, 10 },	      { "10us", NUM_TIME, 10000 },
		{ "2.5ms", NUM_TIME, 2500000 },	      { "2.5s", NUM_TIME, 2500000000 },
		{ "2sec", NUM_TIME, 2000000000 },     { "15min", NUM_TIME, 900000000000 },
		{ "15m", NUM_TIME, 900000000000 },    { "2h", NUM_TIME, 7200000000000 },
		{ "2hrs", NUM_TIME, 7200000000000 },  { "1d", NUM_TIME, 86400000000000 },
		{ "0.000000001", NUM_TIME, 1 },	      { "0.0000000019s", NUM_TIME, 1 },
		{ "1.999999999s", NUM_TIME, 1999999999 },
		{ "0.3333333333333333333333333333d", NUM_TIME, 28799999999999 },
	};

	check_good(t, ARRAY_SIZE(t));
}

static void test_bit_rates(void **state UNUSED)
{
	static const struct good t[] = {
		{ "1000", NUM_BITS, 1000 },	    { "1000bit", NUM_BITS, 1000 },
		{ "1kbit", NUM_BITS, 1000 },	    { "100Mbit", NUM_BITS, 100000000 },
		{ "1.5Gbit", NUM_BITS, 1500000000 }, { "1Tbit", NUM_BITS, 1000000000000 },
		{ "8bps", NUM_BITS, 8 },	    { "8kbps", NUM_BITS, 8000 },
		{ "8Mbps", NUM_BITS, 8000000 },	    { "8gbps", NUM_BITS, 8000000000 },
		{ "10K", NUM_BITS, 10000 },	    { "10m", NUM_BITS, 10000000 },
		{ "10G", NUM_BITS, 10000000000 },
	};

	check_good(t, ARRAY_SIZE(t));
}

static void test_rubbish_is_refused(void **state UNUSED)
{
	static const char *const bad[] = {
		"",	"12abc", " 5",	 "5 ",	 "-0",	"-1",	"+1",	"0x",	"0xg",	"x1",
		"1..5",	"1.5.5", ".5",	 "1.",	 "1.k",	"k",	"1e3",	"1,5",	"1_000", "0x1.8",
		"\t1",	"1\n",	 "½",	 "1kk",	 "1k5",	"nan",	"inf",	"1.5B",	"1.5bit", "1.5pps",
		"0b1",	"--1",	 "1 k",	 "1.-5", "0x 1", "1.5bps", "1.0ns",
	};
	struct err e;
	uint64_t v;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		for (enum num_unit u = NUM_PLAIN; u <= NUM_RATE; u++) {
			v = 77;
			e = (struct err){ 0 };
			if (num_parse(bad[i], u, 0, UINT64_MAX, "--count", &v, &e) != -EINVAL)
				fail_msg("'%s' of unit %d was taken for %" PRIu64, bad[i], u, v);
			assert_int_equal(v, 77);
			assert_int_equal(e.code, EINVAL);
			assert_true(!strncmp(e.text, "--count: '", 10));
		}
}

static void test_plain_numbers_have_no_units(void **state UNUSED)
{
	static const char *const bad[] = { "1k", "1.5", "08", "09", "018", "1B", "1s", "0x1k" };
	uint64_t v;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(num_parse(bad[i], NUM_PLAIN, 0, UINT64_MAX, "x", &v, NULL), -EINVAL);
	/* Where M could be milli or mega, only mega is taken. */
	assert_int_equal(num_parse("1m", NUM_COUNT, 0, UINT64_MAX, "x", &v, NULL), -EINVAL);
	assert_int_equal(num_parse("1M", NUM_TIME, 0, UINT64_MAX, "x", &v, NULL), -EINVAL);
}

static void test_range(void **state UNUSED)
{
	struct err e;
	uint64_t v = 77;

	assert_int_equal(num_parse("5", NUM_PLAIN, 5, 9, "-n", &v, &e), 0);
	assert_int_equal(v, 5);
	assert_int_equal(num_parse("9", NUM_PLAIN, 5, 9, "-n", &v, &e), 0);
	assert_int_equal(num_parse("4", NUM_PLAIN, 5, 9, "-n", &v, &e), -ERANGE);
	assert_int_equal(num_parse("10", NUM_PLAIN, 5, 9, "-n", &v, &e), -ERANGE);
	assert_int_equal(v, 9);
	assert_string_equal(e.text, "-n: 10 is out of range (5 to 9)");
	/* The limits are numbers that could be given, in the largest unit that fits. */
	assert_int_equal(num_parse("0us", NUM_TIME, 1, 900000000000ull, "-k", &v, &e), -ERANGE);
	assert_string_equal(e.text, "-k: 0us is out of range (1ns to 15m)");
	assert_int_equal(num_parse("9k", NUM_BYTES, 0, 8191, "-S", &v, &e), -ERANGE);
	assert_string_equal(e.text, "-S: 9k is out of range (0 to 8191B)");
}

static void test_overflow(void **state UNUSED)
{
	static const struct good over[] = {
		{ "18446744073709551616", NUM_PLAIN, 0 },
		{ "99999999999999999999999999999999", NUM_PLAIN, 0 },
		{ "0x10000000000000000", NUM_PLAIN, 0 },
		{ "02000000000000000000000", NUM_PLAIN, 0 },
		{ "16777216T", NUM_BYTES, 0 },
		{ "18446744073709551615k", NUM_COUNT, 0 },
		{ "18446744073709551.616k", NUM_COUNT, 0 },
		{ "18446744074s", NUM_TIME, 0 },
		{ "18446744073.709551616s", NUM_TIME, 0 },
		{ "213504d", NUM_TIME, 0 },
	};
	uint64_t v = 77;

	for (size_t i = 0; i < ARRAY_SIZE(over); i++)
		if (num_parse(over[i].text, over[i].unit, 0, UINT64_MAX, "x", &v, NULL) != -ERANGE)
			fail_msg("'%s' gave %" PRIu64, over[i].text, v);
	assert_int_equal(v, 77);
	assert_int_equal(num_parse("18446744073.709551615s", NUM_TIME, 0, UINT64_MAX, "x", &v, NULL), 0);
	assert_true(v == UINT64_MAX);
}

/* Every number of up to 5 digits, as it is and with one wrong byte behind it. */
static void test_exhaustively(void **state UNUSED)
{
	char text[32];
	uint64_t v;

	for (unsigned int i = 0; i < 100000; i++) {
		snprintf(text, sizeof(text), "%u", i);
		assert_int_equal(num_parse(text, NUM_PLAIN, 0, 99999, "x", &v, NULL), 0);
		assert_int_equal(v, i);
	}
	for (int c = 1; c < 256; c++) {
		snprintf(text, sizeof(text), "12%c", c);
		if (c >= '0' && c <= '9')
			continue;
		assert_int_equal(num_parse(text, NUM_PLAIN, 0, UINT64_MAX, "x", &v, NULL), -EINVAL);
		snprintf(text, sizeof(text), "%c12", c);
		assert_int_equal(num_parse(text, NUM_PLAIN, 0, UINT64_MAX, "x", &v, NULL), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_counts_and_rates),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_bit_rates),
		cmocka_unit_test(test_rubbish_is_refused),
		cmocka_unit_test(test_plain_numbers_have_no_units),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_exhaustively),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
