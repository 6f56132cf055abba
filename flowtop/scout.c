// SPDX-License-Identifier: GPL-2.0-or-later
/* scout - see scout.h. */
#include "scout.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper.h"
#include "sys/fd.h"

enum { BATCH = 512 };

struct space {
	uint64_t ino;
	bool there; /* seen in this round */
};

struct scout {
	int proc_fd, own_fd;
	uint64_t own;
	struct space spaces[HELPER_SPACES_MAX];
	size_t n_spaces;
	/* What is told of them, during a call. */
	void (*came)(void *arg, uint64_t ino, const int *fds);
	void *arg;
};

struct holders {
	int fd, error;
	size_t n, n_batch;
	struct helper_holder batch[BATCH];
};

int scout_new(struct scout **ret_s)
{
	struct scout *s = calloc(1, sizeof(*s));
	struct stat st;

	if (!s)
		return -ENOMEM;
	s->proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	s->own_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (s->proc_fd < 0 || s->own_fd < 0 || fstat(s->own_fd, &st) < 0)
		return -errno; /* and the process ends */
	s->own = st.st_ino;
	*ret_s = s;
	return 0;
}

/* A namespace that is new: sockets are made in it. */
static void meet(struct scout *s, uint64_t ino, int fd)
{
	int fds[SOCKDIAG_FDS];

	if (s->n_spaces == HELPER_SPACES_MAX || setns(fd, CLONE_NEWNET) < 0)
		return;
	if (sockdiag_sockets(fds) == 0) {
		s->spaces[s->n_spaces++] = (struct space){ ino, true };
		s->came(s->arg, ino, fds);
	}
	/* The helper has no use but from here: without the way back it ends. */
	if (setns(s->own_fd, CLONE_NEWNET) < 0)
		_exit(1);
}

/* The namespace that 'name' below 'dir' stands for. */
static void look_at_space(struct scout *s, int dir, const char *name)
{
	AUTO(close_p) int fd = -1;
	struct stat st;

	if (fstatat(dir, name, &st, 0) < 0 || st.st_ino == s->own)
		return;
	for (size_t i = 0; i < s->n_spaces; i++)
		if (s->spaces[i].ino == st.st_ino) {
			s->spaces[i].there = true;
			return;
		}
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_ino != s->own)
		meet(s, st.st_ino, fd);
}

/* Calls 'look' with each entry of folder 'path' below 'at': those whose names begin with a digit,
 * or all but hidden ones. Returns 0 or -errno. */
static int each(struct scout *s, int at, const char *path, bool numbers,
		void (*look)(struct scout *s, int dir, const char *name, void *arg), void *arg)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;
	int code = -errno;

	if (!dir) {
		close_p(&fd);
		return code;
	}
	while ((d = readdir(dir)))
		if (numbers ? isdigit((unsigned char)d->d_name[0]) : d->d_name[0] != '.')
			look(s, dirfd(dir), d->d_name, arg);
	closedir(dir);
	return 0;
}

static void look_at_process(struct scout *s, int dir, const char *pid, void *arg)
{
	char path[300];

	(void)arg;
	snprintf(path, sizeof(path), "%s/ns/net", pid);
	look_at_space(s, dir, path);
}

static void look_at_name(struct scout *s, int dir, const char *name, void *arg)
{
	(void)arg;
	look_at_space(s, dir, name);
}

int scout_spaces(struct scout *s, void (*came)(void *arg, uint64_t ino, const int *fds),
		 void (*went)(void *arg, uint64_t ino), void *arg)
{
	int r;

	s->came = came;
	s->arg = arg;
	for (size_t i = 0; i < s->n_spaces; i++)
		s->spaces[i].there = false;
	r = each(s, s->proc_fd, ".", true, look_at_process, NULL);
	if (!r) /* no such folder: no names */
		(void)!each(s, AT_FDCWD, "/run/netns", false, look_at_name, NULL);
	for (size_t i = 0; i < s->n_spaces && !r;) {
		if (s->spaces[i].there) {
			i++;
			continue;
		}
		went(arg, s->spaces[i].ino);
		s->spaces[i] = s->spaces[--s->n_spaces];
	}
	return r;
}

static void flush(struct holders *h)
{
	if (!h->error)
		h->error = fd_write_full(h->fd, h->batch, h->n_batch * sizeof(h->batch[0]));
	h->n += h->n_batch;
	h->n_batch = 0;
}

static void read_name(int proc_fd, const char *pid, char *name)
{
	char path[300];
	AUTO(close_p) int fd = -1;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/comm", pid);
	fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, name, HELPER_NAME - 1);
	name[n > 0 ? n : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
}

struct process {
	struct holders *all;
	struct helper_holder h;
	const char *pid;
};

static void look_at_file(struct scout *s, int dir, const char *name, void *arg)
{
	struct process *p = arg;
	char link[64];
	ssize_t n = readlinkat(dir, name, link, sizeof(link) - 1);

	if (n <= 0)
		return;
	link[n] = '\0';
	if (sscanf(link, "socket:[%u]", &p->h.inode) != 1 || !p->h.inode ||
	    p->all->n + p->all->n_batch >= HELPER_SOCKETS_MAX)
		return;
	if (!p->h.pid) {
		p->h.pid = strtoul(p->pid, NULL, 10);
		read_name(s->proc_fd, p->pid, p->h.name);
	}
	p->all->batch[p->all->n_batch++] = p->h;
	if (p->all->n_batch == BATCH)
		flush(p->all);
}

static void look_at_files(struct scout *s, int dir, const char *pid, void *arg)
{
	struct process p = { .all = arg, .pid = pid };
	char path[300];

	snprintf(path, sizeof(path), "%s/fd", pid);
	(void)!each(s, dir, path, false, look_at_file, &p); /* it has ended, or is not to be seen */
}

int scout_holders(struct scout *s, int fd, size_t *ret_n)
{
	struct holders *h = calloc(1, sizeof(*h));
	int r;

	if (!h)
		return -ENOMEM;
	h->fd = fd;
	r = each(s, s->proc_fd, ".", true, look_at_files, h);
	flush(h);
	*ret_n = h->n;
	r = r ? r : h->error;
	free(h);
	return r;
}
