// SPDX-License-Identifier: GPL-2.0-or-later
/* geo_test - files of every kind: MaxMind DB in the schemas that are about (made here, with one
 * node: everything below 128.0.0.0 or 8000:: is one place), legacy GeoIP, prefix-to-AS tables, and
 * files that are none of them. */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <GeoIP.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/geo.h"

static char folder[] = "/tmp/geo_test.XXXXXX";

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* Encodes a MaxMind DB: maps, strings, numbers below 2^32, doubles. */
struct enc {
	unsigned char p[4096];
	size_t n;
};

static void enc_byte(struct enc *b, unsigned int v)
{
	assert_true(b->n < sizeof(b->p));
	b->p[b->n++] = v;
}

static void enc_text(struct enc *b, const char *s)
{
	size_t n = strlen(s);

	enc_byte(b, 2 << 5 | (n < 29 ? n : 29));
	if (n >= 29)
		enc_byte(b, n - 29);
	while (*s)
		enc_byte(b, *s++);
}

static void enc_map(struct enc *b, unsigned int n)
{
	enc_byte(b, 7 << 5 | n);
}

static void enc_u32(struct enc *b, uint32_t v)
{
	enc_byte(b, 6 << 5 | 4);
	for (int i = 24; i >= 0; i -= 8)
		enc_byte(b, v >> i & 0xff);
}

static void enc_u16(struct enc *b, uint32_t v)
{
	enc_byte(b, 5 << 5 | 2);
	enc_byte(b, v >> 8);
	enc_byte(b, v & 0xff);
}

static void enc_double(struct enc *b, double v)
{
	uint64_t u;

	memcpy(&u, &v, 8);
	enc_byte(b, 3 << 5 | 8);
	for (int i = 56; i >= 0; i -= 8)
		enc_byte(b, u >> i & 0xff);
}

static void pair(struct enc *b, const char *key, const char *value)
{
	enc_text(b, key);
	enc_text(b, value);
}

/* Writes 'data' as what the left half of the address space has. */
static const char *write_mmdb(const char *name, const struct enc *data, unsigned int version)
{
	static const unsigned char node[6] = { 0, 0, 1 + 16, 0, 0, 1 };
	static const unsigned char zeros[16];
	const char *path = path_of(name);
	struct enc meta = { .n = 0 };
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	enc_map(&meta, 9);
	enc_text(&meta, "node_count"), enc_u32(&meta, 1);
	enc_text(&meta, "record_size"), enc_u16(&meta, 24);
	enc_text(&meta, "ip_version"), enc_u16(&meta, version);
	pair(&meta, "database_type", "Test");
	enc_text(&meta, "languages"), enc_byte(&meta, 0), enc_byte(&meta, 4);
	enc_text(&meta, "binary_format_major_version"), enc_u16(&meta, 2);
	enc_text(&meta, "binary_format_minor_version"), enc_u16(&meta, 0);
	enc_text(&meta, "build_epoch"), enc_byte(&meta, 1), enc_byte(&meta, 2), enc_byte(&meta, 5);
	enc_text(&meta, "description"), enc_map(&meta, 0);
	fwrite(node, 1, sizeof(node), f);
	fwrite(zeros, 1, sizeof(zeros), f);
	fwrite(data->p, 1, data->n, f);
	fwrite("\xab\xcd\xefMaxMind.com", 1, 14, f);
	fwrite(meta.p, 1, meta.n, f);
	assert_int_equal(fclose(f), 0);
	return path;
}

static const char *write_text(const char *name, const char *text)
{
	const char *path = path_of(name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	return path;
}

static bool find(const struct geo *g, const char *text, struct geo_place *p)
{
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;
	unsigned char addr[16];

	assert_int_equal(inet_pton(family, text, addr), 1);
	return geo_find(g, family, addr, p);
}

static struct geo *open_one(const char *path)
{
	struct geo *g = NULL;
	struct err e = { 0 };

	if (geo_open(&path, 1, &g, &e))
		fail_msg("%s", e.text);
	assert_string_equal(geo_files(g), path);
	return g;
}

static void maxmind_schema(void **state)
{
	struct enc d = { .n = 0 };
	struct geo_place p;
	struct geo *g;

	(void)state;
	enc_map(&d, 5);
	enc_text(&d, "country"), enc_map(&d, 2), pair(&d, "iso_code", "SE");
	enc_text(&d, "names"), enc_map(&d, 1), pair(&d, "en", "Sweden");
	enc_text(&d, "city"), enc_map(&d, 1), enc_text(&d, "names"), enc_map(&d, 1);
	pair(&d, "en", "Malm\xc3\xb6");
	enc_text(&d, "location"), enc_map(&d, 2);
	enc_text(&d, "latitude"), enc_double(&d, 55.5);
	enc_text(&d, "longitude"), enc_double(&d, -13.25);
	enc_text(&d, "autonomous_system_number"), enc_u32(&d, 4200000000u);
	pair(&d, "autonomous_system_organization", "Example AB");
	g = open_one(write_mmdb("m.mmdb", &d, 4));
	assert_true(find(g, "10.1.2.3", &p));
	assert_string_equal(p.country, "SE");
	assert_string_equal(p.country_name, "Sweden");
	assert_string_equal(p.city, "Malm\xc3\xb6");
	assert_true(p.has_position && p.latitude == 55.5 && p.longitude == -13.25);
	assert_int_equal(p.asn, 4200000000u);
	assert_int_equal(p.prefix_bits, 1);
	assert_string_equal(p.as_name, "Example AB");
	assert_false(find(g, "200.1.2.3", &p));
	assert_int_equal(p.country[0], 0);
	assert_false(find(g, "::1", &p));
	geo_close(g);
}

static void ipinfo_schemas(void **state)
{
	struct enc old = { .n = 0 }, lite = { .n = 0 };
	struct geo_place p;
	struct geo *g;

	(void)state;
	enc_map(&old, 7);
	pair(&old, "country", "DE"), pair(&old, "city", "Bonn"), pair(&old, "region", "NRW");
	pair(&old, "lat", "50.73"), pair(&old, "lng", "7.1"), pair(&old, "asn", "AS64500");
	pair(&old, "as_name", "Example GmbH");
	g = open_one(write_mmdb("i.mmdb", &old, 6));
	assert_true(find(g, "2001:db8::1", &p));
	assert_string_equal(p.country, "DE");
	assert_string_equal(p.city, "Bonn");
	assert_string_equal(p.region, "NRW");
	assert_true(p.has_position && p.latitude == 50.73);
	assert_int_equal(p.asn, 64500);
	assert_string_equal(p.as_name, "Example GmbH");
	geo_close(g);
	enc_map(&lite, 4);
	pair(&lite, "country_code", "FR"), pair(&lite, "country", "France");
	pair(&lite, "asn", "ASx"), pair(&lite, "as_name", "none");
	g = open_one(write_mmdb("l.mmdb", &lite, 6));
	assert_true(find(g, "2001:db8::1", &p));
	assert_string_equal(p.country, "FR");
	assert_string_equal(p.country_name, "France");
	assert_int_equal(p.asn, 0);
	geo_close(g);
}

static void longest_prefix_wins(void **state)
{
	static const char table[] = "# comment\n\n10.0.0.0\t8\t100\n10.1.0.0 16 200_201\n"
				    "10.1.2.0 24 300,301\n192.0.2.0 24 400\n10.1.2.0 24 999\n"
				    "0.0.0.0 1 7\n2001:db8:: 32 500\n2001:db8:1:: 48 600\n"
				    "255.255.255.255 32 8\n";
	static const struct {
		const char *addr;
		uint32_t asn;
		uint8_t bits;
	} cases[] = {
		{ "9.255.255.255", 7, 1 }, { "10.0.0.0", 100, 8 }, { "10.0.255.255", 100, 8 },
		{ "10.1.0.0", 200, 16 }, { "10.1.2.0", 300, 24 }, { "10.1.2.255", 300, 24 },
		{ "10.1.3.0", 200, 16 }, { "10.2.0.0", 100, 8 }, { "11.0.0.0", 7, 1 },
		{ "128.0.0.0", 0, 0 }, { "192.0.1.255", 0, 0 }, { "192.0.2.7", 400, 24 },
		{ "192.0.3.0", 0, 0 }, { "255.255.255.254", 0, 0 }, { "255.255.255.255", 8, 32 },
		{ "2001:db7:ffff::", 0, 0 }, { "2001:db8::", 500, 32 },
		{ "2001:db8:1:ffff::", 600, 48 }, { "2001:db8:2::", 500, 32 },
		{ "2001:db9::", 0, 0 }, { "::", 0, 0 }, { "ffff:ffff::", 0, 0 },
	};
	struct geo *g = open_one(write_text("t.pfx2as", table));
	struct geo_place p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(find(g, cases[i].addr, &p), cases[i].asn != 0);
		if (p.asn != cases[i].asn)
			fail_msg("%s: %u, not %u", cases[i].addr, p.asn, cases[i].asn);
		assert_int_equal(p.prefix_bits, cases[i].bits);
	}
	geo_close(g);
}

static void the_first_file_wins(void **state)
{
	char first[160];
	const char *both[2];
	struct enc d = { .n = 0 };
	struct geo *g = NULL;
	struct geo_place p;
	struct err e;

	(void)state;
	snprintf(first, sizeof(first), "%s", write_text("a.pfx2as", "10.0.0.0 8 100\n"));
	enc_map(&d, 3);
	enc_text(&d, "autonomous_system_number"), enc_u32(&d, 200);
	pair(&d, "autonomous_system_organization", "Another");
	enc_text(&d, "country"), enc_map(&d, 1), pair(&d, "iso_code", "SE");
	both[0] = first;
	both[1] = write_mmdb("b.mmdb", &d, 4);
	assert_int_equal(geo_open(both, 2, &g, &e), 0);
	assert_true(find(g, "10.0.0.1", &p));
	assert_int_equal(p.asn, 100);
	assert_string_equal(p.as_name, ""); /* of AS 200, which it is not */
	assert_string_equal(p.country, "SE");
	geo_close(g);
}

static void legacy_countries(void **state)
{
	struct geo_place p;
	struct geo *g;

	(void)state;
	g = open_one("/usr/share/GeoIP/GeoIP.dat");
	assert_true(find(g, "194.71.11.1", &p));
	assert_string_equal(p.country, "SE");
	assert_string_equal(p.country_name, "Sweden");
	assert_false(find(g, "10.0.0.1", &p));
	assert_false(find(g, "2001:db8::1", &p));
	geo_close(g);
	g = open_one("/usr/share/GeoIP/GeoIPv6.dat");
	assert_true(find(g, "2001:4860::1", &p));
	assert_string_equal(p.country, "US");
	geo_close(g);
}

/* libGeoIP says the same of any address. */
static void legacy_as_the_library(void **state)
{
	GeoIP *db = GeoIP_open("/usr/share/GeoIP/GeoIP.dat", GEOIP_MMAP_CACHE);
	struct geo *g = open_one("/usr/share/GeoIP/GeoIP.dat");
	uint32_t x = 1;

	(void)state;
	assert_non_null(db);
	for (unsigned int i = 0; i < 100000; i++) {
		uint32_t addr = htonl(x = x * 1664525 + 1013904223);
		struct geo_place p = { 0 };
		GeoIPLookup info;
		int id = GeoIP_id_by_ipnum_gl(db, x, &info);

		(void)geo_find(g, AF_INET, &addr, &p);
		assert_string_equal(p.country, id > 0 ? GeoIP_code_by_id(id) : "");
	}
	GeoIP_delete(db);
	geo_close(g);
}

static const char *write_bytes(const char *name, const void *data, size_t n)
{
	const char *path = path_of(name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	return path;
}

/* A trie of one node: the left half of all addresses has the text of 'n' bytes at 'data'. */
static void make_legacy(const char *name, unsigned char edition, const char *data, size_t n)
{
	unsigned char f[256] = { 1 + 1, 0, 0, 1, 0, 0 };

	/* records count from 'segments' (1) on: the text stands one byte behind the trie's end */
	memcpy(f + 7, data, n);
	memcpy(f + 7 + n, "\xff\xff\xff", 3);
	f[10 + n] = edition;
	f[11 + n] = 1;
	(void)write_bytes(name, f, 14 + n);
}

static void legacy_networks_and_cities(void **state)
{
	static const char row[] = "\xbf""B\0G\xf6teborg\0z\0\x50\xe1\x24\x50\xe1\x24";
	struct geo_place p;
	struct geo *g;

	(void)state;
	make_legacy("n.dat", GEOIP_ASNUM_EDITION, "AS64500 Caf\xe9", 13);
	g = open_one(path_of("n.dat"));
	assert_true(find(g, "10.0.0.1", &p));
	assert_int_equal(p.asn, 64500);
	assert_string_equal(p.as_name, "Caf\xc3\xa9");
	assert_false(find(g, "200.0.0.1", &p));
	geo_close(g);
	make_legacy("c.dat", GEOIP_CITY_EDITION_REV1, row, sizeof(row) - 1);
	g = open_one(path_of("c.dat"));
	assert_true(find(g, "10.0.0.1", &p));
	assert_string_equal(p.city, "G\xc3\xb6teborg");
	assert_string_equal(p.country, "SE");
	assert_true(p.has_position && p.latitude > 61.6 && p.latitude < 61.8);
	geo_close(g);
	/* cut anywhere: refused, or nothing past the end */
	for (size_t n = 0; n < 36; n++) {
		FILE *f = fopen(path_of("c.dat"), "r+");

		assert_int_equal(ftruncate(fileno(f), 36 - n), 0);
		fclose(f);
		if (!geo_open((const char *[]){ path_of("c.dat") }, 1, &g, NULL)) {
			(void)find(g, "10.0.0.1", &p);
			geo_close(g);
		}
	}
}

static void refused(const char *path, int code, const char *part)
{
	struct geo *g = NULL;
	struct err e = { 0 };

	assert_int_equal(geo_open(&path, 1, &g, &e), -code);
	assert_null(g);
	if (!strstr(e.text, part))
		fail_msg("'%s' lacks '%s'", e.text, part);
}

static void what_is_no_database_is_refused(void **state)
{
	(void)state;
	refused("/nonexistent.mmdb", ENOENT, "/nonexistent.mmdb");
	refused("/nonexistent.dat", ENOENT, "/nonexistent.dat");
	refused("/nonexistent", ENOENT, "/nonexistent");
	refused(write_text("x.mmdb", "no database"), EINVAL, "not a MaxMind DB");
	refused(write_text("x.dat", "no database"), EINVAL, "not a legacy GeoIP");
	refused(write_text("x.txt", "10.0.0.0 8 1\n10.0.0.0 33 1\n"), EINVAL, "line 2");
	refused(write_text("x.txt", "10.0.0.0 8\n"), EINVAL, "line 1");
	refused(write_text("x.txt", "10.0.0.0 8 4294967296\n"), EINVAL, "line 1");
	refused(write_text("x.txt", "# nothing\n"), EINVAL, "no prefixes");
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "m.mmdb", "i.mmdb", "l.mmdb", "t.pfx2as", "a.pfx2as",
					     "b.mmdb", "x.mmdb", "x.dat", "x.txt", "n.dat", "c.dat" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path_of(names[i]));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maxmind_schema),
		cmocka_unit_test(ipinfo_schemas),
		cmocka_unit_test(longest_prefix_wins),
		cmocka_unit_test(the_first_file_wins),
		cmocka_unit_test(legacy_countries),
		cmocka_unit_test(legacy_as_the_library),
		cmocka_unit_test(legacy_networks_and_cities),
		cmocka_unit_test(what_is_no_database_is_refused),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
