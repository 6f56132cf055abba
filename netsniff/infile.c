// SPDX-License-Identifier: GPL-2.0-or-later
/* infile - see infile.h. */
#include "infile.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/str.h"
#include "sys/sig.h"

int infiles_open(const struct job *job, struct infiles *ret_f, struct err *e)
{
	AUTO(infiles_close) struct infiles f = { .n = 0 };

	for (unsigned int i = 0; i < job->in.n; i++) {
		const char *name = job->in.v[i];
		bool is_stdin = streq(name, "-");
		int fd, code;

		sig_release();
		fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) :
				open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		code = errno;
		sig_hold();
		if (fd < 0)
			return err_sys(e, code, "open %s", is_stdin ? "standard input" : name);
		f.v[f.n++] = (struct infile){ .name = is_stdin ? "standard input" : name,
					      .fd = fd,
					      .start = lseek(fd, 0, SEEK_CUR),
					      .unmapped = job->write_method == WRITE_CLRW };
	}
	*ret_f = TAKE(f, (struct infiles){ .n = 0 });
	return 0;
}

void infiles_close(struct infiles *f)
{
	while (f->n)
		close(f->v[--f->n].fd);
}

int infile_fd(const struct infile *f, struct err *e)
{
	int fd = fcntl(f->fd, F_DUPFD_CLOEXEC, 3);

	if (fd < 0)
		return err_sys(e, errno, "open %s", f->name);
	if (f->start >= 0 && lseek(fd, f->start, SEEK_SET) < 0) {
		close(fd);
		return err_sys(e, errno, "read %s from its beginning", f->name);
	}
	return fd;
}

bool infiles_can_rewind(const struct infiles *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].start < 0)
			return false;
	return true;
}
