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
#include "pkt/capfmt.h"
#include "pkt/pkt.h"

struct capfile;

enum {
	CAPFILE_RECORD_MAX = 8 << 20, /* longest packet record that is read, bytes */
	CAPFILE_IFACES_MAX = 16384,    /* interfaces in one file */
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

/* A pcapng block that is no packet, section or interface: names, statistics, secrets, custom. */
struct capfile_block {
	uint32_t type;
	const uint8_t *body; /* between the two lengths; valid during the call */
	uint32_t body_bytes;
	bool swapped; /* big endian */
	/* Local interface numbers of the section, and what each is among the file's. */
	const uint32_t *iface_map;
	uint32_t n_iface_map;
	const struct capfile *file;
};

/* Opens 'path' ("-": standard input) and reads its header. Returns 0 with '*ret_f' owned by the
 * caller until capfile_close(), or -errno with 'e' naming path and offset. */
int capfile_open(const char *path, struct capfile **ret_f, struct err *e) MUST_USE;

/* As capfile_open() of descriptor 'fd', which is taken over, closed on failure too. 'name' goes
 * into error sentences. */
int capfile_fdopen(int fd, const char *name, struct capfile **ret_f, struct err *e) MUST_USE;

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

const struct capfile_info *capfile_get_info(const struct capfile *f);

/* Interface 'i' < capfile_info.n_ifaces. A packet's interface is always there already. */
const struct pkt_iface *capfile_iface(const struct capfile *f, uint32_t i);

/* Nanoseconds since the epoch of a time stamp 'units' of interface 'i'. */
int64_t capfile_to_ns(const struct capfile *f, uint32_t i, uint64_t units);

/* Has 'fn' called, in file order, for each block that is no packet, section or interface.
 * A batch ends before such a block, so that what came before it is with the caller. */
void capfile_on_block(struct capfile *f, void (*fn)(void *arg, const struct capfile_block *b),
		      void *arg);

/* Bytes read so far and bytes in all (0: not known) as the file is stored, for progress. */
void capfile_progress(const struct capfile *f, uint64_t *ret_done, uint64_t *ret_all);

/* Descriptor to poll before reading from a pipe. */
int capfile_fd(const struct capfile *f);

#endif
