// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers, moments and tables as people read and write them; text of strangers on a terminal. */
#include "ui/fmt.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "ui/progress.h"
#include "ui/table.h"
#include "ui/term.h"
#include "ui/utf8.h"
#include "ui/when.h"

#define IS(call, text) assert_string_equal((call).s, text)

static void thousands_and_units(void **state)
{
	(void)state;
	IS(fmt_thousands(0), "0");
	IS(fmt_thousands(999), "999");
	IS(fmt_thousands(1000), "1,000");
	IS(fmt_thousands(UINT64_MAX), "18,446,744,073,709,551,615");
	IS(fmt_count(999), "999");
	IS(fmt_count(1000), "1.00 k");
	IS(fmt_count(9995), "10.0 k");
	IS(fmt_count(99950), "100 k");
	IS(fmt_count(999499), "999 k");
	IS(fmt_count(999500), "1.00 M");
	IS(fmt_count(UINT64_MAX), "18.4 E");
	IS(fmt_binary(1023), "1023");
	IS(fmt_binary(1536), "1.50 Ki");
	IS(fmt_bytes(1023), "1023 B");
	IS(fmt_bytes(1536), "1.50 KiB");
	IS(fmt_bytes(1048063), "1023 KiB");
	IS(fmt_bytes(1048064), "1.00 MiB");
	IS(fmt_bytes(UINT64_MAX), "16.0 EiB");
	IS(fmt_bits_per_s(9410000000), "9.41 Gbit/s");
	IS(fmt_packets_per_s(1210000), "1.21 Mpps");
	IS(fmt_bytes_per_s(125000000), "125 MB/s");
}

static void durations_and_shares(void **state)
{
	(void)state;
	IS(fmt_duration(0), "0 ns");
	IS(fmt_duration(12500), "12.5 us");
	IS(fmt_duration(2500000000), "2.50 s");
	IS(fmt_duration(200000000000), "3 min 20 s");
	IS(fmt_duration(7500000000000), "2 h 05 min");
	IS(fmt_duration(273600000000000), "3 d 04 h");
	IS(fmt_percent(0, 0), "-");
	IS(fmt_percent(0, 5), "0.0 %");
	IS(fmt_percent(1, 1000000), "<0.1 %");
	IS(fmt_percent(999999, 1000000), ">99.9 %");
	IS(fmt_percent(UINT64_MAX, UINT64_MAX), "100.0 %");
	IS(fmt_percent(1, 8), "12.5 %");
	assert_int_equal(fmt_rate(10, 0), 0);
	assert_int_equal(fmt_rate(3, 2000000000), 2);
	assert_true(fmt_rate(UINT64_MAX, 1) == UINT64_MAX);
}

static void tables_are_aligned(void **state)
{
	AUTO(str_free) struct str s = { 0 };
	AUTO(table_free) struct table t = table_of("lrr");

	(void)state;
	table_print(&t, 0, &s);
	assert_int_equal(s.len, 0);
	table_cell(&t, "name");
	table_cell(&t, "packets");
	table_cell(&t, "");
	table_cell(&t, "\xc3\xa4th");
	table_u64(&t, 1234567);
	table_cellf(&t, "%d %%", 5);
	table_print(&t, 2, &s);
	assert_string_equal(s.p, "  name    packets\n  \xc3\xa4th   1,234,567  5 %\n");
}

static void strangers_cannot_steer_the_terminal(void **state)
{
	static const char bad[] = "a\033[31m\x9b" "2J\n\x7f\xc2\x9b\xe2\x80\xae\xff\xc3\xa4";
	AUTO(str_free) struct str s = { 0 };

	(void)state;
	term_add_safe(&s, bad, sizeof(bad) - 1);
	assert_string_equal(s.p, "a\\x1b[31m\\x9b2J\\x0a\\x7f\\x9b\\u202e\\xff\xc3\xa4");
}

static int64_t when(const char *text)
{
	struct err e = { 0 };
	int64_t ns;

	if (when_parse(text, "--since", &ns, &e) < 0) {
		assert_non_null(strstr(e.text, text));
		return -1;
	}
	return ns;
}

static void moments(void **state)
{
	static const char *const bad[] = { "",
					   "x",
					   "1.",
					   "2024-02-30",
					   "2023-02-29",
					   "2024-5-1",
					   "2024-05-01T",
					   "2024-05-01T12",
					   "2024-05-01T25:00",
					   "2024-05-01T12:00:00.",
					   "99999999999999999999",
					   "2024-05-01T12:00:00+2:00",
					   "2024-05-01T12:00:00Zx",
					   "-5",
					   "2024-05-01 12:00:00 " };

	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	assert_int_equal(when("1714564800"), 1714564800000000000);
	assert_int_equal(when("1714564800.000000001"), 1714564800000000001);
	assert_int_equal(when("2024-05-01T12:00:00Z"), 1714564800000000000);
	assert_int_equal(when("2024-05-01 14:00:00.25"), 1714564800250000000);
	assert_int_equal(when("2024-05-01T12:00+02:00"), 1714557600000000000);
	assert_int_equal(when("2024-05-01T12:00-0130"), 1714570200000000000);
	assert_int_equal(when("2024-01-01"), 1704063600000000000);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (when(bad[i]) != -1)
			fail_msg("accepted: %s", bad[i]);
}

static void characters_are_counted(void **state)
{
	uint32_t c;

	(void)state;
	assert_int_equal(utf8_next("\xe2\x82\xac", 3, &c), 3);
	assert_int_equal(c, 0x20ac);
	assert_int_equal(utf8_next("\xe2\x82", 2, &c), 0);
	assert_int_equal(utf8_next("\xc0\x80", 2, &c), 0);
	assert_int_equal(utf8_next("", 0, &c), 0);
	assert_int_equal(utf8_count("a\xe2\x82\xac\xff", 5), 3);
}

static void progress_is_silent_in_a_pipe(void **state)
{
	struct progress p;
	int fds[2];
	char c;

	(void)state;
	assert_int_equal(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
	p = progress_begin(fds[1], "reading", 0);
	progress_bytes(&p, 5000000000, 10, 100);
	progress_end(&p);
	assert_int_equal(read(fds[0], &c, 1), -1);
	assert_int_equal(errno, EAGAIN);
	close(fds[0]);
	close(fds[1]);
}

static void progress_of_packets_on_a_terminal(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave;
	struct progress p;
	char got[200];
	ssize_t n;

	(void)state;
	assert_true(master >= 0 && !grantpt(master) && !unlockpt(master));
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(slave >= 0);
	p = progress_begin(slave, "eth0", 0);
	progress_packets(&p, 100000000, 10, 100);
	assert_false(p.shown);
	progress_packets(&p, 1000000000, 1500000, 3000000);
	assert_true(p.shown);
	n = read(master, got, sizeof(got) - 1);
	assert_true(n > 0);
	got[n] = '\0';
	assert_non_null(strstr(got, "eth0: 1.50 M packets of 3.00 M, 50.0 %, 1.50 Mpps, 1.00 s left"));
	close(slave);
	close(master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thousands_and_units),
		cmocka_unit_test(durations_and_shares),
		cmocka_unit_test(tables_are_aligned),
		cmocka_unit_test(strangers_cannot_steer_the_terminal),
		cmocka_unit_test(moments),
		cmocka_unit_test(characters_are_counted),
		cmocka_unit_test(progress_is_silent_in_a_pipe),
		cmocka_unit_test(progress_of_packets_on_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
