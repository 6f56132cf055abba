// SPDX-License-Identifier: GPL-2.0-or-later
/* list - see list.h. */
#include "list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "sys/fd.h"

enum { TEXT_MAX = 16 << 20 };

static int read_all(const char *path, struct str *text, struct err *e)
{
	AUTO(close_p) int fd = -1;

	if (streq(path, "-"))
		return fd_read_text(STDIN_FILENO, "standard input", TEXT_MAX, text, e);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, errno, "open %s", path);
	return fd_read_text(fd, path, TEXT_MAX, text, e);
}

int list_read(const char *path, struct str *text, char ***ret_words, unsigned int *ret_n,
	      struct err *e)
{
	char **words, *rest = NULL;
	unsigned int n = 0;
	int rc = read_all(path, text, e);

	if (rc)
		return rc;
	words = calloc(LIST_MAX, sizeof(*words));
	if (!words)
		return err_set(e, ENOMEM, "out of memory");
	for (char *line = text->len ? strtok_r(text->p, "\n", &rest) : NULL; line;
	     line = strtok_r(NULL, "\n", &rest)) {
		line[strcspn(line, "#\r")] = '\0';
		line += strspn(line, " \t");
		line[strcspn(line, " \t")] = '\0';
		if (!*line)
			continue;
		if (n == LIST_MAX) {
			free(words);
			return err_set(e, E2BIG, "%s: more than %d targets", path, LIST_MAX);
		}
		words[n++] = line;
	}
	*ret_words = words;
	*ret_n = n;
	return n ? 0 : err_set(e, EINVAL, "%s has no targets", path);
}
