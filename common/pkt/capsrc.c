// SPDX-License-Identifier: GPL-2.0-or-later
/* capsrc - see capsrc.h. A mapping is populated one window ahead and given back behind, so that few
 * of its pages are resident; populating tells of most files that became shorter. Where a page is
 * lost later, a load gives zeros, and capfile asks capsrc_is_cut() before it believes them. The
 * stream buffer grows only when data has arrived to fill it: a length that lies costs nothing. */
#include "pkt/capsrc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/sig.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

enum {
	WINDOW_BYTES = 2 << 20,
	KEEP_BYTES = 4 << 20, /* behind: what a writer that takes no copies is still at work on */
	BUF_BYTES = 256 << 10,
	IN_BYTES = 64 << 10,
	PAGE_BYTES = 4096,
};

/* Makes the mapping readable up to 'n' bytes behind s->p. */
static int fill_map(struct capsrc *s, size_t n, struct err *e)
{
	uint64_t pos = s->p - s->map, at = s->end_off, to, keep;

	if (s->map_bytes - pos < n)
		n = s->map_bytes - pos;
	to = MIN(ALIGN_UP(pos + n + 1, (uint64_t)WINDOW_BYTES), s->map_bytes);
	if (to > at) {
		if (madvise((void *)(s->map + at), to - at, MADV_POPULATE_READ) < 0 &&
		    errno != EINVAL)
			return err_sys(e, errno == EFAULT ? EIO : errno,
				       "%s: read at offset %llu", s->name,
				       (unsigned long long)at);
		keep = pos > KEEP_BYTES ? (pos - KEEP_BYTES) & ~(uint64_t)(PAGE_BYTES - 1) : 0;
		if (keep > s->dropped) {
			(void)madvise((void *)(s->map + s->dropped), keep - s->dropped,
				      MADV_DONTNEED);
			s->dropped = keep;
		}
		s->end = s->map + to;
		s->end_off = to;
	}
	return 0;
}

/* Room for more at the end of the buffer: moves what is left to its start, or grows it. */
static int make_room(struct capsrc *s, struct err *e)
{
	size_t left = s->end - s->p, want;
	void *buf;

	if (s->p > s->buf && left < s->buf_bytes) {
		memmove(s->buf, s->p, left);
	} else {
		want = MIN(s->buf_bytes * 2, (size_t)ALIGN_UP(CAPSRC_NEED_MAX, PAGE_BYTES));
		buf = mremap(s->buf, s->buf_bytes, want, MREMAP_MAYMOVE);
		if (buf == MAP_FAILED)
			return err_sys(e, errno, "%s: buffer of %zu bytes", s->name, want);
		s->buf = buf;
		s->buf_bytes = want;
	}
	s->p = s->buf;
	s->end = s->buf + left;
	return 0;
}

static int read_fd(struct capsrc *s, void *to, size_t n_bytes, struct err *e)
{
	ssize_t n = read(s->fd, to, n_bytes);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return -errno;
	if (n < 0)
		return err_sys(e, errno, "%s: read at offset %llu", s->name,
			       (unsigned long long)s->raw_off);
	s->raw_off += n;
	return n;
}

int capsrc_read_in(struct capsrc *s, struct err *e)
{
	int n;

	if (s->in_eof)
		return 0;
	n = read_fd(s, s->in, IN_BYTES, e);
	if (n < 0)
		return n;
	s->in_pos = 0;
	s->in_len = n;
	s->in_eof = n == 0;
	return n > 0;
}

/* Appends what can be had to the buffer. Returns 1, 0 at the end, -errno. */
static int append(struct capsrc *s, struct err *e)
{
	size_t room = s->buf + s->buf_bytes - s->end, got = 0;
	uint8_t *to = (uint8_t *)s->end;
	int r;

	if (!s->zip) {
		r = read_fd(s, to, room, e);
		if (r <= 0)
			return r;
		got = r;
	} else {
		if (s->in_pos == s->in_len && !s->out_full) {
			r = capsrc_read_in(s, e);
			if (r < 0)
				return r;
			if (r == 0)
				return s->zip->finish(s, e);
		}
		r = s->zip->decode(s, to, room, &got, e);
		s->out_full = got == room;
		if (r < 0 && got == 0)
			return r;
	}
	s->end += got;
	s->end_off += got;
	return 1;
}

static int fill_stream(struct capsrc *s, size_t n, struct err *e)
{
	int r;

	while ((size_t)(s->end - s->p) < n) {
		if (s->failed.code) {
			if (e)
				*e = s->failed;
			return -s->failed.code;
		}
		if (s->eof)
			return 0;
		if ((s->end == s->buf + s->buf_bytes || s->p == s->end) && s->end != s->buf) {
			r = make_room(s, e);
			if (r < 0)
				return r;
		}
		r = append(s, &s->failed);
		if (r == -EINTR || r == -EAGAIN)
			return r;
		if (r == 0)
			s->eof = true;
	}
	return 1;
}

int capsrc_fill(struct capsrc *s, size_t n, struct err *e)
{
	int r;

	if (!s->map)
		return fill_stream(s, n, e);
	r = fill_map(s, n, e);
	if (r < 0)
		return r;
	return (size_t)(s->end - s->p) >= n;
}

int capsrc_skip(struct capsrc *s, uint64_t *n, struct err *e)
{
	uint64_t step;
	int r;

	while (*n > 0) {
		r = capsrc_need(s, 1, e);
		if (r != 1)
			return r;
		step = MIN((uint64_t)(s->end - s->p), *n);
		s->p += step;
		*n -= step;
	}
	return 1;
}

/* A regular file that is not compressed is mapped from its current position on. */
static int open_map(struct capsrc *s, uint64_t n_bytes, struct err *e)
{
	void *p = mmap(NULL, n_bytes, PROT_READ, MAP_SHARED, s->fd, 0);

	if (p == MAP_FAILED)
		return err_sys(e, errno, "%s: mmap", s->name);
	(void)madvise(p, n_bytes, MADV_SEQUENTIAL);
	sig_cover_lost_pages();
	s->map = s->p = s->end = p;
	s->map_bytes = n_bytes;
	return 0;
}

bool capsrc_is_cut(const struct capsrc *s)
{
	struct stat st;

	return s->map && fstat(s->fd, &st) == 0 && (uint64_t)st.st_size < s->map_bytes;
}

static int open_stream(struct capsrc *s, struct err *e)
{
	s->buf = mmap(NULL, BUF_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s->buf == MAP_FAILED) {
		s->buf = NULL;
		return err_sys(e, errno, "%s: buffer", s->name);
	}
	s->buf_bytes = BUF_BYTES;
	s->p = s->end = s->buf;
	return 0;
}

/* The bytes read so far turn out to be compressed: they become the decoder's input. */
static int start_zip(struct capsrc *s, const struct capsrc_zip *z, struct err *e)
{
	size_t n = s->end - s->p;

	s->in = malloc(MAX((size_t)IN_BYTES, n));
	if (!s->in)
		return err_sys(e, ENOMEM, "%s", s->name);
	memcpy(s->in, s->p, n);
	s->in_len = n;
	s->p = s->end = s->buf;
	s->end_off = 0;
	s->zip = z;
	return z->init(s, e);
}

int capsrc_open(struct capsrc *s, int fd, const char *name, bool may_map, struct err *e)
{
	const struct capsrc_zip *z;
	uint8_t magic[4] = { 0 };
	bool regular;
	struct stat st;
	int r;

	*s = (struct capsrc){ .fd = fd, .name = strdup(name) };
	if (!s->name)
		return err_sys(e, ENOMEM, "open %s", name);
	if (fstat(fd, &st) < 0)
		return err_sys(e, errno, "%s: stat", name);
	if (S_ISDIR(st.st_mode))
		return err_sys(e, EISDIR, "open %s", name);
	regular = S_ISREG(st.st_mode) && st.st_size > 0 && lseek(fd, 0, SEEK_CUR) == 0;
	if (regular) {
		s->raw_all = st.st_size;
		if (may_map && pread(fd, magic, sizeof(magic), 0) == 4 && !capsrc_zip_of(magic))
			return open_map(s, st.st_size, e);
	}
	r = open_stream(s, e);
	if (r < 0)
		return r;
	do
		r = fill_stream(s, sizeof(magic), e);
	while (r == -EINTR);
	if (r < 0)
		return r == -EAGAIN ? err_sys(e, EAGAIN, "%s: read", name) : r;
	z = r == 1 ? capsrc_zip_of(s->p) : NULL;
	return z ? start_zip(s, z, e) : 0;
}

void capsrc_close(struct capsrc *s)
{
	if (s->zip)
		s->zip->free(s);
	if (s->map)
		munmap((void *)s->map, s->map_bytes);
	if (s->buf)
		munmap(s->buf, s->buf_bytes);
	if (s->fd >= 0)
		close(s->fd);
	free(s->in);
	free(s->name);
	*s = (struct capsrc){ .fd = -1 };
}
