// SPDX-License-Identifier: GPL-2.0-or-later
/* geo - where an address is and whose network it is in, from files that the user has:
 * MaxMind DB (.mmdb in the schemas of MaxMind, DB-IP and IPinfo), legacy GeoIP (.dat, what Debian's
 * geoip-database has), and CAIDA prefix-to-AS tables (prefix, length, AS; .gz too).
 * Asks no network. Used by netsniff, flowtop and astrace. */
#ifndef SYS_GEO_H
#define SYS_GEO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct geo;

/* What is known of an address; texts are empty, numbers 0 where nothing is. Texts come from files
 * of others: escape them before a terminal sees them. */
struct geo_place {
	char country[4];       /* ISO 3166-1 alpha-2, upper case */
	char country_name[64]; /* English */
	char region[64], city[64];
	bool has_position;
	double latitude, longitude; /* degrees, north and east positive */
	uint32_t asn;
	char as_name[96];
	uint8_t prefix_bits; /* of the network that 'asn' is told of, in the address's family */
};

/* Opens the 'n' 'files', each recognised by its suffix (.mmdb, .dat, else a prefix table). With
 * 'n' of 0 all that are in the usual folders. -ENOENT with 'e' when there is none, -EINVAL for a
 * file that is not what its name says. Maps or reads all now: nothing is opened later. */
int geo_open(const char *const *files, size_t n, struct geo **ret_g, struct err *e) MUST_USE;

/* As geo_open() of the names in 'list', separated by commas; "": the usual folders. */
int geo_open_list(const char *list, struct geo **ret_g, struct err *e) MUST_USE;
void geo_close(struct geo *g);
void geo_close_p(struct geo **g);

/* Looks 'addr' up: 4 bytes of 'family' AF_INET or 16 of AF_INET6, network order. True if a file
 * knows anything. An earlier file wins where two know the same. Allocates nothing. */
bool geo_find(const struct geo *g, int family, const void *addr, struct geo_place *ret);

/* The files that are open, separated by ", ". */
const char *geo_files(const struct geo *g);

#endif
