// SPDX-License-Identifier: GPL-2.0-or-later
/* cycles - the hops of a known path asked again and again (--report): loss, round trips, and
 * whether what is missing was lost on the way or only not answered. Pure: the caller tells the
 * time. Used by target. */
#ifndef ASTRACE_CYCLES_H
#define ASTRACE_CYCLES_H

#include "base/err.h"
#include "sweep.h"

/* Cycles that are remembered one by one: all that a probe's number can tell apart. */
enum { CYCLES_RING = 256 };

/* For ever, until it is told to end. */
#define CYCLES_ENDLESS UINT32_MAX

struct cycles_hop {
	struct addr addr;
	uint32_t sent, received;
	int64_t sent_ns[CYCLES_RING]; /* by cycle; 0: answered, or not asked */
	int64_t rtt_ns[CYCLES_RING];  /* by cycle; 0: no answer */
	int64_t last_ns, best_ns, worst_ns;
	double sum, squares, jitter; /* ms; jitter: of the differences one after another */
	uint32_t n_jitter;
};

/* What loss at a hop means. */
enum cycles_verdict {
	CYCLES_NONE,	/* nothing is missing */
	CYCLES_LIMIT,	/* hops behind it miss less: it forwards, and does not answer each probe */
	CYCLES_LOSS,	/* it goes on behind it */
	CYCLES_UNCLEAR, /* too few probes to tell */
	CYCLES_SILENT,	/* it never answers */
};

struct cycles {
	struct probe_kind kind;
	bool begun, done;
	uint32_t wanted, n; /* cycles */
	int64_t period_ns, wait_ns, next_ns;
	uint8_t first, last, next;
	struct cycles_hop *hop; /* owned, by hop limit */
};

/* Begins 'wanted' cycles of 'period_ns' over the hops that 's' found. Returns 0, -ENOMEM with 'e'.
 */
int cycles_begin(struct cycles *c, const struct sweep *s, uint32_t wanted, int64_t period_ns,
		 int64_t now_ns, struct err *e) MUST_USE;
void cycles_free(struct cycles *c);

/* As those of sweep. */
bool cycles_next(struct cycles *c, int64_t now_ns, struct probe_id *ret_id, int64_t *ret_wake);
void cycles_sent(struct cycles *c, struct probe_id id, int64_t now_ns);
void cycles_answer(struct cycles *c, struct probe_id id, const struct answer *a, int64_t now_ns);

/* What the loss of hop 'ttl' means, and in '*ret_confidence' (0 to 1) how sure that is: one less
 * the chance of Fisher's exact test against the hop behind it that misses least, times the numbers
 * of such hops and of hops with loss, so that it holds for all verdicts of a report together. */
enum cycles_verdict cycles_judge(const struct cycles *c, uint8_t ttl, double *ret_confidence);
const char *cycles_words(enum cycles_verdict v);

/* Probes of 'h' that are still waited for at 'now_ns'. */
uint32_t cycles_open(const struct cycles *c, const struct cycles_hop *h, int64_t now_ns);

/* Forgets what was counted, and goes on. */
void cycles_reset(struct cycles *c);

/* Standard deviation of the round trips, ms. */
double cycles_deviation(const struct cycles_hop *h);

/* The chance that of 'a' of 'n' missing here and 'b' of 'm' there, as few or fewer than 'b' would
 * be there if both missed alike. */
double cycles_fisher(uint32_t a, uint32_t n, uint32_t b, uint32_t m);

#endif
