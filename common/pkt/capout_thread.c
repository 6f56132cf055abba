// SPDX-License-Identifier: GPL-2.0-or-later
/* capout_thread - writes full batches in a thread of its own, in order, while the next is put
 * together. The batches go round in a ring; the thread that puts counts what became of each. After
 * a write that failed the rest of the ring is left unwritten, so that the file can be cut back. */
#include "pkt/capout.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "sys/cpu.h"

struct capout_thread {
	pthread_t id;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int fd;
	/* Batches so far; each has the place number % CAPOUT_BATCHES. Those given and not settled
	 * belong to the thread, the one after them is in the struct capout. */
	uint64_t n_given, n_written; /* under the lock */
	uint64_t n_settled;          /* of the thread that puts */
	bool quit;                   /* under the lock */
	int failed;                  /* of the thread that writes */
	struct capout_batch batches[CAPOUT_BATCHES];
};

static void *write_loop(void *arg)
{
	struct capout_thread *t = arg;
	struct capout_batch *b;

	pthread_mutex_lock(&t->lock);
	while (!t->quit) {
		if (t->n_written == t->n_given) {
			pthread_cond_wait(&t->changed, &t->lock);
			continue;
		}
		b = &t->batches[t->n_written % CAPOUT_BATCHES];
		pthread_mutex_unlock(&t->lock);
		if (!t->failed)
			t->failed = capout_write_all(t->fd, b->iov, b->n_iov, &b->written);
		b->rc = t->failed;
		pthread_mutex_lock(&t->lock);
		t->n_written++;
		pthread_cond_signal(&t->changed);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

static bool has_cpus(void)
{
	struct cpus set;

	return cpu_allowed(&set, NULL) == 0 && cpus_count(&set) > 1;
}

static bool batch_alloc(struct capout_batch *b)
{
	void *pool = mmap(NULL, CAPOUT_POOL_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	b->pool = pool == MAP_FAILED ? NULL : pool;
	b->pool_bytes = CAPOUT_POOL_BYTES;
	b->marks = malloc(CAPOUT_MARKS * sizeof(*b->marks));
	b->iov = malloc(CAPOUT_IOVS * sizeof(*b->iov));
	return b->pool && b->marks && b->iov;
}

static void batches_free(struct capout_thread *t)
{
	struct capout_batch *b;

	for (b = t->batches; b < t->batches + CAPOUT_BATCHES; b++) {
		if (b->pool)
			munmap(b->pool, b->pool_bytes);
		free(b->marks);
		free(b->iov);
	}
}

/* Starts the thread. The first place of the ring is that of the batch being put together. */
static struct capout_thread *start(int fd)
{
	struct capout_thread *t = calloc(1, sizeof(*t));
	bool ok = t;
	unsigned int i;

	for (i = 1; ok && i < CAPOUT_BATCHES; i++)
		ok = batch_alloc(&t->batches[i]);
	if (ok) {
		t->fd = fd;
		pthread_mutex_init(&t->lock, NULL);
		pthread_cond_init(&t->changed, NULL);
		if (pthread_create(&t->id, NULL, write_loop, t) == 0)
			return t;
		pthread_cond_destroy(&t->changed);
		pthread_mutex_destroy(&t->lock);
	}
	if (t)
		batches_free(t);
	free(t);
	return NULL;
}

bool capout_thread_ready(struct capout *o)
{
	if (!o->thread) {
		o->thread = has_cpus() ? start(o->fd) : NULL;
		o->may_thread = o->thread;
	}
	return o->thread;
}

/* Takes back the oldest batch, which is written. */
static int settle_one(struct capout *o)
{
	struct capout_thread *t = o->thread;
	const struct capout_batch *b = &t->batches[t->n_settled++ % CAPOUT_BATCHES];

	o->file_bytes += b->written;
	o->queued -= b->n_bytes;
	return capout_settle(o, b);
}

/* Takes back batches until at most 'n' are with the thread. */
static int take_back(struct capout *o, unsigned int n)
{
	struct capout_thread *t = o->thread;
	uint64_t n_written;
	int r = 0;

	while (r == 0 && t->n_given - t->n_settled > n) {
		pthread_mutex_lock(&t->lock);
		while (t->n_written == t->n_settled)
			pthread_cond_wait(&t->changed, &t->lock);
		n_written = t->n_written;
		pthread_mutex_unlock(&t->lock);
		while (r == 0 && t->n_settled < n_written)
			r = settle_one(o);
	}
	return r;
}

int capout_thread_give(struct capout *o)
{
	struct capout_thread *t = o->thread;
	int r = take_back(o, CAPOUT_BATCHES - 2);
	struct capout_batch *next;

	if (r < 0)
		return r;
	t->batches[t->n_given % CAPOUT_BATCHES] = capout_batch_of(o);
	o->queued += o->pending;
	pthread_mutex_lock(&t->lock);
	t->n_given++;
	pthread_cond_signal(&t->changed);
	pthread_mutex_unlock(&t->lock);
	next = &t->batches[t->n_given % CAPOUT_BATCHES];
	capout_batch_begin(o, next);
	*next = (struct capout_batch){ 0 }; /* its buffers are with 'o' now */
	return 0;
}

int capout_thread_wait(struct capout *o)
{
	return take_back(o, 0);
}

void capout_thread_free(struct capout_thread *t)
{
	if (!t)
		return;
	pthread_mutex_lock(&t->lock);
	t->quit = true;
	pthread_cond_signal(&t->changed);
	pthread_mutex_unlock(&t->lock);
	pthread_join(t->id, NULL);
	pthread_cond_destroy(&t->changed);
	pthread_mutex_destroy(&t->lock);
	batches_free(t);
	free(t);
}
