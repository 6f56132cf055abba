// SPDX-License-Identifier: GPL-2.0-or-later
/* sink - where packets go: a method table that the screen and capture files fill in. */
#ifndef NETSNIFF_SINK_H
#define NETSNIFF_SINK_H

#include "base/err.h"
#include "job.h"
#include "outname.h"
#include "pkt/pkt.h"
#include "source.h"

struct sink;

struct sink_ops {
	/* A new source begins, before its first packet; NULL: nothing to do. */
	int (*begin)(struct sink *k, struct source *src, struct err *e);
	/* Takes packet 'p' of 'src'. Returns 0 or -errno with 'e'. */
	int (*put)(struct sink *k, struct source *src, const struct pkt *p, struct err *e);
	/* Takes whole records as 'src' has them, packets of its one interface; NULL: packets only.
	 * Returns as put(). */
	int (*put_spans)(struct sink *k, struct source *src, const struct pkt_span *s,
			 unsigned int n, struct err *e);
	/* True if put_spans() can take those of 'src', which is the only one. */
	bool (*has_spans)(const struct sink *k, struct source *src);
	/* The source takes its packets back now; 'idle': and none is coming, so get out what waits.
	 */
	int (*settle)(struct sink *k, bool idle, struct err *e);
	/* The next packet begins a new file; NULL: there is one only. */
	int (*rotate)(struct sink *k, struct err *e);
	/* Of a file: its bytes so far and the packets put. */
	uint64_t (*file_bytes)(const struct sink *k);
	uint64_t (*n_packets)(const struct sink *k);
	/* Finishes and frees 'k', whatever comes of it; says so for --print-closed. */
	int (*close)(struct sink *k, struct err *e);
};

struct sink {
	const struct sink_ops *ops;
	/* Where a sink of capture files counts the packets that it lost, at the latest when it is
	 * closed. Whoever opens it sets that. */
	uint64_t *not_written;
};

/* Prints packets on standard output and counts them for --stats, as 'job' says. 0 with '*ret_k',
 * NULL where it says neither, or -errno with 'e'. */
int sink_screen_open(const struct job *job, struct sink **ret_k, struct err *e) MUST_USE;

/* Opens the file or standard output that 'job' names; what is in it stays until a sink takes it.
 * Returns the descriptor, the caller's, with '*ret_name', or -errno with 'e'. */
int sink_file_target(const struct job *job, const char **ret_name, struct err *e) MUST_USE;

/* Empties file 'fd' of 'name'; pipes, devices and standard output have nothing to lose. Returns 0
 * or -errno with 'e'. */
int sink_file_empty(const struct job *job, int fd, const char *name, struct err *e) MUST_USE;

/* Writes packets to 'fd', taken over, as pcap or pcapng; 'name' has to live as long. 'first' is the
 * source whose section options a pcapng file takes over. 0 with '*ret_k', or -errno with 'e'. */
int sink_file_open(const struct job *job, int fd, const char *name, struct source *first,
		   struct sink **ret_k, struct err *e) MUST_USE;

/* Writes packets as a trafgen script to 'fd', likewise. */
int sink_cfg_open(const struct job *job, int fd, const char *name, struct sink **ret_k,
		  struct err *e) MUST_USE;

/* Fills the folder of 'names', or files of its pattern. 'names' has to live as long. */
int sink_folder_open(const struct job *job, struct outname *names, struct sink **ret_k,
		     struct err *e) MUST_USE;

/* Refuses an output file that is one of the files read: writing over it would destroy it. */
int sink_refuse_input(const struct job *job, struct err *e) MUST_USE;

#endif
