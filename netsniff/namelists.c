// SPDX-License-Identifier: GPL-2.0-or-later
/* namelists - see namelists.h. Read before privilege is given up and the sandbox is closed. */
#include "namelists.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/str.h"
#include "proto/names.h"
#include "sys/fd.h"

enum { PORTS, VENDORS, KINDS, MAX_BYTES = 16 << 20, PATH_BYTES = 4096 };

static const char *const usual[] = {
	"/etc/services", "/usr/share/ieee-data/oui.csv", "/usr/share/ieee-data/mam.csv",
	"/usr/share/ieee-data/oui36.csv",
};

/* Adds the file at 'path' to the text of its kind. */
static int add_file(const char *path, struct str text[KINDS], struct err *e)
{
	AUTO(close_p) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(e, errno, "open %s", path);
	return fd_read_text(fd, path, MAX_BYTES, &text[str_ends(path, ".csv") ? VENDORS : PORTS], e);
}

static int add_usual(struct str text[KINDS], struct err *e)
{
	unsigned int n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
		int r = add_file(usual[i], text, e);

		if (r < 0 && r != -ENOENT)
			return r;
		n += r == 0;
	}
	if (!n)
		return err_set(e, ENOENT, "--names: neither /etc/services nor /usr/share/ieee-data/"
			       "oui.csv is there; Debian's netbase and ieee-data have them");
	return 0;
}

static int add_named(const char *names, struct str text[KINDS], struct err *e)
{
	while (*names) {
		char path[PATH_BYTES];
		size_t n = strcspn(names, ",");
		int r;

		if (n >= sizeof(path))
			return err_set(e, ENAMETOOLONG, "--names: the name of a file is too long");
		memcpy(path, names, n);
		path[n] = '\0';
		r = add_file(path, text, e);
		if (r < 0)
			return r;
		names += n + (names[n] == ',');
	}
	return 0;
}

static int parse(const struct str text[KINDS], struct namelists *n, struct err *e)
{
	if (text[PORTS].len) {
		n->services = services_parse(text[PORTS].p, text[PORTS].len, e);
		if (!n->services)
			return -e->code;
	}
	if (text[VENDORS].len) {
		n->vendors = vendors_parse(text[VENDORS].p, text[VENDORS].len, e);
		if (!n->vendors)
			return -e->code;
	}
	return 0;
}

int namelists_open(const char *names, struct namelists *ret, struct err *e)
{
	struct str text[KINDS] = { 0 };
	struct namelists n = { 0 };
	int r;

	*ret = n;
	if (!names)
		return 0;
	r = *names ? add_named(names, text, e) : add_usual(text, e);
	if (r == 0)
		r = parse(text, &n, e);
	str_free(&text[PORTS]);
	str_free(&text[VENDORS]);
	if (r < 0)
		namelists_close(&n);
	else
		*ret = n;
	return r;
}

void namelists_close(struct namelists *n)
{
	services_free(n->services);
	vendors_free(n->vendors);
	*n = (struct namelists){ 0 };
}
