// SPDX-License-Identifier: GPL-2.0-or-later
/* procs - see procs.h. */
#include "procs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/hash.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum { FIRST_SLOTS = 1024, MAX_INODES = 1 << 20, MAX_GROUPS = 4096, MAX_DEPTH = 12 };

struct holder {
	uint32_t inode, pid; /* inode 0: free */
};

struct cgroup {
	uint64_t id;
	char path[PROCS_GROUP];
};

struct procs {
	int proc_fd, cgroup_fd;
	struct holder *holders; /* a hash table with open addressing */
	uint32_t n_slots, n_holders;
	int64_t looked_ns, groups_looked_ns;
	struct cgroup *groups;
	size_t n_groups;
};

int procs_open(struct procs **ret_p, struct err *e)
{
	struct procs *p = calloc(1, sizeof(*p));

	if (p)
		p->holders = calloc(FIRST_SLOTS, sizeof(*p->holders));
	if (!p || !p->holders) {
		free(p);
		return err_set(e, ENOMEM, "out of memory");
	}
	p->n_slots = FIRST_SLOTS;
	p->proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	p->cgroup_fd = open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->proc_fd < 0) {
		err_sys(e, errno, "open /proc");
		procs_close(p);
		return -e->code;
	}
	*ret_p = p;
	return 0;
}

void procs_close(struct procs *p)
{
	if (!p)
		return;
	close_p(&p->proc_fd);
	close_p(&p->cgroup_fd);
	free(p->holders);
	free(p->groups);
	free(p);
}

void procs_close_p(struct procs **p)
{
	procs_close(*p);
}

static struct holder *slot(const struct procs *p, uint32_t inode)
{
	uint32_t i = hash_u64(inode) & (p->n_slots - 1);

	while (p->holders[i].inode && p->holders[i].inode != inode)
		i = (i + 1) & (p->n_slots - 1);
	return &p->holders[i];
}

static bool grow(struct procs *p)
{
	struct holder *old = p->holders, *more = calloc(p->n_slots * 2, sizeof(*more));
	uint32_t n = p->n_slots;

	if (!more)
		return false;
	p->holders = more;
	p->n_slots = n * 2;
	for (uint32_t i = 0; i < n; i++)
		if (old[i].inode)
			*slot(p, old[i].inode) = old[i];
	free(old);
	return true;
}

static void note_holder(struct procs *p, uint32_t inode, uint32_t pid)
{
	struct holder *h = slot(p, inode);

	if (!h->inode) {
		if (p->n_holders * 2 >= p->n_slots && (p->n_slots >= MAX_INODES || !grow(p)))
			return;
		h = slot(p, inode);
		p->n_holders++;
	}
	*h = (struct holder){ inode, pid };
}

/* The descriptors of one process that are sockets. */
static void look_at(struct procs *p, const char *pid)
{
	char path[280], link[64];
	struct dirent *d;
	unsigned int inode;
	int fd;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/fd", pid);
	fd = openat(p->proc_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		close_p(&fd);
		return;
	}
	while ((d = readdir(dir))) {
		ssize_t n = readlinkat(dirfd(dir), d->d_name, link, sizeof(link) - 1);

		if (n <= 0)
			continue;
		link[n] = '\0';
		if (sscanf(link, "socket:[%u]", &inode) == 1 && inode)
			note_holder(p, inode, strtoul(pid, NULL, 10));
	}
	closedir(dir);
}

static void look_at_all(struct procs *p)
{
	struct dirent *d;
	int fd = openat(p->proc_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		close_p(&fd);
		return;
	}
	memset(p->holders, 0, p->n_slots * sizeof(*p->holders));
	p->n_holders = 0;
	while ((d = readdir(dir)))
		if (isdigit((unsigned char)d->d_name[0]))
			look_at(p, d->d_name);
	closedir(dir);
}

uint32_t procs_pid(struct procs *p, uint32_t inode, int64_t now_ns)
{
	const struct holder *h = slot(p, inode);

	if (inode && !h->inode && (!p->looked_ns || now_ns - p->looked_ns >= NS_PER_S)) {
		p->looked_ns = now_ns;
		look_at_all(p);
		h = slot(p, inode);
	}
	return h->inode ? h->pid : 0;
}

bool procs_name(struct procs *p, uint32_t pid, char ret_name[PROCS_NAME])
{
	char path[32];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%u/comm", pid);
	fd = openat(p->proc_fd, path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, ret_name, PROCS_NAME - 1);
	close_p(&fd);
	if (n <= 0)
		return false;
	ret_name[n] = '\0';
	ret_name[strcspn(ret_name, "\n")] = '\0';
	return true;
}

/* The groups below folder 'fd' (taken over), whose path is 'path'. */
static void look_at_groups(struct procs *p, int fd, const char *path, unsigned int depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *d;
	struct stat st;

	if (!dir) {
		close(fd);
		return;
	}
	if (!fstat(dirfd(dir), &st) && p->n_groups < MAX_GROUPS) {
		struct cgroup *g = &p->groups[p->n_groups++];
		size_t len = strlen(path), cut = len < PROCS_GROUP ? 0 : len - PROCS_GROUP + 1;

		g->id = st.st_ino;
		memcpy(g->path, path + cut, len - cut + 1);
	}
	while ((d = readdir(dir)) && depth < MAX_DEPTH) {
		AUTO(str_free) struct str below = { 0 };

		if (d->d_type != DT_DIR || d->d_name[0] == '.')
			continue;
		fd = openat(dirfd(dir), d->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		str_addf(&below, "%s/%s", streq(path, "/") ? "" : path, d->d_name);
		if (fd >= 0)
			look_at_groups(p, fd, str_text(&below), depth + 1);
	}
	closedir(dir);
}

static const struct cgroup *known_group(const struct procs *p, uint64_t id)
{
	for (size_t i = 0; i < p->n_groups; i++)
		if (p->groups[i].id == id)
			return &p->groups[i];
	return NULL;
}

bool procs_cgroup(struct procs *p, uint64_t id, int64_t now_ns, char ret_path[PROCS_GROUP])
{
	const struct cgroup *g = known_group(p, id);
	int fd;

	if (!g && id && p->cgroup_fd >= 0 &&
	    (!p->groups_looked_ns || now_ns - p->groups_looked_ns >= NS_PER_S)) {
		p->groups_looked_ns = now_ns;
		p->n_groups = 0;
		if (!p->groups)
			p->groups = calloc(MAX_GROUPS, sizeof(*p->groups));
		fd = p->groups ? openat(p->cgroup_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
		if (fd >= 0)
			look_at_groups(p, fd, "/", 0);
		g = known_group(p, id);
	}
	if (g)
		memcpy(ret_path, g->path, sizeof(g->path));
	return g;
}
