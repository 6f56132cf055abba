// SPDX-License-Identifier: GPL-2.0-or-later
/* witness - packets that take a classic filter's ways: one for each outcome of each instruction,
 * then one for each way through it that none has taken, as far as is asked for. Outcomes that no
 * packet has are known as such then: dead code.
 * Sits on cbpf/symex; used by bpfc and by tests. */
#ifndef CBPF_WITNESS_H
#define CBPF_WITNESS_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "cbpf/sympkt.h"

struct witness;

/* Begins with 'prog', which stays with the caller until the end. 'steps' bounds the work for one
 * packet (PROVE_STEPS). Returns 0 with '*ret' owned by the caller (witness_free()), -EINVAL as
 * check_prog(), or -ENOMEM. */
int witness_new(const struct sock_fprog *prog, uint64_t steps, struct witness **ret,
		struct err *e) MUST_USE;
void witness_free(struct witness *w);
void witness_free_p(struct witness **w);

/* The next packet, which takes a way that none has taken. Returns 1 with '*ret' owned by the caller
 * (sympkt_packet_free()), 0 when there are no more ways, -ETIME when it is not known whether there
 * are, or -ENOMEM with 'e'. */
int witness_next(struct witness *w, struct sympkt_packet *ret, struct err *e) MUST_USE;

enum witness_outcome {
	WITNESS_TRUE,  /* a jump is taken; anything else goes on or returns */
	WITNESS_FALSE, /* a jump is not */
	WITNESS_FAIL,  /* a load behind the packet's end, a division by X = 0 */
	WITNESS_N_OUTCOMES,
};

/* Whether a packet so far had this outcome at instruction 'i'. */
bool witness_covered(const struct witness *w, unsigned int i, enum witness_outcome o);

/* Whether it is known that no packet has. */
bool witness_impossible(const struct witness *w, unsigned int i, enum witness_outcome o);

/* Once true, each outcome is covered, or impossible, or was too much work. */
bool witness_has_all_outcomes(const struct witness *w);

#endif
