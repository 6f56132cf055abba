// SPDX-License-Identifier: GPL-2.0-or-later
/* capout - where the records of a capture file that is written go: gathered in one buffer, or left
 * where they lie, and handed on in large pieces by one of several back-ends. Always cuts a file
 * that could not be written back to its last whole record. Private to capwrite.
 *
 * With a thread (capout_thread) full batches are written beside the next one's being put together;
 * all but that is done by the thread that puts.
 *
 * A record: capout_start(), bytes at o->p (stepped over by the caller) and capout_ref()s,
 * capout_done(). Or capout_run() for one that lies somewhere as it is to be written. */
#ifndef PKT_CAPOUT_H
#define PKT_CAPOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/uio.h>

#include "base/attr.h"
#include "base/err.h"
#include "pkt/pkt.h"

enum {
	CAPOUT_POOL_BYTES = 512 << 10,
	CAPOUT_BATCH_BYTES = 1 << 20, /* handed on when so much waits, copied or not */
	CAPOUT_MARKS = 16384,         /* records in a batch */
	CAPOUT_IOVS = 1000,           /* below IOV_MAX */
	CAPOUT_RUN_MIN = 768,         /* runs from here on are not copied, if ref_min is higher */
	CAPOUT_BATCHES = 3,           /* with a thread: one being put together, others written */
	CAPOUT_NO_PACKET = UINT32_MAX,
};

struct capout;
struct capout_thread;

/* How far bytes are to get: on, so that a reader sees them, or to the end of the file. */
enum capout_push { CAPOUT_MORE, CAPOUT_FLUSH, CAPOUT_END };

struct capout_backend {
	const char *name;
	/* Readies o->pool. Returns 0, -errno; -EOPNOTSUPP: take the plain one instead. */
	int (*init)(struct capout *o);
	/* Writes o->iov[0..n_iov), adds to o->file_bytes what the file got. 0 or -errno. */
	int (*write)(struct capout *o, enum capout_push push);
	/* Room for a record of 'n' bytes in an empty o->pool. 0 or -errno. */
	int (*room)(struct capout *o, size_t n);
	void (*free)(struct capout *o);
	bool by_ref;  /* takes bytes where they lie */
	bool threads; /* write() is capout_write_all(): a thread can do it */
	/* What is in the file are not the records themselves: write() keeps the good_ counts. */
	bool encodes;
};

struct capout_mark {
	const uint8_t *span; /* records of classic pcap, little endian; NULL: one of any kind */
	uint32_t n_bytes, cap_len; /* cap_len: of a record; CAPOUT_NO_PACKET */
};

/* Records that are handed on together, and what became of them. */
struct capout_batch {
	struct iovec *iov;
	struct capout_mark *marks;
	uint8_t *pool;
	size_t pool_bytes, n_bytes;
	uint32_t n_marks, n_iov;
	uint64_t packets, bytes; /* put when its last record was */
	uint64_t written;        /* bytes that the file got of it */
	int rc;
};

struct capout {
	const struct capout_backend *b;
	uint8_t *p, *end; /* room in the pool */
	uint8_t *seg;     /* pool bytes from here on are in no iov yet */
	const uint8_t *run, *run_end; /* records of the source, in no iov yet */
	size_t pending;   /* bytes of whole records not handed on */
	size_t ref_min;   /* shorter pieces are copied */
	uint32_t n_marks, n_iov;
	struct capout_mark *marks;
	struct iovec *iov;
	uint8_t *pool;
	size_t pool_bytes;

	int fd;
	char *name;
	bool regular, can_cut, is_pipe, keep_fd;
	uint64_t base;       /* where in the file we began */
	uint64_t file_bytes; /* that the file has got, from there */
	bool may_reserve;
	uint64_t reserved;   /* bytes that have space on the disk, counted likewise */
	struct err failed;   /* stays */

	struct capout_thread *thread; /* once the first batch was full; NULL: none */
	bool may_thread;
	uint64_t queued; /* bytes with the thread */

	uint64_t packets, bytes;           /* put */
	uint64_t good_packets, good_bytes; /* that are in the file */
	uint64_t good_file_bytes;

	void *state; /* of the back-end */
	int zip_level;
};

extern const struct capout_backend capout_plain, capout_sg, capout_mmap, capout_zstd, capout_gzip;

/* Begins to write to 'fd', taken over. 0 or -errno with o->failed; capout_close() in both cases.
 * After it o->may_thread may be set. */
int capout_open(struct capout *o, int fd, const char *name, const struct capout_backend *b,
		size_t ref_min, int zip_level) MUST_USE;

/* Hands everything on. 0 or -errno with o->failed. */
int capout_push(struct capout *o, enum capout_push push) MUST_USE;

/* Frees; what was not pushed is lost. */
void capout_close(struct capout *o);

/* Slow half of capout_start(). */
int capout_make_room(struct capout *o, size_t n) MUST_USE;

/* Turns the pending run into an iov, or copies it. */
void capout_end_run(struct capout *o);

/* Puts pool bytes written so far, and then 'n' bytes at 'data', into the list. */
void capout_add_iov(struct capout *o, const void *data, size_t n);

/* Writes the 'n' pieces of 'v', which is used up, completely, waiting where 'fd' does not. Adds to
 * '*n_written' what was taken. 0 or -errno. */
int capout_write_all(int fd, struct iovec *v, unsigned int n, uint64_t *n_written) MUST_USE;

/* Readies the pool for a record of 'n' bytes, where the back-end writes from memory. 0, -errno. */
int capout_pool_room(struct capout *o, size_t n) MUST_USE;

/* The batch that is put together in 'o', not yet written; and the way back, empty. */
struct capout_batch capout_batch_of(const struct capout *o);
void capout_batch_begin(struct capout *o, const struct capout_batch *b);

/* Counts what is in the file of 'b', which was written. Returns 0, or -errno with o->failed and the
 * file cut back: then nothing else may be being written. */
int capout_settle(struct capout *o, const struct capout_batch *b) MUST_USE;

/* True if full batches go to a thread: it is started by the first call (where more than one CPU is
 * allowed, and one can be started). */
bool capout_thread_ready(struct capout *o);

/* Gives the batch put together to the thread and begins the next, waiting for room. Returns 0, or
 * -errno with o->failed after a write that failed. */
int capout_thread_give(struct capout *o) MUST_USE;

/* Waits until the thread has written all. Returns as capout_thread_give(). */
int capout_thread_wait(struct capout *o) MUST_USE;

/* Ends the thread and frees its batches; what it still had is not written. NULL is fine. */
void capout_thread_free(struct capout_thread *t);

static inline bool capout_has_room(const struct capout *o, size_t n)
{
	return (size_t)(o->end - o->p) >= n + o->ref_min && o->pending < CAPOUT_BATCH_BYTES &&
	       o->n_marks < CAPOUT_MARKS && o->n_iov < CAPOUT_IOVS - 4;
}

/* Begins a record of up to 'n' bytes: there is room for it at o->p. 0 or -errno. */
static inline int MUST_USE capout_start(struct capout *o, size_t n)
{
	if (o->run)
		capout_end_run(o);
	return LIKELY(capout_has_room(o, n)) ? 0 : capout_make_room(o, n);
}

/* Appends 'n' bytes to the record begun. */
static inline void capout_ref(struct capout *o, const void *data, size_t n)
{
	if (n >= o->ref_min && o->b->by_ref) {
		capout_add_iov(o, data, n);
		return;
	}
	memcpy(o->p, data, n);
	o->p += n;
}

static inline void capout_mark(struct capout *o, uint32_t n_bytes, uint32_t cap_len)
{
	o->marks[o->n_marks++] = (struct capout_mark){ NULL, n_bytes, cap_len };
	o->pending += n_bytes;
	if (LIKELY(cap_len != CAPOUT_NO_PACKET)) {
		o->packets++;
		o->bytes += cap_len;
	}
}

/* Ends the record begun, of 'n_bytes' in all; 'cap_len' bytes of it are a packet's. */
static inline void capout_done(struct capout *o, uint32_t n_bytes, uint32_t cap_len)
{
	capout_mark(o, n_bytes, cap_len);
}

/* Whole records at 'rec', which stay there until they are pushed. They are counted by the caller.
 * 0 or -errno. */
static inline int MUST_USE capout_take(struct capout *o, const uint8_t *rec, uint32_t n_bytes)
{
	int r;

	if (UNLIKELY(!capout_has_room(o, o->b->by_ref ? 0 : n_bytes))) {
		r = capout_make_room(o, o->b->by_ref ? 0 : n_bytes);
		if (r < 0)
			return r;
	}
	if (!o->b->by_ref) {
		memcpy(o->p, rec, n_bytes);
		o->p += n_bytes;
	} else if (LIKELY(rec == o->run_end)) {
		o->run_end += n_bytes;
	} else {
		if (o->run)
			capout_end_run(o);
		o->run = rec;
		o->run_end = rec + n_bytes;
	}
	return 0;
}

/* A whole record at 'rec', which stays there until it is pushed. 0 or -errno. */
static inline int MUST_USE capout_run(struct capout *o, const uint8_t *rec, uint32_t n_bytes,
				      uint32_t cap_len)
{
	int r = capout_take(o, rec, n_bytes);

	if (LIKELY(r == 0))
		capout_mark(o, n_bytes, cap_len);
	return r;
}

/* The records of 's', 'cap_bytes' of them packets', which stay there until they are settled. 0 or
 * -errno. */
static inline int MUST_USE capout_span(struct capout *o, const struct pkt_span *s,
				       uint32_t cap_bytes)
{
	int r = capout_take(o, s->rec, s->n_bytes);

	if (UNLIKELY(r < 0))
		return r;
	o->marks[o->n_marks++] = (struct capout_mark){ s->rec, s->n_bytes, 0 };
	o->pending += s->n_bytes;
	o->packets += s->n_packets;
	o->bytes += cap_bytes;
	return 0;
}

#endif
