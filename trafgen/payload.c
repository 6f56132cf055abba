// SPDX-License-Identifier: GPL-2.0-or-later
/* payload - "file("x.bin", offset, bytes)": content of a packet that stands in a file, which is
 * looked for beside the script. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "comp.h"
#include "sys/fd.h"

enum { MAX_FILE = 64 << 20 };

/* The path of the file that the string at hand names. */
static int find_path(struct comp *c, char path[PATH_MAX])
{
	const char *name = c->lex.text + 1, *script = c->o->file;
	const char *slash = strrchr(script, '/');
	int folder = slash && name[0] != '/' ? slash + 1 - script : 0;
	int n = (int)c->lex.n - 2;

	if (c->lex.token != T_STRING || n < 1)
		return lex_expected(&c->lex, c->e, "the name of a file in quotes");
	if (snprintf(path, PATH_MAX, "%.*s%.*s", folder, script, n, name) >= PATH_MAX)
		return lex_error(&c->lex, c->e, "the name of the file is too long");
	return 0;
}

/* ", offset, bytes": which part of the 'n' bytes; all of them without. */
static int read_part(struct comp *c, size_t n, uint64_t *ret_off, uint64_t *ret_n)
{
	int rc = 0;

	*ret_off = 0;
	*ret_n = n;
	if (lex_is(&c->lex, ',')) {
		lex_next(&c->lex);
		rc = expr_bounded(c, "the offset in the file", n, ret_off);
		*ret_n = n - (rc ? 0 : *ret_off);
	}
	if (!rc && lex_is(&c->lex, ',')) {
		lex_next(&c->lex);
		rc = expr_bounded(c, "the number of bytes", *ret_n, ret_n);
	}
	return rc ? rc : lex_expect(&c->lex, ')', "after the name of the file", c->e);
}

int payload_read(struct comp *c, unsigned int unused)
{
	AUTO(str_free) struct str text = { 0 };
	AUTO(close_p) int fd = -1;
	char path[PATH_MAX];
	struct err own;
	uint64_t off, n;
	int rc;

	(void)unused;
	if (!c->o->files)
		return lex_error(&c->lex, c->e, "file() is for scripts that are read from files or "
				 "the command line");
	rc = lex_expect(&c->lex, '(', "and the name of the file", c->e);
	if (!rc)
		rc = find_path(c, path);
	if (rc)
		return rc;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return lex_error(&c->lex, c->e, "open %s: %s", path, strerror(errno));
	if (fd_read_text(fd, path, MAX_FILE, &text, &own))
		return lex_error(&c->lex, c->e, "%s", own.text);
	if (!text.len)
		comp_warn(c, c->lex.at_line, "%s is empty and adds nothing", path);
	lex_next(&c->lex);
	rc = read_part(c, text.len, &off, &n);
	return rc || !n ? rc : comp_bytes(c, str_text(&text) + off, n);
}
