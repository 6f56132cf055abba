// SPDX-License-Identifier: GPL-2.0-or-later
/* capfile - reads capture files: classic pcap in four types, either byte order, and pcapng; plain,
 * gzip or Zstandard; regular files through mmap, pipes through a bounded buffer. Trusts no length
 * in a file. Used by netsniff; the writing side is capwrite. */
#ifndef PKT_CAPFILE_H
#define PKT_CAPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cbpf/vm.h"
#include "pkt/capfmt.h"
#include "pkt/pkt.h"

struct capfile;

enum {
	CAPFILE_RECORD_MAX = 8 << 20, /* longest packet record that is read, bytes */
	CAPFILE_IFACES_MAX = 16384,    /* interfaces in one file */
	CAPFILE_SPAN_BYTES = 256 << 10,
};

/* What the file says of itself; grows while a pcapng file is read. Pointers live until close. */
struct capfile_info {
	enum capfmt format;
	bool swapped;      /* big endian; of the current section */
	bool stable;       /* packets live until capfile_close(), not just until the next call */
	const char *coded; /* "gzip", "zstd", or NULL */
	uint32_t n_ifaces;
	uint32_t n_sections;     /* pcapng */
	uint8_t fcs_bytes;       /* classic pcap: frame check sequence in all packets; 0 unknown */
	const uint8_t *shb_opts; /* options of the first section header, as pkt.opts */
	uint32_t shb_opts_bytes;
	bool shb_opts_swapped;
};

/* A pcapng block that is no packet and no interface: names, statistics, secrets, custom, and the
 * header of a section behind the first. */
struct capfile_block {
	uint32_t type;
	/* Between the two lengths; of a section header its options, as pkt.opts. Valid during the
	 * call. */
	const uint8_t *body;
	uint32_t body_bytes;
	bool swapped; /* big endian */
	/* Local interface numbers of the section, of a section header those of the one before, and
	 * what each is among the file's. */
	const uint32_t *iface_map;
	uint32_t n_iface_map;
	const struct capfile *file;
};

/* True if the file at 'path' ("-": standard input) can be read twice and begins as a capture file
 * does, or as a compressed one. */
bool capfile_is(const char *path) MUST_USE;

/* Opens 'path' ("-": standard input) and reads its header. Returns 0 with '*ret_f' owned by the
 * caller until capfile_close(), or -errno with 'e' naming path and offset. */
int capfile_open(const char *path, struct capfile **ret_f, struct err *e) MUST_USE;

/* As capfile_open() of descriptor 'fd', which is taken over, closed on failure too. 'name' goes
 * into error sentences. */
int capfile_fdopen(int fd, const char *name, struct capfile **ret_f, struct err *e) MUST_USE;

/* As capfile_fdopen(), with read(2) for regular files too. */
int capfile_fdopen_unmapped(int fd, const char *name, struct capfile **ret_f,
			    struct err *e) MUST_USE;

void capfile_close(struct capfile *f);
void capfile_close_p(struct capfile **f); /* for AUTO() */

/* Reads up to 'max' packets into 'ret_p'. They are lent until the next call, or until
 * capfile_close() where capfile_info.stable. Fewer than 'max' are no sign of the end.
 * Returns their number; 0 at the end; -EINTR after a signal, -EAGAIN where a non-blocking
 * descriptor has nothing (both without 'e': call again, nothing is lost); else -errno with 'e'
 * naming file and offset: -ENODATA for a file cut short, -EBADMSG for one that lies. All packets
 * before the damage are delivered first, and the error stays. */
int capfile_next_batch(struct capfile *f, struct pkt *ret_p, unsigned int max,
		       struct err *e) MUST_USE;

/* As capfile_next_batch() of one packet. */
int capfile_next(struct capfile *f, struct pkt *ret_p, struct err *e) MUST_USE;

/* What capfile_next_spans() stepped over. Bytes are those captured, without headers. */
struct capfile_passed {
	uint64_t packets, bytes;
	uint64_t kept_packets, kept_bytes;
};

/* True if records of 'f' can be had as spans: a mapped pcap file of this format and byte order, in
 * which records are written as they would be today. */
bool capfile_has_spans(const struct capfile *f, enum capfmt format, bool swapped);

/* As capfile_next_batch(), but of packets that filter 'vm' (NULL: none) keeps whole, and a run of
 * them is one span, of CAPFILE_SPAN_BYTES at most and a record. Reads on for some time and returns
 * the number of spans, 0 to 'max', with what was read in '*ret_n'. Where that is nothing, what
 * comes next is for capfile_next_batch(): a packet that is not kept as it stands, the end, or an
 * error. Only where capfile_has_spans(). */
unsigned int capfile_next_spans(struct capfile *f, const struct vm *vm, struct pkt_span *ret_s,
				unsigned int max, struct capfile_passed *ret_n);

const struct capfile_info *capfile_get_info(const struct capfile *f);

/* Interface 'i', NULL if the file has not described so many yet. A packet's is always there. */
const struct pkt_iface *capfile_iface(const struct capfile *f, uint32_t i);

/* Nanoseconds since the epoch of a time stamp 'units' of interface 'i'. */
int64_t capfile_to_ns(const struct capfile *f, uint32_t i, uint64_t units);

/* What the interfaces of the section read last are among the file's; pcapng. */
const uint32_t *capfile_section_ifaces(const struct capfile *f, uint32_t *ret_n);

/* Has 'fn' called, in file order, for each struct capfile_block.
 * A batch ends before such a block, so that what came before it is with the caller. */
void capfile_on_block(struct capfile *f, void (*fn)(void *arg, const struct capfile_block *b),
		      void *arg);

/* Bytes read so far and bytes in all (0: not known) as the file is stored, for progress. */
void capfile_progress(const struct capfile *f, uint64_t *ret_done, uint64_t *ret_all);

/* Descriptor to poll before reading from a pipe. */
int capfile_fd(const struct capfile *f);

#endif
