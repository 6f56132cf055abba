// SPDX-License-Identifier: GPL-2.0-or-later
/* flows - all connections that are known, found by their key in a hash table, at a fixed cost each.
 * Rows never move while they are in it. Knows no kernel: sys and time are the caller's. */
#ifndef FLOWTOP_FLOWS_H
#define FLOWTOP_FLOWS_H

#include "base/err.h"
#include "ct.h"

enum { FLOWS_NONE = UINT32_MAX };

/* Whose connection it is, and how sure that is. */
enum owner_sure { OWNER_UNKNOWN, OWNER_LIKELY, OWNER_SURE };

struct flow {
	struct ct ct;
	float byte_rate[CT_DIRS], packet_rate[CT_DIRS]; /* per second, over the last interval */
	int64_t counted_ns; /* CLOCK_MONOTONIC of the last counters; 0: none yet */
	int64_t seen_ns;    /* first known to us */
	int64_t told_ns;    /* when ct.timeout_s was true */
	uint32_t next;	    /* in its bucket, or the next free row */
	uint32_t round;	    /* of the dump that had it last */
	uint32_t owner;	    /* of owner.h; 0: nobody known */
	uint8_t owner_sure; /* enum owner_sure */
	bool used, evented; /* a listener was there when it began: its end will be told */
	bool has_rate, looked;
};

struct flows;

/* An empty table. Returns 0 with '*ret_t' owned by the caller, or -errno with 'e'. */
int flows_new(uint64_t seed, struct flows **ret_t, struct err *e) MUST_USE;
void flows_free(struct flows *t);
void flows_free_p(struct flows **t);

/* The row of 'key', or FLOWS_NONE. */
uint32_t flows_find(const struct flows *t, const struct ct_key *key);

/* A new row for 'c', which is not in it. Returns the row, or FLOWS_NONE when out of memory. */
uint32_t flows_add(struct flows *t, const struct ct *c);
void flows_del(struct flows *t, uint32_t row);

/* Row numbers below flows_rows() are in use or free; flow.used tells. */
uint32_t flows_rows(const struct flows *t);
uint32_t flows_count(const struct flows *t);
struct flow *flows_at(struct flows *t, uint32_t row);

/* When the kernel forgets the row by what it said last, seconds of CLOCK_MONOTONIC; FLOWS_NONE: not
 * watched. flows_expired(): a row that is due at 'now_s', from '*at' on, which is moved behind it;
 * false when there is none up to the last row. A look at a million rows costs half a millisecond.
 */
void flows_set_expiry(struct flows *t, uint32_t row, uint32_t when_s);
uint32_t flows_expiry(const struct flows *t, uint32_t row);
bool flows_expired(const struct flows *t, uint32_t now_s, uint32_t *at, uint32_t *ret_row);

/* Takes the counters of 'c', read at 'now_ns', into 'f', and what they make of its rates. */
void flow_count(struct flow *f, const struct ct *c, int64_t now_ns);

/* Takes all that 'from' says of the same flow into 'f', a row of a table. */
void flow_replace(struct flow *f, const struct flow *from);

#endif
