// SPDX-License-Identifier: GPL-2.0-or-later
/* report - what a run did: per worker and in sum, as text and as JSON. */
#ifndef TRAFGEN_REPORT_H
#define TRAFGEN_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "job.h"
#include "pkt/pace.h"
#include "prog.h"

/* All that one worker counts. made = sent + too_long + too_short + not_sent. */
struct tally {
	int cpu; /* it was bound to; -1: none */
	uint64_t made, made_bytes;
	uint64_t sent, sent_bytes; /* the kernel took them, or they are in the file */
	uint64_t too_long, too_short;
	uint64_t busy, calls;
	uint64_t supers, joined; /* super-packets, and the packets in them */
	uint64_t again; /* packets lost on the way to the device and sent again */
	uint64_t duration_ns; /* from the first packet to the last */
	struct pace_hist late;
};

/* What became of a packet of the script. */
struct packet_report {
	const char *stream; /* "": it is in none */
	uint32_t line, len;
	uint64_t handed; /* to the engine, of all workers */
};

struct report {
	const char *engine; /* "mmsg", "file" */
	const char *why;    /* it was chosen; NULL: there was no choice */
	const char *out;
	const struct tally *workers;
	unsigned int n_workers;
	const char *dead; /* the packet that a smoke test ended with, as a script; NULL */
	const struct packet_report *streams; /* as they stand in the script */
	size_t n_streams;
	uint64_t seed;
	bool dynamic;	     /* the seed matters */
	bool has_device;     /* the two below hold */
	/* the device's counters, others' packets included */
	uint64_t device_sent, device_sent_bytes, device_dropped;
};

/* The streams of 'g', of which 'handed' says how many each was handed, in memory of the caller's.
 * NULL: out of memory. */
struct packet_report *report_packets(const struct prog *g, const uint64_t *handed);

void report_text(const struct job *job, const struct report *r, struct str *out);
void report_json(const struct job *job, const struct report *r, struct str *out);

#endif
