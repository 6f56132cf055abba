// SPDX-License-Identifier: GPL-2.0-or-later
/* compare - what became of a probe on its way: the header that an error quotes against the one that
 * was sent. What the quote does not hold is unseen, never unchanged. Pure. */
#ifndef ASTRACE_COMPARE_H
#define ASTRACE_COMPARE_H

#include "probe.h"

enum compare_field {
	COMPARE_SRC, /* addresses: their first four bytes as values */
	COMPARE_DST,
	COMPARE_SPORT,
	COMPARE_DPORT,
	COMPARE_DSCP,
	COMPARE_ECN,
	COMPARE_LENGTH,
	COMPARE_ID,
	COMPARE_DF,
	COMPARE_FLOW,
	COMPARE_EXTRA, /* IP options or extension headers that were put in */
	COMPARE_CSUM,  /* of TCP, UDP or ICMP: a NAT that put back the rest, or a changed payload */
	COMPARE_SEQ,   /* TCP's number, ICMP's */
	COMPARE_FLAGS,
	COMPARE_WINDOW,
	COMPARE_MSS,
	COMPARE_OPTIONS, /* of TCP, but for the value of MSS; values are lengths */
	COMPARE_FIELDS,
};

struct compare {
	uint32_t changed, unseen; /* bits by enum compare_field */
	uint32_t sent[COMPARE_FIELDS], got[COMPARE_FIELDS];
	uint8_t ttl;	      /* in the quoted header */
	struct addr src, dst; /* quoted */
	uint16_t l4_bytes;    /* how much of the probe's payload was quoted */
};

/* Compares the quote 'q' of probe 'id' of 'k' with what was sent. */
void compare_quote(const struct probe_kind *k, struct probe_id id, const struct quote *q,
		   struct compare *ret);

/* Nothing was seen: the answer quotes nothing, or nobody lets us see it. */
void compare_blind(const struct probe_kind *k, struct compare *ret);

/* "dscp", "mss". */
const char *compare_name(enum compare_field f);

#endif
