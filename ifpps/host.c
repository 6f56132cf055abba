// SPDX-License-Identifier: GPL-2.0-or-later
/* host - see host.h. */
#include "host.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "procfs.h"
#include "sys/fd.h"

enum { TEXT_MAX = 64 << 20 };

enum { STAT, MEMORY, SOFTIRQS, SOFTNET, INTERRUPTS };

static const struct {
	const char *path;
	unsigned int need;
} files[HOST_FILES] = {
	[STAT] = { "/proc/stat", NEED_STAT },
	[MEMORY] = { "/proc/meminfo", NEED_MEMORY },
	[SOFTIRQS] = { "/proc/softirqs", NEED_SOFTIRQS },
	[SOFTNET] = { "/proc/net/softnet_stat", NEED_SOFTNET },
	[INTERRUPTS] = { "/proc/interrupts", NEED_INTERRUPTS },
};

void host_open(struct host_reader *r, const char *root)
{
	*r = (struct host_reader){ .root = root };
	for (int i = 0; i < HOST_FILES; i++)
		r->fd[i] = -1;
}

void host_close(struct host_reader *r)
{
	for (int i = 0; i < HOST_FILES; i++)
		close_p(&r->fd[i]);
	str_free(&r->text);
}

static int open_below(const char *root, const char *path, int flags, struct err *e)
{
	char full[4096];
	int fd;

	if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full))
		return err_set(e, ENAMETOOLONG, "%.64s... is too long a path", root);
	fd = open(full, O_RDONLY | O_CLOEXEC | flags);
	return fd < 0 ? err_sys(e, errno, "open %s", full) : fd;
}

/* The whole of 'fd' from its beginning. */
static int read_again(int fd, const char *path, struct str *out, struct err *e)
{
	ssize_t n;

	str_clear(out);
	for (;;) {
		if (!str_room(out, 16384))
			return err_sys(e, ENOMEM, "read %s", path);
		n = pread(fd, out->p + out->len, out->cap - out->len - 1, out->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, errno, "read %s", path);
		if (n == 0)
			break;
		out->len += n;
		if (out->len > TEXT_MAX)
			return err_set(e, EFBIG, "%s is longer than %d bytes", path, TEXT_MAX);
	}
	out->p[out->len] = '\0';
	return 0;
}

int host_text(const struct host_reader *r, const char *path, struct str *ret, struct err *e)
{
	AUTO(close_p) int fd = open_below(r->root, path, 0, e);

	return fd < 0 ? fd : read_again(fd, path, ret, e);
}

static int parse(struct host_reader *r, int file, struct sample *s, struct err *e)
{
	const char *text = str_text(&r->text);

	switch (file) {
	case STAT:
		return procfs_stat(text, s, e);
	case MEMORY:
		procfs_meminfo(text, &s->host);
		return 0;
	case SOFTIRQS:
		return procfs_softirqs(text, s, e);
	case SOFTNET:
		return procfs_softnet(text, s, e);
	default:
		return procfs_interrupts(text, r->irqs, r->n_irqs, s, e);
	}
}

/* Processes are the folders of /proc whose names are numbers. */
static int count_processes(const struct host_reader *r, struct sample *s, struct err *e)
{
	int fd = open_below(r->root, "/proc", O_DIRECTORY, e);
	struct dirent *ent;
	DIR *d;

	if (fd < 0)
		return fd;
	d = fdopendir(fd);
	if (!d) {
		close(fd);
		return err_sys(e, errno, "read /proc");
	}
	s->host.procs = 0;
	while ((ent = readdir(d)))
		s->host.procs += isdigit((unsigned char)ent->d_name[0]) != 0;
	closedir(d);
	return 0;
}

int host_read(struct host_reader *r, unsigned int needs, struct sample *s, struct err *e)
{
	int rc;

	for (int i = 0; i < HOST_FILES; i++) {
		if (!(needs & files[i].need))
			continue;
		/* A file that a kernel or a recording lacks is a number less. */
		if (r->fd[i] < 0)
			r->fd[i] = open_below(r->root, files[i].path, 0, NULL);
		if (r->fd[i] < 0)
			continue;
		rc = read_again(r->fd[i], files[i].path, &r->text, e);
		if (!rc)
			rc = parse(r, i, s, e);
		if (rc)
			return rc;
		s->have |= files[i].need;
	}
	if (needs & NEED_PROCESSES) {
		rc = count_processes(r, s, e);
		if (rc)
			return rc;
		s->have |= NEED_PROCESSES;
	}
	return 0;
}
