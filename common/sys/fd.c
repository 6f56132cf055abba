// SPDX-License-Identifier: GPL-2.0-or-later
/* fd - see fd.h. */
#include "sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>

enum { CHUNK_BYTES = 65536 };

ssize_t fd_read_full(int fd, void *buf, size_t n_bytes)
{
	size_t done = 0;
	ssize_t n;

	while (done < n_bytes) {
		n = read(fd, (char *)buf + done, n_bytes - done);
		if (n == 0)
			break;
		if (n > 0)
			done += n;
		else if (errno != EINTR)
			return -errno;
	}
	return done;
}

int fd_write_full(int fd, const void *buf, size_t n_bytes)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	size_t done = 0;
	ssize_t n;

	while (done < n_bytes) {
		n = write(fd, (const char *)buf + done, n_bytes - done);
		if (n > 0) {
			done += n;
		} else if (n == 0) {
			return -EIO;
		} else if (errno == EAGAIN) {
			if (poll(&p, 1, -1) < 0 && errno != EINTR)
				return -errno;
		} else if (errno != EINTR) {
			return -errno;
		}
	}
	return 0;
}

int fd_pwrite_full(int fd, const void *buf, size_t n_bytes, int64_t offset)
{
	size_t done = 0;
	ssize_t n;

	while (done < n_bytes) {
		n = pwrite(fd, (const char *)buf + done, n_bytes - done, offset + done);
		if (n > 0)
			done += n;
		else if (n == 0)
			return -EIO;
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int fd_read_text(int fd, const char *name, size_t max_bytes, struct str *out, struct err *e)
{
	size_t begin = out->len;

	for (;;) {
		ssize_t n;

		if (!str_room(out, CHUNK_BYTES + 1))
			return err_sys(e, ENOMEM, "read %s", name);
		n = fd_read_full(fd, out->p + out->len, CHUNK_BYTES);
		if (n < 0)
			return err_sys(e, -n, "read %s", name);
		out->len += n;
		out->p[out->len] = '\0';
		if (out->len - begin > max_bytes)
			return err_set(e, EFBIG, "%s has more than %zu bytes", name, max_bytes);
		if (n < CHUNK_BYTES)
			return 0;
	}
}

int fd_write_text(int fd, struct str *s, const char *what, struct err *e)
{
	int rc = s->failed ? -ENOMEM : fd_write_full(fd, str_text(s), s->len);

	str_clear(s);
	return rc ? err_sys(e, -rc, "%s", what) : 0;
}

int fd_print_text(struct str *s, struct err *e)
{
	int rc = fd_write_text(STDOUT_FILENO, s, "standard output", e);

	return rc == -EPIPE ? 0 : rc;
}

int fd_set_nonblock(int fd, int on)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0)
		return -errno;
	flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	return fcntl(fd, F_SETFL, flags) < 0 ? -errno : 0;
}

int fd_open_dir(const char *path, int *ret_fd, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(e, errno, "open folder %s", path);
	*ret_fd = fd;
	return 0;
}

/* A file to be filled and renamed to 'path'. Returns its descriptor, or -errno with 'e'. */
static int create_beside(const char *path, char *ret_beside, size_t size, struct err *e)
{
	int fd;

	if (snprintf(ret_beside, size, "%s.%d.new", path, (int)getpid()) >= (int)size)
		return err_set(e, ENAMETOOLONG, "%.64s... is too long a path", path);
	fd = open(ret_beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	return fd < 0 ? err_sys(e, errno, "create %s", ret_beside) : fd;
}

int fd_replace_check(const char *path, struct err *e)
{
	char beside[4096];
	int fd = create_beside(path, beside, sizeof(beside), e);

	if (fd < 0)
		return fd;
	close(fd);
	unlinkat(AT_FDCWD, beside, 0);
	return 0;
}

/* The sandbox lets renameat() and unlinkat() through, not rename() and unlink(). */
int fd_replace_text(const char *path, struct str *s, struct err *e)
{
	char beside[4096];
	int fd = create_beside(path, beside, sizeof(beside), e), rc;

	if (fd < 0)
		return fd;
	rc = fd_write_text(fd, s, beside, e);
	if (close(fd) && !rc)
		rc = err_sys(e, errno, "write %s", beside);
	if (!rc && renameat(AT_FDCWD, beside, AT_FDCWD, path))
		rc = err_sys(e, errno, "rename %s to %s", beside, path);
	if (rc)
		unlinkat(AT_FDCWD, beside, 0);
	return rc;
}
