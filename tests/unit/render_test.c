// SPDX-License-Identifier: GPL-2.0-or-later
/* render_test - values, times, JSON strings, dumps, offload; nothing steers the terminal. */
#include "unit.h"

#include <string.h>

#include "base/bytes.h"
#include "proto/linktype.h"
#include "proto/render.h"

static struct walk w;

static const struct render_style plain = { 0 };
static const struct render_style terminal = { .color = true };
static const struct render_meta none = { .dir = 255 };

/* IPv4, UDP 53 > 1234, checksum of UDP wrong. */
static const uint8_t dns[] = {
	0x45, 0, 0, 30, 0, 1, 0x40, 0, 64, 17, 0x26, 0xcc, 10, 0, 0, 1, 10, 0, 0, 2,
	0, 53, 0x04, 0xd2, 0, 10, 0x11, 0x11, 'h', 'i',
};

static void times(void **state)
{
	static const struct {
		int64_t ns;
		const char *epoch, *text;
	} cases[] = {
		{ 0, "0.000000000", "1970-01-01 00:00:00.000000000" },
		{ 1700000000123456789, "1700000000.123456789", "2023-11-14 22:13:20.123456789" },
		{ 951782400000000001, "951782400.000000001", "2000-02-29 00:00:00.000000001" },
		{ -1, "-0.000000001", "1969-12-31 23:59:59.999999999" },
		{ -86400000000000, "-86400.000000000", "1969-12-31 00:00:00.000000000" },
		{ INT64_MAX, "9223372036.854775807", "2262-04-11 23:47:16.854775807" },
		{ INT64_MIN, "-9223372036.854775808", "1677-09-21 00:12:43.145224192" },
	};
	struct str s = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		str_clear(&s);
		render_epoch(&s, cases[i].ns);
		assert_string_equal(s.p, cases[i].epoch);
		str_clear(&s);
		render_time(&s, cases[i].ns, 0, true);
		assert_string_equal(s.p, cases[i].text);
	}
	str_clear(&s);
	render_time(&s, 0, -3600, false);
	assert_string_equal(s.p, "23:00:00.000000000");
	str_free(&s);
}

static void ipv6_addresses(void **state)
{
	static const struct {
		uint16_t g[8];
		const char *text;
	} cases[] = {
		{ { 0, 0, 0, 0, 0, 0, 0, 0 }, "::" },
		{ { 0, 0, 0, 0, 0, 0, 0, 1 }, "::1" },
		{ { 0x2001, 0xdb8, 0, 0, 0, 0, 0, 0 }, "2001:db8::" },
		{ { 0x2001, 0xdb8, 0, 1, 0, 0, 0, 1 }, "2001:db8:0:1::1" },
		{ { 0x2001, 0, 0, 1, 0, 0, 1, 1 }, "2001::1:0:0:1:1" },
		{ { 1, 2, 3, 0, 5, 6, 7, 8 }, "1:2:3:0:5:6:7:8" },
		{ { 0xfe80, 0, 0, 0, 0x10, 0x200, 0xfff, 0xabcd }, "fe80::10:200:fff:abcd" },
	};
	const struct field f = { .name = "a", .at = { 0, 128 }, .kind = FIELD_IPV6 };
	struct str s = { 0 };
	uint8_t p[16];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct value v = { .field = &f, .p = p, .n_bytes = 16 };

		for (unsigned int k = 0; k < 8; k++)
			put_be16(p + k * 2, cases[i].g[k]);
		str_clear(&s);
		render_value(&s, &v, &plain);
		assert_string_equal(s.p, cases[i].text);
	}
	str_free(&s);
}

static void json_strings(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "plain", "\"plain\"" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "\n\033\x7f", "\"\\u000a\\u001b\\u007f\"" },
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
		{ "\xc3", "\"\\u00c3\"" },
		{ "\xc0\xaf", "\"\\u00c0\\u00af\"" },
		{ "\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\"" },
		{ "\xf5\x80\x80\x80", "\"\\u00f5\\u0080\\u0080\\u0080\"" },
		{ "\xc2\x9b", "\"\\u009b\"" },
	};
	struct str s = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		str_clear(&s);
		render_json_string(&s, cases[i].in, strlen(cases[i].in));
		assert_string_equal(s.p, cases[i].out);
	}
	str_free(&s);
}

static void values_of_every_kind(void **state)
{
	static const struct value_name names[] = { { 1, "one" }, { 2, "two" }, { 0, NULL } };
	const uint8_t p[8] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct field f = { .name = "f", .at = { 0, 64 }, .kind = FIELD_HEX };
	struct value v = { .field = &f, .p = p, .n_bytes = 3, .num = UINT64_MAX };
	struct str s = { 0 };

	(void)state;
	render_value(&s, &v, &plain);
	assert_string_equal(s.p, "0xffffffffffffffff");
	str_clear(&s);
	f.kind = FIELD_DEC;
	render_value(&s, &v, &plain);
	assert_string_equal(s.p, "18446744073709551615");
	str_clear(&s);
	f.kind = FIELD_FLAGS;
	f.names = names;
	v.num = 7;
	render_value(&s, &v, &plain);
	assert_string_equal(s.p, "one,two,0x4");
	str_clear(&s);
	v.num = 0;
	render_value(&s, &v, &plain);
	assert_string_equal(s.p, "-");
	str_clear(&s);
	f.kind = FIELD_BYTES;
	render_value(&s, &v, &plain);
	assert_string_equal(s.p, "ffffff");
	str_clear(&s);
	f.kind = FIELD_TEXT;
	v.p = (const uint8_t *)"a\033\\";
	render_value(&s, &v, &plain);
	assert_string_equal(s.p, "a\\x1b\\x5c");
	str_free(&s);
}

static void one_line(void **state)
{
	struct render_meta m = { .has_time = true, .ts_ns = 1, .iface = "e\033th", .dir = 0 };
	struct str s = { 0 };

	(void)state;
	walk_packet(LINKTYPE_RAW, dns, sizeof(dns), sizeof(dns), &w);
	render_less(&s, &w, &m, &plain);
	assert_string_equal(s.p, "00:00:00.000000001 e?th in ip 10.0.0.1 > 10.0.0.2 "
				 "udp domain > 1234 len 2\n");
	str_clear(&s);
	walk_packet(LINKTYPE_RAW, dns, 22, sizeof(dns), &w);
	render_less(&s, &w, &none, &plain);
	assert_string_equal(s.p, " ip 10.0.0.1 > 10.0.0.2 udp [cut: captured bytes 2, needed 8]"
				 " len 2 cut 22/30\n");
	str_free(&s);
}

static void checksum_and_offload(void **state)
{
	const struct render_style offload = { .offload = true };
	struct render_meta m = { .dir = 4 };
	struct str s = { 0 };

	(void)state;
	walk_packet(LINKTYPE_RAW, dns, sizeof(dns), sizeof(dns), &w);
	render_text(&s, &w, &m, &plain);
	assert_non_null(strstr(s.p, "checksum wrong (should be 0x"));
	assert_non_null(strstr(s.p, "checksum ok"));
	str_clear(&s);
	render_text(&s, &w, &m, &offload);
	assert_null(strstr(s.p, "wrong"));
	assert_non_null(strstr(s.p, "checksum not verified"));
	str_clear(&s);
	m.dir = 0;
	render_text(&s, &w, &m, &offload);
	assert_non_null(strstr(s.p, "checksum wrong"));
	str_clear(&s);
	render_json(&s, &w, &none, &plain);
	assert_non_null(strstr(s.p, "\"csum_state\":\"wrong\",\"csum_should\":"));
	str_free(&s);
}

static void colour_only_where_asked(void **state)
{
	struct str s = { 0 };

	(void)state;
	walk_packet(LINKTYPE_RAW, dns, sizeof(dns), sizeof(dns), &w);
	render_text(&s, &w, &none, &plain);
	render_less(&s, &w, &none, &plain);
	assert_null(strchr(s.p, '\033'));
	str_clear(&s);
	render_text(&s, &w, &none, &terminal);
	assert_non_null(strstr(s.p, "\033[1m"));
	str_free(&s);
}

static void dumps(void **state)
{
	static const uint8_t p[18] = "0123456789abcde\033\n";
	struct str s = { 0 };

	(void)state;
	render_dump(&s, p, 18, 0x10, " ");
	assert_string_equal(
		s.p, " 0010  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 1b  0123456789abcde.\n"
		     " 0020  0a 00                                             ..\n");
	str_clear(&s);
	walk_packet(65000, p, 18, 18, &w);
	render_ascii(&s, &w, &none, &plain);
	assert_string_equal(s.p, "18 bytes, link type 65000\n0123456789abcde.\n.\n");
	str_clear(&s);
	render_hex(&s, &w, &none, &plain);
	assert_non_null(strstr(s.p, "\n  0000  30 31"));
	str_free(&s);
}

static void names_only_where_wanted(void **state)
{
	const struct render_style numeric = { .numeric = true };
	struct str s = { 0 };

	(void)state;
	walk_packet(LINKTYPE_RAW, dns, sizeof(dns), sizeof(dns), &w);
	render_text(&s, &w, &none, &plain);
	assert_non_null(strstr(s.p, "sport 53 (domain)"));
	str_clear(&s);
	render_text(&s, &w, &none, &numeric);
	assert_null(strstr(s.p, "domain"));
	str_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times),	       cmocka_unit_test(ipv6_addresses),
		cmocka_unit_test(json_strings),	       cmocka_unit_test(values_of_every_kind),
		cmocka_unit_test(one_line),	       cmocka_unit_test(checksum_and_offload),
		cmocka_unit_test(colour_only_where_asked), cmocka_unit_test(dumps),
		cmocka_unit_test(names_only_where_wanted),
	};

	return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
