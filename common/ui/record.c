// SPDX-License-Identifier: GPL-2.0-or-later
/* record - see record.h. */
#include "ui/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/bytes.h"
#include "sys/fd.h"

static const char magic[8] = "TKRECORD", frame_magic[4] = "FRAM";

enum { VERSION_1 = 1, HEAD_BYTES = 13, FRAME_HEAD = 32, LEVEL = 1 };

struct record_writer {
	int fd;
	const char *path; /* kept */
	struct str buf;
};

struct place {
	uint64_t offset; /* of what is stored */
	uint32_t stored, within, crc;
	int64_t mono_ns, real_ns;
};

struct record {
	int fd;
	char path[256]; /* for sentences */
	struct place *frames;
	size_t n, max;
	bool cut;
	struct str stored;
};

int record_create(const char *path, const char *program, struct record_writer **ret_w,
		  struct err *e)
{
	struct record_writer *w = calloc(1, sizeof(*w));
	uint8_t head[HEAD_BYTES + 255];
	struct wcur c = wcur_of(head, sizeof(head));
	int rc;

	if (!w)
		return err_sys(e, ENOMEM, "record to %s", path);
	wcur_bytes(&c, magic, sizeof(magic));
	wcur_le32(&c, VERSION_1);
	wcur_u8(&c, strlen(program));
	wcur_bytes(&c, program, strlen(program));
	w->path = path;
	w->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	rc = w->fd < 0 ? -errno : fd_write_full(w->fd, head, wcur_used(&c));
	if (rc) {
		close_p(&w->fd);
		free(w);
		return err_sys(e, -rc, "record to %s", path);
	}
	*ret_w = w;
	return 0;
}

int record_add(struct record_writer *w, int64_t mono_ns, int64_t real_ns, const void *data,
	       size_t n, struct err *e)
{
	size_t bound = ZSTD_compressBound(n), stored;
	struct wcur c;
	char *out;
	int rc;

	str_clear(&w->buf);
	if (n > RECORD_BYTES_MAX || !str_room(&w->buf, FRAME_HEAD + bound))
		return err_sys(e, ENOMEM, "record to %s", w->path);
	out = w->buf.p + FRAME_HEAD;
	stored = ZSTD_compress(out, bound, data, n, LEVEL);
	if (ZSTD_isError(stored))
		return err_set(e, EIO, "record to %s: %s", w->path, ZSTD_getErrorName(stored));
	c = wcur_of(w->buf.p, FRAME_HEAD);
	wcur_bytes(&c, frame_magic, sizeof(frame_magic));
	wcur_le32(&c, stored);
	wcur_le32(&c, n);
	wcur_le32(&c, crc32(0, (const Bytef *)out, stored));
	wcur_le64(&c, mono_ns);
	wcur_le64(&c, real_ns);
	rc = fd_write_full(w->fd, w->buf.p, FRAME_HEAD + stored);
	return rc ? err_sys(e, -rc, "record to %s", w->path) : 0;
}

int record_finish(struct record_writer *w, struct err *e)
{
	int rc;

	if (!w)
		return 0;
	rc = close(w->fd) ? err_sys(e, errno, "record to %s", w->path) : 0;
	str_free(&w->buf);
	free(w);
	return rc;
}

static int check_head(struct record *r, const char *program, uint64_t *ret_at, struct err *e)
{
	uint8_t head[HEAD_BYTES + 255];
	struct cur c;
	const uint8_t *name;
	ssize_t n = pread(r->fd, head, sizeof(head), 0);
	uint32_t version;
	uint8_t len;

	if (n < 0)
		return err_sys(e, errno, "read %s", r->path);
	c = cur_of(head, n);
	name = cur_take(&c, sizeof(magic));
	if (!name || memcmp(name, magic, sizeof(magic)))
		return err_set(e, EINVAL, "%s is not a recording", r->path);
	version = cur_le32(&c);
	len = cur_u8(&c);
	name = cur_take(&c, len);
	if (!name)
		return err_set(e, EINVAL, "%s is cut short in its first bytes", r->path);
	if (version != VERSION_1)
		return err_set(e, EINVAL, "%s is a recording of version %u; 1 is known here",
			       r->path, version);
	if (len != strlen(program) || memcmp(name, program, len))
		return err_set(e, EINVAL, "%s is a recording of another program, not of %s",
			       r->path, program);
	*ret_at = HEAD_BYTES + len;
	return 0;
}

static int keep(struct record *r, const struct place *p, struct err *e)
{
	struct place *grown;
	size_t max;

	if (r->n == r->max) {
		max = r->max ? r->max * 2 : 256;
		grown = reallocarray(r->frames, max, sizeof(*grown));
		if (!grown)
			return err_sys(e, ENOMEM, "read %s", r->path);
		r->frames = grown;
		r->max = max;
	}
	r->frames[r->n++] = *p;
	return 0;
}

/* The head of the frame at 'at' of a file of 'size' bytes; false if no whole frame begins there. */
static bool frame_at(const struct record *r, uint64_t at, uint64_t size, struct place *ret)
{
	uint8_t head[FRAME_HEAD];
	struct cur c = cur_of(head, sizeof(head));

	if (size - at < FRAME_HEAD || pread(r->fd, head, sizeof(head), at) != FRAME_HEAD)
		return false;
	if (memcmp(cur_take(&c, sizeof(frame_magic)), frame_magic, sizeof(frame_magic)))
		return false;
	ret->offset = at + FRAME_HEAD;
	ret->stored = cur_le32(&c);
	ret->within = cur_le32(&c);
	ret->crc = cur_le32(&c);
	ret->mono_ns = cur_le64(&c);
	ret->real_ns = cur_le64(&c);
	return ret->stored <= size - ret->offset && ret->stored <= RECORD_BYTES_MAX &&
	       ret->within <= RECORD_BYTES_MAX;
}

static int index_frames(struct record *r, uint64_t at, struct err *e)
{
	struct place p;
	struct stat st;
	int rc;

	if (fstat(r->fd, &st))
		return err_sys(e, errno, "read %s", r->path);
	while (at < (uint64_t)st.st_size && r->n < RECORD_FRAMES_MAX) {
		if (!frame_at(r, at, st.st_size, &p))
			break;
		rc = keep(r, &p, e);
		if (rc)
			return rc;
		at = p.offset + p.stored;
	}
	r->cut = at < (uint64_t)st.st_size;
	return 0;
}

int record_open(const char *path, const char *program, struct record **ret_r, struct err *e)
{
	AUTO(record_close_p) struct record *r = calloc(1, sizeof(*r));
	uint64_t at;
	int rc;

	if (!r)
		return err_sys(e, ENOMEM, "read %s", path);
	snprintf(r->path, sizeof(r->path), "%s", path);
	r->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (r->fd < 0)
		return err_sys(e, errno, "open %s", path);
	rc = check_head(r, program, &at, e);
	if (!rc)
		rc = index_frames(r, at, e);
	if (rc)
		return rc;
	*ret_r = TAKE(r, NULL);
	return 0;
}

void record_close(struct record *r)
{
	if (!r)
		return;
	close_p(&r->fd);
	free(r->frames);
	str_free(&r->stored);
	free(r);
}

void record_close_p(struct record **r)
{
	record_close(*r);
}

size_t record_count(const struct record *r)
{
	return r->n;
}

struct record_frame record_frame(const struct record *r, size_t i)
{
	return (struct record_frame){ r->frames[i].mono_ns, r->frames[i].real_ns };
}

bool record_is_cut(const struct record *r)
{
	return r->cut;
}

int record_read(struct record *r, size_t i, struct str *out, struct err *e)
{
	const struct place *p = &r->frames[i];
	size_t n;

	str_clear(out);
	str_clear(&r->stored);
	if (!str_room(&r->stored, p->stored) || !str_room(out, p->within))
		return err_sys(e, ENOMEM, "read %s", r->path);
	if (pread(r->fd, r->stored.p, p->stored, p->offset) != (ssize_t)p->stored)
		return err_set(e, EBADMSG, "%s: frame %zu is cut short", r->path, i);
	if (crc32(0, (const Bytef *)r->stored.p, p->stored) != p->crc)
		return err_set(e, EBADMSG, "%s: frame %zu is damaged", r->path, i);
	n = ZSTD_decompress(out->p, p->within, r->stored.p, p->stored);
	if (ZSTD_isError(n) || n != p->within)
		return err_set(e, EBADMSG, "%s: frame %zu is no %u bytes of zstd", r->path, i,
			       p->within);
	out->len = n;
	out->p[n] = '\0';
	return 0;
}
