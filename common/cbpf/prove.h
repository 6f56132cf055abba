// SPDX-License-Identifier: GPL-2.0-or-later
/* prove - whether two classic filters return the same for every packet, and packets that go each
 * way through one. Both programs are run together on symbols instead of bytes; pairs of ways that
 * know the same of what is still asked for are merged. A difference is reported only with a packet
 * on which vm returns two values. Used by bpfc --prove and --witness, and by the tests of opt. */
#ifndef CBPF_PROVE_H
#define CBPF_PROVE_H

#include <linux/filter.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "cbpf/vm.h"

#define PROVE_MAX_PACKET 65536

enum prove_verdict {
	PROVE_SAME,    /* proved: same result for all packets */
	PROVE_DIFFERS, /* refuted: the packet shows it */
	PROVE_UNKNOWN, /* not decided, 'why' says what stood in the way */
};

/* A packet for vm_run(). 'data' is malloc'ed; prove_packet_free(). */
struct prove_packet {
	uint8_t *data;
	uint32_t cap_len, len; /* bytes that are there, bytes on the wire (>= cap_len) */
	struct vm_aux aux;     /* what ancillary loads give; .random is NULL */
	uint32_t ret[2];       /* what the programs return; a witness: ret[0] */
};

struct prove_result {
	enum prove_verdict verdict;
	struct prove_packet packet; /* where they differ; empty otherwise */
	char why[160];		    /* PROVE_UNKNOWN: one phrase */
	uint64_t n_steps;	    /* symbolic steps taken */
};

/* Compares 'a' and 'b', both checked here first. 'budget' is how many symbolic steps may be taken;
 * 0: a number good for about a second. Returns 0 with '*ret' filled (prove_result_free()), -EINVAL
 * as check_prog(), -ENOMEM. */
int prove_same(const struct sock_fprog *a, const struct sock_fprog *b, uint64_t budget,
	       struct prove_result *ret, struct err *e) MUST_USE;

/* Packets for different ways through 'prog', at most 'max' of them, each run through vm. The
 * result depends on 'prog' and 'max' only. Returns how many were written to 'ret' (free each),
 * -EINVAL as check_prog(), -ENOMEM. */
int prove_witness(const struct sock_fprog *prog, unsigned int max, struct prove_packet *ret,
		  struct err *e) MUST_USE;

void prove_packet_free(struct prove_packet *p);
void prove_result_free(struct prove_result *r);

#endif
