// SPDX-License-Identifier: GPL-2.0-or-later
/* geo_mmdb - MaxMind DB files by libmaxminddb, in the schemas that are about:
 *   MaxMind, DB-IP: {"country":{"iso_code":"SE","names":{"en":"Sweden"}},"city":{"names":{..}},
 *                    "location":{"latitude":59.3,..},"autonomous_system_number":1257, ..}
 *   IPinfo:         {"country":"SE","country_name":"Sweden","city":"Stockholm","lat":"59.3",
 *                    "asn":"AS1257","as_name":"Tele2"} and, newer, {"country_code":"SE",
 *                    "country":"Sweden", ..} */
#include <errno.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"
#include "sys/geo_priv.h"

#define PATH(...) (const char *const[]) { __VA_ARGS__, NULL }

static int mmdb_open(const char *path, void **ret_file, struct err *e)
{
	MMDB_s *db = calloc(1, sizeof(*db));
	int rc;

	if (!db)
		return err_sys(e, ENOMEM, "open %s", path);
	errno = 0;
	rc = MMDB_open(path, MMDB_MODE_MMAP, db);
	if (rc == MMDB_SUCCESS) {
		*ret_file = db;
		return 0;
	}
	free(db);
	if ((rc == MMDB_FILE_OPEN_ERROR || rc == MMDB_IO_ERROR) && errno)
		return err_sys(e, errno, "open %s", path);
	return err_set(e, EINVAL, "%s is not a MaxMind DB file: %s", path, MMDB_strerror(rc));
}

static void mmdb_close(void *file)
{
	MMDB_close(file);
	free(file);
}

static bool get(MMDB_entry_s *at, const char *const *path, MMDB_entry_data_s *ret)
{
	return MMDB_aget_value(at, ret, path) == MMDB_SUCCESS && ret->has_data;
}

static void take_text(MMDB_entry_s *at, const char *const *path, char *out, size_t cap)
{
	MMDB_entry_data_s d;

	if (get(at, path, &d) && d.type == MMDB_DATA_TYPE_UTF8_STRING)
		geo_text(out, cap, d.utf8_string, d.data_size);
}

/* Degrees, as a number or, with IPinfo, as text. */
static bool take_degrees(MMDB_entry_s *at, const char *const *path, double *ret)
{
	MMDB_entry_data_s d;
	char text[32], *end;

	if (!get(at, path, &d))
		return false;
	if (d.type == MMDB_DATA_TYPE_DOUBLE) {
		*ret = d.double_value;
		return true;
	}
	if (d.type != MMDB_DATA_TYPE_UTF8_STRING || !d.data_size || d.data_size >= sizeof(text))
		return false;
	memcpy(text, d.utf8_string, d.data_size);
	text[d.data_size] = '\0';
	*ret = strtod(text, &end);
	return *end == '\0';
}

/* An AS as a number or as "AS123". */
static void take_asn(MMDB_entry_s *at, const char *const *path, uint32_t *ret)
{
	MMDB_entry_data_s d;
	uint64_t v = 0;

	if (*ret || !get(at, path, &d))
		return;
	if (d.type == MMDB_DATA_TYPE_UINT32) {
		*ret = d.uint32;
		return;
	}
	if (d.type != MMDB_DATA_TYPE_UTF8_STRING || d.data_size < 3 || d.data_size > 12 ||
	    memcmp(d.utf8_string, "AS", 2) != 0)
		return;
	for (uint32_t i = 2; i < d.data_size; i++) {
		if (d.utf8_string[i] < '0' || d.utf8_string[i] > '9')
			return;
		v = v * 10 + (d.utf8_string[i] - '0');
	}
	if (v <= UINT32_MAX)
		*ret = v;
}

/* "country" is a map with MaxMind, the code with older IPinfo files, the name with newer ones. */
static void take_country(MMDB_entry_s *at, struct geo_place *p)
{
	MMDB_entry_data_s d;

	take_text(at, PATH("country", "iso_code"), p->country, 3);
	take_text(at, PATH("country", "names", "en"), p->country_name, sizeof(p->country_name));
	take_text(at, PATH("country_code"), p->country, 3);
	take_text(at, PATH("country_name"), p->country_name, sizeof(p->country_name));
	if (get(at, PATH("country"), &d) && d.type == MMDB_DATA_TYPE_UTF8_STRING) {
		if (d.data_size == 2)
			geo_text(p->country, 3, d.utf8_string, 2);
		else
			geo_text(p->country_name, sizeof(p->country_name), d.utf8_string,
				 d.data_size);
	}
	take_text(at, PATH("registered_country", "iso_code"), p->country, 3);
}

static void take_place(MMDB_entry_s *at, struct geo_place *p)
{
	double lat, lon;

	take_text(at, PATH("city", "names", "en"), p->city, sizeof(p->city));
	take_text(at, PATH("city"), p->city, sizeof(p->city));
	take_text(at, PATH("subdivisions", "0", "names", "en"), p->region, sizeof(p->region));
	take_text(at, PATH("region"), p->region, sizeof(p->region));
	if (p->has_position)
		return;
	if ((take_degrees(at, PATH("location", "latitude"), &lat) &&
	     take_degrees(at, PATH("location", "longitude"), &lon)) ||
	    (take_degrees(at, PATH("lat"), &lat) && take_degrees(at, PATH("lng"), &lon)) ||
	    (take_degrees(at, PATH("latitude"), &lat) && take_degrees(at, PATH("longitude"), &lon))) {
		p->latitude = lat;
		p->longitude = lon;
		p->has_position = true;
	}
}

static void take_as(MMDB_entry_s *at, unsigned int bits, struct geo_place *p)
{
	uint32_t asn = 0;
	char name[sizeof(p->as_name)] = "";

	take_asn(at, PATH("autonomous_system_number"), &asn);
	take_asn(at, PATH("traits", "autonomous_system_number"), &asn);
	take_asn(at, PATH("asn"), &asn);
	take_text(at, PATH("autonomous_system_organization"), name, sizeof(name));
	take_text(at, PATH("traits", "autonomous_system_organization"), name, sizeof(name));
	take_text(at, PATH("as_name"), name, sizeof(name));
	if (asn)
		take_text(at, PATH("name"), name, sizeof(name));
	if (!p->asn && asn) {
		p->asn = asn;
		p->prefix_bits = bits;
	}
	/* the name of another AS would be wrong */
	if (p->asn == asn)
		geo_text(p->as_name, sizeof(p->as_name), name, strlen(name));
}

/* An IPv4 address in a file for IPv6 has 96 bits before it. */
static unsigned int prefix_bits(const MMDB_s *db, int family, const MMDB_lookup_result_s *r)
{
	if (family == AF_INET && db->metadata.ip_version == 6)
		return r->netmask < 96 ? 0 : r->netmask - 96;
	return r->netmask;
}

static void mmdb_find(void *file, int family, const void *addr, struct geo_place *ret)
{
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in a4 = { .sin_family = AF_INET };
	MMDB_lookup_result_s r;
	MMDB_s *db = file;
	int error = 0;

	if (family == AF_INET) {
		memcpy(&a4.sin_addr, addr, 4);
		r = MMDB_lookup_sockaddr(db, (struct sockaddr *)&a4, &error);
	} else {
		if (db->metadata.ip_version == 4)
			return;
		memcpy(&a6.sin6_addr, addr, 16);
		r = MMDB_lookup_sockaddr(db, (struct sockaddr *)&a6, &error);
	}
	if (error || !r.found_entry)
		return;
	take_country(&r.entry, ret);
	take_place(&r.entry, ret);
	take_as(&r.entry, prefix_bits(db, family, &r), ret);
}

const struct geo_kind geo_mmdb = { mmdb_open, mmdb_find, mmdb_close };
