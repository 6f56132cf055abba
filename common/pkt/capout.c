// SPDX-License-Identifier: GPL-2.0-or-later
/* capout - see capout.h: the buffer, the account of what reached the file, and the two back-ends
 * that use write(2) and writev(2). */
#include "pkt/capout.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/bytes.h"

enum {
	POOL_SLACK = 4096,
	PCAP_HEAD_BYTES = 16,
	RESERVE_MIN_BYTES = 8 << 20,
	RESERVE_MAX_BYTES = 64 << 20,
	RESERVE_PARTS = 8, /* of the free space, one at most */
};

void capout_add_iov(struct capout *o, const void *data, size_t n)
{
	if (o->p > o->seg)
		o->iov[o->n_iov++] = (struct iovec){ o->seg, o->p - o->seg };
	o->seg = o->p;
	if (n)
		o->iov[o->n_iov++] = (struct iovec){ (void *)data, n };
}

void capout_end_run(struct capout *o)
{
	const uint8_t *run = o->run;
	size_t n = o->run_end - run;

	o->run = o->run_end = NULL;
	if (n >= MIN(o->ref_min, (size_t)CAPOUT_RUN_MIN)) {
		capout_add_iov(o, run, n);
		return;
	}
	memcpy(o->p, run, n); /* capout_has_room() keeps ref_min bytes for it */
	o->p += n;
}

/* Counts the records that are whole within the first 'n' bytes of 'span', and returns their bytes.
 */
static uint64_t settle_span(struct capout *o, const uint8_t *span, uint64_t n)
{
	uint64_t sum = 0;
	uint32_t cap_len;

	for (; n - sum >= PCAP_HEAD_BYTES; sum += PCAP_HEAD_BYTES + cap_len) {
		cap_len = get_le32(span + sum + 8);
		if (n - sum < PCAP_HEAD_BYTES + (uint64_t)cap_len)
			break;
		o->good_packets++;
		o->good_bytes += cap_len;
	}
	return sum;
}

/* Counts the records that are whole within what was written of 'b' as being there. */
static void settle_marks(struct capout *o, const struct capout_batch *b)
{
	const struct capout_mark *m;
	uint64_t sum = 0, n;
	uint32_t i;

	if (b->rc == 0) {
		o->good_packets = b->packets;
		o->good_bytes = b->bytes;
		o->good_file_bytes += b->written;
		return;
	}
	for (i = 0; i < b->n_marks; i++) {
		m = &b->marks[i];
		if (m->span) {
			n = settle_span(o, m->span, MIN(m->n_bytes, b->written - sum));
			sum += n;
			if (n < m->n_bytes)
				break;
			continue;
		}
		if (sum + m->n_bytes > b->written)
			break;
		sum += m->n_bytes;
		if (m->cap_len == CAPOUT_NO_PACKET)
			continue;
		o->good_packets++;
		o->good_bytes += m->cap_len;
	}
	o->good_file_bytes += sum;
}

/* Cuts the file back to the last whole record, and keeps the reason. */
static int give_up(struct capout *o, int code)
{
	uint64_t end = o->base + o->good_file_bytes;

	o->end = o->seg = o->p; /* no room any more: every put comes back here */
	if (o->can_cut && ftruncate(o->fd, end) == 0)
		o->file_bytes = o->good_file_bytes;
	return err_sys(&o->failed, code, "write %s at offset %llu", o->name,
		       (unsigned long long)end);
}

struct capout_batch capout_batch_of(const struct capout *o)
{
	return (struct capout_batch){
		.iov = o->iov,
		.marks = o->marks,
		.pool = o->pool,
		.pool_bytes = o->pool_bytes,
		.n_bytes = o->pending,
		.n_marks = o->n_marks,
		.n_iov = o->n_iov,
		.packets = o->packets,
		.bytes = o->bytes,
	};
}

void capout_batch_begin(struct capout *o, const struct capout_batch *b)
{
	o->iov = b->iov;
	o->marks = b->marks;
	o->pool = b->pool;
	o->pool_bytes = b->pool_bytes;
	o->p = o->seg = o->pool;
	o->end = o->pool + o->pool_bytes;
	o->n_iov = 0;
	o->n_marks = 0;
	o->pending = 0;
}

int capout_settle(struct capout *o, const struct capout_batch *b)
{
	if (!o->b->encodes)
		settle_marks(o, b);
	return b->rc < 0 ? give_up(o, -b->rc) : 0;
}

/* Has space allocated for what is about to be written and some more: by far less work for ext4 than
 * to reserve block after block. Left alone where there is little space, which others want too: what
 * ext4 has found before it fails stays allocated until unreserve(). */
static void reserve(struct capout *o)
{
	uint64_t at = o->file_bytes + o->queued, step;
	struct statfs fs;

	if (!o->may_reserve || at + o->pending <= o->reserved)
		return;
	at = MAX(at, o->reserved);
	step = MIN(MAX(at, (uint64_t)RESERVE_MIN_BYTES), (uint64_t)RESERVE_MAX_BYTES);
	o->may_reserve = fstatfs(o->fd, &fs) == 0 &&
			 (uint64_t)fs.f_bavail * fs.f_bsize / RESERVE_PARTS >= step;
	if (!o->may_reserve)
		return;
	o->may_reserve = fallocate(o->fd, FALLOC_FL_KEEP_SIZE, o->base + at, step) == 0;
	o->reserved = at + step;
}

/* Gives back what was reserved behind the end of the file. Space that cannot be given back is no
 * failure: the file is as it should be. */
static void unreserve(struct capout *o)
{
	if (o->reserved > o->file_bytes && ftruncate(o->fd, o->base + o->file_bytes) == 0)
		o->reserved = o->file_bytes;
}

int capout_push(struct capout *o, enum capout_push push)
{
	uint64_t before;
	struct capout_batch b;
	int r;

	if (o->failed.code)
		return -o->failed.code;
	if (o->run)
		capout_end_run(o);
	capout_add_iov(o, NULL, 0);
	if (o->n_iov == 0 && push == CAPOUT_MORE)
		return 0;
	if (push == CAPOUT_MORE)
		reserve(o);
	/* Memory stays bounded: a record that made its pool larger is not queued. */
	if (push == CAPOUT_MORE && o->may_thread && o->p - o->pool <= CAPOUT_POOL_BYTES &&
	    capout_thread_ready(o))
		return capout_thread_give(o);
	r = o->thread ? capout_thread_wait(o) : 0;
	if (r < 0)
		return r;
	b = capout_batch_of(o);
	before = o->file_bytes;
	b.rc = o->b->write(o, push);
	b.written = o->file_bytes - before;
	o->n_iov = 0;
	o->n_marks = 0;
	o->pending = 0;
	if (push == CAPOUT_END && b.rc == 0)
		unreserve(o);
	return capout_settle(o, &b);
}

int capout_make_room(struct capout *o, size_t n)
{
	int r = capout_push(o, CAPOUT_MORE);

	if (r < 0)
		return r;
	n += o->ref_min;
	if ((size_t)(o->end - o->p) >= n)
		return 0;
	r = o->b->room(o, n);
	return r < 0 ? give_up(o, -r) : 0;
}

int capout_write_all(int fd, struct iovec *v, unsigned int n, uint64_t *n_written)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	size_t step;
	ssize_t w;

	while (n > 0) {
		w = n == 1 ? write(fd, v->iov_base, v->iov_len) : writev(fd, v, n);
		if (w < 0 && errno == EAGAIN)
			(void)poll(&pfd, 1, -1);
		if (w < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (w <= 0)
			return w < 0 ? -errno : -ENOSPC;
		*n_written += w;
		while (w > 0) {
			step = MIN((size_t)w, v->iov_len);
			v->iov_base = (uint8_t *)v->iov_base + step;
			v->iov_len -= step;
			w -= step;
			if (v->iov_len == 0) {
				v++;
				n--;
			}
		}
	}
	return 0;
}

/* The pool of the back-ends that write from memory: emptied by each write, grown by a record that
 * is larger. */
int capout_pool_room(struct capout *o, size_t n)
{
	size_t want = ALIGN_UP(MAX(n, (size_t)CAPOUT_POOL_BYTES), (size_t)POOL_SLACK);
	uint8_t *pool;

	if (want > o->pool_bytes) {
		pool = mmap(NULL, want, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (pool == MAP_FAILED)
			return -errno;
		if (o->pool)
			munmap(o->pool, o->pool_bytes);
		o->pool = pool;
		o->pool_bytes = want;
	}
	o->p = o->seg = o->pool;
	o->end = o->pool + o->pool_bytes;
	return 0;
}

static int pool_init(struct capout *o)
{
	return capout_pool_room(o, 0);
}

static int pool_write(struct capout *o, enum capout_push push UNUSED)
{
	int r = capout_write_all(o->fd, o->iov, o->n_iov, &o->file_bytes);

	if (o->thread && o->p - o->pool > CAPOUT_POOL_BYTES)
		(void)madvise(o->pool, o->pool_bytes, MADV_DONTNEED); /* each batch has a pool */
	o->p = o->seg = o->pool;
	return r;
}

static void pool_free(struct capout *o)
{
	if (o->pool)
		munmap(o->pool, o->pool_bytes);
}

const struct capout_backend capout_plain = {
	.name = "write",
	.init = pool_init,
	.write = pool_write,
	.room = capout_pool_room,
	.free = pool_free,
	.threads = true,
};

const struct capout_backend capout_sg = {
	.name = "writev",
	.init = pool_init,
	.write = pool_write,
	.room = capout_pool_room,
	.free = pool_free,
	.by_ref = true,
	.threads = true,
};

/* Where a regular file that is not appended to stands; others cannot be cut. */
static void look_at(struct capout *o)
{
	int flags = fcntl(o->fd, F_GETFL);
	struct statfs fs;
	struct stat st;
	off_t at;

	if (fstat(o->fd, &st) < 0)
		return;
	o->regular = S_ISREG(st.st_mode);
	o->is_pipe = !o->regular;
	at = lseek(o->fd, 0, SEEK_CUR);
	o->base = at > 0 ? at : 0;
	o->can_cut = o->regular && at >= 0 && flags >= 0 && !(flags & O_APPEND);
	o->may_reserve = o->can_cut && o->b->threads && st.st_size <= at &&
			 fstatfs(o->fd, &fs) == 0 && fs.f_type == EXT4_SUPER_MAGIC;
}

int capout_open(struct capout *o, int fd, const char *name, const struct capout_backend *b,
		size_t ref_min, int zip_level)
{
	int r;

	*o = (struct capout){ .fd = fd, .b = b, .ref_min = ref_min, .zip_level = zip_level };
	o->name = strdup(name);
	o->marks = malloc(CAPOUT_MARKS * sizeof(*o->marks));
	o->iov = malloc(CAPOUT_IOVS * sizeof(*o->iov));
	if (!o->name || !o->marks || !o->iov)
		return err_sys(&o->failed, ENOMEM, "write %s", name);
	look_at(o);
	r = b->init(o);
	if (r == -EOPNOTSUPP && b != &capout_plain) {
		o->b = &capout_plain;
		r = o->b->init(o);
	}
	return r < 0 ? err_sys(&o->failed, -r, "write %s", name) : 0;
}

void capout_close(struct capout *o)
{
	capout_thread_free(o->thread);
	if (o->b)
		o->b->free(o);
	if (o->fd >= 0 && !o->keep_fd)
		close(o->fd);
	free(o->marks);
	free(o->iov);
	free(o->name);
	*o = (struct capout){ .fd = -1 };
}
