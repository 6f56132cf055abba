// SPDX-License-Identifier: GPL-2.0-or-later
/* capwrite - the copying writer of capture files: classic pcap in four types and either byte order,
 * and pcapng; plain, gzip or Zstandard; to files and pipes. Used by netsniff where dwrite (direct
 * from the ring) cannot work, and for files that are converted. One thread a writer. */
#ifndef PKT_CAPWRITE_H
#define PKT_CAPWRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pkt/capfile.h"
#include "pkt/capfmt.h"
#include "pkt/pcapng_enc.h"
#include "pkt/pkt.h"

struct capwrite;

/* How bytes reach the file: what measures best, write(2) from a buffer, writev(2) of packet data
 * where it lies, a mapping of the file. Pipes and compression never map; compression copies. */
enum capwrite_io { CAPWRITE_AUTO, CAPWRITE_PLAIN, CAPWRITE_SG, CAPWRITE_MMAP };

enum capwrite_zip { CAPWRITE_STORED, CAPWRITE_ZSTD, CAPWRITE_GZIP };

struct capwrite_opts {
	enum capfmt format;
	bool swapped; /* classic pcap: big endian */
	enum capwrite_io io;
	enum capwrite_zip zip;
	int zip_level;     /* 0: 3 for zstd, 6 for gzip */
	uint32_t snaplen;  /* classic pcap's header, 0: 262144. Longer packets are not cut */
	bool flush_each;   /* every packet is in the file when capwrite_put() returns */
	/* Packets live until capwrite_close() (capfile_info.stable of the only source says so):
	 * they may be taken from where they lie, and capwrite_settle() has nothing to do. */
	bool stable;
	/* Full batches are written by a thread of the writer's own, to regular files that are not
	 * compressed, where more than one CPU is allowed. It starts with the first full batch, so
	 * a sandbox entered before must allow threads. A failure may be told a few puts later. */
	bool threaded;
	bool keep_open_fd; /* capwrite_fdopen(): leave the descriptor open at close */
	struct pcapng_section section; /* pcapng; pointers live until open returns */
};

/* Running totals. After a failure not_written_* says what was put but is not in the file. */
struct capwrite_counts {
	uint64_t packets, bytes; /* put; bytes as captured, without headers */
	uint64_t not_written_packets, not_written_bytes;
	uint64_t file_bytes; /* of the file, when everything is flushed; compressed size if so */
};

/* Creates or truncates 'path' ("-": standard output) and writes the file's head. Returns 0 with
 * '*ret_w' owned by the caller until capwrite_close(), or -errno with 'e'. */
int capwrite_open(const char *path, const struct capwrite_opts *o, struct capwrite **ret_w,
		  struct err *e) MUST_USE;

/* As capwrite_open() on 'fd', taken over (closed on failure too, unless keep_open_fd). */
int capwrite_fdopen(int fd, const char *name, const struct capwrite_opts *o,
		    struct capwrite **ret_w, struct err *e) MUST_USE;

/* pcapng: ends the section, and begins one that says 's' (pointers live until it returns). Its
 * interfaces are to be added anew; their numbers go on. */
int capwrite_section(struct capwrite *w, const struct pcapng_section *s, struct err *e) MUST_USE;

/* Adds an interface; the first is 0, and so on. Needed before its packets. Classic pcap takes as
 * many as come, if their link type is that of the first: else -EINVAL with 'e'. */
int capwrite_iface(struct capwrite *w, const struct pkt_iface *i, struct err *e) MUST_USE;

/* Writes packet 'p' as one of interface 'iface' of this writer (p->iface is not looked at). A tag
 * in p->vlan_tpid is put back into the bytes. With CAPWRITE_SG, or if AUTO chose it, the bytes of
 * 'p' are needed until capwrite_settle(). Returns 0 or -errno with 'e'; after a failure the file
 * ends with its last whole record and every further put fails the same way. */
int capwrite_put(struct capwrite *w, const struct pkt *p, uint32_t iface, struct err *e) MUST_USE;

/* True if capwrite_spans() takes the records that capfile_has_spans() speaks of, of a source whose
 * packets live until capwrite_close(). */
bool capwrite_has_spans(const struct capwrite *w);

/* Writes the records of 'n' spans just as they are; their bytes are needed until capwrite_close().
 * Classic pcap with its interface made known only. Returns as capwrite_put(). */
int capwrite_spans(struct capwrite *w, const struct pkt_span *s, unsigned int n,
		   struct err *e) MUST_USE;

/* pcapng: carries over a block of another file (names, statistics, secrets, custom that may be
 * copied); blocks of unknown kind and byte order are left out. 'map' says which interface of this
 * writer, plus 1, each of the source's first 'n_map' is; 0: none. Other formats: does nothing. */
int capwrite_block(struct capwrite *w, const struct capfile_block *b, const uint32_t *map,
		   uint32_t n_map, struct err *e) MUST_USE;

/* pcapng: an interface statistics block. Other formats: does nothing. */
int capwrite_stats(struct capwrite *w, uint32_t iface, int64_t ts_ns,
		   const struct pcapng_stats *s, struct err *e) MUST_USE;

/* After it no memory of packets put so far is looked at again. Costs nothing where bytes were
 * copied. To be called before a source takes its packets back, unless they live longer. */
int capwrite_settle(struct capwrite *w, struct err *e) MUST_USE;

/* Hands everything to the kernel (compressed: ends a block that a reader can decode). */
int capwrite_flush(struct capwrite *w, struct err *e) MUST_USE;

/* The moment (CLOCK_MONOTONIC ns) when capwrite_tick() should run, INT64_MAX if nothing waits:
 * what was put is in a pipe within 100 ms, in a file within 1 s. */
int64_t capwrite_due_ns(const struct capwrite *w);

/* Flushes if due. 'now_ns' is CLOCK_MONOTONIC, told at least every 100 ms while packets are put. */
int capwrite_tick(struct capwrite *w, int64_t now_ns, struct err *e) MUST_USE;

void capwrite_get_counts(const struct capwrite *w, struct capwrite_counts *ret_c);

/* Writes what is left, ends the file, frees 'w' whatever comes of it; counts of the end go into
 * '*ret_c' unless NULL. NULL 'w' is fine. */
int capwrite_close(struct capwrite *w, struct capwrite_counts *ret_c, struct err *e) MUST_USE;

#endif
