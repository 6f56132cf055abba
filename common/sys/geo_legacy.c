// SPDX-License-Identifier: GPL-2.0-or-later
/* geo_legacy - GeoIP .dat files by libGeoIP: countries (Debian's geoip-database), cities, AS. */
#include <arpa/inet.h>
#include <errno.h>
#include <GeoIP.h>
#include <GeoIPCity.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "sys/geo_priv.h"

/* The first bytes of a file that is no database would be taken for one: its edition, behind the
 * mark 0xffffff near the end, has to be one that we read. */
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

/* True when the structure mark of the format stands in the last bytes of 'path'. */
static bool has_mark(const char *path)
{
	FILE *f = fopen(path, "re");
	unsigned char tail[64];
	size_t n = 0;

	if (!f)
		return false;
	if (!fseek(f, -(long)sizeof(tail), SEEK_END))
		n = fread(tail, 1, sizeof(tail), f);
	fclose(f);
	for (size_t i = 0; i + 3 < n; i++)
		if (tail[i] == 0xff && tail[i + 1] == 0xff && tail[i + 2] == 0xff)
			return true;
	return false;
}

static int legacy_open(const char *path, void **ret_file, struct err *e)
{
	GeoIP *db;

	if (access(path, R_OK) < 0)
		return err_sys(e, errno, "open %s", path);
	db = has_mark(path) ? GeoIP_open(path, GEOIP_MMAP_CACHE | GEOIP_SILENCE) : NULL;
	if (!db || !edition_known(GeoIP_database_edition(db))) {
		if (db)
			GeoIP_delete(db);
		return err_set(e, EINVAL, "%s is not a legacy GeoIP file of countries, cities or AS",
			       path);
	}
	GeoIP_set_charset(db, GEOIP_CHARSET_UTF8);
	*ret_file = db;
	return 0;
}

static void legacy_close(void *file)
{
	GeoIP_delete(file);
}

static bool is_v6(int edition)
{
	return edition == GEOIP_COUNTRY_EDITION_V6 || edition == GEOIP_LARGE_COUNTRY_EDITION_V6 ||
	       edition == GEOIP_CITY_EDITION_REV0_V6 || edition == GEOIP_CITY_EDITION_REV1_V6 ||
	       edition == GEOIP_ASNUM_EDITION_V6;
}

static void country_of(GeoIP *db, const struct in6_addr *a6, unsigned long a4, bool v6,
		       struct geo_place *ret)
{
	GeoIPLookup info;
	int id = v6 ? GeoIP_id_by_ipnum_v6_gl(db, *a6, &info) : GeoIP_id_by_ipnum_gl(db, a4, &info);
	const char *code = id > 0 ? GeoIP_code_by_id(id) : NULL;
	const char *name = id > 0 ? GeoIP_name_by_id(id) : NULL;

	if (!code)
		return;
	geo_text(ret->country, 3, code, 2);
	geo_text(ret->country_name, sizeof(ret->country_name), name, strlen(name));
}

/* "AS1257 Tele2". */
static void as_of(GeoIP *db, const struct in6_addr *a6, unsigned long a4, bool v6,
		  struct geo_place *ret)
{
	GeoIPLookup info;
	char *name = v6 ? GeoIP_name_by_ipnum_v6_gl(db, *a6, &info) :
			  GeoIP_name_by_ipnum_gl(db, a4, &info);
	unsigned long asn;
	char *rest;

	if (!name)
		return;
	if (strncmp(name, "AS", 2) == 0) {
		asn = strtoul(name + 2, &rest, 10);
		if (!ret->asn && asn <= UINT32_MAX)
			ret->asn = asn;
		if (ret->asn == asn && *rest == ' ')
			geo_text(ret->as_name, sizeof(ret->as_name), rest + 1, strlen(rest + 1));
	}
	free(name);
}

static void city_of(GeoIP *db, const struct in6_addr *a6, unsigned long a4, bool v6,
		    struct geo_place *ret)
{
	GeoIPRecord *r = v6 ? GeoIP_record_by_ipnum_v6(db, *a6) : GeoIP_record_by_ipnum(db, a4);

	if (!r)
		return;
	if (r->country_code)
		geo_text(ret->country, 3, r->country_code, 2);
	if (r->country_name)
		geo_text(ret->country_name, sizeof(ret->country_name), r->country_name,
			 strlen(r->country_name));
	if (r->city)
		geo_text(ret->city, sizeof(ret->city), r->city, strlen(r->city));
	if (!ret->has_position) {
		ret->has_position = true;
		ret->latitude = r->latitude;
		ret->longitude = r->longitude;
	}
	GeoIPRecord_delete(r);
}

static void legacy_find(void *file, int family, const void *addr, struct geo_place *ret)
{
	GeoIP *db = file;
	int edition = GeoIP_database_edition(db);
	bool v6 = family == AF_INET6;
	struct in6_addr a6 = { 0 };
	struct in_addr a4 = { 0 };

	if (is_v6(edition) != v6)
		return;
	memcpy(v6 ? (void *)&a6 : (void *)&a4, addr, v6 ? 16 : 4);
	switch (edition) {
	case GEOIP_COUNTRY_EDITION:
	case GEOIP_LARGE_COUNTRY_EDITION:
	case GEOIP_COUNTRY_EDITION_V6:
	case GEOIP_LARGE_COUNTRY_EDITION_V6:
		country_of(db, &a6, ntohl(a4.s_addr), v6, ret);
		break;
	case GEOIP_ASNUM_EDITION:
	case GEOIP_ASNUM_EDITION_V6:
		as_of(db, &a6, ntohl(a4.s_addr), v6, ret);
		break;
	default:
		city_of(db, &a6, ntohl(a4.s_addr), v6, ret);
	}
}

const struct geo_kind geo_legacy = { legacy_open, legacy_find, legacy_close };
