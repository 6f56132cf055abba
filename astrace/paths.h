// SPDX-License-Identifier: GPL-2.0-or-later
/* paths - finds all branches of a path whose hops are known, by further flows (--paths). Pure: the
 * caller tells the time. Used by target.
 *
 * A hop with k addresses so far is asked by as many flows as are needed to see one more with the
 * wanted confidence, if there were one and all were equally likely: the stopping rule of the
 * Multipath Detection Algorithm (Augustin, Friedman, Teixeira 2007; Veitch et al. 2009). Where a
 * hop branches, the hop behind it is asked by the same flows, so that it is known who leads to
 * whom. One flow is then repeated: if its probes come by different routers, balancing is per
 * packet.
 *
 * Never more than five probes a router are unanswered. One that stays so tells as much as an
 * answer: a router that was not seen yet has all its answers left, so who is silent was seen
 * before. */
#ifndef ASTRACE_PATHS_H
#define ASTRACE_PATHS_H

#include "answer.h"
#include "base/err.h"
#include "probe.h"
#include "sweep.h"

enum { PATHS_FLOWS = 1024, PATHS_IFACES = 96, PATHS_REPEATS = 5 };

struct paths_iface {
	struct addr addr;
	uint16_t n; /* flows that came by it */
	int64_t min_rtt_ns;
};

/* What became of a flow at a hop. */
enum paths_state { PATHS_UNASKED, PATHS_ASKED, PATHS_SILENT, PATHS_SEEN /* + number of iface */ };

struct paths_flow {
	uint8_t state; /* enum paths_state */
	uint8_t tries;
	int64_t sent_ns;
};

struct paths_hop {
	struct paths_iface iface[PATHS_IFACES];
	unsigned int n_ifaces, n_asked, n_open; /* flows; of those, unanswered so far */
	unsigned int n_silent;
	struct paths_flow *flow; /* owned: PATHS_FLOWS of them */
	bool per_packet, too_many;
	unsigned int n_repeated, n_repeats_seen;
	int64_t repeated_ns;
};

struct paths {
	struct probe_kind kind;
	bool begun, done;
	double confidence;   /* of each hop, below 1 */
	uint8_t first, last; /* hops looked at */
	int64_t wait_ns;
	struct paths_hop *hop; /* owned, by hop limit */
	uint32_t n_sent;
	uint16_t needs[PATHS_IFACES + 1]; /* paths_flows_needed(), once worked out */
};

/* Begins with what sweep 's' found; the hop of the target itself cannot branch. 'by_dst' varies the
 * destination rather than the port. Returns 0 or -ENOMEM with 'e'. */
int paths_begin(struct paths *p, const struct sweep *s, unsigned int confidence_percent,
		bool by_dst, struct err *e) MUST_USE;
void paths_free(struct paths *p);

/* As sweep_next(), sweep_sent(), sweep_answer(). */
bool paths_next(struct paths *p, int64_t now_ns, struct probe_id *ret_id, int64_t *ret_wake);
void paths_sent(struct paths *p, struct probe_id id, int64_t now_ns);
void paths_answer(struct paths *p, struct probe_id id, const struct answer *a, int64_t now_ns);

/* Flows that a hop with 'k' addresses needs at 'confidence' before it is believed to have no more.
 */
unsigned int paths_flows_needed(unsigned int k, double confidence);

/* True if address 'a' of hop 'ttl' leads to address 'b' of the next one, as far as is known. */
bool paths_leads(const struct paths *p, uint8_t ttl, unsigned int a, unsigned int b);

#endif
