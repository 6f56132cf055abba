// SPDX-License-Identifier: GPL-2.0-or-later
/* capfile_fuzz - what the fuzz targets of the capture file reader share: the same bytes as a mapped
 * file and as a pipe, every byte of every packet touched. Both ways must deliver the same. */
#ifndef TESTS_CAPFILE_FUZZ_H
#define TESTS_CAPFILE_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "pkt/capfile.h"

enum { FUZZ_PIPE_BYTES = 60000, FUZZ_BATCH = 16 };

struct fuzz_result {
	uint64_t n, sum;
};

static inline void fuzz_block(void *arg, const struct capfile_block *b)
{
	struct fuzz_result *r = arg;

	r->sum += hash_bytes(b->body, b->body_bytes, b->type);
}

static inline void fuzz_packet(struct fuzz_result *r, const struct capfile *f, const struct pkt *p)
{
	const struct pkt_iface *i = capfile_iface(f, p->iface);

	r->n++;
	r->sum += hash_bytes(p->data, p->cap_len, p->ts_ns) + i->linktype;
	if (p->opts)
		r->sum += hash_bytes(p->opts, p->opts_bytes, p->flags);
}

/* Reads what 'fd' (taken over) has. */
static inline struct fuzz_result fuzz_read(int fd)
{
	struct pkt p[FUZZ_BATCH];
	struct fuzz_result res = { 0 };
	struct capfile *f;
	struct err e = { 0 };
	int r, i;

	if (capfile_fdopen(fd, "fuzz", &f, &e) < 0) {
		if (!e.code || !e.text[0])
			abort();
		return res;
	}
	capfile_on_block(f, fuzz_block, &res);
	while ((r = capfile_next_batch(f, p, FUZZ_BATCH, &e)) > 0)
		for (i = 0; i < r; i++)
			fuzz_packet(&res, f, &p[i]);
	if (r < 0 && (!e.code || r != -e.code))
		abort();
	capfile_close(f);
	return res;
}

static inline int fuzz_file_of(const uint8_t *data, size_t n)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) < 0)
		abort();
	return fd;
}

static inline void fuzz_both_ways(const uint8_t *data, size_t n)
{
	struct fuzz_result a = fuzz_read(fuzz_file_of(data, n)), b;
	int fds[2];

	if (n > FUZZ_PIPE_BYTES)
		return;
	if (pipe(fds) < 0 || write(fds[1], data, n) != (ssize_t)n)
		abort();
	close(fds[1]);
	b = fuzz_read(fds[0]);
	if (a.n != b.n || a.sum != b.sum)
		abort();
}

#endif
