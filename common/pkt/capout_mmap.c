// SPDX-License-Identifier: GPL-2.0-or-later
/* capout_mmap - the back-end that writes a file through a mapping of it: records are put together
 * in the page cache. Space is allocated a window ahead, so that a full disk is an error here and
 * not a SIGBUS. Until the file is closed it ends in up to one window of zeros. */
#include "pkt/capout.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/sig.h"

enum { WINDOW_BYTES = 1 << 20, PAGE_BYTES = 4096 };

static void window_drop(struct capout *o)
{
	if (o->pool)
		munmap(o->pool, o->pool_bytes);
	o->pool = NULL;
	o->p = o->end = o->seg = NULL;
}

/* Maps the file from the page that it has got to so far. */
static int window_next(struct capout *o, size_t n)
{
	uint64_t at = o->base + o->file_bytes, from = at & ~(uint64_t)(PAGE_BYTES - 1);
	size_t want = ALIGN_UP(MAX(n + PAGE_BYTES, (size_t)WINDOW_BYTES), (size_t)PAGE_BYTES);
	void *p;

	window_drop(o);
	if (fallocate(o->fd, 0, from, want) < 0)
		return -errno;
	p = mmap(NULL, want, PROT_READ | PROT_WRITE, MAP_SHARED, o->fd, from);
	if (p == MAP_FAILED)
		return -errno;
	o->pool = p;
	o->pool_bytes = want;
	o->p = o->seg = o->pool + (at - from);
	o->end = o->pool + want;
	return 0;
}

static int window_init(struct capout *o)
{
	int r = o->can_cut ? window_next(o, 0) : -EOPNOTSUPP;

	sig_cover_lost_pages();
	if (r == 0 || r == -EOPNOTSUPP)
		return r;
	/* Not open for reading, or a file system without shared mappings. */
	if (ftruncate(o->fd, o->base) == 0 && (r == -EACCES || r == -ENODEV || r == -EBADF))
		return -EOPNOTSUPP;
	return r;
}

/* The bytes are in the file already: only counts them, and at the end cuts what is too much. Not
 * in one that others cut short: sig_cover_lost_pages(). */
static int window_write(struct capout *o, enum capout_push push)
{
	uint64_t n = 0;
	struct stat st;
	uint32_t i;

	for (i = 0; i < o->n_iov; i++)
		n += o->iov[i].iov_len;
	if (fstat(o->fd, &st) < 0)
		return -errno;
	if ((uint64_t)st.st_size < o->base + o->file_bytes + n)
		return -EIO;
	o->file_bytes += n;
	if (push != CAPOUT_END)
		return 0;
	window_drop(o);
	return ftruncate(o->fd, o->base + o->file_bytes) < 0 ? -errno : 0;
}

const struct capout_backend capout_mmap = {
	.name = "mmap",
	.init = window_init,
	.write = window_write,
	.room = window_next,
	.free = window_drop,
};
