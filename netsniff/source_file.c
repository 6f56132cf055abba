// SPDX-License-Identifier: GPL-2.0-or-later
/* source_file - capture files and standard input as a source. A pipe is read without blocking, so
 * that what was printed or written gets out while nothing comes, and signals are heard. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/fd.h"

struct file_source {
	struct source source;
	struct capfile *file;
	bool was_blocking; /* put back at the end: others may share the pipe */
};

static struct file_source *of(struct source *s)
{
	return (struct file_source *)s;
}

static int file_next(struct source *s, struct pkt *ret_p, unsigned int max, struct err *e)
{
	return capfile_next_batch(of(s)->file, ret_p, max, e);
}

static const struct pkt_iface *file_iface(struct source *s, uint32_t i)
{
	return capfile_iface(of(s)->file, i);
}

static void file_progress(struct source *s, uint64_t *ret_done, uint64_t *ret_all)
{
	capfile_progress(of(s)->file, ret_done, ret_all);
}

static struct capfile *file_capfile(struct source *s)
{
	return of(s)->file;
}

static void file_close(struct source *s)
{
	/* What cannot be put back at the end of a run is not worth a failure. */
	if (of(s)->was_blocking && fd_set_nonblock(s->fd, 0) < 0)
		of(s)->was_blocking = false;
	capfile_close(of(s)->file);
	free(s);
}

static const struct source_ops file_ops = {
	.next = file_next,
	.iface = file_iface,
	.progress = file_progress,
	.capfile = file_capfile,
	.close = file_close,
};

int source_file_open(const struct infile *f, struct source **ret_s, struct err *e)
{
	struct file_source *s;
	struct stat st;
	int r, fd = infile_fd(f, e);

	if (fd < 0)
		return fd;
	s = calloc(1, sizeof(*s));
	if (!s) {
		close(fd);
		return err_sys(e, ENOMEM, "%s", f->name);
	}
	s->source = (struct source){ .ops = &file_ops, .name = f->name, .fd = -1 };
	r = f->unmapped ? capfile_fdopen_unmapped(fd, f->name, &s->file, e)
			: capfile_fdopen(fd, f->name, &s->file, e);
	if (r < 0) {
		free(s);
		return r;
	}
	s->source.fd = capfile_fd(s->file);
	if (!fstat(s->source.fd, &st) && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		s->was_blocking = !(fcntl(s->source.fd, F_GETFL) & O_NONBLOCK) &&
				  !fd_set_nonblock(s->source.fd, 1);
	*ret_s = &s->source;
	return 0;
}
