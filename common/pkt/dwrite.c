// SPDX-License-Identifier: GPL-2.0-or-later
/* dwrite - see dwrite.h. */
#include "pkt/dwrite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/log.h"
#include "pkt/inplace.h"
#include "sys/cpu.h"

enum {
	UNIT = INPLACE_UNIT_BYTES,
	SCRATCH_BYTES = 48 * UNIT, /* section and interfaces, statistics at the end */
	IDB_ROOM = 24 * UNIT,      /* more than one description takes, filter and all */
};

/* Blocks laid out together and written by one call. */
struct batch {
	unsigned int n;
	struct inplace blocks[DWRITE_BATCH];
	uint8_t *bounce; /* two units a block */
};

struct dwrite {
	int fd;
	const char *name;
	int failed; /* -errno of the write that failed */
	uint64_t offset;
	struct dwrite_counts count;
	struct batch batches[2];
	unsigned int current; /* the batch that is being laid out */
	uint8_t *scratch;     /* SCRATCH_BYTES */

	/* The writer thread, if there is one, and what it is to write: under the lock. */
	bool threaded, quit;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct batch *work; /* NULL: nothing */
	struct err work_err;
	int work_rc;
	bool submitted; /* and not waited for yet; the caller's own */
	int cpu;
};

bool dwrite_possible(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	struct statx sx;

	if (flags < 0)
		return false;
#ifdef STATX_DIOALIGN
	/* Linux 6.1: 0 says no direct I/O on this file. */
	if (statx(fd, "", AT_EMPTY_PATH, STATX_DIOALIGN | STATX_TYPE, &sx) == 0) {
		if (!S_ISREG(sx.stx_mode))
			return false;
		if ((sx.stx_mask & STATX_DIOALIGN) &&
		    (!sx.stx_dio_offset_align || UNIT % sx.stx_dio_offset_align ||
		     UNIT % sx.stx_dio_mem_align))
			return false;
	}
#endif
	return fcntl(fd, F_SETFL, flags | O_DIRECT) == 0;
}

int dwrite_new(struct dwrite **ret_d, struct err *e)
{
	AUTO(dwrite_free_p) struct dwrite *d = calloc(1, sizeof(*d));

	if (!d)
		return err_set(e, ENOMEM, "out of memory");
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->changed, NULL);
	d->batches[0].bounce = aligned_alloc(UNIT, 2 * UNIT * DWRITE_BATCH);
	d->batches[1].bounce = aligned_alloc(UNIT, 2 * UNIT * DWRITE_BATCH);
	d->scratch = aligned_alloc(UNIT, SCRATCH_BYTES);
	if (!d->batches[0].bounce || !d->batches[1].bounce || !d->scratch)
		return err_set(e, ENOMEM, "out of memory");
	*ret_d = TAKE(d, NULL);
	return 0;
}

void dwrite_free(struct dwrite *d)
{
	if (!d)
		return;
	if (d->threaded) {
		pthread_mutex_lock(&d->lock);
		d->quit = true;
		pthread_cond_broadcast(&d->changed);
		pthread_mutex_unlock(&d->lock);
		pthread_join(d->thread, NULL);
	}
	pthread_cond_destroy(&d->changed);
	pthread_mutex_destroy(&d->lock);
	free(d->batches[0].bounce);
	free(d->batches[1].bounce);
	free(d->scratch);
	free(d);
}

void dwrite_free_p(struct dwrite **d)
{
	dwrite_free(*d);
}

/* Cuts the file back to 'd->offset', up to where it is known to be whole. */
static int fail(struct dwrite *d, int code, struct err *e)
{
	d->failed = -code;
	d->count.file_bytes = d->offset;
	if (ftruncate(d->fd, d->offset) < 0)
		return err_sys(e, errno, "%s: cut back to its last whole block", d->name);
	return err_sys(e, code, "write %s", d->name);
}

/* Writes 'iov' at the end of the file; 'iov' is used up. A short write (a full disk, a file size
 * limit) goes on where it stopped and so finds out why. Returns 0 or -errno, and the bytes that
 * were written in either case. */
static int write_all(const struct dwrite *d, struct iovec *iov, unsigned int n, uint64_t *ret_bytes)
{
	uint64_t at = d->offset;
	ssize_t done;
	int rc = 0;

	while (n) {
		done = pwritev(d->fd, iov, n, at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			rc = done < 0 ? -errno : -ENOSPC;
			break;
		}
		at += done;
		for (; n && (size_t)done >= iov->iov_len; iov++, n--)
			done -= iov->iov_len;
		if (n) {
			iov->iov_base = (uint8_t *)iov->iov_base + done;
			iov->iov_len -= done;
		}
	}
	*ret_bytes = at - d->offset;
	return rc;
}

static void advance(struct dwrite *d, uint64_t bytes)
{
	d->offset += bytes;
	d->count.file_bytes = d->offset;
}

/* Writes the blocks in 'w', which lie in the scratch page, and empties it; the last one, at 'last',
 * has options and is filled up to whole units. */
static int write_scratch(struct dwrite *d, struct wcur *w, size_t last, struct err *e)
{
	size_t used = wcur_used(w), end = ALIGN_UP(used + 8, (size_t)UNIT);
	struct wcur tail = wcur_of(d->scratch + used - 8, end - used + 8);
	uint64_t written;
	uint32_t total;
	struct iovec iov;
	int rc;

	if (w->failed || end > SCRATCH_BYTES)
		return err_set(e, E2BIG, "%s: the description of an interface is too long",
			       d->name);
	/* The last block grows by an option that says nothing, before its opt_endofopt. */
	total = get_le32(d->scratch + last + 4) + (end - used);
	pcapng_enc_filler(&tail, end - used);
	pcapng_enc_opt_end(&tail);
	wcur_le32(&tail, total);
	put_le32(d->scratch + last + 4, total);
	iov = (struct iovec){ d->scratch, end };
	rc = write_all(d, &iov, 1, &written);
	if (rc)
		return fail(d, -rc, e);
	advance(d, end);
	*w = wcur_of(d->scratch, SCRATCH_BYTES);
	return 0;
}

int dwrite_begin(struct dwrite *d, int fd, const char *name, const struct pcapng_section *s,
		 const struct pkt_iface *ifaces, uint32_t n_ifaces, struct err *e)
{
	struct wcur w = wcur_of(d->scratch, SCRATCH_BYTES);
	size_t last = 0;
	uint32_t i;
	int rc = 0;

	d->fd = fd;
	d->name = name;
	d->failed = 0;
	d->offset = 0;
	d->count = (struct dwrite_counts){ 0 };
	pcapng_enc_shb(&w, s);
	for (i = 0; !rc && i < n_ifaces; i++) {
		last = wcur_used(&w);
		pcapng_enc_idb(&w, &ifaces[i]);
		if (i + 1 == n_ifaces || wcur_used(&w) > SCRATCH_BYTES - IDB_ROOM)
			rc = write_scratch(d, &w, last, e);
	}
	return n_ifaces ? rc : write_scratch(d, &w, 0, e);
}

int dwrite_iface(struct dwrite *d, const struct pkt_iface *i, struct err *e)
{
	struct wcur w = wcur_of(d->scratch, SCRATCH_BYTES);

	if (d->failed)
		return err_sys(e, -d->failed, "write %s", d->name);
	pcapng_enc_idb(&w, i);
	return write_scratch(d, &w, 0, e);
}

uint32_t dwrite_add(struct dwrite *d, const struct block *b, uint32_t iface, uint32_t max_pkts,
		    const struct pcapng_stats *s)
{
	struct batch *batch = &d->batches[d->current];
	struct inplace *l = &batch->blocks[batch->n];

	if (batch->n == DWRITE_BATCH)
		return 0;
	inplace_lay(b, iface, max_pkts, s, batch->bounce + (size_t)batch->n * 2 * UNIT, l);
	if (l->n_pkts)
		batch->n++;
	return l->n_pkts;
}

unsigned int dwrite_queued(const struct dwrite *d)
{
	return d->batches[d->current].n;
}

/* Writes a batch and counts what became of it; empties it. */
static int write_batch(struct dwrite *d, struct batch *batch, struct err *e)
{
	struct iovec iov[DWRITE_BATCH * INPLACE_IOV];
	const struct inplace *l;
	unsigned int i, n = 0;
	uint64_t written = 0;
	int rc = d->failed;

	for (i = 0; i < batch->n; i++) {
		memcpy(iov + n, batch->blocks[i].iov, batch->blocks[i].n_iov * sizeof(*iov));
		n += batch->blocks[i].n_iov;
	}
	if (!rc)
		rc = write_all(d, iov, n, &written);
	for (i = 0; i < batch->n; i++) {
		l = &batch->blocks[i];
		/* What stands whole before the failure counts; from there on nothing does. */
		if (written < l->bytes) {
			written = 0;
			d->count.not_written += l->n_pkts;
			continue;
		}
		written -= l->bytes;
		advance(d, l->bytes);
		d->count.packets += l->n_pkts;
		d->count.data_bytes += l->data_bytes;
	}
	batch->n = 0;
	return rc ? fail(d, -rc, e) : 0;
}

static void *write_loop(void *arg)
{
	struct dwrite *d = arg;

	struct err e = { 0 };

	if (d->cpu >= 0 && cpu_pin(d->cpu, &e) < 0)
		log_warn("writer thread: %s", e.text);
	pthread_mutex_lock(&d->lock);
	while (!d->quit) {
		if (!d->work) {
			pthread_cond_wait(&d->changed, &d->lock);
			continue;
		}
		pthread_mutex_unlock(&d->lock);
		d->work_rc = write_batch(d, d->work, &d->work_err);
		pthread_mutex_lock(&d->lock);
		d->work = NULL;
		pthread_cond_broadcast(&d->changed);
	}
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

int dwrite_thread(struct dwrite *d, int cpu, struct err *e)
{
	int code;

	if (d->threaded)
		return 0;
	d->cpu = cpu;
	code = pthread_create(&d->thread, NULL, write_loop, d);
	if (code)
		return err_sys(e, code, "start the writer thread");
	d->threaded = true;
	return 0;
}

void dwrite_submit(struct dwrite *d)
{
	pthread_mutex_lock(&d->lock);
	d->work = &d->batches[d->current];
	d->current = !d->current;
	d->submitted = true;
	pthread_cond_broadcast(&d->changed);
	pthread_mutex_unlock(&d->lock);
}

int dwrite_wait(struct dwrite *d, struct err *e)
{
	if (!d->submitted)
		return 0;
	pthread_mutex_lock(&d->lock);
	while (d->work)
		pthread_cond_wait(&d->changed, &d->lock);
	pthread_mutex_unlock(&d->lock);
	d->submitted = false;
	if (d->work_rc && e)
		*e = d->work_err;
	return d->work_rc;
}

int dwrite_flush(struct dwrite *d, struct err *e)
{
	int rc = dwrite_wait(d, e);

	if (!d->batches[d->current].n)
		return rc;
	/* After a failure this one fails too, and is counted. */
	return write_batch(d, &d->batches[d->current], e);
}

int dwrite_end(struct dwrite *d, int64_t now_ns, const struct pcapng_stats *s, uint32_t n,
	       struct err *e)
{
	struct wcur w = wcur_of(d->scratch, SCRATCH_BYTES);
	size_t last = 0;
	int rc = 0;
	uint32_t i;

	if (d->failed)
		return err_sys(e, -d->failed, "write %s", d->name);
	for (i = 0; !rc && i < n; i++) {
		last = wcur_used(&w);
		pcapng_enc_isb(&w, i, now_ns, &s[i], 0);
		if (i + 1 == n || wcur_used(&w) > SCRATCH_BYTES - IDB_ROOM)
			rc = write_scratch(d, &w, last, e);
	}
	return rc;
}

void dwrite_get_counts(const struct dwrite *d, struct dwrite_counts *ret_c)
{
	*ret_c = d->count;
}
