// SPDX-License-Identifier: GPL-2.0-or-later
/* source - where packets come from: a method table that capture files and interfaces fill in. */
#ifndef NETSNIFF_SOURCE_H
#define NETSNIFF_SOURCE_H

#include "base/err.h"
#include "infile.h"
#include "job.h"
#include "pkt/capfile.h"
#include "pkt/pkt.h"

struct source;

struct source_ops {
	/* Lends up to 'max' packets until the next call. Returns their number, 0 at the end,
	 * -EAGAIN when none is there yet, -EINTR, or another -errno with 'e'. */
	int (*next)(struct source *s, struct pkt *ret_p, unsigned int max, struct err *e);
	/* Interface 'i' of a packet that was lent. */
	const struct pkt_iface *(*iface)(struct source *s, uint32_t i);
	/* Bytes done and bytes in all, 0 if not known. */
	void (*progress)(struct source *s, uint64_t *ret_done, uint64_t *ret_all);
	/* The capture file behind it, NULL if there is none. */
	struct capfile *(*capfile)(struct source *s);
	void (*close)(struct source *s);
};

struct source {
	const struct source_ops *ops;
	const char *name; /* as the user gave it */
	int fd;           /* to wait at after -EAGAIN */
};

/* Reads capture file 'f' from its beginning; its head is read here. Returns 0 with '*ret_s'
 * owned by the caller (source_close_p()), or -errno with 'e'. */
int source_file_open(const struct infile *f, struct source **ret_s, struct err *e) MUST_USE;

/* Reads all files of 'f' at once, from their beginnings: packets come in the order of their times
 * as far as each file is in order, those of the file named first where times are equal. What is
 * damaged in one file is told when the others are through. Blocks that are no packets do not come.
 * Returns as source_file_open(). */
int source_merge_open(const struct infiles *f, struct source **ret_s, struct err *e) MUST_USE;

static inline void source_close_p(struct source **s)
{
	if (*s)
		(*s)->ops->close(*s);
}

#endif
