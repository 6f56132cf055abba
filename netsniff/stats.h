// SPDX-License-Identifier: GPL-2.0-or-later
/* stats - what --stats tells at the end of a run: protocol hierarchy, top talkers and
 * conversations, packet sizes, rate over time. Memory is taken at the start and does not grow: when
 * a table is full, the report says what its figures are then. Counts the packets that are kept;
 * reports: stats_text.c, stats_json.c, stats_svg.c. */
#ifndef NETSNIFF_STATS_H
#define NETSNIFF_STATS_H

#include "base/err.h"
#include "base/heavy.h"
#include "base/str.h"
#include "base/timebins.h"
#include "pkt/pkt.h"
#include "proto/walk.h"
#include "sink.h"
#include "ui/jsonw.h"

enum {
	STATS_NODES = 1024,    /* stacks of protocols */
	STATS_ENTRIES = 16384, /* talkers, and conversations */
	STATS_SIZES = 10,
	STATS_TOP = 20,	       /* of them shown */
};

/* A protocol on a stack of others. */
struct stats_node {
	const struct proto *proto;
	const struct field *src, *dst; /* its addresses, NULL: none */
	uint32_t parent;	       /* 1 + index, 0: none */
	uint64_t packets, bytes;
};

struct stats_size {
	uint64_t packets, bytes;
};

struct stats {
	uint64_t packets, bytes, bad, cut;
	int64_t first_ns, last_ns;
	uint64_t other_packets; /* that have a stack no node is left for */
	uint32_t n_nodes;
	struct stats_node node[STATS_NODES];
	uint16_t slot[STATS_NODES * 2]; /* hash of nodes: index plus 1 */
	struct stats_size size[STATS_SIZES];
	struct timebins time;
	struct heavy *talkers, *pairs;
	struct walk walk;
	void *lock; /* several threads count; NULL: one does */
};

/* Tables for 'job', NULL in '*ret_s' when it has no --stats. 0, or -errno with 'e'. */
int stats_open(const struct job *job, struct stats **ret_s, struct err *e) MUST_USE;
void stats_close(struct stats *s);

/* Counts one packet. */
void stats_packet(struct stats *s, const struct pkt *p);

/* A sink that counts for 'job->stats' and hands on to 'next' (NULL: to none), which it owns. */
int sink_stats_open(const struct job *job, struct sink *next, struct sink **ret_k,
		    struct err *e) MUST_USE;

/* Prints the report in the form that 'job' asks for. Returns 0, or -errno with 'e'. */
int stats_print(const struct job *job, struct stats *s, struct err *e) MUST_USE;

/* The forms. Bins of time are joined for text. */
void stats_text(struct stats *s, struct str *out);
void stats_json(const struct stats *s, struct jsonw *j);
void stats_svg(const struct stats *s, struct str *out);

/* "64-127" of size 'i'; the last is "9217-". */
struct stats_range {
	uint32_t from, to; /* 'to' UINT32_MAX: any */
};
struct stats_range stats_range(unsigned int i);

/* "eth:ip:tcp" of a node. */
void stats_path(const struct stats *s, const struct stats_node *n, struct str *out);

/* Nodes below 'parent' (1 + index; 0: outermost), the most bytes first: calls 'put' for each and
 * for those below it, 'depth' from 0. */
void stats_each_node(const struct stats *s, uint32_t parent, unsigned int depth,
		     void (*put)(const struct stats *s, const struct stats_node *n,
				 unsigned int depth, void *arg),
		     void *arg);

/* Address 0 or, of a conversation, 1 of an entry. */
void stats_address(const struct heavy_entry *e, unsigned int which, struct str *out);

/* Duration from the first packet to the last, ns. */
uint64_t stats_ns(const struct stats *s);

#endif
