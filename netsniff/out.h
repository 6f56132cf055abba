// SPDX-License-Identifier: GPL-2.0-or-later
/* out - the capture files that a run writes: one, or one after the other by size, time or signal.
 * Chooses the writer: straight from the ring (dwrite) where format, link type and file system allow
 * it, else copying (capwrite). Used by capture; files are named by outname. */
#ifndef NETSNIFF_OUT_H
#define NETSNIFF_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "job.h"
#include "outname.h"
#include "pkt/block.h"
#include "pkt/pcapng_enc.h"
#include "pkt/pkt.h"

struct out;

/* Two of the smallest blocks of a ring: files are written straight from it if they may have as
 * much, since no block is divided. */
enum { OUT_DIRECT_MIN_BYTES = 256 << 10 };

/* An interface whose packets go into the files. */
struct out_iface {
	const struct pkt_iface *desc;
	struct pcapng_stats (*stats)(void *arg, bool nic); /* its counters at this moment */
	void *arg;
};

/* Opens the output of 'job' (a file, a folder, standard output). 'names' is NULL for standard
 * output. 'writer_cpu': OUT_NO_THREAD, or the CPU (-1: any) of a thread that writes beside the one
 * that calls. Returns 0 with '*ret_o' or -errno with 'e'. */
enum { OUT_NO_THREAD = -2 };
int out_open(const struct job *job, struct outname *names, int writer_cpu, struct out **ret_o,
	     struct err *e) MUST_USE;

/* Adds an interface; they number from 0. */
int out_iface(struct out *o, const struct out_iface *i, struct err *e) MUST_USE;

/* Begins the first file. The interfaces known by now stand at its head. */
int out_begin(struct out *o, struct err *e) MUST_USE;

/* Where the packets of one flush went. */
struct out_count {
	uint64_t written, written_bytes, not_written;
};

/* Begins a new file if another 'more' bytes would make this one too large. '*ret_c' is what was
 * written meanwhile. Returns 0 or -errno with 'e'. */
int out_make_room(struct out *o, uint64_t more, struct out_count *ret_c, struct err *e) MUST_USE;

/* Copies one packet of 'iface'; counted by the next out_flush(). For jobs with --decap. */
int out_packet(struct out *o, const struct pkt *p, uint32_t iface, struct err *e) MUST_USE;

/* Takes the first 'max_pkts' packets of 'b', of interface 'iface'; the block must stay lent until
 * out_flush(). '*ret_c' is what the flushes it needed meanwhile have written, of this and earlier
 * blocks of the interface. Returns 0 or -errno with 'e'; the packets are counted in either case,
 * here or by the out_flush() after it, which is due after a failure too. */
int out_block(struct out *o, const struct block *b, uint32_t iface, uint64_t max_pkts,
	      struct out_count *ret_c, struct err *e) MUST_USE;

/* Blocks that may be added before the next out_flush(). */
unsigned int out_room(const struct out *o);

/* True if a thread writes: then out_wait() for what was submitted before, put its blocks back, and
 * out_submit() what was taken since. */
bool out_is_threaded(const struct out *o);
void out_submit(struct out *o);
int out_wait(struct out *o, struct out_count *ret_c, struct err *e) MUST_USE;

/* Writes all that was submitted or taken: after it the blocks may be put back. '*ret_c' is set in
 * any case. */
int out_flush(struct out *o, struct out_count *ret_c, struct err *e) MUST_USE;

/* Starts a new file now, whatever its age and size. A single file without a pattern goes on. */
int out_rotate(struct out *o, struct err *e) MUST_USE;

/* Does what is due at this moment: a new file, a flush of a pipe, the disk budget. */
int out_tick(struct out *o, struct err *e) MUST_USE;

/* When out_tick() is to be called next, CLOCK_MONOTONIC ns; INT64_MAX: no need. */
int64_t out_due_ns(const struct out *o);

/* Ends the last file with its statistics. */
int out_end(struct out *o, struct err *e) MUST_USE;
void out_close(struct out *o);

/* Packets of 'iface' that were counted as written while they waited in a buffer, and that the end
 * of the file, or its failure, has shown to be lost; each is told once. */
void out_lost(struct out *o, uint32_t iface, struct out_count *ret_c);

/* Files finished, and bytes in all files. */
void out_totals(const struct out *o, uint64_t *ret_files, uint64_t *ret_bytes);

#endif
