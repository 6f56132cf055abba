// SPDX-License-Identifier: GPL-2.0-or-later
/* geo - finds the files and asks them in turn. */
#include "sys/geo.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "sys/geo_priv.h"

enum { SOURCES = 16 };

struct geo {
	struct geo_source source[SOURCES];
	size_t n;
	struct str names;
};

#define NOWHERE                                                                                    \
	"no GeoIP or AS file in /usr/share/GeoIP, /usr/local/share/GeoIP or /var/lib/GeoIP: bring a " \
	".mmdb file (MaxMind, DB-IP, IPinfo) or install the package geoip-database"

/* New formats first: they know more than the legacy ones. */
static const char *const usual[] = {
	"/var/lib/GeoIP/*.mmdb",	"/usr/local/share/GeoIP/*.mmdb", "/usr/share/GeoIP/*.mmdb",
	"/usr/share/GeoIP/GeoIP*.dat", "/usr/share/GeoIP/GeoLite*.dat",
	"/usr/share/GeoIP/*pfx2as*",
};

void geo_text(char *out, size_t cap, const char *text, size_t n)
{
	if (out[0])
		return;
	if (n >= cap) {
		/* not in the middle of a character of UTF-8 */
		for (n = cap - 1; n && ((unsigned char)text[n] & 0xc0) == 0x80;)
			n--;
	}
	memcpy(out, text, n);
	out[n] = '\0';
}

static const struct geo_kind *kind_of(const char *path)
{
	return str_ends(path, ".mmdb") ? &geo_mmdb : str_ends(path, ".dat") ? &geo_legacy : &geo_prefix;
}

static int add_file(struct geo *g, const char *path, struct err *e)
{
	struct geo_source *s = &g->source[g->n];
	int rc;

	if (g->n == SOURCES)
		return err_set(e, E2BIG, "%s: more than %d GeoIP and AS files", path, SOURCES);
	s->kind = kind_of(path);
	rc = s->kind->open(path, &s->file, e);
	if (rc)
		return rc;
	g->n++;
	if (g->names.len)
		str_add(&g->names, ", ");
	str_add(&g->names, path);
	return 0;
}

static int add_usual(struct geo *g, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < ARRAY_SIZE(usual); i++) {
		glob_t found;

		if (glob(usual[i], 0, NULL, &found))
			continue;
		for (size_t k = 0; !rc && k < found.gl_pathc && g->n < SOURCES; k++)
			rc = add_file(g, found.gl_pathv[k], e);
		globfree(&found);
	}
	if (!rc && !g->n)
		rc = err_set(e, ENOENT, NOWHERE);
	return rc;
}

int geo_open(const char *const *files, size_t n, struct geo **ret_g, struct err *e)
{
	struct geo *g = calloc(1, sizeof(*g));
	int rc = 0;

	if (!g)
		return err_sys(e, ENOMEM, "opening GeoIP files");
	for (size_t i = 0; !rc && i < n; i++)
		rc = add_file(g, files[i], e);
	if (!n)
		rc = add_usual(g, e);
	if (rc) {
		geo_close(g);
		return rc;
	}
	*ret_g = g;
	return 0;
}

int geo_open_list(const char *list, struct geo **ret_g, struct err *e)
{
	const char *files[SOURCES];
	AUTO(free_p) char *copy = strdup(list);
	char *save = NULL;
	size_t n = 0;

	if (!copy)
		return err_sys(e, ENOMEM, "opening GeoIP files");
	for (char *f = strtok_r(copy, ",", &save); f; f = strtok_r(NULL, ",", &save)) {
		if (n == SOURCES)
			return err_set(e, EINVAL, "more than %d files", SOURCES);
		files[n++] = f;
	}
	return geo_open(files, n, ret_g, e);
}

void geo_close(struct geo *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->n; i++)
		g->source[i].kind->close(g->source[i].file);
	str_free(&g->names);
	free(g);
}

void geo_close_p(struct geo **g)
{
	geo_close(*g);
}

bool geo_find(const struct geo *g, int family, const void *addr, struct geo_place *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < g->n; i++)
		g->source[i].kind->find(g->source[i].file, family, addr, ret);
	return ret->country[0] || ret->asn || ret->city[0] || ret->has_position || ret->as_name[0];
}

const char *geo_files(const struct geo *g)
{
	return str_text(&g->names);
}
