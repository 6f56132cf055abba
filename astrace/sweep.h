// SPDX-License-Identifier: GPL-2.0-or-later
/* sweep - one flow of probes to one target over all hop limits at once: what to ask next, which
 * holes to ask again, and when all is known. Keeps the best answer a hop. Pure: the caller tells
 * the time, sends and receives. Used by engine.
 *
 * Times follow from what was measured. A hole is a hop without answer. It is asked again once its
 * neighbour's round trip passed, up to rules.tries times in all, within a window of three round
 * trips of the neighbour or 200 ms, whichever is more; then it is settled. Where nothing behind it
 * answers the neighbour says little, and the times are longer. */
#ifndef ASTRACE_SWEEP_H
#define ASTRACE_SWEEP_H

#include "answer.h"
#include "base/err.h"
#include "compare.h"
#include "probe.h"

enum { SWEEP_TTLS = 256, SWEEP_TIMES = 16 };

struct sweep_rules {
	uint8_t first, max; /* hop limits, 1 to 255 */
	uint8_t tries;	    /* probes a hop without answer gets */
	uint8_t window;	    /* so many hops at once; 0: all */
	int64_t timeout_ns; /* at most so long a hop is waited for */
};

/* An answer as it is kept: pointers into packets are gone. */
struct seen {
	struct answer answer;
	struct probe_id id;
	enum match match;
	struct compare compare; /* of the probe with what the answer quotes of it */
	int64_t rtt_ns;
	uint32_t n_same; /* further answers from the same address */
};

struct hop {
	uint8_t n_sent, n_others; /* others: answers from another address than the first */
	uint16_t n_answers;
	int64_t first_ns; /* when it was asked first; 0: not yet */
	int64_t last_ns;
	int64_t sent_ns[SWEEP_TIMES]; /* by the probe's number */
	uint16_t answered;	      /* bits of the numbers that were answered */
	struct seen *seen;	      /* owned; NULL: no answer */
	struct addr other;	      /* one of them */
};

struct sweep {
	struct probe_kind kind;
	struct sweep_rules rules;
	struct hop *hop; /* owned, by hop limit */
	bool scout;	 /* asks with the largest hop limit alone */
	uint8_t next;	 /* of the first round */
	uint8_t top;	 /* farthest that answered */
	uint8_t end;	 /* nearest whose answer ends the path; 0 none */
	bool reached;	 /* that answer is the target's */
	int64_t max_rtt_ns;
	uint32_t n_sent, n_answers, n_false, n_twice, n_send_failed;
};

int sweep_init(struct sweep *s, const struct probe_kind *k, const struct sweep_rules *r,
	       struct err *e) MUST_USE;
void sweep_free(struct sweep *s);

/* The next probe that is due at 'now_ns'. False if none is; then '*ret_wake' is when to ask again
 * (INT64_MAX: when an answer came). */
bool sweep_next(const struct sweep *s, int64_t now_ns, struct probe_id *ret_id, int64_t *ret_wake);

/* The probe was sent (or could not be: it counts as asked). */
void sweep_sent(struct sweep *s, struct probe_id id, int64_t now_ns, bool failed);

/* An answer 'a' of probe 'id' arrived. Its round trip is measured from the probe that it answers.
 * Returns 0, or -ENOMEM with 'e'. */
int sweep_answer(struct sweep *s, struct probe_id id, enum match m, const struct answer *a,
		 int64_t now_ns, struct err *e) MUST_USE;

/* True if hop 'ttl' is answered, or was asked often enough and long enough ago, or lies behind the
 * end. */
bool sweep_settled(const struct sweep *s, uint8_t ttl, int64_t now_ns);

/* True if all hops are settled. */
bool sweep_done(const struct sweep *s, int64_t now_ns);

/* The last hop worth showing: the end, or the farthest that answered. 0: none answered. */
uint8_t sweep_last(const struct sweep *s);

/* True if the answer ends a path: from the target, or saying that there is no way on. */
bool answer_ends(const struct answer *a, const struct addr *target);

#endif
