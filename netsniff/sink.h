// SPDX-License-Identifier: GPL-2.0-or-later
/* sink - where packets go: a method table that the screen and capture files fill in. */
#ifndef NETSNIFF_SINK_H
#define NETSNIFF_SINK_H

#include "base/err.h"
#include "job.h"
#include "pkt/pkt.h"
#include "source.h"

struct sink;

struct sink_ops {
	/* A new source begins, before its first packet; NULL: nothing to do. */
	int (*begin)(struct sink *k, struct source *src, struct err *e);
	/* Takes packet 'p' of 'src'. Returns 0 or -errno with 'e'. */
	int (*put)(struct sink *k, struct source *src, const struct pkt *p, struct err *e);
	/* The source takes its packets back now; 'idle': and none is coming, so get out what waits.
	 */
	int (*settle)(struct sink *k, bool idle, struct err *e);
	/* Finishes and frees 'k', whatever comes of it. */
	int (*close)(struct sink *k, struct err *e);
};

struct sink {
	const struct sink_ops *ops;
};

/* Prints packets on standard output as 'job' says. 0 with '*ret_k', or -errno with 'e'. */
int sink_print_open(const struct job *job, struct sink **ret_k, struct err *e) MUST_USE;

/* Writes packets to the capture file or standard output that 'job' names, as pcap or pcapng.
 * 'first' is the source whose section options a pcapng file takes over. 0 with '*ret_k', or -errno
 * with 'e'. */
int sink_file_open(const struct job *job, struct source *first, struct sink **ret_k,
		   struct err *e) MUST_USE;

/* Writes packets as a trafgen script to the file that 'job' names. 0 with '*ret_k', or -errno. */
int sink_cfg_open(const struct job *job, struct sink **ret_k, struct err *e) MUST_USE;

/* Refuses an output file that is one of the files read: writing over it would destroy it. */
int sink_refuse_input(const struct job *job, struct err *e) MUST_USE;

#endif
