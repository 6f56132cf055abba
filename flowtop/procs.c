// SPDX-License-Identifier: GPL-2.0-or-later
/* procs - see procs.h. */
#include "procs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/hash.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum { MAX_GROUPS = 4096, MAX_DEPTH = 12 };

struct cgroup {
	uint64_t id;
	char path[PROCS_GROUP];
};

struct procs {
	int cgroup_fd;
	struct helper_holder *holders; /* the helper's last answer */
	size_t n_holders;
	uint32_t *slots; /* number + 1 in it by a hash of the inode; 0 free */
	size_t n_slots;	 /* a power of two; 0: none */
	int64_t groups_looked_ns;
	struct cgroup *groups;
	size_t n_groups;
};

int procs_open(struct procs **ret_p, struct err *e)
{
	struct procs *p = calloc(1, sizeof(*p));

	if (!p)
		return err_set(e, ENOMEM, "out of memory");
	p->cgroup_fd = open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*ret_p = p;
	return 0;
}

void procs_close(struct procs *p)
{
	if (!p)
		return;
	close_p(&p->cgroup_fd);
	helper_holders_put(p->holders, p->n_holders);
	free(p->slots);
	free(p->groups);
	free(p);
}

static uint32_t *slot(const struct procs *p, uint32_t inode)
{
	size_t i = hash_u64(inode) & (p->n_slots - 1);

	while (p->slots[i] && p->holders[p->slots[i] - 1].inode != inode)
		i = (i + 1) & (p->n_slots - 1);
	return &p->slots[i];
}

void procs_take(struct procs *p, struct helper_holder *v, size_t n)
{
	size_t room = 1;

	helper_holders_put(p->holders, p->n_holders);
	p->holders = v;
	p->n_holders = n;
	while (room < 2 * n)
		room *= 2;
	free(p->slots);
	p->slots = calloc(room, sizeof(*p->slots)); /* without memory nobody is known */
	p->n_slots = p->slots ? room : 0;
	for (size_t i = 0; i < n && p->n_slots; i++)
		*slot(p, v[i].inode) = i + 1;
}

const struct helper_holder *procs_holder(const struct procs *p, uint32_t inode)
{
	uint32_t number = inode && p->n_slots ? *slot(p, inode) : 0;

	return number ? &p->holders[number - 1] : NULL;
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
