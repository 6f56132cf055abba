// SPDX-License-Identifier: GPL-2.0-or-later
/* netns - see netns.h. A named namespace is watched by inotify on the folder of its name, one of a
 * process by a pidfd. */
#include "sys/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <linux/nsfs.h>

#include "base/num.h"
#include "sys/fd.h"

struct netns_watch {
	int fd;
	bool process;
	struct netns_id id;
	char path[512];
	char spec[256];
};

/* The path that 'spec' stands for; '*ret_pid' is 0 unless it is a process. */
static int spec_path(const char *spec, char *path, size_t size, uint64_t *ret_pid, struct err *e)
{
	uint64_t pid;
	int n;

	*ret_pid = 0;
	if (!*spec || !strcmp(spec, ".") || !strcmp(spec, "..") || strlen(spec) > 255)
		return err_set(e, EINVAL, "\"%.32s\" cannot name a network namespace", spec);
	if (strchr(spec, '/')) {
		n = snprintf(path, size, "%s", spec);
		return n < 0 ? -EINVAL : 0;
	}
	n = snprintf(path, size, "/run/netns/%s", spec);
	if (access(path, F_OK) == 0 || n < 0)
		return 0;
	if (!num_parse(spec, NUM_PLAIN, 1, INT32_MAX, "process", &pid, NULL)) {
		*ret_pid = pid;
		snprintf(path, size, "/proc/%u/ns/net", (unsigned int)pid);
	}
	return 0;
}

int netns_open(const char *spec, int *ret_fd, struct err *e)
{
	AUTO(close_p) int fd = -1;
	char path[512];
	uint64_t pid;
	int rc;

	rc = spec_path(spec, path, sizeof(path), &pid, e);
	if (rc)
		return rc;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT && pid)
		return err_set(e, ENOENT,
			       "network namespace %s: neither a name under /run/netns nor a "
			       "running process",
			       spec);
	if (fd < 0)
		return err_sys(e, errno, "open network namespace %s", path);
	if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET)
		return err_set(e, EINVAL, "%s is not a network namespace", path);
	*ret_fd = TAKE(fd, -1);
	return 0;
}

int netns_open_own(int *ret_fd, struct err *e)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(e, errno, "open the present network namespace");
	*ret_fd = fd;
	return 0;
}

int netns_enter(int fd, struct err *e)
{
	if (setns(fd, CLONE_NEWNET) == 0)
		return 0;
	if (errno == EPERM)
		return err_set(e, EPERM,
			       "entering a network namespace needs CAP_SYS_ADMIN: "
			       "run as root");
	return err_sys(e, errno, "enter the network namespace");
}

int netns_enter_named(const char *spec, struct err *e)
{
	AUTO(close_p) int fd = -1;
	int rc;

	if (!spec)
		return 0;
	rc = netns_open(spec, &fd, e);
	if (!rc)
		rc = netns_enter(fd, e);
	return rc ? err_prefix(e, "--netns %s", spec) : 0;
}

static struct netns_id id_of(const struct stat *st)
{
	return (struct netns_id){ .dev = st->st_dev, .ino = st->st_ino };
}

int netns_id(int fd, struct netns_id *ret_id, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, errno, "look at the network namespace");
	*ret_id = id_of(&st);
	return 0;
}

/* A watch on the folder of 'path', since the file itself is a mount that goes without notice. */
static int watch_folder(const char *path, struct err *e)
{
	AUTO(close_p) int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	const char *slash = strrchr(path, '/');
	char folder[512];

	if (fd < 0)
		return err_sys(e, errno, "open an inotify descriptor");
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path) + 1, path);
	if (inotify_add_watch(fd, folder,
			      IN_DELETE | IN_MOVED_FROM | IN_CREATE | IN_MOVED_TO |
				      IN_DELETE_SELF) < 0)
		return err_sys(e, errno, "watch folder %s", folder);
	return TAKE(fd, -1);
}

int netns_watch_open(const char *spec, int fd, struct netns_watch **ret_w, struct err *e)
{
	AUTO(netns_watch_close_p) struct netns_watch *w = calloc(1, sizeof(*w));
	uint64_t pid;
	int rc;

	if (!w)
		return err_sys(e, ENOMEM, "watch a network namespace");
	w->fd = -1;
	rc = spec_path(spec, w->path, sizeof(w->path), &pid, e);
	if (rc)
		return rc;
	rc = netns_id(fd, &w->id, e);
	if (rc)
		return rc;
	snprintf(w->spec, sizeof(w->spec), "%s", spec);
	w->process = pid;
	if (pid) {
		w->fd = syscall(SYS_pidfd_open, (pid_t)pid, 0);
		if (w->fd < 0)
			return err_sys(e, errno, "watch process %s", spec);
	} else {
		w->fd = watch_folder(w->path, e);
		if (w->fd < 0)
			return w->fd;
	}
	*ret_w = TAKE(w, NULL);
	return 0;
}

void netns_watch_close(struct netns_watch *w)
{
	if (!w)
		return;
	close_p(&w->fd);
	free(w);
}

void netns_watch_close_p(struct netns_watch **w)
{
	netns_watch_close(*w);
}

int netns_watch_fd(const struct netns_watch *w)
{
	return w->fd;
}

int netns_watch_gone(struct netns_watch *w, struct err *e)
{
	struct pollfd p = { .fd = w->fd, .events = POLLIN };
	char events[4096];
	struct stat st;

	if (w->process) {
		if (poll(&p, 1, 0) <= 0)
			return 0;
		err_set(e, ESRCH, "process %s, whose network namespace was given, has ended",
			w->spec);
		return 1;
	}
	/* What exactly happened does not matter: the name is looked at. */
	while (read(w->fd, events, sizeof(events)) > 0)
		;
	if (stat(w->path, &st) == 0 && st.st_dev == w->id.dev && st.st_ino == w->id.ino)
		return 0;
	err_set(e, ENOENT, "network namespace %s was deleted", w->spec);
	return 1;
}
