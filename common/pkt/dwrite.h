// SPDX-License-Identifier: GPL-2.0-or-later
/* dwrite - writes ring blocks to a pcapng file by direct I/O, straight from the ring: no byte of
 * packet data is copied in user space or into the page cache. Sits on inplace; used by netsniff's
 * capture.
 *
 * The file grows in order, in units of 4096 bytes, each write after the one before it has ended:
 * whatever the moment the process dies, the file is whole blocks and nothing behind a hole. */
#ifndef PKT_DWRITE_H
#define PKT_DWRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "pkt/block.h"
#include "pkt/pcapng_enc.h"

enum { DWRITE_BATCH = 16 }; /* blocks in one write */

/* With a writer thread two batches are under way: one is being laid out, one written. */

struct dwrite;

struct dwrite_counts {
	uint64_t packets;    /* in the file */
	uint64_t data_bytes; /* captured bytes of them */
	uint64_t file_bytes;
	uint64_t not_written; /* packets of blocks whose write failed */
};

/* True if direct I/O works on 'fd' (statx STATX_DIOALIGN, where the kernel tells, and O_DIRECT
 * taken by fcntl), with units of 4096 bytes. If so the descriptor is switched to direct I/O. */
bool dwrite_possible(int fd);

int dwrite_new(struct dwrite **ret_d, struct err *e) MUST_USE;
void dwrite_free(struct dwrite *d);
void dwrite_free_p(struct dwrite **d);

/* Begins a file at 'fd' (empty; stays the caller's, and open until the next begin or free) named
 * 'name' in sentences: writes the section and the interfaces. Counts begin anew. */
int dwrite_begin(struct dwrite *d, int fd, const char *name, const struct pcapng_section *s,
		 const struct pkt_iface *ifaces, uint32_t n_ifaces, struct err *e) MUST_USE;

/* Adds an interface to the file that is being written; it gets the next number. */
int dwrite_iface(struct dwrite *d, const struct pkt_iface *i, struct err *e) MUST_USE;

/* Lays out the first 'max_pkts' packets of 'b' and queues them: the block must stay lent until
 * dwrite_flush(). At most DWRITE_BATCH may be queued. Returns the packets taken. */
uint32_t dwrite_add(struct dwrite *d, const struct block *b, uint32_t iface, uint32_t max_pkts,
		    const struct pcapng_stats *s);

unsigned int dwrite_queued(const struct dwrite *d);

/* Starts a thread that does the writing, on CPU 'cpu' (-1: any), after a sandbox was entered. */
int dwrite_thread(struct dwrite *d, int cpu, struct err *e) MUST_USE;

/* Has the thread write what is queued and returns at once; what it was given before must have been
 * waited for. The blocks stay lent until dwrite_wait(). */
void dwrite_submit(struct dwrite *d);

/* Waits for what was submitted. Returns as dwrite_flush(). */
int dwrite_wait(struct dwrite *d, struct err *e) MUST_USE;

/* Writes what was submitted and what is queued and waits for it. On failure the file is cut back to
 * its last whole block, what is not in it counts as not written, and further writes fail with the
 * same error. */
int dwrite_flush(struct dwrite *d, struct err *e) MUST_USE;

/* Ends the file: a statistics block for each of the 'n' interfaces. The queue is empty. */
int dwrite_end(struct dwrite *d, int64_t now_ns, const struct pcapng_stats *s, uint32_t n,
	       struct err *e) MUST_USE;

void dwrite_get_counts(const struct dwrite *d, struct dwrite_counts *ret_c);

#endif
