// SPDX-License-Identifier: GPL-2.0-or-later
/* proc - see proc.h. */
#include "sys/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "sys/fd.h"

static size_t trim(char *text, size_t n)
{
	while (n && strchr(" \t\n", text[n - 1]))
		n--;
	text[n] = '\0';
	return n;
}

ssize_t proc_read(const char *path, char *buf, size_t size, struct err *e)
{
	AUTO(close_p) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return err_sys(e, errno, "open %s", path);
	n = fd_read_full(fd, buf, size);
	if (n < 0)
		return err_sys(e, -n, "read %s", path);
	if ((size_t)n == size)
		return err_set(e, EFBIG, "%s is longer than the %zu bytes expected", path,
			       size - 1);
	return trim(buf, n);
}

int proc_read_all(const char *path, size_t max, char **ret_text, struct err *e)
{
	AUTO(close_p) int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO(free_p) char *text = NULL;
	size_t size = 4096, used = 0;
	ssize_t n;
	char *grown;

	if (fd < 0)
		return err_sys(e, errno, "open %s", path);
	for (;;) {
		grown = realloc(text, size);
		if (!grown)
			return err_sys(e, ENOMEM, "read %s", path);
		text = grown;
		n = fd_read_full(fd, text + used, size - used);
		if (n < 0)
			return err_sys(e, -n, "read %s", path);
		used += n;
		if (used < size)
			break;
		if (size > max)
			return err_set(e, EFBIG, "%s is longer than %zu bytes", path, max);
		size *= 2;
	}
	text[used] = '\0';
	*ret_text = TAKE(text, NULL);
	return 0;
}

int proc_read_u64(const char *path, uint64_t *ret_v, struct err *e)
{
	char text[64];
	ssize_t n = proc_read(path, text, sizeof(text), e);

	return n < 0 ? (int)n : num_parse(text, NUM_PLAIN, 0, UINT64_MAX, path, ret_v, e);
}

int proc_write(const char *path, const char *text, struct err *e)
{
	AUTO(close_p) int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(e, errno, "open %s", path);
	if (write(fd, text, strlen(text)) < 0)
		return err_sys(e, errno, "write \"%s\" to %s", text, path);
	return 0;
}

/* The file of sysctl 'name': dots become slashes unless it is spelt with slashes already. */
static int sysctl_path(const char *name, char *path, size_t size, struct err *e)
{
	int head = snprintf(path, size, "/proc/sys/%s", name) - (int)strlen(name);

	if (!*name || *name == '/' || *name == '.' || strstr(name, "..") ||
	    strlen(name) + head >= size)
		return err_set(e, EINVAL, "\"%.64s\" is not the name of a sysctl", name);
	if (!strchr(name, '/'))
		for (char *p = path + head; *p; p++)
			if (*p == '.')
				*p = '/';
	return 0;
}

ssize_t sysctl_get(const char *name, char *buf, size_t size, struct err *e)
{
	char path[160];
	int rc = sysctl_path(name, path, sizeof(path), e);

	return rc ? rc : proc_read(path, buf, size, e);
}

int sysctl_set(const char *name, const char *value, struct err *e)
{
	char path[160];
	int rc = sysctl_path(name, path, sizeof(path), e);

	return rc ? rc : proc_write(path, value, e);
}
