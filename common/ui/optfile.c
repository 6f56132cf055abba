// SPDX-License-Identifier: GPL-2.0-or-later
/* optfile - see optfile.h. A line becomes the word of a command line, "--NAME=ARGUMENT". */
#include "ui/optfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "sys/fd.h"

enum { MOST_BYTES = 1 << 20 };

/* One line, its blanks at both ends gone. */
static int parse_line(const struct opt_table *t, const char *line, size_t n, struct arena *a,
		      void *job, struct err *e)
{
	size_t n_name = 0, at;
	char *word = arena_alloc(a, n + 3);
	char *argv[] = { (char *)t->program, word, NULL };
	int n_words;

	if (!word)
		return err_sys(e, ENOMEM, "options");
	while (n_name < n && !strchr(" \t=", line[n_name]))
		n_name++;
	if (!n_name || line[0] == '-' || memchr(line, '\0', n))
		return err_set(e, EINVAL, "not the name of an option without its dashes");
	memcpy(word, "--", 2);
	memcpy(word + 2, line, n_name);
	for (at = n_name; at < n && strchr(" \t", line[at]); at++)
		;
	at += at < n && line[at] == '=';
	for (; at < n && strchr(" \t", line[at]); at++)
		;
	if (at < n) {
		word[2 + n_name] = '=';
		memcpy(word + 3 + n_name, line + at, n - at);
	}
	return opt_parse(t, 2, argv, job, &n_words, e);
}

int optfile_parse(const struct opt_table *t, const char *path, struct arena *a, void *job,
		  struct err *e)
{
	AUTO(close_p) int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO(str_free) struct str text = { 0 };
	const char *p, *end, *last;
	unsigned int number = 0;
	size_t n;
	int rc;

	if (fd < 0)
		return err_sys(e, errno, "open %s", path);
	rc = fd_read_text(fd, path, MOST_BYTES, &text, e);
	if (rc)
		return rc;
	str_addc(&text, '\n');
	last = str_text(&text) + text.len;
	for (p = str_text(&text); (end = memchr(p, '\n', last - p)); p = end + 1) {
		number++;
		for (; p < end && strchr(" \t\r", *p); p++)
			;
		for (n = end - p; n && strchr(" \t\r", p[n - 1]); n--)
			;
		if (!n || *p == '#')
			continue;
		if (parse_line(t, p, n, a, job, e))
			return err_prefix(e, "%s:%u", path, number);
	}
	return 0;
}
