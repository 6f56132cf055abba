// SPDX-License-Identifier: GPL-2.0-or-later
/* tally - holds a capture of the sender's frames against what was sent: every byte of each frame,
 * and every sequence number that is not there. */
#ifndef VERIFY_TALLY_H
#define VERIFY_TALLY_H

#include <stddef.h>
#include <stdint.h>

#define MAX_GAPS 256

/* Several senders at once: the upper bits of a sequence number say whose it is. */
enum { TALLY_SENDERS = 4, TALLY_SENDER_SHIFT = 48 };

struct gap {
	uint64_t after; /* sequence number before the gap */
	uint64_t lost;  /* numbers missing */
	uint64_t told;  /* drop count that the packet behind the gap carries */
};

struct tally {
	uint64_t packets, bytes; /* the sender's, and their captured bytes */
	uint64_t foreign;        /* frames of anybody else */
	uint64_t bad;            /* headers or payload not as sent */
	uint64_t backward;       /* number not above the one before: twice, or out of order */
	uint64_t first_seq, last_seq;
	uint64_t next[TALLY_SENDERS]; /* number due next of each sender; 0: none came yet */
	uint64_t n_gaps, lost;
	uint64_t told;           /* sum of all drop counts */
	uint64_t n_gaps_told;    /* gaps whose size is just what the packet behind them tells */
	struct gap gaps[MAX_GAPS]; /* the first ones */
};

/* Counts one Ethernet frame of 'cap_bytes' of its 'wire_bytes' at 'data', with drop count
 * 'dropped' (0: none told). */
void tally_frame(struct tally *t, const uint8_t *data, size_t cap_bytes, size_t wire_bytes,
		 uint64_t dropped);

#endif
