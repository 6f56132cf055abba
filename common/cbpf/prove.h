// SPDX-License-Identifier: GPL-2.0-or-later
/* prove - whether two classic filters give the same verdict on every packet, or a packet on which
 * they do not. Both are run over one packet of unknown bits (cbpf/symex); what is left is the
 * question whether a bit, "they differ", can be true, which cbpf/sat answers.
 * Used by bpfc, and by tests of what changes programs. */
#ifndef CBPF_PROVE_H
#define CBPF_PROVE_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "cbpf/sympkt.h"

/* Work after which a question stays open: some four seconds of a processor of 2020. */
#define PROVE_STEPS 100000000ull

enum prove_verdict {
	PROVE_PROVED,
	PROVE_REFUTED, /* vm_run() confirms the packet */
	PROVE_OPEN,    /* not decided */
};

struct prove {
	enum prove_verdict verdict;
	const char *why;	     /* open: the reason */
	struct sympkt_packet packet; /* refuted: they differ on it */
	uint32_t keep[2];	     /* what they return for it */
	bool only_short;	     /* refuted: the same wherever no load fails */
	uint32_t n_gates;	     /* size of the question */
	uint64_t steps;		     /* work that it was */
};

/* Compares 'a' and 'b' for all packets of up to SYMPKT_MAX_BYTES captured bytes and all that the
 * kernel may know of them: the same is kept of each, which for the bytes of a packet that it does
 * not have makes no difference. 'steps' bounds the work (PROVE_STEPS). Returns 0 with '*ret' owned
 * by the caller (prove_free()), -EINVAL as check_prog(), or -ENOMEM. */
int prove(const struct sock_fprog *a, const struct sock_fprog *b, uint64_t steps, struct prove *ret,
	  struct err *e) MUST_USE;
void prove_free(struct prove *p);

#endif
