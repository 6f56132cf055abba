// SPDX-License-Identifier: GPL-2.0-or-later
/* geo_legacy - GeoIP .dat files: countries (Debian's geoip-database), cities, AS. libGeoIP knows
 * the countries by number; files are read here, as it believes every offset in them and so reads
 * past the end of one that is damaged.
 *
 * A file is a binary trie of two records a node, little endian, by the bits of the address. A
 * record below 'segments' is the number of the next node; another one tells the country, or where
 * behind the trie the text of a network or a city stands. The last 0xffffff is followed by the
 * edition and the number of nodes. */
#include <errno.h>
#include <fcntl.h>
#include <GeoIP.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/attr.h"
#include "base/bytes.h"
#include "base/str.h"
#include "sys/fd.h"
#include "sys/geo_priv.h"

enum { RECORD = 3, INFO_MAX = 20, TEXT_MAX = 256 };
enum { COUNTRIES = 16776960, LARGE_COUNTRIES = 16515072 }; /* numbers of nodes of these editions */
enum { OLD_EDITION = 106 };

struct legacy {
	const uint8_t *p; /* the file, mapped */
	size_t n;
	int edition;
	uint32_t segments;
};

static uint32_t le24(const uint8_t *p)
{
	return p[0] | p[1] << 8 | (uint32_t)p[2] << 16;
}

static bool edition_known(int edition)
{
	switch (edition) {
	case GEOIP_COUNTRY_EDITION:
	case GEOIP_LARGE_COUNTRY_EDITION:
	case GEOIP_COUNTRY_EDITION_V6:
	case GEOIP_LARGE_COUNTRY_EDITION_V6:
	case GEOIP_CITY_EDITION_REV0:
	case GEOIP_CITY_EDITION_REV1:
	case GEOIP_CITY_EDITION_REV0_V6:
	case GEOIP_CITY_EDITION_REV1_V6:
	case GEOIP_ASNUM_EDITION:
	case GEOIP_ASNUM_EDITION_V6:
		return true;
	default:
		return false;
	}
}

/* Editions whose records are countries. */
static uint32_t countries_from(int edition)
{
	if (edition == GEOIP_COUNTRY_EDITION || edition == GEOIP_COUNTRY_EDITION_V6)
		return COUNTRIES;
	if (edition == GEOIP_LARGE_COUNTRY_EDITION || edition == GEOIP_LARGE_COUNTRY_EDITION_V6)
		return LARGE_COUNTRIES;
	return 0;
}

/* Finds edition and number of nodes near the end. False if they are none that we read. */
static bool read_info(struct legacy *l)
{
	for (size_t back = 3; back <= INFO_MAX + 3 && back < l->n; back++) {
		struct cur c = cur_of(l->p + l->n - back, back);
		const uint8_t *mark = cur_take(&c, 3), *nodes;

		if (le24(mark) != 0xffffff)
			continue;
		l->edition = cur_u8(&c);
		if (l->edition >= OLD_EDITION)
			l->edition -= OLD_EDITION - 1;
		l->segments = countries_from(l->edition);
		nodes = l->segments ? NULL : cur_take(&c, 3);
		if (nodes)
			l->segments = le24(nodes);
		return l->segments && edition_known(l->edition);
	}
	return false;
}

static void legacy_close(void *file)
{
	struct legacy *l = file;

	if (l->n)
		munmap((void *)l->p, l->n);
	free(l);
}

static int map_file(const char *path, struct legacy *l, struct err *e)
{
	AUTO(close_p) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *p;

	if (fd < 0 || fstat(fd, &st))
		return err_sys(e, errno, "open %s", path);
	if (!S_ISREG(st.st_mode) || st.st_size < 4)
		return err_set(e, EINVAL, "%s is not a legacy GeoIP file", path);
	p = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_sys(e, errno, "map %s", path);
	l->p = p;
	l->n = st.st_size;
	return 0;
}

static int legacy_open(const char *path, void **ret_file, struct err *e)
{
	struct legacy *l = calloc(1, sizeof(*l));
	int rc;

	if (!l)
		return err_sys(e, ENOMEM, "open %s", path);
	rc = map_file(path, l, e);
	if (!rc && !read_info(l))
		rc = err_set(e, EINVAL, "%s is not a legacy GeoIP file of countries, cities or AS",
			     path);
	if (rc)
		legacy_close(l);
	else
		*ret_file = l;
	return rc;
}

static bool is_v6(int edition)
{
	return edition == GEOIP_COUNTRY_EDITION_V6 || edition == GEOIP_LARGE_COUNTRY_EDITION_V6 ||
	       edition == GEOIP_CITY_EDITION_REV0_V6 || edition == GEOIP_CITY_EDITION_REV1_V6 ||
	       edition == GEOIP_ASNUM_EDITION_V6;
}

/* The record that the bits of 'addr' lead to; 0 if the file is damaged. */
static uint32_t seek(const struct legacy *l, const uint8_t *addr, unsigned int n_bits)
{
	uint32_t node = 0;

	for (unsigned int i = 0; i < n_bits; i++) {
		size_t at =
			(size_t)node * 2 * RECORD + (addr[i / 8] >> (7 - i % 8) & 1 ? RECORD : 0);

		if (at + RECORD > l->n)
			return 0;
		node = le24(l->p + at);
		if (node >= l->segments)
			return node;
	}
	return 0;
}

/* What stands behind the trie for 'record'; empty for none. */
static struct cur text_of(const struct legacy *l, uint32_t record)
{
	struct cur c = cur_of(l->p, l->n);

	if (record <= l->segments)
		return cur_of(l->p, 0);
	cur_skip(&c, record + (2 * RECORD - 1) * (size_t)l->segments);
	return c;
}

/* Takes the text up to its NUL, ISO 8859-1, as UTF-8 into 'out' if that is empty. */
static void take_latin(struct cur *c, char *out, size_t cap)
{
	char utf8[2 * TEXT_MAX];
	size_t n = 0;

	for (uint8_t b = cur_u8(c); b; b = cur_u8(c)) {
		if (n + 2 > sizeof(utf8))
			continue;
		if (b >= 0x80)
			utf8[n++] = 0xc0 | b >> 6;
		utf8[n++] = b < 0x80 ? b : 0x80 | (b & 0x3f);
	}
	if (out && !c->failed)
		geo_text(out, cap, utf8, n);
}

static void country(uint32_t id, struct geo_place *ret)
{
	const char *code, *name;
	struct cur c;

	if (!id || id >= GeoIP_num_countries())
		return;
	code = GeoIP_code_by_id(id);
	name = GeoIP_name_by_id(id);
	geo_text(ret->country, 3, code, strlen(code));
	c = cur_of(name, strlen(name) + 1);
	take_latin(&c, ret->country_name, sizeof(ret->country_name));
}

/* "AS1257 Tele2". */
static void network(struct cur c, struct geo_place *ret)
{
	char text[TEXT_MAX] = "", *rest;
	unsigned long asn;

	take_latin(&c, text, sizeof(text));
	if (strncmp(text, "AS", 2) != 0)
		return;
	asn = strtoul(text + 2, &rest, 10);
	if (!ret->asn && asn <= UINT32_MAX)
		ret->asn = asn;
	if (ret->asn == asn && *rest == ' ')
		geo_text(ret->as_name, sizeof(ret->as_name), rest + 1, strlen(rest + 1));
}

static void city(struct cur c, struct geo_place *ret)
{
	const uint8_t *where;

	country(cur_u8(&c), ret);
	take_latin(&c, NULL, 0); /* a number of the region */
	take_latin(&c, ret->city, sizeof(ret->city));
	take_latin(&c, NULL, 0); /* postal code */
	where = cur_take(&c, 2 * RECORD);
	if (!where || ret->has_position)
		return;
	ret->has_position = true;
	ret->latitude = le24(where) / 10000.0 - 180;
	ret->longitude = le24(where + RECORD) / 10000.0 - 180;
}

static void legacy_find(void *file, int family, const void *addr, struct geo_place *ret)
{
	const struct legacy *l = file;
	uint32_t record;

	if (is_v6(l->edition) != (family == AF_INET6))
		return;
	record = seek(l, addr, family == AF_INET6 ? 128 : 32);
	if (countries_from(l->edition))
		country(record < l->segments ? 0 : record - l->segments, ret);
	else if (l->edition == GEOIP_ASNUM_EDITION || l->edition == GEOIP_ASNUM_EDITION_V6)
		network(text_of(l, record), ret);
	else if (record > l->segments)
		city(text_of(l, record), ret);
}

const struct geo_kind geo_legacy = { legacy_open, legacy_find, legacy_close };
